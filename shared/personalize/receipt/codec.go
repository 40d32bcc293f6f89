package receipt

import (
	"encoding/base32"
	"encoding/binary"
	"maps"
	"slices"
	"strings"

	"github.com/oklog/ulid/v2"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
)

// The second form has its texts first, which may be compressed, and then the
// rest bit by bit, with names as numbers of the snapshot.
const (
	secondPlain  = 2
	secondPacked = 3
)

// What may be said of a decision in few words.
var (
	degradations = []string{"", "store_timeout", "store_error"}
	reasons      = []string{"", string(snapshot.Consent), string(snapshot.Store), string(snapshot.Capped)}
	purposes     = []string{string(journey.Personalization), string(journey.Measurement), string(journey.Advertising)}
	ownKeys      = []string{"channel", "country", "locale", "zone"}
	kinds        = []string{
		journey.Purchase, journey.Return, "subscription_start", "subscription_cancel", "complaint", "complaint_resolved",
	}
	currencies = []string{"EUR", "USD", "GBP", "CHF"}
)

// Pack writes r as the receipt of a decision that by, its snapshot, made. By both
// it is read again.
func Pack(r *Receipt, by *snapshot.Snapshot, decision string) []byte {
	in := &r.Input
	if h := in.History; h != nil {
		r.Window = marksOf(h.Traces, marking[journey.Trace]{appendTrace, timeOfTrace})
		r.Milestones = marksOf(h.Profile.Milestones, marking[journey.Milestone]{appendMilestone, timeOfMilestone})
	}
	w := &writer{b: make([]byte, 0, 256+len(r.Window.short)+len(r.Milestones.short)), texts: make([]byte, 0, 192)}
	w.snapshot(r.Snapshot)
	w.text(r.Visitor)
	w.word(r.Degraded, degradations)
	w.flag(r.Lean)
	w.moment(in.At, decision)
	w.input(in, by, r.Visitor, decision)
	w.context(r, by)
	w.consulted(r.Consulted)
	if w.flag(in.History != nil); in.History != nil {
		w.history(r, by)
	}
	w.raw(r.Answer[:])
	if in.History != nil {
		w.marks(&r.Window, in.At)
		w.marks(&r.Milestones, in.At)
	}
	return w.body()
}

// body is what was written. A store charges by the kilobyte: what has less is not
// worth compressing.
func (w *writer) body() []byte {
	w.align()
	form, texts := byte(secondPlain), w.texts
	if len(w.texts)+len(w.b) > unit {
		if short := squeezed(texts); len(short) < len(texts) {
			form, texts = secondPacked, short
		}
	}
	body := append(make([]byte, 0, 3+len(texts)+len(w.b)), form)
	body = binary.AppendUvarint(body, uint64(len(texts)))
	return append(append(body, texts...), w.b...)
}

// Read reads what Pack wrote for a decision, or returns ErrCorrupt. What has
// numbers in place of names is not in it yet: Name puts it there.
func Read(body []byte, decision string) (*Receipt, error) {
	if len(body) == 0 {
		return nil, ErrCorrupt
	}
	switch form, rest := body[0], body[1:]; form {
	case firstPlain:
		return readFirst(string(rest), decision)
	case firstPacked:
		plain, err := stretched(rest)
		if err != nil {
			return nil, err
		}
		return readFirst(string(plain), decision)
	case secondPlain, secondPacked:
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > uint64(len(rest)-size) {
			return nil, ErrCorrupt
		}
		texts, rest := rest[size:size+int(n)], rest[size+int(n):]
		if form == secondPacked {
			var err error
			if texts, err = stretched(texts); err != nil {
				return nil, err
			}
		}
		return readSecond(&reader{rest: string(rest), texts: string(texts)}, decision)
	}
	return nil, ErrCorrupt
}

func readSecond(r *reader, decision string) (*Receipt, error) {
	out := &Receipt{Snapshot: r.snapshot(), Visitor: r.text(), Degraded: r.word(degradations), Lean: r.flag(), named: new(named)}
	in, named := &out.Input, out.named
	in.At = r.moment(decision)
	r.input(in, named, out.Visitor, decision)
	out.Context = r.ownContext()
	named.context = r.values()
	out.Consulted = r.consulted()
	if r.flag() {
		in.History = r.history(in.At, named)
	}
	copy(out.Answer[:], r.raw(len(out.Answer)))
	if in.History != nil {
		out.Window, out.Milestones = r.marks(in.At), r.marks(in.At)
	}
	r.check(r.rest == "" && r.texts == "")
	if r.bad {
		return nil, ErrCorrupt
	}
	return out, nil
}

// A snapshot's id is as a rule a hash, whose bytes are shorter.
const snapshotPrefix = "s_"

var hashes = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const hashBytes = 16

func (w *writer) snapshot(id string) {
	text, is := strings.CutPrefix(id, snapshotPrefix)
	hash, err := hashes.DecodeString(text)
	is = is && err == nil && len(hash) == hashBytes && hashes.EncodeToString(hash) == text
	if w.flag(is); is {
		w.raw(hash)
	} else {
		w.text(id)
	}
}

func (r *reader) snapshot() string {
	if r.flag() {
		return snapshotPrefix + hashes.EncodeToString([]byte(r.raw(hashBytes)))
	}
	return r.text()
}

