package main

import (
	"bufio"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"wegweiser/shared/client"
	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
)

// Who is mailed how often, and how often the same people look at pages.
const (
	mailedVisitors = 30
	mailedMessages = 4 // a visitor: one more than is allowed of what is capped, and 120 where there are 100
	mailedPages    = 3 // a visitor
	askedAgain     = 9 // times, where a busy store did not answer
)

var mailedShop = []string{
	`placements {"id":"hero","fallback":"welcome"}`,
	`placements {"id":"side","fallback":"welcome"}`,
	`items {"id":"welcome","kind":"content"}`,
	fmt.Sprintf(`items {"id":"often","kind":"offer","cap_life":%d}`, cappedTimes),
	fmt.Sprintf(`items {"id":"few","kind":"offer","budget":%d,"budget_period":"life"}`, cappedBudget),
	`rules {"id":"hero","placements":["hero"],"items":["often"]}`,
	`rules {"id":"side","placements":["side"],"items":["few"]}`,
}

// mailing is what was shown to whom, however often it was asked for.
type mailing struct {
	*testing.T
	lock   sync.Mutex
	mails  map[[3]string]string // by visitor, message and placement: the decision and the items
	pages  map[[2]string]int    // by visitor and item
	broken int                  // batches that a server did not answer
	doubts map[string]int       // by visitor: answers without the store, each of which may have counted for nobody
}

func (m *mailing) send(server *client.Client, mayDie bool) {
	request := personalize.BatchRequest{Placements: []string{"hero", "side"}}
	for message := range mailedMessages {
		for visitor := range mailedVisitors {
			request.Recipients = append(request.Recipients, personalize.Recipient{Visitor: fmt.Sprint("v_", visitor), Message: fmt.Sprint("m_", message)})
		}
	}
	for again := 0; len(request.Recipients) > 0 && again <= askedAgain; again++ {
		answer, err := server.DecideBatch(m.Context(), personalize.Caller{Key: personalize.Secret}, request)
		if request.Recipients = m.sent(answer, err, mayDie); len(request.Recipients) > 0 {
			m.Logf("%d recipients are sent again, as the store did not answer", len(request.Recipients))
		}
	}
	for _, r := range request.Recipients {
		m.Errorf("%s for %s: the store did not answer %d times", r.Message, r.Visitor, askedAgain+1)
	}
}

// sent notes what a batch was answered with, and returns for whom it has to be
// sent again.
func (m *mailing) sent(answer *personalize.BatchAnswer, err error, mayDie bool) (again []personalize.Recipient) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if err != nil {
		if m.broken++; !mayDie {
			m.Error(err)
		}
		return nil
	}
	for i := range answer.Results {
		r := &answer.Results[i]
		if r.Degraded != "" {
			m.doubts[r.Visitor]++
			again = append(again, personalize.Recipient{Visitor: r.Visitor, Message: r.Message})
			continue
		}
		for name, p := range r.Placements {
			if len(p.Items) != 1 || p.Fallback && p.Reason != "capped" {
				m.Errorf("%s for %s: got %+v in %s, want one item, or a cap", r.Message, r.Visitor, p, name)
				continue
			}
			key, shown := [3]string{r.Visitor, r.Message, name}, r.Decision+" "+p.Items[0].ID
			if before := m.mails[key]; before != "" && before != shown {
				m.Errorf("%v: got %s and %s, want one decision", key, before, shown)
			}
			m.mails[key] = shown
		}
	}
	return again
}

// looks is a page of a visitor, asked for again where the store did not answer,
// and reports whether anything but fallbacks is on it.
func (m *mailing) looks(server *client.Client, live, visitor string, placements ...string) (shown bool) {
	for range askedAgain + 1 {
		d := ask(m.T, server, live, personalize.DecideRequest{Visitor: visitor, Placements: placements})
		if shown = m.seen(d, visitor) || shown; d.Degraded == "" {
			return shown
		}
		m.Logf("a page of %s: %s", visitor, d.Degraded)
	}
	m.Errorf("a page of %s: the store did not answer %d times", visitor, askedAgain+1)
	return shown
}

func (m *mailing) seen(d *personalize.Decision, visitor string) (shown bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if d.Degraded != "" {
		m.doubts[visitor]++
	}
	for _, p := range d.Placements {
		if d.Degraded == "" && p.Fallback && p.Reason != "capped" {
			m.Errorf("a page of %s: got a fallback for %q, want caps alone", visitor, p.Reason)
		}
		for _, it := range p.Items {
			m.pages[[2]string{visitor, it.ID}]++
		}
		shown = shown || !p.Fallback
	}
	return shown
}

// exactly checks that of an item as much was shown as is allowed. Only an answer
// without the store may have counted what it does not show: it is not known.
func (m *mailing) exactly(item, visitor string, allowed int) {
	doubts := m.doubts[visitor]
	if visitor == "" {
		for _, n := range m.doubts {
			doubts += n
		}
	}
	if got := m.shown(item, visitor); got > allowed || got < allowed-doubts {
		m.Errorf("%s was shown %d times to %q, want exactly %d, less at most %d in doubt", item, got, visitor, allowed, doubts)
	}
}

