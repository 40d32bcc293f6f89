package local

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"wegweiser/shared/personalize/batch"
)

// Folder is a folder in the place of the bucket of batches. A key is a path
// below it.
type Folder string

var _ batch.Files = Folder("")

// Open implements batch.Files.
func (f Folder) Open(_ context.Context, key, version string, from, to int64) (io.ReadCloser, string, error) {
	content, err := os.ReadFile(f.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", batch.ErrMissing
	}
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", key, err)
	}
	sum := sha256.Sum256(content)
	is := hex.EncodeToString(sum[:16])
	if version != "" && version != is {
		return nil, "", batch.ErrReplaced
	}
	if to < 0 || to > int64(len(content)) {
		to = int64(len(content))
	}
	return io.NopCloser(bytes.NewReader(content[min(from, to):to])), is, nil
}

// Create implements batch.Files.
func (f Folder) Create(_ context.Context, key string) batch.File {
	return &folderFile{path: f.path(key)}
}

// List implements batch.Files.
func (f Folder) List(_ context.Context, prefix string) (keys []string, err error) {
	err = filepath.WalkDir(string(f), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(string(f), path)
		if key := filepath.ToSlash(name); err == nil && strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
		return err
	})
	slices.Sort(keys)
	return keys, err
}

func (f Folder) path(key string) string { return filepath.Join(string(f), filepath.FromSlash(key)) }

// folderFile is a file in memory until it is committed.
type folderFile struct {
	bytes.Buffer
	path string
}

// Commit implements batch.File.
func (f *folderFile) Commit() error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(f.path+".new", f.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.path+".new", f.path)
}

// Discard implements batch.File.
func (f *folderFile) Discard() {}
