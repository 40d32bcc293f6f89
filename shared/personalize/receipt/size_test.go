package receipt_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize/receipt"
	"wegweiser/shared/rank"
	"wegweiser/shared/rank/beta"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// load is how much of everything a decision was made from.
type load struct {
	ids                    int // bytes of those of visitors and touchpoints
	window, milestones     int
	folded                 bool // there were more milestones
	placements             int
	ranked                 int  // items that competed
	learned                bool // every item has figures of its own
	counted, over          int  // items that were shown and have caps, and others that are gone
	spent                  int
	asked, declared, ascii int // bytes of texts that conditions read, and that nothing reads; ascii of them at random
	traits, keys           int // numbers
}

const shopItems = 2000

// shop is a workspace with long names and much of everything.
func shop(t testing.TB) *snapshot.Snapshot {
	t.Helper()
	set := tables.Set{}
	add := func(table, id string, cells ...string) {
		values := map[string]any{}
		for i := 0; i < len(cells); i += 2 {
			values[cells[i]] = cells[i+1]
		}
		set.Add(table, tables.NewRow(table, id, values))
	}
	for i := range 50 {
		add(tables.PlacementsTable, placementName(i), "fallback", "welcome")
		add(tables.SettingsTable, "trait."+valueName(i), "value", "number")
		add(tables.SettingsTable, "context."+valueName(i), "value", "number")
	}
	for i := range 8 {
		add(tables.SettingsTable, fmt.Sprint("trait.asked_", i), "value", "text")
		add(tables.SettingsTable, fmt.Sprint("trait.unread_", i), "value", "text")
		add(tables.RulesTable, fmt.Sprint("asking-", i), "items", itemName(i), "when", fmt.Sprintf(`visitor.asked_%d contains "sofa"`, i))
	}
	add(tables.ItemsTable, "welcome", "kind", "content")
	for i := range shopItems {
		add(tables.ItemsTable, itemName(i), "kind", "offer", "cap_life", "3", "budget", "1000", "budget_period", "life")
	}
	s, problems := snapshot.Compile(set, parse.Parse)
	if s == nil {
		t.Fatalf("got %v, want a snapshot", problems[0])
	}
	return s
}

func itemName(i int) string      { return fmt.Sprintf("living-room-autumn-offer-%04d", i) }
func placementName(i int) string { return fmt.Sprintf("category-page-banner-%02d", i) }
func valueName(i int) string     { return fmt.Sprintf("score_of_something_%02d", i) }

const now = journey.Millis(1763805600123)

func text(random *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[random.IntN(len(alphabet))]
	}
	return string(b)
}

// The letters of English as often as they are used, which is harder to compress
// than words, and as good as chance.
const (
	english = "eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddllllcccuuummmwwfffggyyppbbvk                  "
	base64  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
)

// of is a receipt of a load.
func (l load) of(by *snapshot.Snapshot) *receipt.Receipt {
	random := rand.New(rand.NewPCG(1, 2))
	id := func() string { return text(random, base64, l.ids) }
	h := &journey.History{Truncated: true, Profile: journey.Profile{Locale: "de-AT", Zone: "Europe/Vienna", Country: "AT", Traits: map[string]any{}}}
	p := &h.Profile
	for i := range l.window {
		h.Traces = append(h.Traces, journey.Trace{ID: id(), At: now - journey.Millis(l.window-i)*1e7, Type: "product_view", Channel: "web", Item: id()})
	}
	for i := range l.milestones {
		p.Milestones = append(p.Milestones, journey.Milestone{ID: id(), At: now - journey.Millis(l.milestones-i)*1e9, Type: "purchase", Amount: 1e9, Currency: "EUR"})
	}
	if l.folded {
		p.Totals = journey.Totals{Purchases: 1000, First: 1e12, Last: 17e11, Spent: map[string]journey.Units{"EUR": 1e12}, Latest: map[string]journey.Millis{}}
		for i, kind := range []string{"purchase", "return", "subscription_start", "subscription_cancel", "complaint", "complaint_resolved"} {
			p.Totals.Latest[kind] = 17e11 + journey.Millis(i)
		}
	}
	for i := range l.traits {
		p.Traits[valueName(i)] = float64(random.IntN(100_000)) / 100
	}
	r := &receipt.Receipt{
		Snapshot: by.ID(), Visitor: id(), Answer: receipt.DigestOf([]byte("x")),
		Context: map[string]any{"channel": "email", "locale": "de-AT", "country": "AT", "zone": "Europe/Vienna"},
		Input: snapshot.Input{
			At: now, History: h, Locale: "de-AT", Seed: decision,
			Purposes: []journey.Purpose{journey.Advertising, journey.Measurement, journey.Personalization},
		},
	}
	r.Input.Person = r.Visitor
	for i := range l.keys {
		r.Context[valueName(i)] = random.Float64()
	}
	for i := range min(8, l.asked) {
		p.Traits[fmt.Sprint("asked_", i)] = text(random, english, l.asked/8)
	}
	for i := range min(8, l.declared) {
		p.Traits[fmt.Sprint("unread_", i)] = text(random, english, l.declared/8)
	}
	for i := range min(4, l.ascii) {
		p.Traits[fmt.Sprint("asked_", i)] = text(random, base64, l.ascii/4)
	}
	for i := range l.placements {
		r.Input.Placements = append(r.Input.Placements, placementName(49-i))
	}
	for _, at := range random.Perm(shopItems)[:l.spent] {
		r.Input.Spent = append(r.Input.Spent, itemName(at))
	}
	h.Counters.Packed = counted(random, l.counted, l.over)
	r.Consulted = consulted(random, l.ranked, l.learned)
	return r
}

