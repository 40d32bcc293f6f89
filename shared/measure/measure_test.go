package measure_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
	"wegweiser/shared/phase"
	"wegweiser/shared/snapshot"
)

const day = 24 * time.Hour

var epoch = journey.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))

// preset is the model that is live before anything was published.
func preset(t testing.TB) *phase.Model {
	t.Helper()
	s, err := snapshot.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return s.Model()
}

// historyOf records traces as they arrive, in a window of the newest.
func historyOf(traces []journey.Trace, until journey.Millis, window int) *journey.History {
	h := &journey.History{}
	h.Merge(traces, until, window)
	for _, t := range traces {
		if journey.IsMilestone(t.Type) && t.At <= until {
			h.Profile.Record(journey.Milestone{ID: t.ID, Type: t.Type, At: t.At})
		}
	}
	return h
}

// kinds are what visitors of the tests do; nothing is known of the last.
var kinds = []string{"ad_click", "page_view", "product_view", "compare", "cart_add", "purchase", "return", "review_written", "unheard_of"}

// crowd is the touchpoints of some visitors.
var crowd = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []journey.Trace {
	at := epoch
	var traces []journey.Trace
	for i := range rapid.IntRange(0, 15).Draw(t, "touchpoints") {
		at = at.Add(rapid.SampledFrom([]time.Duration{0, time.Minute, day, 40 * day, 400 * day}).Draw(t, "gap"))
		traces = append(traces, journey.Trace{
			ID: fmt.Sprint(i), At: at, Type: rapid.SampledFrom(kinds).Draw(t, "type"),
			Channel: rapid.SampledFrom([]string{"web", "email", "store"}).Draw(t, "channel"),
		})
	}
	return traces
}), 0, 8)

// windows are some of the time in which crowds act, or all of it.
var windows = rapid.Custom(func(t *rapid.T) measure.Window {
	if rapid.Bool().Draw(t, "everything") {
		return measure.Window{Until: epoch.Add(9000 * day)}
	}
	since := epoch.Add(time.Duration(rapid.IntRange(-1, 900).Draw(t, "since")) * day)
	return measure.Window{Since: since, Until: since.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "days")) * day)}
})

// reports are both reports over some histories.
func reports(m *phase.Model, w measure.Window, visitors []*journey.History) (*measure.JourneyMap, *measure.Funnel) {
	j, f := measure.NewJourneyMap("s_1", m, w), measure.NewFunnel("s_1", m, w)
	for _, h := range visitors {
		j.Count(m, h)
		f.Count(m, h)
	}
	return j, f
}

// histories are those of a crowd; a small window cuts some.
func histories(t *rapid.T, w measure.Window) []*journey.History {
	window := rapid.SampledFrom([]int{5, journey.MaxWindow}).Draw(t, "window")
	var all []*journey.History
	for _, traces := range crowd.Draw(t, "crowd") {
		all = append(all, historyOf(traces, w.Until, window))
	}
	return all
}

// Wherever the visitors are cut into pages, and whatever their order.
func TestPagesAddUp(t *testing.T) {
	m := preset(t)
	rapid.Check(t, func(t *rapid.T) {
		w := windows.Draw(t, "window")
		all := histories(t, w)
		wantMap, wantFunnel := reports(m, w, all)

		rest := rapid.Permutation(all).Draw(t, "order")
		gotMap, gotFunnel := reports(m, w, nil)
		for len(rest) > 0 {
			n := rapid.IntRange(1, len(rest)).Draw(t, "page")
			j, f := reports(m, w, rest[:n])
			if err := gotMap.Add(j); err != nil {
				t.Fatal(err)
			}
			if err := gotFunnel.Add(f); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if diff := cmp.Diff(wantMap, gotMap); diff != "" {
			t.Errorf("journey map (-in one page +in several):\n%s", diff)
		}
		if diff := cmp.Diff(wantFunnel, gotFunnel); diff != "" {
			t.Errorf("funnel (-in one page +in several):\n%s", diff)
		}
	})
}

func TestPagesOfAnotherReportDoNotAddUp(t *testing.T) {
	m := preset(t)
	w := measure.Window{Until: epoch}
	j, f := measure.NewJourneyMap("s_1", m, w), measure.NewFunnel("s_1", m, w)
	for name, other := range map[string]struct {
		snapshot string
		window   measure.Window
	}{
		"Snapshot": {"s_2", w},
		"Window":   {"s_1", measure.Window{Since: 1, Until: epoch}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := j.Add(measure.NewJourneyMap(other.snapshot, m, other.window)); err != measure.ErrOtherReport {
				t.Errorf("journey map: got %v, want %v", err, measure.ErrOtherReport)
			}
			if err := f.Add(measure.NewFunnel(other.snapshot, m, other.window)); err != measure.ErrOtherReport {
				t.Errorf("funnel: got %v, want %v", err, measure.ErrOtherReport)
			}
		})
	}
}

