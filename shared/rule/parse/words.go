package parse

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
)

// words is a text as the lexer sees it, with what is refused before it is
// parsed. Slips whose meaning is plain, such as = for ==, are problems too, but
// are put right for the parser so that what comes after them is checked as well.
type words struct {
	text     string
	tokens   []word
	repairs  []repair
	problems []Problem
	hopeless bool // there is something that no parse would make sense of
	starts   []int
}

// word is a token and where it stands, in bytes.
type word struct {
	lexer.Token
	from, to int
}

// repair puts with in the place of text[from:to].
type repair struct {
	from, to int
	with     string
}

// refused lists what expr knows and a when text does not have.
var refused = map[string]string{
	"?":    "there is no choice with ? here; write two rules",
	":":    "a colon has no meaning here",
	"::":   "a colon has no meaning here",
	"??":   "there is no ?? here; ask missing(field)",
	"?.":   "write a plain dot; a comparison with a missing field is false",
	"..":   "there are no ranges; compare with >= and <=",
	"^":    "there are no powers; + - * / % are what there is",
	"**":   "there are no powers; + - * / % are what there is",
	";":    "a condition is one expression; join its parts with and",
	"{":    "curly brackets have no meaning here; use ( ) to group and [ ] for lists",
	"}":    "curly brackets have no meaning here; use ( ) to group and [ ] for lists",
	"#":    "# has no meaning here",
	"let":  "there are no variables; write the value where it is used",
	"if":   "a condition is the if already; write only what has to hold",
	"else": "a condition is the if already; write only what has to hold",
}

// slips lists what people write for something else.
var slips = map[string]struct{ meant, message string }{
	"=":   {"==", "use == to compare"},
	"===": {"==", "use == to compare"},
	"!==": {"!=", "use != for not equal"},
	"is":  {"==", "use == to compare"},
	"<>":  {"!=", "use != for not equal"},
	"=>":  {">=", "use >= for at least"},
	"=<":  {"<=", "use <= for at most"},
	"&":   {"&&", "use and to join conditions"},
	"|":   {"||", "use or between alternatives"},
}

// lookalikes are characters that word processors put in the place of others.
var lookalikes = map[rune]string{
	'“': `use straight quotes: "`, '”': `use straight quotes: "`, '„': `use straight quotes: "`,
	'‘': `use straight quotes: "`, '’': `use straight quotes: "`, '«': `use straight quotes: "`, '»': `use straight quotes: "`,
	'≥': "write >= for at least", '≤': "write <= for at most", '≠': "write != for not equal",
	'–': "write - for minus", '−': "write - for minus", '×': "write * for times",
}

// scan reads the tokens of a text and finds its slips.
func scan(text string) *words {
	w := &words{text: text, starts: runeStarts(text)}
	if problem, ok := w.read(); ok {
		w.problems = append(w.problems, problem)
		w.hopeless = true
	}
	for i := 0; i < len(w.tokens); {
		i += w.judge(i)
	}
	return w
}

// runeStarts returns the byte offset of every character, and the length.
func runeStarts(text string) []int {
	starts := make([]int, 0, len(text)+1)
	for at := range text {
		starts = append(starts, at)
	}
	return append(starts, len(text))
}

// read fills the tokens. It reports what stops the lexer, and comments, which
// the lexer passes over.
func (w *words) read() (Problem, bool) {
	lex := lexer.New()
	lex.Reset(file.NewSource(w.text))
	end := 0
	for {
		token, err := lex.Next()
		if err != nil {
			return w.broken(end, err), true
		}
		next := word{Token: token, from: w.starts[token.From], to: w.starts[token.To]}
		if token.Kind == lexer.EOF {
			next.from, next.to = len(w.text), len(w.text)
		}
		if at := w.solid(end); at < next.from {
			return Problem{Offset: at, Message: "a condition has no comments; put them into the note column"}, true
		}
		if token.Kind == lexer.EOF {
			return Problem{}, false
		}
		w.tokens = append(w.tokens, next)
		end = next.to
	}
}

// solid returns where the next character that is not a space stands.
func (w *words) solid(from int) int {
	return len(w.text) - len(strings.TrimLeftFunc(w.text[from:], unicode.IsSpace))
}

// broken says what stopped the lexer after the token that ends at end.
func (w *words) broken(end int, err error) Problem {
	at := w.solid(end)
	rest := w.text[at:]
	first, _ := utf8.DecodeRuneInString(rest)
	if message, ok := lookalikes[first]; ok {
		return Problem{Offset: at, Message: message}
	}
	var cause *file.Error
	errors.As(err, &cause)
	switch {
	case first == '"' || first == '\'' || first == '`':
		if cause != nil && strings.Contains(cause.Message, "escape") {
			return Problem{Offset: at, Message: `a \ in a text stands before " or \ only; to have a \ write \\`}
		}
		return Problem{Offset: at, Message: fmt.Sprintf("the text that starts with %c is not closed", first)}
	case first >= '0' && first <= '9':
		number := rest[:len(rest)-len(strings.TrimLeftFunc(rest, isWordRune))]
		return Problem{Offset: at, Message: fmt.Sprintf("%s is not a number; a length of time stands between quotes, such as \"7d\"", number)}
	case strings.HasPrefix(rest, "/*"):
		return Problem{Offset: at, Message: "a condition has no comments; put them into the note column"}
	}
	return Problem{Offset: at, Message: fmt.Sprintf("%q has no meaning here", first)}
}

