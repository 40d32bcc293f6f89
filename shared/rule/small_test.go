package rule_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wegweiser/shared/rule"
)

func TestNearest(t *testing.T) {
	fields := []string{"phase", "standing", "channel", "locale", "country", "product_view"}
	for name, want := range map[string]string{
		"phsae":        "phase",
		"Phase":        "phase",
		"fase":         "",
		"phases":       "phase",
		"chanel":       "channel",
		"product_veiw": "product_view",
		"productview":  "product_view",
		"größe":        "",
		"x":            "",
		"":             "",
	} {
		got, ok := rule.Nearest(name, fields)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", name, got, ok, want)
		}
	}
	if got, ok := rule.Nearest("a", nil); ok {
		t.Errorf("got %q among none", got)
	}
	if got, _ := rule.Nearest("cart_ad", []string{"cart_add", "cart_aid"}); got != "cart_add" {
		t.Errorf("got %q among two that are equally near, want the first", got)
	}
}

func TestParseWindow(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"7d": 7 * 24 * time.Hour, "24h": 24 * time.Hour, "30m": 30 * time.Minute, "36500d": rule.MaxWindow,
	} {
		if got, err := rule.ParseWindow(text); err != nil || got != want {
			t.Errorf("%q: got %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "7", "0d", "-1d", "+1d", "1.5d", "7 d", "7dd", "36501d", "99999999999999999999d", "7D", "1w", "1_0d"} {
		if got, err := rule.ParseWindow(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}

func TestWindowsThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(1, int64(rule.MaxWindow/time.Minute)).Draw(t, "minutes")) * time.Minute
		text := rule.FormatWindow(want)
		if got, err := rule.ParseWindow(text); err != nil || got != want {
			t.Fatalf("%q: got %v, %v; want %v", text, got, err, want)
		}
	})
}

func TestValues(t *testing.T) {
	for _, n := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got := rule.NumberOf(n); got.Type() != rule.Missing {
			t.Errorf("%v: got %s, want missing", n, got)
		}
	}
	if rule.NumberOf(math.Copysign(0, -1)) != rule.NumberOf(0) || rule.NumberOf(math.Copysign(0, -1)).String() != "0" {
		t.Error("there are two zeros, want one")
	}
	if v := rule.TextOf("true"); v.Bool() || v.Number() != 0 || v.Time() != 0 || v.Text() != "true" {
		t.Errorf("got %v from a text, want only its text", v)
	}
	if v := rule.NumberOf(1); v.Bool() || v.Time() != 0 || v.Text() != "" {
		t.Errorf("got more than a number from %v", v)
	}
	for _, name := range []string{"text", "number", "bool", "time"} {
		if got, ok := rule.ParseType(name); !ok || got.String() != name {
			t.Errorf("%q: got %s, %v", name, got, ok)
		}
	}
	if got, ok := rule.ParseType("missing"); ok {
		t.Errorf("got the type %s for missing, want none", got)
	}
}
