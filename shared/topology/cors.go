package topology

import "slices"

// CORSMaxAgeSeconds is how long a browser may remember a preflight: two hours,
// the most that browsers grant.
const CORSMaxAgeSeconds = 7200

// CORSRequestHeaders returns the headers that a page of another origin may
// send. On AWS the HTTP API answers preflights by itself, on one machine the
// gateway does.
func CORSRequestHeaders() []string {
	return []string{
		"authorization", "x-api-key", "x-visitor-token", "content-type", "content-encoding", "if-match", "if-none-match",
		"x-request-id", "traceparent", "anonymousid", "sentat",
	}
}

// CORSResponseHeaders returns the headers that such a page may read.
func CORSResponseHeaders() []string {
	return []string{"etag", "x-request-id", "x-snapshot-age", "retry-after"}
}

// CORSMethods returns the methods of the calls that pages make, each once.
func CORSMethods() []string {
	var methods []string
	for _, r := range Routes() {
		if r.Pages() {
			methods = append(methods, r.Method)
		}
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}

// Pages reports whether web pages make this call: those of a site with the
// publishable key, and the console, wherever it is served, with an admin's.
// What takes a secret key alone is for servers.
func (r Route) Pages() bool {
	return r.Keys == Nobody || r.Keys&(PublishableKey|AdminKey) != 0
}
