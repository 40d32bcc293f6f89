package receipt

import (
	"strconv"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
)

// scopeNames are the names of scopes by kind. Those of channels have no numbers,
// and that of everything is empty.
var scopeNames = [...]snapshot.Naming{
	rank.ScopeItem: snapshot.ItemName, rank.ScopeGroup: snapshot.GroupName, rank.ScopeChannel: snapshot.Unnumbered, rank.ScopeAll: snapshot.Unnumbered,
}

const millisOfDay = 24 * 60 * 60 * 1000

func dayOf(at journey.Millis) int { return int(at / millisOfDay) }

// counters writes what a visitor was shown, as the decision read it: at its
// moment, and with nothing reserved that could still be given back. Of scopes
// without a limit a lean receipt only says how many there are.
func (w *writer) counters(r *Receipt, by *snapshot.Snapshot) {
	packed := r.Input.History.Counters.Packed
	if w.flag(packed != ""); packed == "" {
		return
	}
	c, err := by.Counters(&r.Input)
	if w.flag(err == nil); err != nil {
		w.text(packed)
		return
	}
	w.signed(int64(c.Day()-dayOf(r.Input.At)), 1)
	var names [len(scopeNames)][]string
	var times [len(scopeNames)][][]uint32
	left := uint64(0)
	for t := range c.Tallies() {
		if r.Lean && !by.Limits(t.Scope) {
			left++
			continue
		}
		names[t.Scope.Kind] = append(names[t.Scope.Kind], t.Scope.Name)
		times[t.Scope.Kind] = append(times[t.Scope.Kind], t.Times)
	}
	for kind, of := range scopeNames {
		for _, at := range w.names(by, of, names[kind]) {
			w.tally(times[kind][at])
		}
	}
	w.number(left, 0)
}

// tally writes the longest period, and by how much each shorter one has less.
func (w *writer) tally(times []uint32) {
	longest := len(times) - 1
	w.bits(uint64(longest), 2)
	w.number(uint64(times[longest]), 1)
	for p := longest - 1; p >= 0; p-- {
		w.signed(int64(times[p+1])-int64(times[p]), 0)
	}
}

// tallies are counters as they were read, before their scopes have names.
type tallies struct {
	packed string // where nobody could read them
	day    int
	names  [len(scopeNames)]names
	times  [len(scopeNames)][][]uint32
	left   int
}

func (r *reader) counters(at journey.Millis) *tallies {
	if !r.flag() {
		return nil
	}
	if !r.flag() {
		return &tallies{packed: r.text()}
	}
	t := &tallies{day: dayOf(at) + int(r.signed(1))}
	for kind := range scopeNames {
		t.names[kind] = r.names()
		for range t.names[kind].len() {
			t.times[kind] = append(t.times[kind], r.tally())
		}
	}
	left := r.number(0)
	r.check(left <= rank.MaxCounters)
	t.left = int(left)
	return t
}

func (r *reader) tally() []uint32 {
	longest := int(r.bits(2))
	times := make([]uint32, longest+1)
	last := int64(r.number(1))
	for p := longest; ; p-- {
		r.check(last >= 0 && last < 1<<32)
		if times[p] = uint32(last); p == 0 {
			return times
		}
		last -= r.signed(0)
	}
}

// counters are packed as a visitor has them. Scopes that were left out take
// their room.
func (t *tallies) counters(by *snapshot.Snapshot) (journey.Counters, error) {
	if t == nil || t.packed != "" {
		return journey.Counters{Packed: t.unread()}, nil
	}
	var all []rank.Tally
	for kind, of := range scopeNames {
		for i, name := range t.names[kind].of(by, of) {
			all = append(all, rank.Tally{Scope: rank.Scope{Kind: rank.ScopeKind(kind), Name: name}, Times: t.times[kind][i]})
		}
	}
	for i := range t.left {
		all = append(all, rank.Tally{Scope: rank.Scope{Name: leftOut + strconv.Itoa(i)}, Times: []uint32{1}})
	}
	counters, err := rank.Tallied(t.day, all)
	if err != nil {
		return journey.Counters{}, ErrCorrupt
	}
	return journey.Counters{Packed: string(counters.Append(nil))}, nil
}

func (t *tallies) unread() string {
	if t == nil {
		return ""
	}
	return t.packed
}

// leftOut begins the names of scopes whose own ones were left out.
const leftOut = "\x00"

// LeftOut reports whether a scope of counters stands for one that a receipt
// counts without saying what it is of.
func LeftOut(s rank.Scope) bool { return strings.HasPrefix(s.Name, leftOut) }
