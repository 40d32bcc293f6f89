package gateway

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"wegweiser/shared/personalize"
	"wegweiser/shared/topology"
)

// Options are what a Gateway may be told.
type Options struct {
	// Function serves only the routes of that function (see topology); every
	// route where it is empty.
	Function string
	// Keys let callers in. Without them only the open routes answer.
	Keys Keys
	// Origins are the web origins whose pages may call with a publishable key,
	// such as https://shop.example. None, or "*", is every origin.
	Origins []string
	// Log takes one line a request; nil is none.
	Log *slog.Logger
	// Clock says when visitor tokens begin and end; time.Now by default.
	Clock func() time.Time
	// Files are served beside the API, each under its path. A path that ends
	// in a slash is where the same one without it leads.
	Files map[string]File
}

// Gateway is the HTTP API. It is safe for concurrent use.
type Gateway struct {
	service Service
	keys    keyring
	tokens  *Tokens // nil where there is neither a publishable nor a secret key
	origins origins
	log     *slog.Logger
	clock   func() time.Time
	router  *router
	files   map[string]*file
	buffers sync.Pool
}

// New returns the API of service. It is an error if the routes of the topology
// and the handlers of the gateway are not the same, if the function has none of
// them, or if keys cannot work.
func New(service Service, o *Options) (*Gateway, error) {
	if o == nil {
		o = &Options{}
	}
	g := &Gateway{service: service, origins: newOrigins(o.Origins), files: newFiles(o.Files), log: o.Log, clock: o.Clock}
	g.buffers.New = func() any { return new([]byte) }
	if g.clock == nil {
		g.clock = time.Now
	}
	var err error
	if g.keys, err = newKeyring(o.Keys); err != nil {
		return nil, fmt.Errorf("read the keys: %w", err)
	}
	if o.Keys.Publishable != "" || o.Keys.Secret != "" {
		if g.tokens, err = NewTokens(o.Keys.TokenSecrets); err != nil {
			return nil, fmt.Errorf("read %s: %w", topology.EnvTokenSecret, err)
		}
	}
	all, err := g.served()
	if err != nil {
		return nil, err
	}
	own := ofFunction(all, o.Function)
	if len(own) == 0 {
		return nil, fmt.Errorf("no route is served by a function %q", o.Function)
	}
	g.router = newRouter(own)
	return g, nil
}

// served pairs every route with its handler.
func (g *Gateway) served() ([]served, error) {
	operations := g.operations()
	var all []served
	for _, route := range topology.Routes() {
		name := route.Method + " " + route.Path
		operation, ok := operations[name]
		if !ok {
			return nil, fmt.Errorf("the route %s has no handler", name)
		}
		if operation.err != nil {
			return nil, operation.err
		}
		delete(operations, name)
		all = append(all, served{Route: route, operation: operation})
	}
	for name := range operations {
		return nil, fmt.Errorf("the handler of %s has no route", name)
	}
	return all, nil
}

func ofFunction(all []served, function string) []served {
	if function == "" {
		return all
	}
	var own []served
	for _, route := range all {
		if route.Function == function {
			own = append(own, route)
		}
	}
	return own
}

// ServeHTTP answers one request and writes its log line.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{w: w, r: r, id: requestID(r), started: time.Now()}
	header, values := w.Header(), []string{x.id, "nosniff", "private, no-store"}
	header["X-Request-Id"] = values[0:1:1]
	header["X-Content-Type-Options"] = values[1:2:2]
	header["Cache-Control"] = values[2:3:3]
	defer g.finish(x)
	defer g.rescue(x)
	g.serve(x)
}

// exchange is one request on its way through the gateway.
type exchange struct {
	w       http.ResponseWriter
	r       *http.Request
	id      string
	started time.Time
	route   string // as documented; empty: no such path
	status  int    // zero: not yet answered
	bytes   int
	refusal *Problem
}

func (g *Gateway) serve(x *exchange) {
	path, variables := g.router.find(x.r.URL)
	if path == nil {
		if f := g.file(x.r); f != nil {
			g.sendFile(x, f)
			return
		}
		g.refuse(x, problem(http.StatusNotFound, "no_such_path", "there is no such path; /openapi.json lists those that are"))
		return
	}
	x.route = path.name
	answer := x.w.Header()
	g.origins.headers(answer, x.r, path)
	if x.r.Method == http.MethodOptions {
		answer.Set("Allow", path.allow)
		g.write(x, http.StatusNoContent, nil)
		return
	}
	route, ok := path.route(x.r.Method)
	if !ok {
		answer.Set("Allow", path.allow)
		g.refuse(x, problem(http.StatusMethodNotAllowed, "method_not_allowed", "this path takes "+path.allow))
		return
	}
	out, err := g.run(x, route, variables)
	if err != nil {
		p := asProblem(err)
		if route.ofrep {
			p.inOFREP(variables["key"])
		}
		g.refuse(x, p)
		return
	}
	if route.tagged && knows(x.r.Header.Get("If-None-Match"), answer.Get("ETag")) {
		g.write(x, http.StatusNotModified, nil)
		return
	}
	g.send(x, route.status, out)
}

