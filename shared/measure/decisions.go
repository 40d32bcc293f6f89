package measure

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule"
)

// DecisionsReport is the answer of GET /v1/reports/decisions: recorded decisions,
// a row for each item that was shown, with what came of it, as a log that
// `wegweiser replay` values other rules on.
//
// It reads the receipts table from where the page begins, whatever the window,
// and all that is stored of each visitor of whom there is a receipt in it. On
// DynamoDB that is some 100 read units for a thousand receipts, and for each
// visitor up to 2 for the newest touchpoints and one for every 4 KB of all.
type DecisionsReport struct {
	Window
	Reward   string `json:"reward" enum:"click,conversion,value"`
	Currency string `json:"currency,omitempty" doc:"Of the values."`
	Within   string `json:"within" doc:"How long after its decision something has to come of an item."`
	Served   bool   `json:"served" doc:"What nobody reported to be seen is in it, too."`
	Drawn    bool   `json:"drawn" doc:"Only what chance chose is in it."`

	Context   []string      `json:"context" doc:"The keys of the context that the live configuration knows: those that are columns."`
	Decisions int           `json:"decisions" doc:"Of how many decisions there are rows."`
	LeftOut   LeftOut       `json:"left_out"`
	Rows      []DecisionRow `json:"rows" doc:"Those of one visitor stand together, and those of one decision behind each other."`
	Next      string        `json:"next,omitempty" doc:"after of the next page, which is asked for the same; left out on the last."`
}

// LeftOut is what was recorded within the window and has no rows.
type LeftOut struct {
	InputsGone int `json:"inputs_gone" doc:"Decisions whose touchpoints or configuration are no longer stored."`
	Unreadable int `json:"unreadable" doc:"Receipts that are damaged, or sealed under a secret that is no longer known."`
	Different  int `json:"different" doc:"Decisions that are made otherwise now, as after an update."`
	Holdout    int `json:"holdout" doc:"Decisions for persons to whom no rule shows anything."`
	Degraded   int `json:"degraded" doc:"Decisions that were made without the store."`
	Unseen     int `json:"unseen" doc:"Placements of which no item was reported to be seen."`
	Certain    int `json:"certain" doc:"Placements in which chance chose nothing, where only the others are asked for."`
}

func (l *LeftOut) add(other *LeftOut) {
	l.InputsGone += other.InputsGone
	l.Unreadable += other.Unreadable
	l.Different += other.Different
	l.Holdout += other.Holdout
	l.Degraded += other.Degraded
	l.Unseen += other.Unseen
	l.Certain += other.Certain
}

// DecisionRow is an item that was shown.
type DecisionRow struct {
	Decision    string         `json:"decision"`
	Visitor     string         `json:"visitor" doc:"The keyed hash of the visitor's id, which the decision's id ends with: the same wherever it is the same visitor, until the token secret is replaced."`
	At          journey.Millis `json:"at"`
	Place       string         `json:"place" doc:"The placement."`
	Position    int            `json:"position" doc:"In the placement, from 1."`
	Item        string         `json:"item"`
	Probability float64        `json:"probability" doc:"How likely the item was to be shown there, given what stands before it: that of the draw of a ranked rule, the share of its weight under a weighted one, and 1 for everything else."`
	Candidates  []string       `json:"candidates" doc:"What could have been shown there, given what stands before it."`
	Reward      float64        `json:"reward" doc:"1 or 0, or the value of the conversion."`
	Rule        string         `json:"rule,omitempty" doc:"Left out for a fallback."`
	Reason      string         `json:"reason,omitempty" doc:"Of a fallback."`
	Phase       string         `json:"phase,omitempty" doc:"In which the visitor was; left out where the decision was not personal."`
	Standing    string         `json:"standing,omitempty"`
	Context     map[string]any `json:"context,omitempty" doc:"What the request said, as far as the configuration knows it; the locale and the country are those that decided."`
}

// DecisionsRequest is the query of the report. Times are RFC 3339.
type DecisionsRequest struct {
	Request         // Until may be at most Within before now, and is that by default
	Reward   string // click, which is the default, conversion or value
	Currency string // of the values; needed for value
	Within   string // such as 36h; 7d by default
	Served   bool   // also what nobody reported to be seen
	Drawn    bool   // only what chance chose
}

// DecisionsRequestOf reads a request from a query, such as that of a page that
// follows.
func DecisionsRequestOf(query url.Values) DecisionsRequest {
	return DecisionsRequest{
		Request: RequestOf(query), Reward: query.Get("reward"), Currency: query.Get("currency"), Within: query.Get("within"),
		Served: query.Get("served") == "true", Drawn: query.Get("drawn") == "true",
	}
}

