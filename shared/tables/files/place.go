package files

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"wegweiser/shared/tables"
)

// Place is where a problem stands: a file, and where it is known a line of it
// and a byte of that line, both counted from 1.
type Place struct {
	File string
	tables.Place
}

// String returns the place as editors read it: rules.yaml:12:9.
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Locate returns where a problem of the folder's set stands: its cell, else
// its row, else its file. It reports false where no file was read for the
// table.
func (f *Folder) Locate(p tables.Problem) (Place, bool) {
	s, ok := f.sources[p.Table]
	if !ok {
		return Place{}, false
	}
	if at, _, ok := p.Split(); ok {
		return Place{s.name, at}, true
	}
	for _, cell := range []tables.Cell{{Row: p.Row, Column: p.Column}, {Row: p.Row}} {
		if at, ok := s.places[cell]; ok {
			at.Column += f.within(p, s.line(at.Line), at.Column)
			return Place{s.name, at}, true
		}
	}
	return Place{File: s.name}, true
}

// within turns an offset in a cell's text into one behind the column at which
// the cell starts, where the line has the text as it is, with or without a
// quote before it, or the member of a list as it is.
func (f *Folder) within(p tables.Problem, line string, column int) int {
	if p.Offset <= 0 {
		return 0
	}
	row, _ := f.Set.Row(p.Table, p.Row)
	members, isList := row.Cells[p.Column].([]string)
	text, _ := row.Cells[p.Column].(string)
	if isList {
		text = strings.Join(members, "|")
	}
	if p.Offset > len(text) || column > len(line) {
		return 0
	}
	rest := line[column-1:]
	for _, quote := range []string{"", `"`, "'"} {
		if strings.HasPrefix(rest, quote+text[:p.Offset]) {
			return len(quote) + p.Offset
		}
	}
	if isList {
		member, _, _ := strings.Cut(text[p.Offset:], "|")
		return max(0, strings.LastIndex(rest, member))
	}
	return 0
}

func (s *source) line(number int) string {
	if number < 1 || number > len(s.lines) {
		return ""
	}
	return strings.TrimRight(s.lines[number-1], "\r")
}

// Describe returns a problem for people: its place in the files, its message,
// and the line with a mark under it.
func (f *Folder) Describe(p tables.Problem) string {
	place, ok := f.Locate(p)
	if !ok {
		return p.String()
	}
	_, p.Message, _ = p.Split()
	described := place.String() + ": " + p.String()
	if place.Line == 0 {
		return described
	}
	s := f.sources[p.Table]
	line, column := clip(s.line(place.Line), place.Column)
	number := fmt.Sprintf("%5d | ", place.Line)
	return described + "\n" + number + line + "\n" + strings.Repeat(" ", len(number)-2) + "| " + strings.Repeat(" ", column) + "^"
}

// clip returns a line short enough to be shown, and how many characters stand
// before the byte of that column.
func clip(line string, column int) (string, int) {
	const before, most = 60, 110
	at := min(max(column-1, 0), len(line))
	start := max(0, at-before)
	for start > 0 && !utf8.RuneStart(line[start]) {
		start--
	}
	shown := []rune(strings.ToValidUTF8(line[start:min(len(line), start+most*utf8.UTFMax)], "\uFFFD"))
	shown = shown[:min(len(shown), most)]
	for i, r := range shown {
		if r < ' ' || r == 0x7f {
			shown[i] = ' '
		}
	}
	return string(shown), utf8.RuneCountInString(line[start:at])
}
