package personalize

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/oklog/ulid/v2"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// Decide answers what fits a visitor in each placement. Its errors are those
// of the request; a fault of the store never is one.
func (s *Service) Decide(ctx context.Context, caller Caller, request DecideRequest) (*Decision, error) {
	started := s.clock()
	d := deciding{s: s, caller: caller, request: &request, now: journey.At(started), check: s.freshen(started)}
	d.live = s.settle(started, d.check)
	if err := d.validate(); err != nil {
		return nil, err
	}
	d.countBy = time.Now().Add(s.deadline * 9 / 10)
	loading, loaded := context.WithTimeout(ctx, s.deadline*2/3)
	defer loaded()
	d.load(loading)
	d.id = s.decisionID(d.visitor, d.now)
	decision := d.answer(ctx, started)
	d.keep(decision)
	d.sign(decision)
	return decision, nil
}

// deciding is one decision under way.
type deciding struct {
	s       *Service
	caller  Caller
	request *DecideRequest
	check   <-chan struct{}
	live    *known // decides
	preview bool   // it is only looked at: the visitor may be nobody
	message string // that it is for; empty on pages

	id      string // of the decision; empty where it has none
	visitor string
	now, at journey.Millis
	pretend bool // nothing is recorded
	context snapshot.Context
	batch   *batch
	countBy time.Time // what is counted is counted by then; zero: by the end of the context

	withheld snapshot.Reason
	purposes []journey.Purpose // that the visitor agreed to
	mayKeep  bool              // what becomes of the answer
	fault    error             // of the store
	history  *journey.History
	outcomes []store.Outcome

	// What the answer was made from, and what came of it: the receipt is theirs.
	in       *snapshot.Input
	out      snapshot.Answer
	reserved *reserving // what it counts; nil in a pretended decision
}

func (d *deciding) validate() error {
	if err := d.names(); err != nil {
		return err
	}
	if err := d.moment(); err != nil {
		return err
	}
	if err := d.placements(); err != nil {
		return err
	}
	var fault *journey.Fault
	if d.context, fault = d.live.snapshot.Context(d.request.Context); fault == nil {
		fault = d.live.snapshot.Fits(d.request.Context)
	}
	if fault != nil {
		return invalid(fault.Field, fault.Code, fault.Message)
	}
	if len(d.request.Touchpoints) > MaxDecisionTouchpoints {
		return invalid("touchpoints", "bad_count", "must be at most 50")
	}
	r := reader{caller: d.caller, visitor: d.visitor, now: d.now}
	if d.preview {
		r.visitor, r.now, r.pretended = cmp.Or(d.visitor, nobody), max(d.now, d.at), d.at
	}
	var err error
	d.batch, err = r.read(d.request.Touchpoints)
	return err
}

func (d *deciding) names() error {
	d.visitor = d.request.Visitor
	if d.caller.Key == Publishable {
		if d.visitor != "" && d.visitor != d.caller.Visitor {
			return anotherVisitor()
		}
		d.visitor = d.caller.Visitor
	}
	if d.preview && d.visitor == "" {
		return nil
	}
	if fault := journey.CheckID("visitor", d.visitor); fault != nil {
		return invalid(fault.Field, fault.Code, fault.Message)
	}
	return nil
}

func (d *deciding) moment() error {
	d.at, d.pretend = d.now, d.preview
	if d.caller.Key != Secret && (d.request.At != "" || d.request.Explain) {
		return &Error{Kind: Forbidden, Code: "field_not_allowed", Message: "at and explain are for secret keys"}
	}
	if d.request.At == "" {
		return nil
	}
	at, err := d.s.Moment("at", d.request.At)
	d.at, d.pretend = at, true
	return err
}

// placements refuses names that are no placements. Before it does, it makes
// sure that it knows the newest ones.
func (d *deciding) placements() error {
	if d.request.All {
		d.request.Placements = d.live.snapshot.Placements()
		return nil
	}
	if len(d.request.Placements) > MaxPlacements {
		return invalid("placements", "bad_count", "must be at most 50")
	}
	name, _, unknown := d.live.snapshot.UnknownPlacement(d.request.Placements)
	if unknown && d.check != nil {
		d.live = d.s.await(d.check)
		name, _, unknown = d.live.snapshot.UnknownPlacement(d.request.Placements)
	}
	if !unknown || !d.live.seen || d.live.age(d.s.clock()) >= joinAfter {
		return nil // it may have been published since
	}
	return unknownPlacement(d.live.snapshot, slices.Index(d.request.Placements, name), name)
}

