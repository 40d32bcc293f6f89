package ingest

import (
	"errors"
	"fmt"
	"strings"
)

// field gives the text of one field of a touchpoint for a row: errDrop where
// the row is to be left out, another error where the row cannot be mapped.
type field interface {
	text(r *row) (string, error)
	// constants are the texts that it may give that are known beforehand.
	constants(yield func(string, node))
}

var errDrop = errors.New("left out by the mapping")

const dropWord = "drop"

func (n node) field(c *columns) field {
	switch {
	case n.isList():
		return n.cases(c)
	case n.isMap():
		return n.table(c)
	}
	return templateField{n, n.template(c)}
}

type templateField struct {
	node
	*template
}

func (f templateField) text(r *row) (string, error) { return f.fill(r), nil }

func (f templateField) constants(yield func(string, node)) {
	if f.constant() {
		yield(f.raw(), f.node)
	}
}

// table translates the values of a template.
type table struct {
	from     *template
	values   map[string]string
	places   map[string]node
	other    string
	hasOther bool
	place    node
}

func (n node) table(c *columns) field {
	t := &table{values: map[string]string{}, places: map[string]node{}, place: n}
	n.fields(map[string]func(node){
		"from": func(n node) {
			if t.from = n.template(c); t.from.constant() {
				n.problem("names no column; a column stands in braces, as in {event}")
			}
		},
		"values": func(n node) {
			keys, values := n.entries()
			for i, key := range keys {
				t.values[key.raw()] = values[i].text()
				t.places[key.raw()] = values[i]
			}
		},
		"other": func(n node) { t.other, t.hasOther, t.place = n.text(), true, n },
	})
	if t.from == nil || len(t.values) == 0 {
		n.problem(`a table needs from and values, as in {from: "{event}", values: {view: product_view}}`)
	}
	return t
}

func (t *table) text(r *row) (string, error) {
	from := t.from.fill(r)
	to, listed := t.values[from]
	switch {
	case !listed && !t.hasOther:
		return "", fmt.Errorf("the mapping does not list the value %.60q", from)
	case !listed:
		to = t.other
	}
	if to == dropWord {
		return "", errDrop
	}
	return to, nil
}

func (t *table) constants(yield func(string, node)) {
	for from, to := range t.values {
		if to != dropWord {
			yield(to, t.places[from])
		}
	}
	if t.hasOther && t.other != dropWord {
		yield(t.other, t.place)
	}
}

// cases picks the first field whose condition holds.
type cases []oneCase

type oneCase struct {
	when *filter
	is   field
	drop bool
}

func (n node) cases(c *columns) field {
	var all cases
	for _, member := range n.list() {
		var one oneCase
		member.fields(map[string]func(node){
			"when": func(n node) { f := n.filter(c); one.when = &f },
			"is": func(n node) {
				one.is = n.field(c)
				t, ok := one.is.(templateField)
				one.drop = ok && t.constant() && t.raw() == dropWord
			},
		})
		if one.is == nil {
			member.problem("a case needs what the field is, as in {when: {column: kind, is: sale}, is: purchase}")
			continue
		}
		all = append(all, one)
	}
	return all
}

func (all cases) text(r *row) (string, error) {
	for i := range all {
		if one := &all[i]; one.when == nil || one.when.holds(r) {
			if one.drop {
				return "", errDrop
			}
			return one.is.text(r)
		}
	}
	return "", nil
}

func (all cases) constants(yield func(string, node)) {
	for i := range all {
		if !all[i].drop {
			all[i].is.constants(yield)
		}
	}
}

func trimmed(f field, r *row) (string, error) {
	if f == nil {
		return "", nil
	}
	text, err := f.text(r)
	return strings.TrimSpace(text), err
}
