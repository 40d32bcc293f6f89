package functions_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

// What the functions of a test deployment are set to.
const (
	publishableKey = "pk_contract"
	secretKey      = "sk_contract"
	adminKey       = "ak_contract"
	tokenSecret    = "the secret of the contract tests, long enough"
)

// deployment is what `make deploy` makes, on this machine: the tables in
// DynamoDB Local and the real binaries, each behind a tap of its own.
type deployment struct {
	tables   topology.TableNames
	taps     map[string]*wire
	files    *objects          // of batches
	settings map[string]string // variables beside those that name AWS's things
}

// binaries are built once for all tests of the package.
var binaries struct {
	sync.Mutex
	dir   string
	paths map[string]string
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "functions")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binaries.dir, binaries.paths = dir, map[string]string{}
	code := m.Run()
	_ = os.RemoveAll(dir) // it is a folder for what is temporary
	os.Exit(code)
}

// binary returns the built package, which stands below functions/.
func binary(tb testing.TB, pkg string) string {
	tb.Helper()
	binaries.Lock()
	defer binaries.Unlock()
	if binaries.paths[pkg] == "" {
		binaries.paths[pkg] = build(tb, binaries.dir, pkg)
	}
	return binaries.paths[pkg]
}

func deploy(tb testing.TB) *deployment {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	client := dynamotest.Client(tb, dynamo.Transport())
	tables, err := dynamotest.CreateTables(ctx, client, rand.Text()+"-")
	if err != nil {
		tb.Fatalf("create the tables: %v", err)
	}
	d := &deployment{tables: tables, taps: map[string]*wire{}, files: newObjects(tb), settings: ownSettings()}
	for _, f := range topology.Functions() {
		binary(tb, f.Name)
		d.taps[f.Name] = tap(tb, dynamotest.Endpoint(tb))
	}
	return d
}

// start begins an execution environment of a function.
func (d *deployment) start(tb testing.TB, function string) *environment {
	tb.Helper()
	e := start(tb, binary(tb, function), d.variables(function)...)
	for _, f := range topology.Functions() {
		if f.Name == function {
			e.within = time.Duration(f.TimeoutSeconds) * time.Second
		}
	}
	return e
}

func (d *deployment) variables(function string) []string {
	variables := []string{
		"AWS_ENDPOINT_URL_DYNAMODB=" + d.taps[function].server.URL,
		// The machine of a test may be busy; what is tested is not the deadline.
		topology.EnvDeadline + "=10s",
		"AWS_ENDPOINT_URL_S3=" + d.files.server.URL, topology.EnvBucket + "=" + d.files.name,
	}
	for name, value := range d.settings {
		variables = append(variables, name+"="+value)
	}
	for _, t := range topology.Tables() {
		variables = append(variables, t.Env+"="+d.tables[t.Name])
	}
	return variables
}

func ownSettings() map[string]string {
	return map[string]string{
		topology.EnvPublishableKey: publishableKey,
		topology.EnvSecretKey:      secretKey,
		topology.EnvAdminKey:       "ada:" + adminKey,
		topology.EnvTokenSecret:    tokenSecret,
	}
}

// request is what a caller sends through the API.
type request struct {
	method, path string // the path with its query
	key          string
	headers      map[string]string
	body         string
}

// event is the request as API Gateway hands it to a function.
func (r request) event(tb testing.TB) []byte {
	tb.Helper()
	address, err := url.Parse(r.path)
	if err != nil {
		tb.Fatalf("read the path: %v", err)
	}
	headers := map[string]string{"content-type": "application/json", "host": "api.example"}
	maps.Copy(headers, r.headers)
	if r.key != "" {
		headers["authorization"] = "Bearer " + r.key
	}
	now := time.Now()
	event, err := json.Marshal(map[string]any{
		"version": "2.0", "routeKey": "$default", "rawPath": address.Path, "rawQueryString": address.RawQuery,
		"headers": headers, "body": r.body, "isBase64Encoded": false,
		"requestContext": map[string]any{
			"accountId": "000000000000", "apiId": "api", "domainName": "api.example", "stage": "$default",
			"requestId": "contract", "time": now.Format("02/Jan/2006:15:04:05 -0700"), "timeEpoch": now.UnixMilli(),
			"http": map[string]any{
				"method": r.method, "path": address.Path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "contract",
			},
		},
	})
	if err != nil {
		tb.Fatalf("write the event: %v", err)
	}
	return event
}

// call sends a request and reads the JSON of its answer, which must have the
// status.
func (e *environment) call(tb testing.TB, r request, status int) map[string]any {
	tb.Helper()
	answer := e.invoke(tb, r.event(tb))
	if answer.StatusCode != status {
		tb.Fatalf("%s %s: got %d, want %d\n%s\n%s", r.method, r.path, answer.StatusCode, status, answer.Body, e.output.String())
	}
	var body map[string]any
	if answer.Body != "" {
		if err := json.Unmarshal([]byte(answer.Body), &body); err != nil {
			tb.Fatalf("%s %s answers no JSON: %v\n%s", r.method, r.path, err, answer.Body)
		}
	}
	return body
}

// used lists what calls touched as "table action", with the names of the
// topology, each once.
func (d *deployment) used(calls []call) []string {
	topological := map[string]string{}
	for name, deployed := range d.tables {
		topological[deployed] = name
	}
	var touched []string
	for _, c := range calls {
		for _, u := range c.uses {
			touched = append(touched, used(topological[u.table], u.index, u.action))
		}
	}
	slices.Sort(touched)
	return slices.Compact(touched)
}

// used writes an action on a table, or on its index.
func used(table, index, action string) string {
	if index != "" {
		table += "/" + index
	}
	return table + " " + action
}