// The moves of one visitor are the path that a journey answers, from its first
// entry within the window on.
func TestMovesAreThePath(t *testing.T) {
	m := preset(t)
	rapid.Check(t, func(t *rapid.T) {
		w := windows.Draw(t, "window")
		for _, h := range histories(t, w) {
			j, _ := reports(m, w, []*journey.History{h})
			if j.Visitors == 0 {
				continue
			}
			want := map[[2]string]measure.MapMove{}
			from, since := "", journey.Millis(0)
			for i, entry := range m.Path(h, w.Until) {
				row := want[[2]string{from, entry.Phase}]
				row.From, row.To, row.Visitors = from, entry.Phase, 1
				row.Moves++
				if i > 0 {
					row.Seconds += int64(entry.Since.Time().Sub(since.Time()) / time.Second)
				}
				if entry.Since >= w.Since && (i > 0 || !h.Truncated) {
					want[[2]string{from, entry.Phase}] = row
				}
				from, since = entry.Phase, entry.Since
			}
			got := map[[2]string]measure.MapMove{}
			for _, row := range j.Moves {
				got[[2]string{row.From, row.To}] = row
			}
			if len(got) != len(j.Moves) {
				t.Errorf("got rows of the same move in %v, want one", j.Moves)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-path +moves):\n%s", diff)
			}
		}
	})
}

// slow counts by the definitions, with a fold for each touchpoint.
func slow(m *phase.Model, w measure.Window, visitors []*journey.History) (touchpoints map[[2]string]int, in map[string]int, furthest []int, all int) {
	touchpoints, in, furthest = map[[2]string]int{}, map[string]int{}, make([]int, m.Len())
	for _, h := range visitors {
		were := map[string]bool{}
		acted := false
		for _, t := range h.Traces {
			if t.At < w.Since {
				continue
			}
			acted = true
			if len(m.Path(h, t.At)) > 0 {
				p := m.Name(m.Fold(h, t.At).Phase)
				touchpoints[[2]string{p, t.Channel}]++
				were[p] = true
			}
		}
		path := m.Path(h, w.Until)
		if !acted || len(path) == 0 {
			continue
		}
		all++
		were[path[len(path)-1].Phase] = true
		far := 0
		for p := range were {
			in[p]++
			far = max(far, m.Index(p))
		}
		furthest[far]++
	}
	return touchpoints, in, furthest, all
}

func TestReportsCountWhatTheirDefinitionsSay(t *testing.T) {
	m := preset(t)
	rapid.Check(t, func(t *rapid.T) {
		w := windows.Draw(t, "window")
		all := histories(t, w)
		checkAgainstSlow(t, m, w, all)
	})
}

func checkAgainstSlow(t rapid.TB, m *phase.Model, w measure.Window, all []*journey.History) {
	t.Helper()
	j, f := reports(m, w, all)
	touchpoints, in, furthest, visitors := slow(m, w, all)
	if j.Visitors != visitors || f.Visitors != visitors {
		t.Errorf("got %d and %d visitors, want %d", j.Visitors, f.Visitors, visitors)
	}
	got := map[[2]string]int{}
	sum := map[string]int{}
	for _, row := range j.Channels {
		got[[2]string{row.Phase, row.Channel}] += row.Touchpoints
		sum[row.Phase] += row.Touchpoints
	}
	if diff := cmp.Diff(touchpoints, got); diff != "" || len(got) != len(j.Channels) {
		t.Errorf("channels, %d rows (-want +got):\n%s", len(j.Channels), diff)
	}
	reached := 0
	for p := m.Len() - 1; p >= 0; p-- {
		reached += furthest[p]
		name := m.Name(p)
		want := measure.FunnelRow{Phase: name, Visitors: in[name], Furthest: furthest[p], Reached: reached}
		if f.Rows[p] != want {
			t.Errorf("funnel: got %+v, want %+v", f.Rows[p], want)
		}
		if want := (measure.MapPhase{Phase: name, Touchpoints: sum[name], Visitors: in[name]}); j.Phases[p] != want {
			t.Errorf("journey map: got %+v, want %+v", j.Phases[p], want)
		}
	}
	if f.Rows[0].Reached != visitors {
		t.Errorf("got %d that reached the first phase, want everybody, %d", f.Rows[0].Reached, visitors)
	}
	index := func(name string) int { return m.Index(name) }
	if !slices.IsSortedFunc(j.Moves, func(a, b measure.MapMove) int {
		return (index(a.From)-index(b.From))*phase.MaxPhases + index(a.To) - index(b.To)
	}) {
		t.Errorf("got %v, want the order of the phases", j.Moves)
	}
}

