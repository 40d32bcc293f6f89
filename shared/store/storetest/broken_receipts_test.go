package storetest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// keeps breaks the receipts that are put.
func keeps(breaks func(r *store.Receipt)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, putReceipts: func(ctx context.Context, receipts []store.Receipt) error {
			receipts = slices.Clone(receipts)
			for i := range receipts {
				breaks(&receipts[i])
			}
			return s.PutReceipts(ctx, receipts)
		}}
	}
}

// owned breaks what ReceiptsOf yields.
func owned(breaks func(receipts []store.Receipt) []store.Receipt) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, receiptsOf: func(ctx context.Context, owner string, now journey.Millis) iter.Seq2[store.Receipt, error] {
			var all []store.Receipt
			for r, err := range s.ReceiptsOf(ctx, owner, now) {
				if err != nil {
					return s.ReceiptsOf(ctx, owner, now)
				}
				all = append(all, r)
			}
			return func(yield func(store.Receipt, error) bool) {
				for _, r := range breaks(all) {
					if !yield(r, nil) {
						return
					}
				}
			}
		}}
	}
}

// putting breaks how results are put.
func putting(breaks func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, putResults: func(ctx context.Context, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
			return breaks(ctx, s, now, m, slices.Clone(results))
		}}
	}
}

func brokenReceipts() []brokenStore {
	return []brokenStore{
		{"serves expired receipts", []string{"ReceiptsExpireToTheSecond"}, func(s store.Store) store.Store {
			return &hooks{Store: s, receipt: func(ctx context.Context, key store.ReceiptKey, _ journey.Millis) (store.Receipt, error) {
				return s.Receipt(ctx, key, 0)
			}}
		}},
		{"lists expired receipts", []string{"ReceiptsExpireToTheSecond"}, func(s store.Store) store.Store {
			return &hooks{Store: s, receiptsOf: func(ctx context.Context, owner string, _ journey.Millis) iter.Seq2[store.Receipt, error] {
				return s.ReceiptsOf(ctx, owner, 0)
			}}
		}},
		{"walks over expired receipts", []string{"ReceiptsExpireToTheSecond"}, func(s store.Store) store.Store {
			return &hooks{Store: s, allReceipts: func(ctx context.Context, after store.ReceiptKey, _ journey.Millis) iter.Seq2[store.Receipt, error] {
				return s.AllReceipts(ctx, after, 0)
			}}
		}},
		{"loses a receipt a minute early", []string{"ReceiptsExpireToTheSecond", "ReceiptsAreKept"}, keeps(func(r *store.Receipt) {
			if r.Expires != 0 {
				r.Expires -= 60_000
			}
		})},
		{"cuts receipts", []string{"ReceiptsAreKept"}, keeps(func(r *store.Receipt) { r.Body = r.Body[:min(len(r.Body), 4096)] })},
		{"writes into receipts", []string{"ReceiptsAreKept"}, keeps(func(r *store.Receipt) {
			if len(r.Body) > 0 {
				r.Body = append([]byte("X"), r.Body[1:]...)
			}
		})},
		{"keeps receipts of all owners together", []string{"ReceiptsAreKept", "ReceiptsOfAnOwnerAreNewestFirst"}, keeps(func(r *store.Receipt) { r.Owner = "o" })},
		{"drops the last receipt of a call", []string{"ReceiptsAreKept", "ConcurrentReceiptsAreAllKept"}, func(s store.Store) store.Store {
			return &hooks{Store: s, putReceipts: func(ctx context.Context, receipts []store.Receipt) error {
				return s.PutReceipts(ctx, receipts[:max(len(receipts)-1, 0)])
			}}
		}},
		{"takes any receipt", []string{"ReceiptsHaveTheirLimits"}, keeps(func(r *store.Receipt) { r.Owner, r.ID, r.Body = "o", "01", []byte("x") })},
		{"lists receipts oldest first", []string{"ReceiptsOfAnOwnerAreNewestFirst", "ReceiptsExpireToTheSecond"}, owned(func(all []store.Receipt) []store.Receipt {
			slices.Reverse(all)
			return all
		})},
		{"lists one page of receipts", []string{"ReceiptsOfAnOwnerAreNewestFirst"}, owned(func(all []store.Receipt) []store.Receipt { return all[:min(len(all), 500)] })},
		{"walks receipts from the start", []string{"AllReceiptsGoOnAtEveryCut"}, func(s store.Store) store.Store {
			return &hooks{Store: s, allReceipts: func(ctx context.Context, _ store.ReceiptKey, now journey.Millis) iter.Seq2[store.Receipt, error] {
				return s.AllReceipts(ctx, store.ReceiptKey{}, now)
			}}
		}},
		{"walks from owner to owner", []string{"AllReceiptsGoOnAtEveryCut"}, func(s store.Store) store.Store {
			return &hooks{Store: s, allReceipts: func(ctx context.Context, after store.ReceiptKey, now journey.Millis) iter.Seq2[store.Receipt, error] {
				if after.ID != "" {
					after.ID = "zz"
				}
				return s.AllReceipts(ctx, after, now)
			}}
		}},
	}
}

