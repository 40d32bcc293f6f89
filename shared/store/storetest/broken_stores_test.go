package storetest

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

type brokenStore struct {
	name     string
	caughtBy []string
	breaks   func(store.Store) store.Store
}

func brokenStores() []brokenStore {
	return slices.Concat(brokenHistories(), brokenAppends(), brokenProfiles(), brokenCounters(), brokenReads(), brokenConfigurations(), brokenMemos(), brokenBudgets(), brokenHolds(), brokenReceipts(), brokenResults(), brokenStatistics(), brokenSummaries())
}

// answers breaks what History says.
func answers(breaks func(q store.Query, h *journey.History)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, history: func(ctx context.Context, q store.Query) (*journey.History, error) {
			h, err := s.History(ctx, q)
			if err == nil {
				breaks(q, h)
			}
			return h, err
		}}
	}
}

// asks breaks what History is asked.
func asks(breaks func(q *store.Query)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, history: func(ctx context.Context, q store.Query) (*journey.History, error) {
			breaks(&q)
			return s.History(ctx, q)
		}}
	}
}

func brokenHistories() []brokenStore {
	return []brokenStore{
		{"answers for somebody else", []string{"UnknownVisitorIsEmpty", "VisitorsDoNotMix"}, asks(func(q *store.Query) { q.Visitor = "somebody else" })},
		{"answers newest first", []string{"OrderIsByTimeThenID", "HistoryIsThatOfTheModel"}, answers(func(_ store.Query, h *journey.History) { slices.Reverse(h.Traces) })},
		{"orders by time alone", []string{"OrderIsByTimeThenID"}, answers(func(_ store.Query, h *journey.History) {
			slices.SortFunc(h.Traces, func(a, b journey.Trace) int {
				if a.At != b.At {
					return int(a.At - b.At)
				}
				return -1
			})
		})},
		{"drops the oldest touchpoint", []string{"LateOnesTakeTheirPlace", "HistoryIsThatOfTheModel"}, answers(func(_ store.Query, h *journey.History) {
			if len(h.Traces) > 1 {
				h.Traces = h.Traces[1:]
			}
		})},
		{"keeps whole seconds only", []string{"TimesKeepTheirMillisecond"}, answers(func(_ store.Query, h *journey.History) {
			for i := range h.Traces {
				h.Traces[i].At -= h.Traces[i].At % 1000
			}
		})},
		{"looks at whole seconds", []string{"OneMillisecondTellsTimesApart"}, asks(func(q *store.Query) { q.At -= q.At % 1000 })},
		{"ignores the window", []string{"WindowIsTheNewest"}, asks(func(q *store.Query) { q.Window = journey.MaxWindow })},
		{"takes any window", []string{"WindowHasItsLimits"}, asks(func(q *store.Query) { q.Window = 10 })},
		{"answers the oldest of the window", []string{"WindowIsTheNewest"}, func(s store.Store) store.Store {
			return &hooks{Store: s, history: func(ctx context.Context, q store.Query) (*journey.History, error) {
				window := q.Window
				q.Window = journey.MaxWindow
				h, err := s.History(ctx, q)
				if err == nil && len(h.Traces) > window {
					h.Traces, h.Truncated = h.Traces[:window], true
				}
				return h, err
			}}
		}},
		{"never says that it cut", []string{"WindowIsTheNewest"}, answers(func(_ store.Query, h *journey.History) { h.Truncated = false })},
		{"says that it cut where it just fits", []string{"WindowIsTheNewest"}, answers(func(q store.Query, h *journey.History) { h.Truncated = len(h.Traces) == q.Window })},
		{"ignores at", []string{"AtIsInclusive", "LaterOnesTakeNoPlace", "HistoryIsThatOfTheModel"}, asks(func(q *store.Query) { q.At = noon.Add(48 * time.Hour) })},
		{"takes at as exclusive", []string{"AtIsInclusive"}, asks(func(q *store.Query) { q.At-- })},
		{"lets later ones fill the window", []string{"LaterOnesTakeNoPlace"}, func(s store.Store) store.Store {
			return &hooks{Store: s, history: func(ctx context.Context, q store.Query) (*journey.History, error) {
				at := q.At
				q.At = noon.Add(48 * time.Hour)
				h, err := s.History(ctx, q)
				if err == nil {
					h.Traces = slices.DeleteFunc(h.Traces, func(t journey.Trace) bool { return t.At > at })
				}
				return h, err
			}}
		}},
		{"counts machines", []string{"MachinesTakeNoPlace"}, appends(func(r *store.Recording) {
			if r.Trust == journey.Machine {
				r.Trust = journey.Human
			}
		})},
		{"loses items", []string{"TracesKeepEveryField"}, answers(func(_ store.Query, h *journey.History) {
			for i := range h.Traces {
				h.Traces[i].Item = ""
			}
		})},
		{"knows only some networks", []string{"TracesKeepEveryField"}, answers(func(_ store.Query, h *journey.History) {
			for i := range h.Traces {
				if h.Traces[i].Channel == "social.nobody" {
					h.Traces[i].Channel = "social"
				}
			}
		})},
		{"returns what is expired", []string{"ExpiredIsGoneToTheSecond", "ExpiredOnesTakeNoPlace", "ExpiryIsAsOfNowNotAt"}, asks(func(q *store.Query) { q.Now = 0 })},
		{"expires by at", []string{"ExpiryIsAsOfNowNotAt"}, asks(func(q *store.Query) { q.Now = q.At })},
		{"forgets a minute late", []string{"ExpiredIsGoneToTheSecond"}, asks(func(q *store.Query) { q.Now -= 60_000 })},
		{"forgets a second early", []string{"ExpiredIsGoneToTheSecond"}, asks(func(q *store.Query) { q.Now += 1000 })},
		{"counts older expired ones as cut", []string{"OlderExpiredOnesDoNotTruncate"}, func(s store.Store) store.Store {
			return &hooks{Store: s, history: func(ctx context.Context, q store.Query) (*journey.History, error) {
				h, err := s.History(ctx, q)
				q.Now = 0
				if all, _ := s.History(ctx, q); err == nil && all.Truncated {
					h.Truncated = true
				}
				return h, err
			}}
		}},
	}
}

