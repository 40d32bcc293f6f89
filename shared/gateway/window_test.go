package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// roller is a Roller that notes what it is asked for.
type roller struct {
	applied   []string
	published int
	deadline  time.Time
	fault     error
	unmade    error // why nothing is published
}

func (r *roller) Apply(ctx context.Context, feed string, changes []store.Change) error {
	r.deadline, _ = ctx.Deadline()
	for _, c := range changes {
		r.applied = append(r.applied, feed+" "+c.Sequence+" "+c.Touchpoint.Type)
	}
	return r.fault
}

func (r *roller) Publish(context.Context) error {
	r.published++
	return r.unmade
}

// readType reads a record whose new image is the type of a touchpoint.
func readType(record []byte) (store.Change, bool, error) {
	var r struct {
		Change struct {
			Image          string `json:"NewImage"`
			SequenceNumber string
		} `json:"dynamodb"`
	}
	if err := json.Unmarshal(record, &r); err != nil {
		return store.Change{}, false, err
	}
	return store.Change{Sequence: r.Change.SequenceNumber, Touchpoint: journey.Touchpoint{Type: r.Change.Image}}, r.Change.Image != "", nil
}

func inserted(sequence int, kind string) string {
	return fmt.Sprintf(`{"eventName":"INSERT","dynamodb":{"SequenceNumber":"%d","NewImage":%q}}`, sequence, kind)
}

func TestWindowsAreCountedAndPublished(t *testing.T) {
	const (
		done  = `{"state":{},"batchItemFailures":[]}`
		again = `{"state":{},"batchItemFailures":[{"itemIdentifier":"7"}]}`
		shard = `"shardId":"shard-1","window":{"start":"2026-11-22T10:00:00Z","end":"2026-11-22T10:00:15Z"},"state":{},`
	)
	one, other := inserted(7, "item_click"), inserted(8, "item_impression")
	fault, tooMuch := fmt.Errorf("reading: %w", store.ErrUnavailable), errors.New("it does not fit")
	began := time.Date(2026, 11, 22, 10, 0, 16, 0, time.UTC)
	for name, c := range map[string]struct {
		event                string
		fault, unmade        error
		late                 time.Duration
		applied              []string
		published            int
		want                 string
		told, callsFailAgain bool
	}{
		"Records":       {event: shard + `"Records":[` + one + `,` + other + `]`, applied: []string{"shard-1 7 item_click", "shard-1 8 item_impression"}, want: done},
		"EndOfAWindow":  {event: shard + `"isFinalInvokeForWindow":true,"Records":[]`, published: 1, want: done},
		"LastOfAWindow": {event: shard + `"isFinalInvokeForWindow":true,"Records":[` + one + `]`, applied: []string{"shard-1 7 item_click"}, published: 1, want: done},
		"Others":        {event: shard + `"Records":[` + inserted(7, "") + `]`, want: done},
		"Unreadable":    {event: shard + `"Records":[{"dynamodb":7},` + other + `]`, applied: []string{"shard-1 8 item_impression"}, told: true, want: done},
		"NoShard":       {event: `"Records":[` + one + `]`, applied: []string{"unnamed 7 item_click"}, want: done},
		"NotCounted":    {event: shard + `"isFinalInvokeForWindow":true,"Records":[` + one + `,` + other + `]`, fault: fault, applied: []string{"shard-1 7 item_click", "shard-1 8 item_impression"}, told: true, want: again},
		"NotPublished":  {event: shard + `"isFinalInvokeForWindow":true,"Records":[` + one + `]`, unmade: fault, applied: []string{"shard-1 7 item_click"}, published: 1, told: true, want: again},
		"EndsBadly":     {event: shard + `"isFinalInvokeForWindow":true,"Records":[]`, unmade: fault, published: 1, callsFailAgain: true},
		// Counting does not wait for ever, nor for what would never get ready.
		"TooLateToTryAgain": {event: shard + `"isFinalInvokeForWindow":true,"Records":[` + one + `]`, unmade: fault, late: 6 * time.Minute, applied: []string{"shard-1 7 item_click"}, published: 1, told: true, want: done},
		"EndsBadlyAndLate":  {event: shard + `"isFinalInvokeForWindow":true,"Records":[]`, unmade: fault, late: time.Hour, published: 1, told: true, want: done},
		"TooMuch":           {event: shard + `"isFinalInvokeForWindow":true,"Records":[]`, unmade: tooMuch, published: 1, told: true, want: done},
		"NotCountedAndLate": {event: shard + `"Records":[` + one + `]`, fault: fault, late: time.Hour, applied: []string{"shard-1 7 item_click"}, told: true, want: again},
	} {
		t.Run(name, func(t *testing.T) {
			var event WindowEvent
			if err := json.Unmarshal([]byte("{"+c.event+"}"), &event); err != nil {
				t.Fatal(err)
			}
			r := &roller{fault: c.fault, unmade: c.unmade}
			told := false
			ends := time.Now().Add(time.Minute)
			ctx, cancel := context.WithDeadline(t.Context(), ends)
			defer cancel()
			answer, err := Window(r, readType, func() time.Time { return began.Add(c.late) }, func(error) { told = true })(ctx, event)
			if (err != nil) != c.callsFailAgain || told != c.told {
				t.Errorf("got the error %v, told %v; want one %v, told %v", err, told, c.callsFailAgain, c.told)
			}
			if err == nil {
				text, err := json.Marshal(answer)
				if err != nil || string(text) != c.want {
					t.Errorf("got %s, %v; want %s", text, err, c.want)
				}
			}
			if diff := cmp.Diff(c.applied, r.applied); diff != "" {
				t.Errorf("applied (-want +got):\n%s", diff)
			}
			if r.published != c.published {
				t.Errorf("published %d times, want %d", r.published, c.published)
			}
			if !r.deadline.Before(ends) {
				t.Errorf("it had until %v, want some time left to say that it failed", r.deadline)
			}
		})
	}
}

// slow is a Roller whose summaries do not get ready.
type slow struct{ roller }

func (s *slow) Publish(ctx context.Context) error {
	<-ctx.Done()
	return fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
}

// A summary that takes longer than a window would let windows pile up, each of
// which would be tried again: it is given up, and told of.
func TestASummaryThatTakesTooLongHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began, told := time.Now(), 0
		event := WindowEvent{ShardID: "shard-1", Final: true}
		event.Window.End = began
		answer, err := Window(new(slow), readType, time.Now, func(error) { told++ })(ctx, event)
		if err != nil || len(answer.BatchItemFailures) != 0 || told != 1 {
			t.Errorf("got %+v, %v, told of %d errors; want success and one", answer, err, told)
		}
		if took := time.Since(began); took >= 15*time.Second {
			t.Errorf("it took %v, want less than a window", took)
		}
	})
}