// Query is the query that asks for the same.
func (r *DecisionsRequest) Query() url.Values {
	query := url.Values{}
	for name, value := range map[string]string{
		"since": r.Since, "until": r.Until, "after": r.After,
		"reward": r.Reward, "currency": r.Currency, "within": r.Within, "served": trueText(r.Served), "drawn": trueText(r.Drawn),
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

func trueText(is bool) string {
	if is {
		return "true"
	}
	return ""
}

// Size is how many rows are in the page.
func (r *DecisionsReport) Size() int { return len(r.Rows) }

// Following returns the query that asks for the next page; nil on the last.
func (r *DecisionsReport) Following() url.Values {
	if r.Next == "" {
		return nil
	}
	next := DecisionsRequest{
		Request: Request{Until: r.Until.String(), After: r.Next},
		Reward:  r.Reward, Currency: r.Currency, Within: r.Within, Served: r.Served, Drawn: r.Drawn,
	}
	if r.Since != 0 {
		next.Since = r.Since.String()
	}
	return next.Query()
}

// Count adds the figures of the next page, and not its rows. ErrOtherReport: it
// is about something else.
func (r *DecisionsReport) Count(next *DecisionsReport) error {
	same := r.Window == next.Window && r.Reward == next.Reward && r.Currency == next.Currency && r.Within == next.Within &&
		r.Served == next.Served && r.Drawn == next.Drawn
	if !same {
		return ErrOtherReport
	}
	r.Decisions += next.Decisions
	r.LeftOut.add(&next.LeftOut)
	r.Next = next.Next
	return nil
}

// A page has at most so many decisions, and ends behind the one with which its
// rows have about so many bytes: a function answers at most 6 MB.
const (
	maxDecisions     = 1000
	maxDecisionBytes = 3 << 20
)

// Decisions answers a page of recorded decisions and what came of them.
func (s *Service) Decisions(ctx context.Context, request DecisionsRequest) (*DecisionsReport, error) {
	r, within, err := s.decisionsOf(&request)
	if err != nil {
		return nil, err
	}
	bytes := 0
	walk := personalize.WalkDecisionsRequest{
		After: request.After, Decisions: maxDecisions, Since: r.Since, Until: r.Until, Reactions: true,
	}
	next, err := s.WalkDecisions(ctx, walk, func(made *personalize.Recorded) bool {
		one := again(made)
		r.record(one, within)
		bytes += one.bytes()
		return bytes < maxDecisionBytes
	})
	r.Next = next
	return answered(r, err)
}

// decisionsOf reads what a report is about.
func (s *Service) decisionsOf(request *DecisionsRequest) (r *DecisionsReport, within time.Duration, err error) {
	r = &DecisionsReport{
		Reward: cmp.Or(request.Reward, rewardClick), Within: cmp.Or(request.Within, "7d"), Currency: request.Currency,
		Served: request.Served, Drawn: request.Drawn, Rows: []DecisionRow{},
	}
	r.Context = append(slices.Sorted(maps.Keys(s.Snapshot().Settings().Context)), "channel", "country", "locale", "zone")
	slices.Sort(r.Context)
	if _, known := rewardKinds[r.Reward]; !known {
		return nil, 0, refused("reward", "bad_value", "must be click, conversion or value")
	}
	switch {
	case r.Reward != rewardValue && r.Currency != "":
		return nil, 0, refused("currency", "not_allowed", "is for the reward value")
	case r.Reward == rewardValue && !isCurrency(r.Currency):
		return nil, 0, refused("currency", "bad_value", "must be that of the values that count, such as EUR: amounts of two do not add up")
	}
	if within, err = rule.ParseWindow(r.Within); err != nil {
		return nil, 0, refused("within", "bad_value", "must be a length of time such as 7d, 24h or 30m")
	}
	now, err := s.Moment("until", "")
	if err != nil {
		return nil, 0, err
	}
	known := now.Add(-within)
	if request.Until == "" {
		request.Until = known.String()
	}
	if r.Window, err = s.window(request.Request); err != nil {
		return nil, 0, err
	}
	if r.Until > known {
		return nil, 0, refused("until", "bad_range", "must be at least "+r.Within+" (within) before now, as what comes of later decisions is not known yet")
	}
	return r, within, nil
}

func isCurrency(code string) bool {
	return len(code) == 3 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// refused says what is wrong with a field of a request.
func refused(field, code, message string) error {
	return &personalize.Error{
		Kind: personalize.Invalid, Code: code, Message: field + " " + message,
		Fields: []personalize.FieldError{{Field: field, Code: code, Message: message}},
	}
}
