package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// holding breaks how a budget is held.
func holding(breaks func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, hold: func(ctx context.Context, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			return breaks(ctx, s, now, b, name, until)
		}}
	}
}

// named calls the hold of a store under another name, and hides that.
func named(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name, as string, until journey.Millis) (store.Hold, error) {
	h, err := s.Hold(ctx, now, b, as, until)
	if h.Name != "" {
		h.Name = name
	}
	return h, err
}

// committing breaks how what a message holds is committed. put are the holds of
// all results of the message that were stored before, and times how often it was
// committed before.
func committing(breaks func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, put [][]store.Hold, times int) error) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		var (
			lock  sync.Mutex
			put   = map[store.Message][][]store.Hold{}
			times = map[store.Message]int{}
		)
		return &hooks{
			Store: s,
			putResults: func(ctx context.Context, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
				there, err := s.PutResults(ctx, now, m, results)
				if there == nil && err == nil {
					lock.Lock()
					defer lock.Unlock()
					for i := range results {
						put[m] = append(put[m], results[i].Holds)
					}
				}
				return there, err
			},
			commit: func(ctx context.Context, now journey.Millis, m store.Message) error {
				lock.Lock()
				holds, n := put[m], times[m]
				times[m]++
				lock.Unlock()
				return breaks(ctx, s, now, m, holds, n)
			},
		}
	}
}

// beyond counts holds as if there were no limit.
func beyond(ctx context.Context, s store.Store, now journey.Millis, holds []store.Hold) (err error) {
	for i := range holds {
		b := holds[i].Budget()
		b.Limit = 1 << 40
		err = errors.Join(err, s.Claim(ctx, now, b))
	}
	return err
}

func releasing(breaks func(ctx context.Context, s store.Store, h store.Hold) error) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, release: func(ctx context.Context, h store.Hold) error { return breaks(ctx, s, h) }}
	}
}

const byTheModel = "BudgetsAreAsTheModelSays"

