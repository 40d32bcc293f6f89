package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/tables"
)

// envKilled makes this test binary the process that is killed. Its value is the
// folder to write to and the number of the life.
const envKilled = "WEGWEISER_TEST_KILLED"

func TestMain(m *testing.M) {
	if folder, life, ok := strings.Cut(os.Getenv(envKilled), "|"); ok {
		fmt.Fprintln(os.Stderr, writeUntilKilled(folder, life))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

var noon = journey.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))

const (
	lives    = 15
	writers  = 6
	visitors = 60
)

// writeUntilKilled prints each touchpoint once it is acknowledged.
func writeUntilKilled(folder, life string) error {
	s, err := embedded.Open(folder)
	if err != nil {
		return err
	}
	failed := make(chan error)
	go func() { failed <- countUntilKilled(s, life) }()
	for w := range writers {
		go func() {
			for i := 0; ; i++ {
				call := recordings(fmt.Sprintf("%s-%d-%d", life, w, i), i)
				if _, err := s.Append(context.Background(), noon, call); err != nil {
					failed <- err
					return
				}
				var lines strings.Builder
				for _, r := range call {
					fmt.Fprintf(&lines, "%s %s %s\n", r.Visitor, r.ID, r.Type)
				}
				_, _ = os.Stdout.WriteString(lines.String())
			}
		}()
	}
	return <-failed
}

// counted is what is counted, and how its lines start.
const counted = "counted"

// mailed is a budget of which all is held first, and then sent.
var mailed = store.Budget{Item: "mailed", Period: "life", Limit: 1 << 30}

// countUntilKilled counts in every way, and prints a line for each time that all
// of them are acknowledged.
func countUntilKilled(s *embedded.Store, life string) error {
	ctx := context.Background()
	for i := 1; ; i++ {
		h, err := s.History(ctx, store.Query{Visitor: counted, At: noon, Now: noon, Window: 1})
		if err != nil {
			return err
		}
		_, err = s.ChangeCounters(ctx, counted, h.Counters, func(c *rank.Counters) error {
			return c.Reserve(noon, time.UTC, rank.Claim{Limits: []rank.Limit{{Period: tables.Life, Most: 1 << 30}}})
		})
		id := fmt.Sprintf("%s-%d", life, i)
		message := store.Message{Owner: counted, ID: id}
		hold, held := s.Hold(ctx, noon, mailed, id, noon.Add(time.Hour))
		_, result := s.PutResults(ctx, noon, message, []store.Result{{Placement: "a", Decision: id, Holds: []store.Hold{hold}}})
		if err := errors.Join(
			err, held, result,
			s.Commit(ctx, noon, message),
			s.Claim(ctx, noon, store.Budget{Item: counted, Period: "life", Limit: 1 << 30}),
			s.PutReceipts(ctx, []store.Receipt{{ReceiptKey: store.ReceiptKey{Owner: counted, ID: id}}}),
			s.Apply(ctx, noon, life, []store.Delta{{
				CellKey: store.CellKey{Name: counted, Period: "life"}, Sequence: fmt.Sprint(i), Add: map[string]int64{"n": 1},
			}}),
		); err != nil {
			return err
		}
		fmt.Printf("%s %s %s\n", counted, id, "all")
	}
}

// checkCounts allows for one time in each life that was not acknowledged.
func checkCounts(t *testing.T, s *embedded.Store, ids map[string]string, lives int) {
	t.Helper()
	ctx := context.Background()
	found := map[string]int64{}
	h, err := s.History(ctx, store.Query{Visitor: counted, At: noon, Now: noon, Window: 1})
	if err != nil {
		t.Fatal(err)
	}
	counters, err := rank.ReadCounters(h.Counters.Packed)
	found["shown"] = int64(counters.Count(rank.Scope{}, tables.Life))
	taken, claimed := s.Claimed(ctx, noon, store.Budget{Item: counted, Period: "life"})
	found["claimed"] = taken.Taken
	sent, mails := s.Claimed(ctx, noon.Add(time.Hour), mailed)
	found["sent"] = sent.Taken
	cells, read := s.Cells(ctx, counted, "life", "life", noon)
	for _, c := range cells {
		found["added"] = c.Counts["n"]
	}
	if err := errors.Join(err, claimed, mails, read); err != nil {
		t.Fatal(err)
	}
	for id := range ids {
		if _, err := s.Receipt(ctx, store.ReceiptKey{Owner: counted, ID: id}, noon); err != nil {
			t.Errorf("the receipt %s was acknowledged: got error %v", id, err)
		}
		if results, err := s.Results(ctx, store.Message{Owner: counted, ID: id}, noon); err != nil || len(results) != 1 {
			t.Errorf("the result of %s was acknowledged: got %v, %v", id, results, err)
		}
	}
	for _, what := range []string{"shown", "claimed", "sent", "added"} {
		if n := int64(len(ids)); found[what] < n || found[what] > n+int64(lives) {
			t.Errorf("got %d %s, want the %d that were acknowledged and at most one more in each of %d lives", found[what], what, n, lives)
		}
	}
}