func counted(random *rand.Rand, items, gone int) string {
	var counters rank.Counters
	show := func(name string) {
		limits := []rank.Limit{{Scope: rank.Scope{Name: name}, Period: tables.Life, Most: 9}}
		for range 1 + random.IntN(4) {
			_ = counters.Reserve(now.Add(-time.Duration(random.IntN(72))*time.Hour), time.UTC, rank.Claim{Limits: limits}) // there is room
		}
	}
	for _, at := range random.Perm(shopItems)[:items] {
		show(itemName(at))
	}
	for i := range gone {
		show(fmt.Sprintf("an-offer-of-the-summer-before-%03d", i))
	}
	if items+gone == 0 {
		return ""
	}
	return string(counters.Append(nil))
}

func consulted(random *rand.Rand, items int, learned bool) *snapshot.Consulted {
	if items == 0 {
		return nil
	}
	fitted := func() rank.Quantiles {
		rate := 0.001 + 0.2*random.Float64()
		successes := 0.5 + 2*random.Float64()
		if learned {
			successes += rate * float64(random.IntN(100_000))
		}
		return beta.OfPrior(rate, successes/rate).Quantiles()
	}
	c := &snapshot.Consulted{Nothing: fitted(), Competed: []int32{}}
	places := random.Perm(shopItems)[:items]
	slices.Sort(places)
	for _, at := range places {
		c.Competed = append(c.Competed, int32(at))
		c.Items = append(c.Items, snapshot.ConsultedItem{At: int32(at), Believed: fitted()})
	}
	return c
}

// everyday is what a decision has as a rule, and largest the most of what has a
// most and says little for each.
var (
	everyday = load{ids: 26, window: 100, placements: 3, traits: 4, milestones: 3}
	largest  = load{ids: 128, window: 200, milestones: 64, folded: true, placements: 50, traits: 4}
)

func with(l load, change func(*load)) load {
	change(&l)
	return l
}

func size(by *snapshot.Snapshot, r *receipt.Receipt) (whole, lean int) {
	whole = len(receipt.Pack(r, by, decision)) + receipt.SealBytes
	lean = len(receipt.Pack(r.Leaner(by, r.Consulted), by, decision)) + receipt.SealBytes
	return whole, lean
}

