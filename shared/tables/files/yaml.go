package files

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"wegweiser/shared/tables"
)

// maxBrackets bounds how deep brackets are nested, before the parser recurses
// into them.
const maxBrackets = 1000

// readYAML reads the rows of a table.
func readYAML(places tables.Places, table string, text []byte) ([]tables.Row, []tables.Problem) {
	r := &yamlReader{table: table, places: places, lines: linesOf(text)}
	if body := r.parse(text); body != nil {
		r.rows(body)
	}
	return r.found, r.problems
}

// parse returns what the text holds, or nil where that is nothing, or wrong.
func (r *yamlReader) parse(text []byte) (body ast.Node) {
	if deep(text) {
		r.problem("", "", tables.Place{Line: 1, Column: 1}, "brackets are nested too deeply; rows are flat")
		return nil
	}
	file, err := parser.ParseBytes([]byte(strings.Join(r.lines, "\n")), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil
	}
	for i, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case i > 0:
			r.wrong("", "", doc.Body, "a file holds one document; remove the line ---")
		default:
			body = doc.Body
		}
	}
	return body
}

// deep also counts brackets in texts, and forgets them at the next row.
func deep(text []byte) bool {
	depth := 0
	for i, c := range text {
		switch {
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth = max(0, depth-1)
		case i > 0 && text[i-1] == '\n' && c > ' ':
			depth = 0
		}
		if depth > maxBrackets {
			return true
		}
	}
	return false
}

// yamlReader reads on past what is wrong with a row or cell.
type yamlReader struct {
	table    string
	lines    []string
	places   tables.Places
	found    []tables.Row
	problems []tables.Problem
}

func (r *yamlReader) problem(row, column string, at tables.Place, message string) {
	r.problems = append(r.problems, tables.Problem{
		Table: r.table, Row: row, Column: column, Severity: tables.Error, Message: at.String() + ": " + message,
	})
}

func (r *yamlReader) wrong(row, column string, node ast.Node, message string) {
	r.problem(row, column, r.start(node), message)
}

func (r *yamlReader) syntax(err error) {
	message, at := err.Error(), tables.Place{Line: 1, Column: 1}
	var pointed yaml.Error
	if errors.As(err, &pointed) {
		message = pointed.GetMessage()
		at = r.place(pointed.GetToken())
	}
	switch {
	case strings.Contains(message, "alias"):
		message = `text that starts with * must stand in double quotes, such as "*"`
	case strings.Contains(message, `'\t'`), strings.Contains(message, "'\t'"):
		message = "lines are indented with spaces, not with tabs"
	case strings.Contains(message, "not allowed in this context"):
		message += "; see whether the lines around it are indented alike, and whether text with a colon stands in quotes"
	}
	r.problem("", "", at, message)
}

// place turns the parser's column, which counts characters, into bytes.
func (r *yamlReader) place(t *token.Token) tables.Place {
	if t == nil || t.Position == nil || t.Position.Line < 1 || t.Position.Line > len(r.lines) {
		return tables.Place{Line: 1, Column: 1}
	}
	line, column := r.lines[t.Position.Line-1], 1
	for range t.Position.Column - 1 {
		_, size := utf8.DecodeRuneInString(line[column-1:])
		column += size
	}
	return tables.Place{Line: t.Position.Line, Column: column}
}

// start is where a node begins; a mapping begins at its first key.
func (r *yamlReader) start(node ast.Node) tables.Place {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return r.start(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return r.start(n.Key)
	}
	return r.place(node.GetToken())
}

const wantRows = "a list of rows is expected, each with its id, or a mapping from ids to rows"

func (r *yamlReader) rows(body ast.Node) {
	switch n := body.(type) {
	case *ast.SequenceNode:
		for _, node := range n.Values {
			if cells, ok := mapping(node); ok {
				r.row("", node, cells)
			} else {
				r.wrong("", "", node, "a row is expected, such as id: home-hero with its other columns below")
			}
		}
	case *ast.MappingNode, *ast.MappingValueNode:
		rows, _ := mapping(n)
		for _, row := range rows {
			r.named(row)
		}
	case *ast.NullNode, *ast.CommentGroupNode:
	default:
		r.wrong("", "", body, wantRows)
	}
}

// named reads a row of a mapping from ids to rows.
func (r *yamlReader) named(row *ast.MappingValueNode) {
	id, ok := r.name(row.Key)
	if !ok {
		r.wrong("", "", row.Key, wantRows)
		return
	}
	cells, ok := mapping(row.Value)
	if _, empty := row.Value.(*ast.NullNode); !ok && !empty {
		r.wrong(id, "", row.Value, "the columns of a row are expected here; "+wantRows)
		return
	}
	r.row(id, row.Key, cells)
}

// mapping returns the members of a mapping.
func mapping(node ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func (r *yamlReader) row(id string, start ast.Node, members []*ast.MappingValueNode) {
	cells, nodes := map[string]any{}, map[string]ast.Node{}
	var refused []string
	var twice []ast.Node
	for _, m := range members {
		name, ok := r.name(m.Key)
		if !ok {
			r.wrong(id, "", m.Key, "the name of a column is expected")
			continue
		}
		value, ok := r.value(m.Value)
		if !ok {
			refused = append(refused, name)
		}
		if nodes[name] != nil {
			twice = append(twice, m.Key)
		}
		cells[name], nodes[name] = value, m.Value
	}
	own, _ := cells["id"].(string)
	switch own = strings.TrimSpace(own); {
	case id == "":
		id = own
	case own != "" && own != id:
		r.wrong(id, "id", nodes["id"], "is another than the row's name; leave it out")
	}
	row := tables.NewRow(r.table, id, cells)
	r.found = append(r.found, row)
	r.places[tables.Cell{Row: row.ID}] = r.start(start)
	r.places[tables.Cell{Row: row.ID, Column: "id"}] = r.start(start)
	for name, node := range nodes {
		r.places[tables.Cell{Row: row.ID, Column: name}] = r.start(node)
	}
	for _, key := range twice {
		name, _ := r.name(key)
		r.wrong(row.ID, name, key, "the column is there twice; keep one")
	}
	for _, name := range refused {
		r.wrong(row.ID, name, nodes[name], "a cell holds text, a number, true or false, or a list of these; text that starts with & * ! { or [ must stand in double quotes, and what would be nested needs columns of its own, such as content.title.de")
	}
}

func (r *yamlReader) name(key ast.Node) (string, bool) {
	value, ok := r.value(key)
	text, isText := value.(string)
	text = strings.TrimSpace(text)
	return text, ok && isText && text != ""
}

// value returns a cell as text, nil, or a list of texts. Package tables reads
// numbers and truth from text, so that 1.10 as a size stays what was written.
func (r *yamlReader) value(node ast.Node) (any, bool) {
	switch n := node.(type) {
	case *ast.NullNode:
		return nil, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	case *ast.SequenceNode:
		members := make([]string, 0, len(n.Values))
		for _, m := range n.Values {
			value, ok := r.value(m)
			text, isText := value.(string)
			if !ok || value != nil && !isText {
				return nil, false
			}
			members = append(members, text)
		}
		return members, true
	}
	return nil, false
}
