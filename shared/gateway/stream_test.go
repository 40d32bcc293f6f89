package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// publisher is an AutoPublisher that counts its calls.
type publisher struct {
	calls    int
	deadline time.Time
	err      error
}

func (p *publisher) AutoPublish(ctx context.Context) error {
	p.calls++
	p.deadline, _ = ctx.Deadline()
	return p.err
}

const (
	rowRecord      = `{"eventName":"MODIFY","dynamodb":{"Keys":{"table":{"S":"items"},"id":{"S":"sofa"}},"SequenceNumber":"11"}}`
	removedRecord  = `{"eventName":"REMOVE","dynamodb":{"Keys":{"table":{"S":"rules"},"id":{"S":"winter"}},"SequenceNumber":"12"}}`
	snapshotRecord = `{"eventName":"INSERT","dynamodb":{"Keys":{"table":{"S":"snapshot#s_1"},"id":{"S":"0000"}},"SequenceNumber":"13"}}`
	oddRecord      = `{"eventName":"INSERT","dynamodb":{"Keys":{"table":{"N":"7"},"id":{"B":"AA=="}},"NewImage":{"when":{"odd":[]}},"SequenceNumber":"14"}}`
)

func TestRecordsOfRowsPublish(t *testing.T) {
	fault := errors.New("no store")
	for name, c := range map[string]struct {
		records string
		err     error
		calls   int
		want    string
	}{
		"Rows":          {rowRecord + "," + removedRecord, nil, 1, `{"batchItemFailures":[]}`},
		"Twice":         {removedRecord + "," + rowRecord + "," + rowRecord, nil, 1, `{"batchItemFailures":[]}`},
		"AmongOthers":   {oddRecord + "," + snapshotRecord + "," + rowRecord, nil, 1, `{"batchItemFailures":[]}`},
		"NoRows":        {snapshotRecord + "," + oddRecord, nil, 0, `{"batchItemFailures":[]}`},
		"NoRowsFault":   {snapshotRecord, fault, 0, `{"batchItemFailures":[]}`},
		"Nothing":       {"", nil, 0, `{"batchItemFailures":[]}`},
		"Fault":         {rowRecord + "," + removedRecord, fault, 1, `{"batchItemFailures":[{"itemIdentifier":"11"}]}`},
		"FaultOfAWhole": {snapshotRecord + "," + rowRecord, fault, 1, `{"batchItemFailures":[{"itemIdentifier":"13"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			var event StreamEvent
			if err := json.Unmarshal([]byte(`{"Records":[`+c.records+`]}`), &event); err != nil {
				t.Fatal(err)
			}
			p := &publisher{err: c.err}
			var told error
			answer, err := Stream(p, func(err error) { told = err })(t.Context(), event)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(answer)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if p.calls != c.calls {
				t.Errorf("got %d calls, want %d", p.calls, c.calls)
			}
			if failed := c.calls > 0 && c.err != nil; failed != (told != nil) {
				t.Errorf("told of %v, want it told where a call failed: %t", told, failed)
			}
		})
	}
}

func TestACallKeepsTimeToReport(t *testing.T) {
	var event StreamEvent
	if err := json.Unmarshal([]byte(`{"Records":[`+rowRecord+`]}`), &event); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	p := &publisher{}
	if _, err := Stream(p, func(error) {})(ctx, event); err != nil {
		t.Fatal(err)
	}
	if !p.deadline.Before(deadline) {
		t.Errorf("got the deadline %v, want one before Lambda's own, %v", p.deadline, deadline)
	}
}
