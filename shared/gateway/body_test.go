package gateway

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"wegweiser/shared/personalize"
)

func zipped(t testing.TB, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func post(body io.Reader, headers ...string) *http.Request {
	r := httptest.NewRequest("POST", "/v1/decisions", body)
	r.Header.Set("Authorization", "Bearer "+secret)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func TestBodiesAreRead(t *testing.T) {
	var got personalize.DecideRequest
	g := open(t, &fake{decide: func(_ personalize.Caller, r personalize.DecideRequest) (*personalize.Decision, error) {
		got = r
		return decided, nil
	}}, nil)
	body := []byte(`{"visitor":"v_1"}`)
	for name, r := range map[string]*http.Request{
		"Plain":       post(bytes.NewReader(body)),
		"NoLength":    post(iotest.OneByteReader(bytes.NewReader(body))),
		"Beacon":      post(bytes.NewReader(body), "Content-Type", "text/plain;charset=UTF-8"),
		"Form":        post(bytes.NewReader(body), "Content-Type", "application/x-www-form-urlencoded"),
		"Identity":    post(bytes.NewReader(body), "Content-Encoding", "identity"),
		"Gzip":        post(bytes.NewReader(zipped(t, body)), "Content-Encoding", "gzip"),
		"GzipCapital": post(bytes.NewReader(zipped(t, body)), "Content-Encoding", " GZIP "),
		"GzipForm":    post(bytes.NewReader(zipped(t, body)), "Content-Encoding", "gzip", "Content-Type", "application/x-www-form-urlencoded"),
		"Large":       post(strings.NewReader(string(body) + strings.Repeat(" ", MaxBody-len(body)))),
		"LargeGzip":   post(bytes.NewReader(zipped(t, []byte(string(body)+strings.Repeat(" ", MaxBody-len(body))))), "Content-Encoding", "gzip"),
	} {
		t.Run(name, func(t *testing.T) {
			got = personalize.DecideRequest{}
			answered(t, answer(g, r), http.StatusOK)
			if got.Visitor != "v_1" {
				t.Errorf("got the visitor %q, want v_1", got.Visitor)
			}
		})
	}
}

func TestBodiesAreRefused(t *testing.T) {
	called := false
	g := open(t, &fake{decide: func(personalize.Caller, personalize.DecideRequest) (*personalize.Decision, error) {
		called = true
		return decided, nil
	}}, nil)
	bomb := zipped(t, make([]byte, 200<<20))
	whole := zipped(t, []byte(decisionBody))
	for _, c := range []struct {
		name   string
		r      *http.Request
		status int
		code   string
	}{
		{"OneMore", post(strings.NewReader(strings.Repeat(" ", MaxBody+1))), 413, "body_too_large"},
		{"OneMoreNoLength", post(iotest.HalfReader(strings.NewReader(strings.Repeat(" ", MaxBody+1)))), 413, "body_too_large"},
		{"TenMegabytes", post(strings.NewReader(`{"visitor":"` + strings.Repeat("x", 10<<20) + `"}`)), 413, "body_too_large"},
		{"Bomb", post(bytes.NewReader(bomb), "Content-Encoding", "gzip"), 413, "body_too_large"},
		{"BombOfBombs", post(bytes.NewReader(zipped(t, bomb)), "Content-Encoding", "gzip"), 400, "not_utf8"},
		{"LargeGzipOfNoise", post(io.MultiReader(bytes.NewReader(whole), strings.NewReader(strings.Repeat("x", MaxBody))), "Content-Encoding", "gzip"), 400, "body_unreadable"},
		{"NotGzip", post(strings.NewReader(decisionBody), "Content-Encoding", "gzip"), 400, "body_unreadable"},
		{"CutGzip", post(bytes.NewReader(whole[:len(whole)-4]), "Content-Encoding", "gzip"), 400, "body_unreadable"},
		{"CutGzipHeader", post(bytes.NewReader(whole[:5]), "Content-Encoding", "gzip"), 400, "body_unreadable"},
		{"DamagedGzip", post(bytes.NewReader(append(append([]byte{}, whole[:len(whole)-8]...), 1, 2, 3, 4, 5, 6, 7, 8)), "Content-Encoding", "gzip"), 400, "body_unreadable"},
		{"EmptyGzip", post(http.NoBody, "Content-Encoding", "gzip"), 400, "bad_json"},
		{"Deflate", post(strings.NewReader("x"), "Content-Encoding", "deflate"), 415, "unsupported_encoding"},
		{"Brotli", post(strings.NewReader("x"), "Content-Encoding", "br"), 415, "unsupported_encoding"},
		{"TwoEncodings", post(strings.NewReader("x"), "Content-Encoding", "gzip, gzip"), 415, "unsupported_encoding"},
		{"BrokenOff", post(iotest.ErrReader(errors.New("connection reset"))), 400, "body_unreadable"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, answer(g, c.r), c.status, c.code) })
	}
	if called {
		t.Error("a refused body reached its handler")
	}
}

// A client that sends all of a large body still hears why it was refused.
func TestLargeBodiesAreAnsweredOverTheWire(t *testing.T) {
	server := httptest.NewServer(open(t, &fake{}, nil))
	defer server.Close()
	for key, want := range map[string]int{secret: http.StatusRequestEntityTooLarge, "unknown": http.StatusUnauthorized, admin: http.StatusForbidden} {
		for _, chunked := range []bool{false, true} {
			var body io.Reader = strings.NewReader(strings.Repeat("x", 10<<20))
			if chunked {
				body = io.MultiReader(body) // of unknown length
			}
			request, err := http.NewRequest("POST", server.URL+"/v1/decisions", body)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer "+key)
			response, err := server.Client().Do(request)
			if err != nil {
				t.Fatalf("got %v, want a problem", err)
			}
			response.Body.Close()
			if response.StatusCode != want {
				t.Errorf("got status %d, want %d", response.StatusCode, want)
			}
		}
	}
}

// A client that asks first need not send a body that nobody wants.
func TestRefusedBodyIsNotAskedFor(t *testing.T) {
	g := open(t, &fake{}, nil)
	for _, key := range []string{"unknown", secret} {
		body := &counting{Reader: strings.NewReader(strings.Repeat("x", 10<<20))}
		r := httptest.NewRequest("POST", "/v1/decisions", body)
		r.ContentLength = 10 << 20
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("Expect", "100-continue")
		if w := answer(g, r); w.Code < 400 || body.read != 0 {
			t.Errorf("got status %d and %d bytes read, want a refusal and none", w.Code, body.read)
		}
	}
}

// However much is sent, reading ends.
func TestEndlessBodyIsCut(t *testing.T) {
	body := &counting{Reader: endless{}}
	r := httptest.NewRequest("POST", "/v1/decisions", body)
	refused(t, answer(open(t, &fake{}, nil), r), http.StatusUnauthorized, "key_missing")
	if most := maxDrained + MaxBody; body.read > most {
		t.Errorf("got %d bytes read, want at most %d", body.read, most)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

type counting struct {
	io.Reader
	read int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += n
	return n, err
}
