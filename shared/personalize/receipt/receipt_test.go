package receipt_test

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize/receipt"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
)

const decision = "d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60"

// full is a receipt in which everything is said.
func full() *receipt.Receipt {
	return &receipt.Receipt{
		Snapshot: "s_4be1d0a7", Visitor: "v_1", Degraded: "store_error", Answer: receipt.DigestOf([]byte("answer")),
		Context: map[string]any{"channel": "web", "basket": 12.5, "member": true, "guest": false},
		Consulted: &snapshot.Consulted{
			Nothing: rank.Quantiles{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
			Items: []snapshot.ConsultedItem{
				{At: 3, Believed: rank.Quantiles{0, 5, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 65535}}, {At: 400},
			},
		},
		Input: snapshot.Input{
			At: 1763805600123, Person: "v_0", Seed: "another", Withheld: snapshot.Store, Locale: "de-AT",
			Purposes:   []journey.Purpose{journey.Personalization, journey.Advertising},
			Placements: []string{"home-hero", "mail-offer"}, Spent: []string{"sofa"}, Uncounted: snapshot.Capped,
			History: &journey.History{
				Truncated: true, Counters: journey.Counters{Packed: "\x01packed"},
				Profile: journey.Profile{
					Locale: "de", Zone: "Europe/Vienna", Country: "AT", Traits: map[string]any{"vip": true, "age": 41.0, "city": "Graz"},
					Totals: journey.Totals{
						Purchases: 3, Spent: map[string]journey.Units{"EUR": 12, "CHF": -1}, First: 5, Last: 900,
						Latest: map[string]journey.Millis{"purchase": 900, "return": 7},
					},
				},
			},
		},
	}
}

func packed(t testing.TB, r *receipt.Receipt) *receipt.Receipt {
	t.Helper()
	got, err := receipt.Read(receipt.Pack(r, builtin(t), decision), decision)
	if err == nil {
		err = got.Name(builtin(t))
	}
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestWhatIsPackedIsReadBack(t *testing.T) {
	bare := &receipt.Receipt{Visitor: "v_1", Input: snapshot.Input{Person: "v_1", Seed: decision}}
	long := full()
	long.Context["text"] = string(make([]byte, 3000))
	for name, want := range map[string]*receipt.Receipt{"Full": full(), "Bare": bare, "Compressed": long} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, packed(t, want), equal); diff != "" {
				t.Errorf("(-packed +read):\n%s", diff)
			}
		})
	}
}

var equal = cmp.Options{
	cmpopts.EquateEmpty(), cmp.AllowUnexported(receipt.Marks{}), cmpopts.IgnoreUnexported(receipt.Receipt{}), cmpopts.IgnoreTypes(snapshot.Context{}),
}

// elsewhere is what a receipt has in another place or does not need, and why.
var elsewhere = map[string]string{
	"Input.Context":                    "the snapshot makes it of Receipt.Context",
	"Input.Statistics":                 "the snapshot makes them of Receipt.Consulted",
	"Input.Explain":                    "whoever replays asks for what they want to know",
	"Input.Pressure":                   "dry runs ask for it, and it decides nothing",
	"Input.Stands":                     "logs of decisions have it, where no history is",
	"Input.Unknown":                    "what a dry run asks for of a receipt and does not find in it",
	"Input.History.Traces":             "Receipt.Window stands for them",
	"Input.History.Profile.Milestones": "Receipt.Milestones stands for them",
	"Input.History.Profile.Consent":    "Purposes and Withheld are what decides of it",
	"Input.History.Counters.Version":   "the store alone reads it",
}

