package files

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// MaxBytes bounds one file: twice what a whole set may have, for comments and
// white space.
const MaxBytes = 2 * tables.MaxBytes

// Folder is what was read from a folder. Problems are those of the texts; what
// the cells say is for Set.Decode, or a snapshot's compiler, to check.
type Folder struct {
	Set      tables.Set
	Problems []tables.Problem
	sources  map[string]source // by table
}

// source is one file that was read.
type source struct {
	name   string
	lines  []string
	places tables.Places
}

// reader reads the rows of one format.
type reader func(places tables.Places, table string, text []byte) ([]tables.Row, []tables.Problem)

// readers are the formats by the ends of file names.
func readers() map[string]reader {
	return map[string]reader{
		".yaml": readYAML,
		".yml":  readYAML,
		".json": tables.Places.ReadJSON,
		".csv":  tables.Places.ReadCSV,
	}
}

// Read reads every table in the top of fsys. A file that is nearly called like
// a table, or is one in a format that cannot be read, is a problem; so are two
// files of one table. Other files and folders are left alone. The error is
// that the folder, or a file in it, cannot be opened.
func Read(fsys fs.FS) (*Folder, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read the folder of tables: %w", err)
	}
	f := &Folder{Set: tables.Set{}, sources: map[string]source{}}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if err := f.read(fsys, e.Name()); err != nil {
			return nil, err
		}
	}
	tables.SortProblems(f.Problems)
	return f, nil
}

func (f *Folder) problem(table, format string, args ...any) {
	f.Problems = append(f.Problems, tables.Problem{Table: table, Severity: tables.Error, Message: fmt.Sprintf(format, args...)})
}

func (f *Folder) read(fsys fs.FS, name string) error {
	end := path.Ext(name)
	table := strings.TrimSuffix(name, end)
	read, readable := readers()[end]
	if _, known := tables.Find(table); !known || !readable {
		f.unknown(name, table, end)
		return nil
	}
	if first, twice := f.sources[table]; twice {
		f.problem(table, "%s and %s both hold the table; keep one of them", first.name, name)
		return nil
	}
	text, err := readFile(fsys, name)
	if errors.Is(err, errTooLarge) {
		f.problem(table, "%s is too large; a file has at most %d MB", name, MaxBytes>>20)
		return nil
	}
	if err != nil {
		return err
	}
	f.encoding(table, text)
	places := tables.Places{}
	rows, problems := read(places, table, text)
	f.Set.Add(table, rows...)
	f.Problems = append(f.Problems, problems...)
	f.sources[table] = source{name, linesOf(text), places}
	return nil
}

// linesOf returns the lines of a text without its byte order mark.
func linesOf(text []byte) []string {
	return strings.Split(strings.TrimPrefix(string(text), "\uFEFF"), "\n")
}

// encoding reports text that some program wrote in an encoding of its own, and
// of which the letters with accents would be lost.
func (f *Folder) encoding(table string, text []byte) {
	if utf8.Valid(text) {
		return
	}
	at := 0
	for r, size := utf8.DecodeRune(text); r != utf8.RuneError || size > 1; r, size = utf8.DecodeRune(text[at:]) {
		at += size
	}
	before := text[:at]
	place := tables.Place{Line: 1 + bytes.Count(before, []byte("\n")), Column: at - bytes.LastIndexByte(before, '\n')}
	f.problem(table, "%s: from here on the file is not UTF-8; save it as UTF-8, which spreadsheets call CSV UTF-8", place)
}

var errTooLarge = errors.New("too large")

func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if info.Size() > MaxBytes {
		return nil, errTooLarge
	}
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return text, nil
}

// unknown reports a file that was probably meant to be a table.
func (f *Folder) unknown(name, table, end string) {
	ends := []string{".yaml", ".yml", ".json", ".csv"}
	meant, near := rule.Nearest(table, tables.Tables())
	switch _, known := tables.Find(table); {
	case known && slices.Contains(ends, strings.ToLower(end)):
		f.problem(table, "%s is not read; call it %s%s", name, table, strings.ToLower(end))
	case known && slices.Contains([]string{".xlsx", ".xls", ".ods", ".numbers", ".tsv", ".txt", ".toml"}, strings.ToLower(end)):
		f.problem(table, "%s cannot be read; save it as %s.csv, or write %s.yaml", name, table, table)
	case !known && near && slices.Contains(ends, strings.ToLower(end)):
		f.problem(table, "%s is not a table; did you mean %s%s?", name, meant, strings.ToLower(end))
	}
}
