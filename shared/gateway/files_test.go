package gateway

import (
	"net/http"
	"strings"
	"testing"
)

const page = "<!doctype html><p>Hello"

func withFiles(t *testing.T) *Gateway {
	t.Helper()
	return open(t, &fake{}, func(o *Options) {
		o.Files = map[string]File{
			"/console/":           {Type: "text/html; charset=utf-8", Body: []byte(page), Gzip: []byte("packed page")},
			"/console/index.html": {Type: "text/html; charset=utf-8", Body: []byte(page), Gzip: []byte("packed page")},
			"/console/icon.png":   {Type: "image/png", Body: []byte("icon")},
		}
	})
}

func TestFilesAreServed(t *testing.T) {
	g := withFiles(t)
	for path, want := range map[string]struct{ kind, body string }{
		"/console/":           {"text/html; charset=utf-8", page},
		"/console/index.html": {"text/html; charset=utf-8", page},
		"/console/icon.png":   {"image/png", "icon"},
	} {
		w := answer(g, request("GET", path, ""))
		answered(t, w, http.StatusOK)
		if got := w.Body.String(); got != want.body {
			t.Errorf("%s: got %q, want %q", path, got, want.body)
		}
		for name, want := range map[string]string{
			"Content-Type": want.kind, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Content-Security-Policy": "default-src 'self'; connect-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; " +
				"frame-ancestors 'none'; form-action 'self'",
			"Access-Control-Allow-Origin": "",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

func TestFilesAreCompressedWhereAccepted(t *testing.T) {
	g := withFiles(t)
	for header, want := range map[string]string{
		"": "", "gzip": "gzip", "br, gzip;q=0.5": "gzip", "GZIP": "gzip", "*": "gzip", "deflate": "",
		"gzip;q=0": "", "gzip; q=0.0": "", "gzip;q=0, *": "",
	} {
		w := answer(g, request("GET", "/console/", "", "Accept-Encoding", header))
		answered(t, w, http.StatusOK)
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("%q: got the encoding %q, want %q", header, got, want)
		}
		if got, packed := w.Body.String(), want == "gzip"; (got == "packed page") != packed {
			t.Errorf("%q: got the body %q", header, got)
		}
		if got := w.Header().Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("%q: got Vary %q, want Accept-Encoding", header, got)
		}
	}
}

func TestFileThatIsKnownIsNotSentAgain(t *testing.T) {
	g := withFiles(t)
	tags := map[string]string{}
	for _, encoding := range []string{"identity", "gzip"} {
		tag := answer(g, request("GET", "/console/", "", "Accept-Encoding", encoding)).Header().Get("ETag")
		if !strings.HasPrefix(tag, `"`) || len(tag) < 10 {
			t.Fatalf("%s: got the ETag %s, want a strong one", encoding, tag)
		}
		tags[encoding] = tag
		for known, want := range map[string]int{
			tag: http.StatusNotModified, "W/" + tag: http.StatusNotModified, `"other", ` + tag: http.StatusNotModified, "*": http.StatusNotModified,
			`"other"`: http.StatusOK, strings.Trim(tag, `"`): http.StatusOK,
		} {
			w := answer(g, request("GET", "/console/", "", "Accept-Encoding", encoding, "If-None-Match", known))
			if w.Code != want || w.Header().Get("ETag") != tag {
				t.Errorf("%s: got %d with ETag %s for %s, want %d with %s", encoding, w.Code, w.Header().Get("ETag"), known, want, tag)
			}
			if want == http.StatusNotModified && w.Body.Len() > 0 {
				t.Errorf("%s: got a body beside a 304", encoding)
			}
		}
	}
	if tags["identity"] == tags["gzip"] {
		t.Errorf("two different bodies have the ETag %s", tags["gzip"])
	}
}

func TestFilesAreRead(t *testing.T) {
	g := withFiles(t)
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS"} {
		w := answer(g, request(method, "/console/", ""))
		refused(t, w, http.StatusMethodNotAllowed, "method_not_allowed")
		if got := w.Header().Get("Allow"); got != "GET, HEAD" {
			t.Errorf("%s: got Allow %q, want GET, HEAD", method, got)
		}
	}
	w := answer(g, request("HEAD", "/console/", ""))
	answered(t, w, http.StatusOK)
	if got := w.Header().Get("Content-Length"); got != "23" {
		t.Errorf("HEAD: got Content-Length %q, want 23", got)
	}
}

func TestFolderWithoutItsSlashLeadsToIt(t *testing.T) {
	w := answer(withFiles(t), request("GET", "/console", ""))
	if w.Code != http.StatusFound || w.Header().Get("Location") != "/console/" {
		t.Errorf("got %d to %q, want 302 to /console/", w.Code, w.Header().Get("Location"))
	}
}

func TestUnknownFilesAreProblems(t *testing.T) {
	g := withFiles(t)
	for _, path := range []string{"/console/nothing.js", "/console/../v1/health", "/console/%69ndex.html", "/console/index.html/", "/index.html", "/"} {
		refused(t, answer(g, request("GET", path, "")), http.StatusNotFound, "no_such_path")
	}
	refused(t, answer(open(t, &fake{}, nil), request("GET", "/console/", "")), http.StatusNotFound, "no_such_path")
}
