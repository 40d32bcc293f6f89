package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/gateway"
	"wegweiser/shared/local"
	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

// TestEvents sends the sample events to the real binaries. The clock is the
// machine's own, so that of answers the status is compared, and of refusals
// all; ../events compares every byte, with a clock that stands still.
func TestEvents(t *testing.T) {
	world, err := local.ReadWorld(filepath.Join("..", "events", local.WorldFile))
	if err != nil {
		t.Fatal(err)
	}
	d := deploy(t)
	d.settings = world.Environment
	d.begin(t, world)

	functions := 0
	for _, f := range topology.Functions() {
		files, err := filepath.Glob(filepath.Join("..", "events", f.Name, "*.want.json"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 || f.Stream != nil {
			continue
		}
		functions++
		e := d.start(t, f.Name)
		e.wait(t)
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".want.json")
			t.Run(f.Name+"/"+name, func(t *testing.T) {
				event := freshToken(t, world, read(t, filepath.Join(filepath.Dir(file), name+".json")))
				compare(t, e.invoke(t, event), read(t, file))
			})
		}
	}
	if functions < 2 {
		t.Errorf("got events for %d functions, want at least collect and decide", functions)
	}
}

// begin makes the tables hold what the events find.
func (d *deployment) begin(t *testing.T, world *local.World) {
	t.Helper()
	service := &measure.Service{Service: personalize.New(d.open(t), &personalize.Options{Parse: parse.Parse})}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := service.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if err := world.Begin(ctx, service); err != nil {
		t.Fatal(err)
	}
}

// open is the deployment's store, beside the functions.
func (d *deployment) open(tb testing.TB) *dynamo.Store {
	tb.Helper()
	s, err := dynamo.Open(dynamotest.Client(tb, dynamo.Transport()), d.tables, topology.Workspace)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// freshToken replaces a visitor token that was good at the world's time, and
// would have ended by the machine's.
func freshToken(t *testing.T, world *local.World, event []byte) []byte {
	t.Helper()
	tokens, err := gateway.NewTokens([][]byte{[]byte(world.Environment[topology.EnvTokenSecret])})
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct{ Headers map[string]string }
	if err := json.Unmarshal(event, &parsed); err != nil {
		t.Fatal(err)
	}
	for name, token := range parsed.Headers {
		if !strings.EqualFold(name, "x-visitor-token") {
			continue
		}
		if visitor, ok := tokens.Verify(token, world.Clock); ok {
			fresh, _ := tokens.Sign(visitor, time.Now())
			event = bytes.ReplaceAll(event, []byte(token), []byte(fresh))
		}
	}
	return event
}

func compare(t *testing.T, got response, wanted []byte) {
	t.Helper()
	var want struct {
		Status  int
		Headers map[string]string
		Body    any
	}
	if err := json.Unmarshal(wanted, &want); err != nil {
		t.Fatal(err)
	}
	if got.StatusCode != want.Status {
		t.Fatalf("got %d, want %d\n%s", got.StatusCode, want.Status, got.Body)
	}
	if got, want := got.Headers["content-type"], want.Headers["content-type"]; got != want {
		t.Errorf("got content type %q, want %q", got, want)
	}
	if got.StatusCode < 400 {
		return
	}
	var body any
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
		t.Fatalf("the refusal is no JSON: %v\n%s", err, got.Body)
	}
	if diff := cmp.Diff(want.Body, body); diff != "" {
		t.Errorf("the refusal (-want +got):\n%s", diff)
	}
}