// send writes an answer.
func (g *Gateway) send(x *exchange, status int, out any) {
	switch out := out.(type) {
	case wayOn:
		x.w.Header().Set("Location", string(out))
		g.write(x, status, nil)
	case gif:
		x.w.Header().Set("Content-Type", gifType)
		x.w.Header().Set("Content-Length", strconv.Itoa(len(out)))
		g.write(x, status, []byte(out))
	case csvText:
		g.respond(x, status, csvType, out)
	case text:
		g.respond(x, status, out.media, out)
	default:
		g.respond(x, status, "application/json", out)
	}
}

// run authorises the request, reads it and hands it to its handler.
func (g *Gateway) run(x *exchange, route *served, variables map[string]string) (any, error) {
	query, caller, p := g.admit(x, route)
	if p != nil {
		return nil, p
	}
	c := &call{caller: caller, method: x.r.Method, variables: variables, query: query, request: x.r.Header, answer: x.w.Header(), now: g.clock()}
	if p := g.identify(x.r, c, route.anonymous); p != nil {
		return nil, p
	}
	var body []byte
	if route.in != nil {
		if body, p = readBody(x.r); p != nil {
			return nil, p
		}
	}
	return route.run(x.r.Context(), c, body)
}

// admit lets a caller in. Open routes read no query: what others have hung on
// to their addresses is nobody's fault.
func (g *Gateway) admit(x *exchange, route *served) (query, personalize.Caller, *Problem) {
	if route.Keys == topology.Nobody {
		return nil, personalize.Caller{}, nil
	}
	query, p := readQuery(x.r.URL.RawQuery)
	if p != nil && !route.lenient {
		return nil, personalize.Caller{}, p
	}
	caller, p := g.authorise(x.r, query, route.Keys)
	if p != nil {
		return nil, personalize.Caller{}, p
	}
	if route.lenient {
		return query, caller, nil
	}
	return query, caller, query.check(route.parameters)
}

// identify fills in what the request says about who looks at the page: the
// visitor that a token proves, the refusal of Sec-GPC and the language. With a
// publishable key a call without a good token is refused, except where the
// call makes one.
func (g *Gateway) identify(r *http.Request, c *call, anonymous bool) *Problem {
	c.caller.GPC = r.Header.Get("Sec-GPC") == "1"
	c.caller.Locale = preferredLanguage(r.Header.Get("Accept-Language"))
	if c.caller.Key != personalize.Publishable {
		return nil
	}
	if p := g.origins.check(r); p != nil {
		return p
	}
	if anonymous {
		return nil
	}
	token := r.Header.Get("X-Visitor-Token")
	if token == "" {
		token = c.query.get("token")
	}
	visitor, ok := g.tokens.Verify(token, c.now)
	if !ok {
		return problem(http.StatusUnauthorized, "token_invalid",
			"a browser call names its visitor by a token that has not ended, as X-Visitor-Token or ?token=: POST /v1/visitors makes one")
	}
	c.caller.Visitor = visitor
	return nil
}

func (g *Gateway) refuse(x *exchange, p *Problem) {
	drain(x.r)
	p.complete(x.id)
	p.headers(x.w.Header())
	x.refusal = p
	g.respond(x, p.Status, "application/problem+json", cmp.Or(p.body, any(p)))
}

// respond is the one place where bodies are written.
func (g *Gateway) respond(x *exchange, status int, contentType string, value any) {
	buffer := g.buffers.Get().(*[]byte)
	defer g.buffers.Put(buffer)
	body, err := appendAnswer((*buffer)[:0], value)
	if err != nil {
		panic(fmt.Errorf("encode an answer: %w", err))
	}
	*buffer = append(body, '\n')
	header := x.w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(*buffer)))
	g.write(x, status, *buffer)
}

func (g *Gateway) write(x *exchange, status int, body []byte) {
	x.status, x.bytes = status, len(body)
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body) // the caller is gone: nobody is left to be told
}

// rescue answers a request whose handler panicked.
func (g *Gateway) rescue(x *exchange) {
	cause := recover()
	switch {
	case cause == nil:
		return
	case cause == http.ErrAbortHandler, x.status != 0:
		panic(cause)
	}
	g.refuse(x, asProblem(panicked(cause)))
}

type contextKey struct{}

// withAdmin marks a context as that of an admin whom API Gateway has
// authorised.
func withAdmin(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, contextKey{}, name)
}

func adminOf(ctx context.Context) (string, bool) {
	name, ok := ctx.Value(contextKey{}).(string)
	return name, ok
}