// shown counts an item over mails and pages, of one visitor or of all.
func (m *mailing) shown(item, visitor string) (n int) {
	for key, shown := range m.mails {
		if strings.HasSuffix(shown, " "+item) && (visitor == "" || key[0] == visitor) {
			n++
		}
	}
	for key, times := range m.pages {
		if key[1] == item && (visitor == "" || key[0] == visitor) {
			n += times
		}
	}
	return n
}

// A mailing goes to three servers at the same time, twice, while its recipients
// look at pages; one of the servers is killed half-way, and all of it is sent
// again. Each placement of each mail is decided and counted once, nobody is
// shown anything once too often, and under enough demand nothing is left over.
func TestAMailingSentToManyServersAndKilledCountsOnce(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.serve()
	c.serve()
	mortal, kill := c.serveMortal()
	live := openShop(t, c.clients[0], mailedShop)
	for _, server := range append(c.clients, mortal) {
		ask(t, server, live, personalize.DecideRequest{Visitor: "nobody"})
	}
	m := &mailing{T: t, mails: map[[3]string]string{}, pages: map[[2]string]int{}, doubts: map[string]int{}}
	began := time.Now()
	var all sync.WaitGroup
	for _, server := range append(c.clients, c.clients...) {
		all.Go(func() { m.send(server, false) })
	}
	for range 2 {
		all.Go(func() { m.send(mortal, true) })
	}
	for i := range mailedVisitors * mailedPages {
		all.Go(func() { m.looks(c.clients[i%2], live, fmt.Sprint("v_", i%mailedVisitors), "hero", "side") })
	}
	all.Go(func() {
		defer kill()
		c.awaitTaken("few", cappedBudget/2)
	})
	all.Wait()
	again, end := c.serveMortal() // in its place
	defer end()
	ask(t, again, live, personalize.DecideRequest{Visitor: "nobody"})
	for _, server := range append(c.clients, again) {
		all.Go(func() { m.send(server, false) })
	}
	all.Wait()
	if want := mailedVisitors * mailedMessages * 2; len(m.mails) != want {
		t.Errorf("got %d placements of mails, want %d", len(m.mails), want)
	}
	// Enough demand for what others gave back when somebody was faster.
	for i := range mailedVisitors {
		visitor := fmt.Sprint("v_", i)
		for range cappedTimes + 1 {
			m.looks(again, live, visitor, "hero")
		}
		m.exactly("often", visitor, cappedTimes)
	}
	for range cappedBudget + 1 {
		if !m.looks(again, live, "v_0", "side") {
			break
		}
	}
	m.exactly("few", "", cappedBudget)
	c.awaitTaken("few", cappedBudget) // also where somebody was not told of what they took
	t.Logf("%d mails and %d pages on three servers took %v; %d batches broke off",
		len(m.mails)/2, mailedVisitors*mailedPages, time.Since(began).Round(time.Millisecond), m.broken)
}

// awaitTaken waits until so many of a budget are taken, but not for ever.
func (c *cluster) awaitTaken(item string, many int64) {
	s, err := dynamo.FromEnv(c.Context(), func(name string) (string, bool) {
		for _, pair := range c.environment {
			if key, value, _ := strings.Cut(pair, "="); key == name {
				return value, true
			}
		}
		return "", false
	})
	if err != nil {
		c.Error(err)
		return
	}
	for ends := time.Now().Add(time.Minute); time.Now().Before(ends); time.Sleep(time.Millisecond) {
		claims, err := s.Claimed(c.Context(), journey.At(time.Now()), store.Budget{Item: item, Period: "life"})
		if err != nil {
			c.Error(err)
		}
		if err != nil || claims.Taken >= many {
			return
		}
	}
	c.Errorf("fewer than %d of the budget of %s were taken within a minute", many, item)
}

// serveMortal starts a server that is killed, at the latest when the test ends.
func (c *cluster) serveMortal() (server *client.Client, kill func()) {
	c.Helper()
	serve := exec.Command("wegweiser", "serve", "--store", dynamoStore, "--data", c.TempDir(), "--listen", "127.0.0.1:0", "--quiet")
	serve.Env = append(c.environment, "WEGWEISER_DEADLINE=30s")
	stdout, err := serve.StdoutPipe()
	if err = errors.Join(err, serve.Start()); err != nil {
		c.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		if err := serve.Process.Kill(); err != nil {
			c.Error(err)
		}
		_ = serve.Wait() // that it was killed is no news
	})
	c.Cleanup(kill)
	patience := time.AfterFunc(time.Minute, kill)
	defer patience.Stop()
	lines, serving := bufio.NewScanner(stdout), regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	for lines.Scan() {
		if url := serving.FindString(lines.Text()); url != "" {
			return client.New(url, client.Keys{Secret: clusterSecret, Admin: clusterAdmin}, nil), kill
		}
	}
	c.Fatal("the server does not say where it serves")
	return nil, nil
}
