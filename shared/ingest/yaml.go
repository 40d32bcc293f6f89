package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"wegweiser/shared/rule"
)

// Problem is one thing that is wrong with a mapping file, and what would be
// right. Line and Column count from 1.
type Problem struct {
	Line, Column int
	Message      string
	Warning      bool // the mapping can be used all the same
}

func (p Problem) String() string {
	kind := ""
	if p.Warning {
		kind = "warning: "
	}
	return fmt.Sprintf("%d:%d: %s%s", p.Line, p.Column, kind, p.Message)
}

// document is a YAML file that is being read, with what was found wrong so far.
type document struct {
	problems []Problem
}

// node is a place in a document.
type node struct {
	*document
	ast.Node
}

// parse reads a file, of which needed says what is missing where it is empty.
func (d *document) parse(text []byte, needed string) (node, bool) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		problem := Problem{Line: 1, Column: 1, Message: err.Error()}
		if at := yaml.Error(nil); errors.As(err, &at) {
			position := at.GetToken().Position
			problem = Problem{Line: position.Line, Column: position.Column, Message: at.GetMessage()}
		}
		d.problems = append(d.problems, problem)
		return node{}, false
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		d.problems = append(d.problems, Problem{Line: 1, Column: 1, Message: "the file is empty; " + needed})
		return node{}, false
	}
	return node{d, file.Docs[0].Body}, true
}

// sorted puts the problems in the order of their places, and reports whether one
// of them is more than a warning.
func (d *document) sorted() (fatal bool) {
	slices.SortStableFunc(d.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.ContainsFunc(d.problems, func(p Problem) bool { return !p.Warning })
}

func (n node) problem(format string, args ...any) {
	at := Problem{Line: 1, Column: 1, Message: fmt.Sprintf(format, args...)}
	if first := n.start(); first != nil && first.Position != nil {
		at.Line, at.Column = first.Position.Line, first.Position.Column
	}
	n.problems = append(n.problems, at)
}

// start returns the first token of the node. That of a mapping without braces
// would be its first colon.
func (n node) start() *token.Token {
	if m, ok := n.Node.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken()
	}
	return n.GetToken()
}

func (n node) warn(format string, args ...any) {
	n.problem(format, args...)
	n.problems[len(n.problems)-1].Warning = true
}

// entries returns the keys and values of a mapping in order. A key that occurs
// twice is refused by the parser.
func (n node) entries() (keys, values []node) {
	m, ok := n.Node.(ast.MapNode)
	if !ok {
		n.problem("must be a mapping of names to values")
		return nil, nil
	}
	for all := m.MapRange(); all.Next(); {
		keys = append(keys, node{n.document, all.Key()})
		values = append(values, node{n.document, all.Value()})
	}
	return keys, values
}

// fields hands each value of a mapping to the reader of its key, and names the
// keys that have none.
func (n node) fields(readers map[string]func(node)) {
	keys, values := n.entries()
	for i, key := range keys {
		name := key.raw()
		if read := readers[name]; read != nil {
			read(values[i])
			continue
		}
		key.problem("there is no %q here%s", name, meant(name, readers))
	}
}

// meant continues a message about an unknown name with the nearest right one,
// or all of them.
func meant[V any](name string, known map[string]V) string {
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	if nearest, ok := rule.Nearest(name, names); ok {
		return fmt.Sprintf("; did you mean %q?", nearest)
	}
	return "; there are " + strings.Join(names, ", ")
}

func (n node) list() []node {
	l, ok := n.Node.(ast.ArrayNode)
	if !ok {
		n.problem("must be a list")
		return nil
	}
	var members []node
	for all := l.ArrayRange(); all.Next(); {
		members = append(members, node{n.document, all.Value()})
	}
	return members
}

func (n node) isList() bool { _, ok := n.Node.(ast.ArrayNode); return ok }

func (n node) isMap() bool { _, ok := n.Node.(ast.MapNode); return ok }

// raw returns the text of a scalar as it is written, so that 007 stays 007.
func (n node) raw() string {
	if literal, ok := n.Node.(*ast.LiteralNode); ok {
		return literal.Value.Value
	}
	return n.GetToken().Value
}

func (n node) text() string {
	if _, ok := n.Node.(ast.ScalarNode); !ok {
		n.problem("must be text")
		return ""
	}
	return n.raw()
}

func (n node) bool() bool {
	b, ok := n.Node.(*ast.BoolNode)
	if !ok {
		n.problem("must be true or false")
		return false
	}
	return b.Value
}

// oneOf returns the text of a scalar that must be one of the words.
func (n node) oneOf(words ...string) string {
	text := n.text()
	if !slices.Contains(words, text) {
		n.problem("must be one of %s", strings.Join(words, ", "))
	}
	return text
}