func brokenHolds() []brokenStore {
	return []brokenStore{
		{"holds for good", []string{"HoldsEndByThemselves", "WhatWasSentIsFinal", byTheModel}, holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			if err := s.Claim(ctx, now, b); err != nil {
				return store.Hold{}, err
			}
			return store.HoldOf(b, name, until), nil
		})},
		{"holds too briefly", []string{"HoldsEndByThemselves", "HoldsCount"}, holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			h, err := s.Hold(ctx, now, b, name, max(until-2*3_600_000, now+1))
			if err == nil {
				h = store.HoldOf(b, name, until)
			}
			return h, err
		})},
		{"holds too long", []string{"HoldsEndByThemselves", "AThousandAgainstWhatEnded"}, holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			h, err := s.Hold(ctx, now, b, name, until+3_600_000)
			h.Until = until
			return h, err
		})},
		{"holds what is not there", []string{"HoldsCount", byTheModel}, holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			b.Limit++
			return s.Hold(ctx, now, b, name, until)
		})},
		{"does not count what it holds", []string{"HoldsCount", "AThousandHoldsOfABudgetOfAHundred"}, holding(func(_ context.Context, _ store.Store, _ journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			return store.HoldOf(b, name, until), nil
		})},
		{"holds twice under one name", []string{"OneNameHoldsOnce", byTheModel}, func(s store.Store) store.Store {
			var lock sync.Mutex
			n := 0
			return holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
				lock.Lock()
				defer lock.Unlock()
				n++
				return named(ctx, s, now, b, name, name+string(rune('a'+n%26)), until)
			})(s)
		}},
		{"knows one name only", []string{"OneNameHoldsOnce", "LargeBudgetsRememberTheLastNames", "AThousandHoldsOfABudgetOfAHundred"}, holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			return named(ctx, s, now, b, name, "x", until)
		})},
		{"refuses those who hold already", []string{"OneNameHoldsOnce", "LargeBudgetsRememberTheLastNames"}, holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			if have, err := s.Claimed(ctx, now, b); err == nil && have.Taken >= b.Limit {
				return store.Hold{}, store.ErrFull
			}
			return s.Hold(ctx, now, b, name, until)
		})},
		{"prolongs what is held", []string{"OneNameHoldsOnce"}, holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			h, err := s.Hold(ctx, now, b, name, until)
			if err == nil {
				h.Until = max(h.Until, store.HoldOf(b, name, until).Until)
			}
			return h, err
		})},
		{"remembers no names of large budgets", []string{"LargeBudgetsRememberTheLastNames", "NamesAreKnownWhenMoreIsLeft"}, holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			h, err := s.Hold(ctx, now, b, name, until)
			if b.Limit > store.Remembered {
				h.Name = ""
			}
			return h, err
		})},
		{"holds on without its caller", []string{"EndedContextEndsEveryCall"}, holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			return s.Hold(context.WithoutCancel(ctx), now, b, name, until)
		})},
		{"holds budgets of nothing", []string{"HoldsOfNothingAreRefused"}, holding(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
			b.Item = "a"
			return s.Hold(ctx, now, b, name, until)
		})},

		{"makes nothing final", []string{"WhatWasSentIsFinal", "SentTwiceCountsOnce", byTheModel}, committing(func(context.Context, store.Store, journey.Millis, store.Message, [][]store.Hold, int) error {
			return nil
		})},
		{"makes final whatever is held", []string{"NothingIsSentOfWhatHoldsNothing"}, func(s store.Store) store.Store {
			var last store.Hold
			return &hooks{
				Store: s,
				hold: func(ctx context.Context, now journey.Millis, b store.Budget, name string, until journey.Millis) (h store.Hold, err error) {
					last, err = s.Hold(ctx, now, b, name, until)
					return last, err
				},
				commit: func(ctx context.Context, now journey.Millis, _ store.Message) error {
					return errors.Join(s.Release(ctx, last), beyond(ctx, s, now, []store.Hold{last}))
				},
			}
		}},
		{"counts again what is sent again", []string{"SentTwiceCountsOnce", "SentByManyAtOnceCountsOnce", byTheModel}, committing(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, put [][]store.Hold, times int) error {
			if times > 0 {
				return beyond(ctx, s, now, slices.Concat(put...))
			}
			return s.Commit(ctx, now, m)
		})},
		{"counts what is sent beside what is held", []string{"WhatWasSentIsFinal", "SentTwiceCountsOnce"}, committing(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, put [][]store.Hold, times int) error {
			if times > 0 {
				return nil
			}
			return beyond(ctx, s, now, slices.Concat(put...))
		})},
		{"forgets what is sent late", []string{"SentLateCounts", byTheModel}, committing(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, put [][]store.Hold, _ int) error {
			if holds := slices.Concat(put...); len(holds) > 0 && holds[0].Until <= now {
				return nil
			}
			return s.Commit(ctx, now, m)
		})},
		{"counts what is sent late within the limit only", []string{"SentLateCounts"}, committing(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, put [][]store.Hold, _ int) error {
			for _, h := range slices.Concat(put...) {
				if have, err := s.Claimed(ctx, now, h.Budget()); err == nil && h.Until <= now && have.Taken >= 4 {
					return nil
				}
			}
			return s.Commit(ctx, now, m)
		})},
		{"makes final forever", []string{"SentMuchTooLateCountsNothing", "PeriodsThatAreOverAreLeftAlone"}, committing(func(ctx context.Context, s store.Store, _ journey.Millis, m store.Message, _ [][]store.Hold, _ int) error {
			return s.Commit(ctx, noon, m)
		})},
		{"forgets with the result what it holds", []string{"HoldsOutlastTheirResult"}, committing(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, _ [][]store.Hold, _ int) error {
			if now >= result("", "").Expires {
				return nil
			}
			return s.Commit(ctx, now, m)
		})},
		{"makes final what a replaced result held", []string{"WhatAReplacedResultHeldRunsOut"}, committing(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, put [][]store.Hold, times int) error {
			if len(put) > 1 && times == 0 {
				return errors.Join(s.Commit(ctx, now, m), s.Release(ctx, put[0][0]), beyond(ctx, s, now, put[0]))
			}
			return s.Commit(ctx, now, m)
		})},
		{"commits on without its caller", []string{"EndedContextEndsEveryCall"}, committing(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, _ [][]store.Hold, _ int) error {
			return s.Commit(context.WithoutCancel(ctx), now, m)
		})},
		{"keeps one hold of a result", []string{"ResultsHoldSeveral", "ResultsSayWhatTheyHold"}, putting(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
			for i := range results {
				results[i].Holds = results[i].Holds[:min(len(results[i].Holds), 1)]
			}
			return s.PutResults(ctx, now, m, results)
		})},
		{"keeps no holds of results", []string{"ResultsSayWhatTheyHold", "WhatWasSentIsFinal"}, putting(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
			for i := range results {
				results[i].Holds = nil
			}
			return s.PutResults(ctx, now, m, results)
		})},

		{"releases nothing", []string{"ReleasedIsFree", byTheModel}, releasing(func(context.Context, store.Store, store.Hold) error { return nil })},
		{"keeps the names of what is released", []string{"NamesHoldAnewAfterwards"}, func(s store.Store) store.Store {
			released := map[string]store.Hold{}
			return &hooks{
				Store: s,
				release: func(ctx context.Context, h store.Hold) error {
					released[h.Item+h.Name] = h
					return s.Release(ctx, h)
				},
				hold: func(ctx context.Context, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
					if h, known := released[b.Item+name]; known && h.Until > now {
						return h, nil
					}
					return s.Hold(ctx, now, b, name, until)
				},
			}
		}},
		{"releases by the number", []string{"WhatWasSentIsNotReleased", "WhatEndedIsNotReleased"}, releasing(func(ctx context.Context, s store.Store, h store.Hold) error {
			return errors.Join(s.Release(ctx, h), s.Unclaim(ctx, h.Budget()))
		})},
		{"releases without the name", []string{"ReleasedIsFree"}, releasing(func(ctx context.Context, s store.Store, h store.Hold) error {
			h.Name = ""
			return s.Release(ctx, h)
		})},
		{"releases on without its caller", []string{"EndedContextEndsEveryCall"}, releasing(func(ctx context.Context, s store.Store, h store.Hold) error {
			return s.Release(context.WithoutCancel(ctx), h)
		})},
		{"unclaims what is held", []string{"HoldsAreNotUnclaimed", byTheModel}, func(s store.Store) store.Store {
			var last store.Hold
			return &hooks{
				Store: s,
				hold: func(ctx context.Context, now journey.Millis, b store.Budget, name string, until journey.Millis) (h store.Hold, err error) {
					last, err = s.Hold(ctx, now, b, name, until)
					return last, err
				},
				unclaim: func(ctx context.Context, b store.Budget) error {
					if last.Item == b.Item {
						return s.Release(ctx, last)
					}
					return s.Unclaim(ctx, b)
				},
			}
		}},
		{"counts what has ended", []string{"HoldsEndByThemselves", "SentTwiceCountsOnce", byTheModel}, func(s store.Store) store.Store {
			return &hooks{Store: s, claimed: func(ctx context.Context, _ journey.Millis, b store.Budget) (store.Claims, error) {
				return s.Claimed(ctx, noon, b)
			}}
		}},
		{"tells no names", []string{"OneNameHoldsOnce", byTheModel}, func(s store.Store) store.Store {
			return &hooks{Store: s, claimed: func(ctx context.Context, now journey.Millis, b store.Budget) (store.Claims, error) {
				claims, err := s.Claimed(ctx, now, b)
				claims.Names = nil
				return claims, err
			}}
		}},
		{"looks before it takes what ended", []string{"AThousandAgainstWhatEnded"}, looksBeforeItTakesWhatEnded},
	}
}

// looksBeforeItTakesWhatEnded sees that holds have ended, and then writes: what
// comes in between is not seen.
func looksBeforeItTakesWhatEnded(s store.Store) store.Store {
	var looking sync.WaitGroup
	looking.Add(500)
	return claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
		if now != ending {
			return s.Claim(ctx, now, b)
		}
		have, err := s.Claimed(ctx, now, b)
		looking.Done()
		looking.Wait()
		if err != nil || have.Taken >= b.Limit {
			return store.ErrFull
		}
		b.Limit = 1 << 40
		return s.Claim(ctx, now, b)
	})(s)
}
