package gateway

import (
	"errors"
	"fmt"
	"net/http"

	"wegweiser/shared/personalize"
	"wegweiser/shared/tables"
)

// Problem is the body of every refusal, as RFC 9457 has it. Code is stable and
// for programs; Detail says what would be right and never repeats what was
// sent.
type Problem struct {
	Type      string                   `json:"type" doc:"urn:wegweiser:problem: and the code." example:"urn:wegweiser:problem:unknown_field"`
	Title     string                   `json:"title" doc:"What the status means."`
	Status    int                      `json:"status"`
	Detail    string                   `json:"detail" doc:"What is wrong, and what would be right."`
	Code      string                   `json:"code" doc:"For programs; it does not change."`
	RequestID string                   `json:"requestId" doc:"As in the header X-Request-Id and in the log."`
	Errors    []personalize.FieldError `json:"errors,omitempty" doc:"The fields that are wrong."`
	Problems  []tables.Problem         `json:"problems,omitempty" doc:"What keeps a configuration from being published."`

	version string // of what is there now, of a failed precondition
	cause   error  // for operators; it never leaves the building
	body    any    // what is sent in its place; nil is the problem itself
}

const problemType = "urn:wegweiser:problem:"

func problem(status int, code, detail string) *Problem {
	return &Problem{Status: status, Code: code, Detail: detail}
}

func problemf(status int, code, format string, args ...any) *Problem {
	return problem(status, code, fmt.Sprintf(format, args...))
}

// Error makes a problem an error, so that a handler has one way out.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

func (p *Problem) Unwrap() error { return p.cause }

// complete fills in what follows from the rest.
func (p *Problem) complete(requestID string) {
	p.Type = problemType + p.Code
	p.Title = http.StatusText(p.Status)
	p.RequestID = requestID
}

// retryAfter is how many seconds a caller should wait after a 503.
const retryAfter = "1"

// headers says in headers what some statuses owe their caller.
func (p *Problem) headers(h http.Header) {
	setETag(h, p.version)
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="wegweiser"`)
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", retryAfter)
	}
}

// asProblem gives an error of a handler its status. What is neither a problem
// nor an error of the use cases is internal.
func asProblem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var refusal *personalize.Error
	if !errors.As(err, &refusal) {
		p = problem(http.StatusInternalServerError, "internal", "something went wrong on our side; the request id finds it in the log")
		p.cause = err
		return p
	}
	p = problem(statusOf(refusal.Kind), refusal.Code, refusal.Message)
	p.Errors, p.Problems, p.version, p.cause = refusal.Fields, refusal.Problems, refusal.Version, refusal.Err
	return p
}

func statusOf(kind personalize.Kind) int {
	switch kind {
	case personalize.Malformed:
		return http.StatusBadRequest
	case personalize.Invalid:
		return http.StatusUnprocessableEntity
	case personalize.Forbidden:
		return http.StatusForbidden
	case personalize.Missing:
		return http.StatusNotFound
	case personalize.Stale:
		return http.StatusPreconditionFailed
	case personalize.Unavailable:
		return http.StatusServiceUnavailable
	case personalize.Unproven:
		return http.StatusUnauthorized
	case personalize.Gone:
		return http.StatusGone
	}
	return http.StatusInternalServerError
}
