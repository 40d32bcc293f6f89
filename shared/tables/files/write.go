package files

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"wegweiser/shared/tables"
)

// Format is how the files of a folder are written.
type Format string

// The formats.
const (
	YAML Format = "yaml"
	JSON Format = "json"
	CSV  Format = "csv"
)

// Encode returns the files of a set by name, one for each table with rows.
// Reading them gives the set again.
func Encode(set tables.Set, format Format) (map[string][]byte, error) {
	encoded := map[string][]byte{}
	for table, rows := range set {
		if len(rows) == 0 {
			continue
		}
		var text []byte
		switch format {
		case YAML:
			text = writeYAML(table, rows)
		case JSON:
			text = tables.WriteJSON(rows)
		case CSV:
			text = tables.WriteCSV(table, rows)
		default:
			return nil, errFormat(format)
		}
		encoded[table+"."+string(format)] = text
	}
	return encoded, nil
}

func errFormat(format Format) error {
	return fmt.Errorf("there is no format called %q; it is yaml, json or csv", format)
}

// Write writes a set into a folder, which it makes where there is none. It
// writes over tables of the same format and refuses to begin where it would
// leave another file of a table beside its own.
func Write(folder string, set tables.Set, format Format) error {
	encoded, err := Encode(set, format)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("write tables: %w", err)
	}
	for _, table := range tables.Tables() {
		for end := range readers() {
			name := table + end
			_, err := os.Stat(filepath.Join(folder, name))
			if _, ours := encoded[name]; err == nil && !ours {
				return fmt.Errorf("write tables: %s is in the way; move it elsewhere, so that the folder holds these rows and no others", filepath.Join(folder, name))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(encoded)) {
		if err := os.WriteFile(filepath.Join(folder, name), encoded[name], 0o644); err != nil {
			return fmt.Errorf("write tables: %w", err)
		}
	}
	return nil
}

// writeYAML writes a list of rows by id.
func writeYAML(table string, rows []tables.Row) []byte {
	var b strings.Builder
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b tables.Row) int { return strings.Compare(a.ID, b.ID) })
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("- id: " + scalar(row.ID) + "\n")
		for _, column := range row.Columns(table) {
			b.WriteString("  " + scalar(column) + ": " + cell(row.Cells[column]) + "\n")
		}
	}
	return []byte(b.String())
}

func cell(value any) string {
	switch v := value.(type) {
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return tables.Spell(v)
	case []string:
		return list(v, scalar)
	case []float64:
		return list(v, tables.Spell)
	}
	text, _ := value.(string)
	return scalar(text)
}

func list[T any](members []T, write func(T) string) string {
	written := make([]string, len(members))
	for i, m := range members {
		written[i] = write(m)
	}
	return "[" + strings.Join(written, ", ") + "]"
}

// scalar writes text as it is where YAML reads it as that text, else in double
// quotes.
func scalar(text string) string {
	if plain(text) {
		return text
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x100 && unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case r == ' ' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plain is careful rather than complete: it starts with a letter or a slash,
// has nothing that could mean something else, and is no word of YAML's.
func plain(text string) bool {
	for i, r := range text {
		letter := unicode.IsLetter(r) || r == '/'
		if !letter && (i == 0 || !unicode.IsDigit(r) && !strings.ContainsRune(" -_.:;!?()+=€%", r)) {
			return false
		}
	}
	switch strings.ToLower(text) {
	case "", "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return false
	}
	return !strings.Contains(text, ": ") && !strings.HasSuffix(text, ":") && !strings.HasSuffix(text, " ")
}
