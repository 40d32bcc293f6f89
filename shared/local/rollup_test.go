package local

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wegweiser/shared/gateway"
	"wegweiser/shared/journey"
	"wegweiser/shared/measure/rollup"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

// asked is a host that is asked over HTTP, as a server does.
type asked struct{ *Host }

func (a asked) call(t *testing.T, method, path, body string, status int, into any) {
	t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer sk")
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	a.Handler.ServeHTTP(answer, request)
	if answer.Code != status {
		t.Fatalf("%s %s: got %d, want %d: %s", method, path, answer.Code, status, answer.Body)
	}
	if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
		t.Fatal(err)
	}
}

// ranked is an answer of a decision for the placement home.
type ranked struct {
	Placements struct {
		Home struct {
			Items []struct{ ID, Token string }
		}
	}
	Explanation struct {
		Placements []struct {
			Rules []struct {
				Items []struct {
					Item string
					Rank struct{ Probability float64 }
				}
			}
		}
	}
}

func (a asked) decide(t *testing.T, visitor string) (r ranked) {
	t.Helper()
	a.call(t, "POST", "/v1/decisions", fmt.Sprintf(`{"visitor":%q,"placements":["home"],"explain":true}`, visitor), http.StatusOK, &r)
	return r
}

// chance is how likely a decision shows an item.
func (a asked) chance(t *testing.T, item string) float64 {
	t.Helper()
	for _, p := range a.decide(t, "somebody").Explanation.Placements {
		for _, r := range p.Rules {
			for _, it := range r.Items {
				if it.Item == item {
					return it.Rank.Probability
				}
			}
		}
	}
	t.Fatalf("the explanation does not name %s", item)
	return 0
}

// Whoever sends feedback finds it in what is shown to others within a minute,
// and what a marketer says of an item counts within ten seconds, though nobody
// reacts to anything: in time that passes only where everybody waits.
func TestFeedbackMovesProbabilitiesWithinAMinute(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		kept, err := embedded.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		defer kept.Close()
		host, err := Open(t.Context(), kept, &Secrets{
			Keys: gateway.Keys{Secret: "sk", TokenSecrets: [][]byte{[]byte("secret")}}, HashKey: []byte("hash"),
		}, &Options{Deadline: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []string{
			`{"table":"placements","row":{"id":"home","kind":"offer","fallback":"plain"}}`,
			`{"table":"items","row":{"id":"plain","kind":"offer"}}`,
			`{"table":"items","row":{"id":"sofa","kind":"offer","value":10}}`,
			`{"table":"items","row":{"id":"lamp","kind":"offer","value":10}}`,
			`{"table":"rules","row":{"id":"best","order":1,"placements":["home"],"items":["sofa","lamp"],"choose":"rank"}}`,
		} {
			edit(t, host.Service, row)
		}
		live, err := host.Service.ConfigSnapshots(t.Context())
		if err == nil {
			_, err = host.Service.PublishConfig(t.Context(), ada, live.Live, personalize.PublishRequest{})
		}
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- host.Serve(ctx, &silent{make(chan struct{})}) }()
		synctest.Wait()

		a := asked{host}
		if got := a.chance(t, "sofa"); got < 0.49 || got > 0.51 {
			t.Errorf("got the probability %v before anybody said anything, want a half", got)
		}
		impressions := 0
		for i := range 60 {
			visitor := fmt.Sprint("v_", i)
			item := a.decide(t, visitor).Placements.Home.Items[0]
			types := []string{"impression"}
			if item.ID == "sofa" {
				types, impressions = append(types, "click"), impressions+1
			}
			for range 2 { // told twice, it counts once
				for _, kind := range types {
					var told struct{ Duplicate bool }
					a.call(t, "POST", "/v1/feedback", fmt.Sprintf(`{"token":%q,"type":%q}`, item.Token, kind), http.StatusAccepted, &told)
				}
			}
		}
		for waited := 0; a.chance(t, "sofa") < 0.9; waited++ {
			if waited == 60 {
				t.Fatalf("got the probability %v after a minute, want it near 1", a.chance(t, "sofa"))
			}
			time.Sleep(time.Second)
		}
		edit(t, host.Service, `{"table":"items","version":"*","row":{"id":"lamp","kind":"offer","value":10,"prior":0.95,"prior_weight":100000}}`)
		if live, err = host.Service.ConfigSnapshots(t.Context()); err == nil {
			_, err = host.Service.PublishConfig(t.Context(), ada, live.Live, personalize.PublishRequest{})
		}
		if err != nil {
			t.Fatal(err)
		}
		for waited := 0; a.chance(t, "sofa") > 0.1; waited++ {
			if waited == 10 {
				t.Fatalf("got the probability %v ten seconds after another item got a high prior, want it near 0", a.chance(t, "sofa"))
			}
			time.Sleep(time.Second)
		}
		var report struct {
			Rows []struct {
				Item                string
				Impressions, Clicks int
				Prior, Own          float64
			}
		}
		a.call(t, "GET", "/v1/reports/items", "", http.StatusOK, &report)
		if len(report.Rows) != 2 || report.Rows[0].Impressions != 60-impressions || report.Rows[1].Impressions != impressions || report.Rows[1].Clicks != impressions {
			t.Errorf("got %+v, want %d impressions and clicks of sofa, and %d impressions of lamp", report.Rows, impressions, 60-impressions)
		}
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Serve ended with %v, want nil", err)
		}
	})
}

