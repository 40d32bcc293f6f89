package docs_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"wegweiser/shared/rule"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

// reference is the generated parts of the guide, by name.
func reference(r *registry) map[string]string {
	return map[string]string{
		"tables":      tablesPart(r),
		"settings":    columnsPart("setting", r.Settings),
		"cells":       cellsPart(),
		"touchpoints": "Touchpoints: " + listed(r.Vocabulary.Touchpoints) + ".\n\nChannels: " + listed(r.Vocabulary.Channels) + ". A social network is a channel of its own, such as `social.mastodon`.\n\nMilestones: " + listed(r.Vocabulary.Milestones) + ".",
		"fields":      fieldsPart(parse.Fields()),
		"functions":   functionsPart(parse.Functions()),
		"operators":   operatorsPart(parse.Operators()),
	}
}

// row writes a row of a table; bars within its cells do not end them.
func row(cells ...string) string {
	for i := range cells {
		cells[i] = strings.ReplaceAll(cells[i], "|", `\|`)
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

func head(names ...string) string {
	line := "|"
	for range names {
		line += " --- |"
	}
	return row(names...) + line + "\n"
}

func code(text string) string { return "`" + text + "`" }

var placeholder = regexp.MustCompile(`[a-z.]*<[a-z]+>`)

// prose is a doc as a text of Markdown, in which a < would begin a tag.
func prose(doc string) string { return placeholder.ReplaceAllString(doc, "`$0`") }

func listed(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = code(name)
	}
	return strings.Join(quoted, ", ")
}

func tablesPart(r *registry) string {
	var b strings.Builder
	for _, table := range r.Tables {
		b.WriteString("### " + table.Name + "\n\n" + table.Doc.English + "\n\n" + columnsPart("column", table.Columns) + "\n")
	}
	return b.String()
}

func columnsPart(what string, list []column) string {
	var b strings.Builder
	b.WriteString(head(what, "what it says", "how it is written", "when it is empty", "example"))
	for i := range list {
		c := &list[i]
		b.WriteString(row(code(c.Name), prose(c.Doc.English), howWritten(c), whenEmpty(c), code(c.Example)))
	}
	return b.String()
}

// howWritten says in few words what a cell takes.
func howWritten(c *column) string {
	switch tables.Type(c.Type) {
	case tables.Word:
		return "one of " + listed(c.Words)
	case tables.Words:
		return "some of " + listed(c.Words)
	case tables.Integer, tables.Number, tables.Numbers:
		return nameOf(c.Type) + bounds(*c.Min, *c.Max)
	case tables.Duration:
		length := func(seconds float64) string { return rule.FormatWindow(time.Duration(seconds) * time.Second) }
		return fmt.Sprintf("%s from %s to %s", nameOf(c.Type), length(*c.Min), length(*c.Max))
	case tables.Boosting:
		return fmt.Sprintf("%s from %s to %s percent", nameOf(c.Type), tables.Spell(*c.Min), tables.Spell(*c.Max))
	}
	if c.Refers != "" {
		return nameOf(c.Type) + " of " + code(c.Refers)
	}
	return nameOf(c.Type)
}

// endless is from where on a bound is there for programs alone.
const endless = 1e6

func bounds(low, high float64) string {
	switch {
	case high < endless:
		return fmt.Sprintf(" from %s to %s", tables.Spell(low), tables.Spell(high))
	case low > -endless:
		return fmt.Sprintf(", %s or more", tables.Spell(low))
	}
	return ""
}

func nameOf(kind string) string { return "[" + kind + "](#how-cells-are-written)" }

func whenEmpty(c *column) string {
	switch v := c.Default.(type) {
	case string:
		return code(v)
	case float64:
		return code(tables.Spell(v))
	case bool:
		return code(fmt.Sprint(v))
	}
	if c.Needed {
		return "must be filled"
	}
	return ""
}

func cellsPart() string {
	var b strings.Builder
	b.WriteString(head("kind of cell", "how it is written"))
	for _, kind := range tables.Types() {
		doc := kind.Doc()
		if kind.List() {
			doc = "A list. " + doc
		}
		b.WriteString(row(string(kind), doc))
	}
	return b.String()
}

func fieldsPart(fields []parse.Field) string {
	var b strings.Builder
	b.WriteString(head("field", "what it is", "kind", "example"))
	for _, f := range fields {
		kind := f.Type
		switch kind {
		case parse.Declared:
			kind = "as declared"
		case parse.Membership:
			kind = "membership"
		}
		b.WriteString(row(code(f.Name), prose(f.Doc), kind, code(f.Example)))
	}
	return b.String()
}

func functionsPart(functions []parse.Function) string {
	var b strings.Builder
	b.WriteString(head("function", "what it is", "kind", "example"))
	for _, f := range functions {
		b.WriteString(row(code(f.Call), f.Doc, f.Type, code(f.Example)))
	}
	return b.String()
}

func operatorsPart(operators []parse.Operator) string {
	var b strings.Builder
	b.WriteString(head("written", "what it says", "between", "example"))
	for _, o := range operators {
		written := code(o.Sign)
		for _, other := range []string{o.Also, o.Negated} {
			if other != "" {
				written += " or " + code(other)
			}
		}
		if o.Negated != "" {
			written = code(o.Sign) + ", " + code(o.Negated)
		}
		between := slices.Clone(o.Types)
		for i := range between {
			if o.Does == parse.Joins {
				between[i] = "conditions"
			} else if between[i] == parse.Membership {
				between[i] = "`segment`"
			}
		}
		b.WriteString(row(written, o.Doc, strings.Join(between, ", "), code(o.Example)))
	}
	return b.String()
}
