package measure_test

import (
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// open returns a store with nothing in it.
func open(t *testing.T) store.Store {
	t.Helper()
	s, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func serve(t *testing.T, s store.Store, clock func() time.Time) *measure.Service {
	t.Helper()
	service := &measure.Service{Service: personalize.New(s, &personalize.Options{Clock: clock})}
	if err := service.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return service
}

func atNoon() time.Time { return noon }

// collect stores what each visitor did, and how long before noon.
func collect(t *testing.T, s *measure.Service, did map[string]map[string]time.Duration) {
	t.Helper()
	var request personalize.CollectRequest
	for visitor, kinds := range did {
		for kind, ago := range kinds {
			request.Touchpoints = append(request.Touchpoints, fmt.Appendf(nil, `{"id":%q,"visitor":%q,"type":%[1]q,"channel":"web","at":%[3]q}`,
				kind, visitor, noon.Add(-ago).Format(time.RFC3339)))
		}
	}
	result, err := s.Collect(t.Context(), personalize.Caller{Key: personalize.Secret}, request)
	if err != nil || result.Accepted != len(request.Touchpoints) {
		t.Fatalf("got %+v, %v, want all stored", result, err)
	}
}

func TestPhasesAtAMoment(t *testing.T) {
	s := serve(t, open(t), atNoon)
	collect(t, s, map[string]map[string]time.Duration{"v_1": {"cart_add": day}, "v_2": {"page_view": time.Minute}})
	for at, want := range map[string]map[string]int{
		"":                     {"awareness": 1, "consideration": 0, "decision": 1, "retention": 0, "advocacy": 0},
		"2026-11-22T00:00:00Z": {"awareness": 0, "consideration": 0, "decision": 1, "retention": 0, "advocacy": 0},
		"2020-01-01T00:00:00Z": {"awareness": 0, "consideration": 0, "decision": 0, "retention": 0, "advocacy": 0},
	} {
		report, err := s.Phases(t.Context(), at, "")
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		for _, row := range report.Rows {
			got[row.Phase] = row.Visitors
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("at %q (-want +got):\n%s", at, diff)
		}
	}
}

// The window holds at both ends, and what was before it is known but not
// counted.
func TestReportsOfAWindow(t *testing.T) {
	s := serve(t, open(t), atNoon)
	collect(t, s, map[string]map[string]time.Duration{
		"v_1": {"ad_click": 10 * day, "cart_add": 2 * day},
		"v_2": {"ad_click": 10 * day},
	})
	ago := func(d time.Duration) string { return noon.Add(-d).Format(time.RFC3339) }
	for name, c := range map[string]struct {
		request  measure.Request
		visitors int
		moves    []measure.MapMove
	}{
		"Everything": {measure.Request{}, 2, []measure.MapMove{
			{To: "awareness", Moves: 2, Visitors: 2},
			{From: "awareness", To: "decision", Moves: 1, Visitors: 1, Seconds: 8 * 24 * 3600},
		}},
		"FromTheFirst": {measure.Request{Since: ago(10 * day), Until: ago(10 * day)}, 2, []measure.MapMove{{To: "awareness", Moves: 2, Visitors: 2}}},
		"TheMove": {measure.Request{Since: ago(2 * day)}, 1, []measure.MapMove{
			{From: "awareness", To: "decision", Moves: 1, Visitors: 1, Seconds: 8 * 24 * 3600},
		}},
		"Between": {measure.Request{Since: ago(9 * day), Until: ago(3 * day)}, 0, []measure.MapMove{}},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := s.JourneyMap(t.Context(), c.request)
			if err != nil {
				t.Fatal(err)
			}
			f, err := s.Funnel(t.Context(), c.request)
			if err != nil {
				t.Fatal(err)
			}
			if j.Visitors != c.visitors || f.Visitors != c.visitors {
				t.Errorf("got %d and %d visitors, want %d", j.Visitors, f.Visitors, c.visitors)
			}
			if diff := cmp.Diff(c.moves, j.Moves); diff != "" {
				t.Errorf("moves (-want +got):\n%s", diff)
			}
		})
	}
}

// page is what all reports have.
type page[R any] interface {
	*R
	Add(next *R) error
	Following() url.Values
	Size() int
}