func isWordRune(r rune) bool {
	return r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// judge looks at the token at i, records what is wrong with it, and returns how
// many tokens that concerned.
func (w *words) judge(i int) int {
	t := w.tokens[i]
	switch t.Kind {
	case lexer.String:
		if w.text[t.from] == '`' {
			w.refuse(t, `write texts between straight quotes: "`)
		}
	case lexer.Bytes:
		w.refuse(t, `write texts between straight quotes: "`)
	case lexer.Number:
		w.judgeNumber(t)
	case lexer.Identifier:
		w.judgeWord(i)
	case lexer.Operator, lexer.Bracket:
		return w.judgeOperator(i)
	}
	return 1
}

// judgeWord finds operators in other letters, such as AND, and is for ==.
func (w *words) judgeWord(i int) {
	t := w.tokens[i]
	if w.isMember(i) {
		return
	}
	if slip, ok := slips[strings.ToLower(t.Value)]; ok {
		w.slip(t.from, t.to, slip.meant, slip.message)
	}
	for _, operator := range operators {
		if strings.EqualFold(operator.Sign, t.Value) {
			w.slip(t.from, t.to, operator.Sign, fmt.Sprintf("write %s, not %s", operator.Sign, t.Value))
		}
	}
}

// judgeOperator takes signs that stand together as one: <> and ===.
func (w *words) judgeOperator(i int) int {
	t := w.tokens[i]
	if i+1 < len(w.tokens) {
		next := w.tokens[i+1]
		if slip, ok := slips[t.Value+next.Value]; ok && next.Kind == lexer.Operator && next.from == t.to {
			w.slip(t.from, next.to, slip.meant, slip.message)
			return 2
		}
	}
	if slip, ok := slips[t.Value]; ok {
		w.slip(t.from, t.to, slip.meant, slip.message)
	}
	if message, ok := refused[t.Value]; ok && !w.isMember(i) {
		w.refuse(t, message)
	}
	return 1
}

// isMember reports whether the token at i is the name after a dot, where every
// word is allowed.
func (w *words) isMember(i int) bool {
	return i > 0 && w.tokens[i-1].Is(lexer.Operator, ".") && isWordRune(rune(w.tokens[i].Value[0]))
}

func (w *words) judgeNumber(t word) {
	_, err := strconv.ParseFloat(t.Value, 64)
	digits := strings.Trim(t.Value, "0123456789") == ""
	if digits && err == nil {
		_, err = strconv.ParseInt(t.Value, 10, 64)
	}
	if err != nil || strings.ContainsAny(t.Value, "xXoO_pP") {
		w.refuse(t, fmt.Sprintf("%s is not a number here; write plain digits, such as 1000 or 0.5", t.Value))
	}
}

// refuse says each thing once, at its first place.
func (w *words) refuse(t word, message string) {
	w.hopeless = true
	if !slices.ContainsFunc(w.problems, func(p Problem) bool { return p.Message == message }) {
		w.problems = append(w.problems, Problem{Offset: t.from, Message: message})
	}
}

func (w *words) slip(from, to int, meant, message string) {
	w.problems = append(w.problems, Problem{Offset: from, Message: message})
	w.repairs = append(w.repairs, repair{from, to, meant})
}

// parse runs the parser over the repaired text. From then on the offsets of the
// tree are those of that text; offset translates them.
func (w *words) parse() (tree ast.Node, problem Problem, ok bool) {
	var repaired strings.Builder
	end := 0
	for _, r := range w.repairs {
		repaired.WriteString(w.text[end:r.from])
		repaired.WriteString(r.with)
		end = r.to
	}
	repaired.WriteString(w.text[end:])
	w.starts = runeStarts(repaired.String())

	parsed, err := parser.ParseWithConfig(repaired.String(), grammar())
	if err == nil {
		return parsed.Node, Problem{}, true
	}
	var cause *file.Error
	if !errors.As(err, &cause) {
		return nil, Problem{Offset: 0, Message: err.Error()}, false
	}
	return nil, w.unexpected(cause), false
}

// grammar has no built-in functions: every name of one is declared as ours, so
// that the parser makes plain calls of them all.
func grammar() *conf.Config {
	config := conf.CreateNew()
	for _, f := range builtin.Builtins {
		config.Functions[f.Name] = f
	}
	return config
}

// offset returns where in the original text a location of the tree is.
func (w *words) offset(at file.Location) int {
	place := w.starts[min(max(at.From, 0), len(w.starts)-1)]
	for _, r := range w.repairs {
		if place <= r.from {
			break
		}
		place = max(r.from, place-len(r.with)+(r.to-r.from))
	}
	return place
}

// unexpected says what the parser stumbled over.
func (w *words) unexpected(cause *file.Error) Problem {
	if strings.HasSuffix(cause.Message, "EOF") || strings.HasPrefix(cause.Message, "unexpected end") {
		return Problem{Offset: len(w.text), Message: "the condition ends too early; something is missing at its end"}
	}
	at := w.offset(cause.Location)
	if cause.Message == "expected name" {
		return Problem{Offset: at, Message: "a name has to follow the dot"}
	}
	i := slices.IndexFunc(w.tokens, func(t word) bool { return t.from == at })
	if i < 0 {
		return Problem{Offset: at, Message: "this cannot stand here"}
	}
	t := w.tokens[i]
	shown := w.text[t.from:t.to]
	switch {
	case t.Is(lexer.Bracket) && strings.Contains(")]", t.Value):
		return Problem{Offset: at, Message: fmt.Sprintf("%s cannot stand here; something is missing before it, or it closes nothing", shown)}
	case t.Kind == lexer.Operator || t.Kind == lexer.Bracket:
		return Problem{Offset: at, Message: fmt.Sprintf("%s cannot stand here; something is missing before it", shown)}
	}
	return Problem{Offset: at, Message: fmt.Sprintf("%s cannot stand here; is there an and, an or or a comparison missing before it?", shown)}
}
