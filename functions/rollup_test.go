package functions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

const rankedShop = `{"rows":[
 {"table":"placements","row":{"id":"best","kind":"offer","fallback":"plain"}},
 {"table":"items","row":{"id":"plain","kind":"offer"}},
 {"table":"items","row":{"id":"sofa","kind":"offer","value":10}},
 {"table":"items","row":{"id":"lamp","kind":"offer","value":10}},
 {"table":"rules","row":{"id":"by-rank","order":50,"placements":["best"],"items":["sofa","lamp"],"choose":"rank"}}
]}`

// countsReactions lets reactions to ranked items go through the functions: from
// feedback by the stream into statistics, and back into decisions.
func (d *deployment) countsReactions(t *testing.T, configure, decide, collect, visitors *environment) {
	configure.call(t, request{method: "PUT", path: "/v1/config", key: adminKey, body: rankedShop}, 200)
	live := configure.call(t, request{method: "GET", path: "/v1/config/snapshots", key: adminKey}, 200)["live"].(string)
	configure.call(t, request{
		method: "POST", path: "/v1/config/publish", key: adminKey, headers: map[string]string{"if-match": `"` + live + `"`}, body: `{}`,
	}, 200)
	chance := func() (probability float64, known bool) {
		answer := decide.invoke(t, request{method: "POST", path: "/v1/decisions", key: secretKey, body: `{"visitor":"v_asks","placements":["best"],"explain":true}`}.event(t))
		var said struct {
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
		if answer.StatusCode != 200 || json.Unmarshal([]byte(answer.Body), &said) != nil {
			return 0, false
		}
		for _, p := range said.Explanation.Placements {
			for _, r := range p.Rules {
				for _, it := range r.Items {
					if it.Item == "sofa" {
						return it.Rank.Probability, true
					}
				}
			}
		}
		return 0, false
	}
	waitUntil(t, "the rule that ranks is live", func() bool { _, known := chance(); return known })
	if got, _ := chance(); got < 0.49 || got > 0.51 {
		t.Errorf("got the probability %v before anybody said anything, want a half", got)
	}

	shown, clicks := 0, 0
	for i := range 24 {
		answer := decide.call(t, request{method: "POST", path: "/v1/decisions", key: secretKey, body: fmt.Sprintf(`{"visitor":"v_ranked_%d","placements":["best"]}`, i)}, 200)
		items, _ := dig(answer, "placements", "best", "items").([]any)
		if len(items) != 1 {
			t.Fatalf("got the items %v, want one", items)
		}
		token, kinds := dig(items[0], "token"), []string{"impression"}
		if shown++; dig(items[0], "id") == "sofa" {
			kinds, clicks = append(kinds, "click"), clicks+1
		}
		for _, kind := range kinds {
			collect.call(t, request{method: "POST", path: "/v1/feedback", key: secretKey, body: fmt.Sprintf(`{"token":%q,"type":%q}`, token, kind)}, 202)
		}
	}
	records := d.records(t, "v_ranked_")
	rollup := d.start(t, topology.RollupFunction)
	rollup.wait(t)
	half := len(records) / 2
	for _, batch := range [][]json.RawMessage{records[:half+3], records[half-3:], records, nil} {
		event, err := json.Marshal(map[string]any{
			"Records": append([]json.RawMessage{}, batch...), "shardId": "shardId-1", "state": map[string]string{}, "isFinalInvokeForWindow": batch == nil,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(rollup.send(t, event))); got != `{"state":{},"batchItemFailures":[]}` {
			t.Fatalf("got %s, want no failures\n%s", got, rollup.output.String())
		}
	}
	waitUntil(t, "the item that is taken up is preferred", func() bool { p, _ := chance(); return p > 0.8 })

	// What a marketer says of an item counts without waiting for a reaction.
	live = configure.call(t, request{method: "GET", path: "/v1/config/snapshots", key: adminKey}, 200)["live"].(string)
	configure.call(t, request{method: "PUT", path: "/v1/config", key: adminKey, body: `{"rows":[
		{"table":"items","version":"*","row":{"id":"lamp","kind":"offer","value":10,"prior":0.95,"prior_weight":100000}}]}`}, 200)
	configure.call(t, request{
		method: "POST", path: "/v1/config/publish", key: adminKey, headers: map[string]string{"if-match": `"` + live + `"`}, body: `{}`,
	}, 200)
	publish := d.start(t, topology.PublishFunction)
	publish.wait(t)
	published := read(t, filepath.Join("..", "events", topology.PublishFunction, "live.json"))
	if got := strings.TrimSpace(string(publish.send(t, published))); got != `{"batchItemFailures":[]}` {
		t.Fatalf("got %s, want no failures\n%s", got, publish.output.String())
	}
	waitUntil(t, "the item with the high prior is preferred", func() bool { p, known := chance(); return known && p < 0.2 })

	report := visitors.call(t, request{method: "GET", path: "/v1/reports/items", key: secretKey}, 200)
	rows, _ := report["rows"].([]any)
	impressions := 0.0
	for _, row := range rows {
		switch dig(row, "item") {
		case "sofa", "lamp":
			impressions += dig(row, "impressions").(float64)
		}
		if dig(row, "item") == "sofa" && dig(row, "clicks") != float64(clicks) {
			t.Errorf("got %v clicks, want %d", dig(row, "clicks"), clicks)
		}
	}
	if impressions != float64(shown) {
		t.Errorf("got %v impressions, want %d, each once", impressions, shown)
	}
}

// waitUntil asks until something holds.
func waitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for ends := time.Now().Add(patience); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(ends) {
			t.Fatalf("waited for %v, and still not: %s", patience, what)
		}
	}
}

