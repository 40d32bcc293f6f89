package parse

import (
	"slices"
	"strings"

	"wegweiser/shared/rule"
)

// The types of a condition's parts beside those of package rule.
const (
	Membership = "segment"  // asked of with ==, !=, in and not in alone
	Declared   = "declared" // text, number, bool or time, as the settings say for the name
)

// What the names in a condition are among, where not every text will do.
const (
	AmongPhases      = "phases"
	AmongStandings   = "standings"
	AmongSegments    = "segments"
	AmongChannels    = "channels"
	AmongTraits      = "traits"
	AmongContext     = "context"
	AmongTouchpoints = "touchpoints" // types of touchpoints
	AmongMilestones  = "milestones"
	AmongItems       = "items"
)

// Field is a name that stands for something known when a decision is made.
type Field struct {
	Name    string `json:"name"` // as it is written, <…> for a name of the workspace's own
	Type    string `json:"type"` // text, number, bool, time, Membership or Declared
	Among   string `json:"among,omitempty"`
	Doc     string `json:"doc"`     // a sentence for a marketer
	Example string `json:"example"` // a whole condition

	kind rule.Kind
}

// Function is a question about the history, or about a field.
type Function struct {
	Name    string     `json:"name"`
	Args    []Argument `json:"args"`
	Type    string     `json:"type"` // text, number, bool or time
	Doc     string     `json:"doc"`
	Call    string     `json:"call"`    // how it is called
	Example string     `json:"example"` // a whole condition

	kind rule.Kind // 0 of missing, which is no value
}

// Argument is one thing that a function is told, between quotes but for a
// field.
type Argument struct {
	Name  string `json:"name"` // Window, Asked, or what is named
	Among string `json:"among,omitempty"`
}

// The arguments that are not a name.
const (
	Window = "window" // a stretch of time, such as 7d
	Asked  = "field"  // a field or function, without quotes
)

// Operator is a sign or a word that joins, compares or calculates.
type Operator struct {
	Sign    string   `json:"sign"`
	Also    string   `json:"also,omitempty"`    // another spelling
	Negated string   `json:"negated,omitempty"` // how its opposite is written
	Does    string   `json:"does"`              // Joins, Compares or Calculates
	Types   []string `json:"types"`             // of what it works on
	Doc     string   `json:"doc"`
	Example string   `json:"example"` // a whole condition
}

// What operators do.
const (
	Joins      = "joins"
	Compares   = "compares"
	Calculates = "calculates"
)

// Fields returns every field of the language. What is not among them does not
// exist.
func Fields() []Field { return slices.Clone(fields) }

// Functions returns every function of the language.
func Functions() []Function { return slices.Clone(functions) }

// Operators returns every operator of the language.
func Operators() []Operator { return slices.Clone(operators) }

var (
	text   = rule.Text.String()
	number = rule.Number.String()
	truth  = rule.Bool.String()
	moment = rule.Time.String()
)

var fields = []Field{
	{
		Name: "phase", Type: text, Among: AmongPhases, kind: rule.Phase,
		Doc:     "The phase in which the visitor stands.",
		Example: `phase in ["consideration", "decision"]`,
	},
	{
		Name: "standing", Type: text, Among: AmongStandings, kind: rule.Standing,
		Doc:     "How the visitor stands as a customer: prospect, active, cooling or lapsed.",
		Example: `standing == "lapsed"`,
	},
	{
		Name: "segment", Type: Membership, Among: AmongSegments, kind: rule.Segment,
		Doc:     "The audiences of the table segments that the visitor belongs to.",
		Example: `segment == "critics"`,
	},
	{
		Name: "channel", Type: text, Among: AmongChannels, kind: rule.Channel,
		Doc:     "The channel on which the answer is asked for; a social network is social. and its name.",
		Example: `channel != "email"`,
	},
	{
		Name: "locale", Type: text, kind: rule.Locale,
		Doc:     "The visitor's language, with the region where it is known.",
		Example: `locale startsWith "de"`,
	},
	{
		Name: "country", Type: text, kind: rule.Country,
		Doc:     "The visitor's country, as two capital letters.",
		Example: `country in ["AT", "DE", "CH"]`,
	},
	{
		Name: "now", Type: moment, kind: rule.Now,
		Doc:     "The moment of the decision; for schedules the columns starts and ends are simpler.",
		Example: `now >= "2026-12-01T00:00:00+01:00"`,
	},
	{
		Name: "score.<phase>", Type: number, Among: AmongPhases, kind: rule.Score,
		Doc:     "How much of the evidence speaks for a phase, from 0 to 1.",
		Example: `score.decision >= 0.3`,
	},
	{
		Name: "visitor.<trait>", Type: Declared, Among: AmongTraits, kind: rule.Visitor,
		Doc:     "A trait that was stored with the visitor; the setting trait.<name> declares it.",
		Example: `visitor.tier == "gold"`,
	},
	{
		Name: "context.<key>", Type: Declared, Among: AmongContext, kind: rule.Context,
		Doc:     "A value that the page or the mail system sends along; the setting context.<name> declares it.",
		Example: `context.basket >= 100`,
	},
}

