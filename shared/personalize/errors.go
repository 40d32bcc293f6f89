package personalize

import "wegweiser/shared/tables"

// Kind sorts errors by what a caller can do about them. The gateway gives each
// its status.
type Kind uint8

// The kinds of errors.
const (
	Malformed   Kind = iota + 1 // the body cannot be read: 400
	Invalid                     // readable, but against a rule: 422
	Forbidden                   // this caller may not: 403
	Missing                     // there is no such thing: 404
	Stale                       // somebody else was first: 412
	Unavailable                 // the store does not answer, try again: 503
	Unproven                    // what should prove something does not: 401
	Gone                        // it was there, and is too old: 410
)

// Error is a refusal: a code for programs, a message for people that says what
// would be right, and the cause for operators, which never leaves the building.
type Error struct {
	Kind    Kind
	Code    string
	Message string
	Fields  []FieldError
	// Problems are those of a configuration that cannot be published.
	Problems []tables.Problem
	// Version is that of what is there, of a Stale row or snapshot; empty where
	// there is nothing.
	Version string
	Err     error
}

// FieldError is one field that is wrong. Field is its path in the body, such
// as touchpoints[3].at.
type FieldError struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Err }
