package gateway

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// Lambda serves h behind an API Gateway HTTP API (payload format 2.0); pass
// what it returns to lambda.Start. A caller whom the API's JWT authorizer let
// in is the admin of that name (the claim sub); nothing else of a request is
// believed.
func Lambda(h http.Handler) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		request, err := requestOf(ctx, &event)
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
		answer := &recorder{header: http.Header{}}
		h.ServeHTTP(answer, request)
		return answer.response(), nil
	}
}

func requestOf(ctx context.Context, event *events.APIGatewayV2HTTPRequest) (*http.Request, error) {
	if auth := event.RequestContext.Authorizer; auth != nil && auth.JWT != nil && auth.JWT.Claims["sub"] != "" {
		ctx = withAdmin(ctx, auth.JWT.Claims["sub"])
	}
	method := event.RequestContext.HTTP.Method
	if method == "" {
		return nil, fmt.Errorf("read the event: it is not one of an HTTP API with payload format 2.0")
	}
	body, length := bodyOf(event)
	request := (&http.Request{
		Method:        method,
		URL:           urlOf(event),
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        make(http.Header, len(event.Headers)+1),
		Body:          body,
		ContentLength: length,
	}).WithContext(ctx)
	for name, value := range event.Headers {
		request.Header.Set(name, value)
	}
	if len(event.Cookies) > 0 {
		request.Header.Set("Cookie", strings.Join(event.Cookies, "; "))
	}
	if request.Header.Get("X-Request-Id") == "" && event.RequestContext.RequestID != "" {
		request.Header.Set("X-Request-Id", event.RequestContext.RequestID)
	}
	request.Host = request.Header.Get("Host")
	if request.Host == "" {
		request.Host = event.RequestContext.DomainName
	}
	return request, nil
}

// urlOf returns the URL of an event without its stage. An HTTP API unescapes
// the path before it writes rawPath, other senders of the same event do not:
// what can only be meant literally is escaped, so that both are read right.
func urlOf(event *events.APIGatewayV2HTTPRequest) *url.URL {
	raw := event.RawPath
	if stage := event.RequestContext.Stage; stage != "" && stage != "$default" {
		if rest, ok := strings.CutPrefix(raw, "/"+stage); ok && (rest == "" || rest[0] == '/') {
			raw = rest
		}
	}
	u := &url.URL{RawQuery: event.RawQueryString, Path: raw}
	if escaped, err := url.PathUnescape(raw); err == nil && escaped != raw {
		u.Path, u.RawPath = escaped, raw
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u
}

// bodyOf returns the body as it was sent over the wire. What is not the base64
// that it is said to be cannot be read.
func bodyOf(event *events.APIGatewayV2HTTPRequest) (io.ReadCloser, int64) {
	if !event.IsBase64Encoded {
		return io.NopCloser(strings.NewReader(event.Body)), int64(len(event.Body))
	}
	body, err := base64.StdEncoding.DecodeString(event.Body)
	if err != nil {
		return io.NopCloser(io.MultiReader(broken{})), -1
	}
	return io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// recorder is the answer of a handler.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(body []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(body)
}

func (r *recorder) response() events.APIGatewayV2HTTPResponse {
	r.WriteHeader(http.StatusOK)
	out := events.APIGatewayV2HTTPResponse{StatusCode: r.status, Headers: make(map[string]string, len(r.header))}
	for name, values := range r.header {
		switch {
		case name == "Set-Cookie":
			out.Cookies = values
		case len(values) > 0:
			out.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
		}
	}
	if body := r.body.Bytes(); r.header.Get("Content-Encoding") == "" && utf8.Valid(body) {
		out.Body = string(body)
	} else {
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return out
}
