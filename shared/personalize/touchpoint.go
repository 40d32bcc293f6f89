package personalize

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// Limits of the calls.
const (
	MaxTouchpoints         = 500 // of POST /v1/touchpoints
	MaxDecisionTouchpoints = 50
	MaxPlacements          = 50
)

// reader turns raw touchpoints into ones that may be stored.
type reader struct {
	caller  Caller
	visitor string // of the call; fills in what a touchpoint leaves out
	now     journey.Millis
	// pretended is zero, or when those happened that name no moment: they are
	// not to be stored, and need no id either.
	pretended journey.Millis
}

// batch is the touchpoints of a call: those that can be stored, with their
// index in the call, and those that cannot.
type batch struct {
	touchpoints []journey.Touchpoint
	index       []int
	rejected    []Rejection
}

// read checks each touchpoint by itself. The error refuses the whole call:
// something that this caller may not do.
func (r *reader) read(raw []json.RawMessage) (*batch, error) {
	b := &batch{rejected: []Rejection{}}
	for i, body := range raw {
		t, fault, err := r.one(i, body)
		if err != nil {
			return nil, err
		}
		if fault != nil {
			b.rejected = append(b.rejected, Rejection{Index: i, Code: fault.Code, Field: fault.Field, Message: fault.Message})
			continue
		}
		b.touchpoints = append(b.touchpoints, *t)
		b.index = append(b.index, i)
	}
	return b, nil
}

func (r *reader) one(index int, body json.RawMessage) (*journey.Touchpoint, *journey.Fault, error) {
	var in TouchpointInput
	if fault := decodeStrict(body, &in); fault != nil {
		return nil, fault, nil
	}
	if in.Trust != "" && r.caller.Key != Secret {
		return nil, nil, &Error{
			Kind: Forbidden, Code: "field_not_allowed",
			Message: "trust is for secret keys; a browser's touchpoints are always likely",
		}
	}
	if in.Visitor == "" {
		in.Visitor = r.visitor
	}
	if r.pretended != 0 {
		in.ID = cmp.Or(in.ID, "pretended "+strconv.Itoa(index+1))
		in.At = cmp.Or(in.At, r.pretended.String())
	}
	if r.caller.Key == Publishable && in.Visitor != r.caller.Visitor {
		return nil, nil, anotherVisitor()
	}
	if r.visitor != "" && in.Visitor != r.visitor {
		return nil, &journey.Fault{Field: "visitor", Code: "visitor_mismatch", Message: "must be the visitor of the call"}, nil
	}
	t, fault := in.touchpoint(r.caller.Key)
	if fault == nil {
		fault = t.Validate(r.now)
	}
	return t, fault, nil
}

func (in *TouchpointInput) touchpoint(key Key) (*journey.Touchpoint, *journey.Fault) {
	t := &journey.Touchpoint{
		ID: in.ID, Visitor: in.Visitor, Type: in.Type, Channel: in.Channel, Source: in.Source,
		Item: in.Item, Category: in.Category, Value: in.Value, Campaign: in.Campaign, Props: in.Props,
	}
	if key == Publishable {
		t.Trust = journey.Likely
	}
	if in.Trust != "" {
		if err := t.Trust.UnmarshalText([]byte(in.Trust)); err != nil {
			return nil, asFault(err)
		}
	}
	if in.Source == feedbackSource {
		return nil, &journey.Fault{Field: "source", Code: "reserved", Message: "must be another one: feedback is what POST /v1/feedback makes of a token"}
	}
	if in.At == "" {
		return nil, &journey.Fault{Field: "at", Code: "missing", Message: "is needed: an RFC 3339 time, such as 2026-11-22T09:59:00Z"}
	}
	if err := t.At.UnmarshalText([]byte(in.At)); err != nil {
		return nil, asFault(err)
	}
	return t, nil
}

func asFault(err error) *journey.Fault {
	var fault *journey.Fault
	if errors.As(err, &fault) {
		return fault
	}
	return &journey.Fault{Code: "bad_json", Message: "cannot be read"}
}

// decodeStrict reads one JSON object and refuses fields that are not ours. Its
// faults name the field and what would be right, never the value.
func decodeStrict(body []byte, into any) *journey.Fault {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		if bytes.Equal(bytes.TrimSpace(body), []byte("null")) {
			return &journey.Fault{Code: "wrong_type", Message: "must be an object"}
		}
		return nil
	case errors.As(err, &wrong):
		return &journey.Fault{Field: wrong.Field, Code: "wrong_type", Message: "must be " + jsonKind(wrong)}
	}
	if _, name, ok := strings.Cut(err.Error(), `unknown field "`); ok {
		return &journey.Fault{Field: strings.TrimSuffix(name, `"`), Code: "unknown_field", Message: "is not a field of a touchpoint; put what is your own into props"}
	}
	return asFault(err)
}

func jsonKind(wrong *json.UnmarshalTypeError) string {
	switch wrong.Type.Kind().String() {
	case "string":
		return "text"
	case "float64", "int", "int64":
		return "a number in range"
	case "slice":
		return "a list"
	}
	return "an object"
}

// recordings gives each touchpoint its expiry.
func recordings(touchpoints []journey.Touchpoint, k *known, now journey.Millis) []store.Recording {
	settings := k.snapshot.Settings()
	out := make([]store.Recording, len(touchpoints))
	for i, t := range touchpoints {
		keep := settings.RetentionTouchpoints
		if t.Trust == journey.Machine {
			keep = settings.RetentionMachine
		}
		out[i] = store.Recording{Touchpoint: t, Expires: now.Add(keep)}
	}
	return out
}

// result tells the sender what became of a batch.
func (b *batch) result(outcomes []store.Outcome) CollectResult {
	r := CollectResult{Rejected: b.rejected}
	for i := range b.touchpoints {
		status := store.Failed
		if i < len(outcomes) {
			status = outcomes[i].Status
		}
		switch status {
		case store.Stored:
			r.Accepted++
		case store.Duplicate:
			r.Duplicates++
		default:
			r.Rejected = append(r.Rejected, Rejection{
				Index: b.index[i], Code: "store_unavailable", Retry: true,
				Message: "was not stored because the store did not answer; send it again",
			})
		}
	}
	return r
}

// refuse moves every touchpoint of visitors without consent to the rejected.
func (b *batch) refuse(refused func(visitor string) bool) {
	kept := batch{rejected: b.rejected}
	for i, t := range b.touchpoints {
		if refused(t.Visitor) {
			kept.rejected = append(kept.rejected, Rejection{
				Index: b.index[i], Code: "consent",
				Message: "was not stored because the visitor has not agreed to personalization or measurement",
			})
			continue
		}
		kept.touchpoints = append(kept.touchpoints, t)
		kept.index = append(kept.index, b.index[i])
	}
	*b = kept
}

func anotherVisitor() error {
	return &Error{Kind: Forbidden, Code: "visitor_mismatch", Message: "the visitor token belongs to another visitor"}
}
