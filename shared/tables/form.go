package tables

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// NewRow returns a row whose cells have the one form of their columns. Values
// may be text, numbers of any Go type, json.Number, bool, and lists of these.
// Text is split at | where the column is a list, and read as a number or as
// true or false where it is one of those. What cannot be read that way stays
// text, for Decode to name. Empty values are left out.
func NewRow(table, id string, cells map[string]any) Row {
	row := Row{ID: clean(id), Cells: make(map[string]any, len(cells))}
	for name, value := range cells {
		kind := Text
		if c, ok := cell(table, row.ID, name); ok {
			kind = c.Type
		}
		if value := form(kind, value); value != nil {
			row.Cells[name] = value
		}
	}
	return row
}

// form brings a value to the form of its type, or nil where it is empty.
func form(kind Type, value any) any {
	members, isList := texts(value)
	switch {
	case kind == Numbers:
		return numbersForm(split(members))
	case kind.List():
		if members = split(members); len(members) > 0 {
			return members
		}
		return nil
	case isList:
		value = strings.Join(split(members), "|")
	case len(members) == 1:
		value = members[0]
	default:
		return nil
	}
	text := value.(string)
	if kind != Text {
		text = strings.TrimSpace(text)
	}
	if text == "" {
		return nil
	}
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

// texts spells a value out as text, member by member.
func texts(value any) (members []string, isList bool) {
	switch v := value.(type) {
	case nil:
		return nil, false
	case []any:
		for _, member := range v {
			inner, _ := texts(member)
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
			members = append(members, spell(member))
		}
		return members, true
	case string:
		return []string{clean(v)}, false
	case bool:
		return []string{strconv.FormatBool(v)}, false
	case float64:
		return []string{spell(v)}, false
	case json.Number:
		return []string{v.String()}, false
	}
	body, err := json.Marshal(value)
	if err != nil {
		return nil, false
	}
	return []string{clean(string(body))}, false
}

// split returns the members of a list without the empty ones.
func split(texts []string) []string {
	var members []string
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
	if strings.ContainsRune(text, '\r') {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// number reads decimal text with a point, as JSON and spreadsheets write it.
func number(text string) (float64, bool) {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && !strings.ContainsRune("+-.eE", rune(c)) {
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(n, 0) {
		return 0, false
	}
	return n + 0, true // never −0
}

// spell writes a number in its one spelling: the shortest that reads back the
// same.
func spell(n float64) string {
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
