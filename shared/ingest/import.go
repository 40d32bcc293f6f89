package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

// Sink takes touchpoints in: a personalize.Service or a client of one.
type Sink interface {
	Collect(ctx context.Context, caller personalize.Caller, request personalize.CollectRequest) (personalize.CollectResult, error)
}

// What goes into a call at most: its touchpoints, and their bytes as JSON.
const (
	BatchSize  = personalize.MaxTouchpoints
	batchBytes = 900 << 10
)

// Summary counts what became of the rows of a file. Rows is the sum of
// LeftOut, Merged, Rejected, Accepted and Duplicates.
type Summary struct {
	Rows       int `json:"rows"`       // of the file, or members of its rows
	LeftOut    int `json:"left_out"`   // by the mapping
	Merged     int `json:"merged"`     // into the touchpoint of another row
	Rejected   int `json:"rejected"`   // by the mapping's rules or by the sink
	Accepted   int `json:"accepted"`   // stored
	Duplicates int `json:"duplicates"` // stored before
}

// Options of Import. The zero value is right for a test.
type Options struct {
	// Rejected is told each row that did not become a touchpoint although the
	// mapping wanted it.
	Rejected func(Row) error
	// Pause waits before rows that the sink could not store are sent again; by
	// default it waits a second.
	Pause func(ctx context.Context) error
}

// attempts bounds how often a touchpoint is sent that could not be stored.
const attempts = 5

// Import sends the touchpoints of a file to the sink. What was sent stays sent
// when it ends early; running it again with the same ids stores nothing twice.
// The summary is right in every case.
func Import(ctx context.Context, file *Reader, sink Sink, now journey.Millis, options *Options) (Summary, error) {
	i := importer{Options: Options{Pause: pause}, sink: sink, consent: file.mapping.Consent}
	if options != nil {
		i.Rejected = options.Rejected
		if options.Pause != nil {
			i.Pause = options.Pause
		}
	}
	for row, err := range file.Rows(now) {
		if err != nil { // what could be read of the file goes in
			err = errors.Join(err, i.send(ctx))
			return i.counted(), err
		}
		if err := i.take(ctx, row); err != nil {
			return i.counted(), err
		}
	}
	err := i.send(ctx)
	return i.counted(), err
}

// counted returns the summary. Rows that were not sent in the end are not in it.
func (i *importer) counted() Summary {
	s := i.summary
	s.Rows = s.LeftOut + s.Merged + s.Rejected + s.Accepted + s.Duplicates
	return s
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Second):
		return nil
	}
}

type importer struct {
	Options
	sink    Sink
	consent journey.Consent
	batch   []outgoing
	bytes   int // of the batch
	summary Summary
}

// outgoing is a row on its way, with its touchpoint as it is sent.
type outgoing struct {
	Row
	body json.RawMessage
}

func (i *importer) take(ctx context.Context, row Row) error {
	i.summary.Merged += row.Rows - 1
	switch {
	case row.Err != nil:
		return i.reject(row, row.Err)
	case row.Touchpoint == nil:
		i.summary.LeftOut++
		return ctx.Err()
	}
	body, err := json.Marshal(input(row.Touchpoint))
	if err != nil {
		return i.reject(row, err)
	}
	if len(i.batch) == BatchSize || i.bytes+len(body) > batchBytes {
		if err := i.send(ctx); err != nil {
			return err
		}
	}
	i.batch = append(i.batch, outgoing{row, body})
	i.bytes += len(body)
	return nil
}

func (i *importer) reject(row Row, reason error) error {
	i.summary.Rejected++
	row.Err = reason
	if i.Rejected == nil {
		return nil
	}
	return i.Rejected(row)
}

// send empties the batch. Touchpoints that could not be stored are sent again.
func (i *importer) send(ctx context.Context) error {
	for attempt := 1; len(i.batch) > 0; attempt++ {
		again, err := i.sendOnce(ctx)
		switch {
		case err != nil:
			return fmt.Errorf("send rows from line %d on: %w", i.batch[0].Line, err)
		case len(again) > 0 && attempt == attempts:
			return fmt.Errorf("rows from line %d on could not be stored in %d attempts", again[0].Line, attempts)
		case len(again) > 0:
			if err := i.Pause(ctx); err != nil {
				return err
			}
		}
		i.batch = again
	}
	i.bytes = 0
	return nil
}

// sendOnce returns the rows that are worth sending again.
func (i *importer) sendOnce(ctx context.Context) (again []outgoing, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	request := personalize.CollectRequest{Consent: i.consent, Touchpoints: make([]json.RawMessage, len(i.batch))}
	for at := range i.batch {
		request.Touchpoints[at] = i.batch[at].body
	}
	result, err := i.sink.Collect(ctx, personalize.Caller{Key: personalize.Secret}, request)
	var refusal *personalize.Error
	switch {
	case err == nil:
	case errors.As(err, &refusal) && refusal.Kind == personalize.Unavailable:
		return i.batch, nil
	case errors.As(err, &refusal) && refusal.Kind == personalize.Invalid && len(refusal.Fields) > 0:
		if result.Rejected, err = rejections(refusal.Fields); err != nil {
			return nil, err
		}
	default:
		return nil, err
	}
	i.summary.Accepted += result.Accepted
	i.summary.Duplicates += result.Duplicates
	for _, rejection := range result.Rejected {
		if rejection.Index < 0 || rejection.Index >= len(i.batch) {
			return nil, fmt.Errorf("the answer is about touchpoint %d of %d", rejection.Index, len(i.batch))
		}
		row := i.batch[rejection.Index]
		if rejection.Retry {
			again = append(again, row)
			continue
		}
		if err := i.reject(row.Row, errors.New(joined(rejection.Field, rejection.Message))); err != nil {
			return nil, err
		}
	}
	return again, nil
}

// rejections returns why each touchpoint was refused where all of them were:
// then the call is an error, whose fields are those of the touchpoints.
func rejections(fields []personalize.FieldError) (all []personalize.Rejection, err error) {
	for _, f := range fields {
		inside, ok := strings.CutPrefix(f.Field, "touchpoints[")
		place, field, closed := strings.Cut(inside, "]")
		index, err := strconv.Atoi(place)
		if !ok || !closed || err != nil {
			return nil, fmt.Errorf("the call was refused: %s %s", f.Field, f.Message)
		}
		all = append(all, personalize.Rejection{
			Index: index, Code: f.Code, Field: strings.TrimPrefix(field, "."), Message: f.Message,
		})
	}
	return all, nil
}

func joined(field, message string) string {
	if field == "" {
		return message
	}
	return field + ": " + message
}

func input(t *journey.Touchpoint) personalize.TouchpointInput {
	return personalize.TouchpointInput{
		ID: t.ID, Visitor: t.Visitor, Type: t.Type, Channel: t.Channel, Source: t.Source, At: t.At.String(),
		Item: t.Item, Category: t.Category, Value: t.Value, Campaign: t.Campaign, Trust: t.Trust.String(), Props: t.Props,
	}
}