// appends breaks what is appended.
func appends(breaks func(r *store.Recording)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, append: func(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
			r = slices.Clone(r)
			for i := range r {
				breaks(&r[i])
			}
			return s.Append(ctx, now, r)
		}}
	}
}

// outcomes breaks what Append says.
func outcomes(breaks func(r []store.Recording, o []store.Outcome)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, append: func(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
			o, err := s.Append(ctx, now, r)
			breaks(r, o)
			return o, err
		}}
	}
}

func brokenAppends() []brokenStore {
	return []brokenStore{
		{"drops a touchpoint", []string{"FiveHundredAtOnce"}, func(s store.Store) store.Store {
			return &hooks{Store: s, append: func(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
				if len(r) < 100 {
					return s.Append(ctx, now, r)
				}
				o, err := s.Append(ctx, now, r[:len(r)-1])
				return append(o, store.Outcome{Status: store.Stored, Trace: r[len(r)-1].Trace()}), err
			}}
		}},
		{"loses one of ten calls", []string{"ConcurrentAppendsAreAllKept", "ConcurrentMilestonesAreAllKept"}, losesCalls()},
		{"needs something to append", []string{"NothingToAppend"}, func(s store.Store) store.Store {
			return &hooks{Store: s, append: func(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
				if len(r) == 0 {
					return nil, store.ErrInvalid
				}
				return s.Append(ctx, now, r)
			}}
		}},
		{"keeps milestones of large calls by half", []string{"ManyMilestonesInOneCall"}, func(s store.Store) store.Store {
			return &hooks{Store: s, append: func(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
				r = slices.Clone(r)
				for i := range r[len(r)/2:] {
					r[len(r)/2+i].Type = "page_view"
				}
				return s.Append(ctx, now, r)
			}}
		}},
		{"never calls a duplicate one", []string{"FirstBodyWins", "FirstOfOneCallWins", "TwentyRaceForOneID", "TwentyRaceForOneMilestone"}, outcomes(func(_ []store.Recording, o []store.Outcome) {
			for i := range o {
				o[i].Status = store.Stored
			}
		})},
		{"tells a duplicate its own body", []string{"FirstBodyWins", "FirstOfOneCallWins", "TwentyRaceForOneID", "MachineFirstStaysMachine"}, outcomes(func(r []store.Recording, o []store.Outcome) {
			for i := range o {
				o[i].Trace = r[i].Trace()
			}
		})},
		{"lets the last body win", []string{"FirstBodyWins", "DuplicateMilestoneChangesNothing"}, lastBodyWins},
		{"keeps ids of each source apart", []string{"SourceDoesNotTellIDsApart"}, appends(func(r *store.Recording) { r.ID = r.Source + r.ID })},
		{"keeps ids for all visitors together", []string{"OneIDOfTwoVisitorsIsTwo"}, idsOfAll()},
		{"sorts its outcomes", []string{"OutcomesAreInOrder"}, outcomes(func(_ []store.Recording, o []store.Outcome) {
			slices.SortFunc(o, func(a, b store.Outcome) int { return int(a.Status) - int(b.Status) })
		})},
		{"cuts ids at #", []string{"OddIDsAreKept"}, appends(func(r *store.Recording) {
			if i := slices.Index([]byte(r.ID), '#'); i > 0 {
				r.ID = r.ID[:i]
			}
		})},
		{"cuts long visitor ids", []string{"VisitorsDoNotMix"}, appends(func(r *store.Recording) { r.Visitor = r.Visitor[:min(len(r.Visitor), 100)] })},
		{"takes any id", []string{"BadIDsAreRefused"}, appends(func(r *store.Recording) { r.ID, r.Visitor = "x", "v" })},
		{"looks before it writes", []string{"TwentyRaceForOneID"}, looksFirst()},
		{"keeps expired ids for good", []string{"ExpiredMayBeRecordedAnew", "ExpiredMachineMayComeBackAsHuman"}, func(s store.Store) store.Store {
			return &hooks{Store: s, append: func(ctx context.Context, _ journey.Millis, r []store.Recording) ([]store.Outcome, error) {
				return s.Append(ctx, 0, r)
			}}
		}},
		{"works on without its caller", []string{"EndedContextEndsEveryCall", "DeadlineIsHonoured"}, func(s store.Store) store.Store {
			return &hooks{Store: s, append: func(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
				return s.Append(context.WithoutCancel(ctx), now, r)
			}}
		}},
	}
}

