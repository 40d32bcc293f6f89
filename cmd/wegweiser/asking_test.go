package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// ask asks both servers for decisions until the function that it returns is
// called, which says how many there were and which generation each snapshot
// showed.
func (c *cluster) ask() func() (asked int, seen map[string]int) {
	ctx, stop := context.WithCancel(c.Context())
	var all sync.WaitGroup
	var lock sync.Mutex
	asked, seen := 0, map[string]int{}
	for n, url := range c.urls {
		all.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				d, err := decideOn(context.WithoutCancel(ctx), url, fmt.Sprintf("v_%d_%d", n, i%500), i%4 == 0)
				if err != nil {
					c.Error(err)
					return
				}
				lock.Lock()
				asked++
				if before, ok := seen[d.snapshot]; ok && before != d.generation {
					c.Errorf("%s shows generation %d and %d", d.snapshot, before, d.generation)
				}
				seen[d.snapshot] = d.generation
				lock.Unlock()
				time.Sleep(10 * time.Millisecond) // what else runs wants to go on
			}
		})
	}
	return func() (int, map[string]int) {
		stop()
		all.Wait()
		return asked, seen
	}
}

// decided is what a decision shows.
type decided struct {
	snapshot   string
	generation int
}

// decideOn asks for a decision, a personal one or one that reads no history,
// which must be one whole: two items and the rule that chose them carry one
// number.
func decideOn(ctx context.Context, url, visitor string, personal bool) (decided, error) {
	body := fmt.Sprintf(`{"visitor":%q,"placements":["home-hero","side"],"consent":"none"}`, visitor)
	if personal {
		body = strings.Replace(body, `,"consent":"none"`, "", 1)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v1/decisions", strings.NewReader(body))
	if err != nil {
		return decided{}, err
	}
	request.Header.Set("Authorization", "Bearer "+clusterSecret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return decided{}, err
	}
	defer response.Body.Close()
	var answer struct {
		Snapshot, Degraded string
		Placements         map[string]struct {
			Rule     string
			Fallback bool
			Items    []struct {
				ID      string
				Content struct{ Title, Text string }
			}
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK || answer.Degraded != "" {
		return decided{}, fmt.Errorf("got %d, degraded %q (%v), want a decision", response.StatusCode, answer.Degraded, err)
	}
	var generation int
	hero, side := answer.Placements["home-hero"], answer.Placements["side"]
	if len(hero.Items) == 1 {
		_, err = fmt.Sscan(hero.Items[0].Content.Title, &generation)
	}
	for placement, want := range map[string]string{"home-hero": "first", "side": "second"} {
		got := answer.Placements[placement]
		if err != nil || got.Fallback || len(got.Items) != 1 || got.Items[0].ID != want ||
			got.Items[0].Content.Title != fmt.Sprint(generation) || got.Items[0].Content.Text != fmt.Sprint(generation) ||
			got.Rule != fmt.Sprint("of-", generation) {
			return decided{}, fmt.Errorf("%s decided on half an edit: %+v, %+v", answer.Snapshot, hero, side)
		}
	}
	return decided{answer.Snapshot, generation}, nil
}
