package gateway

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"wegweiser/shared/personalize"
)

const decisionBody = `{"visitor":"v_1","placements":["home-hero","mail-offer"],"context":{"channel":"web","locale":"de-AT"},"consent":["personalization"]}`

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header            { return d.header }
func (d *discard) WriteHeader(int)                {}
func (d *discard) Write(body []byte) (int, error) { return len(body), nil }

// serveMany answers one request over and over, with a body to be read each time.
func serveMany(b *testing.B, h http.Handler, r *http.Request) {
	b.Helper()
	body := strings.NewReader(decisionBody)
	r.ContentLength = int64(len(decisionBody))
	w := &discard{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		body.Reset(decisionBody)
		r.Body = io.NopCloser(body)
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}

// BenchmarkDecision is what the gateway adds to a decision, beside the floor:
// a handler that reads the body and answers with bytes made beforehand. Huma's
// own way, with the same types, stands beside it.
func BenchmarkDecision(b *testing.B) {
	b.Run("Floor", func(b *testing.B) {
		ready, err := json.Marshal(decided)
		if err != nil {
			b.Fatal(err)
		}
		serveMany(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err != nil {
				b.Error(err)
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(ready)
		}), asServer(http.MethodPost, "/v1/decisions", ""))
	})
	b.Run("Secret", func(b *testing.B) {
		serveMany(b, open(b, &fake{}, nil), asServer(http.MethodPost, "/v1/decisions", ""))
	})
	b.Run("Publishable", func(b *testing.B) {
		serveMany(b, open(b, &fake{}, nil), request(http.MethodPost, "/v1/decisions", "",
			"Authorization", "Bearer "+publishable, "X-Visitor-Token", tokenOf(b, "v_1"), "Origin", "https://shop.example", "Accept-Language", "de-AT,de;q=0.9,en;q=0.8"))
	})
	b.Run("Logged", func(b *testing.B) {
		serveMany(b, open(b, &fake{}, func(o *Options) { o.Log = logTo(io.Discard) }), asServer(http.MethodPost, "/v1/decisions", ""))
	})
	b.Run("Huma", func(b *testing.B) { serveMany(b, humaHandler(), asServer(http.MethodPost, "/v1/decisions", "")) })
}

// humaHandler serves the decision as huma does by itself, without keys.
func humaHandler() http.Handler {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Wegweiser", "1")
	config.DocsPath, config.CreateHooks = "", nil
	config.Components.Schemas = newSchemas(nil).registry
	api := humago.New(mux, config)
	type input struct{ Body personalize.DecideRequest }
	type output struct{ Body *personalize.Decision }
	huma.Post(api, "/v1/decisions", func(context.Context, *input) (*output, error) {
		return &output{Body: decided}, nil
	})
	return mux
}

func BenchmarkDecode(b *testing.B) {
	shape, err := shapeOf(reflect.TypeFor[personalize.DecideRequest]())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("Strict", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var in personalize.DecideRequest
			if p := shape.decode([]byte(decisionBody), &in); p != nil {
				b.Fatal(p)
			}
		}
	})
	b.Run("Standard", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var in personalize.DecideRequest
			if err := json.Unmarshal([]byte(decisionBody), &in); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkToken(b *testing.B) {
	tokens, err := NewTokens(testKeys.TokenSecrets)
	if err != nil {
		b.Fatal(err)
	}
	token := tokenOf(b, "v_1")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := tokens.Verify(token, noon.Time()); !ok {
			b.Fatal("refused")
		}
	}
}

// BenchmarkWorstBodies is the work that one accepted megabyte can ask for.
func BenchmarkWorstBodies(b *testing.B) {
	fill := func(start, part, end string) string {
		return start + strings.Repeat(part, (MaxBody-len(start)-len(end))/len(part)) + end
	}
	g := open(b, &fake{}, nil)
	for name, body := range map[string]string{
		"UnknownFields": fill(`{`, `"visitorx":1,`, `"a":1}`),
		"WrongTypes":    fill(`{"placements":[`, `1,`, `1]}`),
		"Numbers":       fill(`{"context":{"a":[`, `1e1,`, `1]}}`),
		"Members":       fill(`{"context":{"a":[`, `{"":0},`, `1]}}`),
		"Escapes":       fill(`{"visitor":"`, `\u0041`, `"}`),
		"Touchpoints":   fill(`{"touchpoints":[`, `0,`, `0]}`),
		"Duplicates":    fill(`{"context":{`, `"a":0,`, `"a":0}}`),
		"Syntax":        fill(`{"context":[`, `"",`, `]`),
		"Depth":         fill(``, `[]`, ``),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := answer(g, asServer(http.MethodPost, "/v1/decisions", body)); w.Code >= 500 {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
