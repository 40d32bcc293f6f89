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
		"authorization", "content-type", "content-encoding", "x-visitor-token",
		"x-request-id", "traceparent", "anonymousid", "sentat",
	}
}

// CORSResponseHeaders returns the headers that such a page may read.
func CORSResponseHeaders() []string {
	return []string{"x-request-id", "x-snapshot-age", "retry-after"}
}

// CORSMethods returns the methods of the calls that pages make, each once.
func CORSMethods() []string {
	methods := []string{"GET"}
	for _, r := range Routes() {
		if r.Keys&PublishableKey != 0 {
			methods = append(methods, r.Method)
		}
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}
