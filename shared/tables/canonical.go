package tables

import (
	"maps"
	"slices"
)

// canonical returns the set in its one form, of which MaxBytes is the limit: a
// JSON object of the tables that have rows, by name, each a list of rows by id,
// each an object of its id and then its cells by column. No white space, numbers
// in their one spelling. Equal sets give equal bytes, on every machine.
func (s Set) canonical() []byte {
	out := []byte{'{'}
	for _, table := range slices.Sorted(maps.Keys(s)) {
		if len(s[table]) == 0 {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(appendText(out, table), ':', '[')
		for i, row := range sorted(s[table]) {
			if i > 0 {
				out = append(out, ',')
			}
			out = row.appendJSON(out)
		}
		out = append(out, ']')
	}
	return append(out, '}')
}

// MarshalJSON writes the row as one flat object, its id first, then its cells
// by column.
func (r Row) MarshalJSON() ([]byte, error) { return r.appendJSON(nil), nil }

func (r Row) appendJSON(out []byte) []byte {
	out = appendText(append(out, `{"id":`...), r.ID)
	for _, name := range slices.Sorted(maps.Keys(r.Cells)) {
		out = append(appendText(append(out, ','), name), ':')
		out = appendCell(out, r.Cells[name])
	}
	return append(out, '}')
}

func appendCell(out []byte, cell any) []byte {
	switch v := cell.(type) {
	case float64:
		return append(out, Spell(v)...)
	case []float64:
		return appendList(out, v, func(out []byte, n float64) []byte { return append(out, Spell(n)...) })
	case []string:
		return appendList(out, v, appendText)
	case bool:
		if v {
			return append(out, "true"...)
		}
		return append(out, "false"...)
	}
	text, _ := cell.(string)
	return appendText(out, text)
}

func appendList[T any](out []byte, members []T, add func([]byte, T) []byte) []byte {
	out = append(out, '[')
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out = add(out, m)
	}
	return append(out, ']')
}

// appendText writes a JSON string with no more escapes than JSON asks for.
func appendText(out []byte, text string) []byte {
	text = clean(text)
	out = append(out, '"')
	from := 0
	for i := range len(text) {
		c := text[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		out = append(out, text[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\n':
			out = append(out, '\\', 'n')
		case '\t':
			out = append(out, '\\', 't')
		default:
			out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(out, text[from:]...), '"')
}

const hexDigits = "0123456789abcdef"
