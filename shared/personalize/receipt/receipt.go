// Package receipt is what is kept of a decision: what it was made from, so that
// it can be explained and made again. It holds inputs, not results; of the
// answer there is only a digest to compare with. Touchpoints and milestones are
// kept as short hashes beside one digest of all of them: whoever replays fetches
// them from the store, and Restore proves that they are the same.
//
// A receipt of the largest window has less than 2 KB, also with all milestones,
// a dozen ranked items and twenty counters. Long texts of a caller or a profile,
// and more of what is ranked and counted, come on top of that.
package receipt

import (
	"crypto/sha256"
	"errors"
	"hash"

	"wegweiser/shared/journey"
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

// Receipt is what a decision was made from.
type Receipt struct {
	// Snapshot is the id of the one that decided.
	Snapshot string
	Visitor  string
	// Degraded is what the store did, as the answer says it.
	Degraded string
	// Answer is the digest of the canonical answer.
	Answer Digest
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
