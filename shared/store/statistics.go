package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"wegweiser/shared/journey"
)

// Statistics keeps cells of counts that only grow by what a feed of changes
// tells: the shards of a stream, or the journal of a store. A feed is read in
// order, from the start or from any earlier place again; whatever is read
// twice, even by two readers at once, counts once.
type Statistics interface {
	// Apply adds deltas of one feed to their cells. To each cell it adds, in one
	// write, those that lie beyond the last one that was added to it from this
	// feed; the others were added before. So the deltas of one sequence for one
	// cell belong into one call, and deltas that lie before others of that cell
	// into the same call or an earlier one.
	//
	// The error is the first failure: some cells have their deltas then, and the
	// same deltas, or a longer stretch of the feed, are to be applied again.
	// It costs one write for each cell, and two where some were added before. A
	// feed that added nothing to a cell for FeedMemory may be forgotten there.
	// ErrInvalid: as Delta says.
	Apply(ctx context.Context, now journey.Millis, feed string, deltas []Delta) error

	// Cells returns the cells of a name with from ≤ period ≤ to that are not
	// expired at now, in order of period. It reads consistently, and no cells but
	// those.
	Cells(ctx context.Context, name, from, to string, now journey.Millis) ([]Cell, error)
}

// FeedMemory is how long a feed may be silent before what it last added is
// forgotten: twice as long as a stream keeps its records.
const FeedMemory = 48 * time.Hour

// Limits of deltas.
const (
	MaxSequenceDigits = 40
	MaxCounts         = 50 // names of counts in a cell, by the deltas of one call
	MaxPeriodBytes    = 512
)

// CellKey names a cell.
type CellKey struct {
	Name   string // such as rank.PeriodName of a month: 1 to 128 bytes
	Period string // such as an item with a phase: 1 to MaxPeriodBytes, no control characters
}

// Delta is what one change adds to a cell.
type Delta struct {
	CellKey
	// Sequence is the place of the change in its feed: a whole number in
	// decimal digits, at most MaxSequenceDigits.
	Sequence string
	// Add is what to add by the name of the count, one that journey.CheckName
	// lets pass; it may be negative.
	Add map[string]int64
	// Expires is the first moment at which the cell is gone, cut to the second,
	// the same in every delta of a cell. Zero: never. It should be so long after
	// the period that no feed tells of it any more.
	Expires journey.Millis
}

// Cell is a cell as it was read. Counts that were never added to are not in it.
type Cell struct {
	CellKey
	Counts  map[string]int64
	Expires journey.Millis
}

// Place returns a sequence as text that sorts as the number does.
func Place(sequence string) string {
	digits := strings.TrimLeft(sequence, "0")
	return strings.Repeat("0", max(MaxSequenceDigits-len(digits), 0)) + digits
}

// Addition is what deltas together add to one cell.
type Addition struct {
	CellKey
	Expires journey.Millis
	deltas  []Delta // in order of place
}

// Additions returns the deltas of a call cell by cell, in order of name and
// period.
func Additions(deltas []Delta) []Addition {
	byKey := map[CellKey]*Addition{}
	for _, d := range deltas {
		a, known := byKey[d.CellKey]
		if !known {
			a = &Addition{CellKey: d.CellKey}
			byKey[d.CellKey] = a
		}
		a.Expires = max(a.Expires, d.Expires)
		a.deltas = append(a.deltas, d)
	}
	all := make([]Addition, 0, len(byKey))
	for _, a := range byKey {
		slices.SortStableFunc(a.deltas, func(a, b Delta) int { return strings.Compare(Place(a.Sequence), Place(b.Sequence)) })
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b Addition) int {
		return strings.Compare(a.Name+"\x00"+a.Period, b.Name+"\x00"+b.Period)
	})
	return all
}

// After returns what is left of an addition beyond a place, and whether that is
// anything.
func (a Addition) After(place string) (Addition, bool) {
	at, _ := slices.BinarySearchFunc(a.deltas, place, func(d Delta, place string) int {
		if Place(d.Sequence) <= place {
			return -1
		}
		return 1
	})
	a.deltas = a.deltas[at:]
	return a, len(a.deltas) > 0
}

// First and Last are the places of the first and the last change of an addition
// that adds anything.
func (a Addition) First() string { return Place(a.deltas[0].Sequence) }

// Last is described with First.
func (a Addition) Last() string { return Place(a.deltas[len(a.deltas)-1].Sequence) }

// Sum returns what the addition adds together.
func (a Addition) Sum() map[string]int64 {
	sum := map[string]int64{}
	for _, d := range a.deltas {
		for name, n := range d.Add {
			sum[name] += n
		}
	}
	return sum
}

// CheckDeltas returns ErrInvalid around what is wrong with the deltas of a call.
func CheckDeltas(feed string, deltas []Delta) error {
	if err := checkID("feed", feed); err != nil {
		return err
	}
	names := map[CellKey]map[string]bool{}
	for i := range deltas {
		d := &deltas[i]
		if err := CheckCells(d.Name, d.Period, d.Period); err != nil {
			return err
		}
		if d.Sequence == "" || len(d.Sequence) > MaxSequenceDigits || strings.Trim(d.Sequence, "0123456789") != "" {
			return fmt.Errorf("%w: the sequence %q must be 1 to %d digits", ErrInvalid, d.Sequence, MaxSequenceDigits)
		}
		if names[d.CellKey] == nil {
			names[d.CellKey] = map[string]bool{}
		}
		for _, name := range slices.Sorted(maps.Keys(d.Add)) {
			if fault := journey.CheckName("count", name); fault != nil {
				return fmt.Errorf("%w: %w", ErrInvalid, fault)
			}
			names[d.CellKey][name] = true
		}
		if len(names[d.CellKey]) > MaxCounts {
			return fmt.Errorf("%w: at most %d counts in cell %s", ErrInvalid, MaxCounts, d.Name)
		}
	}
	return nil
}

// CheckCells returns ErrInvalid around what is wrong with the key of cells.
func CheckCells(name, from, to string) error {
	if err := checkID("cell", name); err != nil {
		return err
	}
	for _, period := range []string{from, to} {
		if period == "" || len(period) > MaxPeriodBytes || strings.ContainsFunc(period, unicode.IsControl) || !utf8.ValidString(period) {
			return fmt.Errorf("%w: the period %q must be 1 to %d bytes of text without control characters", ErrInvalid, period, MaxPeriodBytes)
		}
	}
	return nil
}