// envKilled makes this test binary the process that is killed: the folder that
// it writes to, and the number of its life.
const envKilled = "WEGWEISER_TEST_KILLED"

func TestMain(m *testing.M) {
	if folder, life, ok := strings.Cut(os.Getenv(envKilled), "|"); ok {
		fmt.Fprintln(os.Stderr, countUntilKilled(folder, life))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// counting is a store whose journal has begun, and what counts in it.
func counting(folder string) (*embedded.Store, *rollup.Rollup, error) {
	s, err := embedded.Open(folder)
	if err != nil {
		return nil, nil, err
	}
	if _, err := s.Changes(context.Background(), 0); err != nil {
		return nil, nil, err
	}
	builtin, err := snapshot.Builtin()
	return s, rollup.Of(s, func(context.Context) (*snapshot.Snapshot, error) { return builtin, nil }, time.Now), err
}

// countUntilKilled stores reactions, prints a line for each that is stored, and
// counts them beside that.
func countUntilKilled(folder, life string) error {
	s, r, err := counting(folder)
	if err != nil {
		return err
	}
	failed := make(chan error)
	go func() {
		for {
			if err := drain(context.Background(), s, r.Apply); err != nil {
				failed <- err
			}
		}
	}()
	go func() {
		for i := 0; ; i++ {
			now := journey.At(time.Now())
			_, err := s.Append(context.Background(), now, []store.Recording{{Touchpoint: journey.Touchpoint{
				ID: fmt.Sprint("f_", life, "_", i), Visitor: "v", Type: "item_click", Channel: "web", Source: "feedback", At: now, Item: "sofa",
			}}})
			if err != nil {
				failed <- err
			}
			fmt.Println("stored")
		}
	}()
	return <-failed
}

// However often the process is killed while it counts, what is stored is
// counted once.
func TestCountsAreExactOverKills(t *testing.T) {
	folder := t.TempDir()
	for life := range 5 {
		process := exec.Command(os.Args[0])
		process.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%d", envKilled, folder, life))
		process.Stderr = os.Stderr
		out, err := process.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range 40 + 13*life {
			if !lines.Scan() {
				t.Fatalf("life %d ended by itself", life)
			}
		}
		if err := process.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = process.Wait() // it was killed
	}
	s, r, err := counting(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := drain(t.Context(), s, r.Apply); err != nil {
		t.Fatal(err)
	}
	want := int64(0)
	for _, err := range s.Touchpoints(t.Context(), "v", journey.At(time.Now())) {
		if err != nil {
			t.Fatal(err)
		}
		want++
	}
	report, err := r.Items(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Rows) != 1 || report.Rows[0].Clicks != want || want < 5*40 {
		t.Errorf("got %+v, want %d clicks, as many as are stored", report.Rows, want)
	}
}

// busy is a journal to which something comes whenever it is read.
type busy struct{ read int }

func (b *busy) Changes(context.Context, int) ([]store.Change, error) {
	if b.read++; b.read > 20 {
		return nil, errors.New("it is read for ever")
	}
	return []store.Change{{Sequence: fmt.Sprint(b.read)}}, nil
}

func (b *busy) Forget(context.Context, string) error { return nil }

func TestWhatComesMeanwhileIsForTheNextTime(t *testing.T) {
	journal := &busy{}
	if err := drain(t.Context(), journal, func(context.Context, string, []store.Change) error { return nil }); err != nil || journal.read != 1 {
		t.Errorf("got %v, and the journal was read %d times, want once: nothing is published before", err, journal.read)
	}
}

// unforgetting is a journal that does not get to forgetting.
type unforgetting struct{ store.Journal }

func (unforgetting) Forget(context.Context, string) error { return errors.New("the process ended") }

// What was counted by a process that ended before it could say so in the
// journal is read again, and does not count again.
func TestWhatIsReadAgainDoesNotCountAgain(t *testing.T) {
	s, r, err := counting(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := journey.At(time.Now())
	for i := range 3 {
		if _, err := s.Append(t.Context(), now, []store.Recording{{Touchpoint: journey.Touchpoint{
			ID: fmt.Sprint("f_", i), Visitor: "v", Type: "item_click", Channel: "web", Source: "feedback", At: now, Item: "sofa",
		}}}); err != nil {
			t.Fatal(err)
		}
		if err := drain(t.Context(), unforgetting{s}, r.Apply); err == nil {
			t.Fatal("got no error of a journal that does not forget")
		}
	}
	again := 0
	if err := drain(t.Context(), s, func(ctx context.Context, feed string, changes []store.Change) error {
		again += len(changes)
		return r.Apply(ctx, feed, changes)
	}); err != nil || again != 3 {
		t.Fatalf("got %d changes, %v; want all 3 again", again, err)
	}
	report, err := r.Items(t.Context(), "")
	if err != nil || len(report.Rows) != 1 || report.Rows[0].Clicks != 3 {
		t.Errorf("got %+v, %v; want 3 clicks", report, err)
	}
}