// unknownPlacement refuses a name that is no placement.
func unknownPlacement(s *snapshot.Snapshot, index int, name string) error {
	message := "is not the name of a placement"
	if _, nearest, _ := s.UnknownPlacement([]string{name}); nearest != "" {
		message += "; did you mean " + nearest + "?"
	}
	return invalid("placements["+strconv.Itoa(index)+"]", "unknown_placement", message)
}

// load reads the history and records the touchpoints, side by side where the
// call itself settles consent. A history that may not decide is not read.
func (d *deciding) load(ctx context.Context) {
	g, settled := fromRequest(d.caller, d.request.Consent)
	d.mayKeep = settled && g.record
	if settled && !g.personal {
		d.withhold(g)
		d.record(ctx)
		return
	}
	if settled && len(d.batch.touchpoints) > 0 && !d.pretend {
		recorded := make(chan struct{})
		go func() {
			defer close(recorded)
			d.record(ctx)
		}()
		err := d.read(ctx)
		<-recorded
		d.degrade(err)
	} else {
		d.degrade(d.read(ctx))
		if d.history == nil {
			return
		}
		if !settled {
			g = fromStored(d.caller, d.history.Profile.Consent, d.live.snapshot.Settings().Consent)
		}
		if g.record {
			d.record(ctx)
		}
	}
	d.withhold(g)
	d.merge()
}

func (d *deciding) withhold(g grant) {
	d.mayKeep, d.purposes = g.record, g.purposes
	if !g.record {
		d.batch.refuse(func(string) bool { return true })
	}
	if !g.personal {
		d.withheld = snapshot.Consent
	}
}

func (d *deciding) read(ctx context.Context) error {
	if d.visitor == "" {
		d.history = &journey.History{}
		return nil
	}
	var err error
	d.history, err = d.s.store.History(ctx, store.Query{
		Visitor: d.visitor, At: d.at, Now: d.now, Window: d.live.snapshot.Settings().Window,
	})
	return err
}

func (d *deciding) record(ctx context.Context) {
	if d.pretend || len(d.batch.touchpoints) == 0 {
		return
	}
	var err error
	d.outcomes, err = d.s.store.Append(ctx, d.now, recordings(d.batch.touchpoints, d.live, d.now))
	if err != nil {
		d.s.warn("touchpoints of a decision were not all stored", err)
		d.fault = err
	}
}

func (d *deciding) degrade(err error) {
	if err == nil {
		return
	}
	d.s.warn("a decision was made without the store", err)
	d.history, d.withheld, d.fault = nil, snapshot.Store, err
}

// degradation names what the store did; nothing where it did what was asked.
func degradation(fault error) string {
	switch {
	case fault == nil:
		return ""
	case isTimeout(fault):
		return "store_timeout"
	}
	return "store_error"
}

// merge counts the touchpoints of this very call: those that are stored now
// or, in a pretended decision, all of them.
func (d *deciding) merge() {
	if d.history == nil || len(d.batch.touchpoints) == 0 {
		return
	}
	var added []journey.Trace
	for i := range d.batch.touchpoints {
		t := &d.batch.touchpoints[i]
		switch {
		case d.pretend:
			added = append(added, t.Trace())
		case i >= len(d.outcomes) || d.outcomes[i].Status == store.Failed:
			continue
		default:
			added = append(added, d.outcomes[i].Trace)
		}
		if m, ok := t.Milestone(); ok && t.Trust != journey.Machine {
			d.history.Profile.Record(m)
		}
	}
	d.history.Merge(added, d.at, d.live.snapshot.Settings().Window)
}

