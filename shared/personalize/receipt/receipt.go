// Package receipt is what is kept of a decision: what it was made from, so that
// it can be explained and made again. It holds inputs, not results; of the
// answer there is only a digest to compare with. Touchpoints and milestones are
// kept as short hashes beside one digest of all of them: whoever replays fetches
// them from the store, and Restore proves that they are the same.
//
// Names are numbers of the snapshot, and what is believed of ranked items is
// written as what a curve misses, so that a usual receipt has half a kilobyte,
// and one of the largest window less than Most bytes beside 32 ranked items and
// 500 counted ones. What is larger can be Leaner. Only long texts of profiles
// that decide, and some 200 ranked items, come on top of that.
package receipt

import (
	"crypto/sha256"
	"errors"
	"hash"
	"maps"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
	"wegweiser/shared/snapshot"
)

// Errors of reading.
var (
	// ErrCorrupt means that bytes are not what this package packs, or of a newer
	// version.
	ErrCorrupt = errors.New("the receipt is damaged, or of a newer wegweiser")
	// ErrGone means that touchpoints of the decision are no longer stored, or not
	// as they were.
	ErrGone = errors.New("touchpoints of the decision are no longer there")
)

// Most is how many bytes a receipt should have.
const Most = 2 << 10

// Receipt is what a decision was made from.
type Receipt struct {
	// Snapshot is the id of the one that decided.
	Snapshot string
	Visitor  string
	// Degraded is what the store did, as the answer says it.
	Degraded string
	// Answer is the digest of the canonical answer.
	Answer Digest
	// Lean receipts leave out what their snapshot does not ask for, as Leaner
	// says.
	Lean bool
	// Context is what the request said of itself, as Snapshot.Kept returns it.
	Context map[string]any
	// Consulted is what ranking read of the statistics.
	Consulted *snapshot.Consulted
	// Input is what was decided on, but for its Context and its Statistics. In
	// one that was read the history has no traces and no milestones: Restore
	// makes it whole. Explain is not kept, nor is what nothing decides on.
	Input snapshot.Input
	// Window and Milestones stand for those of the history. Pack makes them.
	Window     Marks
	Milestones Marks

	named *named // of what was read and has no names yet
}

// named is what has numbers of a snapshot in place of names.
type named struct {
	placements      []names
	spent           names
	context, traits values
	tallies         *tallies
}

// Name puts the names of the snapshot that decided into a receipt that was read.
// Before, it has no placements, no spent items, no counters, and nothing that is
// declared. The error is ErrCorrupt.
func (r *Receipt) Name(by *snapshot.Snapshot) error {
	named := r.named
	if named == nil {
		return nil
	}
	in := &r.Input
	for _, name := range named.placements {
		in.Placements = append(in.Placements, name.of(by, snapshot.PlacementName)...)
	}
	in.Spent = named.spent.of(by, snapshot.ItemName)
	named.context.into(r.Context, by, snapshot.ContextName)
	if len(r.Context) == 0 {
		r.Context = nil
	}
	r.Consulted = by.Whole(r.Consulted)
	if h := in.History; h != nil {
		if n := named.traits.names.len(); n > 0 {
			h.Profile.Traits = make(map[string]any, n)
			named.traits.into(h.Profile.Traits, by, snapshot.TraitName)
		}
		var err error
		if h.Counters, err = named.tallies.counters(by); err != nil {
			return err
		}
	}
	r.named = nil
	return nil
}

// Leaner returns a receipt of the same decision without what its snapshot by
// does not ask for: declared values of the context and traits that no condition
// and no content reads, items without a budget among those that are spent, and,
// in the counters, the names of scopes that no cap holds for. consulted is what
// competed alone.
func (r *Receipt) Leaner(by *snapshot.Snapshot, consulted *snapshot.Consulted) *Receipt {
	lean := *r
	lean.Lean, lean.Consulted = true, consulted
	lean.Context = maps.Clone(r.Context)
	maps.DeleteFunc(lean.Context, func(name string, value any) bool {
		return !slices.Contains(ownKeys, name) && !by.Asks(rule.Context, name, value)
	})
	lean.Input.Spent = slices.DeleteFunc(slices.Clone(r.Input.Spent), func(item string) bool {
		_, has := by.Budget(item)
		return !has
	})
	if r.Input.History != nil {
		h := *r.Input.History
		h.Profile.Traits = maps.Clone(h.Profile.Traits)
		maps.DeleteFunc(h.Profile.Traits, func(name string, value any) bool { return !by.Asks(rule.Visitor, name, value) })
		lean.Input.History = &h
	}
	return &lean
}

// Digest tells one thing from all others.
type Digest [16]byte

// DigestOf returns the digest of bytes.
func DigestOf(body []byte) Digest {
	sum := sha256.Sum256(body)
	return Digest(sum[:len(Digest{})])
}

func digestOf(written hash.Hash) Digest { return Digest(written.Sum(nil)[:len(Digest{})]) }

// Restore returns the input with which s decides again as it did: r must be one
// that was read, of that snapshot. traces and milestones are those of the visitor that
// are stored, in any number and order; what came later among them changes
// nothing. ErrGone: they do not hold those of the receipt.
func (r *Receipt) Restore(s *snapshot.Snapshot, traces []journey.Trace, milestones []journey.Milestone) (*snapshot.Input, error) {
	if err := r.Name(s); err != nil {
		return nil, err
	}
	in := r.Input
	var fault *journey.Fault
	if in.Context, fault = s.Context(r.Context); fault != nil {
		return nil, ErrCorrupt
	}
	in.Statistics = s.Recall(r.Consulted)
	if in.History == nil {
		return &in, nil
	}
	history := *in.History
	var there bool
	if history.Traces, there = found(&r.Window, traces, marking[journey.Trace]{appendTrace, timeOfTrace}); !there {
		return nil, ErrGone
	}
	if history.Profile.Milestones, there = found(&r.Milestones, milestones, marking[journey.Milestone]{appendMilestone, timeOfMilestone}); !there {
		return nil, ErrGone
	}
	in.History = &history
	return &in, nil
}
