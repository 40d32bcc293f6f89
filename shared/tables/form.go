package tables

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// NewRow returns a row whose cells have the one form of their columns. Values
// may be text, numbers, bool, and lists of these. Text is split at | where the
// column is a list, and read as a number or as true or false where it is one
// of those. What cannot be read that way stays text, for Decode to name. Empty
// values are left out.
func NewRow(table, id string, cells map[string]any) Row {
	row := Row{ID: strings.TrimSpace(clean(id)), Cells: make(map[string]any, len(cells))}
	t, _ := Find(table)
	for name, value := range cells {
		if name == "id" {
			continue
		}
		kind := Text
		if c, ok := t.cell(row.ID, name); ok {
			kind = c.Type
		}
		if value := form(kind, value); value != nil {
			row.Cells[name] = value
		}
	}
	return row
}

// form brings a value to the form of its type, or to nil where it is empty.
func form(kind Type, value any) any {
	if text, ok := value.(string); ok && !kind.List() {
		return scalar(kind, clean(text))
	}
	members, isList := spelled(value)
	switch {
	case kind == Numbers:
		return numbersForm(split(members))
	case kind.List():
		if members = split(members); len(members) == 0 {
			return nil
		}
		return members
	case isList:
		members = []string{strings.Join(split(members), "|")}
	case len(members) == 0:
		return nil
	}
	return scalar(kind, members[0])
}

func scalar(kind Type, text string) any {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return nil
	}
	if kind == Text {
		return text
	}
	text = trimmed
	switch kind {
	case Integer, Number:
		if n, ok := number(text); ok {
			return n
		}
	case Bool:
		if b, ok := truth(text); ok {
			return b
		}
	}
	return text
}

func numbersForm(members []string) any {
	if len(members) == 0 {
		return nil
	}
	numbers := make([]float64, len(members))
	for i, m := range members {
		n, ok := number(m)
		if !ok {
			return strings.Join(members, "|")
		}
		numbers[i] = n
	}
	return numbers
}

// spelled gives a value as text, a list member by member.
func spelled(value any) (members []string, isList bool) {
	switch v := value.(type) {
	case string:
		return []string{clean(v)}, false
	case numeral:
		return []string{string(v)}, false
	case float64:
		return []string{Spell(v)}, false
	case int:
		return []string{strconv.Itoa(v)}, false
	case bool:
		return []string{strconv.FormatBool(v)}, false
	case []any:
		for _, member := range v {
			inner, _ := spelled(member)
			members = append(members, inner...)
		}
		return members, true
	case []string:
		for _, member := range v {
			members = append(members, clean(member))
		}
		return members, true
	case []float64:
		for _, member := range v {
			members = append(members, Spell(member))
		}
		return members, true
	}
	return nil, false
}

// split returns the members of a list without the empty ones.
func split(texts []string) []string {
	members := make([]string, 0, len(texts))
	for _, text := range texts {
		for member := range strings.SplitSeq(text, "|") {
			if member = strings.TrimSpace(member); member != "" {
				members = append(members, member)
			}
		}
	}
	return members
}

// clean makes text valid UTF-8 with \n for every end of line.
func clean(text string) string {
	if strings.IndexByte(text, '\r') >= 0 {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return text
}

// number reads decimal text with a point, as JSON and spreadsheets write it.
func number(text string) (float64, bool) {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && strings.IndexByte("+-.eE", c) < 0 {
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, false
	}
	return n + 0, true // there is no −0
}

// Spell writes a number in its one spelling: the shortest that reads back the
// same.
func Spell(n float64) string {
	if math.Abs(n) < 1e21 {
		return strconv.FormatFloat(n+0, 'f', -1, 64)
	}
	return strconv.FormatFloat(n, 'g', -1, 64)
}

// truth reads true and false, also as English and German spreadsheets write
// them.
func truth(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "true", "wahr":
		return true, true
	case "false", "falsch":
		return false, true
	}
	return false, false
}
