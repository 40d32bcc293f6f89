package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"net/http"
	"slices"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
)

// The flags of OFREP, the OpenFeature Remote Evaluation Protocol: where the
// visitor stands, and one for each placement.
const (
	phaseFlag  = "journey-phase"
	slotPrefix = "slot:" // and the name of the placement
)

// What an evaluation says of how it came about, in the words of OpenFeature.
const (
	matchReason    = "TARGETING_MATCH" // a rule won, or the history says it
	splitReason    = "SPLIT"           // a rule won, and chance chose among its items
	defaultReason  = "DEFAULT"         // nothing fits: the fallback, or the first phase
	disabledReason = "DISABLED"        // the visitor does not agree to be known
	errorReason    = "ERROR"           // the store does not answer
)

// EvaluationRequest is the body of both calls of OFREP.
type EvaluationRequest struct {
	Context map[string]any `json:"context" doc:"targetingKey is the visitor; with a publishable key the token names them. consent is as in a decision. The rest is the context of a decision; keys that are not declared are ignored."`
}

// Evaluation is one flag, evaluated.
type Evaluation struct {
	Key      string             `json:"key"`
	Value    any                `json:"value,omitempty" doc:"Of journey-phase the name of the phase; of a slot its first item, the others under more. Left out where there is none: the caller's own default holds."`
	Reason   string             `json:"reason" enum:"TARGETING_MATCH,SPLIT,DEFAULT,DISABLED,ERROR"`
	Variant  string             `json:"variant,omitempty" doc:"The phase, or the id of the item."`
	Metadata EvaluationMetadata `json:"metadata"`
}

// EvaluationMetadata is what an evaluation says beside its value. It holds texts
// and numbers alone, as OpenFeature wants it.
type EvaluationMetadata struct {
	Decision   string   `json:"decisionId"`
	Snapshot   string   `json:"snapshot"`
	Phase      string   `json:"phase,omitempty"`
	Confidence *float64 `json:"phaseConfidence,omitempty"`
	Standing   string   `json:"standing,omitempty"`
	Rule       string   `json:"rule,omitempty" doc:"That won the placement."`
	Fallback   string   `json:"fallback,omitempty" doc:"Why the placement shows its fallback, as in a decision."`
	Degraded   string   `json:"degraded,omitempty" enum:"store_timeout,store_error"`
}

// Evaluations are all flags.
type Evaluations struct {
	Flags []Evaluation `json:"flags"`
}

// slotValue is what a placement shows.
type slotValue struct {
	snapshot.Item
	More []snapshot.Item `json:"more,omitempty"`
}

// evaluate answers one flag.
func (g *Gateway) evaluate(ctx context.Context, c *call, in EvaluationRequest) (*Evaluation, error) {
	key := c.variables["key"]
	placement, slot := strings.CutPrefix(key, slotPrefix)
	if !slot && key != phaseFlag {
		return nil, flagNotFound("there is no such flag: the flags are " + phaseFlag + " and, for each placement, " + slotPrefix + " and its name")
	}
	request, err := in.decision(c.caller)
	if err != nil {
		return nil, err
	}
	if slot {
		request.Placements = []string{placement}
	}
	decision, err := g.decide(ctx, c, request)
	if err != nil {
		if p := asProblem(err); p.Code == "unknown_placement" {
			return nil, flagNotFound("what follows " + slotPrefix + " " + p.Errors[0].Message)
		}
		return nil, err
	}
	if slot {
		return ofSlot(placement, decision), nil
	}
	return ofPhase(decision), nil
}

// evaluateAll answers every flag, of one decision.
func (g *Gateway) evaluateAll(ctx context.Context, c *call, in EvaluationRequest) (*Evaluations, error) {
	request, err := in.decision(c.caller)
	if err != nil {
		return nil, err
	}
	request.All = true
	decision, err := g.decide(ctx, c, request)
	if err != nil {
		return nil, err
	}
	all := &Evaluations{Flags: []Evaluation{*ofPhase(decision)}}
	for _, name := range slices.Sorted(maps.Keys(decision.Placements)) {
		all.Flags = append(all.Flags, *ofSlot(name, decision))
	}
	c.answer.Set("ETag", all.tag(decision))
	return all, nil
}

func flagNotFound(detail string) *Problem {
	return problem(http.StatusNotFound, "flag_not_found", detail)
}

