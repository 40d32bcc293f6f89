package local_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"wegweiser/shared/local"
)

func hostOf(t *testing.T, o *local.Options) (*local.Host, error) {
	t.Helper()
	secrets, err := local.MakeSecrets(t.TempDir(), env(nil))
	if err != nil {
		t.Fatal(err)
	}
	return local.Open(t.Context(), open(t), secrets, o)
}

func TestTreesAreServedBesideTheAPI(t *testing.T) {
	page, script := strings.Repeat("<p>Hello</p>", 50), strings.Repeat("go();", 50)
	logs := &lines{}
	host, err := hostOf(t, &local.Options{
		Requests: slog.New(slog.NewJSONHandler(logs, nil)),
		Trees: map[string]fs.FS{"/console/": fstest.MapFS{
			"index.html":      {Data: []byte(page)},
			"console.js":      {Data: []byte(script)},
			"help/index.html": {Data: []byte(page)},
			"icon.png":        {Data: []byte("\x89PNG")},
			"notes":           {Data: []byte("?")},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		kind, body string
		packed     bool
	}{
		"/console/":           {"text/html; charset=utf-8", page, true},
		"/console/index.html": {"text/html; charset=utf-8", page, true},
		"/console/help/":      {"text/html; charset=utf-8", page, true},
		"/console/console.js": {"text/javascript; charset=utf-8", script, true},
		"/console/icon.png":   {"image/png", "\x89PNG", false},
		"/console/notes":      {"application/octet-stream", "?", false},
	} {
		w := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodGet, path, nil)
		request.Header.Set("Accept-Encoding", "gzip")
		host.Handler.ServeHTTP(w, request)
		body := w.Body.Bytes()
		if packed := w.Header().Get("Content-Encoding") == "gzip"; packed != want.packed {
			t.Errorf("%s: compressed is %v, want %v", path, packed, want.packed)
		} else if packed {
			body = unpacked(t, body)
		}
		if kind := w.Header().Get("Content-Type"); w.Code != http.StatusOK || kind != want.kind || string(body) != want.body {
			t.Errorf("%s: got %d, %s, %d bytes, want 200, %s, %d bytes", path, w.Code, kind, len(body), want.kind, len(want.body))
		}
	}
	w := httptest.NewRecorder()
	host.Handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/health", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"status":"ok"`) {
		t.Errorf("the API beside them: got %d %s, want its health", w.Code, w.Body)
	}
	if got := strings.Count(logs.String(), "\n"); got != 7 {
		t.Errorf("%d log lines for 7 requests:\n%s", got, logs)
	}
	if !strings.Contains(logs.String(), `"route":"/console/console.js","status":200`) {
		t.Errorf("no line names the file that was asked:\n%s", logs)
	}
}

func unpacked(t *testing.T, body []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestTreesAreUnderFolders(t *testing.T) {
	for _, prefix := range []string{"console/", "/console", ""} {
		_, err := hostOf(t, &local.Options{Trees: map[string]fs.FS{prefix: fstest.MapFS{}}})
		if err == nil || !strings.Contains(err.Error(), "must start and end with a slash") {
			t.Errorf("%q: got error %v, want one that says what would be right", prefix, err)
		}
	}
}
