package storetest

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// profiles breaks the profiles that History says.
func profiles(breaks func(p *journey.Profile)) func(store.Store) store.Store {
	return answers(func(_ store.Query, h *journey.History) { breaks(&h.Profile) })
}

func brokenProfiles() []brokenStore {
	return []brokenStore{
		{
			"keeps no milestones",
			[]string{"MilestonesAreKeptOnTheProfile", "EveryMilestoneTypeIsKept", "MilestonesOutliveTheirTouchpoints", "ConcurrentMilestonesAreAllKept"},
			profiles(func(p *journey.Profile) { p.Milestones = nil }),
		},
		{"keeps milestones only with their touchpoints", []string{"MilestonesOutliveTheirTouchpoints"}, answers(func(_ store.Query, h *journey.History) {
			if len(h.Traces) == 0 {
				h.Profile.Milestones = nil
			}
		})},
		{"keeps purchases only", []string{"EveryMilestoneTypeIsKept"}, profiles(func(p *journey.Profile) {
			p.Milestones = slices.DeleteFunc(p.Milestones, func(m journey.Milestone) bool { return m.Type != journey.Purchase })
		})},
		{"keeps milestones of machines", []string{"MilestonesOfMachinesAreNotKept"}, appends(func(r *store.Recording) { r.Trust = journey.Human })},
		{"forgets what a milestone folded", []string{"MilestonesFoldIntoTotals"}, profiles(func(p *journey.Profile) { p.Totals = journey.Totals{} })},
		{"loses a concurrent change", []string{"ChangeStartsAgainWhenOvertaken", "ChangeSeesMilestonesThatOvertakeIt"}, losesChanges},
		{"loses every other change", []string{"ConcurrentChangesAreAllKept", "MilestonesAndChangesKeepEachOther"}, func(s store.Store) store.Store {
			var n atomic.Int64
			return &hooks{Store: s, change: func(ctx context.Context, visitor string, change func(*journey.Profile) error) error {
				if n.Add(1)%2 == 0 {
					return nil
				}
				return s.Change(ctx, visitor, change)
			}}
		}},
		{"starts changes from nothing", []string{"ChangeStartsFromWhatIsThere"}, func(s store.Store) store.Store {
			return &hooks{Store: s, change: func(ctx context.Context, visitor string, change func(*journey.Profile) error) error {
				return s.Change(ctx, visitor, func(p *journey.Profile) error {
					*p = journey.Profile{}
					return change(p)
				})
			}}
		}},
		{"loses traits that are no text", []string{"ChangeKeepsEveryField"}, profiles(func(p *journey.Profile) {
			for name, value := range p.Traits {
				if _, text := value.(string); !text {
					delete(p.Traits, name)
				}
			}
		})},
		{"takes a refusal of consent for silence", []string{"ChangeKeepsEveryField"}, profiles(func(p *journey.Profile) {
			if p.Consent.Refused() {
				p.Consent = journey.Consent{}
			}
		})},
		{"stores in spite of an error", []string{"ErrorOfChangeStoresNothing"}, func(s store.Store) store.Store {
			return &hooks{Store: s, change: func(ctx context.Context, visitor string, change func(*journey.Profile) error) error {
				var kept error
				err := s.Change(ctx, visitor, func(p *journey.Profile) error {
					kept = change(p)
					return nil
				})
				return errors.Join(err, kept)
			}}
		}},
		{"stores profiles of nobody", []string{"ChangeOfNothingStoresNothing"}, func(s store.Store) store.Store {
			return &hooks{Store: s, change: func(ctx context.Context, visitor string, change func(*journey.Profile) error) error {
				return s.Change(ctx, visitor, func(p *journey.Profile) error {
					p.Locale = "de"
					return change(p)
				})
			}}
		}},
		{"counts the profile into the window", []string{"ProfileDoesNotTakeAPlace"}, asks(func(q *store.Query) { q.Window = max(1, q.Window-1) })},
		{"loses the profile when it looks further back", []string{"ProfileDoesNotTakeAPlace"}, answers(func(q store.Query, h *journey.History) {
			if q.At < noon {
				h.Profile = journey.Profile{}
			}
		})},
	}
}

// losesChanges writes what a change made of the profile that it read, whatever
// has become of it in between.
func losesChanges(s store.Store) store.Store {
	return &hooks{Store: s, change: func(ctx context.Context, visitor string, change func(*journey.Profile) error) error {
		h, err := s.History(ctx, store.Query{Visitor: visitor, At: noon, Now: noon, Window: 1})
		if err != nil {
			return err
		}
		p := h.Profile
		if err := change(&p); err != nil {
			return err
		}
		return s.Change(ctx, visitor, func(have *journey.Profile) error {
			*have = p
			return nil
		})
	}}
}

