package measure_test

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/measure"
)

func TestCSV(t *testing.T) {
	for name, c := range map[string]struct {
		report interface{ WriteCSV(io.Writer) error }
		want   string
	}{
		"Phases": {
			&measure.PhasesReport{Rows: []measure.PhasesRow{
				{Phase: "awareness", Visitors: 2, Share: 0.6667, Standings: map[string]int{"prospect": 2}},
				{Phase: "retention", Visitors: 1, Share: 0.3333, Standings: map[string]int{"lapsed": 1}},
			}},
			"phase,visitors,share,prospect,active,cooling,lapsed\n" +
				"awareness,2,0.6667,2,0,0,0\n" +
				"retention,1,0.3333,0,0,0,1\n",
		},
		"JourneyMap": {
			&measure.JourneyMap{
				Moves: []measure.MapMove{
					{To: "awareness", Moves: 2, Visitors: 2},
					{From: "awareness", To: "decision", Moves: 3, Visitors: 1, Seconds: 86_400},
				},
				Phases: []measure.MapPhase{{Phase: "awareness", Touchpoints: 4, Visitors: 2}, {Phase: "decision", Touchpoints: 1, Visitors: 1}},
				Channels: []measure.MapChannel{
					{Phase: "awareness", Channel: "social.instagram", Touchpoints: 4},
					{Phase: "decision", Channel: "web", Touchpoints: 1},
				},
			},
			"row,from,phase,channel,moves,touchpoints,visitors,seconds\n" +
				"move,,awareness,,2,,2,0\n" +
				"move,awareness,decision,,3,,1,86400\n" +
				"phase,,awareness,,,4,2,\n" +
				"phase,,decision,,,1,1,\n" +
				"channel,,awareness,social.instagram,,4,,\n" +
				"channel,,decision,web,,1,,\n",
		},
		"Funnel": {
			&measure.Funnel{Rows: []measure.FunnelRow{
				{Phase: "awareness", Visitors: 2, Furthest: 1, Reached: 2},
				{Phase: "decision", Visitors: 1, Furthest: 1, Reached: 1},
			}},
			"phase,visitors,furthest,reached\nawareness,2,1,2\ndecision,1,1,1\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got strings.Builder
			if err := c.report.WriteCSV(&got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
