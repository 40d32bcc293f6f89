package personalize

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
)

// MaxRecipients is how many a batch may have.
const MaxRecipients = 1000

// A batch decides for that many recipients at a time, and answers what it has
// not come to in time with fallbacks: a function has ten seconds.
const (
	recipientsAtOnce = 64
	batchPatience    = 8 * time.Second
)

// BatchRequest is the body of POST /v1/decisions/batch.
type BatchRequest struct {
	Recipients []Recipient     `json:"recipients"`
	Placements []string        `json:"placements"`
	Context    map[string]any  `json:"context,omitempty" doc:"Of all recipients; its channel is email where it names none."`
	Consent    journey.Consent `json:"consent,omitzero"`
	Shape      string          `json:"shape,omitempty" enum:"json,ses,sendgrid,csv" doc:"As the parameter of the query."`
}

// Recipient is one to whom a message may be sent.
type Recipient struct {
	Visitor string `json:"visitor"`
	Message string `json:"message,omitempty" doc:"Names the message: asked again within 24 hours, it is answered with the same. Each sending needs a name of its own, such as one with its date: what is shown under one name counts once against caps and budgets until it is known to be sent."`
	Email   string `json:"email,omitempty" doc:"Only for the shapes ses and sendgrid, which name it. It is kept nowhere."`
}

// The fates of a recipient.
const (
	StatusOK         = "ok"         // every placement is filled by a rule
	StatusFallback   = "fallback"   // a placement has its fallback, or the store did not answer
	StatusSuppressed = "suppressed" // nothing should be sent
	StatusInvalid    = "invalid"    // the recipient cannot be read
)

// BatchAnswer is the answer of POST /v1/decisions/batch.
type BatchAnswer struct {
	Results []BatchResult        `json:"results" doc:"One for each recipient, in the order of the request."`
	Shape   string               `json:"-"` // that the caller asked for
	Items   map[string]BatchItem `json:"items" doc:"What the results show, each content once. An item that reads otherwise for some, as in another language, has further entries: its id with ~2, ~3 and so on."`
}

// BatchResult is what one recipient is answered with.
type BatchResult struct {
	Visitor    string                    `json:"visitor"`
	Message    string                    `json:"message,omitempty"`
	Email      string                    `json:"-"`
	Status     string                    `json:"status" enum:"ok,fallback,suppressed,invalid"`
	Reason     string                    `json:"reason,omitempty" enum:"consent,unsubscribed" doc:"Why the recipient is suppressed."`
	Decision   string                    `json:"decision,omitempty"`
	Phase      *string                   `json:"phase" doc:"The name of the phase; null where the decision is not personal."`
	Placements map[string]BatchPlacement `json:"placements"`
	Degraded   string                    `json:"degraded,omitempty" enum:"store_timeout,store_error" doc:"The store did not answer: ask again."`
	Error      *FieldError               `json:"error,omitempty" doc:"Why the recipient is invalid."`
}

// BatchPlacement is what fills a placement.
type BatchPlacement struct {
	Items    []BatchShown    `json:"items"`
	Rule     string          `json:"rule,omitempty"`
	Fallback bool            `json:"fallback"`
	Reason   snapshot.Reason `json:"reason,omitempty"`
}

// BatchShown is an item that is shown.
type BatchShown struct {
	ID    string `json:"id"`
	As    string `json:"as,omitempty" doc:"Its entry under items, where that is not the id."`
	Token string `json:"token,omitempty"`
}

// Entry is the name of the item's content under BatchAnswer.Items.
func (s *BatchShown) Entry() string {
	if s.As != "" {
		return s.As
	}
	return s.ID
}

// BatchItem is what an item says.
type BatchItem struct {
	Kind    string           `json:"kind"`
	URL     string           `json:"url,omitempty"`
	Content snapshot.Content `json:"content"`
}

