package local

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
)

// WorldFile is the name of the file that says what sample events find.
const WorldFile = "world.json"

// World is what a sample event finds: the time, the environment with its keys,
// the configuration that is live, how its draft has changed since, and what
// happened before.
type World struct {
	Clock       time.Time                `json:"clock"`
	Environment map[string]string        `json:"environment"`
	Rows        []personalize.ConfigEdit `json:"rows"`
	Draft       []personalize.ConfigEdit `json:"draft"`
	Touchpoints []json.RawMessage        `json:"touchpoints"`
	// Decisions were made for servers, with the ids that Entropy makes.
	Decisions []personalize.DecideRequest `json:"decisions"`
}

// ReadWorld reads a file that holds a world.
func ReadWorld(path string) (*World, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read what the event finds: %w", err)
	}
	w := &World{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(w); err != nil {
		return nil, fmt.Errorf("read what the event finds: %s: %w", path, err)
	}
	return w, nil
}

// WorldOf returns the path of the world that an event stands in: the file
// beside it, or in the folder above.
func WorldOf(event string) (path string, ok bool) {
	folder := filepath.Dir(event)
	for _, path := range []string{filepath.Join(folder, WorldFile), filepath.Join(filepath.Dir(folder), WorldFile)} {
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return "", false
}

// Entropy is where the ids of decisions come from: the same in each world, so
// that an event can name them.
func (w *World) Entropy() io.Reader { return rand.NewChaCha8([32]byte{}) }

// Lookup returns a variable of the world's environment, as os.LookupEnv does.
func (w *World) Lookup(name string) (string, bool) {
	value, ok := w.Environment[name]
	return value, ok
}

// Begin publishes the world's configuration and stores what happened before the
// event, on an empty store.
func (w *World) Begin(ctx context.Context, service *measure.Service) error {
	author := personalize.Caller{Key: personalize.Admin, Name: adminName}
	edit := func(rows []personalize.ConfigEdit) error {
		if len(rows) == 0 {
			return nil
		}
		if _, err := service.EditConfig(ctx, author, personalize.ConfigEdits{Rows: rows}); err != nil {
			return fmt.Errorf("write the world's configuration: %w", err)
		}
		return nil
	}
	if err := edit(w.Rows); err != nil {
		return err
	}
	if len(w.Rows) > 0 {
		if _, err := service.PublishConfig(ctx, author, "", personalize.PublishRequest{}); err != nil {
			return fmt.Errorf("publish the world's configuration: %w", err)
		}
	}
	if err := edit(w.Draft); err != nil {
		return err
	}
	server := personalize.Caller{Key: personalize.Secret}
	if len(w.Touchpoints) > 0 {
		result, err := service.Collect(ctx, server, personalize.CollectRequest{Touchpoints: w.Touchpoints})
		if err == nil && len(result.Rejected) > 0 {
			r := result.Rejected[0]
			err = fmt.Errorf("touchpoints[%d].%s %s", r.Index, r.Field, r.Message)
		}
		if err != nil {
			return fmt.Errorf("store what happened before the event: %w", err)
		}
	}
	for i := range w.Decisions {
		if _, err := service.Decide(ctx, server, w.Decisions[i]); err != nil {
			return fmt.Errorf("decide before the event: %w", err)
		}
	}
	return service.Settle(ctx)
}