// losesCalls acknowledges every tenth call without storing anything.
func losesCalls() func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		var n atomic.Int64
		return &hooks{Store: s, append: func(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
			if n.Add(1)%10 == 0 {
				return []store.Outcome{{Status: store.Stored, Trace: r[0].Trace()}}, nil
			}
			return s.Append(ctx, now, r)
		}}
	}
}

// lastBodyWins has no way to overwrite, so it shows the last body wherever one
// looks.
func lastBodyWins(s store.Store) store.Store {
	var mu sync.Mutex
	last := map[string]store.Recording{}
	return &hooks{
		Store: s,
		append: func(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
			mu.Lock()
			defer mu.Unlock()
			for i := range r {
				last[r[i].ID] = r[i]
			}
			return s.Append(ctx, now, r)
		},
		history: func(ctx context.Context, q store.Query) (*journey.History, error) {
			h, err := s.History(ctx, q)
			for i := range h.Traces {
				r := last[h.Traces[i].ID]
				h.Traces[i] = r.Trace()
			}
			for i := range h.Profile.Milestones {
				r := last[h.Profile.Milestones[i].ID]
				h.Profile.Milestones[i], _ = r.Milestone()
			}
			return h, err
		},
	}
}

func idsOfAll() func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		seen := map[string]string{}
		return &hooks{Store: s, append: func(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
			if first, ok := seen[r[0].ID]; ok && first != r[0].Visitor {
				return []store.Outcome{{Status: store.Duplicate, Trace: r[0].Trace()}}, nil
			}
			seen[r[0].ID] = r[0].Visitor
			return s.Append(ctx, now, r)
		}}
	}
}

// looksFirst reads whether an id is there and then decides, as a store without
// conditional writes would. All twenty of a race have looked before one writes.
func looksFirst() func(store.Store) store.Store {
	var looked sync.WaitGroup
	looked.Add(20)
	return func(s store.Store) store.Store {
		return &hooks{Store: s, append: func(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
			h, err := s.History(ctx, store.Query{Visitor: r[0].Visitor, At: noon, Now: now, Window: 1})
			if err != nil {
				return nil, err
			}
			looked.Done()
			looked.Wait()
			o, err := s.Append(ctx, now, r)
			for i := range o {
				if len(h.Traces) == 0 {
					o[i] = store.Outcome{Status: store.Stored, Trace: r[i].Trace()}
				}
			}
			return o, err
		}}
	}
}
