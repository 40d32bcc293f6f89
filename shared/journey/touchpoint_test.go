package journey_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
)

var now = journey.At(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))

// fullTouchpoint has every field at its limit.
func fullTouchpoint() journey.Touchpoint {
	return journey.Touchpoint{
		ID: strings.Repeat("i", 128), Visitor: strings.Repeat("ü", 64), Type: strings.Repeat("t", 64), Channel: "social.network_1",
		Source: "shop", At: now.Add(24 * time.Hour), Item: "sofa 3", Category: "Möbel/Sofas", Campaign: "autumn",
		Value: &journey.Money{Amount: "999999999999.9999", Currency: "EUR"}, Trust: journey.Machine,
		Props: map[string]any{"text": strings.Repeat("x", 2<<10-len(`{"text":""}`))},
	}
}

func TestValidate(t *testing.T) {
	full := fullTouchpoint()
	if f := full.Validate(now); f != nil {
		t.Fatalf("got %v for a touchpoint at every limit, want none", f)
	}
	least := journey.Touchpoint{ID: "1", Visitor: "v", Type: "t", Channel: "c", At: journey.At(time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC))}
	if f := least.Validate(now); f != nil {
		t.Fatalf("got %v for the least touchpoint, want none", f)
	}
	many := map[string]any{}
	for _, c := range "abcdefghijklmnopqrstu" {
		many[string(c)] = true
	}
	for _, c := range []struct {
		name        string
		spoil       func(*journey.Touchpoint)
		field, code string
	}{
		{"NoID", func(t *journey.Touchpoint) { t.ID = "" }, "id", "missing"},
		{"LongID", func(t *journey.Touchpoint) { t.ID += "i" }, "id", "too_long"},
		{"IDWithNewline", func(t *journey.Touchpoint) { t.ID = "a\nb" }, "id", "control_characters"},
		{"IDWithNUL", func(t *journey.Touchpoint) { t.ID = "a\x00" }, "id", "control_characters"},
		{"IDWithDelete", func(t *journey.Touchpoint) { t.ID = "a\x7f" }, "id", "control_characters"},
		{"IDWithC1", func(t *journey.Touchpoint) { t.ID = "a\u0085" }, "id", "control_characters"},
		{"IDWithLineSeparator", func(t *journey.Touchpoint) { t.ID = "a\u2028" }, "id", "control_characters"},
		{"IDNotUTF8", func(t *journey.Touchpoint) { t.ID = "a\xff" }, "id", "not_utf8"},
		{"NoVisitor", func(t *journey.Touchpoint) { t.Visitor = "" }, "visitor", "missing"},
		{"LongVisitor", func(t *journey.Touchpoint) { t.Visitor += "v" }, "visitor", "too_long"},
		{"NoType", func(t *journey.Touchpoint) { t.Type = "" }, "type", "missing"},
		{"LongType", func(t *journey.Touchpoint) { t.Type += "t" }, "type", "too_long"},
		{"TypeInCapitals", func(t *journey.Touchpoint) { t.Type = "Purchase" }, "type", "bad_name"},
		{"TypeWithHyphen", func(t *journey.Touchpoint) { t.Type = "page-view" }, "type", "bad_name"},
		{"NoChannel", func(t *journey.Touchpoint) { t.Channel = "" }, "channel", "missing"},
		{"ChannelWithStar", func(t *journey.Touchpoint) { t.Channel = "*" }, "channel", "bad_name"},
		{"LongSource", func(t *journey.Touchpoint) { t.Source = strings.Repeat("s", 129) }, "source", "too_long"},
		{"ItemWithTab", func(t *journey.Touchpoint) { t.Item = "a\tb" }, "item", "control_characters"},
		{"LongCategory", func(t *journey.Touchpoint) { t.Category = strings.Repeat("s", 129) }, "category", "too_long"},
		{"CampaignNotUTF8", func(t *journey.Touchpoint) { t.Campaign = "\xc3(" }, "campaign", "not_utf8"},
		{"NoTime", func(t *journey.Touchpoint) { t.At = 0 }, "at", "bad_time"},
		{"TimeBefore1990", func(t *journey.Touchpoint) { t.At = journey.At(time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)) - 1 }, "at", "bad_time"},
		{"TimeTooFarAhead", func(t *journey.Touchpoint) { t.At++ }, "at", "bad_time"},
		{"TimeThatOverflows", func(t *journey.Touchpoint) { t.At = math.MaxInt64 }, "at", "bad_time"},
		{"AmountWithComma", func(t *journey.Touchpoint) { t.Value.Amount = "499,00" }, "value.amount", "bad_money"},
		{"AmountTooLarge", func(t *journey.Touchpoint) { t.Value.Amount = "1000000000000" }, "value.amount", "bad_money"},
		{"NoCurrency", func(t *journey.Touchpoint) { t.Value.Currency = "" }, "value.currency", "bad_money"},
		{"SmallCurrency", func(t *journey.Touchpoint) { t.Value.Currency = "eur" }, "value.currency", "bad_money"},
		{"UnknownTrust", func(t *journey.Touchpoint) { t.Trust = journey.Machine + 1 }, "trust", "bad_trust"},
		{"ManyProps", func(t *journey.Touchpoint) { t.Props = many }, "props", "too_many_props"},
		{"LargeProps", func(t *journey.Touchpoint) { t.Props["text"] = t.Props["text"].(string) + "x" }, "props", "props_too_large"},
		{"PropsThatAreNoJSON", func(t *journey.Touchpoint) { t.Props["text"] = math.NaN() }, "props", "bad_props"},
	} {
		t.Run(c.name, func(t *testing.T) {
			touchpoint := fullTouchpoint()
			c.spoil(&touchpoint)
			f := touchpoint.Validate(now)
			if f == nil {
				t.Fatalf("got no fault, want %s of %s", c.code, c.field)
			}
			if f.Field != c.field || f.Code != c.code || f.Message == "" {
				t.Errorf("got %q of %q (%s), want %q of %q and what would be right", f.Code, f.Field, f.Message, c.code, c.field)
			}
		})
	}
}

