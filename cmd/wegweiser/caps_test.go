package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"wegweiser/shared/client"
	"wegweiser/shared/personalize"
	"wegweiser/shared/topology"
)

// How often decisions are asked for at once, by how many visitors in turn, and
// what the shop allows of its two offers.
const (
	cappedCalls    = 1000
	cappedVisitors = 50
	cappedTimes    = 3   // a visitor
	cappedBudget   = 100 // all visitors together, who would take 150
)

var cappedShop = []string{
	`placements {"id":"hero","fallback":"welcome"}`,
	`placements {"id":"side","fallback":"welcome"}`,
	`items {"id":"welcome","kind":"content"}`,
	fmt.Sprintf(`items {"id":"often","kind":"offer","cap_life":%d}`, cappedTimes),
	fmt.Sprintf(`items {"id":"few","kind":"offer","cap_life":%d,"budget":%d,"budget_period":"life"}`, cappedTimes, cappedBudget),
	`rules {"id":"hero","placements":["hero"],"items":["often"]}`,
	`rules {"id":"side","placements":["side"],"items":["few"]}`,
}

// Of a thousand decisions at once, over HTTP and several processes, every cap
// and every budget gets what it allows: never one more, and as there is enough
// demand, never one less.
func TestAThousandDecisionsAtOnceAreCountedExactly(t *testing.T) {
	t.Parallel()
	for name, servers := range map[string]func(t *testing.T) []*client.Client{
		"OneServerAndItsFile": func(t *testing.T) []*client.Client {
			serve := exec.Command("wegweiser", "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--quiet")
			serve.Env = append(withoutKeys(os.Environ()), topology.EnvSecretKey+"="+clusterSecret, topology.EnvAdminKey+"=ada:"+clusterAdmin)
			return []*client.Client{client.New(startServer(t, serve), client.Keys{Secret: clusterSecret, Admin: clusterAdmin}, nil)}
		},
		"ThreeServersOnDynamoDB": func(t *testing.T) []*client.Client {
			c := newCluster(t)
			for range 3 {
				c.serve()
			}
			return c.clients
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := servers(t)
			live := openShop(t, asked[0], cappedShop)
			for _, s := range asked {
				ask(t, s, live, personalize.DecideRequest{Visitor: "nobody"})
			}
			began := time.Now()
			shown := map[[2]string]int{} // by item and visitor
			total := map[string]int{}
			var lock sync.Mutex
			var calls sync.WaitGroup
			for i := range cappedCalls {
				calls.Go(func() {
					visitor := fmt.Sprint("v_", i%cappedVisitors)
					d := ask(t, asked[i%len(asked)], live, personalize.DecideRequest{Visitor: visitor, Placements: []string{"hero", "side"}})
					lock.Lock()
					defer lock.Unlock()
					for _, p := range d.Placements {
						if d.Degraded != "" || p.Fallback && p.Reason != "capped" {
							t.Errorf("got degraded %q and a fallback for %q, want caps alone", d.Degraded, p.Reason)
						}
						for _, it := range p.Items {
							shown[[2]string{it.ID, visitor}]++
							total[it.ID]++
						}
					}
				})
			}
			calls.Wait()
			t.Logf("%d decisions on %d servers took %v", cappedCalls, len(asked), time.Since(began).Round(time.Millisecond))
			for i := range cappedVisitors {
				visitor := fmt.Sprint("v_", i)
				if got := shown[[2]string{"often", visitor}]; got != cappedTimes {
					t.Errorf("%s was shown what is capped %d times, want exactly %d", visitor, got, cappedTimes)
				}
				if got := shown[[2]string{"few", visitor}]; got > cappedTimes {
					t.Errorf("%s was shown what has a budget %d times, want at most %d", visitor, got, cappedTimes)
				}
			}
			if got := total["few"]; got != cappedBudget {
				t.Errorf("of a budget of %d got %d", cappedBudget, got)
			}
		})
	}
}

// openShop publishes rows, each behind the name of its table.
func openShop(t *testing.T, s *client.Client, rows []string) (live string) {
	t.Helper()
	var edits personalize.ConfigEdits
	for _, row := range rows {
		var table string
		if _, err := fmt.Sscan(row, &table); err != nil {
			t.Fatal(err)
		}
		edits.Rows = append(edits.Rows, personalize.ConfigEdit{Table: table, Row: []byte(row[len(table)+1:]), Version: "*"})
	}
	if _, err := s.EditConfig(t.Context(), admin, edits); err != nil {
		t.Fatal(err)
	}
	before, err := s.ConfigSnapshots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	published, err := s.PublishConfig(t.Context(), admin, before.Live, personalize.PublishRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return published.Live
}

// ask asks a server, and waits where it does not know the snapshot yet, but not
// for ever.
func ask(t *testing.T, s *client.Client, live string, request personalize.DecideRequest) *personalize.Decision {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		d, err := s.Decide(ctx, personalize.Caller{Key: personalize.Secret}, request)
		switch {
		case err != nil:
			t.Error(err)
			return &personalize.Decision{}
		case d.Snapshot == live:
			return d
		}
		time.Sleep(100 * time.Millisecond)
	}
}
