package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// wire stands between a function and DynamoDB Local, and notes what the
// function asks for and what that costs.
type wire struct {
	server *httptest.Server

	mu    sync.Mutex
	calls []call
}

// call is one request to DynamoDB: its operation, what it touches (the parts
// of a transaction one by one), and the capacity units that it used.
type call struct {
	operation string
	uses      []use
	reads     float64
	writes    float64
}

// use is an action on a table, or on its index.
type use struct {
	table, index, action string
}

func tap(tb testing.TB, target string) *wire {
	tb.Helper()
	address, err := url.Parse(target)
	if err != nil {
		tb.Fatalf("read the endpoint: %v", err)
	}
	w := &wire{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(address)
			r.Out.Header.Set("Accept-Encoding", "identity")
			w.ask(r.Out)
		},
		ModifyResponse: w.note,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	w.server = httptest.NewServer(proxy)
	tb.Cleanup(w.server.Close)
	return w
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// ask makes DynamoDB say what a request costs.
func (w *wire) ask(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var request map[string]any
	if json.Unmarshal(body, &request) == nil {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		*r = *r.WithContext(withCall(r.Context(), &call{operation: operation, uses: usesOf(operation, request)}))
		if !strings.HasPrefix(operation, "Describe") && !strings.HasPrefix(operation, "List") {
			request["ReturnConsumedCapacity"] = "TOTAL"
		}
		if body, err = json.Marshal(request); err != nil {
			return
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Length", fmt.Sprint(len(body)))
}

// usesOf is what a request touches, in the words of a policy.
func usesOf(operation string, request map[string]any) (uses []use) {
	table := func(part any) string {
		fields, _ := part.(map[string]any)
		name, _ := fields["TableName"].(string)
		return name
	}
	switch operation {
	case "TransactWriteItems":
		actions := map[string]string{
			"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem",
		}
		items, _ := request["TransactItems"].([]any)
		for _, item := range items {
			parts, _ := item.(map[string]any)
			for kind, part := range parts {
				uses = append(uses, use{table: table(part), action: actions[kind]})
			}
		}
	case "TransactGetItems":
		items, _ := request["TransactItems"].([]any)
		for _, item := range items {
			parts, _ := item.(map[string]any)
			uses = append(uses, use{table: table(parts["Get"]), action: "GetItem"})
		}
	case "BatchGetItem", "BatchWriteItem":
		tables, _ := request["RequestItems"].(map[string]any)
		for name := range tables {
			uses = append(uses, use{table: name, action: operation})
		}
	default:
		index, _ := request["IndexName"].(string)
		uses = append(uses, use{table: table(request), index: index, action: operation})
	}
	return uses
}

// note reads what an answered request has cost.
func (w *wire) note(r *http.Response) error {
	c := callOf(r.Request.Context())
	if c == nil {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c.reads, c.writes = unitsOf(c.operation, body)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, *c)
	return nil
}

func unitsOf(operation string, body []byte) (reads, writes float64) {
	type consumed struct{ CapacityUnits float64 }
	var one struct{ ConsumedCapacity consumed }
	var many struct{ ConsumedCapacity []consumed }
	total := 0.0
	if json.Unmarshal(body, &one) == nil {
		total = one.ConsumedCapacity.CapacityUnits
	} else if json.Unmarshal(body, &many) == nil {
		for _, c := range many.ConsumedCapacity {
			total += c.CapacityUnits
		}
	}
	switch operation {
	case "Query", "GetItem", "Scan", "BatchGetItem", "TransactGetItems":
		return total, 0
	}
	return 0, total
}

// seen returns the calls since the last take, and leaves them there.
func (w *wire) seen() []call {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// take returns the calls since the last take.
func (w *wire) take() []call {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := w.calls
	w.calls = nil
	return calls
}
