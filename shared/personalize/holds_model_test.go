package personalize_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

// offers is so many budgets of three, each of an item in a placement of its own.
const offers = 128

func publishOffers(t *testing.T, service *personalize.Service) {
	t.Helper()
	publishRows(t, service, `[{"table":"items","row":{"id":"welcome","kind":"content"}}]`)
	const atOnce = 32
	for first := 0; first < offers; first += atOnce {
		var rows []string
		for i := first; i < first+atOnce; i++ {
			rows = append(rows, fmt.Sprintf(`{"table":"placements","row":{"id":"p_%[1]d","fallback":"welcome"}},
				{"table":"items","row":{"id":"i_%[1]d","kind":"offer","budget":3,"budget_period":"life"}},
				{"table":"rules","row":{"id":"r_%[1]d","placements":["p_%[1]d"],"items":["i_%[1]d"]}}`, i))
		}
		publishRows(t, service, "["+strings.Join(rows, ",")+"]")
	}
}

// mailed is what a message was answered with, as a model of a budget has it.
type mailed struct {
	shown    bool
	answered time.Time // until then with the same
	held     time.Time // until then; zero for nothing
}

// budgetOfMails is a budget of three of which mails hold, as slow and plain as
// can be.
type budgetOfMails struct {
	forGood int
	mails   map[string]*mailed
}

func (b *budgetOfMails) left(now time.Time) bool {
	taken := b.forGood
	for _, m := range b.mails {
		if m.held.After(now) {
			taken++
		}
	}
	return taken < 3
}

// mail returns what a message is answered with now.
func (b *budgetOfMails) mail(message string, now time.Time) bool {
	m := b.mails[message]
	if m == nil {
		m = &mailed{}
		b.mails[message] = m
	}
	if m.answered.After(now) {
		return m.shown
	}
	m.answered = now.Add(24 * time.Hour)
	switch {
	case m.held.After(now):
		m.shown = true // it goes on with what it holds
	case b.left(now):
		m.shown, m.held = true, now.Add(72*time.Hour)
	default:
		m.shown, m.held = false, time.Time{}
	}
	return m.shown
}

// send counts a message once, also late.
func (b *budgetOfMails) send(message string, now time.Time) {
	if m := b.mails[message]; m != nil && !m.held.IsZero() && now.Before(m.held.Add(store.CommitWithin)) {
		b.forGood++
		m.held = time.Time{}
	}
}

func (b *budgetOfMails) page(now time.Time) bool {
	if !b.left(now) {
		return false
	}
	b.forGood++
	return true
}

// Whatever mails, pages and hours follow each other in: every answer is that of
// the model, to the last of a budget.
func TestMailsAreAsTheModelSays(t *testing.T) {
	s, c := openStore(t), newClock()
	services := []*personalize.Service{secretly(t, s, c)}
	publishOffers(t, services[0])
	services = append(services, secretly(t, s, c)) // another process, with a memory of its own
	offer := 0
	whole := t
	rapid.Check(t, func(t *rapid.T) {
		if offer++; offer == offers {
			t.Skip("no offer is left") // of those that are made smaller after a failure
		}
		placement, item := fmt.Sprint("p_", offer), fmt.Sprint("i_", offer)
		b := budgetOfMails{mails: map[string]*mailed{}}
		for range rapid.IntRange(5, 40).Draw(t, "steps") {
			do := rapid.SampledFrom([]string{"mail", "mail", "mail", "send", "page", "wait", "wait"}).Draw(t, "do")
			message := fmt.Sprint("m_", offer, "_", rapid.IntRange(0, 3).Draw(t, "message"))
			service := services[rapid.IntRange(0, 1).Draw(t, "service")]
			switch do {
			case "mail":
				want := "fallback welcome"
				if b.mail(message, c.now()) {
					want = "ok " + item
				}
				if got := mail(whole, service, "v_1", message, placement); got != want {
					t.Fatalf("%s: got %q, want %q: %+v", message, got, want, b)
				}
			case "send":
				says(whole, service, c, "v_1", message)
				b.send(message, c.now())
			case "page":
				want := "welcome (capped)"
				if b.page(c.now()) {
					want = item
				}
				if got := shows(whole, service, "v_1", placement); got != want {
					t.Fatalf("a page: got %q, want %q: %+v", got, want, b)
				}
			case "wait":
				c.advance(time.Duration(rapid.SampledFrom([]int{1, 23, 49, 72}).Draw(t, "hours")) * time.Hour)
			}
		}
	})
}
