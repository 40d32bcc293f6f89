package personalize_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

const sofaLink = "https://shop.example/sofa?from=mail#top"

func human() personalize.Fetch { return personalize.Fetch{Agent: chrome} }

func (w *feedbackWorld) follow(t testing.TB, token string, fetch personalize.Fetch, want string) {
	t.Helper()
	got, err := w.Clicked(t.Context(), token, fetch)
	if err != nil || got != want {
		t.Errorf("got %q, %v, want to be led to %q", got, err, want)
	}
}

func TestLinksLeadToTheirItem(t *testing.T) {
	w := openFeedback(t, "")
	tokens := w.shown(t, "v_1", "web")
	w.follow(t, tokens["sofa"], human(), sofaLink)
	w.follow(t, tokens["chair"], human(), "/chair")
	for name, token := range map[string]string{
		"Nowhere": tokens["nowhere"], "Empty": "", "Cut": tokens["sofa"][:50], "Address": "https://evil.example", "Swapped": tokens["sofa"] + tokens["chair"],
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Clicked(t.Context(), token, human())
			refusedWith(t, err, personalize.Missing, "no_such_link")
		})
	}

	// A link in yesterday's mail leads where its item leads today.
	apply(t, w.Service, `[{"table":"items","row":{"id":"sofa","kind":"offer","url":"https://shop.example/sofas","enabled":false},"version":"*"}]`)
	publish(t, w.Service)
	w.follow(t, tokens["sofa"], human(), "https://shop.example/sofas")
	apply(t, w.Service, `[{"table":"items","delete":"sofa","version":"*"},{"table":"rules","row":{"id":"all","order":1,"placements":["mail-offer"],"items":["chair"]},"version":"*"}]`)
	publish(t, w.Service)
	_, err := w.Clicked(t.Context(), tokens["sofa"], human())
	refusedWith(t, err, personalize.Missing, "no_such_link")

	w.store.down = true
	w.follow(t, tokens["chair"], human(), "/chair")
	w.store.down = false
	w.clock.advance(personalize.ItemTokenLifetime + time.Millisecond)
	_, err = w.Clicked(t.Context(), tokens["chair"], human())
	refusedWith(t, err, personalize.Missing, "no_such_link")
}

// On a page a link is followed by people, unless the request says otherwise.
func TestLinksOnPages(t *testing.T) {
	w := openFeedback(t, "")
	token := w.shown(t, "v_1", "web")["sofa"]
	w.follow(t, token, personalize.Fetch{Agent: chrome, Prefetch: true}, sofaLink)
	w.holds(t, "v_1", map[string]int{"item_click machine": 1})
	w.follow(t, token, human(), sofaLink)
	w.follow(t, token, human(), sofaLink)
	w.holds(t, "v_1", map[string]int{"item_click machine": 1, "item_click likely": 1, "item_impression likely": 1})
	if got, err := w.Feedback(t.Context(), server, personalize.FeedbackRequest{Token: token, Type: "click"}); err != nil || !got.Duplicate {
		t.Errorf("got %+v, %v, want the same click again", got, err)
	}
}

func TestRefusalsHoldForLinks(t *testing.T) {
	w := openFeedback(t, "")
	token := w.shown(t, "v_1", "email")["sofa"]
	w.follow(t, token, personalize.Fetch{Agent: chrome, GPC: true}, sofaLink)
	w.Opened(t.Context(), token, personalize.Fetch{Agent: gmail, GPC: true})
	if _, err := w.SetConsent(t.Context(), server, "v_1", personalize.ConsentUpdate{Consent: journey.NoConsent()}); err != nil {
		t.Fatal(err)
	}
	w.Opened(t.Context(), token, personalize.Fetch{Agent: gmail})
	w.follow(t, token, human(), sofaLink)
	w.holds(t, "v_1", map[string]int{})
}

