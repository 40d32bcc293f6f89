package parse_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"wegweiser/shared/rule"
	"wegweiser/shared/rule/parse"
)

// seeds are texts in which every operator, field and function occurs.
var seeds = []string{
	`phase == "decision" and count("product_view", "7d") >= 3`,
	`segment in ["stars", "critics"] and not (visitor.tier == "gold")`,
	`segment != "stars" or "critics" == segment && segment not in ["quiet ones"]`,
	`visitor["first name"] not contains "a" || visitor.tier startsWith 'g' and !visitor.vip`,
	`visitor.tier matches "^g.*d$" and visitor.tier not matches "x" and visitor.tier not endsWith "y"`,
	`18 <= visitor.age < 65 and visitor.age % 2 == 1`,
	`visitor.age * 2 - 3 / (visitor.points - 1) > -visitor.points + context.cart`,
	`days_since("purchase") > 30 or missing(days_since("purchase")) and spent("5h") == 0`,
	`now >= "2026-11-22T10:00:00+01:00" and visitor.joined < now`,
	`seen("sofa-guide", "30d") == false and not seen("sofa-guide", "720h")`,
	`country in ["AT", "DE"] and locale != "de" and channel == "social.mastodon" and standing not in ["lapsed"]`,
	`not context.night and (score.decision > .5 or true) and visitor.not == "\u00e4\x41"`,
	`visitor.age in [1, 2.5, -3, 1e3] or missing(visitor.age)`,
}

func FuzzParse(f *testing.F) {
	mistakes, err := os.ReadFile(filepath.Join("testdata", "mistakes.txt"))
	if err != nil {
		f.Fatal(err)
	}
	for text := range strings.Lines(string(mistakes)) {
		f.Add(strings.TrimSuffix(text, "\n"))
	}
	for _, text := range seeds {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, problems := parse.Parse(text, schema())
		for i, p := range problems {
			if p.Offset < 0 || p.Offset > len(text) {
				t.Errorf("%q: got offset %d, want one within the %d bytes", text, p.Offset, len(text))
			} else if utf8.ValidString(text) && p.Offset < len(text) && !utf8.RuneStart(text[p.Offset]) {
				t.Errorf("%q: offset %d is inside a character", text, p.Offset)
			}
			if i > 0 && problems[i-1].Offset > p.Offset {
				t.Errorf("%q: problems are out of order: %v", text, problems)
			}
			if p.Message == "" || strings.Contains(p.Message, "condition:") {
				t.Errorf("%q: got message %q, want a sentence for people", text, p.Message)
			}
			parse.Caret(text, p.Offset)
		}
		if len(problems) > 0 {
			if !c.IsZero() {
				t.Errorf("%q: got condition %q beside problems", text, c)
			}
			return
		}
		printed := c.String()
		if utf8.RuneCountInString(printed) > rule.MaxText {
			return // printing spells out a list of segments
		}
		again, problems := parse.Parse(printed, schema())
		if len(problems) > 0 || !again.Equal(c) {
			t.Errorf("%q: printed as %q, read again as %q with %v", text, printed, again, problems)
		}
	})
}
