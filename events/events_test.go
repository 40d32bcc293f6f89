// Package events_test sends the sample events through the handler that Lambda
// runs, on the embedded store, and compares what comes back with the answers
// that stand beside them.
package events_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/gateway"
	"wegweiser/shared/journey"
	"wegweiser/shared/local"
	"wegweiser/shared/measure"
	"wegweiser/shared/measure/rollup"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/topology"
)

var update = flag.Bool("update", false, "rewrite the expected answers")

// world is what an event finds.
type world struct{ *local.World }

// want is the expected answer, as far as it can be told beforehand.
type want struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body,omitempty"`
}

func readWorld(t *testing.T) *world {
	t.Helper()
	found, err := local.ReadWorld(local.WorldFile)
	if err != nil {
		t.Fatal(err)
	}
	return &world{found}
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
}

// begin opens a store in which the world is as it was before the event.
func (w *world) begin(t *testing.T) (*measure.Service, store.Store) {
	t.Helper()
	kept, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kept.Close(); err != nil {
			t.Error(err)
		}
	})
	keys, err := gateway.KeysFromEnv(w.Lookup)
	if err != nil {
		t.Fatal(err)
	}
	service := &measure.Service{Service: personalize.New(kept, &personalize.Options{
		Clock: func() time.Time { return w.Clock }, Entropy: w.Entropy(), HashKey: keys.Secrets().Hash, TokenSecrets: keys.TokenSecrets, Parse: parse.Parse, Deadline: time.Minute,
	})}
	if err := service.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.Begin(t.Context(), service); err != nil {
		t.Fatal(err)
	}
	counting := rollup.Of(kept, service.Newest, func() time.Time { return w.Clock })
	service.Believer = counting
	countWindow(t, counting, "reactions")
	return service, kept
}

