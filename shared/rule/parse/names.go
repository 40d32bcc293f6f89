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

// call checks the functions over the history.
func (c *checker) call(n *ast.CallNode) (value, bool) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		c.problem(n, "only the functions %s can be called", listing(functionNames()))
		return value{}, false
	}
	f, ok := functionOf(callee.Value)
	switch {
	case !ok:
		c.problem(n, "there is no function called %s%s", callee.Value, meant(callee.Value, functionNames(), ""))
		return value{}, false
	case f.kind == 0:
		return c.nested(n)
	}
	return c.history(n, f)
}

// history checks a function whose arguments are names and windows.
func (c *checker) history(n *ast.CallNode, f *Function) (value, bool) {
	if len(n.Arguments) != len(f.Args) {
		c.problem(n, "%s is called as %s", f.Name, f.Call)
		return value{}, false
	}
	fact, all := rule.Fact{Kind: f.kind}, true
	for i, arg := range f.Args {
		given, ok := c.quoted(n.Arguments[i], f)
		if ok && arg.Name == Window {
			var err error
			if fact.Window, err = rule.ParseWindow(given); err != nil {
				c.problem(n.Arguments[i], "%s", err)
				ok = false
			}
		} else if ok {
			fact.Name = given
			ok = c.known(n.Arguments[i], arg.Name, given, c.among(arg.Among))
		}
		all = all && ok
	}
	return read(n, fact), all
}

// among returns the names that there are of a kind.
func (c *checker) among(what string) []string {
	switch what {
	case AmongTouchpoints:
		return c.schema.Types
	case AmongMilestones:
		return c.schema.Milestones
	}
	return c.schema.Items
}

// quoted returns the text of an argument.
func (c *checker) quoted(n ast.Node, f *Function) (string, bool) {
	if text, ok := n.(*ast.StringNode); ok {
		return text.Value, true
	}
	c.problem(n, "what %s works on stands between quotes: %s", f.Name, f.Call)
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
		f, isField := fieldOf(text)
		group, name, _ := strings.Cut(text, ".")
		_, isTrait := c.schema.Traits[name]
		_, isContext := c.schema.Context[name]
		if isField && f.alone() || group == "visitor" && isTrait || group == "context" && isContext {
			return fmt.Sprintf("; did you mean %s without quotes?", text)
		}
	}
	return ""
}
