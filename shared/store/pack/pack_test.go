package pack_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/store/pack"
)

var noon = journey.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))

// Stored bytes hold these codes: they may be added to, and nothing else.
func TestCodesAreForGood(t *testing.T) {
	types := map[string]byte{
		"ad_impression": 1, "ad_click": 2, "page_view": 3, "content_view": 4, "video_progress": 5, "search": 6,
		"product_view": 7, "compare": 8, "review_read": 9, "wishlist_add": 10, "ar_view": 11, "store_visit": 12,
		"social_view": 13, "social_like": 14, "social_comment": 15, "social_share": 16, "social_mention": 17, "follow": 18,
		"newsletter_signup": 19, "email_open": 20, "email_click": 21, "unsubscribe": 22, "chat_message": 23,
		"cart_add": 24, "cart_remove": 25, "checkout_start": 26, "payment_failed": 27, "coupon_used": 28, "purchase": 29, "return": 30,
		"subscription_start": 31, "subscription_cancel": 32, "service_request": 33, "complaint": 34, "complaint_resolved": 35,
		"survey_response": 36, "review_written": 37, "referral_sent": 38, "referral_converted": 39,
		"loyalty_join": 40, "loyalty_redeem": 41, "event_attended": 42, "item_impression": 43, "item_click": 44, "item_dismiss": 45,
	}
	channels := map[string]byte{
		"web": 1, "app": 2, "email": 3, "search_ad": 4, "display_ad": 5, "tv": 6, "radio": 7, "print": 8,
		"store": 9, "service": 10, "chat": 11, "voice": 12, "referral": 13, "event": 14,
		"social.facebook": 15, "social.instagram": 16, "social.linkedin": 17, "social.pinterest": 18, "social.reddit": 19,
		"social.snapchat": 20, "social.threads": 21, "social.tiktok": 22, "social.whatsapp": 23, "social.x": 24, "social.youtube": 25,
	}
	for name, code := range types {
		want := []byte{1, 0, code, 1}
		if got := pack.AppendTrace(nil, &journey.Trace{Type: name, Channel: "web"}); !bytes.Equal(got, want) {
			t.Errorf("type %s: got % x, want % x", name, got, want)
		}
	}
	for name, code := range channels {
		want := []byte{1, 0, 1, code}
		if got := pack.AppendTrace(nil, &journey.Trace{Type: "ad_impression", Channel: name}); !bytes.Equal(got, want) {
			t.Errorf("channel %s: got % x, want % x", name, got, want)
		}
	}
	for _, name := range journey.Types() {
		if types[name] == 0 {
			t.Errorf("type %s has no code: append one to the list, and here", name)
		}
	}
	for _, name := range journey.Channels() {
		if channels[name] == 0 {
			t.Errorf("channel %s has no code: append one to the list, and here", name)
		}
	}
}

// The bytes of version 1, written down once.
func TestBytesAreForGood(t *testing.T) {
	profile := fullProfile()
	packed, err := pack.AppendProfile(nil, &profile)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		got  []byte
		want string
	}{
		{"key", pack.TouchpointKey("e_1"), "7423" + "6a07855f650ce9bb03a1b4348ced46bc"},
		{"moment", pack.AppendMoment(nil, noon, "e_1"), "01a20320a200" + "655f31"},
		{"profile", packed, "010264650002415401808885b2c068010200000000000000"},
	} {
		if got := fmt.Sprintf("%x", c.got); got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, got, c.want)
		}
	}
}

func fullProfile() journey.Profile {
	return journey.Profile{Locale: "de", Country: "AT", Consent: journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement}, Since: noon}}
}

