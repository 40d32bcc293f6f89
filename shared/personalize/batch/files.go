package batch

import (
	"context"
	"errors"
	"io"
)

// Files is where files of recipients are and their answers go. It is safe for
// concurrent use.
type Files interface {
	// Open reads a file from a byte on, up to but not including another, or to
	// its end where that is negative. It returns the version of its content
	// too. ErrMissing is the error where there is no such file, and ErrReplaced
	// where a version is named and the file has another.
	Open(ctx context.Context, key, version string, from, to int64) (body io.ReadCloser, is string, err error)
	// Create begins a file. Nobody sees it before it is committed, and then
	// whole, in place of one that was there.
	Create(ctx context.Context, key string) File
	// List returns the keys that begin so, in their order.
	List(ctx context.Context, prefix string) ([]string, error)
}

// File is a file that is being written.
type File interface {
	io.Writer
	Commit() error
	Discard() // after Commit it does nothing
}

// The errors of Files that say something of a file.
var (
	ErrMissing  = errors.New("there is no such file")
	ErrReplaced = errors.New("the file was replaced")
)
