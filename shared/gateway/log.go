package gateway

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"time"
)

// finish writes the log line of a request. It holds nothing that a caller can
// fill with a person: no path as it was sent, no query, no header but a
// well-formed request id, no body.
func (g *Gateway) finish(x *exchange) {
	if g.log == nil {
		return
	}
	level := slog.LevelInfo
	attrs := make([]slog.Attr, 0, 8)
	attrs = append(attrs,
		slog.String("method", knownMethod(x.r.Method)),
		slog.String("route", x.route),
		slog.Int("status", x.status),
		slog.Float64("ms", float64(time.Since(x.started).Microseconds())/1000),
		slog.Int("bytes", x.bytes),
		slog.String("request", x.id),
	)
	if x.refusal != nil {
		attrs = append(attrs, slog.String("code", x.refusal.Code))
		if cause := x.refusal.cause; cause != nil && x.status >= http.StatusInternalServerError {
			level = slog.LevelError
			attrs = append(attrs, slog.String("cause", cause.Error()))
		}
	}
	g.log.LogAttrs(context.Background(), level, "request", attrs...)
}

func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// maxRequestID is how long a request id may be that a caller brings along.
const maxRequestID = 64

// requestID returns the request's own id where it is well-formed, and makes
// one otherwise.
func requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	if id == "" || len(id) > maxRequestID {
		return newRequestID()
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' && c != '=' {
			return newRequestID()
		}
	}
	return id
}

// newRequestID makes an id that no other request has. It is no secret, so that
// a generator that asks nothing of the system will do.
func newRequestID() string {
	var bits [16]byte
	binary.BigEndian.PutUint64(bits[:8], rand.Uint64())
	binary.BigEndian.PutUint64(bits[8:], rand.Uint64())
	return hex.EncodeToString(bits[:])
}

// stackDepth is how many frames of a panic are told to operators.
const stackDepth = 12

// panicked makes an error of what a handler panicked with. It says where, and
// what only if the runtime said it: other values may hold what was sent.
func panicked(cause any) error {
	what := fmt.Sprintf("panic with %T", cause)
	var fault runtime.Error
	if err, ok := cause.(error); ok && errors.As(err, &fault) {
		what = "panic: " + fault.Error()
	}
	var at [stackDepth]uintptr
	frames := runtime.CallersFrames(at[:runtime.Callers(4, at[:])])
	var where strings.Builder
	for {
		frame, more := frames.Next()
		fmt.Fprintf(&where, " < %s:%d", frame.Function, frame.Line)
		if !more {
			return errors.New(what + where.String())
		}
	}
}