// A scanner opens the mail and follows every link in it, whoever it says it is
// and however long the mail was under way.
func TestScannersMoveNobody(t *testing.T) {
	for name, c := range map[string]struct {
		recipients int
		underWay   time.Duration
		fetch      personalize.Fetch
		pause      time.Duration
	}{
		"HoursLater":  {1000, 6 * time.Hour, human(), 700 * time.Millisecond},
		"AtOnce":      {50, 0, human(), 0},
		"WithItsName": {50, time.Hour, personalize.Fetch{Agent: scanner}, time.Second},
		"HeadsOnly":   {50, time.Hour, personalize.Fetch{Agent: chrome, Head: true}, time.Second},
		"DaysLater":   {50, 96 * time.Hour, personalize.Fetch{Agent: scanner}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			w, recipients := openFeedback(t, ""), c.recipients
			mails := make([]map[string]string, recipients)
			var group sync.WaitGroup
			each := func(do func(n int)) {
				for part := range 8 {
					group.Go(func() {
						for n := part; n < recipients; n += 8 {
							do(n)
						}
					})
				}
				group.Wait()
			}
			each(func(n int) { mails[n] = w.shown(t, fmt.Sprintf("v_%d", n), "email") })
			w.clock.advance(c.underWay)
			each(func(n int) { w.Opened(t.Context(), mails[n]["sofa"], c.fetch) })
			for _, item := range []string{"sofa", "chair"} {
				w.clock.advance(c.pause)
				each(func(n int) {
					if _, err := w.Clicked(t.Context(), mails[n][item], c.fetch); err != nil {
						t.Error(err)
					}
				})
			}
			w.clock.advance(time.Minute)
			moved := 0
			for n := range recipients {
				if w.phase(t, fmt.Sprintf("v_%d", n)) != "cold" {
					moved++
				}
			}
			if moved > 0 {
				t.Errorf("got %d of %d visitors moved, want none", moved, recipients)
			}
			// Nothing is thrown away.
			want := map[string]int{"mail_fetch machine": 1, "item_impression machine": 1, "item_click machine": 2}
			if c.underWay > 72*time.Hour {
				delete(want, "mail_fetch machine")
			}
			w.holds(t, "v_0", want)
			// And a person's click still counts.
			w.follow(t, mails[0]["sofa"], human(), sofaLink)
			want["item_click likely"], want["item_impression likely"] = 1, 1
			w.holds(t, "v_0", want)
			if got := w.phase(t, "v_0"); got != "warm" {
				t.Errorf("got phase %s after a person's click, want warm", got)
			}
			w.clock.advance(8 * 24 * time.Hour)
			w.holds(t, "v_0", map[string]int{"item_click likely": 1, "item_impression likely": 1})
		})
	}
}

// A scanner that fetches everything at once is not taken for a person by any
// of its fetches.
func TestScannersInParallel(t *testing.T) {
	w := openFeedback(t, "")
	tokens := w.shown(t, "v_1", "email")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { w.Opened(t.Context(), tokens["sofa"], human()) })
		group.Go(func() { w.follow(t, tokens["sofa"], human(), sofaLink) })
		group.Go(func() { w.follow(t, tokens["chair"], human(), "/chair") })
	}
	group.Wait()
	w.holds(t, "v_1", map[string]int{"mail_fetch machine": 1, "item_impression machine": 1, "item_click machine": 2})
}

// What a mailbox provider fetches counts as weak evidence, at once and once.
func TestProxiedOpensCountWeakly(t *testing.T) {
	for name, agent := range map[string]string{
		"Gmail": gmail, "Yahoo": "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "Apple": "Mozilla/5.0",
	} {
		t.Run(name, func(t *testing.T) {
			w := openFeedback(t, "")
			token := w.shown(t, "v_1", "email")["sofa"]
			for range 3 {
				w.Opened(t.Context(), token, personalize.Fetch{Agent: agent})
			}
			w.holds(t, "v_1", map[string]int{"mail_fetch.proxy machine": 1, "item_impression likely": 1})
			if got := w.phase(t, "v_1"); got != "warm" {
				t.Errorf("got phase %s, want warm: the signals say so", got)
			}
			w.clock.advance(3 * time.Second)
			w.follow(t, token, human(), sofaLink)
			w.holds(t, "v_1", map[string]int{"mail_fetch.proxy machine": 1, "item_impression likely": 1, "item_click likely": 1})
		})
	}
}

// An open that nothing spoke for counts once a click does.
func TestAClickConfirmsTheOpen(t *testing.T) {
	w := openFeedback(t, "")
	token := w.shown(t, "v_1", "email")["sofa"]
	w.Opened(t.Context(), token, human())
	w.holds(t, "v_1", map[string]int{"mail_fetch machine": 1, "item_impression machine": 1})
	w.clock.advance(time.Minute)
	w.follow(t, token, human(), sofaLink)
	w.holds(t, "v_1", map[string]int{"mail_fetch machine": 1, "item_impression machine": 1, "item_impression likely": 1, "item_click likely": 1})
}

// A second wave of a scanner is one click at most, not all of them.
func TestAWaveOfClicksIsNoReader(t *testing.T) {
	w := openFeedback(t, "")
	tokens := w.shown(t, "v_1", "email")
	w.Opened(t.Context(), tokens["sofa"], human())
	w.clock.advance(time.Hour)
	w.follow(t, tokens["sofa"], human(), sofaLink)
	w.clock.advance(2 * time.Second)
	w.follow(t, tokens["chair"], human(), "/chair")
	w.holds(t, "v_1", map[string]int{
		"mail_fetch machine": 1, "item_impression machine": 1, "item_click likely": 1, "item_impression likely": 1, "item_click machine": 1,
	})
}
