package topology

import (
	"slices"
	"strings"
)

// CORSMaxAgeSeconds is how long a browser may remember a preflight: two hours,
// the most that browsers grant.
const CORSMaxAgeSeconds = 7200

// CORSRequestHeaders returns the headers that a page of another origin may
// send. On AWS the HTTP API answers preflights by itself, on one machine the
// gateway does: both from here.
func CORSRequestHeaders() []string {
	return []string{"authorization", "content-encoding", "content-type", "if-match", "if-none-match", "x-visitor-token"}
}

// CORSResponseHeaders returns the headers that such a page may read.
func CORSResponseHeaders() []string {
	return []string{"etag", "retry-after", "x-snapshot-age"}
}

// CORSMethods returns every method that some route answers, each once.
func CORSMethods() []string {
	methods := []string{"OPTIONS"}
	for _, r := range Routes() {
		methods = append(methods, strings.ToUpper(r.Method))
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}
