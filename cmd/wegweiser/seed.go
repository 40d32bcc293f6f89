package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"wegweiser/cmd/wegweiser/demo"
	"wegweiser/shared/gateway"
	"wegweiser/shared/journey"
	"wegweiser/shared/local"
	"wegweiser/shared/tables/files"
)

// seeded is the file in a data folder that says that the demo is there. One
// that was begun is finished up to the same moment, so that nothing doubles.
type seeded struct {
	Until journey.Millis `json:"until"`
	Done  bool           `json:"done"`
}

const seededFile = "demo.json"

// seedDemo fills the folder with the demo shop, once. A folder with a
// configuration of its own is left as it is.
func (p *program) seedDemo(ctx context.Context, folder string, service gateway.Service) error {
	path := filepath.Join(folder, seededFile)
	state, begun, err := readSeeded(path)
	if err != nil || state.Done {
		return err
	}
	if !begun {
		snapshots, err := service.ConfigSnapshots(ctx)
		if err != nil {
			return err
		}
		if len(snapshots.Snapshots) > 0 {
			fmt.Fprintf(p.stderr, "%s has a configuration of its own, so the demo shop stays out; --data names another folder\n", folder)
			return nil
		}
		state.Until = journey.At(time.Now())
		if err := writeSeeded(path, state); err != nil {
			return err
		}
	}
	shop, err := files.Read(demo.Rows())
	if err != nil {
		return err
	}
	if _, _, err := p.publish(ctx, service, shop, false, "The demo shop"); err != nil {
		return err
	}
	bar := newProgress(p.stderr, "demo shop", int64(len(demo.People(state.Until))), false)
	defer bar.finish()
	if err := demo.Seed(ctx, service, state.Until, bar.add); err != nil {
		return err
	}
	state.Done = true
	return writeSeeded(path, state)
}

func readSeeded(path string) (state seeded, begun bool, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return state, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	if err != nil {
		return state, false, fmt.Errorf("read %s: %w", path, err)
	}
	return state, true, nil
}

func writeSeeded(path string, state seeded) error {
	text, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return local.WriteFile(path, append(text, '\n'))
}