// A message goes to whoever sent the touchpoint, and to logs.
func TestFaultsNeverRepeatTheValue(t *testing.T) {
	const secret = "secretvalue"
	for _, f := range []*journey.Fault{
		journey.CheckID("id", secret+"\n"), journey.CheckID("id", strings.Repeat(secret, 20)), journey.CheckName("type", secret+"!"),
	} {
		if f == nil || strings.Contains(f.Error(), secret) {
			t.Errorf("got %v, want a fault without the value", f)
		}
	}
}

func TestTraceIsTheDecidingPart(t *testing.T) {
	touchpoint := fullTouchpoint()
	want := journey.Trace{ID: touchpoint.ID, Type: touchpoint.Type, Channel: "social.network_1", Item: "sofa 3", At: touchpoint.At, Trust: journey.Machine}
	if diff := cmp.Diff(want, touchpoint.Trace()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMilestoneOfATouchpoint(t *testing.T) {
	touchpoint := journey.Touchpoint{
		ID: "r1", Visitor: "v", Type: journey.Return, Channel: "web", At: now,
		Value: &journey.Money{Amount: "12.5", Currency: "EUR"}, Props: map[string]any{"purchase": "p1"},
	}
	got, kept := touchpoint.Milestone()
	want := journey.Milestone{ID: "r1", Type: journey.Return, At: now, Amount: 125_000, Currency: "EUR", Purchase: "p1"}
	if diff := cmp.Diff(want, got); !kept || diff != "" {
		t.Errorf("got kept %v (-want +got):\n%s", kept, diff)
	}
	touchpoint.Props["purchase"] = 7.0
	if got, _ := touchpoint.Milestone(); got.Purchase != "" {
		t.Errorf("got the purchase %q from a number, want none", got.Purchase)
	}
	touchpoint.Type = "page_view"
	if _, kept := touchpoint.Milestone(); kept {
		t.Error("got a page view kept for good, want only milestones")
	}
	touchpoint.Type, touchpoint.Trust = journey.Purchase, journey.Machine
	if _, kept := touchpoint.Milestone(); kept {
		t.Error("got a machine's purchase kept for good, want nothing of machines")
	}
}

func TestVocabularyIsWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range append(journey.Types(), journey.Channels()...) {
		if f := journey.CheckName("name", name); f != nil {
			t.Errorf("%s: got %v, want a name that may be sent", name, f)
		}
	}
	for _, name := range journey.Types() {
		if seen[name] {
			t.Errorf("got %s twice, want each type once", name)
		}
		seen[name] = true
	}
	for _, name := range journey.Milestones() {
		if !seen[name] || !journey.IsMilestone(name) {
			t.Errorf("got milestone %s, want a type of the vocabulary", name)
		}
	}
	journey.Types()[0] = "changed"
	if got := journey.Types()[0]; got == "changed" {
		t.Error("got a vocabulary that a caller changed, want a copy for each")
	}
}