// The size of receipts by what they hold. Those with a bound hold it.
func TestReceiptsAreSmall(t *testing.T) {
	by := shop(t)
	for _, c := range []struct {
		name string
		of   load
		most int // bytes; 0: it is over 2 KB, and known to be
	}{
		{"nobody", load{ids: 26, placements: 1}, 160},
		{"everyday", everyday, 512},
		{"everyday, 12 ranked, 20 counted", with(everyday, func(l *load) { l.ranked, l.learned, l.counted = 12, true, 20 }), 700},
		{"window of 200", with(everyday, func(l *load) { l.window = 200 }), 700},
		{"64 milestones and folded ones", with(everyday, func(l *load) { l.milestones, l.folded = 64, true }), 700},
		{"50 placements", with(everyday, func(l *load) { l.placements = 50 }), 600},
		{"32 ranked, new", with(everyday, func(l *load) { l.ranked = 32 }), 1024},
		{"32 ranked", with(everyday, func(l *load) { l.ranked, l.learned = 32, true }), 800},
		{"128 ranked", with(everyday, func(l *load) { l.ranked, l.learned = 128, true }), receipt.Most},
		{"100 counted", with(everyday, func(l *load) { l.counted = 100 }), 800},
		{"500 counted", with(everyday, func(l *load) { l.counted = 500 }), receipt.Most},
		{"100 counted, 400 gone", with(everyday, func(l *load) { l.counted, l.over = 100, 400 }), 800},
		{"2,000 spent", with(everyday, func(l *load) { l.spent = 2000 }), 800},
		{"50 numbers of traits and 50 of the context", with(everyday, func(l *load) { l.traits, l.keys = 50, 50 }), receipt.Most},
		{"4 KB of traits that nothing reads", with(everyday, func(l *load) { l.declared = 4000 }), 512},
		{"2 KB of traits that are read", with(everyday, func(l *load) { l.asked = 2000 }), receipt.Most},
		{"largest", largest, 1200},
		{"largest, 32 ranked, 20 counted", with(largest, func(l *load) { l.ranked, l.learned, l.counted = 32, true, 20 }), receipt.Most},
		{"largest, 32 ranked, 100 counted, 200 read", with(largest, func(l *load) { l.ranked, l.learned, l.counted, l.asked = 32, true, 100, 200 }), receipt.Most},
		{"largest, 64 ranked, 200 counted", with(largest, func(l *load) { l.ranked, l.learned, l.counted = 64, true, 200 }), receipt.Most},
		{"largest, 500 counted", with(largest, func(l *load) { l.counted = 500 }), receipt.Most},
		{"largest, 32 ranked, 500 counted", with(largest, func(l *load) { l.ranked, l.learned, l.counted = 32, true, 500 }), receipt.Most},
		{"largest, 1,900 bytes read", with(largest, func(l *load) { l.asked = 1900 }), receipt.Most},
		{"1 KB at random that is read", with(everyday, func(l *load) { l.ascii = 1024 }), receipt.Most},
		{"everyday, 32 ranked, 2 KB read", with(everyday, func(l *load) { l.ranked, l.learned, l.asked = 32, true, 2000 }), receipt.Most},
		{"4 KB of traits that are read", with(everyday, func(l *load) { l.asked = 4000 }), 0},
		{"190 ranked", with(everyday, func(l *load) { l.ranked, l.learned = 190, true }), receipt.Most},
		{"400 ranked", with(everyday, func(l *load) { l.ranked, l.learned = 400, true }), 0},
		{"1,600 ranked", with(everyday, func(l *load) { l.ranked, l.learned = 1600, true }), 0},
		{"all at once", with(largest, func(l *load) {
			l.ranked, l.learned, l.counted, l.asked, l.traits, l.keys, l.spent = 1600, true, 500, 4000, 50, 50, 2000
		}), 0},
		{"all at once, new, at random", with(largest, func(l *load) {
			l.ranked, l.counted, l.ascii, l.traits, l.keys, l.spent = 1600, 500, 4000, 50, 50, 2000
		}), 0},
	} {
		whole, lean := size(by, c.of.of(by))
		t.Logf("%-45s %5d bytes, lean %5d", c.name, whole, lean)
		if got := min(whole, lean); c.most > 0 && got > c.most {
			t.Errorf("%s: got %d bytes, want at most %d", c.name, got, c.most)
		}
		if c.most == 0 && lean <= receipt.Most {
			t.Errorf("%s: got %d bytes, want it said that this fits", c.name, lean)
		}
		if lean > store.MaxReceiptBytes {
			t.Errorf("%s: got %d bytes, which are not kept", c.name, lean)
		}
	}
}

// What each part adds to an everyday receipt.
func TestWhatReceiptsAreMadeOf(t *testing.T) {
	by := shop(t)
	base, _ := size(by, load{}.of(by))
	for _, part := range []struct {
		name string
		of   load
		each int
	}{
		{"a visitor's id of 26", load{ids: 26}, 26},
		{"a touchpoint", load{window: 200}, 200},
		{"a milestone", load{milestones: 64}, 64},
		{"folded milestones", load{folded: true}, 1},
		{"a placement", load{placements: 50}, 50},
		{"a ranked item, learned", load{ranked: 200, learned: true}, 200},
		{"a ranked item, new", load{ranked: 200}, 200},
		{"a counted item", load{counted: 200}, 200},
		{"a counted item that is gone", load{over: 200}, 200},
		{"a spent item", load{spent: 200}, 200},
		{"a number of a trait", load{traits: 50}, 50},
		{"a number of the context", load{keys: 50}, 50},
		{"a letter of a text", load{asked: 4000}, 4000},
		{"a random one", load{ascii: 1000}, 1000},
	} {
		whole, _ := size(by, part.of.of(by))
		t.Logf("%-30s %6.2f bytes each", part.name, float64(whole-base)/float64(part.each))
	}
	t.Logf("%-30s %6d bytes", "nothing of all this", base)
}
