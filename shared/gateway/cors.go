package gateway

import (
	"net/http"
	"strconv"
	"strings"

	"wegweiser/shared/topology"
)

// origins are the web origins whose pages may call. Nothing here ever allows
// credentials: a key and a token are all that a call can show, so that letting
// every origin in (the default) gives no page what it does not have already.
type origins struct {
	all   bool
	names map[string]bool
	// What browsers are told, as the topology has it.
	requestHeaders, answerHeaders, maxAge string
}

// OriginsFromEnv reads the origins that may call from web pages, a comma list
// such as "https://shop.example,https://www.shop.example". Unset, and "*", is
// every origin.
func OriginsFromEnv(lookup func(string) (string, bool)) []string {
	value, _ := lookup(topology.EnvOrigins)
	var names []string
	for name := range list(value) {
		names = append(names, name)
	}
	return names
}

func newOrigins(names []string) origins {
	o := origins{
		all: len(names) == 0, names: map[string]bool{},
		requestHeaders: strings.Join(topology.CORSRequestHeaders(), ", "),
		answerHeaders:  strings.Join(topology.CORSResponseHeaders(), ", "),
		maxAge:         strconv.Itoa(topology.CORSMaxAgeSeconds),
	}
	for _, name := range names {
		o.all = o.all || name == "*"
		o.names[strings.TrimSuffix(strings.ToLower(name), "/")] = true
	}
	return o
}

// allows reports whether a page of origin may call. An origin counts whole:
// scheme, host and port.
func (o *origins) allows(origin string) bool {
	return o.all || o.names[strings.ToLower(origin)]
}

// headers answers a browser that names its origin. It does nothing for paths
// that are not for web pages: those have no cross-origin answer.
func (o *origins) headers(answer http.Header, r *http.Request, p *path) {
	if !p.browsers {
		return
	}
	if !o.all {
		answer.Add("Vary", "Origin")
	}
	origin := r.Header.Get("Origin")
	if origin == "" || !o.allows(origin) {
		return
	}
	if o.all {
		origin = "*"
	}
	answer.Set("Access-Control-Allow-Origin", origin)
	if r.Method != http.MethodOptions {
		answer.Set("Access-Control-Expose-Headers", o.answerHeaders)
		return
	}
	answer.Set("Access-Control-Allow-Methods", p.allow)
	answer.Set("Access-Control-Allow-Headers", o.requestHeaders)
	answer.Set("Access-Control-Max-Age", o.maxAge)
}

// check refuses a call with a publishable key from a page that may not make
// one. A browser would keep the answer from such a page anyway; this keeps
// what it sends out too. A page of our own host is always at home.
func (o *origins) check(r *http.Request) *Problem {
	origin := r.Header.Get("Origin")
	if origin == "" || o.allows(origin) {
		return nil
	}
	if _, host, ok := strings.Cut(origin, "://"); ok && strings.EqualFold(host, r.Host) {
		return nil
	}
	return problem(http.StatusForbidden, "origin_not_allowed", "pages of this origin may not call: an operator can add it to "+topology.EnvOrigins)
}