// Known figures: three people whose journeys are told by hand.
func TestKnownFigures(t *testing.T) {
	m := preset(t)
	trace := func(id, kind, channel string, after time.Duration) journey.Trace {
		return journey.Trace{ID: id, Type: kind, Channel: channel, At: epoch.Add(after)}
	}
	until := epoch.Add(30 * day)
	all := []*journey.History{
		historyOf([]journey.Trace{ // hears of it, compares, buys
			trace("a1", "ad_click", "social.instagram", 0),
			trace("a2", "compare", "web", day), trace("a3", "review_read", "web", day),
			trace("a4", "cart_add", "web", 2*day),
			trace("a5", "purchase", "web", 2*day+time.Hour),
		}, until, journey.DefaultWindow),
		historyOf([]journey.Trace{ // hears of it, compares
			trace("b1", "ad_click", "search_ad", 0),
			trace("b2", "compare", "web", 3*day), trace("b3", "review_read", "web", 3*day),
		}, until, journey.DefaultWindow),
		historyOf([]journey.Trace{trace("c1", "unheard_of", "web", 0)}, until, journey.DefaultWindow), // stands nowhere
		historyOf(nil, until, journey.DefaultWindow),
	}
	j, f := reports(m, measure.Window{Until: until}, all)
	wantMap := &measure.JourneyMap{
		Window: measure.Window{Until: until}, Page: measure.Page{Snapshot: "s_1", Visitors: 2},
		Moves: []measure.MapMove{
			{From: "", To: "awareness", Moves: 2, Visitors: 2},
			{From: "awareness", To: "consideration", Moves: 2, Visitors: 2, Seconds: int64(4 * day / time.Second)},
			{From: "consideration", To: "decision", Moves: 1, Visitors: 1, Seconds: int64(day / time.Second)},
			{From: "decision", To: "retention", Moves: 1, Visitors: 1, Seconds: 3600},
		},
		Phases: []measure.MapPhase{
			{Phase: "awareness", Touchpoints: 2, Visitors: 2},
			{Phase: "consideration", Touchpoints: 4, Visitors: 2},
			{Phase: "decision", Touchpoints: 1, Visitors: 1},
			{Phase: "retention", Touchpoints: 1, Visitors: 1},
			{Phase: "advocacy"},
		},
		Channels: []measure.MapChannel{
			{Phase: "awareness", Channel: "search_ad", Touchpoints: 1},
			{Phase: "awareness", Channel: "social.instagram", Touchpoints: 1},
			{Phase: "consideration", Channel: "web", Touchpoints: 4},
			{Phase: "decision", Channel: "web", Touchpoints: 1},
			{Phase: "retention", Channel: "web", Touchpoints: 1},
		},
	}
	if diff := cmp.Diff(wantMap, j); diff != "" {
		t.Errorf("journey map (-want +got):\n%s", diff)
	}
	wantRows := []measure.FunnelRow{
		{Phase: "awareness", Visitors: 2, Furthest: 0, Reached: 2},
		{Phase: "consideration", Visitors: 2, Furthest: 1, Reached: 2},
		{Phase: "decision", Visitors: 1, Furthest: 0, Reached: 1},
		{Phase: "retention", Visitors: 1, Furthest: 1, Reached: 1},
		{Phase: "advocacy"},
	}
	if diff := cmp.Diff(wantRows, f.Rows); diff != "" || f.Visitors != 2 {
		t.Errorf("funnel of %d, want 2 (-want +got):\n%s", f.Visitors, diff)
	}
}

// Two windows side by side share no touchpoint.
func TestTouchpointsAddUpOverTime(t *testing.T) {
	m := preset(t)
	rapid.Check(t, func(t *rapid.T) {
		cut := epoch.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "cut")) * day)
		end := epoch.Add(9000 * day)
		sum := map[string]int{}
		for _, traces := range crowd.Draw(t, "crowd") {
			for _, part := range []struct {
				sign   int
				window measure.Window
			}{{-1, measure.Window{Until: end}}, {1, measure.Window{Until: cut}}, {1, measure.Window{Since: cut + 1, Until: end}}} {
				j, _ := reports(m, part.window, []*journey.History{historyOf(traces, part.window.Until, journey.MaxWindow)})
				for _, row := range j.Phases {
					sum[row.Phase] += part.sign * row.Touchpoints
				}
			}
		}
		for name, n := range sum {
			if n != 0 {
				t.Errorf("%s: the parts have %d touchpoints more than the whole", name, n)
			}
		}
	})
}
