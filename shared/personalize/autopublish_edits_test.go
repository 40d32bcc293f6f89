package personalize_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// TestRandomEdits changes two rows at a time, which belong together,
// through the API and past it, while decisions are asked: half of the edits
// break the whole. No decision comes from half of an edit or from a broken
// whole, every broken edit is named, and what is whole is live ten seconds
// later.
func TestRandomEdits(t *testing.T) {
	inBubble(t, func(a *automatic) {
		random := rand.New(rand.NewPCG(1, 2))
		ended, watched := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(watched)
			for told := time.NewTicker(700 * time.Millisecond); ; {
				select {
				case <-ended:
					told.Stop()
					return
				case <-told.C:
					if err := a.AutoPublish(a.Context()); err != nil {
						a.Errorf("AutoPublish: %v", err)
					}
				}
			}
		}()
		visitor := serviceOn(a.T, a.store)
		named, whole := 0, 0
		for n := range 500 {
			wrong := random.IntN(2) == 0
			a.pair(n, wrong, random.IntN(2) == 0)
			if random.IntN(10) > 0 {
				time.Sleep(time.Duration(random.IntN(2000)) * time.Millisecond)
				a.pairIsSeen(visitor, -1)
				continue
			}
			time.Sleep(10 * time.Second)
			if held := a.snapshots().Held; wrong {
				named++
				if held == nil || len(held.Problems) != 1 || held.Problems[0].Cell() != "placements/home-hero.fallback" {
					a.Fatalf("edit %d: got %+v, want the fallback named", n, held)
				}
				a.pairIsSeen(visitor, -1)
			} else {
				whole++
				if held != nil {
					a.Fatalf("edit %d: got %+v of a whole that is right", n, held)
				}
				a.pairIsSeen(serviceOn(a.T, a.store), n)
			}
		}
		close(ended)
		<-watched
		if named == 0 || whole == 0 {
			a.Errorf("saw %d broken edits named and %d whole ones live, want some of each", named, whole)
		}
	})
}

// pair edits two rows at once to carry the number n, by the API or in the
// store, as people do who change a table directly. A broken pair names an item
// that is not there.
func (a *automatic) pair(n int, wrong, direct bool) {
	a.Helper()
	fallback := "welcome"
	if wrong {
		fallback = "nowhere"
	}
	rows := map[string]string{
		"placements": fmt.Sprintf(`{"id":"home-hero","fallback":%q,"kind":"content","size":"%dx1"}`, fallback, n+1),
		"items":      fmt.Sprintf(`{"id":"welcome","content.title":"%d","content.subtitle":"%d","kind":"content"}`, n, n),
	}
	if !direct {
		var edits []string
		for table, row := range rows {
			edits = append(edits, fmt.Sprintf(`{"table":%q,"version":"*","row":%s}`, table, row))
		}
		a.edit(edits...)
		return
	}
	var edits []store.Edit
	for table, text := range rows {
		row, _ := tables.ReadRow(table, "", []byte(text))
		body, err := row.MarshalJSON()
		if err != nil {
			a.Fatal(err)
		}
		edits = append(edits, store.Edit{Table: table, ID: row.ID, Body: body, Expect: store.Any})
	}
	if err := a.store.Edit(a.Context(), edits); err != nil {
		a.Fatal(err)
	}
}

// pairIsSeen asks for a decision: both parts of it carry one number, which is
// want unless that is negative.
func (a *automatic) pairIsSeen(service *personalize.Service, want int) {
	a.Helper()
	d := decide(a.T, service, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}})
	var content struct{ Title, Subtitle string }
	text, err := json.Marshal(d.Placements["home-hero"].Items[0].Content)
	if err == nil {
		err = json.Unmarshal(text, &content)
	}
	if first := content.Title == "Welcome"; err != nil || !first && content.Title != content.Subtitle {
		a.Fatalf("got content %s (%v), want that of one edit", text, err)
	}
	if want >= 0 && content.Title != fmt.Sprint(want) {
		a.Fatalf("got content %s, want that of edit %d", text, want)
	}
}