// A field that is added to what a decision reads, and not to the receipt, makes
// decisions that replay otherwise.
func TestEverythingThatDecidesIsKept(t *testing.T) {
	var look func(v reflect.Value, path string)
	look = func(v reflect.Value, path string) {
		switch {
		case elsewhere[path] != "":
		case v.Kind() == reflect.Pointer && !v.IsNil():
			look(v.Elem(), path)
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				look(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		case v.IsZero():
			t.Errorf("%s is not kept: write it in the codec and give it a value in full, or say in elsewhere why not", path)
		}
	}
	look(reflect.ValueOf(full().Input), "Input")

	for _, c := range []struct {
		of   any
		want []string
	}{
		{journey.Trace{}, []string{"At", "Channel", "ID", "Item", "Trust", "Type"}},
		{journey.Milestone{}, []string{"Amount", "At", "Currency", "ID", "Purchase", "Type"}},
	} {
		var has []string
		for i := range reflect.TypeOf(c.of).NumField() {
			has = append(has, reflect.TypeOf(c.of).Field(i).Name)
		}
		slices.Sort(has)
		if diff := cmp.Diff(c.want, has); diff != "" {
			t.Errorf("a mark of %T must tell by all of its fields (-told by +has):\n%s", c.of, diff)
		}
	}
}

func drawTrace(t *rapid.T) journey.Trace {
	return journey.Trace{
		ID: rapid.StringN(1, 20, 128).Draw(t, "id"), At: journey.Millis(rapid.Int64Range(0, 50).Draw(t, "at")),
		Type: rapid.SampledFrom([]string{"search", "cart_add"}).Draw(t, "type"), Channel: "web",
		Item:  rapid.SampledFrom([]string{"", "sofa"}).Draw(t, "item"),
		Trust: rapid.SampledFrom([]journey.Trust{journey.Human, journey.Likely}).Draw(t, "trust"),
	}
}

func builtin(t testing.TB) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Whatever came late, the traces of the decision are found. Without one of them
// none are, and neither where one is not what it was.
func TestRestoreFindsTheSameOrNothing(t *testing.T) {
	by := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		var all journey.History
		all.Merge(rapid.SliceOfNDistinct(rapid.Custom(drawTrace), 1, 60, func(tr journey.Trace) string { return tr.ID }).Draw(t, "traces"), math.MaxInt64, 1000)
		var window []journey.Trace
		for _, tr := range all.Traces {
			if rapid.Bool().Draw(t, "known then") {
				window = append(window, tr)
			}
		}
		in := snapshot.Input{History: &journey.History{Traces: window}}
		made, err := receipt.Read(receipt.Pack(&receipt.Receipt{Input: in}, by, decision), decision)
		if err != nil {
			t.Fatal(err)
		}
		stored := rapid.Permutation(all.Traces).Draw(t, "stored")
		got, err := made.Restore(by, stored, nil)
		if err != nil {
			t.Fatalf("got error %v, want the traces of the decision", err)
		}
		if diff := cmp.Diff(window, got.History.Traces, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-decided +restored):\n%s", diff)
		}
		if len(window) == 0 {
			return
		}
		gone := rapid.SampledFrom(window).Draw(t, "gone")
		without := slices.DeleteFunc(slices.Clone(stored), func(tr journey.Trace) bool { return tr.ID == gone.ID })
		if _, err := made.Restore(by, without, nil); err == nil {
			t.Fatalf("without %v: got no error, want %v", gone, receipt.ErrGone)
		}
		gone.Type = "other"
		if _, err := made.Restore(by, append(without, gone), nil); err == nil {
			t.Fatalf("with another type in %v: got no error, want %v", gone, receipt.ErrGone)
		}
	})
}

// decided is a receipt of a window of ids that nothing compresses, of a profile
// with milestones, of rivals as ranked items, and of scopes that are counted.
func decided(window, milestones, rivals, scopes int) *receipt.Receipt {
	random := func(n int) string {
		b := make([]byte, n/2)
		_, _ = rand.Read(b) // it never fails
		return hex.EncodeToString(b)
	}
	const at = journey.Millis(1763805600123)
	h := &journey.History{Truncated: true, Profile: journey.Profile{Locale: "de-AT", Zone: "America/Argentina/Buenos_Aires", Country: "AR"}}
	for i := range window {
		h.Traces = append(h.Traces, journey.Trace{ID: random(128), At: at + journey.Millis(i)*1e7, Type: random(64), Channel: random(64), Item: random(128)})
	}
	for i := range milestones {
		h.Profile.Milestones = append(h.Profile.Milestones, journey.Milestone{ID: random(128), At: at + journey.Millis(i)*1e9, Type: "purchase", Amount: 1e9, Currency: "EUR"})
	}
	h.Profile.Totals = journey.Totals{Purchases: 1000, First: 1e12, Last: 17e11, Spent: map[string]journey.Units{"EUR": 1e12}, Latest: map[string]journey.Millis{}}
	for _, kind := range []string{"purchase", "return", "subscription_start", "subscription_cancel", "complaint", "complaint_resolved"} {
		h.Profile.Totals.Latest[kind] = 17e11
	}
	var counters rank.Counters
	for i := range scopes {
		limit := rank.Limit{Scope: rank.Scope{Name: fmt.Sprintf("offer-%d", i)}, Period: "life", Most: 9}
		_ = counters.Reserve(at, time.UTC, rank.Claim{Limits: []rank.Limit{limit}}) // there is room
	}
	h.Counters.Packed = string(counters.Append(nil))
	r := &receipt.Receipt{
		Snapshot: "s_" + random(52), Visitor: random(128), Answer: receipt.DigestOf([]byte("x")),
		Context: map[string]any{"channel": "email", "locale": "de-AT", "country": "AT"},
		Input: snapshot.Input{
			At: at, History: h, Locale: "de-AT", Placements: []string{"home-hero", "mail-offer", "sidebar"},
			Purposes: []journey.Purpose{journey.Advertising, journey.Measurement, journey.Personalization}, Seed: decision,
		},
	}
	r.Input.Person = r.Visitor
	for i := range rivals {
		if r.Consulted == nil {
			r.Consulted = &snapshot.Consulted{}
		}
		var q rank.Quantiles
		for k := range q {
			q[k] = rank.QuantileOf(float64(k*k+k+1+i) / 400)
		}
		r.Consulted.Items = append(r.Consulted.Items, snapshot.ConsultedItem{At: int32(i * 15), Believed: q})
		r.Consulted.Nothing = q
	}
	return r
}