func TestMomentsSortByTimeThenID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type moment struct {
			at journey.Millis
			id string
		}
		draw := func(name string) moment {
			return moment{journey.Millis(rapid.Int64Range(0, 1<<47).Draw(t, name)), rapid.StringN(1, 20, 128).Draw(t, name)}
		}
		a, b := draw("a"), draw("b")
		if rapid.Bool().Draw(t, "same time") {
			b.at = a.at
		}
		want := int(min(1, max(-1, a.at-b.at)))
		if want == 0 {
			want = strings.Compare(a.id, b.id)
		}
		ka, kb := pack.AppendMoment(nil, a.at, a.id), pack.AppendMoment(nil, b.at, b.id)
		if got := bytes.Compare(ka, kb); got != want {
			t.Errorf("order of %v and %v: got %d, want %d", a, b, got, want)
		}
		if string(ka) >= pack.CountersMoment || pack.CountersMoment >= pack.ProfileMoment {
			t.Errorf("%v does not sort before the counters and the profile", a)
		}
		if at, id, err := pack.ReadMoment(string(ka)); err != nil || at != a.at || id != a.id {
			t.Errorf("ReadMoment: got %d, %q, %v, want %v", at, id, err, a)
		}
	})
}

func TestTouchpointsComeBack(t *testing.T) {
	name := rapid.OneOf(rapid.SampledFrom(append(journey.Types(), journey.Channels()...)), rapid.StringMatching(`[a-z0-9_.]{1,64}`))
	text := rapid.StringN(0, 40, 128)
	rapid.Check(t, func(t *rapid.T) {
		want := journey.Touchpoint{
			ID: rapid.StringN(1, 40, 128).Draw(t, "id"), Type: name.Draw(t, "type"), Channel: name.Draw(t, "channel"),
			Source: text.Draw(t, "source"), At: journey.Millis(rapid.Int64Range(0, 1<<42).Draw(t, "at")),
			Item: text.Draw(t, "item"), Category: text.Draw(t, "category"), Campaign: text.Draw(t, "campaign"),
			Trust: journey.Trust(rapid.IntRange(0, 4).Draw(t, "trust")),
		}
		if rapid.Bool().Draw(t, "valued") {
			want.Value = &journey.Money{Amount: rapid.StringMatching(`-?[0-9]{1,9}(\.[0-9]{1,4})?`).Draw(t, "amount"), Currency: "EUR"}
		}
		if rapid.Bool().Draw(t, "propped") {
			want.Props = map[string]any{"n": rapid.Float64Range(-1e9, 1e9).Draw(t, "n"), "text": rapid.StringMatching(`[ -~ä-ü]*`).Draw(t, "text"), "none": nil}
		}
		trace := want.Trace()
		rest, err := pack.AppendRest(nil, &want)
		if err != nil {
			t.Fatal(err)
		}
		var got journey.Touchpoint
		var read journey.Trace
		if err := pack.ReadTrace(string(pack.AppendMoment(nil, want.At, want.ID)), string(pack.AppendTrace(nil, &trace)), &read); err != nil {
			t.Fatal(err)
		}
		pack.SetTrace(&got, read)
		if err := pack.ReadRest(string(rest), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("touchpoint (-want +got):\n%s", diff)
		}
	})
}

func TestProfilesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawProfile(t)
		packed, err := pack.AppendProfile(nil, &want)
		if err != nil {
			t.Fatal(err)
		}
		clone := want.Clone()
		if again, _ := pack.AppendProfile(nil, &clone); !bytes.Equal(packed, again) {
			t.Errorf("equal profiles: got different bytes")
		}
		var got journey.Profile
		if err := pack.ReadProfile(string(packed), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("profile (-want +got):\n%s", diff)
		}
		for cut := range packed {
			if err := pack.ReadProfile(string(packed[:cut]), &got); err == nil {
				t.Fatalf("%d of %d bytes were read without an error", cut, len(packed))
			}
		}
	})
}

