package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"wegweiser/shared/journey"
)

// Budgets keeps how often an item was served to all visitors together in a
// calendar period: what is taken for good, and what is held for messages that
// may never be sent. What was held ends by itself, to the full hour, and is
// free again for whoever comes next: nothing is swept, and nobody waits for a
// clock.
//
// Of any number of calls at once, of each kind, exactly as many are given
// something as are left, so that under enough demand the whole budget is served
// and never more of it.
type Budgets interface {
	// Claim takes one of a budget for good, or none: ErrFull where as many as
	// its limit are taken or held at now.
	//
	// It costs one write and no read, a refusal too, and one write more where
	// all are taken but some of the holds have run out. After ErrUnavailable
	// one may be taken or not, but never two: it is not asked again where that
	// is in doubt.
	Claim(ctx context.Context, now journey.Millis, b Budget) error

	// Hold takes one of a budget until a moment, as Claim does for good, for
	// whoever goes by that name. The moment is cut up to the full hour.
	//
	// While something is held under a name, holding again under it takes nothing
	// more and returns the same hold: so several who work on one message hold
	// for it once, and one who was killed is continued by the next. That is
	// promised of names among the last Remembered of a budget, for which a
	// larger budget takes a write more. Before these a name may be forgotten at
	// once; the hold that is returned has none then, and is the caller's alone.
	Hold(ctx context.Context, now journey.Millis, b Budget, name string, until journey.Millis) (Hold, error)

	// Commit makes final what the results of a message hold, each of them once,
	// however often it is called and wherever a process is killed in between.
	// It changes neither limits nor what others hold, and does nothing where the
	// results hold nothing, or no longer (CommitWithin).
	//
	// What has run out counts nevertheless: it is known now that it was served.
	// Where its place was given to somebody else, more is taken then than the
	// limit, and whatever is free next makes up for it. A period that is over is
	// left alone.
	//
	// It costs a read, and a transaction for each result that holds something.
	Commit(ctx context.Context, now journey.Millis, m Message) error

	// Release gives a hold back that no result has, at the cost of one write.
	// It gives back once what several hold under one name, and nothing that was
	// made final, has run out and was given to others. After ErrUnavailable it
	// may be given back or not, but never two.
	Release(ctx context.Context, h Hold) error

	// Unclaim gives one back that was claimed for good and not served, at the
	// cost of one write. It never gives back what was not taken, nor what is
	// held. After ErrUnavailable it may be given back or not, but never two.
	Unclaim(ctx context.Context, b Budget) error

	// Claimed returns what is taken of a budget and held at now; its limit does
	// not matter. It reads consistently.
	Claimed(ctx context.Context, now journey.Millis, b Budget) (Claims, error)
}

const (
	// Remembered is how many names of holds a budget remembers: those that were
	// held when no more were left.
	Remembered = 128
	// CommitWithin is how long after its end a hold can be committed: as long as
	// the feedback by which a message is known to be sent counts at all.
	CommitWithin = 30 * 24 * time.Hour
	// MaxHolds bounds the holds of a result.
	MaxHolds = 50
)

// Budget is that of an item in a period.
type Budget struct {
	Item   string
	Period string // as rank.PeriodName gives it
	// Limit is how many there are. It may be another one in each call; what is
	// taken beyond a lower one stays taken. ErrFull where it is not positive.
	Limit int64
	// Expires is a moment after the period, as rank.PeriodOver gives it, from
	// which on the budget may be forgotten. Zero: never.
	Expires journey.Millis
}

// Hold is one of a budget that is held. Equal ones with a name are one.
type Hold struct {
	Item    string
	Period  string
	Expires journey.Millis // of the budget
	Name    string         // empty: the caller's alone
	Until   journey.Millis // a full hour: the first moment at which it is free again
}

// Budget is that of the hold, without its limit.
func (h *Hold) Budget() Budget { return Budget{Item: h.Item, Period: h.Period, Expires: h.Expires} }

// Claims is what is taken of a budget at a moment.
type Claims struct {
	Taken int64    // for good or held
	Names []string // hashes of those under which something is held, as far as they are remembered
}

// Holds reports whether something is held under a name, as far as names are
// remembered.
func (c *Claims) Holds(name string) bool { return slices.Contains(c.Names, NameHash(name)) }

// HoldOf returns the hold of a call of Hold.
func HoldOf(b Budget, name string, until journey.Millis) Hold {
	const hour = journey.Millis(time.Hour / time.Millisecond)
	return Hold{Item: b.Item, Period: b.Period, Expires: b.Expires, Name: name, Until: (until + hour - 1) / hour * hour}
}

// CheckBudget returns ErrInvalid around what is wrong with the key of b.
func CheckBudget(b Budget) error {
	if err := checkID("item", b.Item); err != nil {
		return err
	}
	return checkID("period", b.Period)
}

// CheckClaim returns what keeps b from being claimed whatever is taken.
func CheckClaim(b Budget) error {
	if err := CheckBudget(b); err != nil || b.Limit > 0 {
		return err
	}
	return fmt.Errorf("%w: its limit is %d", ErrFull, b.Limit)
}

// CheckHold returns what keeps b from being held whatever is taken.
func CheckHold(now journey.Millis, b Budget, name string, until journey.Millis) error {
	if err := CheckBudget(b); err != nil {
		return err
	}
	if err := checkID("name", name); err != nil {
		return err
	}
	if until <= now {
		return fmt.Errorf("%w: what is held must end after now", ErrInvalid)
	}
	return CheckClaim(b)
}

// CheckHolds returns ErrInvalid around what is wrong with the holds of a result.
func CheckHolds(holds []Hold) error {
	if len(holds) > MaxHolds {
		return fmt.Errorf("%w: a result holds %d at most, not %d", ErrInvalid, MaxHolds, len(holds))
	}
	seen := map[[2]string]bool{}
	for i := range holds {
		h := &holds[i]
		if err := CheckBudget(h.Budget()); err != nil {
			return err
		}
		if key := [2]string{h.Item, h.Period}; seen[key] || h.Until <= 0 {
			return fmt.Errorf("%w: a result holds one of the budget of %s at most, and until some moment", ErrInvalid, h.Item)
		} else {
			seen[key] = true
		}
	}
	return nil
}

// NameHash stands for the name of a hold, in as many bytes for each: letters,
// digits, - and _. Two of the few names that a budget remembers would have to
// agree in 48 bits to be taken for each other.
func NameHash(name string) string {
	sum := sha256.Sum256([]byte(name))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}
