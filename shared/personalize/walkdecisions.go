package personalize

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/oklog/ulid/v2"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// WalkDecisionsRequest says which recorded decisions to walk over.
type WalkDecisionsRequest struct {
	After     string         // the decision behind which the walk goes on; empty: from the first
	Decisions int            // at most so many; 0: as many as fit a page
	Since     journey.Millis // made from then on
	Until     journey.Millis // inclusive; zero: no matter how late
	Reactions bool           // with what came of each, for which everything of a visitor is read
}

// WalkDecisions hands every decision of which a receipt is kept to visit, one
// after the other in the order of the store, as Walk does with visitors: a page
// at a time, each with where the next one goes on. Those of one visitor come
// together, and share what is read of the visitor. Decisions that are made
// meanwhile may be in no page.
//
// Its errors are those of Walk.
func (s *Service) WalkDecisions(ctx context.Context, request WalkDecisionsRequest, visit func(*Recorded) bool) (next string, err error) {
	var after store.ReceiptKey
	if request.After != "" {
		var ok bool
		if after, ok = receiptKeyOf(request.After); !ok {
			return "", invalid("after", "bad_value", "must be the id of a decision")
		}
	}
	full, cut := s.page(request.Decisions), false
	kept, reactions := &shelf[*snapshot.Snapshot]{most: shelved, read: s.stored}, newReactionShelf(s)
	// What needs everything of a visitor is completed in its turn, so that there
	// is that of one visitor at a time.
	all, failed := new(witnesses), error(nil)
	stretches := stretchesOf(s.store.AllReceipts(ctx, after, s.now()), &request)
	more, err := inOrder(ctx, stretches, 0,
		func(ctx context.Context, of *stretch) ([]*Recorded, error) {
			made, err := s.recallAll(ctx, of.receipts, kept.get)
			if err == nil && request.Reactions {
				err = react(ctx, made, reactions)
			}
			return made, err
		},
		func(of *stretch, made []*Recorded) bool {
			for i, r := range made {
				if failed = s.complete(ctx, r, all); failed != nil {
					return false
				}
				next = r.Decision
				if on := visit(r); full(1) || !on {
					cut = i < len(made)-1
					return false
				}
			}
			next = decisionOf(of.last)
			return !full(0)
		})
	var refusal *Error
	switch err = cmp.Or(failed, err); {
	case errors.As(err, &refusal):
		return "", err
	case err != nil:
		return "", unavailable("reading the receipts", err)
	case !more && !cut:
		return "", nil
	}
	return next, nil
}

// Receipts are restored together, so that what is known of their visitor is read
// once: so many at most, and at most so many are passed over without a word.
const (
	restoredTogether = 32
	passedOver       = 1000
)

// stretch is receipts of one visitor that follow each other.
type stretch struct {
	receipts []store.Receipt // that are wanted
	last     store.ReceiptKey
	over     int // passed over
}

// stretchesOf cuts receipts into stretches. Behind as many as are wanted comes
// an empty one where there are others.
func stretchesOf(all iter.Seq2[store.Receipt, error], wanted *WalkDecisionsRequest) iter.Seq2[*stretch, error] {
	return func(yield func(*stretch, error) bool) {
		of, taken := &stretch{}, 0
		for r, err := range all {
			if err != nil {
				yield(nil, err)
				return
			}
			enough := wanted.Decisions > 0 && taken == wanted.Decisions
			if of.last.Owner != "" && of.last.Owner != r.Owner || len(of.receipts) == restoredTogether || of.over == passedOver || enough {
				if !yield(of, nil) {
					return
				}
				of = &stretch{}
			}
			if enough {
				yield(of, nil)
				return
			}
			if of.last = r.ReceiptKey; wanted.made(r.ID) {
				of.receipts = append(of.receipts, r)
				taken++
			} else {
				of.over++
			}
		}
		if of.last.Owner != "" {
			yield(of, nil)
		}
	}
}

// made reports whether a decision with that id was made in the time that is
// meant.
func (r *WalkDecisionsRequest) made(id string) bool {
	read, err := ulid.ParseStrict(id)
	at := journey.Millis(read.Time())
	return err == nil && at >= r.Since && (r.Until == 0 || at <= r.Until)
}

// recallAll recalls what the receipts of a visitor are of, the newest first: what
// is read for one reaches back over others.
func (s *Service) recallAll(ctx context.Context, receipts []store.Receipt, from snapshots) ([]*Recorded, error) {
	made, seen := make([]*Recorded, len(receipts)), new(witnesses)
	for i := range slices.Backward(receipts) {
		var err error
		if made[i], err = s.recall(ctx, &receipts[i], from, seen); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// shelved is how many snapshots are at hand while decisions are walked over.
const shelved = 8

// shelf reads things once, as long as not too many others come between.
type shelf[T any] struct {
	most int
	read func(ctx context.Context, id string) (T, error)

	lock   sync.Mutex
	newest []*onShelf[T] // last used, first in the list
}

type onShelf[T any] struct {
	id   string
	read func() (T, error)
}

func (s *shelf[T]) get(ctx context.Context, id string) (T, error) {
	s.lock.Lock()
	at := slices.IndexFunc(s.newest, func(b *onShelf[T]) bool { return b.id == id })
	if at < 0 {
		s.newest = append(s.newest, &onShelf[T]{id, sync.OnceValues(func() (T, error) { return s.read(ctx, id) })})
		at = len(s.newest) - 1
	}
	one := s.newest[at]
	s.newest = slices.Insert(slices.Delete(s.newest, at, at+1), 0, one)
	s.newest = s.newest[:min(len(s.newest), s.most)]
	s.lock.Unlock()
	return one.read()
}
