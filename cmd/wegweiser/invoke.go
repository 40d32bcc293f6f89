package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wegweiser/shared/gateway"
	"wegweiser/shared/local"
	"wegweiser/shared/personalize/batch"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/topology"
)

// invoking is what the command line of invoke says.
type invoking struct {
	function string
	event    string
	data     string
	world    string
}

func (p *program) invokeCommand() *cobra.Command {
	var i invoking
	c := &cobra.Command{
		Use:   "invoke FUNCTION EVENT.json",
		Short: "Send an event to the handler of a Lambda function",
		Long: `Runs one event of an API Gateway HTTP API (payload format 2.0), or for publish of
the config table's stream and for rollup of the visitors table's, through the
handler of a function, and prints its answer. EVENT.json may be -, for standard input.
The function batch finds its bucket in the folder ` + bucketFolder + ` beside EVENT.json.

The event finds what ` + local.WorldFile + ` says, which stands beside it or in the folder
above: the time, the keys, the configuration, and what happened before. Without
that file it finds nothing, and the keys are those of the environment. With
--data it finds what is in a data folder that no server has open.`,
		Example: `  wegweiser invoke decide events/decide/decision.json
  WEGWEISER_SECRET_KEY=sk_test wegweiser invoke collect - < event.json`,
		Args: takes("FUNCTION", "EVENT.json"),
		RunE: func(c *cobra.Command, args []string) error {
			i.function, i.event = args[0], args[1]
			return p.runInvoke(c.Context(), &i)
		},
	}
	c.Flags().StringVar(&i.data, "data", "", "folder of the data; by default an empty one that is thrown away")
	c.Flags().StringVar(&i.world, "world", "", "file that says what the event finds, in place of the one beside it")
	return c
}

func (p *program) runInvoke(ctx context.Context, i *invoking) error {
	var names []string
	for _, f := range topology.Functions() {
		names = append(names, f.Name)
	}
	if !slices.Contains(names, i.function) {
		return usagef("there is no function %q; there are %s", i.function, strings.Join(names, ", "))
	}
	if i.data != "" && i.world != "" {
		return usagef("--data and --world both say what the event finds; name one of them")
	}
	event, err := p.readEvent(i.event)
	if err != nil {
		return err
	}
	world, err := i.findWorld()
	if err != nil {
		return err
	}
	folder := i.data
	if folder == "" {
		if folder, err = os.MkdirTemp("", "wegweiser-invoke-"); err != nil {
			return err
		}
		defer os.RemoveAll(folder)
	}
	answer, err := p.invoke(ctx, i, folder, world, event)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(answer)
}

// findWorld returns nil where the event finds nothing, or a data folder.
func (i *invoking) findWorld() (*local.World, error) {
	path := i.world
	if path == "" && i.data == "" && i.event != "-" {
		path, _ = local.WorldOf(i.event)
	}
	if path == "" {
		return nil, nil
	}
	return local.ReadWorld(path)
}

func (p *program) readEvent(path string) (event []byte, err error) {
	if path == "-" {
		event, err = io.ReadAll(p.stdin)
	} else {
		event, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the event: %w", err)
	}
	return event, nil
}

// unhurried is the deadline of an invoked decision: whoever looks at an answer
// wants the one of a store in time.
const unhurried = time.Minute

func (p *program) invoke(ctx context.Context, i *invoking, folder string, world *local.World, event []byte) (answer any, err error) {
	lookup, clock := p.lookup, time.Now
	if world != nil {
		lookup, clock = world.Lookup, func() time.Time { return world.Clock }
		if i.function == topology.PublishFunction { // which waits for time to pass
			began := time.Now()
			clock = func() time.Time { return world.Clock.Add(time.Since(began)) }
		}
	}
	kept, err := openEmbedded(folder)
	if err != nil {
		return answer, err
	}
	defer closing(&err, kept.Close)
	secrets, err := local.MakeSecrets(folder, lookup)
	if err != nil {
		return answer, err
	}
	o := &local.Options{Clock: clock, Deadline: unhurried}
	if world != nil {
		o.Entropy = world.Entropy()
		if err := secrets.Share(lookup); err != nil {
			return answer, err
		}
	}
	host, err := local.Open(ctx, kept, secrets, o)
	if err != nil {
		return answer, err
	}
	if world != nil {
		if err := world.Begin(ctx, host.Service); err != nil {
			return answer, err
		}
	}
	if i.function == topology.PublishFunction {
		return handle(ctx, i.event, event, gateway.Stream(host.Service, host.Rollup, clock, func(err error) { fmt.Fprintln(p.stderr, err) }))
	}
	if i.function == topology.RollupFunction {
		read := func(record []byte) (store.Change, bool, error) { return dynamo.ReadChange(topology.Workspace, record) }
		return handle(ctx, i.event, event, gateway.Window(host.Rollup, read, clock, func(err error) { fmt.Fprintln(p.stderr, err) }))
	}
	if i.function == topology.BatchFunction {
		files, err := bucketOf(i.event)
		if err != nil {
			return answer, err
		}
		defer os.RemoveAll(string(files))
		return handle(ctx, i.event, event, gateway.Batch(batch.New(files, host.Service)))
	}
	handler, err := gateway.New(host.Service, &gateway.Options{Function: i.function, Keys: secrets.Keys, Clock: clock})
	if err != nil {
		return answer, err
	}
	return handle(ctx, i.event, event, gateway.Lambda(handler))
}

// bucketFolder has what an event of the function batch finds in its bucket.
const bucketFolder = "files"

// bucketOf copies the bucket of an event, so that a call changes nothing beside
// the event.
func bucketOf(event string) (local.Folder, error) {
	to, err := os.MkdirTemp("", "wegweiser-bucket-")
	if err != nil {
		return "", err
	}
	from := filepath.Join(filepath.Dir(event), bucketFolder)
	if _, err := os.Stat(from); err != nil || event == "-" {
		return local.Folder(to), nil
	}
	return local.Folder(to), os.CopyFS(to, os.DirFS(from))
}

// handle reads an event, which is that of path, and answers it.
func handle[E, A any](ctx context.Context, path string, text []byte, answer func(context.Context, E) (A, error)) (any, error) {
	var event E
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, fmt.Errorf("%s is not an event in JSON: %w", path, err)
	}
	return answer(ctx, event)
}

// closing closes something at the end of a function whose error is err.
func closing(err *error, close func() error) { *err = errors.Join(*err, close()) }
