package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"wegweiser/shared/client"
	"wegweiser/shared/personalize"
	"wegweiser/shared/topology"
)

// publishRounds is how often two people publish at once.
const publishRounds = 20

// Two people read what is live, change a row each and publish at once: one of
// them wins, and the other learns what is live now.
func TestOfTwoWhoPublishAtOnceOneWins(t *testing.T) {
	t.Parallel()
	for name, two := range map[string]func(t *testing.T) []*client.Client{
		"OneServerAndItsFile": func(t *testing.T) []*client.Client {
			serve := exec.Command("wegweiser", "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--quiet")
			serve.Env = append(withoutKeys(os.Environ()), topology.EnvSecretKey+"="+clusterSecret, topology.EnvAdminKey+"=ada:"+clusterAdmin)
			server := client.New(startServer(t, serve), client.Keys{Admin: clusterAdmin}, nil)
			return []*client.Client{server, server}
		},
		"TwoServersOnDynamoDB": func(t *testing.T) []*client.Client {
			c := newCluster(t)
			c.serve()
			c.serve()
			return c.clients
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			people := two(t)
			for round := range publishRounds {
				before, err := people[0].ConfigSnapshots(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				var lives [2]*personalize.Live
				var errs [2]error
				var both sync.WaitGroup
				for i, person := range people {
					both.Go(func() {
						row := fmt.Sprintf(`{"id":"of-%d","kind":"content","content.title":"Round %d"}`, i, round)
						_, errs[i] = person.EditConfig(t.Context(), admin, personalize.ConfigEdits{
							Rows: []personalize.ConfigEdit{{Table: "items", Row: []byte(row), Version: "*"}},
						})
						if errs[i] == nil {
							lives[i], errs[i] = person.PublishConfig(t.Context(), admin, before.Live, personalize.PublishRequest{})
						}
					})
				}
				both.Wait()
				won, lost := 0, 1
				if errs[won] != nil {
					won, lost = lost, won
				}
				var refusal *personalize.Error
				switch {
				case errs[won] != nil:
					t.Fatalf("round %d: got %v and %v, want one who wins", round, errs[0], errs[1])
				case !errors.As(errs[lost], &refusal) || refusal.Code != "snapshot_changed" || refusal.Kind != personalize.Stale:
					t.Fatalf("round %d: got %v for who was second, want 412 snapshot_changed", round, errs[lost])
				case refusal.Version != lives[won].Live:
					t.Fatalf("round %d: who was second is told that %s is live, want %s", round, refusal.Version, lives[won].Live)
				}
				again, err := people[lost].PublishConfig(t.Context(), admin, refusal.Version, personalize.PublishRequest{})
				if err != nil {
					t.Fatalf("round %d: who was second publishes again: %v", round, err)
				}
				after, err := people[won].ConfigSnapshots(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if after.Live != again.Live || after.Draft != again.Live {
					t.Fatalf("round %d: %s is live and %s the draft, want %s with the rows of both", round, after.Live, after.Draft, again.Live)
				}
			}
		})
	}
}
