// Package parse turns the text of a when column into a [rule.Condition], or says
// everything that is wrong with it in the words of the person who wrote it.
//
// The grammar is that of expr-lang/expr, of which only the parser is used, cut
// down to comparisons, and / or / not, arithmetic over numbers, in over lists,
// the text operators, fields and the declared functions:
//
//	phase == "decision" and count("product_view", "7d") >= 3
//	segment in ["stars", "critics"] and not (visitor.tier == "gold")
//
// Names and types come from a [Schema]. Only programs that edit rules link this
// package; deciding needs none of it.
package parse

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"wegweiser/shared/rule"
)

// Schema says which names a condition may use, and Problem what is wrong with a
// text. They stand in package rule, so that a compiler of rules can be handed
// Parse without linking it.
type (
	Schema  = rule.Schema
	Problem = rule.Problem
)

// Parse returns the condition that text states. A blank text is the condition
// that holds always. If there are problems the condition is the zero one; they
// are in the order of their offsets, and as many as can be known at once.
func Parse(text string, schema *Schema) (rule.Condition, []Problem) {
	if strings.TrimSpace(text) == "" {
		return rule.Condition{}, nil
	}
	if problem, ok := unreadable(text); ok {
		return rule.Condition{}, []Problem{problem}
	}
	words := scan(text)
	problems := words.problems
	if !words.hopeless {
		tree, problem, ok := words.parse()
		switch {
		case ok:
			c := checker{schema: schema, words: words}
			root, _ := c.condition(tree)
			problems = append(problems, c.problems...)
			if len(problems) == 0 {
				return finish(root)
			}
		case len(problems) == 0:
			problems = append(problems, problem)
		}
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Offset, b.Offset) })
	return rule.Condition{}, slices.Compact(problems)
}

// unreadable keeps from the parser what it was not made for.
func unreadable(text string) (Problem, bool) {
	count := 0
	for at, r := range text {
		if r == utf8.RuneError && !utf8.ValidString(text[at:min(len(text), at+utf8.RuneLen(r))]) {
			return Problem{Offset: at, Message: "the text is not valid UTF-8; type it again"}, true
		}
		if count++; count > rule.MaxText {
			return Problem{Offset: at, Message: fmt.Sprintf("the condition is longer than %d characters; move parts of it into segments", rule.MaxText)}, true
		}
	}
	return Problem{}, false
}

func finish(root rule.Expr) (rule.Condition, []Problem) {
	c, err := rule.New(root)
	switch {
	case errors.Is(err, rule.ErrTooBig):
		return c, []Problem{{Offset: 0, Message: fmt.Sprintf("the condition has more than %d parts or %d bytes of texts; move some of them into segments", rule.MaxNodes, rule.MaxContent)}}
	case errors.Is(err, rule.ErrTooDeep):
		return c, []Problem{{Offset: 0, Message: fmt.Sprintf("the condition is nested deeper than %d levels; move parts of it into segments", rule.MaxDepth)}}
	case err != nil:
		return c, []Problem{{Offset: 0, Message: err.Error()}}
	}
	return c, nil
}

// Caret returns the line of text in which offset lies and, on a line below it, a
// caret under the place. Tabs become spaces so that the caret stands right.
func Caret(text string, offset int) string {
	offset = min(max(offset, 0), len(text))
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	line, _, _ := strings.Cut(text[start:], "\n")
	return strings.ReplaceAll(line, "\t", " ") + "\n" +
		strings.Repeat(" ", utf8.RuneCountInString(text[start:offset])) + "^"
}
