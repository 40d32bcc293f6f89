package journey_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
)

func TestMoney(t *testing.T) {
	for amount, want := range map[string]journey.Units{
		"0": 0, "499.00": 4_990_000, "-12.5": -125_000, "0.0001": 1, "-0.0001": -1, "007": 70_000, "-0": 0,
		"999999999999.9999": 9_999_999_999_999_999, "-999999999999.9999": -9_999_999_999_999_999,
	} {
		m := journey.Money{Amount: amount, Currency: "EUR"}
		if got, ok := m.Units(); !ok || got != want {
			t.Errorf("%q: got %d, %v; want %d", amount, got, ok, want)
		}
	}
	for _, amount := range []string{
		"", "-", ".", "1.", ".5", "+1", "1e3", "1,5", " 1", "1 ", "--1", "1.2.3", "0x1", "NaN", "Infinity", "１", "1_000",
		"1.00000", "1000000000000", strings.Repeat("0", 13), strings.Repeat("9", 400),
	} {
		m := journey.Money{Amount: amount, Currency: "EUR"}
		if got, ok := m.Units(); ok {
			t.Errorf("%q: got %d, want it refused", amount, got)
		}
	}
}

func TestUnitsAsText(t *testing.T) {
	for u, want := range map[journey.Units]string{
		0: "0.00", 4_990_000: "499.00", -125_000: "-12.50", 1: "0.0001", -1: "-0.0001", 12_340: "1.234", math.MinInt64: "-922337203685477.5808",
	} {
		if got := u.String(); got != want {
			t.Errorf("%d: got %s, want %s", int64(u), got, want)
		}
	}
	if got := journey.Units(-125_000).Float(); got != -12.5 {
		t.Errorf("got %v, want -12.5", got)
	}
}

func TestTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-22T09:59:00Z":           "2026-11-22T09:59:00Z",
		"2026-11-22T09:59:00.5Z":         "2026-11-22T09:59:00.5Z",
		"2026-11-22T09:59:00.123999999Z": "2026-11-22T09:59:00.123Z",
		"2026-11-22T10:59:00+01:00":      "2026-11-22T09:59:00Z",
		"2024-02-29T23:59:59.999-08:00":  "2024-03-01T07:59:59.999Z",
		"1969-12-31T23:59:59.9999Z":      "1969-12-31T23:59:59.999Z",
	} {
		var m journey.Millis
		if err := m.UnmarshalText([]byte(text)); err != nil || m.String() != want {
			t.Errorf("%s: got %v, %v; want %s", text, m, err, want)
		}
	}
	for _, text := range []string{
		"", "now", "2026-11-22", "2026-11-22 09:59:00Z", "2026-11-22T09:59:00", "2026-11-22T9:59:00Z", "2026-11-22T09:59:00,5Z",
		"2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T09:59:00+25:00", "1763805540000", "2026-11-22T09:59:00Z ",
	} {
		var m journey.Millis
		var f *journey.Fault
		if err := m.UnmarshalText([]byte(text)); !errors.As(err, &f) || f.Code != "bad_time" {
			t.Errorf("%q: got %v, %v; want bad_time", text, m, err)
		}
	}
	if got, want := journey.At(time.UnixMilli(5)).Add(1500*time.Microsecond), journey.Millis(6); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestTrust(t *testing.T) {
	weights := map[journey.Trust]float64{journey.Human: 1, journey.Likely: 0.6, journey.Reported: 0.8, journey.Imported: 1, journey.Machine: 0}
	for trust, want := range weights {
		if got := trust.Weight(); got != want {
			t.Errorf("%v: got weight %v, want %v", trust, got, want)
		}
		var back journey.Trust
		if text, _ := trust.MarshalText(); back.UnmarshalText(text) != nil || back != trust {
			t.Errorf("got %v back for %v", back, trust)
		}
	}
	if got := (journey.Machine + 1).Weight(); got != 0 {
		t.Errorf("got weight %v for what is no trust, want 0", got)
	}
	var f *journey.Fault
	if err := new(journey.Trust).UnmarshalText([]byte("Human")); !errors.As(err, &f) || f.Code != "bad_trust" {
		t.Errorf("got %v, want bad_trust", err)
	}
}