func drawProfile(t *rapid.T) journey.Profile {
	text := rapid.StringN(1, 20, 128)
	moment := rapid.Custom(func(t *rapid.T) journey.Millis { return journey.Millis(rapid.Int64().Draw(t, "moment")) })
	units := rapid.Custom(func(t *rapid.T) journey.Units { return journey.Units(rapid.Int64().Draw(t, "units")) })
	milestone := rapid.Custom(func(t *rapid.T) journey.Milestone {
		return journey.Milestone{
			ID: text.Draw(t, "id"), Type: rapid.SampledFrom(append(journey.Milestones(), "other")).Draw(t, "type"), At: moment.Draw(t, "at"),
			Amount: units.Draw(t, "amount"), Currency: rapid.SampledFrom([]string{"", "EUR"}).Draw(t, "currency"), Purchase: text.Draw(t, "purchase"),
		}
	})
	p := journey.Profile{
		Milestones: rapid.SliceOfN(milestone, 1, 5).Draw(t, "milestones"),
		Locale:     text.Draw(t, "locale"), Zone: text.Draw(t, "zone"), Country: text.Draw(t, "country"),
		Totals: journey.Totals{
			Purchases: rapid.IntRange(0, 1e6).Draw(t, "purchases"), First: moment.Draw(t, "first"), Last: moment.Draw(t, "last"),
			Spent:  rapid.MapOfN(text, units, 1, 3).Draw(t, "spent"),
			Latest: rapid.MapOfN(text, moment, 1, 3).Draw(t, "latest"),
		},
		Traits: rapid.MapOfN(text, rapid.OneOf(
			rapid.Just[any](true), rapid.Just[any](false), rapid.Map(text, func(s string) any { return s }),
			rapid.Map(rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64), func(f float64) any { return f }),
		), 1, 5).Draw(t, "traits"),
	}
	if rapid.Bool().Draw(t, "stated") {
		p.Consent = journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement, "later_purpose"}, Since: moment.Draw(t, "since")}
	}
	return p
}

func TestTraitsOfAnotherKindAreRefused(t *testing.T) {
	for _, value := range []any{nil, 1, []any{"a"}, map[string]any{}} {
		p := journey.Profile{Traits: map[string]any{"size": value}}
		if _, err := pack.AppendProfile(nil, &p); err == nil || !strings.Contains(err.Error(), `"size"`) {
			t.Errorf("trait %v: got error %v, want one that names it", value, err)
		}
	}
}

func TestExpiryIsInWholeSeconds(t *testing.T) {
	for _, c := range []struct {
		expires, now journey.Millis
		want         bool
	}{
		{0, noon, false},
		{noon, noon - 1, false},
		{noon, noon, true},
		{noon + 999, noon, true},
		{1, 999, false},
		{1, 1000, true},
	} {
		if got := pack.Expired(pack.Second(c.expires), c.now); got != c.want {
			t.Errorf("expires %d, now %d: got expired %t, want %t", c.expires, c.now, got, c.want)
		}
	}
}

// Reading whatever bytes there are ends with an error or a value, never worse.
func FuzzRead(f *testing.F) {
	profile := fullProfile()
	packed, _ := pack.AppendProfile(nil, &profile)
	f.Add(string(pack.AppendMoment(nil, noon, "e_1")), string(packed))
	f.Add("", "\x01\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f")
	f.Fuzz(func(t *testing.T, moment, packed string) {
		var trace journey.Trace
		if err := pack.ReadTrace(moment, packed, &trace); err == nil {
			again := pack.AppendTrace(nil, &trace)
			var second journey.Trace
			if err := pack.ReadTrace(moment, string(again), &second); err != nil || trace != second {
				t.Errorf("read again: got %v, %v, want %v", second, err, trace)
			}
		}
		var touchpoint journey.Touchpoint
		_ = pack.ReadRest(packed, &touchpoint)
		var p journey.Profile
		if err := pack.ReadProfile(packed, &p); err == nil {
			if _, err := pack.AppendProfile(nil, &p); err != nil {
				t.Errorf("what was read cannot be packed: %v", err)
			}
		}
	})
}

func BenchmarkReadProfile(b *testing.B) {
	p := fullProfile()
	for i := range journey.MaxMilestones {
		p.Record(journey.Milestone{ID: fmt.Sprintf("%026d", i), Type: journey.Purchase, At: noon.Add(time.Duration(i) * time.Hour), Amount: 1, Currency: "EUR"})
	}
	packed, err := pack.AppendProfile(nil, &p)
	if err != nil {
		b.Fatal(err)
	}
	text := string(packed)
	b.ReportAllocs()
	for b.Loop() {
		if err := pack.ReadProfile(text, &p); err != nil {
			b.Fatal(err)
		}
	}
}
