package ingest

import "strings"

// template is text with columns in it.
type template struct {
	parts  []part
	single int // the slot where the template is one column and nothing else, or noSlot
}

// part is literal text, the column of a slot, or a builtin.
type part struct {
	literal string
	slot    int
	builtin string
}

const noSlot = -1

func (n node) template(c *columns) *template {
	t, rest := &template{single: noSlot}, n.text()
	for rest != "" {
		before, after, open := strings.Cut(rest, "{")
		if before != "" {
			t.parts = append(t.parts, part{literal: before, slot: noSlot})
		}
		if !open {
			break
		}
		name, behind, closed := strings.Cut(after, "}")
		if !closed || name == "" || strings.Contains(name, "{") {
			n.problem("a column stands in braces, as in {user_id}")
			break
		}
		switch name {
		case rowNumber, memberIndex, contentHash, repetition:
			t.parts = append(t.parts, part{builtin: name, slot: noSlot})
			c.use(name)
		default:
			t.parts = append(t.parts, part{slot: c.slot(name)})
		}
		rest = behind
	}
	if len(t.parts) == 1 {
		t.single = t.parts[0].slot
	}
	return t
}

// constant reports whether the template is text without columns.
func (t *template) constant() bool {
	return len(t.parts) == 0 || len(t.parts) == 1 && t.parts[0].slot == noSlot && t.parts[0].builtin == ""
}

// fill returns the template's text for a row, empty where a column of it is.
func (t *template) fill(r *row) string {
	if t.single != noSlot {
		return r.values[t.single]
	}
	if t.constant() && len(t.parts) == 1 {
		return t.parts[0].literal
	}
	var text strings.Builder
	for i := range t.parts {
		p := &t.parts[i]
		switch {
		case p.slot != noSlot:
			if r.values[p.slot] == "" {
				return ""
			}
			text.WriteString(r.values[p.slot])
		case p.builtin != "":
			text.WriteString(r.builtin(p.builtin))
		default:
			text.WriteString(p.literal)
		}
	}
	return text.String()
}