func TestAFullWindowFits(t *testing.T) {
	const most = 2048
	seal := receipt.NewSeal([]byte("key"))
	for _, c := range []struct {
		name string
		made *receipt.Receipt
	}{
		{"Window", decided(journey.DefaultWindow, 0, 0, 0)},
		{"LargestWindow", decided(journey.MaxWindow, journey.MaxMilestones, 0, 0)},
		{"LargestWindowRankedAndCounted", decided(journey.MaxWindow, journey.MaxMilestones, 12, 20)},
	} {
		got := len(seal.Close(receipt.Pack(c.made, builtin(t), decision), decision))
		t.Logf("%s: %d bytes", c.name, got)
		if got > most {
			t.Errorf("%s: got %d bytes, want at most %d", c.name, got, most)
		}
	}
}

func TestOnlyWhatWasSealedIsOpened(t *testing.T) {
	seal := receipt.NewSeal([]byte("key"))
	sealed := seal.Close([]byte("body"), decision)
	if got, ok := seal.Open(sealed, decision); !ok || string(got) != "body" {
		t.Errorf("got %q, %v; want what was sealed", got, ok)
	}
	if _, ok := receipt.NewSeal([]byte("other")).Open(sealed, decision); ok {
		t.Error("it opened with another key")
	}
	if _, ok := seal.Open(sealed, decision[:len(decision)-1]+"1"); ok {
		t.Error("it opened as that of another decision")
	}
	for i := range sealed {
		changed := slices.Clone(sealed)
		changed[i] ^= 1
		if _, ok := seal.Open(changed, decision); ok {
			t.Errorf("it opened with byte %d changed", i)
		}
	}
}

// Whatever is stored, reading returns.
func FuzzRead(f *testing.F) {
	by := builtin(f)
	f.Add(receipt.Pack(full(), by, decision))
	f.Add(receipt.Pack(decided(200, 64, 32, 10), by, decision))
	f.Add([]byte{0, 1})
	f.Fuzz(func(_ *testing.T, body []byte) {
		if made, err := receipt.Read(body, decision); err == nil {
			_, _ = made.Restore(by, nil, nil)
		}
	})
}

// BenchmarkPack is what packing and sealing costs: with ids as long as they may
// be, which is mostly their hash, and with much of everything beside usual ones.
func BenchmarkPack(b *testing.B) {
	seal := receipt.NewSeal([]byte("key"))
	run := func(name string, by *snapshot.Snapshot, made *receipt.Receipt) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				seal.Close(receipt.Pack(made, by, decision), decision)
			}
		})
	}
	for _, window := range []int{0, 40, 100, 200} {
		run(fmt.Sprintf("touchpoints=%d", window), builtin(b), decided(window, 4, 0, 4))
	}
	by := shop(b)
	for name, of := range map[string]load{
		"everyday": everyday,
		"ranked":   with(everyday, func(l *load) { l.ranked, l.learned = 32, true }),
		"counted":  with(everyday, func(l *load) { l.counted = 100 }),
		"texts":    with(everyday, func(l *load) { l.asked = 2000 }),
	} {
		run(name, by, of.of(by))
	}
}
