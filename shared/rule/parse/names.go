package parse

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"wegweiser/shared/rule"
)

// usage shows how each function is called.
var usage = map[string]string{
	"count":      `count("product_view", "7d")`,
	"days_since": `days_since("purchase")`,
	"spent":      `spent("365d")`,
	"seen":       `seen("item-id", "30d")`,
	"missing":    `missing(country)`,
}

// call checks the functions over the history.
func (c *checker) call(n *ast.CallNode) (value, bool) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		c.problem(n, "only the functions %s can be called", listing(names(usage)))
		return value{}, false
	}
	switch callee.Value {
	case "count":
		return c.history(n, rule.Count, "touchpoint type", c.schema.Types)
	case "seen":
		return c.history(n, rule.Seen, "item", c.schema.Items)
	case "days_since":
		return c.history(n, rule.DaysSince, "milestone", c.schema.Milestones)
	case "spent":
		return c.history(n, rule.Spent, "", nil)
	case "missing":
		return c.nested(n)
	}
	c.problem(n, "there is no function called %s%s", callee.Value, meant(callee.Value, names(usage), ""))
	return value{}, false
}

// history checks a function whose arguments are a name of one of the known ones
// (none where what is empty) and a window (none for days_since).
func (c *checker) history(n *ast.CallNode, kind rule.Kind, what string, known []string) (value, bool) {
	fact := rule.Fact{Kind: kind}
	args := n.Arguments
	wanted := 0
	if what != "" {
		wanted++
	}
	if kind != rule.DaysSince {
		wanted++
	}
	if len(args) != wanted {
		c.problem(n, "%s is called as %s", kind, usage[kind.String()])
		return value{}, false
	}
	all := true
	if what != "" {
		if id, ok := c.quoted(args[0], kind); ok {
			fact.Name = id
			all = c.known(args[0], what, id, known)
		} else {
			all = false
		}
		args = args[1:]
	}
	if len(args) == 1 {
		text, ok := c.quoted(args[0], kind)
		if ok {
			var err error
			if fact.Window, err = rule.ParseWindow(text); err != nil {
				c.problem(args[0], "%s", err)
				ok = false
			}
		}
		all = all && ok
	}
	return read(n, fact), all
}

// quoted returns the text of an argument.
func (c *checker) quoted(n ast.Node, kind rule.Kind) (string, bool) {
	if text, ok := n.(*ast.StringNode); ok {
		return text.Value, true
	}
	c.problem(n, "what %s works on stands between quotes: %s", kind, usage[kind.String()])
	return "", false
}

// known checks that id is among ids.
func (c *checker) known(at ast.Node, what, id string, ids []string) bool {
	if slices.Contains(ids, id) {
		return true
	}
	c.problem(at, "there is no %s called %q%s", what, id, meant(id, ids, "; there are none yet"))
	return false
}

// meant proposes the nearest of the candidates, or lists them; none is what is
// said when there are no candidates.
func meant(name string, candidates []string, none string) string {
	if near, ok := rule.Nearest(name, candidates); ok {
		return "; did you mean " + near + "?"
	}
	if len(candidates) == 0 {
		return none
	}
	return choice(candidates)
}

func choice(candidates []string) string {
	if len(candidates) == 0 {
		return "; there are none yet"
	}
	return "; there are " + listing(candidates)
}

// listing names a dozen at most.
func listing(all []string) string {
	const most = 12
	if len(all) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
	}
	if len(all) > 1 {
		return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
	}
	return strings.Join(all, "")
}

func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var (
	localeForm  = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
)

// expected checks a literal against what the field that it is compared with can
// be. Anything else is fine.
func (c *checker) expected(field, literal value) bool {
	if field.expr.Op != rule.OpRead || literal.expr.Op != rule.OpLiteral || literal.is != rule.Text {
		return true
	}
	text := literal.expr.Value.Text()
	switch field.expr.Fact.Kind {
	case rule.Phase:
		return c.known(literal.node, "phase", text, c.schema.Phases)
	case rule.Standing:
		return c.known(literal.node, "standing", text, c.schema.Standings)
	case rule.Channel:
		for _, channel := range c.schema.Channels {
			if family, ok := strings.CutSuffix(channel, "*"); ok && len(text) > len(family) && strings.HasPrefix(text, family) {
				return true
			}
		}
		return c.known(literal.node, "channel", text, c.schema.Channels)
	case rule.Country:
		if !countryForm.MatchString(text) {
			c.problem(literal.node, "%s is not a country; a country is two capital letters, such as \"AT\"%s",
				literal, ifMatches(countryForm, strings.ToUpper(text)))
			return false
		}
	case rule.Locale:
		if !localeForm.MatchString(text) {
			head, tail, _ := strings.Cut(strings.ReplaceAll(text, "_", "-")+"-", "-")
			c.problem(literal.node, "%s is not a locale; a locale is written \"de\" or \"de-AT\"%s",
				literal, ifMatches(localeForm, strings.TrimSuffix(strings.ToLower(head)+"-"+tail, "-")))
			return false
		}
	}
	return true
}

func ifMatches(form *regexp.Regexp, text string) string {
	if form.MatchString(text) {
		return fmt.Sprintf("; did you mean %q?", text)
	}
	return ""
}

// quotedField says so when a literal is the name of a field between quotes.
func (c *checker) quotedField(sides ...*value) string {
	for _, v := range sides {
		if v.is != rule.Text {
			continue
		}
		text := v.expr.Value.Text()
		_, isField := plain[text]
		group, name, _ := strings.Cut(text, ".")
		_, isTrait := c.schema.Traits[name]
		_, isContext := c.schema.Context[name]
		if isField || group == "visitor" && isTrait || group == "context" && isContext {
			return fmt.Sprintf("; did you mean %s without quotes?", text)
		}
	}
	return ""
}
