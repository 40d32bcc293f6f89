package local

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"wegweiser/shared/gateway"
)

const (
	indexFile = "index.html"
	anyType   = "application/octet-stream"
)

// fileTypes are the content types by the endings of names. The machine's own
// list is not asked, so that every machine answers the same.
var fileTypes = map[string]string{
	".html":        "text/html; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".webmanifest": "application/manifest+json",
	".txt":         "text/plain; charset=utf-8",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".ico":         "image/x-icon",
	".woff2":       "font/woff2",
}

// readTrees reads every file of the trees into memory, once: they are small,
// and do not change while a program runs.
func readTrees(trees map[string]fs.FS) (map[string]gateway.File, error) {
	files := map[string]gateway.File{}
	for prefix, tree := range trees {
		if !strings.HasPrefix(prefix, "/") || !strings.HasSuffix(prefix, "/") {
			return nil, fmt.Errorf("the path %q must start and end with a slash", prefix)
		}
		if err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			file, err := readFile(tree, name)
			if err != nil {
				return err
			}
			files[prefix+name] = file
			if path.Base(name) == indexFile {
				files[prefix+strings.TrimSuffix(name, indexFile)] = file
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func readFile(tree fs.FS, name string) (gateway.File, error) {
	body, err := fs.ReadFile(tree, name)
	if err != nil {
		return gateway.File{}, err
	}
	file := gateway.File{Type: fileTypes[path.Ext(name)], Body: body}
	if file.Type == "" {
		file.Type = anyType
	}
	if small := compress(body); len(small) < len(body)*9/10 {
		file.Gzip = small
	}
	return file, nil
}

func compress(body []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // fails for unknown levels alone
	_, _ = w.Write(body)                                    // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}