// recordings is one to four touchpoints, now and then with a milestone.
func recordings(id string, i int) []store.Recording {
	var call []store.Recording
	for k := range 1 + i%4 {
		r := store.Recording{Touchpoint: journey.Touchpoint{
			ID: fmt.Sprintf("%s-%d", id, k), Visitor: fmt.Sprint("v", (i*7+k)%visitors), Type: "page_view", Channel: "web", At: noon,
		}}
		if (i+k)%20 == 0 {
			r.Type = journey.Purchase
		}
		call = append(call, r)
	}
	return call
}

// A process that is killed at any moment has lost nothing that it acknowledged,
// and has nothing twice or by half.
func TestKilledProcessLosesNothing(t *testing.T) {
	folder := t.TempDir()
	acknowledged := map[string]map[string]string{} // visitor, id, type
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	total := 0
	for life := range lives {
		lines := liveAndDie(t, folder, life, random)
		for _, line := range lines {
			fields := strings.Fields(line)
			if acknowledged[fields[0]] == nil {
				acknowledged[fields[0]] = map[string]string{}
			}
			acknowledged[fields[0]][fields[1]] = fields[2]
		}
		total += len(lines)
		s := open(t, folder)
		for visitor, ids := range acknowledged {
			if visitor != counted {
				checkVisitor(t, s, visitor, ids)
			}
		}
		checkCounts(t, s, acknowledged[counted], life+1)
		if err := s.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
	t.Logf("%d lives, %d touchpoints and %d counts acknowledged", lives, total-len(acknowledged[counted]), len(acknowledged[counted]))
	if total == 0 {
		t.Error("no process lived long enough to write anything")
	}
}

// liveAndDie starts a process, kills it at a random moment, and returns what it
// acknowledged.
func liveAndDie(t *testing.T, folder string, life int, random *rand.Rand) []string {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%d", envKilled, folder, life))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	kill := func() { once.Do(func() { _ = child.Process.Kill() }) }
	defer kill()
	enough := random.IntN(150)
	if life == 0 {
		enough = 20
	}
	if enough < 10 { // now and then while it is still opening the file
		time.AfterFunc(time.Duration(random.IntN(30))*time.Millisecond, kill)
	}
	var lines []string
	scanner := bufio.NewScanner(out)
	for scanner.Scan() {
		if lines = append(lines, scanner.Text()); len(lines) == enough {
			kill()
		}
	}
	if err := child.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the process ended with %v, want it killed", err)
	}
	return lines
}

func checkVisitor(t *testing.T, s *embedded.Store, visitor string, acknowledged map[string]string) {
	t.Helper()
	stored, milestones := map[string]int{}, map[string]int{}
	for one, err := range s.Touchpoints(context.Background(), visitor, noon) {
		if err != nil {
			t.Fatalf("Touchpoints: %v", err)
		}
		stored[one.ID]++
		if one.Type == journey.Purchase {
			milestones[one.ID]++
		}
	}
	for id := range acknowledged {
		if stored[id] != 1 {
			t.Errorf("%s was acknowledged and is there %d times, want once", id, stored[id])
		}
	}
	h, err := s.History(context.Background(), store.Query{Visitor: visitor, At: noon, Now: noon, Window: journey.MaxWindow})
	if err != nil {
		t.Fatalf("History: %v", err)
	}
	if want := min(len(stored), journey.MaxWindow); len(h.Traces) != want {
		t.Errorf("the history of %s has %d traces, want %d as there are touchpoints", visitor, len(h.Traces), want)
	}
	kept := len(h.Profile.Milestones) + h.Profile.Totals.Purchases
	if kept != len(milestones) {
		t.Errorf("the profile of %s has %d milestones, want %d as there are touchpoints", visitor, kept, len(milestones))
	}
}
