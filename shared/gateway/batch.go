package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"wegweiser/shared/personalize/batch"
)

// BatchEvent is what Step Functions asks of the function batch: one of its
// steps.
type BatchEvent struct {
	Split  *batch.Order `json:"split"`
	Decide *batch.Part  `json:"decide"`
	Gather *batch.Plan  `json:"gather"`
}

// Batch does the steps of batches; pass what it returns to lambda.Start. Who may
// call the function may decide for everybody, so there is no key in an event.
// The errors batch.Refused and batch.Unfinished are returned as they are: by
// the names of their types a state machine knows that trying again is vain.
func Batch(b *batch.Batches) func(context.Context, json.RawMessage) (any, error) {
	return func(ctx context.Context, text json.RawMessage) (any, error) {
		var event BatchEvent
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&event); err != nil {
			return nil, &batch.Refused{
				Reason: "the input cannot be read: " + strings.TrimPrefix(err.Error(), "json: ") + "; a batch is started with key, placements and message",
			}
		}
		switch {
		case event.Split != nil:
			return orNothing(b.Split(ctx, *event.Split))
		case event.Decide != nil:
			return struct{}{}, b.Decide(ctx, *event.Decide)
		case event.Gather != nil:
			return orNothing(b.Gather(ctx, *event.Gather))
		}
		return nil, &batch.Refused{Reason: "the event is no step of a batch: it must have split, decide or gather"}
	}
}

// orNothing keeps a missing answer from becoming one that is there.
func orNothing[A any](answer *A, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return answer, nil
}