// bodies breaks what Touchpoints yields.
func bodies(breaks func(i int, t *journey.Touchpoint) (keep bool)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, touchpoints: func(ctx context.Context, visitor string, now journey.Millis) iter.Seq2[journey.Touchpoint, error] {
			return func(yield func(journey.Touchpoint, error) bool) {
				i := 0
				for t, err := range s.Touchpoints(ctx, visitor, now) {
					if i++; breaks(i, &t) && !yield(t, err) {
						return
					}
				}
			}
		}}
	}
}

func brokenReads() []brokenStore {
	return []brokenStore{
		{"forgets props", []string{"TouchpointsAreWholeBodies"}, bodies(func(_ int, t *journey.Touchpoint) bool { t.Props = nil; return true })},
		{"tidies amounts", []string{"TouchpointsAreWholeBodies"}, bodies(func(_ int, t *journey.Touchpoint) bool {
			if t.Value != nil {
				t.Value.Amount = "-499"
			}
			return true
		})},
		{"reads only one page", []string{"TouchpointsAreAll"}, bodies(func(i int, _ *journey.Touchpoint) bool { return i <= 500 })},
		{"reads touchpoints of anybody", []string{"TouchpointsAreOfOneVisitor"}, func(s store.Store) store.Store {
			return &hooks{Store: s, touchpoints: func(ctx context.Context, _ string, now journey.Millis) iter.Seq2[journey.Touchpoint, error] {
				return s.Touchpoints(ctx, "v2", now)
			}}
		}},
		{"reads what is expired", []string{"ExpiredIsGoneToTheSecond"}, func(s store.Store) store.Store {
			return &hooks{Store: s, touchpoints: func(ctx context.Context, visitor string, _ journey.Millis) iter.Seq2[journey.Touchpoint, error] {
				return s.Touchpoints(ctx, visitor, 0)
			}}
		}},
		{"yields a visitor for each touchpoint", []string{"AllYieldsEachVisitorOnce", "VisitorsDoNotMix"}, everyVisitor(func(visitor string, yield func(string, error) bool) bool {
			more := yield(visitor, nil)
			return more && yield(visitor, nil)
		})},
		{"yields only visitors with touchpoints", []string{"AllYieldsEachVisitorOnce"}, everyVisitor(func(visitor string, yield func(string, error) bool) bool {
			return visitor == "w" || yield(visitor, nil)
		})},
		{"starts again at the first visitor", []string{"AllGoesOnAtEveryCut"}, after(func(string) string { return "" })},
		{"goes on at the visitor where it stopped", []string{"AllGoesOnAtEveryCut"}, func(s store.Store) store.Store {
			return &hooks{Store: s, all: func(ctx context.Context, after string) iter.Seq2[string, error] {
				return func(yield func(string, error) bool) {
					if after != "" && !yield(after, nil) {
						return
					}
					s.All(ctx, after)(yield)
				}
			}}
		}},
		{"has no place for one who is gone", []string{"AllGoesOnBehindOneWhoIsGone"}, after(func(id string) string {
			if strings.HasPrefix(id, "gone") {
				return ""
			}
			return id
		})},
		{"takes any text for an id", []string{"AllRefusesWhatIsNoID"}, after(func(id string) string {
			if strings.Contains(id, "\n") {
				return ""
			}
			return id
		})},
	}
}

// after breaks where All goes on.
func after(breaks func(id string) string) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, all: func(ctx context.Context, after string) iter.Seq2[string, error] {
			return s.All(ctx, breaks(after))
		}}
	}
}

func everyVisitor(breaks func(visitor string, yield func(string, error) bool) bool) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, all: func(ctx context.Context, after string) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				for visitor, err := range s.All(ctx, after) {
					if err != nil || !breaks(visitor, yield) {
						return
					}
				}
			}
		}}
	}
}

// edits breaks what Edit is asked.
func edits(breaks func(ctx context.Context, s store.Store, edits []store.Edit) error) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, edit: func(ctx context.Context, edits []store.Edit) error { return breaks(ctx, s, slices.Clone(edits)) }}
	}
}

// reads breaks what Rows returns.
func reads(breaks func(i int, r *store.Row) (keep bool)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, rows: func(ctx context.Context, table string) ([]store.Row, error) {
			rows, err := s.Rows(ctx, table)
			var kept []store.Row
			for i, r := range rows {
				if breaks(i, &r) {
					kept = append(kept, r)
				}
			}
			return kept, err
		}}
	}
}

// readsOne breaks what Row returns.
func readsOne(breaks func(r *store.Row, err error) error) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, row: func(ctx context.Context, table, id string) (store.Row, error) {
			r, err := s.Row(ctx, table, id)
			err = breaks(&r, err)
			return r, err
		}}
	}
}

