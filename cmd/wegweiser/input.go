package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
	"wegweiser/shared/tables/files"
)

// standard stands for standard input where a command reads tables, and for
// standard output where it writes them.
const standard = "-"

// aboutTables is what the commands that read tables say of them.
const aboutTables = `
PATH is a folder, a file, or - for standard input. A text that is not called
after its table, as items.csv is, holds the rows of the table that --table names,
in YAML, JSON or CSV; or, without --table, several tables as config get prints
them: their names with their rows, in YAML or JSON.`

func tableFlag(flags *pflag.FlagSet, to *string) {
	flags.StringVarP(to, "table", "t", "", "the table whose rows a file or standard input holds")
}

// readTables reads what the command line names, of the table where that is
// said.
func (p *program) readTables(path, table string) (*files.Folder, error) {
	if err := knownTable(table); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case path == standard:
		return p.readStandard(table)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no folder or file %s", path)
	case err != nil:
		return nil, fmt.Errorf("read the tables: %w", err)
	case !info.IsDir():
		return readTableFile(path, table)
	case table != "":
		return nil, usagef("--table is for a file or standard input; %s is a folder, whose files are called after their tables", path)
	}
	folder, err := files.Read(os.DirFS(path))
	if err != nil {
		return nil, err
	}
	if len(folder.Set) == 0 && len(folder.Problems) == 0 {
		return nil, fmt.Errorf("there is no table in %s; a table is a file such as items.yaml, rules.csv or settings.json", path)
	}
	return folder, nil
}

func knownTable(table string) error {
	if _, ok := tables.Find(table); ok || table == "" {
		return nil
	}
	if nearest, ok := rule.Nearest(table, tables.Tables()); ok {
		return usagef("there is no table %q; did you mean %q?", table, nearest)
	}
	return usagef("there is no table %q; there are %s", table, strings.Join(tables.Tables(), ", "))
}

func (p *program) readStandard(table string) (*files.Folder, error) {
	text, err := io.ReadAll(io.LimitReader(p.stdin, files.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read standard input: %w", err)
	}
	return readTableText("stdin", table, files.FormatOf(text), text)
}

func readTableFile(path, table string) (*files.Folder, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the tables: %w", err)
	}
	name, end := filepath.Base(path), filepath.Ext(path)
	if called := strings.TrimSuffix(name, end); table == "" && knownTable(called) == nil {
		table = called
	}
	format, ok := map[string]files.Format{".yaml": files.YAML, ".yml": files.YAML, ".json": files.JSON, ".csv": files.CSV}[end]
	if !ok {
		format = files.FormatOf(text)
	}
	return readTableText(name, table, format, text)
}

// readTableText refuses a text without anything in it: it would empty a table
// where the program that should have written it has failed.
func readTableText(name, table string, format files.Format, text []byte) (*files.Folder, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, fmt.Errorf("%s is empty; a table without rows is [] in YAML and JSON, and a first line with id in CSV", name)
	}
	if format == files.CSV && table == "" {
		return nil, usagef("--table is missing: CSV is the rows of one table")
	}
	return files.ReadText(name, table, format, text), nil
}
