package docs_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
	"wegweiser/shared/tables/files"
)

// guide is the marketers' guide. Its prose is written by hand; what stands
// between <!-- generated NAME --> and <!-- end --> comes from the registry, and
// what stands in a text block behind an example that is wrong comes from the
// checker. The yaml blocks that are right are one workspace together.
const guide = "marketers.md"

func TestTheGuideIsWhatTheRegistrySays(t *testing.T) {
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	generated := sections(t, string(text), theRegistry(t))
	golden(t, guide, []byte(answered(t, generated)))
}

var section = regexp.MustCompile(`(?s)(<!-- generated ([a-z ]+) -->\n).*?(<!-- end -->)`)

// sections writes the generated parts of a text anew. Each has to be there
// once, so that every column is explained.
func sections(t *testing.T, text string, r *registry) string {
	t.Helper()
	parts := reference(r)
	text = section.ReplaceAllStringFunc(text, func(found string) string {
		match := section.FindStringSubmatch(found)
		part, ok := parts[match[2]]
		if !ok {
			t.Errorf("there is no generated part %q, or it is there twice", match[2])
		}
		delete(parts, match[2])
		return match[1] + "\n" + strings.TrimSpace(part) + "\n\n" + match[3]
	})
	for name := range parts {
		t.Errorf("the guide has no part <!-- generated %s -->", name)
	}
	return text
}

// block is a fenced part of the guide.
type block struct {
	kind, content string
	from, to      int // of the content, in the text
}

var fence = regexp.MustCompile("(?ms)^```([a-z ]*)\n(.*?)^```$")

func blocks(text string) []block {
	var list []block
	for _, at := range fence.FindAllStringSubmatchIndex(text, -1) {
		list = append(list, block{text[at[2]:at[3]], text[at[4]:at[5]], at[4], at[5]})
	}
	return list
}

// rowsOf reads a yaml block: a mapping from tables to their rows.
func rowsOf(t *testing.T, b block) tables.Set {
	t.Helper()
	read := files.ReadText(guide, "", files.YAML, []byte(b.content))
	for _, p := range read.Problems {
		t.Errorf("%s\nin\n%s", p, b.content)
	}
	return read.Set
}

// with returns a set with other rows added, or in the place of those of the
// same id.
func with(set, other tables.Set) tables.Set {
	whole := tables.Set{}
	for _, name := range tables.Tables() {
		for _, row := range set[name] {
			if _, replaced := other.Row(name, row.ID); !replaced {
				whole.Add(name, row)
			}
		}
		whole.Add(name, other[name]...)
	}
	return whole
}

// workspace is what the yaml blocks of a text say together.
func workspace(t *testing.T, text string) tables.Set {
	t.Helper()
	set := tables.Set{}
	for _, b := range blocks(text) {
		if b.kind == "yaml" {
			set = with(set, rowsOf(t, b))
		}
	}
	return set
}

func problemsOf(set tables.Set) []tables.Problem {
	_, problems := snapshot.Compile(set, parse.Parse)
	return problems
}

// questions is a set with a segment for each of some conditions.
func questions(set tables.Set, conditions ...string) tables.Set {
	rows := tables.Set{}
	for i, when := range conditions {
		rows.Add(tables.SegmentsTable, tables.NewRow(tables.SegmentsTable, fmt.Sprint("question-", i), map[string]any{"when": when}))
	}
	return with(set, rows)
}

// paragraphs are the parts of a block between blank lines.
func paragraphs(content string) []string { return strings.Split(strings.TrimSpace(content), "\n\n") }

// answered runs the examples of the guide, and returns it with what the checker
// says of those that are wrong.
func answered(t *testing.T, text string) string {
	t.Helper()
	shop := workspace(t, text)
	for _, p := range problemsOf(shop) {
		t.Errorf("the guide's shop: %s", p)
	}
	out, end, said := strings.Builder{}, 0, ""
	for _, b := range blocks(text) {
		if said != "" {
			if b.kind != "text" {
				t.Fatalf("want a text block behind the wrong example, for\n%s", said)
			}
			out.WriteString(text[end:b.from] + said)
			end, said = b.to, ""
			continue
		}
		switch b.kind {
		case "yaml", "text", "csv", "sh":
		case "when":
			for _, when := range paragraphs(b.content) {
				for _, p := range problemsOf(questions(shop, when)) {
					t.Errorf("%s\nis wrong: %s", when, p)
				}
			}
		case "yaml wrong":
			var lines []string
			for _, p := range problemsOf(with(shop, rowsOf(t, b))) {
				lines = append(lines, p.String()+"\n")
			}
			said = strings.Join(lines, "\n")
		case "when wrong":
			said = mistakes(shop, paragraphs(b.content))
		default:
			t.Errorf("nobody runs a block of %q", b.kind)
		}
		if strings.HasSuffix(b.kind, "wrong") && said == "" {
			t.Errorf("nothing is wrong with\n%s", b.content)
		}
	}
	return out.String() + text[end:]
}

// mistakes is what is said of conditions, each with the place.
func mistakes(shop tables.Set, conditions []string) string {
	var lines []string
	for _, when := range conditions {
		for _, p := range problemsOf(questions(shop, when)) {
			lines = append(lines, parse.Caret(when, p.Offset)+"\n"+p.Message+"\n")
		}
	}
	return strings.Join(lines, "\n")
}

var (
	picture = regexp.MustCompile(`!\[[^\]]+\]\((pictures/[a-z-]+\.png)\)`)
	link    = regexp.MustCompile(`\]\(([^)]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// Every picture is there and shows something, every other link leads somewhere.
func TestTheGuideLeadsSomewhere(t *testing.T) {
	content, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	text := fence.ReplaceAllString(string(content), "")
	anchors := map[string]bool{}
	for _, found := range heading.FindAllStringSubmatch(text, -1) {
		anchors["#"+anchor(found[1])] = true
	}
	for _, found := range link.FindAllStringSubmatch(text, -1) {
		switch target := found[1]; {
		case strings.HasPrefix(target, "#"):
			if !anchors[target] {
				t.Errorf("no heading is meant by %s", target)
			}
		default:
			if _, err := os.Stat(filepath.FromSlash(target)); err != nil {
				t.Errorf("a link leads nowhere: %v", err)
			}
		}
	}
	shown := map[string]bool{}
	for _, found := range picture.FindAllStringSubmatch(text, -1) {
		shown[found[1]] = true
	}
	taken, err := filepath.Glob("pictures/*.png")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range taken {
		if !shown[filepath.ToSlash(path)] {
			t.Errorf("the guide does not show %s", path)
		}
		if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() < 1000 {
			t.Errorf("%s is empty", path)
		}
	}
}

// anchor is what a heading is linked by.
func anchor(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-':
			return '-'
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}

// Every table and every column of the registry is explained under its name.
func TestTheGuideExplainsEveryColumn(t *testing.T) {
	content, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content), "\n")
	explained := func(name string) bool {
		return slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "| `"+name+"` |") })
	}
	r := theRegistry(t)
	for _, c := range r.Settings {
		if !explained(c.Name) {
			t.Errorf("the setting %s is not explained", c.Name)
		}
	}
	for _, table := range r.Tables {
		if !slices.Contains(lines, "### "+table.Name) {
			t.Errorf("the table %s is not explained", table.Name)
		}
		for _, c := range table.Columns {
			if !explained(c.Name) {
				t.Errorf("the column %s.%s is not explained", table.Name, c.Name)
			}
		}
	}
}