// decision is what a context asks for.
func (in EvaluationRequest) decision(caller personalize.Caller) (personalize.DecideRequest, error) {
	const field = "context.targetingKey"
	request := personalize.DecideRequest{Context: in.Context}
	switch visitor := in.Context["targetingKey"].(type) {
	case string:
		request.Visitor = visitor
	case nil:
	default:
		return request, invalid(&journey.Fault{Field: field, Code: "wrong_type", Message: "must be text, the id of the visitor"})
	}
	if request.Visitor == "" && caller.Key == personalize.Secret {
		return request, problem(http.StatusBadRequest, "targeting_key_missing", field+" must name the visitor")
	}
	if fault := journey.CheckID(field, request.Visitor); fault != nil && request.Visitor != "" {
		return request, invalid(fault)
	}
	said, err := json.Marshal(in.Context["consent"])
	if err == nil {
		err = request.Consent.UnmarshalJSON(said)
	}
	if err != nil {
		return request, invalid(&journey.Fault{
			Field: "context.consent", Code: "bad_consent",
			Message: `must be "none" or a list of personalization, measurement, advertising`,
		})
	}
	return request, nil
}

func ofPhase(d *personalize.Decision) *Evaluation {
	e := &Evaluation{Key: phaseFlag, Reason: matchReason, Metadata: metadataOf(d)}
	switch {
	case d.Degraded != "":
		e.Reason = errorReason
	case d.Phase == nil:
		e.Reason = disabledReason
	case d.Phase.Since == nil:
		e.Reason = defaultReason
	}
	if d.Phase != nil {
		e.Value, e.Variant = d.Phase.Name, d.Phase.Name
	}
	return e
}

func ofSlot(name string, d *personalize.Decision) *Evaluation {
	p := d.Placements[name]
	e := &Evaluation{Key: slotPrefix + name, Reason: reasonOf(p), Metadata: metadataOf(d)}
	e.Metadata.Rule, e.Metadata.Fallback = p.Rule, string(p.Reason)
	if len(p.Items) > 0 {
		e.Value, e.Variant = slotValue{p.Items[0], p.Items[1:]}, p.Items[0].ID
	}
	return e
}

func reasonOf(p *snapshot.Placement) string {
	switch {
	case p.Reason == snapshot.Consent:
		return disabledReason
	case p.Reason == snapshot.Store:
		return errorReason
	case p.Fallback:
		return defaultReason
	case p.Drawn:
		return splitReason
	}
	return matchReason
}

func metadataOf(d *personalize.Decision) EvaluationMetadata {
	m := EvaluationMetadata{Decision: d.Decision, Snapshot: d.Snapshot, Degraded: d.Degraded}
	if d.Phase != nil {
		m.Phase, m.Confidence, m.Standing = d.Phase.Name, &d.Phase.Confidence, d.Phase.Standing
	}
	return m
}

// tag is the same for as long as the flags of a visitor say the same. It leaves
// out what is another one in each decision: its id, and the confidence, which
// moves with the clock. That makes it a weak one.
func (all *Evaluations) tag(d *personalize.Decision) string {
	h := sha256.New()
	fold(h, d.Visitor, d.Snapshot, d.Degraded)
	for i := range all.Flags {
		e := &all.Flags[i]
		fold(h, e.Key, e.Reason, e.Variant, e.Metadata.Phase, e.Metadata.Standing, e.Metadata.Rule, e.Metadata.Fallback)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Placements)) {
		for _, item := range d.Placements[name].Items {
			fold(h, item.ID, item.URL)
			for _, field := range item.Content.Fields() {
				fold(h, field.Name, field.Text)
			}
		}
	}
	return `W/"` + hex.EncodeToString(h.Sum(nil)[:16]) + `"`
}

// fold adds texts to a hash, where no two lists of them are alike.
func fold(h hash.Hash, texts ...string) { fmt.Fprintf(h, "%q", texts) }

// EvaluationProblem is a refusal that OpenFeature understands too.
type EvaluationProblem struct {
	*Problem
	Key          string `json:"key,omitempty" doc:"The flag that was asked for."`
	ErrorCode    string `json:"errorCode" enum:"PARSE_ERROR,TARGETING_KEY_MISSING,INVALID_CONTEXT,FLAG_NOT_FOUND,GENERAL"`
	ErrorDetails string `json:"errorDetails" doc:"As detail."`
}

// inOFREP gives a refusal the shape and status of OFREP, which calls every
// fault of a request 400.
func (p *Problem) inOFREP(key string) {
	if p.Status == http.StatusUnprocessableEntity {
		p.Status = http.StatusBadRequest
	}
	p.body = &EvaluationProblem{Problem: p, Key: key, ErrorCode: p.errorCode(), ErrorDetails: p.Detail}
}

func (p *Problem) errorCode() string {
	switch {
	case p.Code == "flag_not_found":
		return "FLAG_NOT_FOUND"
	case p.Code == "targeting_key_missing":
		return "TARGETING_KEY_MISSING"
	case p.Status != http.StatusBadRequest:
		return "GENERAL"
	case len(p.Errors) > 0 && strings.HasPrefix(p.Errors[0].Field, "context"):
		return "INVALID_CONTEXT"
	}
	return "PARSE_ERROR"
}
