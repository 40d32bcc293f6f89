// Package web holds what browsers load: static files, built and committed, so
// that Go alone serves them.
package web

import (
	"embed"
	"io/fs"
)

//go:embed console/dist
var built embed.FS

// Console returns the files of the marketer console, with index.html at the
// root. They are what web/console builds to (make console).
func Console() fs.FS {
	console, err := fs.Sub(built, "console/dist")
	if err != nil {
		panic(err) // the name above is not a valid path
	}
	return console
}