var functions = []Function{
	{
		Name: "count", Type: number, kind: rule.Count,
		Args:    []Argument{{"touchpoint type", AmongTouchpoints}, {Window, ""}},
		Doc:     "How many touchpoints of a type there were in a stretch of time before now.",
		Call:    `count("product_view", "7d")`,
		Example: `count("product_view", "7d") >= 3`,
	},
	{
		Name: "days_since", Type: number, kind: rule.DaysSince,
		Args:    []Argument{{"milestone", AmongMilestones}},
		Doc:     "How many days ago the newest milestone of a type was, with fractions; missing where there was none.",
		Call:    `days_since("purchase")`,
		Example: `days_since("purchase") <= 14`,
	},
	{
		Name: "spent", Type: number, kind: rule.Spent,
		Args:    []Argument{{Window, ""}},
		Doc:     "What was bought and not returned in a stretch of time before now, in the workspace's currency.",
		Call:    `spent("365d")`,
		Example: `spent("365d") > 500`,
	},
	{
		Name: "seen", Type: truth, kind: rule.Seen,
		Args:    []Argument{{"item", AmongItems}, {Window, ""}},
		Doc:     "Whether an item was shown to the visitor in a stretch of time before now.",
		Call:    `seen("item-id", "30d")`,
		Example: `not seen("sofa-guide", "30d")`,
	},
	{
		Name: "missing", Type: truth,
		Args:    []Argument{{Asked, ""}},
		Doc:     "Whether nothing is known; any other question about something missing is answered with no.",
		Call:    `missing(country)`,
		Example: `missing(country) or country == "AT"`,
	},
}

var operators = []Operator{
	{
		Sign: "and", Also: "&&", Does: Joins, Types: []string{truth}, Doc: "Both have to hold.",
		Example: `phase == "decision" and count("cart_add", "7d") >= 1`,
	},
	{
		Sign: "or", Also: "||", Does: Joins, Types: []string{truth}, Doc: "At least one has to hold; and binds more tightly, so put parentheses around it.",
		Example: `country == "AT" and (channel == "web" or channel == "app")`,
	},
	{
		Sign: "not", Also: "!", Does: Joins, Types: []string{truth}, Doc: "What follows must not hold; put parentheses around a comparison.",
		Example: `not (standing == "active")`,
	},
	{
		Sign: "==", Does: Compares, Types: []string{text, number, truth, moment, Membership}, Doc: "Is the same; for segment: belongs to it.",
		Example: `phase == "decision"`,
	},
	{
		Sign: "!=", Does: Compares, Types: []string{text, number, truth, moment, Membership}, Doc: "Is another one; for segment: does not belong to it.",
		Example: `segment != "critics"`,
	},
	{Sign: "<", Does: Compares, Types: []string{number, moment}, Doc: "Is less, or earlier.", Example: `days_since("purchase") < 30`},
	{Sign: "<=", Does: Compares, Types: []string{number, moment}, Doc: "Is at most, or not later.", Example: `count("email_open", "30d") <= 2`},
	{Sign: ">", Does: Compares, Types: []string{number, moment}, Doc: "Is more, or later.", Example: `spent("90d") > 100`},
	{Sign: ">=", Does: Compares, Types: []string{number, moment}, Doc: "Is at least, or not earlier.", Example: `score.decision >= 0.5`},
	{
		Sign: "in", Negated: "not in", Does: Compares, Types: []string{text, number, Membership}, Doc: "Is one of a list.",
		Example: `country not in ["AT", "CH"]`,
	},
	{
		Sign: "contains", Negated: "not contains", Does: Compares, Types: []string{text}, Doc: "Has a text somewhere in it, capitals and small letters told apart.",
		Example: `context.query contains "sofa"`,
	},
	{
		Sign: "startsWith", Negated: "not startsWith", Does: Compares, Types: []string{text}, Doc: "Begins with a text.",
		Example: `locale startsWith "de"`,
	},
	{
		Sign: "endsWith", Negated: "not endsWith", Does: Compares, Types: []string{text}, Doc: "Ends with a text.",
		Example: `visitor.email not endsWith "@shop.example"`,
	},
	{
		Sign: "matches", Negated: "not matches", Does: Compares, Types: []string{text}, Doc: "Fits a regular expression.",
		Example: `context.query matches "(?i)sofa|couch"`,
	},
	{Sign: "+", Does: Calculates, Types: []string{number}, Doc: "The sum.", Example: `count("cart_add", "7d") + count("wishlist_add", "7d") >= 2`},
	{Sign: "-", Does: Calculates, Types: []string{number}, Doc: "The difference; before a number, its opposite.", Example: `count("cart_add", "7d") - count("cart_remove", "7d") >= 1`},
	{Sign: "*", Does: Calculates, Types: []string{number}, Doc: "The product.", Example: `context.basket * 2 > spent("365d")`},
	{Sign: "/", Does: Calculates, Types: []string{number}, Doc: "The quotient.", Example: `spent("365d") / count("purchase", "365d") > 200`},
	{Sign: "%", Does: Calculates, Types: []string{number}, Doc: "What remains of a division.", Example: `count("purchase", "365d") % 5 == 0`},
}

// stem is the first word of a field.
func (f *Field) stem() string {
	first, _, _ := strings.Cut(f.Name, ".")
	return first
}

// alone reports whether the field is a word that stands for a value by itself.
func (f *Field) alone() bool { return f.stem() == f.Name && f.Type != Membership }

// fieldOf returns the field whose first word is name.
func fieldOf(name string) (*Field, bool) {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.stem() == name })
	if i < 0 {
		return nil, false
	}
	return &fields[i], true
}

func functionOf(name string) (*Function, bool) {
	i := slices.IndexFunc(functions, func(f Function) bool { return f.Name == name })
	if i < 0 {
		return nil, false
	}
	return &functions[i], true
}

// listed returns what each member of a list is called, as given by called.
func listed[T any](list []T, called func(*T) string) []string {
	names := make([]string, len(list))
	for i := range list {
		names[i] = called(&list[i])
	}
	return names
}

func functionNames() []string {
	names := listed(functions, func(f *Function) string { return f.Name })
	slices.Sort(names)
	return names
}
