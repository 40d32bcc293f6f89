package functions_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// objects stands in for a bucket of S3: what of it the functions use.
type objects struct {
	server *httptest.Server
	name   string

	mu      sync.Mutex
	kept    map[string][]byte
	uploads map[string]map[int][]byte
}

func newObjects(tb testing.TB) *objects {
	o := &objects{name: "batches", kept: map[string][]byte{}, uploads: map[string]map[int][]byte{}}
	api := http.NewServeMux()
	api.HandleFunc("GET /batches", o.list)
	api.HandleFunc("GET /batches/{key...}", o.get)
	api.HandleFunc("PUT /batches/{key...}", o.put)
	api.HandleFunc("POST /batches/{key...}", o.upload)
	api.HandleFunc("DELETE /batches/{key...}", o.abort)
	o.server = httptest.NewServer(api)
	tb.Cleanup(o.server.Close)
	return o
}

func (o *objects) read(key string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.kept[key])
}

func (o *objects) write(key, content string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept[key] = []byte(content)
}

// removeAll takes away what begins so.
func (o *objects) removeAll(prefix string) (count int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	maps.DeleteFunc(o.kept, func(key string, _ []byte) bool {
		if !strings.HasPrefix(key, prefix) {
			return false
		}
		count++
		return true
	})
	return count
}

func (o *objects) list(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	query := r.URL.Query()
	type content struct{ Key string }
	var out struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string `xml:",omitempty"`
		Contents              []content
	}
	for _, key := range slices.Sorted(maps.Keys(o.kept)) {
		if !strings.HasPrefix(key, query.Get("prefix")) || key <= query.Get("continuation-token") {
			continue
		}
		if len(out.Contents) == 2 { // S3 has 1,000 on a page
			out.IsTruncated, out.NextContinuationToken = true, out.Contents[1].Key
			break
		}
		out.Contents = append(out.Contents, content{key})
	}
	answerXML(w, http.StatusOK, out)
}

func answerXML(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_ = xml.NewEncoder(w).Encode(body) // a client that is gone notices itself
}

func refuse(w http.ResponseWriter, status int, code string) {
	answerXML(w, status, struct {
		XMLName       xml.Name `xml:"Error"`
		Code, Message string
	}{Code: code, Message: code})
}

func etag(content []byte) string {
	sum := md5.Sum(content)
	return strconv.Quote(hex.EncodeToString(sum[:]))
}

func (o *objects) get(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	content, ok := o.kept[r.PathValue("key")]
	o.mu.Unlock()
	if !ok {
		refuse(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	if match := r.Header.Get("If-Match"); match != "" && match != etag(content) {
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailed")
		return
	}
	w.Header().Set("ETag", etag(content))
	status := http.StatusOK
	var from, to int
	if n, _ := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &from, &to); n == 2 {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to, len(content)))
		content, status = content[from:min(to+1, len(content))], http.StatusPartialContent
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(status)
	_, _ = w.Write(content) // a client may have seen enough
}

func (o *objects) put(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(r.Body)
	if err != nil || strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") {
		refuse(w, http.StatusBadRequest, "IncompleteBody")
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	w.Header().Set("ETag", etag(content))
	query := r.URL.Query()
	if id := query.Get("uploadId"); id != "" {
		number, _ := strconv.Atoi(query.Get("partNumber"))
		o.uploads[id][number] = content
		return
	}
	o.kept[r.PathValue("key")] = content
}

func (o *objects) upload(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	query, key := r.URL.Query(), r.PathValue("key")
	if query.Has("uploads") {
		id := "u-" + strconv.Itoa(len(o.uploads))
		o.uploads[id] = map[int][]byte{}
		answerXML(w, http.StatusOK, struct {
			XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
			UploadID string   `xml:"UploadId"`
		}{UploadID: id})
		return
	}
	var asked struct {
		Part []struct {
			PartNumber int
			ETag       string
		}
	}
	if err := xml.NewDecoder(r.Body).Decode(&asked); err != nil {
		refuse(w, http.StatusBadRequest, "MalformedXML")
		return
	}
	var whole bytes.Buffer
	for i, p := range asked.Part {
		piece := o.uploads[query.Get("uploadId")][p.PartNumber]
		if p.PartNumber != i+1 || p.ETag != etag(piece) || i < len(asked.Part)-1 && len(piece) < 5<<20 {
			refuse(w, http.StatusBadRequest, "InvalidPart")
			return
		}
		whole.Write(piece)
	}
	delete(o.uploads, query.Get("uploadId"))
	o.kept[key] = whole.Bytes()
	answerXML(w, http.StatusOK, struct {
		XMLName xml.Name `xml:"CompleteMultipartUploadResult"`
		ETag    string
	}{ETag: etag(whole.Bytes())})
}

func (o *objects) abort(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.uploads, r.URL.Query().Get("uploadId"))
	w.WriteHeader(http.StatusNoContent)
}