// moment writes when it was, where the decision's id does not say the same.
func (w *writer) moment(at journey.Millis, decision string) {
	w.signed(int64(at-momentOf(decision)), 1)
}

func (r *reader) moment(decision string) journey.Millis {
	return momentOf(decision) + journey.Millis(r.signed(1))
}

// momentOf is when a decision was made, by its id; zero where that does not say.
func momentOf(decision string) journey.Millis {
	_, id, _ := strings.Cut(decision, "_")
	id, _, _ = strings.Cut(id, "_")
	read, err := ulid.ParseStrict(id)
	if err != nil {
		return 0
	}
	return journey.Millis(read.Time())
}

func (w *writer) input(in *snapshot.Input, by *snapshot.Snapshot, visitor, decision string) {
	w.word(string(in.Withheld), reasons)
	w.word(string(in.Uncounted), reasons)
	w.text(in.Locale)
	if w.flag(in.Person == visitor); in.Person != visitor {
		w.text(in.Person)
	}
	if w.flag(in.Seed == decision); in.Seed != decision {
		w.text(in.Seed)
	}
	w.number(uint64(len(in.Placements)), 1)
	for _, name := range in.Placements {
		w.name(by, snapshot.PlacementName, name)
	}
	w.number(uint64(len(in.Purposes)), 1)
	for _, p := range in.Purposes {
		w.word(string(p), purposes)
	}
	w.names(by, snapshot.ItemName, in.Spent)
}

func (r *reader) input(in *snapshot.Input, named *named, visitor, decision string) {
	in.Withheld, in.Uncounted = snapshot.Reason(r.word(reasons)), snapshot.Reason(r.word(reasons))
	in.Locale, in.Person, in.Seed = r.text(), visitor, decision
	if !r.flag() {
		in.Person = r.text()
	}
	if !r.flag() {
		in.Seed = r.text()
	}
	for range r.count(1) {
		named.placements = append(named.placements, r.name())
	}
	for range r.count(1) {
		in.Purposes = append(in.Purposes, journey.Purpose(r.word(purposes)))
	}
	named.spent = r.names()
}

// context writes what every request may say, in texts, and then what is declared.
func (w *writer) context(r *Receipt, by *snapshot.Snapshot) {
	for _, name := range ownKeys {
		text, is := r.Context[name].(string)
		if w.flag(is); is {
			w.text(text)
		}
	}
	w.values(by, snapshot.ContextName, r.Context, ownKeys...)
}

func (r *reader) ownContext() map[string]any {
	context := map[string]any{}
	for _, name := range ownKeys {
		if r.flag() {
			context[name] = r.text()
		}
	}
	return context
}

// history writes what is not marked elsewhere, and what decides: no consent,
// which the purposes are, and no version of the counters.
func (w *writer) history(r *Receipt, by *snapshot.Snapshot) {
	h := r.Input.History
	p := &h.Profile
	w.flag(h.Truncated)
	w.text(p.Locale)
	w.text(p.Zone)
	w.text(p.Country)
	w.values(by, snapshot.TraitName, p.Traits)
	w.totals(&p.Totals, r.Input.At)
	w.counters(r, by)
}

func (r *reader) history(at journey.Millis, named *named) *journey.History {
	h := &journey.History{Truncated: r.flag()}
	p := &h.Profile
	p.Locale, p.Zone, p.Country = r.text(), r.text(), r.text()
	named.traits = r.values()
	p.Totals = r.totals(at)
	named.tallies = r.counters(at)
	return h
}

// lowTime is how many bits of a time that has passed are as good as chance.
const lowTime = 30

func (w *writer) totals(t *journey.Totals, at journey.Millis) {
	some := t.Purchases != 0 || t.First != 0 || t.Last != 0 || len(t.Spent)+len(t.Latest) > 0
	if w.flag(some); !some {
		return
	}
	w.signed(int64(t.Purchases), 2)
	w.signed(int64(at-t.First), lowTime)
	w.signed(int64(at-t.Last), lowTime)
	w.number(uint64(len(t.Spent)), 0)
	for _, currency := range slices.Sorted(maps.Keys(t.Spent)) {
		w.word(currency, currencies)
		w.signed(int64(t.Spent[currency]), 12)
	}
	w.number(uint64(len(t.Latest)), 1)
	for _, kind := range slices.Sorted(maps.Keys(t.Latest)) {
		w.word(kind, kinds)
		w.signed(int64(at-t.Latest[kind]), lowTime)
	}
}

func (r *reader) totals(at journey.Millis) (t journey.Totals) {
	if !r.flag() {
		return t
	}
	past := func() journey.Millis { return at - journey.Millis(r.signed(lowTime)) }
	t.Purchases, t.First, t.Last = int(r.signed(2)), past(), past()
	if n := r.count(0); n > 0 {
		t.Spent = map[string]journey.Units{}
		for range n {
			t.Spent[r.word(currencies)] = journey.Units(r.signed(12))
		}
	}
	if n := r.count(1); n > 0 {
		t.Latest = map[string]journey.Millis{}
		for range n {
			t.Latest[r.word(kinds)] = past()
		}
	}
	return t
}
