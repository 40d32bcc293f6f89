package functions_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/store"
	"wegweiser/shared/topology"
)

// changedRows is a call with records of changed rows.
func changedRows(t *testing.T) []byte {
	t.Helper()
	return read(t, filepath.Join("..", "events", topology.PublishFunction, "rows.json"))
}

// publishesChanges lets a broken row and its mending go through the function
// that the stream calls.
func (d *deployment) publishesChanges(t *testing.T, configure *environment) {
	before := configure.call(t, request{method: "GET", path: "/v1/config/snapshots", key: adminKey}, 200)["live"].(string)
	configure.call(t, request{method: "PUT", path: "/v1/config", key: adminKey, body: `{"rows":[
		{"table":"settings","version":"*","row":{"id":"publish","value":"auto"}},
		{"table":"items","version":"*","row":{"id":"checkout-help","kind":"content","content.title":"May we help?"}}]}`}, 200)
	publish := d.start(t, topology.PublishFunction)
	publish.wait(t)
	call := func() (live string, held any) {
		t.Helper()
		if got := strings.TrimSpace(string(publish.send(t, changedRows(t)))); got != `{"batchItemFailures":[]}` {
			t.Errorf("got %s, want no failures\n%s", got, publish.output.String())
		}
		list := configure.call(t, request{method: "GET", path: "/v1/config/snapshots", key: adminKey}, 200)
		return list["live"].(string), list["held"]
	}
	if live, _ := call(); live != before {
		t.Errorf("published %s though the live settings say manual", live)
	}
	automatic := configure.call(t, request{
		method: "POST", path: "/v1/config/publish", key: adminKey, headers: map[string]string{"if-match": `"` + before + `"`}, body: `{}`,
	}, 200)["live"].(string)

	title := func(fallback string) request {
		return request{method: "PUT", path: "/v1/config", key: adminKey, body: `{"rows":[
			{"table":"placements","version":"*","row":{"id":"home-hero","kind":"content","fallback":"` + fallback + `"}},
			{"table":"items","version":"*","row":{"id":"welcome","kind":"content","content.title":"Hello"}}]}`}
	}
	configure.call(t, title("welcom"), 200)
	live, held := call()
	if live != automatic {
		t.Errorf("got %s live while a row is broken, want the last good one, %s", live, automatic)
	}
	problems, _ := dig(held, "problems").([]any)
	if len(problems) != 1 || dig(problems[0], "row") != "home-hero" || dig(problems[0], "column") != "fallback" {
		t.Errorf("got %v, want the broken cell named", held)
	}
	configure.call(t, title("welcome"), 200)
	if live, held = call(); live == automatic || held != nil {
		t.Errorf("got %s live and %v, want a new snapshot and nothing that holds it back", live, held)
	}
}

// TestPublishEvents sends the sample events to the real binary: in a
// deployment where nothing is to be published, so that it need not wait.
func TestPublishEvents(t *testing.T) {
	d := deploy(t)
	e := d.start(t, topology.PublishFunction)
	e.wait(t)
	if _, err := d.open(t).Live(t.Context()); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("got %v, want nothing live", err)
	}
	files, err := filepath.Glob(filepath.Join("..", "events", topology.PublishFunction, "*.want.json"))
	if err != nil || len(files) < 4 {
		t.Fatalf("got %d events, %v; want at least 4", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".want.json"), func(t *testing.T) {
			d.taps[topology.PublishFunction].take()
			got := e.send(t, read(t, strings.Replace(file, ".want.json", ".json", 1)))
			if diff := cmp.Diff(parsed(t, read(t, file)), parsed(t, got)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			calls := d.taps[topology.PublishFunction].take()
			if asks := !slices.Contains([]string{"empty.want.json", "no-rows.want.json"}, filepath.Base(file)); asks != (len(calls) > 0) {
				t.Errorf("got %d calls of the store, want some only where rows changed or a snapshot went live", len(calls))
			}
		})
	}
}

func parsed(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, text)
	}
	return value
}

// A store that does not answer is no reason to forget what changed.
func TestPublishAsksAgainForWhatItCouldNotDo(t *testing.T) {
	d := deploy(t)
	e := d.start(t, topology.PublishFunction)
	e.wait(t)
	d.taps[topology.PublishFunction].server.Close()
	var event struct {
		Records []struct {
			Dynamodb struct{ SequenceNumber string }
		}
	}
	if err := json.Unmarshal(changedRows(t), &event); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"batchItemFailures": []any{map[string]any{"itemIdentifier": event.Records[0].Dynamodb.SequenceNumber}}}
	if diff := cmp.Diff(any(want), parsed(t, e.send(t, changedRows(t)))); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	e.says(t, "what changed was not published")
}
