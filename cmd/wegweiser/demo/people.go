package demo

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

// Person is one visitor of the demo.
type Person struct {
	Visitor     string
	Story       string
	Update      personalize.VisitorUpdate // without traits: an anonymous visitor
	Touchpoints []personalize.TouchpointInput
}

// The seed of everything that is left to chance.
const seed = 0x5e9a11e5

// People returns the people of the demo with their journeys up to a moment.
func People(until journey.Millis) []Person {
	random := rand.New(rand.NewPCG(seed, seed))
	var people []Person
	for _, story := range stories() {
		for range story.people {
			w := writer{random: random, until: until}
			w.person.Visitor = fmt.Sprintf("demo-%03d", len(people)+1)
			w.person.Story = story.name
			w.write(&story)
			people = append(people, w.person)
		}
	}
	return people
}

// writer writes the journey of one person.
type writer struct {
	random   *rand.Rand
	until    journey.Millis
	person   Person
	category category
	product  int    // of the category
	purchase string // id of the last one
}

// category is a kind of furniture, with the price of its cheapest edition less
// one step.
type category struct {
	name, product string
	price         int
}

func categories() []category {
	return []category{
		{"sofas", "sofa", 899}, {"beds", "bed", 649}, {"tables", "table", 449}, {"chairs", "chair", 129}, {"lamps", "lamp", 79},
	}
}

func (w *writer) write(s *story) {
	w.category = categories()[w.random.IntN(len(categories()))]
	w.product = 1 + w.random.IntN(products)
	if s.name != "browser" && w.random.IntN(3) > 0 {
		w.person.Update = w.acquaintance()
	}
	for _, v := range s.visits {
		// A tenth earlier or later keeps the order of visits.
		days := v.daysAgo * (0.9 + 0.2*w.random.Float64())
		at := w.until.Add(-time.Duration(days * float64(24*time.Hour)))
		for step := range strings.FieldsSeq(v.steps) {
			at = w.step(step, at)
		}
	}
	slices.SortStableFunc(w.person.Touchpoints, func(a, b personalize.TouchpointInput) int { return strings.Compare(a.At, b.At) })
}

// products is how many there are of each category.
const products = 9

var stepPattern = regexp.MustCompile(`^([a-z_]+)(?:@([a-z_.|]+))?(?:\*(\d)-(\d))?(\?)?$`)

// step writes what a step says and returns when it was over.
func (w *writer) step(text string, at journey.Millis) journey.Millis {
	parts := stepPattern.FindStringSubmatch(text)
	least, _ := strconv.Atoi(parts[3])
	most, _ := strconv.Atoi(parts[4])
	times := max(least, 1)
	if most > least {
		times += w.random.IntN(most - least + 1)
	}
	if parts[5] == "?" && w.random.IntN(2) == 0 {
		return at
	}
	channels := strings.Split(parts[2], "|")
	for range times {
		channel := channels[w.random.IntN(len(channels))]
		if channel == "" {
			channel = "web"
		}
		w.touch(parts[1], channel, at)
		at = at.Add(time.Duration(20+w.random.IntN(220)) * time.Second)
		at = min(at, w.until)
	}
	return at
}

func (w *writer) touch(kind, channel string, at journey.Millis) {
	t := personalize.TouchpointInput{
		ID: fmt.Sprintf("%s-%02d", w.person.Visitor, len(w.person.Touchpoints)+1), Visitor: w.person.Visitor,
		Type: kind, Channel: channel, Source: "demo", At: at.String(),
	}
	switch kind {
	case "ad_click", "ad_impression":
		t.Campaign = "autumn"
	case "email_open", "email_click":
		t.Campaign = "newsletter"
	case "product_view", "review_read", "compare", "ar_view":
		w.product = 1 + w.random.IntN(products)
		t.Item, t.Category = w.item()
	case "wishlist_add", "cart_add", "review_written":
		t.Item, t.Category = w.item()
	case journey.Purchase:
		t.Item, t.Category = w.item()
		t.Value = &journey.Money{Amount: strconv.Itoa(w.category.price+50*w.product) + ".00", Currency: "EUR"}
		w.purchase = t.ID
	case journey.Return:
		t.Props = map[string]any{"purchase": w.purchase}
	}
	w.person.Touchpoints = append(w.person.Touchpoints, t)
}

func (w *writer) item() (item, category string) {
	return fmt.Sprintf("%s-%d", w.category.product, w.product), w.category.name
}

// acquaintance makes up what the shop knows of a person.
func (w *writer) acquaintance() personalize.VisitorUpdate {
	names := [...]string{"Anna", "Ben", "Clara", "David", "Elif", "Felix", "Greta", "Hannes", "Ines", "Jonas", "Katharina", "Leo", "Mira", "Noah", "Olivia", "Paul"}
	places := [...]struct{ city, country, zone, locale string }{
		{"Wien", "AT", "Europe/Vienna", "de-AT"},
		{"Graz", "AT", "Europe/Vienna", "de-AT"},
		{"München", "DE", "Europe/Berlin", "de-DE"},
		{"Hamburg", "DE", "Europe/Berlin", "de-DE"},
		{"London", "GB", "Europe/London", "en-GB"},
	}
	place := places[w.random.IntN(len(places))]
	return personalize.VisitorUpdate{
		Traits: map[string]any{
			"first_name": names[w.random.IntN(len(names))],
			"city":       place.city,
			"household":  float64(1 + w.random.IntN(5)),
			"newsletter": w.random.IntN(2) == 0,
		},
		Locale: &place.locale, Zone: &place.zone, Country: &place.country,
	}
}
