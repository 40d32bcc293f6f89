package tables

import "slices"

// Type is what a cell holds. The comment gives its form in a Row; Doc says how
// it is written.
type Type string

// The types of cells.
const (
	Text      Type = "text"      // string
	ID        Type = "id"        // string: a row's id
	Word      Type = "word"      // string: one of Column.Words
	Name      Type = "name"      // string: a touchpoint type or channel
	Currency  Type = "currency"  // string
	Zone      Type = "zone"      // string
	URL       Type = "url"       // string
	Time      Type = "time"      // string
	Duration  Type = "duration"  // string
	Condition Type = "condition" // string: a when text
	Boosting  Type = "boost"     // string: a percentage, and how long it holds
	Integer   Type = "integer"   // float64 without a fraction
	Number    Type = "number"    // float64
	Bool      Type = "bool"      // bool
	IDs       Type = "ids"       // []string
	Words     Type = "words"     // []string, each one of Column.Words
	Names     Type = "names"     // []string of channels
	Tags      Type = "tags"      // []string of free words
	Locales   Type = "locales"   // []string
	Countries Type = "countries" // []string
	Picks     Type = "picks"     // []string: item ids, or tag: and a tag
	Numbers   Type = "numbers"   // []float64
)

// written says how the cells of a type are written.
type written struct {
	Type
	doc string
}

// types are all types, in the order in which a newcomer reads them.
var types = []written{
	{Text, "Any text."},
	{ID, "The id of a row: letters, digits, _ . : and -, at most 64 of them, the first a letter or a digit."},
	{Word, "One of a few words."},
	{Name, "The name of a touchpoint type or a channel: small letters, digits, _ and dots."},
	{Integer, "A whole number, such as 3."},
	{Number, "A number, with a point before its decimals, such as 0.5."},
	{Bool, "Either true or false; spreadsheets may write WAHR and FALSCH."},
	{Duration, "A whole number and d for days, h for hours or m for minutes, such as 14d or 36h."},
	{Time, "A date, a date and a time of day, or a time with its offset: 2026-11-22, 2026-11-22 18:00 or 2026-11-22T18:00:00+01:00."},
	{Zone, "A time zone by its IANA name, such as Europe/Vienna."},
	{Currency, "A currency as three capital letters, such as EUR."},
	{URL, "An address that starts with https://, or a path of the same site that starts with one /."},
	{Condition, "A condition, in the language of conditions."},
	{Boosting, "A percentage and, where it does not hold for ever, from and until with a time each, in this order: 50, 50 until 2026-12-24 or -20 from 2026-12-01 09:00 until 2026-12-24 18:00."},
	{IDs, "Ids of rows, such as critics|stars."},
	{Words, "Some of a few words, such as cooling|lapsed."},
	{Names, "Names of channels, such as web|app."},
	{Tags, "Words of your own, such as guide|sofas."},
	{Locales, "Languages, with a region where it matters, such as de|de-AT."},
	{Countries, "Countries as two capital letters each, such as AT|DE."},
	{Picks, "Ids of items, or tag: and a tag for all items that have it, such as sofa-guide|tag:guide."},
	{Numbers, "Numbers, such as 70|30."},
}

// Types returns every type.
func Types() []Type {
	all := make([]Type, len(types))
	for i := range types {
		all[i] = types[i].Type
	}
	return all
}

// List reports whether a cell of type t has members.
func (t Type) List() bool {
	switch t {
	case IDs, Picks, Words, Names, Tags, Locales, Countries, Numbers:
		return true
	}
	return false
}

// Doc says in a sentence how a cell of type t is written.
func (t Type) Doc() string {
	if i := t.position(); i >= 0 {
		return types[i].doc
	}
	return ""
}

func (t Type) position() int {
	return slices.IndexFunc(types, func(w written) bool { return w.Type == t })
}
