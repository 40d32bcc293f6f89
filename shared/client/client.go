// Package client calls Wegweiser over HTTP. A Client has the methods of
// measure.Service, the use cases and the reports, with the same types and the
// same errors, so that a program works alike with a server and in its own
// process.
package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"wegweiser/shared/personalize"
	"wegweiser/shared/tables"
)

// Keys are the credentials that a client has: a call shows the one that its
// caller names or its route takes. Browsers' keys are not for servers, so there
// is none.
type Keys struct {
	Secret string
	Admin  string
}

// Options of a Client. Every zero field has a default.
type Options struct {
	// HTTP sends the requests; by default one that gives up after a minute.
	HTTP *http.Client
	// Pause waits before a request is sent again.
	Pause func(ctx context.Context, d time.Duration) error
}

// Client is safe for concurrent use.
type Client struct {
	base  string
	keys  Keys
	http  *http.Client
	pause func(ctx context.Context, d time.Duration) error
}

// New returns a client of the server at base, such as http://127.0.0.1:8080.
func New(base string, keys Keys, o *Options) *Client {
	c := &Client{base: strings.TrimRight(base, "/"), keys: keys, http: &http.Client{Timeout: time.Minute}, pause: pause}
	if o != nil {
		c.http = cmp.Or(o.HTTP, c.http)
		if o.Pause != nil {
			c.pause = o.Pause
		}
	}
	return c
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// request is one call. Body is nil where there is none.
type request struct {
	method string
	path   string
	key    string
	header http.Header
	body   any
	// conditional calls are not repeated: what the first one did may be what
	// keeps the second from being carried out.
	conditional bool
}

// A call without conditions is sent again after a 503 that says when, this
// often and after this long at most.
const (
	repeats   = 3
	longPause = 10 * time.Second
	maxAnswer = 64 << 20
)

// send calls and reads the answer into out. Every error is a
// *personalize.Error.
func (c *Client) send(ctx context.Context, r request, out any) (http.Header, error) {
	var text bytes.Buffer
	if r.body != nil {
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false) // a body of markup would grow sixfold
		if err := encoder.Encode(r.body); err != nil {
			return nil, &personalize.Error{Kind: personalize.Malformed, Code: "bad_json", Message: "the request cannot be written as JSON", Err: err}
		}
	}
	for attempt := 0; ; attempt++ {
		header, err := c.once(ctx, r, text.Bytes(), out)
		wait, worth := retryAfter(header, err)
		if !worth || r.conditional || attempt == repeats {
			return header, err
		}
		if c.pause(ctx, wait) != nil {
			return header, err
		}
	}
}

func retryAfter(header http.Header, err error) (time.Duration, bool) {
	var refusal *personalize.Error
	if !errors.As(err, &refusal) || refusal.Kind != personalize.Unavailable {
		return 0, false
	}
	seconds, bad := strconv.Atoi(header.Get("Retry-After"))
	return min(time.Duration(seconds)*time.Second, longPause), bad == nil && seconds >= 0
}

func (c *Client) once(ctx context.Context, r request, body []byte, out any) (http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, bytes.NewReader(body))
	if err != nil {
		return nil, &personalize.Error{Kind: personalize.Malformed, Code: "bad_url", Message: "the address of the server must be like http://127.0.0.1:8080", Err: err}
	}
	for name, values := range r.header {
		request.Header[name] = values
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if r.key != "" {
		request.Header.Set("Authorization", "Bearer "+r.key)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, &personalize.Error{Kind: personalize.Unavailable, Code: "unreachable", Message: c.base + " does not answer", Err: err}
	}
	defer response.Body.Close()
	answer, err := readAnswer(response)
	if err != nil {
		return response.Header, &personalize.Error{Kind: personalize.Unavailable, Code: "unreachable", Message: "the answer of " + c.base + " broke off", Err: err}
	}
	if response.StatusCode >= http.StatusBadRequest {
		return response.Header, refusalOf(response.StatusCode, response.Header, answer)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return response.Header, &personalize.Error{Code: "bad_answer", Message: c.base + " does not answer as Wegweiser does", Err: err}
	}
	return response.Header, nil
}

func readAnswer(response *http.Response) ([]byte, error) {
	return io.ReadAll(io.LimitReader(response.Body, maxAnswer))
}

// refusalOf reads a problem document. What is none, of a proxy for instance,
// keeps its status in the message.
func refusalOf(status int, header http.Header, body []byte) error {
	var problem struct {
		Detail   string                   `json:"detail"`
		Code     string                   `json:"code"`
		Errors   []personalize.FieldError `json:"errors"`
		Problems []tables.Problem         `json:"problems"`
	}
	refusal := &personalize.Error{Kind: kindOf(status)}
	if err := json.Unmarshal(body, &problem); err != nil || problem.Code == "" {
		refusal.Code = "status_" + strconv.Itoa(status)
		refusal.Message = fmt.Sprintf("the server answered %d %s", status, http.StatusText(status))
		return refusal
	}
	refusal.Code, refusal.Message = problem.Code, problem.Detail
	refusal.Fields, refusal.Problems, refusal.Version = problem.Errors, problem.Problems, etag(header)
	return refusal
}

// etag returns the version that an answer names.
func etag(header http.Header) string { return strings.Trim(header.Get("ETag"), `"`) }

func kindOf(status int) personalize.Kind {
	switch status {
	case http.StatusUnprocessableEntity:
		return personalize.Invalid
	case http.StatusUnauthorized:
		return personalize.Unproven
	case http.StatusForbidden:
		return personalize.Forbidden
	case http.StatusGone:
		return personalize.Gone
	case http.StatusNotFound:
		return personalize.Missing
	case http.StatusPreconditionFailed:
		return personalize.Stale
	case http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusGatewayTimeout:
		return personalize.Unavailable
	case http.StatusInternalServerError:
		return 0
	}
	return personalize.Malformed
}
