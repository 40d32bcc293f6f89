package gateway

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"wegweiser/shared/personalize"
)

// call is one authorised request, as a handler sees it.
type call struct {
	caller    personalize.Caller
	method    string
	variables map[string]string // of the path
	query     query
	request   http.Header
	answer    http.Header
	now       time.Time
}

// operation is what a route does.
type operation struct {
	description
	in, out reflect.Type // in is nil where no body is read, out where none is written as JSON
	run     func(ctx context.Context, c *call, body []byte) (any, error)
	err     error // of making it
}

// description is what the documentation says of an operation beside its types,
// and the little that the gateway needs to know of it.
type description struct {
	id         string
	summary    string
	text       string
	status     int // of success
	parameters []parameter
	// csv: the answer may be CSV.
	csv bool
	// lenient: whatever the query is, there is an answer.
	lenient bool
	// bodyOptional: an empty body is an empty object.
	bodyOptional bool
	// anonymous: a publishable key needs no visitor token here.
	anonymous bool
	// tagged: the answer has an ETag, and is 304 to those who have it already.
	tagged bool
	// media is the type of an answer that is not JSON; none where there is only
	// a way on.
	media string
	// ofrep: a refusal is one of OFREP too.
	ofrep bool
	// request and answer are examples, as JSON.
	request, answer string
	refusals        []refusal
}

// parameter is one of the query or, where header is set, a header.
type parameter struct {
	name    string
	header  bool
	text    string
	example string
}

// refusal is what an operation may answer instead of what was asked for.
type refusal struct {
	status int
	codes  []string
}

// nothing is the body of calls that need none: empty, or an empty object.
type nothing struct{}

// reads makes an operation of a handler without a body. The types of a handler
// are those of the documentation.
func reads[Out any](handle func(context.Context, *call) (Out, error), d description) operation {
	return operation{
		description: d, out: reflect.TypeFor[Out](),
		run: func(ctx context.Context, c *call, _ []byte) (any, error) { return handle(ctx, c) },
	}
}

// shows makes an operation of a handler that browsers and mail programs call
// by an address in a page or a mail, and whose answer is an image or a way on.
func shows(handle func(context.Context, *call) (any, error), d description) operation {
	return operation{
		description: d,
		run:         func(ctx context.Context, c *call, _ []byte) (any, error) { return handle(ctx, c) },
	}
}

// takes makes an operation of a handler with a body.
func takes[In, Out any](handle func(context.Context, *call, In) (Out, error), d description) operation {
	in := reflect.TypeFor[In]()
	shape, err := shapeOf(in)
	if err != nil {
		return operation{err: fmt.Errorf("read the body of %s: %w", d.id, err)}
	}
	return operation{
		description: d, in: in, out: reflect.TypeFor[Out](),
		run: func(ctx context.Context, c *call, body []byte) (any, error) {
			var input In
			if len(body) > 0 || !d.bodyOptional {
				if p := shape.decode(body, &input); p != nil {
					return nil, p
				}
			}
			return handle(ctx, c, input)
		},
	}
}
