package phase_test

import (
	"fmt"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

func TestStandings(t *testing.T) {
	for _, c := range []struct {
		name      string
		purchases []int       // days
		returns   map[int]int // day of the return to the index of its purchase
		at        int
		want      phase.Standing
	}{
		{"NoPurchase", nil, nil, 0, phase.Prospect},
		{"BeforeTheFirst", []int{10}, nil, 9, phase.Prospect},
		{"AtTheFirst", []int{10}, nil, 10, phase.Active},
		{"OneAndAHalfUsualRhythms", []int{0}, nil, 135, phase.Active},
		{"MoreThanThat", []int{0}, nil, 136, phase.Cooling},
		{"ThreeUsualRhythms", []int{0}, nil, 270, phase.Cooling},
		{"MoreThanThree", []int{0}, nil, 271, phase.Lapsed},
		{"TwoAreNoRhythm", []int{0, 10}, nil, 10 + 135, phase.Active},
		{"ThreeAre", []int{0, 20, 60}, nil, 60 + 45, phase.Active},
		{"TheirMeanGap", []int{0, 20, 60}, nil, 60 + 46, phase.Cooling},
		{"AndThrice", []int{0, 20, 60}, nil, 60 + 91, phase.Lapsed},
		{"NeverUnderFourteenDays", []int{0, 1, 2}, nil, 2 + 21, phase.Active},
		{"AndThenCooling", []int{0, 1, 2}, nil, 2 + 22, phase.Cooling},
		{"OnlyWhatIsKnownThen", []int{0, 200, 210}, nil, 150, phase.Cooling},
		{"Returned", []int{0}, map[int]int{5: 0}, 5, phase.Prospect},
		{"BeforeTheReturn", []int{0}, map[int]int{5: 0}, 4, phase.Active},
		{"AnOlderOneStands", []int{0, 200}, map[int]int{205: 1}, 210, phase.Cooling},
		{"AReturnBreaksTheRhythm", []int{0, 10, 20}, map[int]int{25: 2}, 10 + 100, phase.Active},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p journey.Profile
			for i, d := range c.purchases {
				p.Record(journey.Milestone{ID: fmt.Sprint(i), Type: journey.Purchase, At: days(d)})
			}
			for d, i := range c.returns {
				p.Record(journey.Milestone{ID: fmt.Sprint("r", i), Type: journey.Return, At: days(d), Purchase: fmt.Sprint(i)})
			}
			if got := phase.StandingAt(&p, days(c.at)); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func days(n int) journey.Millis { return epoch.Add(time.Duration(n) * day) }

// Purchases that were folded into the totals count as ever.
func TestStandingAndGateOutliveTheMilestones(t *testing.T) {
	var p journey.Profile
	for i := range 100 {
		p.Record(journey.Milestone{ID: fmt.Sprintf("%03d", i), Type: journey.Purchase, At: days(i * 10)})
	}
	for i := range 100 {
		p.Record(journey.Milestone{ID: fmt.Sprintf("c%03d", i), Type: "complaint", At: days(1000 + i)})
	}
	for d, want := range map[int]phase.Standing{-1: phase.Prospect, 0: phase.Active, 990 + 21: phase.Active, 990 + 22: phase.Cooling, 990 + 43: phase.Lapsed} {
		if got := phase.StandingAt(&p, days(d)); got != want {
			t.Errorf("on day %d: got %v, want %v", d, got, want)
		}
	}
	model := presetModel(t, "five-phase")
	h := &journey.History{Profile: p, Traces: []journey.Trace{{ID: "1", Type: "service_request", Channel: "service", At: days(1200)}}}
	if got := model.Name(model.Fold(h, days(1200)).Phase); got != "retention" {
		t.Errorf("got %s, want retention", got)
	}
}

func TestStandingNames(t *testing.T) {
	var got []string
	for s := phase.Prospect; s <= phase.Lapsed; s++ {
		got = append(got, s.String())
	}
	if diff := gocmp.Diff(phase.Standings(), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