func (d *deciding) answer(ctx context.Context, started time.Time) *Decision {
	seed := d.id
	if d.pretend {
		seed = "" // the visitor and the moment: asked again, it answers the same
	}
	d.in = &snapshot.Input{
		At: d.at, Person: d.visitor, Seed: seed, History: d.history, Withheld: d.withheld, Purposes: d.purposes,
		Context: d.context, Locale: d.caller.Locale,
		Placements: d.request.Placements, Explain: d.request.Explain, Statistics: d.live.statistics.ranked(),
	}
	d.out = d.decide(ctx, d.in)
	out := &d.out
	decision := &Decision{
		Decision: d.id, Visitor: d.visitor, Snapshot: d.live.snapshot.ID(),
		At: d.at, Personal: d.withheld == "", Phase: phaseOf(out.Phase), Degraded: degradation(d.fault),
		Placements:  make(map[string]*snapshot.Placement, len(d.request.Placements)),
		Explanation: out.Explanation,
		SnapshotAge: int(d.live.age(started).Seconds()),
	}
	for i := range out.Placements {
		decision.Placements[out.Placements[i].Name] = &out.Placements[i]
	}
	// Only where the newest configuration could not be read can a name be unknown
	// here: then nothing is there to be shown.
	for _, name := range d.request.Placements {
		if decision.Placements[name] == nil {
			decision.Placements[name] = &snapshot.Placement{Name: name, Items: []snapshot.Item{}, Fallback: true, Reason: snapshot.Store}
			decision.Degraded = "store_error"
		}
	}
	if d.pretend {
		decision.Touchpoints = CollectResult{Rejected: d.batch.rejected}
	} else {
		decision.Touchpoints = d.batch.result(d.outcomes)
	}
	return decision
}

// decide answers with what is counted or, in a pretended decision, as the counts
// are.
func (d *deciding) decide(ctx context.Context, in *snapshot.Input) snapshot.Answer {
	if !d.pretend {
		r := &reserving{s: d.s, on: d.live.snapshot, visitor: d.visitor, message: d.message, in: in, by: d.countBy}
		d.reserved = r
		out := r.decide(ctx)
		if r.fault != nil {
			d.fault = r.fault
		}
		return out
	}
	ctx, cancel := endingBy(ctx, d.countBy)
	defer cancel()
	l := looking{s: d.s}
	out, err := l.decide(ctx, d.live.snapshot, in)
	if err != nil {
		d.s.warn("a decision was made without what is capped", err)
		d.fault, in.Uncounted = err, snapshot.Store
		out = d.live.snapshot.Decide(in)
	}
	return out
}

// sign gives each item the token by which feedback names it, where feedback
// could be kept: not in what is hypothetical, nor without consent, nor where
// nobody knows of it.
func (d *deciding) sign(decision *Decision) {
	if d.pretend || !d.mayKeep {
		return
	}
	shown := shownItem{Decision: decision.Decision, Visitor: d.visitor, Channel: d.context.Channel, Message: d.message, Segment: d.out.Segment}
	if decision.Phase != nil {
		shown.Phase = decision.Phase.Name
	}
	for name, placement := range decision.Placements {
		shown.Placement = name
		for i := range placement.Items {
			shown.Item, shown.Probability = placement.Items[i].ID, placement.Items[i].Probability
			placement.Items[i].Token = d.s.tokens.sign(&shown)
		}
	}
}

// decisionID is unique, sorts by time, and carries a keyed hash of the visitor
// that it belongs to.
func (s *Service) decisionID(visitor string, now journey.Millis) string {
	s.entropyLock.Lock()
	id, err := ulid.New(uint64(now), s.entropy)
	s.entropyLock.Unlock()
	if err != nil {
		panic(fmt.Sprintf("draw a decision id: %v", err)) // the system's random source never fails
	}
	return "d_" + id.String() + "_" + s.ownerOf(visitor)
}

// ownerOf is the keyed hash of a visitor, whose receipts and results are its own.
func (s *Service) ownerOf(visitor string) string { return ownerBy(s.owners, visitor) }

// Moment reads the moment that a call names in a field; none is now.
func (s *Service) Moment(field, text string) (journey.Millis, error) {
	if text == "" {
		return s.now(), nil
	}
	var at journey.Millis
	if err := at.UnmarshalText([]byte(text)); err != nil {
		fault := asFault(err)
		return 0, invalid(field, fault.Code, fault.Message)
	}
	return at, nil
}
