package functions_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

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
	began := d.begin(t, world)

	functions := 0
	for _, f := range topology.Functions() {
		files, err := filepath.Glob(filepath.Join("..", "events", f.Name, "*.want.json"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 || f.Stream != nil || f.Batches {
			continue
		}
		functions++
		e := d.start(t, f.Name)
		e.wait(t)
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".want.json")
			t.Run(f.Name+"/"+name, func(t *testing.T) {
				event := freshToken(t, world, read(t, filepath.Join(filepath.Dir(file), name+".json")))
				event = freshItemToken(t, world, event)
				event = bytes.ReplaceAll(event, firstDecision(t, world, world.Clock), firstDecision(t, world, began))
				compare(t, e.invoke(t, event), read(t, file))
			})
		}
	}
	if functions < 2 {
		t.Errorf("got events for %d functions, want at least collect and decide", functions)
	}
}

// begin makes the tables hold what the events find, and returns the moment at
// which that was.
func (d *deployment) begin(t *testing.T, world *local.World) (began time.Time) {
	t.Helper()
	began = time.Now()
	keys, err := gateway.KeysFromEnv(world.Lookup)
	if err != nil {
		t.Fatal(err)
	}
	service := &measure.Service{Service: personalize.New(d.open(t), &personalize.Options{
		Clock: func() time.Time { return began }, Entropy: world.Entropy(), HashKey: keys.Secrets().Hash, Parse: parse.Parse, Deadline: patience,
	})}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := service.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if err := world.Begin(ctx, service); err != nil {
		t.Fatal(err)
	}
	return began
}

// firstDecision is what tells the world's first decision from others, where the
// world was begun at that moment.
func firstDecision(t *testing.T, world *local.World, began time.Time) []byte {
	t.Helper()
	id, err := ulid.New(ulid.Timestamp(began), world.Entropy())
	if err != nil {
		t.Fatal(err)
	}
	return []byte(id.String())
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

// itemToken is the token of a shown item: v1, the secret, the payload, the code.
var itemToken = regexp.MustCompile(`(v1\.[0-9a-f]{8}\.)([\w-]{40,})\.([\w-]{22})`)

// freshItemToken replaces the tokens of items that were good at the world's
// time: in a payload, the decision's moment stands behind the format, in six
// bytes of milliseconds.
func freshItemToken(t *testing.T, world *local.World, event []byte) []byte {
	t.Helper()
	derived := hmac.New(sha256.New, []byte(world.Environment[topology.EnvTokenSecret]))
	derived.Write([]byte("wegweiser item token"))
	key := derived.Sum(nil)
	code := func(signed string) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(signed))
		return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
	}
	return itemToken.ReplaceAllFunc(event, func(token []byte) []byte {
		parts := itemToken.FindStringSubmatch(string(token))
		payload, err := base64.RawURLEncoding.DecodeString(parts[2])
		if err != nil || code(parts[1]+parts[2]) != parts[3] {
			return token // a forged one
		}
		var made int64
		for _, b := range payload[1:7] {
			made = made<<8 | int64(b)
		}
		if world.Clock.Sub(time.UnixMilli(made)) > personalize.ItemTokenLifetime {
			return token // an old one
		}
		now := uint64(time.Now().UnixMilli())
		copy(payload[1:], []byte{byte(now >> 40), byte(now >> 32), byte(now >> 24), byte(now >> 16), byte(now >> 8), byte(now)})
		signed := parts[1] + base64.RawURLEncoding.EncodeToString(payload)
		return []byte(signed + "." + code(signed))
	})
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
	for _, name := range []string{"content-type", "location"} {
		if got, want := got.Headers[name], want.Headers[name]; got != want {
			t.Errorf("got %s %q, want %q", name, got, want)
		}
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
