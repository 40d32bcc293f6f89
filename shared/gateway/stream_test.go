package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/store"
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
	liveRecord     = `{"eventName":"MODIFY","dynamodb":{"ApproximateCreationDateTime":1795341590.5,"Keys":{"table":{"S":"release"},"id":{"S":"live"}},"SequenceNumber":"15"}}`
	pastRecord     = `{"eventName":"INSERT","dynamodb":{"Keys":{"table":{"S":"release"},"id":{"S":"n0000000000000000001"}},"SequenceNumber":"16"}}`
	oddRecord      = `{"eventName":"INSERT","dynamodb":{"Keys":{"table":{"N":"7"},"id":{"B":"AA=="}},"NewImage":{"when":{"odd":[]}},"SequenceNumber":"14"}}`
)

func TestRecordsOfRowsPublish(t *testing.T) {
	const done = `{"batchItemFailures":[]}`
	fault, tooMuch := fmt.Errorf("reading: %w", store.ErrUnavailable), errors.New("it does not fit")
	noon := time.UnixMilli(1_795_341_600_000)
	for name, c := range map[string]struct {
		records string
		err     error
		unmade  error // why there are no statistics
		calls   int
		made    int // summaries
		want    string
	}{
		"Rows":              {rowRecord + "," + removedRecord, nil, nil, 1, 0, done},
		"Twice":             {removedRecord + "," + rowRecord + "," + rowRecord, nil, nil, 1, 0, done},
		"AmongOthers":       {oddRecord + "," + snapshotRecord + "," + rowRecord, nil, nil, 1, 0, done},
		"NoRows":            {snapshotRecord + "," + oddRecord + "," + pastRecord, nil, nil, 0, 0, done},
		"NoRowsFault":       {snapshotRecord, fault, fault, 0, 0, done},
		"Nothing":           {"", nil, nil, 0, 0, done},
		"Fault":             {rowRecord + "," + removedRecord, fault, nil, 1, 0, `{"batchItemFailures":[{"itemIdentifier":"11"}]}`},
		"FaultOfAWhole":     {snapshotRecord + "," + rowRecord, fault, nil, 1, 0, `{"batchItemFailures":[{"itemIdentifier":"13"}]}`},
		"Live":              {pastRecord + "," + liveRecord, nil, nil, 0, 1, done},
		"LiveAndRows":       {rowRecord + "," + liveRecord, nil, nil, 1, 1, done},
		"LiveFault":         {liveRecord, nil, fault, 0, 1, `{"batchItemFailures":[{"itemIdentifier":"15"}]}`},
		"LiveFaultAndRows":  {liveRecord + "," + rowRecord, nil, fault, 1, 1, `{"batchItemFailures":[{"itemIdentifier":"15"}]}`},
		"LiveTooMuch":       {liveRecord, nil, tooMuch, 0, 1, done},
		"RowsFaultThenLive": {rowRecord + "," + liveRecord, fault, nil, 1, 1, `{"batchItemFailures":[{"itemIdentifier":"11"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			var event StreamEvent
			if err := json.Unmarshal([]byte(`{"Records":[`+c.records+`]}`), &event); err != nil {
				t.Fatal(err)
			}
			p, s := &publisher{err: c.err}, &roller{unmade: c.unmade}
			var told error
			answer, err := Stream(p, s, func() time.Time { return noon }, func(err error) { told = err })(t.Context(), event)
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
			if p.calls != c.calls || s.published != c.made {
				t.Errorf("got %d calls and %d summaries, want %d and %d", p.calls, s.published, c.calls, c.made)
			}
			if failed := c.calls > 0 && c.err != nil || c.made > 0 && c.unmade != nil; failed != (told != nil) {
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
	if _, err := Stream(p, new(roller), time.Now, func(error) {})(ctx, event); err != nil {
		t.Fatal(err)
	}
	if !p.deadline.Before(deadline) {
		t.Errorf("got the deadline %v, want one before Lambda's own, %v", p.deadline, deadline)
	}
}
