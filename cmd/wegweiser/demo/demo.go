// Package demo is the shop that `wegweiser serve --demo` shows: a furniture
// shop's tables, and a month of made-up journeys that end at the moment of the
// first start, always the same but for that.
package demo

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

//go:embed rows
var rows embed.FS

// Rows is the folder of the shop's tables.
func Rows() fs.FS {
	folder, err := fs.Sub(rows, "rows")
	if err != nil {
		panic(err) // the embedded folder has that name
	}
	return folder
}

// Service is what the demo is stored through.
type Service interface {
	Collect(ctx context.Context, caller personalize.Caller, request personalize.CollectRequest) (personalize.CollectResult, error)
	UpdateVisitor(ctx context.Context, caller personalize.Caller, visitor string, update personalize.VisitorUpdate) (*personalize.Visitor, error)
}

var server = personalize.Caller{Key: personalize.Secret}

// atOnce is how many calls are under way at a time: the store commits calls
// together, so that the disk waits for few of them.
const atOnce = 8

// Seed stores the journeys up to a moment. The shop's tables must be live.
// Seeding again up to the same moment changes nothing. progress is told how
// many people more are done.
func Seed(ctx context.Context, service Service, until journey.Millis, progress func(people int)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		group sync.WaitGroup
		lock  sync.Mutex
		slots = make(chan struct{}, atOnce)
	)
	const together = 10 // people whose touchpoints go into a call or two
	for people := range slices.Chunk(People(until), together) {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			if err := store(ctx, service, people); err != nil {
				cancel(err)
			}
			lock.Lock()
			defer lock.Unlock()
			progress(len(people))
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

func store(ctx context.Context, service Service, people []Person) error {
	var bodies []json.RawMessage
	for _, person := range people {
		if person.Update.Traits != nil {
			if _, err := service.UpdateVisitor(ctx, server, person.Visitor, person.Update); err != nil {
				return fmt.Errorf("store the demo's visitor %s: %w", person.Visitor, err)
			}
		}
		for i := range person.Touchpoints {
			body, err := json.Marshal(&person.Touchpoints[i])
			if err != nil {
				return fmt.Errorf("store the demo's journeys: %w", err)
			}
			bodies = append(bodies, body)
		}
	}
	for call := range slices.Chunk(bodies, personalize.MaxTouchpoints) {
		result, err := service.Collect(ctx, server, personalize.CollectRequest{Touchpoints: call})
		if err == nil && len(result.Rejected) > 0 {
			err = fmt.Errorf("%s %s", result.Rejected[0].Field, result.Rejected[0].Message)
		}
		if err != nil {
			return fmt.Errorf("store the demo's journeys: %w", err)
		}
	}
	return nil
}