// countWindow sends a sample event of the visitors table's stream through the
// handler of rollup, and compares its answer.
func countWindow(t *testing.T, r gateway.Roller, name string) {
	t.Helper()
	file := filepath.Join(topology.RollupFunction, name)
	var event gateway.WindowEvent
	text, err := os.ReadFile(file + ".json")
	if err == nil {
		err = json.Unmarshal(text, &event)
	}
	if err != nil {
		t.Fatal(err)
	}
	read := func(record []byte) (store.Change, bool, error) { return dynamo.ReadChange(topology.Workspace, record) }
	got, err := gateway.Window(r, read, func() time.Time { return event.Window.End }, func(err error) { t.Error(err) })(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	var want events.DynamoDBTimeWindowEventResponse
	readJSON(t, file+".want.json", &want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: answer (-want +got):\n%s", file, diff)
	}
}

// What becomes of items is counted once, however often records come and in
// which order.
func TestRollupEvents(t *testing.T) {
	service, _ := readWorld(t).begin(t)
	counting := service.Believer.(gateway.Roller)
	before, err := service.Items(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(before.Rows) != 2 || before.Rows[0].Item != "care-guide" || before.Rows[1].Impressions != 2 || before.Rows[1].Clicks != 1 || before.Rows[1].Dismissals != 1 {
		t.Errorf("got %+v, want both guides, and no click of a machine", before.Rows)
	}
	for _, name := range []string{"twice-and-out-of-order", "no-reactions", "end-of-a-window"} {
		countWindow(t, counting, name)
		after, err := service.Items(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s counts something (-before +after):\n%s", name, diff)
		}
	}
}

// handler is what the function runs.
func (w *world) handler(t *testing.T, service gateway.Service, function string) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	t.Helper()
	keys, err := gateway.KeysFromEnv(w.Lookup)
	if err != nil {
		t.Fatal(err)
	}
	g, err := gateway.New(service, &gateway.Options{Function: function, Keys: keys, Clock: func() time.Time { return w.Clock }})
	if err != nil {
		t.Fatal(err)
	}
	return gateway.Lambda(g)
}

func TestEvents(t *testing.T) {
	w := readWorld(t)
	for _, function := range []string{topology.CollectFunction, topology.DecideFunction, topology.VisitorsFunction, topology.ConfigureFunction} {
		for _, file := range cases(t, function) {
			t.Run(strings.TrimSuffix(file, ".json"), func(t *testing.T) {
				service, kept := w.begin(t)
				before := stored(t, kept, w.Clock)
				var event events.APIGatewayV2HTTPRequest
				readJSON(t, file, &event)
				response, err := w.handler(t, service, function)(t.Context(), event)
				if err != nil {
					t.Fatal(err)
				}
				got := answerOf(t, &response)
				compare(t, strings.TrimSuffix(file, ".json")+".want.json", got)
				if after := stored(t, kept, w.Clock); got.Status >= http.StatusBadRequest && after != before {
					t.Errorf("refused, but %d touchpoints are stored where there were %d", after, before)
				}
			})
		}
	}
}

// cases returns the events of a function.
func cases(t *testing.T, function string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(function, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, file := range files {
		if !strings.HasSuffix(file, ".want.json") {
			out = append(out, file)
		}
	}
	if len(out) < 6 {
		t.Fatalf("%s: got %d events, want at least 6", function, len(out))
	}
	return out
}

func TestEveryAnswerHasItsEvent(t *testing.T) {
	wants, err := filepath.Glob("*/*.want.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range wants {
		if _, err := os.Stat(strings.TrimSuffix(file, ".want.json") + ".json"); err != nil {
			t.Errorf("%s: got no event for it", file)
		}
	}
}

// Every status and code that the events bring about stands in the OpenAPI
// document of its route.
func TestAnswersAreDocumented(t *testing.T) {
	w := readWorld(t)
	service, _ := w.begin(t)
	response, err := w.handler(t, service, topology.DecideFunction)(t.Context(), events.APIGatewayV2HTTPRequest{
		RawPath: "/openapi.json", RequestContext: events.APIGatewayV2HTTPRequestContext{HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: http.MethodGet}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct{ Description string }
		}
	}
	if err := json.Unmarshal([]byte(response.Body), &document); err != nil {
		t.Fatal(err)
	}
	for _, function := range []string{topology.CollectFunction, topology.DecideFunction, topology.VisitorsFunction, topology.ConfigureFunction} {
		for _, file := range cases(t, function) {
			var event events.APIGatewayV2HTTPRequest
			readJSON(t, file, &event)
			var expected want
			readJSON(t, strings.TrimSuffix(file, ".json")+".want.json", &expected)
			var problem struct{ Code string }
			if bytes.HasPrefix(expected.Body, []byte("{")) {
				if err := json.Unmarshal(expected.Body, &problem); err != nil {
					t.Fatal(err)
				}
			}
			method, path, _ := strings.Cut(event.RouteKey, " ")
			if method == http.MethodOptions || problem.Code == "no_such_path" {
				continue // no operations
			}
			documented, ok := document.Paths[path][strings.ToLower(method)].Responses[strconv.Itoa(expected.Status)]
			if !ok || !strings.Contains(documented.Description, problem.Code) {
				t.Errorf("%s: got %d %s, which %s does not document: %q", file, expected.Status, problem.Code, event.RouteKey, documented.Description)
			}
		}
	}
}

// stored counts the touchpoints of all visitors.
func stored(t *testing.T, kept store.Store, now time.Time) int {
	t.Helper()
	count := 0
	for visitor, err := range kept.All(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range kept.Touchpoints(t.Context(), visitor, journey.At(now)) {
			if err != nil {
				t.Fatal(err)
			}
			count++
		}
	}
	return count
}

// shownHeaders are those that matter to a caller.
var shownHeaders = regexp.MustCompile(`^(access-control-.*|allow|cache-control|content-type|link|location|referrer-policy|retry-after|vary|www-authenticate|x-request-id|x-snapshot-age)$`)

// drawn is what is random in an answer, or changes with the code that compiles
// a configuration.
var drawn = []struct {
	pattern *regexp.Regexp
	shown   string
}{
	{regexp.MustCompile(`d_[0-9A-Z]{26}_[0-9a-f]{16}`), "d_…"},
	{regexp.MustCompile(`v_[0-9a-f]{32}`), "v_…"},
	{regexp.MustCompile(`s_[0-9a-z]{16,}`), "s_…"},
	{regexp.MustCompile(`v1\.[0-9a-f]{8}\.\d+\.[\w-]+\.[\w-]{43}`), "v1.…"},
	{regexp.MustCompile(`v1\.[0-9a-f]{8}\.[\w-]+\.[\w-]{22}`), "v1.…"},
}

func answerOf(t *testing.T, response *events.APIGatewayV2HTTPResponse) *want {
	t.Helper()
	if image := response.Headers["content-type"] == "image/gif"; response.IsBase64Encoded != image || len(response.Cookies) > 0 {
		t.Fatalf("got a binary body (%v) or cookies (%v), want text, or an image in base64", response.IsBase64Encoded, response.Cookies)
	}
	got := &want{Status: response.StatusCode, Headers: map[string]string{}}
	for name, value := range response.Headers {
		if shownHeaders.MatchString(name) {
			got.Headers[name] = value
		}
	}
	body := strings.TrimSuffix(response.Body, "\n")
	for _, d := range drawn {
		body = d.pattern.ReplaceAllString(body, d.shown)
	}
	if !strings.Contains(got.Headers["content-type"], "json") && body != "" {
		text, err := json.Marshal(body) // a text stands in the file as one
		if err != nil {
			t.Fatal(err)
		}
		body = string(text)
	}
	if body != "" {
		got.Body = json.RawMessage(body)
	}
	return got
}

func compare(t *testing.T, file string, got *want) {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(got); err != nil {
		t.Fatalf("write the answer: %v", err)
	}
	if *update {
		if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	expected, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(expected), text.String()); diff != "" {
		t.Errorf("the answer differs from %s; look at it and run the test with -update (-want +got):\n%s", file, diff)
	}
}
