package personalize

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
)

// emailPatience bounds the decision for a mail that is being made: its program
// waits two seconds at most, and this one answers within 1.2.
const emailPatience = time.Second

// EmailRequest is the query of GET /v1/email/offer.
type EmailRequest struct {
	Visitor    string
	Message    string
	Placements []string
}

// EmailOffer is what a mail shows to one recipient, made for template engines.
// It is written as one flat object (Flat).
type EmailOffer struct {
	Visitor    string
	Message    string
	Status     string
	Reason     string // why the recipient is suppressed
	Decision   string
	Phase      string
	Fallback   bool // some placement shows its fallback, or nothing, or the store did not answer
	Degraded   string
	Problem    string // of the request: what would be right
	Placements map[string]*snapshot.Placement
}

// EmailOffer decides for one recipient of a mail that is being made. Whatever
// is wrong with the request or the store, there is an answer that a mail can
// show: it is then marked as a fallback, and says what is wrong.
func (s *Service) EmailOffer(ctx context.Context, caller Caller, request EmailRequest) *EmailOffer {
	ctx, cancel := goingOn(ctx, emailPatience)
	defer cancel()
	out := &EmailOffer{Visitor: request.Visitor, Message: request.Message, Placements: map[string]*snapshot.Placement{}}
	d := s.begins(caller, DecideRequest{Visitor: request.Visitor, Context: inMail(nil)}, request.Message)
	out.Problem = d.fit(&request)
	var answer *addressed
	if err := d.validate(); err != nil {
		out.Problem = err.Error()
	} else {
		answer = d.address(ctx, s.clock())
		out.Status, out.Reason, out.Decision, out.Phase = answer.status(), answer.suppressed, answer.decision, answer.phase
		out.Degraded, out.Placements = answer.degraded, answer.placements
	}
	for _, name := range request.Placements {
		if out.Placements[name] == nil {
			out.Placements[name] = &snapshot.Placement{Name: name, Items: []snapshot.Item{}, Fallback: true, Reason: snapshot.NoRule}
		}
	}
	out.Fallback = len(out.Placements) == 0 || out.Degraded != ""
	for _, p := range out.Placements {
		out.Fallback = out.Fallback || p.Fallback
	}
	switch {
	case d.visitor == nobody && d.preview:
		out.Status, out.Reason, out.Fallback, out.Decision = StatusInvalid, "", true, ""
	case answer == nil:
		out.Status, out.Fallback = StatusInvalid, true
	case out.Status == StatusOK && out.Fallback:
		out.Status = StatusFallback
	}
	return out
}

// fit leaves out of a request what cannot be answered, and says what that is.
// Where the visitor is none, what anybody would get is looked up.
func (d *deciding) fit(request *EmailRequest) (problem string) {
	var known []string
	for _, name := range request.Placements {
		switch _, _, unknown := d.live.snapshot.UnknownPlacement([]string{name}); {
		case unknown:
			problem = fmt.Sprintf("%q is not the name of a placement", name)
		case len(known) < MaxPlacements:
			known = append(known, name)
		}
	}
	if d.request.Placements = known; len(request.Placements) == 0 {
		problem = "placements must name what is to be filled, with commas between"
	}
	fault := journey.CheckID("visitor", request.Visitor)
	if fault == nil && request.Message != "" {
		fault = journey.CheckID("message", request.Message)
	}
	if fault != nil {
		problem = fault.Field + " " + fault.Message
		d.request.Visitor, d.request.Consent, d.preview, d.message = nobody, journey.Consent{Stated: true}, true, ""
	}
	return problem
}

// Offer is the result of one recipient as a template has it.
func (b *BatchAnswer) Offer(i int) *EmailOffer {
	r := &b.Results[i]
	o := &EmailOffer{
		Visitor: r.Visitor, Message: r.Message, Status: r.Status, Reason: r.Reason, Decision: r.Decision, Degraded: r.Degraded,
		Placements: map[string]*snapshot.Placement{},
	}
	if o.Fallback = r.Status == StatusInvalid || r.Degraded != ""; r.Phase != nil {
		o.Phase = *r.Phase
	}
	if r.Error != nil {
		o.Problem = r.Error.Field + " " + r.Error.Message
	}
	for name, p := range r.Placements {
		filled := &snapshot.Placement{Name: name, Rule: p.Rule, Fallback: p.Fallback, Reason: p.Reason}
		for k := range p.Items {
			item := b.Items[p.Items[k].Entry()]
			filled.Items = append(filled.Items, snapshot.Item{
				ID: p.Items[k].ID, Kind: item.Kind, URL: item.URL, Content: item.Content, Token: p.Items[k].Token,
			})
		}
		o.Fallback = o.Fallback || p.Fallback
		o.Placements[name] = filled
	}
	return o
}

