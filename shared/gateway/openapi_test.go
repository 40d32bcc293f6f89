package gateway

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"net/http"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/topology"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// What is served is what the types of the handlers say now.
func TestDocumentIsOfTheTypes(t *testing.T) {
	const file = "openapi.json"
	want := described(t)
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return // what is embedded is the old one
	}
	w := answer(open(t, &fake{}, nil), request(http.MethodGet, "/openapi.json", ""))
	answered(t, w, http.StatusOK)
	var got bytes.Buffer
	if err := json.Indent(&got, bytes.TrimSpace(w.Body.Bytes()), "", "  "); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the types say something else than %s; look at it and run the test with -update (-types +served):\n%s", file, diff)
	}
}

func TestDocumentIsTheSameEveryTime(t *testing.T) {
	first := described(t)
	for range 5 {
		if again := described(t); !bytes.Equal(again, first) {
			t.Fatal("got other bytes from equal routes, want the same")
		}
	}
}

func described(t *testing.T) []byte {
	t.Helper()
	all, err := open(t, &fake{}, nil).served()
	if err != nil {
		t.Fatal(err)
	}
	body, err := openapiOf(all)
	if err != nil {
		t.Fatal(err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, body, "", "  "); err != nil {
		t.Fatal(err)
	}
	return indented.Bytes()
}

type openAPI struct {
	OpenAPI    string
	Paths      map[string]map[string]documented
	Components struct {
		Schemas         map[string]json.RawMessage
		SecuritySchemes map[string]json.RawMessage
	}
}

type documented struct {
	OperationID string
	Security    []map[string][]string
	RequestBody struct {
		Content map[string]struct{ Example json.RawMessage }
	}
	Responses map[string]struct {
		Content map[string]struct{ Example json.RawMessage }
	}
}

func readDocument(t *testing.T, g *Gateway) openAPI {
	t.Helper()
	var doc openAPI
	if err := json.Unmarshal(answer(g, request(http.MethodGet, "/openapi.json", "")).Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestDocumentHasEveryRouteWithItsKeys(t *testing.T) {
	doc := readDocument(t, open(t, &fake{}, nil))
	ids := map[string]bool{}
	count := 0
	for _, route := range topology.Routes() {
		operation, ok := doc.Paths[route.Path][strings.ToLower(route.Method)]
		if !ok {
			t.Errorf("%s %s: got no operation, want one", route.Method, route.Path)
			continue
		}
		if ids[operation.OperationID] {
			t.Errorf("%s: got an operation id twice", operation.OperationID)
		}
		ids[operation.OperationID] = true
		got := map[string]bool{}
		for _, way := range operation.Security {
			maps.Copy(got, map[string]bool{
				publishableScheme: got[publishableScheme] || way[publishableScheme] != nil,
				secretScheme:      got[secretScheme] || way[secretScheme] != nil,
				adminScheme:       got[adminScheme] || way[adminScheme] != nil,
			})
		}
		for scheme, key := range map[string]topology.Credential{publishableScheme: topology.PublishableKey, secretScheme: topology.SecretKey, adminScheme: topology.AdminKey} {
			if want := route.Keys&key != 0; got[scheme] != want {
				t.Errorf("%s %s: got %s %v, want %v", route.Method, route.Path, scheme, got[scheme], want)
			}
		}
	}
	for _, operations := range doc.Paths {
		count += len(operations)
	}
	if want := len(topology.Routes()); count != want {
		t.Errorf("got %d operations, want %d", count, want)
	}
}

func TestReferencesOfDocumentResolve(t *testing.T) {
	g := open(t, &fake{}, nil)
	doc := readDocument(t, g)
	body := answer(g, request(http.MethodGet, "/openapi.json", "")).Body.String()
	for _, rest := range strings.Split(body, `"$ref":"`+schemaPrefix)[1:] {
		name, _, _ := strings.Cut(rest, `"`)
		if _, ok := doc.Components.Schemas[name]; !ok {
			t.Errorf("got a reference to %s, want its schema", name)
		}
	}
}

// The examples are what the types say: a request passes the strict decoder,
// an answer has no field that its type has not.
func TestExamplesFitTheirTypes(t *testing.T) {
	for route, operation := range open(t, &fake{}, nil).operations() {
		if operation.in != nil {
			shape, err := shapeOf(operation.in)
			if err != nil {
				t.Fatal(err)
			}
			if p := shape.decode([]byte(operation.request), reflect.New(operation.in).Interface()); p != nil {
				t.Errorf("%s: got %v from the example of the request", route, p)
			}
		}
		if operation.out == nil {
			continue
		}
		into := reflect.New(operation.out)
		decoder := json.NewDecoder(strings.NewReader(strings.ReplaceAll(operation.answer, `"content":{"title":"Sofa richtig messen"}`, `"content":{}`)))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(into.Interface()); err != nil {
			t.Errorf("%s: got %v from the example of the answer", route, err)
		}
	}
}

func TestEveryRefusalIsDocumented(t *testing.T) {
	g := open(t, &fake{}, nil)
	doc := readDocument(t, g)
	for _, c := range []struct {
		r      *http.Request
		path   string
		status int
	}{
		{request("POST", "/v1/decisions", "{}"), "/v1/decisions", 401},
		{asAdmin("POST", "/v1/decisions", "{}"), "/v1/decisions", 403},
		{asServer("POST", "/v1/decisions", "{"), "/v1/decisions", 400},
		{asServer("POST", "/v1/decisions", `{"x":1}`), "/v1/decisions", 422},
		{asServer("POST", "/v1/decisions", "x", "Content-Encoding", "br"), "/v1/decisions", 415},
		{asServer("POST", "/v1/decisions", strings.Repeat(" ", MaxBody+1)), "/v1/decisions", 413},
		{asAdmin("POST", "/v1/config/publish", "{}"), "/v1/config/publish", 428},
	} {
		w := answer(g, c.r)
		if w.Code != c.status {
			t.Errorf("%s: got status %d, want %d", c.path, w.Code, c.status)
		}
		response, ok := doc.Paths[c.path]["post"].Responses[strconv.Itoa(c.status)]
		if _, problem := response.Content["application/problem+json"]; !ok || !problem {
			t.Errorf("%s: status %d is not documented as a problem", c.path, c.status)
		}
	}
}
