package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"wegweiser/shared/topology"
)

// File is a static file that is served beside the API, open to all.
type File struct {
	Type string // its content type
	Body []byte
	Gzip []byte // the body, compressed; nil where that saves nothing
}

// file is what a path answers with: a body plain and compressed, or another
// path.
type file struct {
	contentType string
	plain, gzip variant
	moved       string
}

// variant is a body in one encoding, under a strong ETag of its own.
type variant struct {
	body []byte
	tag  string // empty: there is no such variant
}

func newVariant(body []byte) variant {
	if body == nil {
		return variant{}
	}
	sum := sha256.Sum256(body)
	return variant{body, `"` + hex.EncodeToString(sum[:16]) + `"`}
}

// newFiles adds the redirect from each folder without its last slash.
func newFiles(files map[string]File) map[string]*file {
	all := make(map[string]*file, len(files))
	for path, f := range files {
		all[path] = &file{contentType: f.Type, plain: newVariant(f.Body), gzip: newVariant(f.Gzip)}
		if folder, ok := strings.CutSuffix(path, "/"); ok && folder != "" {
			all[folder] = &file{moved: path}
		}
	}
	return all
}

// file returns what is served beside the API under a path, letter by letter.
func (g *Gateway) file(r *http.Request) *file {
	if r.URL.RawPath != "" {
		return nil
	}
	return g.files[r.URL.Path]
}

func (g *Gateway) sendFile(x *exchange, f *file) {
	x.route = x.r.URL.Path
	answer := x.w.Header()
	if x.r.Method != http.MethodGet && x.r.Method != http.MethodHead {
		answer.Set("Allow", "GET, HEAD")
		g.refuse(x, problem(http.StatusMethodNotAllowed, "method_not_allowed", "this path takes GET, HEAD"))
		return
	}
	answer.Set("Cache-Control", topology.ConsoleCacheControl)
	answer.Set("Content-Security-Policy", topology.ConsoleSecurityPolicy)
	answer.Set("Referrer-Policy", topology.ConsoleReferrerPolicy)
	if f.moved != "" {
		answer.Set("Location", f.moved)
		g.write(x, http.StatusFound, nil)
		return
	}
	body := f.plain
	if f.gzip.tag != "" {
		answer.Set("Vary", "Accept-Encoding")
		if acceptsGzip(x.r.Header.Get("Accept-Encoding")) {
			body = f.gzip
			answer.Set("Content-Encoding", "gzip")
		}
	}
	answer.Set("ETag", body.tag)
	if knows(x.r.Header.Get("If-None-Match"), body.tag) {
		answer.Del("Content-Encoding")
		g.write(x, http.StatusNotModified, nil)
		return
	}
	answer.Set("Content-Type", f.contentType)
	answer.Set("Content-Length", strconv.Itoa(len(body.body)))
	g.write(x, http.StatusOK, body.body)
}

// acceptsGzip reads an Accept-Encoding.
func acceptsGzip(header string) bool {
	for coding := range list(header) {
		name, parameter, _ := strings.Cut(coding, ";")
		if name = strings.TrimSpace(name); !strings.EqualFold(name, "gzip") && name != "*" {
			continue
		}
		_, quality, ok := strings.Cut(strings.ReplaceAll(parameter, " ", ""), "q=")
		return !ok || strings.Trim(quality, "0.") != ""
	}
	return false
}

// knows reports whether an If-None-Match names a tag. Which of the two is a weak
// one says nothing: a proxy may have made it that.
func knows(header, tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for name := range list(header) {
		if name == "*" || strings.TrimPrefix(name, "W/") == tag {
			return true
		}
	}
	return false
}