func TestConsent(t *testing.T) {
	granted := func(purposes ...journey.Purpose) journey.Consent {
		return journey.Consent{Stated: true, Purposes: purposes}
	}
	for body, c := range map[string]struct {
		want journey.Consent
		back string
	}{
		`null`:                {journey.Consent{}, `null`},
		`"none"`:              {journey.NoConsent(), `"none"`},
		`[]`:                  {granted(), `"none"`},
		`["personalization"]`: {granted(journey.Personalization), `["personalization"]`},
		`["personalization","advertising","personalization"]`: {granted(journey.Advertising, journey.Personalization), `["advertising","personalization"]`},
	} {
		var got journey.Consent
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Errorf("%s: got %v, want it read", body, err)
			continue
		}
		if got.Stated != c.want.Stated || !equalPurposes(got.Purposes, c.want.Purposes) {
			t.Errorf("%s: got %v, want %v", body, got, c.want)
		}
		if got.Refused() != (c.back == `"none"`) {
			t.Errorf("%s: got refused %v", body, got.Refused())
		}
		if back, err := json.Marshal(got); err != nil || string(back) != c.back {
			t.Errorf("%s: got %s, %v back, want %s", body, back, err, c.back)
		}
	}
	for _, body := range []string{`"all"`, `""`, `true`, `1`, `{}`, `["none"]`, `["personalization",null]`, `["personalization",1]`, `[["personalization"]]`} {
		var c journey.Consent
		var f *journey.Fault
		if err := json.Unmarshal([]byte(body), &c); !errors.As(err, &f) || f.Code != "bad_consent" {
			t.Errorf("%s: got %v, %v; want bad_consent", body, c, err)
		}
	}
	c := granted(journey.Measurement)
	if !c.Grants(journey.Measurement) || c.Grants(journey.Advertising) || c.Refused() {
		t.Errorf("got %v that grants something else than measurement", c)
	}
}

func equalPurposes(a, b []journey.Purpose) bool {
	return len(a) == 0 && len(b) == 0 || cmp.Equal(a, b)
}

func FuzzTime(f *testing.F) {
	f.Add("2026-11-22T09:59:00Z")
	f.Add("2026-11-22T10:59:00.123456789+01:00")
	f.Fuzz(func(t *testing.T, text string) {
		var m, again journey.Millis
		if m.UnmarshalText([]byte(text)) != nil {
			return
		}
		if err := again.UnmarshalText([]byte(m.String())); err != nil || again != m {
			t.Errorf("%q: got %v, %v after writing and reading %v", text, again, err, m)
		}
	})
}

func FuzzMoney(f *testing.F) {
	f.Add("499.00")
	f.Add("-0.0001")
	f.Fuzz(func(t *testing.T, amount string) {
		u, ok := (&journey.Money{Amount: amount}).Units()
		if !ok {
			return
		}
		if again, ok := (&journey.Money{Amount: u.String()}).Units(); !ok || again != u {
			t.Errorf("%q: got %d, %v after writing and reading %d", amount, again, ok, u)
		}
	})
}

func FuzzConsent(f *testing.F) {
	f.Add([]byte(`"none"`))
	f.Add([]byte(`["measurement","personalization"]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var c, again journey.Consent
		if json.Unmarshal(body, &c) != nil {
			return
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatalf("%q: write %v: %v", body, c, err)
		}
		if err := json.Unmarshal(text, &again); err != nil || again.Stated != c.Stated || !equalPurposes(again.Purposes, c.Purposes) {
			t.Errorf("%q: got %v, %v after writing and reading %v", body, again, err, c)
		}
	})
}