// addUp asks for page after page, of which there must be several.
func addUp[R any, P page[R]](t *testing.T, query url.Values, ask func(query url.Values) (P, error)) (sum P) {
	t.Helper()
	pages, visitors := 0, 0
	for ; query != nil; pages++ {
		page, err := ask(query)
		if err != nil {
			t.Fatal(err)
		}
		visitors += page.Size()
		query = page.Following()
		if sum == nil {
			sum = page
		} else if err := sum.Add(page); err != nil {
			t.Fatal(err)
		}
	}
	if pages < 3 || visitors != sum.Size() {
		t.Errorf("got %d visitors in %d pages, want those of the sum, %d, in several", visitors, pages, sum.Size())
	}
	return sum
}

// The first page says what the others have to be about, however late it gets.
func TestPagesOfTheServiceAddUp(t *testing.T) {
	kept := open(t)
	patient := serve(t, kept, atNoon)
	did := map[string]map[string]time.Duration{}
	for i := range 10 {
		did[fmt.Sprint("v_", i)] = map[string]time.Duration{"ad_click": time.Duration(i+1) * day, "compare": time.Duration(i) * 12 * time.Hour}
	}
	collect(t, patient, did)
	now := noon.Add(-time.Hour)
	impatient := serve(t, kept, func() time.Time { now = now.Add(3 * time.Second); return now })

	t.Run("Phases", func(t *testing.T) {
		sum := addUp(t, url.Values{}, func(query url.Values) (*measure.PhasesReport, error) {
			return impatient.Phases(t.Context(), query.Get("at"), query.Get("after"))
		})
		whole, err := patient.Phases(t.Context(), sum.At.String(), "")
		if diff := cmp.Diff(whole, sum); err != nil || diff != "" {
			t.Errorf("%v (-in one page +in several):\n%s", err, diff)
		}
	})
	t.Run("JourneyMap", func(t *testing.T) {
		sum := addUp(t, url.Values{}, func(query url.Values) (*measure.JourneyMap, error) {
			return impatient.JourneyMap(t.Context(), measure.RequestOf(query))
		})
		whole, err := patient.JourneyMap(t.Context(), measure.Request{Until: sum.Until.String()})
		if diff := cmp.Diff(whole, sum); err != nil || diff != "" {
			t.Errorf("%v (-in one page +in several):\n%s", err, diff)
		}
	})
	t.Run("Funnel", func(t *testing.T) {
		const since = "2026-11-18T00:00:00Z"
		sum := addUp(t, url.Values{"since": {since}}, func(query url.Values) (*measure.Funnel, error) {
			return impatient.Funnel(t.Context(), measure.RequestOf(query))
		})
		whole, err := patient.Funnel(t.Context(), measure.Request{Since: since, Until: sum.Until.String()})
		if diff := cmp.Diff(whole, sum); err != nil || diff != "" {
			t.Errorf("%v (-in one page +in several):\n%s", err, diff)
		}
	})
}

func TestReportsSayWhatIsWrong(t *testing.T) {
	s := serve(t, open(t), atNoon)
	for name, c := range map[string]struct {
		request     measure.Request
		code, field string
	}{
		"Since":    {measure.Request{Since: "yesterday"}, "bad_time", "since"},
		"Until":    {measure.Request{Until: "2026-11-22"}, "bad_time", "until"},
		"Backward": {measure.Request{Since: "2026-11-22T10:00:00Z", Until: "2026-11-22T09:59:59Z"}, "bad_range", "since"},
		"Ahead":    {measure.Request{Since: "2027-01-01T00:00:00Z"}, "bad_range", "since"},
		"After":    {measure.Request{After: "line\nbreak"}, "control_characters", "after"},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := s.JourneyMap(t.Context(), c.request)
			checkRefusal(t, j == nil, err, c.code, c.field)
			f, err := s.Funnel(t.Context(), c.request)
			checkRefusal(t, f == nil, err, c.code, c.field)
		})
	}
	r, err := s.Phases(t.Context(), "today", "")
	checkRefusal(t, r == nil, err, "bad_time", "at")
}

func checkRefusal(t *testing.T, nothing bool, err error, code, field string) {
	t.Helper()
	var refusal *personalize.Error
	if !nothing || !errors.As(err, &refusal) || refusal.Kind != personalize.Invalid || refusal.Code != code ||
		len(refusal.Fields) != 1 || refusal.Fields[0].Field != field {
		t.Errorf("got %v and nothing else %v, want %s of %s", err, nothing, code, field)
	}
}
