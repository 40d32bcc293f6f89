package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wegweiser/shared/topology"
)

// openapiOf writes the OpenAPI 3.1 document of all routes. Equal routes give
// equal bytes.
func openapiOf(all []served) ([]byte, error) {
	schemas := newSchemas(all)
	api := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title:   "Wegweiser",
			Version: "1",
			Description: "Where each visitor stands on the customer journey, and the content, offer or message that fits. " +
				"Answers may get more fields; requests with unknown fields are refused. " +
				"Bodies may be gzip (Content-Encoding), and have 1 MB at most, also after inflation.",
		},
		Paths: map[string]*huma.PathItem{},
		Components: &huma.Components{
			Schemas:         schemas.registry,
			SecuritySchemes: securitySchemes(),
		},
	}
	for i := range all {
		item := api.Paths[all[i].Path]
		if item == nil {
			item = &huma.PathItem{}
			api.Paths[all[i].Path] = item
		}
		operation, err := schemas.operation(&all[i])
		if err != nil {
			return nil, fmt.Errorf("describe %s: %w", all[i].id, err)
		}
		switch all[i].Method {
		case http.MethodGet:
			item.Get = operation
		case http.MethodPost:
			item.Post = operation
		case http.MethodPut:
			item.Put = operation
		case http.MethodPatch:
			item.Patch = operation
		case http.MethodDelete:
			item.Delete = operation
		}
	}
	schemas.finish()
	return json.Marshal(api)
}

// The names of the security schemes.
const (
	publishableScheme = "publishableKey"
	secretScheme      = "secretKey"
	adminScheme       = "adminKey"
	visitorScheme     = "visitorToken"
)

func securitySchemes() map[string]*huma.SecurityScheme {
	bearer := func(text string) *huma.SecurityScheme {
		return &huma.SecurityScheme{Type: "http", Scheme: "bearer", Description: text + " A browser that cannot send headers puts it into ?key=."}
	}
	return map[string]*huma.SecurityScheme{
		publishableScheme: bearer("A publishable key, for web pages; it comes with a visitor token."),
		secretScheme:      bearer("A secret key, for servers."),
		adminScheme:       bearer("An admin key, for configuration; on AWS a JWT whose sub is the name."),
		visitorScheme: {
			Type: "apiKey", In: "header", Name: "X-Visitor-Token",
			Description: "A visitor token of POST /v1/visitors; where headers cannot be sent, ?token=.",
		},
	}
}

func security(route *served) []map[string][]string {
	var any []map[string][]string
	if route.Keys&topology.PublishableKey != 0 {
		needs := map[string][]string{publishableScheme: {}}
		if !route.anonymous {
			needs[visitorScheme] = []string{}
		}
		any = append(any, needs)
	}
	if route.Keys&topology.SecretKey != 0 {
		any = append(any, map[string][]string{secretScheme: {}})
	}
	if route.Keys&topology.AdminKey != 0 {
		any = append(any, map[string][]string{adminScheme: {}})
	}
	return any
}

func (s *schemas) operation(route *served) (*huma.Operation, error) {
	operation := &huma.Operation{
		OperationID: route.id,
		Summary:     route.summary,
		Description: route.text,
		Tags:        []string{route.Function},
		Security:    security(route),
		Parameters:  parameters(route),
		Responses:   map[string]*huma.Response{},
	}
	if route.in != nil {
		example, err := exampleOf(route.request)
		if err != nil {
			return nil, fmt.Errorf("the example of the request: %w", err)
		}
		operation.RequestBody = &huma.RequestBody{
			Required: !route.bodyOptional,
			Content:  map[string]*huma.MediaType{"application/json": {Schema: s.of(route.in), Example: example}},
		}
	}
	success := &huma.Response{Description: http.StatusText(route.status)}
	operation.Responses[strconv.Itoa(route.status)] = success
	switch {
	case route.out != nil:
		example, err := exampleOf(route.answer)
		if err != nil {
			return nil, fmt.Errorf("the example of the answer: %w", err)
		}
		success.Content = map[string]*huma.MediaType{"application/json": {Schema: s.of(route.out), Example: example}}
	case route.media != "":
		success.Content = map[string]*huma.MediaType{route.media: {}}
	default:
		success.Headers = map[string]*huma.Param{"Location": {Schema: &huma.Schema{Type: huma.TypeString, Format: "uri-reference"}}}
	}
	if route.csv {
		operation.Responses[strconv.Itoa(route.status)].Content["text/csv"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	if route.tagged {
		operation.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: "If-None-Match names the ETag of the answer"}
	}
	for _, r := range route.allRefusals() {
		operation.Responses[strconv.Itoa(r.status)] = s.refusal(route, r)
	}
	return operation, nil
}

func (s *schemas) refusal(route *served, r refusal) *huma.Response {
	body := reflect.TypeFor[Problem]()
	if route.ofrep {
		body = reflect.TypeFor[EvaluationProblem]()
	}
	return &huma.Response{
		Description: http.StatusText(r.status) + ". Codes: " + strings.Join(r.codes, ", "),
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: s.of(body)}},
	}
}

func parameters(route *served) []*huma.Param {
	var out []*huma.Param
	for segment := range strings.SplitSeq(route.Path, "/") {
		if strings.HasPrefix(segment, "{") {
			out = append(out, &huma.Param{
				Name: strings.Trim(segment, "{}"), In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString},
			})
		}
	}
	for _, p := range route.parameters {
		in := "query"
		if p.header {
			in = "header"
		}
		out = append(out, &huma.Param{Name: p.name, In: in, Description: p.text, Example: p.example, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	return out
}

// allRefusals are those of the operation and those of every one like it, one
// entry a status, in order.
func (route *served) allRefusals() []refusal {
	codes := map[int][]string{http.StatusInternalServerError: {"internal"}}
	add := func(status int, more ...string) {
		if route.ofrep && status == http.StatusUnprocessableEntity {
			status = http.StatusBadRequest
		}
		codes[status] = append(codes[status], more...)
	}
	if route.Keys != topology.Nobody {
		if !route.lenient {
			add(http.StatusBadRequest, "bad_query")
			add(http.StatusUnprocessableEntity, "unknown_parameter")
		}
		add(http.StatusUnauthorized, "key_missing", "key_unknown")
		add(http.StatusForbidden, "key_wrong_kind")
	}
	if route.Keys&topology.PublishableKey != 0 {
		add(http.StatusForbidden, "origin_not_allowed")
		if !route.anonymous {
			add(http.StatusUnauthorized, "token_invalid")
		}
	}
	if route.in != nil {
		add(http.StatusBadRequest, "bad_json", "body_unreadable", "not_utf8", "too_deep")
		add(http.StatusRequestEntityTooLarge, "body_too_large")
		add(http.StatusUnsupportedMediaType, "unsupported_encoding")
		add(http.StatusUnprocessableEntity, "bad_count", "duplicate_field", "overflow", "too_many", "unknown_field", "wrong_type")
	}
	for _, own := range route.refusals {
		add(own.status, own.codes...)
	}
	var out []refusal
	for status, list := range codes {
		slices.Sort(list)
		out = append(out, refusal{status: status, codes: slices.Compact(list)})
	}
	slices.SortFunc(out, func(a, b refusal) int { return a.status - b.status })
	return out
}