// Flat is the offer as one object of texts and booleans: what is said of the
// whole, each placement under its name with the fields of its first item, and
// each of these fields once more as placement.field, for programs that know
// names but no paths. Further items of a placement are placement.2 and so on.
func (o *EmailOffer) Flat() map[string]any {
	flat := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(o.Placements)) {
		p := o.Placements[name]
		for i := range max(len(p.Items), 1) {
			key := name
			if i > 0 {
				key += "." + strconv.Itoa(i+1)
			}
			fields := itemFields(p, i)
			flat[key] = fields
			for field, value := range fields {
				flat[key+"."+field] = value
			}
		}
	}
	for name, value := range o.texts() {
		flat[name] = *value
	}
	flat["fallback"] = o.Fallback
	return flat
}

// itemFields are those of an item of a placement: its content, and what is said
// of it, which goes before content of the same name.
func itemFields(p *snapshot.Placement, i int) map[string]any {
	fields := map[string]any{"rule": p.Rule, "fallback": p.Fallback, "id": "", "kind": "", "url": "", "token": ""}
	if i >= len(p.Items) {
		return fields
	}
	item := &p.Items[i]
	for _, f := range item.Content.Fields() {
		fields[f.Name] = f.Text
	}
	maps.Copy(fields, map[string]any{
		"rule": p.Rule, "fallback": p.Fallback, "id": item.ID, "kind": item.Kind, "url": item.URL, "token": item.Token,
	})
	return fields
}

// MarshalJSON writes the flat object.
func (o *EmailOffer) MarshalJSON() ([]byte, error) { return json.Marshal(o.Flat()) }

// UnmarshalJSON reads it. Why a placement has its fallback is not in it.
func (o *EmailOffer) UnmarshalJSON(body []byte) error {
	var flat map[string]any
	if err := json.Unmarshal(body, &flat); err != nil {
		return err
	}
	*o = EmailOffer{Placements: map[string]*snapshot.Placement{}}
	for name, into := range o.texts() {
		*into, _ = flat[name].(string)
	}
	o.Fallback, _ = flat["fallback"].(bool)
	for _, key := range slices.Sorted(maps.Keys(flat)) {
		fields, ok := flat[key].(map[string]any)
		if !ok {
			continue
		}
		name, place := key, 1
		if at := strings.LastIndexByte(key, '.'); at > 0 && o.Placements[key[:at]] != nil {
			if n, err := strconv.Atoi(key[at+1:]); err == nil {
				name, place = key[:at], n
			}
		}
		p := o.Placements[name]
		if p == nil {
			p = &snapshot.Placement{Name: name, Items: []snapshot.Item{}}
			p.Rule, _ = fields["rule"].(string)
			p.Fallback, _ = fields["fallback"].(bool)
			o.Placements[name] = p
		}
		if id, _ := fields["id"].(string); id != "" {
			item, err := itemFrom(fields)
			if err != nil {
				return err
			}
			p.Items = slices.Insert(p.Items, min(place-1, len(p.Items)), item)
		}
	}
	return nil
}

func itemFrom(fields map[string]any) (item snapshot.Item, err error) {
	content := map[string]any{}
	maps.Copy(content, fields)
	for name, into := range map[string]*string{"id": &item.ID, "kind": &item.Kind, "url": &item.URL, "token": &item.Token} {
		*into, _ = fields[name].(string)
		delete(content, name)
	}
	delete(content, "rule")
	delete(content, "fallback")
	text, err := json.Marshal(content)
	if err != nil {
		return item, err
	}
	return item, item.Content.UnmarshalJSON(text)
}

// texts are what is said of the whole, by name.
func (o *EmailOffer) texts() map[string]*string {
	return map[string]*string{
		"visitor": &o.Visitor, "message": &o.Message, "status": &o.Status, "reason": &o.Reason, "decision": &o.Decision,
		"phase": &o.Phase, "degraded": &o.Degraded, "problem": &o.Problem,
	}
}
