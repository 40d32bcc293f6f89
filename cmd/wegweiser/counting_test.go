package main

import (
	"fmt"
	"testing"
	"time"

	"wegweiser/shared/client"
	"wegweiser/shared/personalize"
	"wegweiser/shared/topology"
)

var rankedShop = []string{
	`placements {"id":"hero","fallback":"welcome"}`,
	`items {"id":"welcome","kind":"offer"}`,
	`items {"id":"sofa","kind":"offer","value":10}`,
	`items {"id":"lamp","kind":"offer","value":10}`,
	`rules {"id":"hero","placements":["hero"],"items":["sofa","lamp"],"choose":"rank"}`,
}

// Where several servers share the tables of DynamoDB, each counts what all of
// them are told, and all of it counts once: the one that starts late, too, which
// reads everything from the beginning.
func TestServersOnOneTableCountTogether(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.environment = append(c.environment, topology.EnvDeadline+"=10s")
	c.serve()
	c.serve()
	live := openShop(t, c.clients[0], rankedShop)
	secret := personalize.Caller{Key: personalize.Secret}
	want := map[string][2]int64{} // impressions and clicks
	show := func(from, to int) {
		for _, s := range c.clients {
			ask(t, s, live, personalize.DecideRequest{Visitor: "nobody"})
		}
		for i := from; i < to; i++ {
			d := ask(t, c.clients[i%len(c.clients)], live, personalize.DecideRequest{Visitor: fmt.Sprint("v_", i), Placements: []string{"hero"}})
			if len(d.Placements["hero"].Items) != 1 {
				t.Fatalf("got %+v, want one item", d)
			}
			item := d.Placements["hero"].Items[0]
			counts, types := want[item.ID], []string{"impression"}
			if item.ID == "sofa" {
				types = append(types, "click")
				counts[1]++
			}
			counts[0]++
			want[item.ID] = counts
			for _, s := range c.clients { // told to all, it counts once
				for _, kind := range types {
					if _, err := s.Feedback(t.Context(), secret, personalize.FeedbackRequest{Token: item.Token, Type: kind}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	show(0, 30)
	c.serve()
	show(30, 60)
	for i, s := range c.clients {
		for ends := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
			got, chance := reactionsOf(t, s), chanceOf(t, s, "sofa")
			if got["sofa"] == want["sofa"] && got["lamp"] == want["lamp"] && chance > 0.9 {
				break
			}
			if time.Now().After(ends) {
				t.Fatalf("server %d: got %v and the probability %v of what is clicked, want %v and nearly 1", i, got, chance, want)
			}
		}
	}
}

func reactionsOf(t *testing.T, s *client.Client) map[string][2]int64 {
	t.Helper()
	report, err := s.Items(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][2]int64{}
	for i := range report.Rows {
		r := &report.Rows[i]
		all[r.Item] = [2]int64{r.Impressions, r.Clicks}
	}
	return all
}

// chanceOf is how likely a decision shows an item.
func chanceOf(t *testing.T, s *client.Client, item string) float64 {
	t.Helper()
	d, err := s.Decide(t.Context(), personalize.Caller{Key: personalize.Secret}, personalize.DecideRequest{
		Visitor: "somebody", Placements: []string{"hero"}, Explain: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range d.Explanation.Placements[0].Rules {
		for _, it := range r.Items {
			if it.Item == item && it.Rank != nil {
				return it.Rank.Probability
			}
		}
	}
	return 0
}
