package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wegweiser/shared/topology"
)

// router finds the path of a request. It knows no redirects: a path is one of
// the API letter by letter, or there is no such path.
type router struct {
	exact    map[string]*path
	variable []*path // of more than letters, such as /v1/visitors/{id}
}

// path is one path of the API with what may be done there.
type path struct {
	name     string // as documented
	segments []string
	browsers bool // some route here is meant for web pages
	allow    string
	routes   []served
}

// served is a route with its handler.
type served struct {
	topology.Route
	operation
}

func newRouter(routes []served) *router {
	r := &router{exact: map[string]*path{}}
	known := map[string]*path{}
	for _, route := range routes {
		p := known[route.Path]
		if p == nil {
			p = &path{name: route.Path, segments: strings.Split(route.Path, "/")[1:]}
			known[route.Path] = p
			if strings.Contains(route.Path, "{") {
				r.variable = append(r.variable, p)
			} else {
				r.exact[route.Path] = p
			}
		}
		p.routes = append(p.routes, route)
		p.browsers = p.browsers || route.Pages()
	}
	for _, p := range known {
		p.allow = allow(p.routes)
	}
	return r
}

func allow(routes []served) string {
	methods := []string{http.MethodOptions}
	for _, route := range routes {
		methods = append(methods, route.Method)
		if route.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	slices.Sort(methods)
	return strings.Join(slices.Compact(methods), ", ")
}

// find returns the path that u names with its variables, or nil. A path
// without variables goes before one with.
func (r *router) find(u *url.URL) (*path, map[string]string) {
	if p := r.exact[u.Path]; p != nil && u.RawPath == "" {
		return p, nil
	}
	segments := strings.Split(u.EscapedPath(), "/")[1:]
	for _, p := range r.variable {
		if variables, ok := p.match(segments); ok {
			return p, variables
		}
	}
	return nil, nil
}

func (p *path) match(segments []string) (map[string]string, bool) {
	if len(segments) != len(p.segments) {
		return nil, false
	}
	var variables map[string]string
	for i, want := range p.segments {
		if !strings.HasPrefix(want, "{") {
			if segments[i] != want {
				return nil, false
			}
			continue
		}
		got, err := url.PathUnescape(segments[i])
		if err != nil || got == "" {
			return nil, false
		}
		if variables == nil {
			variables = map[string]string{}
		}
		variables[strings.Trim(want, "{}")] = got
	}
	return variables, true
}

// route returns what a method does here. HEAD is a GET whose body is not sent.
func (p *path) route(method string) (*served, bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for i := range p.routes {
		if p.routes[i].Method == method {
			return &p.routes[i], true
		}
	}
	return nil, false
}
