// Command pack zips functions for Lambda: each folder's bootstrap becomes
// folder.zip, and the sizes are printed. The same binary gives the same bytes,
// whenever and wherever it is packed.
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: pack FOLDER…: a folder holds one built bootstrap")
		os.Exit(2)
	}
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, folders []string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "function\tbinary\tzip\t")
	for _, folder := range folders {
		binary, err := os.ReadFile(filepath.Join(folder, "bootstrap"))
		if err != nil {
			return fmt.Errorf("read the binary: %w", err)
		}
		archive, err := pack(binary)
		if err != nil {
			return fmt.Errorf("pack %s: %w", folder, err)
		}
		if err := os.WriteFile(filepath.Clean(folder)+".zip", archive, 0o644); err != nil {
			return fmt.Errorf("write the zip: %w", err)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t\n", filepath.Base(folder), megabytes(len(binary)), megabytes(len(archive)))
	}
	return table.Flush()
}

// pack returns a zip with one executable file, bootstrap, of no date.
func pack(binary []byte) ([]byte, error) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	header.SetMode(0o755)
	file, err := w.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(binary); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return archive.Bytes(), nil
}

func megabytes(n int) string { return fmt.Sprintf("%.2f MB", float64(n)/1e6) }
