package personalize

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// How long a message is answered with what it was answered with first, and how
// long what it reserved waits for it to be sent.
const (
	answeredFor = 24 * time.Hour
	sendWithin  = 72 * time.Hour
)

// reservationsOf starts the names of all reservations of a message.
func reservationsOf(message string) string { return shortHash(message) + "." }

// reservationID names that of an item in a message.
func reservationID(message, item string) string { return reservationsOf(message) + shortHash(item) }

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

// addressed is what a recipient is answered with.
type addressed struct {
	decision   string
	phase      string // empty where the decision is not personal
	placements map[string]*snapshot.Placement
	suppressed string // why nothing should be sent; empty where it may
	degraded   string
}

// address decides for one recipient of a mail. With a message, placements that
// were answered before are answered with that, whoever asks and however often:
// what is new is stored before it is answered.
func (d *deciding) address(ctx context.Context, started time.Time) *addressed {
	var (
		stored  []store.Result
		failed  error
		reading sync.WaitGroup
	)
	if g, settled := fromRequest(d.caller, d.request.Consent); d.message != "" && (!settled || g.personal) {
		reading.Go(func() { stored, failed = d.answered(ctx) })
	}
	d.load(ctx)
	reading.Wait()
	d.degrade(failed)
	suppressed := d.suppressed()
	if d.message == "" || d.withheld != "" {
		return d.unstored(ctx, started, suppressed)
	}
	wanted := slices.Clone(d.request.Placements)
	for range maxAgain {
		d.request.Placements = unanswered(wanted, stored)
		if len(d.request.Placements) == 0 {
			return d.asStored(wanted, stored)
		}
		there, err := d.attempt(ctx, started, stored)
		if err != nil {
			d.degrade(err)
			break
		}
		stored = append(stored, there...)
	}
	if d.request.Placements = unanswered(wanted, stored); len(d.request.Placements) == 0 {
		return d.asStored(wanted, stored)
	}
	d.degrade(store.ErrUnavailable)
	out := d.asStored(wanted, stored)
	rest := d.unstored(ctx, started, "")
	maps.Copy(out.placements, rest.placements)
	out.degraded = rest.degraded
	return out
}

// key is that of the message in the store.
func (d *deciding) key() store.Message {
	return store.Message{Owner: d.s.ownerOf(d.visitor), ID: d.message}
}

// answered are the results of the message, also those that were stored before
// the hash key was replaced.
func (d *deciding) answered(ctx context.Context) (results []store.Result, err error) {
	for _, key := range d.s.keysOf(d.visitor, d.message) {
		there, err := d.s.store.Results(ctx, key, d.now)
		if err != nil {
			return nil, err
		}
		for _, r := range there {
			if !slices.ContainsFunc(results, func(known store.Result) bool { return known.Placement == r.Placement }) {
				results = append(results, r)
			}
		}
	}
	return results, nil
}

// keysOf are those that a message may have in the store, the newest first: one,
// unless the hash key was replaced.
func (s *Service) keysOf(visitor, message string) []store.Message {
	keys := []store.Message{{Owner: s.ownerOf(visitor), ID: message}}
	for _, former := range s.former {
		keys = append(keys, store.Message{Owner: ownerBy(former, visitor), ID: message})
	}
	return keys
}

// suppressed says why nothing should be sent to a recipient, who then gets what
// anybody would.
func (d *deciding) suppressed() string {
	switch {
	case d.withheld == snapshot.Consent:
		return "consent"
	case d.history != nil && unsubscribed(d.history.Traces):
		d.withheld = snapshot.Consent
		return "unsubscribed"
	}
	return ""
}

// unsubscribed reports whether the newest word of a visitor on mails is that
// none is wanted.
func unsubscribed(traces []journey.Trace) bool {
	var last *journey.Trace
	for i := range traces {
		t := &traces[i]
		if (t.Type == "unsubscribe" || t.Type == "newsletter_signup") && (last == nil || t.At >= last.At) {
			last = t
		}
	}
	return last != nil && last.Type == "unsubscribe"
}

// unstored answers with a decision that is made anew whenever it is asked for.
func (d *deciding) unstored(ctx context.Context, started time.Time, suppressed string) *addressed {
	d.id = d.s.decisionID(d.visitor, d.now)
	decision := d.answer(ctx, started)
	d.keep(decision)
	d.sign(decision)
	out := &addressed{decision: d.id, placements: decision.Placements, suppressed: suppressed, degraded: decision.Degraded}
	if decision.Phase != nil {
		out.phase = decision.Phase.Name
	}
	return out
}

// attempt decides what is not answered yet, and returns what it is answered
// with from now on: by this decision, or by another one that was faster.
func (d *deciding) attempt(ctx context.Context, started time.Time, stored []store.Result) ([]store.Result, error) {
	d.id = d.s.decisionID(d.visitor, d.now)
	decision := d.answer(ctx, started)
	if d.fault != nil {
		return nil, d.fault
	}
	mine := make([]store.Result, 0, len(d.out.Placements))
	for i := range d.out.Placements {
		r, err := d.result(&d.out.Placements[i])
		if err != nil {
			return nil, err
		}
		mine = append(mine, r)
	}
	there, err := d.s.store.PutResults(ctx, d.now, d.key(), mine)
	if errors.Is(err, store.ErrUnavailable) {
		there, err = d.s.store.PutResults(ctx, d.now, d.key(), mine)
	}
	switch {
	case err != nil:
		return nil, err // perhaps they are stored: what was reserved ends by itself
	case there == nil:
		d.keep(decision)
		d.reserved.settleMessage(ctx, slices.Concat(mine, stored), d.id)
		return mine, nil
	}
	d.reserved.settleMessage(ctx, slices.Concat(there, stored), d.id)
	d.history.Counters = d.reserved.known
	return there, nil
}