func brokenConfigurations() []brokenStore {
	return []brokenStore{
		{"applies half of the edits", []string{"EditsAreAllOrNone"}, edits(func(ctx context.Context, s store.Store, edits []store.Edit) error {
			for _, e := range edits {
				if err := s.Edit(ctx, []store.Edit{e}); err != nil {
					return err
				}
			}
			return nil
		})},
		{"edits whatever is there", []string{"AbsentCreatesOnly", "VersionGuardsAChange", "RowsAreDeleted", "OneOfConcurrentEditsWins"}, edits(func(ctx context.Context, s store.Store, edits []store.Edit) error {
			for i := range edits {
				edits[i].Expect = store.Any
			}
			return s.Edit(ctx, edits)
		})},
		{"takes any number of edits", []string{"EditsHaveTheirLimits"}, edits(func(ctx context.Context, s store.Store, edits []store.Edit) error {
			for chunk := range slices.Chunk(edits, store.MaxEdits) {
				if err := s.Edit(ctx, chunk); err != nil {
					return err
				}
			}
			return nil
		})},
		{"takes any body", []string{"OtherBodiesAreRefused"}, edits(func(ctx context.Context, s store.Store, edits []store.Edit) error {
			for i, e := range edits {
				row, _ := tables.ReadRow(e.Table, e.ID, e.Body)
				edits[i].Body, _ = row.MarshalJSON()
			}
			return s.Edit(ctx, edits)
		})},
		{"spells numbers its own way", []string{"RowsKeepEveryByte"}, reads(func(_ int, r *store.Row) bool {
			r.Body = bytes.ReplaceAll(r.Body, []byte("1e+21"), []byte("1000000000000000000000"))
			return true
		})},
		{"takes text for numbers", []string{"RowsKeepEveryByte"}, reads(func(_ int, r *store.Row) bool {
			r.Body = bytes.ReplaceAll(r.Body, []byte(`"1.50"`), []byte("1.5"))
			return true
		})},
		{"cuts long texts", []string{"RowsOfEightKilobytes"}, reads(func(_ int, r *store.Row) bool {
			r.Body = r.Body[:min(len(r.Body), 8000)]
			return true
		})},
		{"reads only one page of rows", []string{"RowsOfManyPages"}, reads(func(i int, _ *store.Row) bool { return i < 350 })},
		{"takes any size", []string{"RowsOfTheLargestSize", "RowsOfManyColumns"}, edits(func(ctx context.Context, s store.Store, edits []store.Edit) error {
			if err := s.Edit(ctx, edits); !errors.Is(err, store.ErrInvalid) {
				return err
			}
			return nil
		})},
		{"takes one table for all that start like it", []string{"RowsAreInOrder"}, func(s store.Store) store.Store {
			return &hooks{Store: s, rows: func(ctx context.Context, table string) ([]store.Row, error) {
				rows, err := s.Rows(ctx, "")
				return slices.DeleteFunc(rows, func(r store.Row) bool { return table != "" && r.Table[:2] != table[:2] }), err
			}}
		}},
		{"forgets who wrote a row", []string{"RowsKeepEveryByte"}, reads(func(_ int, r *store.Row) bool { r.Author = ""; return true })},
		{"forgets who wrote a row that it reads alone", []string{"OneRowIsReadAlone"}, readsOne(func(r *store.Row, err error) error {
			r.Author, r.At = "", 0
			return err
		})},
		{"has a version of its own for a row that it reads alone", []string{"OneRowIsReadAlone"}, readsOne(func(r *store.Row, err error) error {
			r.Version += "1"
			return err
		})},
		{"has every row that it is asked for", []string{"NoSuchRow"}, readsOne(func(_ *store.Row, err error) error {
			if errors.Is(err, store.ErrNotFound) {
				return nil
			}
			return err
		})},
		{"takes anything for a row that is not there", []string{"NoSuchRow"}, readsOne(func(_ *store.Row, err error) error {
			if errors.Is(err, store.ErrInvalid) {
				return store.ErrNotFound
			}
			return err
		})},
		{"finds a row in every table", []string{"OneRowIsReadAlone", "NoSuchRow"}, func(s store.Store) store.Store {
			return &hooks{Store: s, row: func(ctx context.Context, table, id string) (store.Row, error) {
				rows, err := s.Rows(ctx, "")
				for _, r := range rows {
					if r.ID == id {
						return r, err
					}
				}
				return s.Row(ctx, table, id)
			}}
		}},
		{"cuts snapshots", []string{"SnapshotsOfMegabytes", "SnapshotsAreForGood"}, func(s store.Store) store.Store {
			return &hooks{Store: s, put: func(ctx context.Context, id string, encoded []byte) error {
				return s.PutSnapshot(ctx, id, encoded[:min(len(encoded), 400<<10)])
			}}
		}},
		{"loses the end of snapshots", []string{"SnapshotsAreKept"}, func(s store.Store) store.Store {
			return &hooks{Store: s, put: func(ctx context.Context, id string, encoded []byte) error {
				return s.PutSnapshot(ctx, id, encoded[:len(encoded)-1])
			}}
		}},
		{"comes with rows", []string{"NoRowsAtFirst"}, func(s store.Store) store.Store {
			return &hooks{Store: s, rows: func(context.Context, string) ([]store.Row, error) { return make([]store.Row, 1), nil }}
		}},
		{"has something live from the start", []string{"NothingIsLiveAtFirst", "OnlyWhatIsStoredIsPublished"}, func(s store.Store) store.Store {
			return &hooks{Store: s, live: func(ctx context.Context) (store.Release, error) {
				r, err := s.Live(ctx)
				if errors.Is(err, store.ErrNotFound) {
					err = nil
				}
				return r, err
			}}
		}},
		{"starts with what is put last", []string{"StartsReadWhatIsLive"}, func(s store.Store) store.Store {
			var last []byte
			return &hooks{
				Store: s,
				put: func(ctx context.Context, id string, encoded []byte) error {
					last = bytes.Clone(encoded)
					return s.PutSnapshot(ctx, id, encoded)
				},
				start: func(ctx context.Context) (store.Release, []byte, error) {
					live, _, err := s.LiveSnapshot(ctx)
					return live, last, err
				},
			}
		}},
		{"starts with an earlier release", []string{"StartsReadWhatIsLive"}, func(s store.Store) store.Store {
			return &hooks{Store: s, start: func(ctx context.Context) (store.Release, []byte, error) {
				live, encoded, err := s.LiveSnapshot(ctx)
				if releases, e := s.Releases(ctx, 2); e == nil && len(releases) == 2 {
					live = releases[1]
				}
				return live, encoded, err
			}}
		}},
		{"starts with one chunk", []string{"StartsReadWhatIsLive"}, func(s store.Store) store.Store {
			return &hooks{Store: s, start: func(ctx context.Context) (store.Release, []byte, error) {
				live, encoded, err := s.LiveSnapshot(ctx)
				return live, encoded[:min(len(encoded), 256<<10)], err
			}}
		}},
		{"starts with nothing before the first release", []string{"NothingIsLiveAtFirst"}, func(s store.Store) store.Store {
			return &hooks{Store: s, start: func(ctx context.Context) (store.Release, []byte, error) {
				live, encoded, err := s.LiveSnapshot(ctx)
				if errors.Is(err, store.ErrNotFound) {
					err = nil
				}
				return live, encoded, err
			}}
		}},
		{"loses the race of two publishers", []string{"OneOfConcurrentPublishersWins", "StalePublishIsAConflict"}, whateverIsLive},
		{"publishes what is not stored", []string{"OnlyWhatIsStoredIsPublished"}, publishes(func(ctx context.Context, s store.Store, expected string, next store.Release) error {
			if err := s.PutSnapshot(ctx, next.Snapshot, []byte("empty")); err != nil {
				return err
			}
			return s.Publish(ctx, expected, next)
		})},
		{"sorts releases by time", []string{"ReleasesAreInOrderOfPublishing"}, func(s store.Store) store.Store {
			return &hooks{Store: s, releases: func(ctx context.Context, limit int) ([]store.Release, error) {
				releases, err := s.Releases(ctx, limit)
				slices.SortFunc(releases, func(a, b store.Release) int { return int(b.At - a.At) })
				return releases, err
			}}
		}},
		{"returns every release", []string{"PublishAndRollback"}, func(s store.Store) store.Store {
			return &hooks{Store: s, releases: func(ctx context.Context, _ int) ([]store.Release, error) { return s.Releases(ctx, 100) }}
		}},
	}
}

func publishes(breaks func(ctx context.Context, s store.Store, expected string, next store.Release) error) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, publish: func(ctx context.Context, expected string, next store.Release) error {
			return breaks(ctx, s, expected, next)
		}}
	}
}

// whateverIsLive publishes without compare-and-set, one at a time, so that each
// caller succeeds.
func whateverIsLive(s store.Store) store.Store {
	var one sync.Mutex
	return publishes(func(ctx context.Context, s store.Store, _ string, next store.Release) error {
		one.Lock()
		defer one.Unlock()
		live, err := s.Live(ctx)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return s.Publish(ctx, live.Snapshot, next)
	})(s)
}
