package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wegweiser/shared/client"
	"wegweiser/shared/personalize"
)

// Servers and commands of one deployment work on one store with one set of
// keys, each beside a folder of its own: what one of them decided for a mail the
// others answer with, its tokens they believe, its receipts they read.
func TestADeploymentDecidesForAMessageOnce(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.serve()
	c.serve()
	live := openShop(t, c.clients[0], cappedShop)
	for _, s := range c.clients {
		ask(t, s, live, personalize.DecideRequest{Visitor: "nobody"})
	}
	request := personalize.BatchRequest{Recipients: []personalize.Recipient{{Visitor: "v_1", Message: "autumn"}}, Placements: []string{"side"}}
	secret := personalize.Caller{Key: personalize.Secret}
	var first personalize.BatchResult
	for i, s := range c.clients {
		answer, err := s.DecideBatch(t.Context(), secret, request)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = answer.Results[0]
		}
		if got := answer.Results[0].Decision; got != first.Decision || got == "" {
			t.Errorf("server %d decided %q, want what was decided before, %q", i, got, first.Decision)
		}
	}
	recipients := filepath.Join(c.TempDir(), "recipients.csv")
	if err := os.WriteFile(recipients, []byte("visitor,message\nv_1,autumn\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	batch := exec.Command("wegweiser", "batch", recipients, "--placements", "side", "--store", dynamoStore)
	batch.Env, batch.Dir = c.environment, c.TempDir()
	if said, err := batch.CombinedOutput(); err != nil {
		t.Fatalf("wegweiser batch: %v\n%s", err, said)
	}
	if rows, err := os.ReadFile(recipients + ".decided.csv"); err != nil || !strings.Contains(string(rows), first.Decision) {
		t.Errorf("wegweiser batch wrote %s, %v; want the decision %s", rows, err, first.Decision)
	}

	token := first.Placements["side"].Items[0].Token
	if _, err := c.clients[1].Feedback(t.Context(), secret, personalize.FeedbackRequest{Token: token, Type: "impression"}); err != nil {
		t.Errorf("the other server does not believe the token: %v", err)
	}
	if err := receiptOf(t, c.clients[1], first.Decision); err != nil {
		t.Errorf("the other server does not find the receipt: %v", err)
	}
}

// receiptOf waits for a receipt, which may be written after its answer.
func receiptOf(t *testing.T, s *client.Client, decision string) error {
	for deadline := time.Now().Add(time.Minute); ; {
		_, err := s.Receipt(t.Context(), personalize.Caller{Key: personalize.Secret}, decision, false)
		if err == nil || !strings.Contains(fmt.Sprint(err), "unknown_decision") || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