// records are what the stream tells of everything that visitors have whose ids
// start so.
func (d *deployment) records(t *testing.T, visitors string) (records []json.RawMessage) {
	t.Helper()
	out, err := dynamotest.Client(t, dynamo.Transport()).Scan(context.Background(), &dynamodb.ScanInput{
		TableName: aws.String(d.tables[topology.VisitorsTable]), FilterExpression: aws.String("begins_with(v, :v)"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": &types.AttributeValueMemberS{Value: topology.Workspace + visitors}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, stored := range out.Items {
		image := dynamotest.Image(stored)
		record, err := json.Marshal(map[string]any{
			"eventName": "INSERT", "eventSource": "aws:dynamodb",
			"dynamodb": map[string]any{"NewImage": image, "SequenceNumber": strconv.Itoa(1000 + i)},
		})
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	return records
}

// TestRollupEvents sends the sample events to the real binary.
func TestRollupEvents(t *testing.T) {
	d := deploy(t)
	e := d.start(t, topology.RollupFunction)
	e.wait(t)
	files, err := filepath.Glob(filepath.Join("..", "events", topology.RollupFunction, "*.want.json"))
	if err != nil || len(files) < 4 {
		t.Fatalf("got %d events, %v; want at least 4", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".want.json"), func(t *testing.T) {
			got := e.send(t, read(t, strings.Replace(file, ".want.json", ".json", 1)))
			if diff := cmp.Diff(parsed(t, read(t, file)), parsed(t, got)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// What could not be counted is asked for again.
func TestRollupAsksAgainForWhatItCouldNotCount(t *testing.T) {
	d := deploy(t)
	e := d.start(t, topology.RollupFunction)
	e.wait(t)
	d.taps[topology.RollupFunction].server.Close()
	got := parsed(t, e.send(t, read(t, filepath.Join("..", "events", topology.RollupFunction, "reactions.json"))))
	want := map[string]any{"state": map[string]any{}, "batchItemFailures": []any{map[string]any{"itemIdentifier": "7000000000000000000011"}}}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	e.says(t, "reactions to items were not counted or not published")
}