// DecideBatch decides for many recipients. Its errors are those of the request
// as a whole: what is wrong with one recipient is said in the result.
func (s *Service) DecideBatch(ctx context.Context, caller Caller, request BatchRequest) (*BatchAnswer, error) {
	if n := len(request.Recipients); n == 0 || n > MaxRecipients {
		return nil, invalid("recipients", "bad_count", "must be a list of 1 to 1000 recipients")
	}
	if len(request.Placements) == 0 {
		return nil, invalid("placements", "missing", "must name the placements to be filled")
	}
	whole := DecideRequest{Visitor: nobody, Placements: request.Placements, Context: inMail(request.Context), Consent: request.Consent}
	trial := s.begins(caller, whole, "")
	if err := trial.validate(); err != nil {
		return nil, err
	}
	asked := ctx
	ctx, cancel := goingOn(ctx, max(batchPatience, s.deadline))
	defer cancel()
	answers := make([]*addressed, len(request.Recipients))
	results := make([]BatchResult, len(request.Recipients))
	var (
		group sync.WaitGroup
		slots = make(chan struct{}, recipientsAtOnce)
	)
	for i := range request.Recipients {
		to := &request.Recipients[i]
		results[i] = BatchResult{Visitor: to.Visitor, Message: to.Message, Email: to.Email, Status: StatusInvalid, Placements: map[string]BatchPlacement{}}
		if results[i].Error = to.check(i); results[i].Error != nil {
			continue
		}
		slots <- struct{}{}
		if asked.Err() != nil {
			break
		}
		group.Go(func() {
			defer func() { <-slots }()
			own := whole
			own.Visitor = to.Visitor
			d := s.begins(caller, own, to.Message)
			if err := d.validate(); err != nil {
				results[i].Error = &FieldError{Field: recipientField(i), Code: "refused", Message: err.Error()}
				return
			}
			answers[i] = d.address(ctx, s.clock())
		})
	}
	group.Wait()
	if err := asked.Err(); err != nil {
		return nil, unavailable("deciding for recipients", err)
	}
	out := &BatchAnswer{Results: results, Items: map[string]BatchItem{}}
	for i, answer := range answers {
		if answer != nil {
			out.add(&results[i], answer)
		}
	}
	return out, nil
}

// goingOn is a context for what a caller asked for who may hang up: what was
// begun is then ended all the same, so that nothing is held for a message that
// is never answered. It ends after its own patience, or with ctx where that has
// a deadline.
func goingOn(ctx context.Context, patience time.Duration) (context.Context, context.CancelFunc) {
	if end, has := ctx.Deadline(); has {
		patience = min(patience, time.Until(end))
	}
	return context.WithTimeout(context.WithoutCancel(ctx), patience)
}

// begins is a decision on what is live now.
func (s *Service) begins(caller Caller, request DecideRequest, message string) *deciding {
	started := s.clock()
	d := &deciding{s: s, caller: caller, request: &request, message: message, now: journey.At(started), check: s.freshen(started)}
	d.live = s.settle(started, d.check)
	return d
}

// inMail is a context on the channel email where it names none.
func inMail(context map[string]any) map[string]any {
	if _, named := context["channel"]; named {
		return context
	}
	named := map[string]any{"channel": "email"}
	maps.Copy(named, context)
	return named
}

func recipientField(i int) string { return "recipients[" + strconv.Itoa(i) + "]" }

func (r *Recipient) check(i int) *FieldError {
	fault := journey.CheckID("visitor", r.Visitor)
	if fault == nil && r.Message != "" {
		fault = journey.CheckID("message", r.Message)
	}
	if fault == nil {
		return nil
	}
	return &FieldError{Field: recipientField(i) + "." + fault.Field, Code: fault.Code, Message: fault.Message}
}

// status says what became of a recipient. Where the store did not answer, nobody
// knows whether they want mails: it is never ok.
func (a *addressed) status() string {
	switch {
	case a.suppressed != "":
		return StatusSuppressed
	case a.degraded != "":
		return StatusFallback
	}
	for _, p := range a.placements {
		if p.Fallback {
			return StatusFallback
		}
	}
	return StatusOK
}

// add fills a result, and puts what it shows among the items.
func (b *BatchAnswer) add(r *BatchResult, a *addressed) {
	r.Status, r.Reason, r.Decision, r.Degraded = a.status(), a.suppressed, a.decision, a.degraded
	if a.phase != "" {
		r.Phase = &a.phase
	}
	for _, name := range slices.Sorted(maps.Keys(a.placements)) {
		p := a.placements[name]
		filled := BatchPlacement{Items: make([]BatchShown, len(p.Items)), Rule: p.Rule, Fallback: p.Fallback, Reason: p.Reason}
		for k := range p.Items {
			filled.Items[k] = BatchShown{ID: p.Items[k].ID, As: b.entry(&p.Items[k]), Token: p.Items[k].Token}
		}
		r.Placements[name] = filled
	}
}

// entry puts an item among those of the batch, and returns its name there where
// that is not the id.
func (b *BatchAnswer) entry(item *snapshot.Item) string {
	name := item.ID
	for n := 2; ; n++ {
		there, known := b.Items[name]
		if !known {
			b.Items[name] = BatchItem{item.Kind, item.URL, item.Content}
		}
		if !known || there.says(item) {
			break
		}
		name = item.ID + "~" + strconv.Itoa(n)
	}
	if name == item.ID {
		return ""
	}
	return name
}

func (b *BatchItem) says(item *snapshot.Item) bool {
	one, _ := b.Content.MarshalJSON() // it never fails
	other, _ := item.Content.MarshalJSON()
	return b.Kind == item.Kind && b.URL == item.URL && bytes.Equal(one, other)
}