// settleMessage gives back what was reserved and is not in the message. mine is
// the decision that reserved it.
func (r *reserving) settleMessage(ctx context.Context, answered []store.Result, mine string) {
	r.settleShares(ctx, answered, mine)
	shown := itemsOf(answered)
	r.counted = slices.DeleteFunc(r.counted, func(one snapshot.Reservation) bool { return slices.Contains(shown, one.Item) })
	if len(r.counted) == 0 {
		return
	}
	known, err := r.s.store.ChangeCounters(ctx, r.visitor, r.known, func(c *rank.Counters) error {
		for _, one := range r.counted {
			c.Release(reservationID(r.message, one.Item))
		}
		return nil
	})
	if err != nil {
		r.s.warn("what was reserved and not shown was not given back", err)
		return
	}
	r.known, r.counted = known, nil
}

// unanswered returns the placements that have no result, each once.
func unanswered(wanted []string, stored []store.Result) (names []string) {
	for _, name := range wanted {
		known := slices.ContainsFunc(stored, func(r store.Result) bool { return r.Placement == name })
		if !known && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// answeredPlacement is what a placement of a message was answered with, as it is
// stored.
type answeredPlacement struct {
	Phase    string             `json:"phase,omitempty"`
	Segment  string             `json:"segment,omitempty"`
	Channel  string             `json:"channel,omitempty"`
	Filled   snapshot.Placement `json:"filled"`
	Chosen   []float64          `json:"chosen"` // with which probability, parallel to the items
	Snapshot string             `json:"snapshot"`
}

func (d *deciding) result(p *snapshot.Placement) (store.Result, error) {
	a := answeredPlacement{Channel: d.context.Channel, Filled: *p, Snapshot: d.live.snapshot.ID()}
	if d.out.Phase != nil {
		a.Phase = d.out.Phase.Name
	}
	if len(d.out.Segment) <= maxSegment {
		a.Segment = d.out.Segment
	}
	for i := range p.Items {
		a.Chosen = append(a.Chosen, p.Items[i].Probability)
	}
	text, err := json.Marshal(&a)
	if err != nil {
		return store.Result{}, err
	}
	return store.Result{
		Placement: p.Name, Decision: d.id, Body: deflated(text), Expires: d.now.Add(answeredFor), Holds: d.reserved.holds(p),
	}, nil
}

// asStored answers with what is stored for a message.
func (d *deciding) asStored(wanted []string, stored []store.Result) *addressed {
	out := &addressed{placements: map[string]*snapshot.Placement{}}
	for i := range stored {
		r := &stored[i]
		if !slices.Contains(wanted, r.Placement) {
			continue
		}
		a, err := readAnswered(r.Body)
		if err != nil {
			d.s.warn("the result of a message cannot be read", err)
			out.degraded = "store_error"
			a = answeredPlacement{Filled: snapshot.Placement{Items: []snapshot.Item{}, Fallback: true, Reason: snapshot.Store}}
		}
		shown := shownItem{
			Decision: r.Decision, Visitor: d.visitor, Placement: r.Placement, Phase: a.Phase, Channel: a.Channel, Message: d.message, Segment: a.Segment,
		}
		p := &a.Filled
		p.Name = r.Placement
		for k := range p.Items {
			shown.Item, shown.Probability = p.Items[k].ID, a.Chosen[k]
			p.Items[k].Probability, p.Items[k].Token = a.Chosen[k], d.s.tokens.sign(&shown)
		}
		out.placements[r.Placement] = p
		if out.decision == "" || r.Placement == wanted[0] {
			out.decision, out.phase = r.Decision, a.Phase
		}
	}
	return out
}

// itemsOf returns the items of results.
func itemsOf(results []store.Result) (items []string) {
	for _, r := range results {
		if a, err := readAnswered(r.Body); err == nil {
			for k := range a.Filled.Items {
				items = append(items, a.Filled.Items[k].ID)
			}
		}
	}
	return items
}

func readAnswered(body []byte) (a answeredPlacement, err error) {
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(body)), 1<<20))
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	if err == nil && len(a.Chosen) != len(a.Filled.Items) {
		err = errors.New("an item without its probability")
	}
	return a, err
}

func deflated(text []byte) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestSpeed) // an error is for levels that are none
	_, _ = w.Write(text)                           // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// emailSent is the type of the touchpoint by which a server says that a message
// went out; its props name it.
const emailSent = "email_sent"

// sent makes final what a message has reserved: it went out. Each part is done
// once, so that whoever is not told that all is done asks again. Without a
// message there is nothing to do.
func (s *Service) sent(ctx context.Context, visitor, message string, now journey.Millis) error {
	if message == "" {
		return nil
	}
	for _, key := range s.keysOf(visitor, message) {
		if err := s.store.Commit(ctx, now, key); err != nil {
			return err
		}
	}
	h, err := s.store.History(ctx, store.Query{Visitor: visitor, At: now, Now: now, Window: 1})
	if err != nil {
		return err
	}
	_, err = s.store.ChangeCounters(ctx, visitor, h.Counters, func(c *rank.Counters) error {
		for _, id := range c.Pending(reservationsOf(message)) {
			c.Commit(id)
		}
		return nil
	})
	return err
}

// sentOf makes final what the messages have reserved of which a server says that
// they went out.
func (s *Service) sentOf(ctx context.Context, caller Caller, touchpoints []journey.Touchpoint, now journey.Millis) error {
	for i := range touchpoints {
		t := &touchpoints[i]
		if message, _ := t.Props["message"].(string); t.Type == emailSent && caller.Key == Secret {
			if err := s.sent(ctx, t.Visitor, message, now); err != nil {
				return err
			}
		}
	}
	return nil
}
