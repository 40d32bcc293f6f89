package gateway

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
)

// MaxBody is how many bytes a body may have, as sent and after inflation.
const MaxBody = 1 << 20

// maxDrained is how much of a refused body is still read.
const maxDrained = 16 << 20

// drain reads what is left of a refused body: many a client sends all of it
// before it looks at the answer, and would find the connection gone. A client
// that asked before sending hears the answer instead.
func drain(r *http.Request) {
	if r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, r.Body, maxDrained)
	}
}

// readBody returns the body of a request, inflated. Its type is not looked at:
// a browser's beacon calls JSON text/plain, and some senders call it a form.
func readBody(r *http.Request) ([]byte, *Problem) {
	switch encoding := strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
		return readAll(r.Body, r.ContentLength)
	case "gzip", "x-gzip":
		return inflate(r.Body)
	}
	return nil, problem(http.StatusUnsupportedMediaType, "unsupported_encoding",
		"send the body as it is, or as Content-Encoding: gzip")
}

func readAll(body io.Reader, length int64) ([]byte, *Problem) {
	if length > MaxBody {
		return nil, tooLarge()
	}
	// One byte more than announced lets the end be found without growing.
	read := bytes.NewBuffer(make([]byte, 0, max(length, 0)+bytes.MinRead))
	if _, err := read.ReadFrom(io.LimitReader(body, MaxBody+1)); err != nil {
		return nil, unreadable("the body broke off or could not be read; send it again")
	}
	if read.Len() > MaxBody {
		return nil, tooLarge()
	}
	return read.Bytes(), nil
}

func inflate(body io.Reader) ([]byte, *Problem) {
	compressed := bufio.NewReader(io.LimitReader(body, MaxBody+1))
	if _, err := compressed.Peek(1); errors.Is(err, io.EOF) {
		return nil, nil
	}
	unzip, err := gzip.NewReader(compressed)
	if err != nil {
		return nil, unreadable("the body is not gzip, as Content-Encoding says it is")
	}
	var inflated bytes.Buffer
	if _, err := inflated.ReadFrom(io.LimitReader(unzip, MaxBody+1)); err != nil {
		return nil, unreadable("the gzip body is damaged or broke off")
	}
	if inflated.Len() > MaxBody {
		return nil, tooLarge()
	}
	return inflated.Bytes(), nil
}

func tooLarge() *Problem {
	return problem(http.StatusRequestEntityTooLarge, "body_too_large",
		"a body may have 1 MB, also after inflation: send less at a time")
}

func unreadable(detail string) *Problem {
	return problem(http.StatusBadRequest, "body_unreadable", detail)
}
