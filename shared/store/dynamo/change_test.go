package dynamo_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

// records returns what the stream tells of each thing in a workspace.
func records(t *testing.T, prefix, kind string, inserted bool) (all [][]byte) {
	t.Helper()
	out, err := dynamotest.Client(t, dynamo.Transport()).Scan(context.Background(), &dynamodb.ScanInput{
		TableName: aws.String(dynamotest.Tables(t)[topology.VisitorsTable]), FilterExpression: aws.String("begins_with(v, :v)"),
		ExpressionAttributeValues: attributes{":v": typedText(prefix)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, stored := range out.Items {
		image := dynamotest.Image(stored)
		side := "OldImage"
		if inserted {
			side = "NewImage"
		}
		record, err := json.Marshal(map[string]any{
			"eventID": "1", "eventName": kind, "eventSource": "aws:dynamodb",
			"dynamodb": map[string]any{
				"ApproximateCreationDateTime": 1.6e9, "Keys": map[string]any{"v": image["v"], "k": image["k"]},
				side: image, "SequenceNumber": "100000000003498069978", "SizeBytes": 100, "StreamViewType": "NEW_AND_OLD_IMAGES",
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, record)
	}
	return all
}

func TestStreamTellsOfTouchpoints(t *testing.T) {
	prefix := dynamotest.Prefix()
	s := dynamotest.OpenAt(t, dynamo.Transport(), prefix)
	ctx := context.Background()
	want := map[string]journey.Touchpoint{}
	for _, r := range []store.Recording{
		{Touchpoint: journey.Touchpoint{ID: "a", Visitor: "v", Type: "item_click", Channel: "web", At: noon, Item: "sofa", Source: "shop"}},
		{Touchpoint: journey.Touchpoint{
			ID: "b", Visitor: "v", Type: journey.Purchase, Channel: "app", At: noon.Add(-1), Trust: journey.Imported,
			Value: &journey.Money{Amount: "499.00", Currency: "EUR"}, Props: map[string]any{"decision": "d_1"},
		}, Expires: noon.Add(1e12)},
		{Touchpoint: journey.Touchpoint{ID: "c", Visitor: "w", Type: "email_open", Channel: "email", At: noon, Trust: journey.Machine}},
	} {
		if _, err := s.Append(ctx, noon, []store.Recording{r}); err != nil {
			t.Fatal(err)
		}
		want[r.ID] = r.Touchpoint
	}
	if _, err := s.ChangeCounters(ctx, "v", journey.Counters{}, reserve); err != nil {
		t.Fatal(err)
	}
	got := map[string]journey.Touchpoint{}
	stored := records(t, prefix, "INSERT", true)
	for _, record := range stored {
		change, ok, err := s.ReadChange(record)
		if err != nil {
			t.Fatalf("ReadChange(%s): %v", record, err)
		}
		if ok {
			got[change.Touchpoint.ID] = change.Touchpoint
			if change.Sequence != "100000000003498069978" {
				t.Errorf("got sequence %s, want that of the record", change.Sequence)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("touchpoints (-want +got):\n%s", diff)
	}
	if others := len(stored) - len(want); others != 2 {
		t.Errorf("got %d records of something else, want the profile and the counters", others)
	}
	other := dynamotest.Open(t)
	for _, record := range append(records(t, prefix, "REMOVE", false), []byte(`{"eventName":"INSERT","dynamodb":{}}`)) {
		if change, ok, err := s.ReadChange(record); ok || err != nil {
			t.Errorf("ReadChange(%s): got %+v, %v, want nothing", record, change, err)
		}
	}
	for _, record := range stored {
		if _, ok, err := other.ReadChange(record); ok || err != nil {
			t.Errorf("ReadChange of another workspace: got %t, %v, want nothing", ok, err)
		}
	}
	for _, broken := range []string{``, `[]`, `{"dynamodb":{"NewImage":{"v":{"S":"` + prefix + `v"},"k":{"B":"dCNh"},"r":{"B":"AA=="}}}}`} {
		if _, ok, err := s.ReadChange([]byte(broken)); ok || err == nil {
			t.Errorf("ReadChange(%s): got %t, %v, want an error", broken, ok, err)
		}
	}
}
