package store

import (
	"context"
	"fmt"

	"wegweiser/shared/journey"
)

// Budgets keeps how often an item was served to all visitors together in a
// calendar period.
type Budgets interface {
	// Claim takes one of a budget, or none: ErrFull where its limit is taken
	// already. Of any number of calls at once exactly as many succeed as are
	// left, so that under enough demand the whole budget is served. It costs
	// one write and no read, a refusal too.
	//
	// After ErrUnavailable one may be taken or not, but never two: it is not
	// asked again where that is in doubt.
	Claim(ctx context.Context, b Budget) error

	// Unclaim gives one back that was claimed and not served, at the cost of
	// one write. It never gives back what was not taken. After ErrUnavailable
	// it may be given back or not, but never two.
	Unclaim(ctx context.Context, b Budget) error

	// Claimed returns how many of a budget are taken; its limit does not
	// matter. It reads consistently.
	Claimed(ctx context.Context, b Budget) (int64, error)
}

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
