package fit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/rank"
	"wegweiser/shared/rank/fit"
)

func TestStatisticsAreWhatThePosteriorsSay(t *testing.T) {
	m := model(t, shop(), nil)
	s := m.Statistics([]string{"guide", "sofa"})
	for _, c := range []struct {
		item    string
		asked   rank.Place
		told    string
		instead rank.Place
	}{
		{"guide", rank.Place{Phase: "decision", Segment: "critics"}, "guide", rank.Place{Phase: "decision", Segment: "critics"}},
		{"sofa", rank.Place{}, "sofa", rank.Place{}},
		{"sofa", rank.Place{Phase: "decision", Segment: "spectators"}, "sofa", rank.Place{Phase: "decision"}},
		{"sofa", rank.Place{Phase: "advocacy", Segment: "critics"}, "sofa", rank.Place{}},
		{"new", rank.Place{Phase: "awareness", Segment: "critics"}, "", rank.Place{Phase: "awareness", Segment: "critics"}},
		{"voucher", rank.Place{Phase: "awareness"}, "", rank.Place{Phase: "awareness"}},
	} {
		want := m.Posterior(c.told, c.instead.Phase, c.instead.Segment).Quantiles()
		if diff := cmp.Diff(want, *s.Of(s.Row(c.item), s.Column(c.asked))); diff != "" {
			t.Errorf("%s in %v (-want +got):\n%s", c.item, c.asked, diff)
		}
	}
}

// Those who have no statistics yet believe what a model of nothing believes.
func TestNoStatistics(t *testing.T) {
	var none *rank.Statistics
	want := model(t, nil, nil).Posterior("sofa", "decision", "critics").Quantiles()
	if diff := cmp.Diff(want, *none.Of(none.Row("sofa"), none.Column(rank.Place{Phase: "decision"}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// BenchmarkStatistics is what a rollup does after it has counted: 500 items in
// 24 places. Its floor is the bytes that it publishes.
func BenchmarkStatistics(b *testing.B) {
	var cells []fit.Cell
	var items []string
	for i := range 500 {
		items = append(items, name(i))
		for p := range 4 {
			for s := range 6 {
				cells = append(cells, fit.Cell{
					Item: name(i), Phase: name(p), Segment: name(s),
					Impressions: float64(100 + i*p), Successes: float64(3 + i*p/20),
				})
			}
		}
	}
	m := model(b, cells, nil)
	b.Run("Fit", func(b *testing.B) {
		for b.Loop() {
			model(b, cells, nil)
		}
	})
	b.Run("Publish", func(b *testing.B) {
		for b.Loop() {
			m.Statistics(items)
		}
	})
	s := m.Statistics(items)
	b.Run("Floor", func(b *testing.B) {
		for b.Loop() {
			packed, err := s.MarshalBinary()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(packed)), "bytes")
		}
	})
}
