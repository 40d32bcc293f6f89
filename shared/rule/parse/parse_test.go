package parse_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"wegweiser/shared/rule"
	"wegweiser/shared/rule/parse"
)

// TestReads holds what texts mean, by the way in which they are printed back.
func TestReads(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "",
		" \n\t ":              "",
		`phase == "decision"`: `phase == "decision"`,
		`"decision" == phase`: `"decision" == phase`,
		`phase=='decision'&&!(now<"2026-11-22T10:00:00+01:00")`: `phase == "decision" and not (now < "2026-11-22T09:00:00Z")`,
		`visitor.vip or visitor.vip and missing(country)`:       `visitor.vip or visitor.vip and missing(country)`,
		`(visitor.vip or context.night) and missing(country)`:   `(visitor.vip or context.night) and missing(country)`,
		`segment == "stars"`:                         `segment == "stars"`,
		`"stars" != segment`:                         `segment != "stars"`,
		`segment in ["stars"]`:                       `segment == "stars"`,
		`segment not in ["stars", "critics"]`:        `not (segment == "stars" or segment == "critics")`,
		`country not in ["AT"]`:                      `country not in ["AT"]`,
		`not (country in ["AT"])`:                    `not (country in ["AT"])`,
		`visitor.tier not startsWith "g"`:            `visitor.tier not startsWith "g"`,
		`not visitor.vip`:                            `not visitor.vip`,
		`not not visitor.vip`:                        `not (not visitor.vip)`,
		`18 <= visitor.age < 65`:                     `18 <= visitor.age and visitor.age < 65`,
		`visitor.age - (1 - 2) * 3 > -visitor.age`:   `visitor.age - (1 - 2) * 3 > 0 - visitor.age`,
		`visitor.age in [-1, +2, 1e3]`:               `visitor.age in [-1, 2, 1000]`,
		`visitor["first name"] == "x"`:               `visitor["first name"] == "x"`,
		`visitor["age"] == 3`:                        `visitor.age == 3`,
		`count("product_view", "24h") > 0`:           `count("product_view", "1d") > 0`,
		`channel == "social.mastodon"`:               `channel == "social.mastodon"`,
		`phase startsWith "de"`:                      `phase startsWith "de"`,
		`phase == visitor.tier`:                      `phase == visitor.tier`,
		"phase\n== \"decision\"\n\tand visitor.vip":  `phase == "decision" and visitor.vip`,
		`visitor.joined == "2026-11-22T10:00:00.5Z"`: `visitor.joined == "2026-11-22T10:00:00.5Z"`,
		`true`: `true`,
	} {
		c, problems := parse.Parse(text, schema())
		if len(problems) > 0 || c.String() != want {
			t.Errorf("%s\ngot  %s %v\nwant %s", text, c, problems, want)
		}
	}
}

func TestLimits(t *testing.T) {
	comment := func(n int) string { return "visitor.vip" + strings.Repeat(" ", n-len("visitor.vip")) }
	list := func(n int) string { return "visitor.age in [1" + strings.Repeat(", 1", n-1) + "]" }
	nots := func(n int) string { return strings.Repeat("not ", n) + "visitor.vip" }
	for name, test := range map[string]struct {
		fits, passes string
		offset       int
		want         string
	}{
		"Characters": {comment(4096), comment(4097), 4096, "longer than 4096 characters"},
		"Parts":      {list(198), list(199), 0, "more than 200 parts"},
		"Depth":      {nots(19), nots(20), 0, "deeper than 20 levels"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, problems := parse.Parse(test.fits, schema()); len(problems) > 0 {
				t.Errorf("got %v at the limit, want no problem", problems)
			}
			_, problems := parse.Parse(test.passes, schema())
			if len(problems) != 1 || problems[0].Offset != test.offset || !strings.Contains(problems[0].Message, test.want) {
				t.Errorf("got %v, want one at %d with %q", problems, test.offset, test.want)
			}
		})
	}
}

func TestTheLimitCountsCharacters(t *testing.T) {
	text := `visitor.tier == "` + strings.Repeat("ö", 4000) + `"`
	if _, problems := parse.Parse(text, schema()); len(problems) > 0 {
		t.Errorf("got %v for %d characters in %d bytes, want no problem", problems, utf8.RuneCountInString(text), len(text))
	}
}

func TestOffsetsAreBytes(t *testing.T) {
	text := `visitor.tier = "größer" and phsae = "decision" and visitor.aeg > 3`
	_, problems := parse.Parse(text, schema())
	want := []int{strings.Index(text, "="), strings.Index(text, "phsae"), strings.LastIndex(text, "="), strings.Index(text, "visitor.aeg")}
	if len(problems) != len(want) {
		t.Fatalf("got %v, want %d problems", problems, len(want))
	}
	for i, p := range problems {
		if p.Offset != want[i] {
			t.Errorf("got offset %d for %q, want %d", p.Offset, p.Message, want[i])
		}
	}
}

func TestTextThatIsNotUTF8(t *testing.T) {
	for text, want := range map[string]int{"phase == \"\xff\"": 10, "\xc3": 0, "visitor.vip\xe2\x82": 11} {
		_, problems := parse.Parse(text, schema())
		if len(problems) != 1 || problems[0].Offset != want {
			t.Errorf("%q: got %v, want one problem at %d", text, problems, want)
		}
	}
	if _, problems := parse.Parse("visitor.tier == \"\uFFFD\"", schema()); len(problems) > 0 {
		t.Errorf("got %v for a replacement character that is meant, want no problem", problems)
	}
}

func TestCaret(t *testing.T) {
	text := "visitor.vip and\n\tgröße == 1\nor true"
	for offset, want := range map[int]string{
		0:                            "visitor.vip and\n^",
		strings.Index(text, "größe"): " größe == 1\n ^",
		strings.Index(text, "=="):    " größe == 1\n       ^",
		strings.Index(text, "\nor"):  " größe == 1\n           ^",
		len(text):                    "or true\n       ^",
		len(text) + 1:                "or true\n       ^",
		-1:                           "visitor.vip and\n^",
	} {
		if got := parse.Caret(text, offset); got != want {
			t.Errorf("at %d: got\n%s\nwant\n%s", offset, got, want)
		}
	}
}

func TestAnEmptySchemaHasNoNames(t *testing.T) {
	for _, text := range []string{
		`phase == "decision"`, `segment == "stars"`, `channel == "web"`, `visitor.age > 1`, `score.decision > 1`,
		`count("purchase", "1d") > 1`, `days_since("purchase") > 1`, `seen("x", "1d")`, `context.q == "x"`,
	} {
		if c, problems := parse.Parse(text, &parse.Schema{}); len(problems) != 1 {
			t.Errorf("%s: got %q %v, want one problem", text, c, problems)
		}
	}
}

func TestADeepChainIsOneLevel(t *testing.T) {
	text := "visitor.vip" + strings.Repeat(" and visitor.vip", 150)
	c, problems := parse.Parse(text, schema())
	if len(problems) > 0 || c.String() != text {
		t.Errorf("got %v and %q, want the text itself", problems, c)
	}
	if got := len(c.Facts()); got != 1 {
		t.Errorf("got %d facts, want 1", got)
	}
	if _, problems := parse.Parse(text+strings.Repeat(" and visitor.vip", 60), schema()); len(problems) != 1 {
		t.Errorf("got %v for more than %d parts, want one problem", problems, rule.MaxNodes)
	}
}