func brokenResults() []brokenStore {
	return []brokenStore{
		{"lets the second result win", []string{"FirstResultWins", "ResultsOfOneCallAreAllOrNone", "OneOfConcurrentResultsWins"}, lastResultWins},
		{"tells the loser its own", []string{"FirstResultWins", "OneOfConcurrentResultsWins"}, putting(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
			_, err := s.PutResults(ctx, now, m, results)
			return nil, err
		})},
		{"stores some of a call", []string{"ResultsOfOneCallAreAllOrNone"}, putting(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, results []store.Result) (there []store.Result, err error) {
			for i := range results {
				others, fault := s.PutResults(ctx, now, m, results[i:i+1])
				there, err = append(there, others...), errors.Join(err, fault)
			}
			return there, err
		})},
		{"does not know its own results", []string{"OwnResultsAreNotInTheWay"}, putting(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
			there, err := s.Results(ctx, m, now)
			for _, r := range there {
				if r.Placement == results[0].Placement {
					return there, err
				}
			}
			return s.PutResults(ctx, now, m, results)
		})},
		{"answers with expired results", []string{"ResultsExpireToTheSecond"}, func(s store.Store) store.Store {
			return &hooks{Store: s, results: func(ctx context.Context, m store.Message, _ journey.Millis) ([]store.Result, error) {
				return s.Results(ctx, m, 0)
			}}
		}},
		{"keeps expired results for good", []string{"ResultsExpireToTheSecond"}, putting(func(ctx context.Context, s store.Store, _ journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
			return s.PutResults(ctx, 0, m, results)
		})},
		{"keeps results of all messages together", []string{"ResultsStandAlone"}, putting(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
			m.ID = "autumn"
			return s.PutResults(ctx, now, m, results)
		})},
		{"keeps results of all owners together", []string{"ResultsStandAlone"}, putting(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
			m.Owner = "o"
			return s.PutResults(ctx, now, m, results)
		})},
		{"takes any number of results", []string{"ResultsHaveTheirLimits"}, putting(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
			return s.PutResults(ctx, now, m, results[:min(len(results), store.MaxResults)])
		})},
		{"looks for results before it puts them", []string{"OneOfConcurrentResultsWins"}, looksForResults},
	}
}

// lastResultWins forgets what was there, wherever one looks.
func lastResultWins(s store.Store) store.Store {
	var mu sync.Mutex
	last := map[string]store.Result{}
	return &hooks{
		Store: s,
		putResults: func(_ context.Context, _ journey.Millis, _ store.Message, results []store.Result) ([]store.Result, error) {
			mu.Lock()
			defer mu.Unlock()
			for _, r := range results {
				last[r.Placement] = r
			}
			return nil, nil
		},
		results: func(context.Context, store.Message, journey.Millis) ([]store.Result, error) {
			mu.Lock()
			defer mu.Unlock()
			var all []store.Result
			for _, r := range last {
				all = append(all, r)
			}
			return all, nil
		},
	}
}

// looksForResults decides by what it read before all of a race have written.
func looksForResults(s store.Store) store.Store {
	var looking sync.WaitGroup
	looking.Add(30)
	return putting(func(ctx context.Context, s store.Store, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
		there, err := s.Results(ctx, m, now)
		looking.Done()
		looking.Wait()
		if err != nil || len(there) > 0 {
			return there, err
		}
		_, err = s.PutResults(ctx, now, m, results)
		return nil, err
	})(s)
}
