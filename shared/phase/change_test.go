package phase_test

import (
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// What is listed is what happens when it is recorded.
func TestWouldChangeComesTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workspaces(someCarry).Draw(t, "workspace")
		traces := touchpoints(20).Draw(t, "traces")
		at := moment(t, traces)
		traces = slices.DeleteFunc(traces, func(t journey.Trace) bool { return t.At > at })
		h := historyOf(traces, journey.DefaultWindow)
		named := w.model.Fold(h, at).Phase

		leads := map[string][]string{}
		var to, types []string
		for _, kind := range kinds {
			if kind == journey.Return && phase.StandingAt(&h.Profile, at) == phase.Prospect {
				continue
			}
			for _, channel := range []string{"web", "elsewhere"} {
				more := journey.Trace{ID: "more", Type: kind, Channel: channel, At: at + 1}
				next := w.model.Fold(historyOf(append(slices.Clone(traces), more), journey.DefaultWindow), at+1).Phase
				gate := kind == journey.Purchase || kind == journey.Return
				if known := gate || slices.ContainsFunc(w.signals, func(s phase.Signal) bool {
					return s.Type == kind && (s.Channel == phase.AnyChannel || s.Channel == channel)
				}); known && next != named {
					leads[kind] = append(leads[kind], w.model.Name(next))
				}
			}
		}
		got := w.model.WouldChange(h, at)
		for _, c := range got {
			types, to = append(types, c.Type), append(to, c.To)
			if !slices.Contains(leads[c.Type], c.To) {
				t.Errorf("got %v, want %s to lead to one of %v", c, c.Type, leads[c.Type])
			}
		}
		for kind, phases := range leads {
			crowded := slices.ContainsFunc(phases, func(p string) bool { return count(to, p) == phase.MaxChangesTo })
			if !slices.Contains(types, kind) && !crowded {
				t.Errorf("got %v, want %s among them, which leads to %v", got, kind, phases)
			}
		}
	})
}

func count(list []string, name string) (n int) {
	for _, s := range list {
		if s == name {
			n++
		}
	}
	return n
}

func TestWouldChangeListsTheNearestFirst(t *testing.T) {
	model := presetModel(t, "five-phase")
	prospect := recorded("page_view", "page_view", "page_view", "product_view", "product_view")
	customer := recorded("cart_add", "purchase")
	for _, c := range []struct {
		name string
		h    *journey.History
		want []phase.Change
	}{
		{"Nobody", &journey.History{}, []phase.Change{
			{Type: "chat_message", To: "consideration"},
			{Type: "review_read", To: "consideration"},
			{Type: "ar_view", To: "consideration"},
			{Type: "coupon_used", To: "decision"},
			{Type: "payment_failed", To: "decision"},
			{Type: "cart_add", To: "decision"},
			{Type: "purchase", To: "retention"},
		}},
		{"Prospect", prospect, []phase.Change{
			{Type: "item_click", To: "consideration"},
			{Type: "product_view", To: "consideration"},
			{Type: "email_click", To: "consideration"},
			{Type: "coupon_used", To: "decision"},
			{Type: "payment_failed", To: "decision"},
			{Type: "cart_add", To: "decision"},
			{Type: "purchase", To: "retention"},
		}},
		{"Customer", customer, []phase.Change{
			{Type: "cart_add", To: "decision"},
			{Type: "checkout_start", To: "decision"},
			{Type: "referral_sent", To: "advocacy"},
			{Type: "review_written", To: "advocacy"},
			{Type: "referral_converted", To: "advocacy"},
			{Type: "return", To: "consideration"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := model.WouldChange(c.h, lastOf(c.h).Add(time.Minute))
			if diff := gocmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
