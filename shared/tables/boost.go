package tables

import (
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// BoostPrefix starts the id of a setting that is a boost; the tag follows.
const BoostPrefix = "boost."

// The bounds of a boost, in percent.
const (
	MinBoost = -100
	MaxBoost = 1000
)

// Boost raises the weight of every item with a tag while its schedule holds. An
// item's weight is multiplied by 1 + sum/100 over the boosts of its tags, but
// never by less than 0.
type Boost struct {
	Tag     string
	Percent float64 // MinBoost to MaxBoost
	Schedule
}

// span is a word of a cell and where it begins.
type span struct {
	at   int
	text string
}

func spans(text string) []span {
	var list []span
	for rest := text; ; {
		rest = strings.TrimLeft(rest, " \t\n")
		if rest == "" {
			return list
		}
		word := rest
		if end := strings.IndexAny(rest, " \t\n"); end >= 0 {
			word = rest[:end]
		}
		list = append(list, span{len(text) - len(rest), word})
		rest = rest[len(word):]
	}
}

// parseBoost reads a percentage that from and until may follow, each with a
// time in zone. Whether until is later than from is for the caller to ask.
func parseBoost(text string, zone *time.Location) (Boost, *finding) {
	words := spans(text)
	if len(words) == 0 {
		return Boost{}, unreadable("must be a percentage")
	}
	b := Boost{Schedule: Schedule{Zone: zone.String()}}
	percent, ok := number(words[0].text)
	switch bare := strings.TrimSuffix(words[0].text, "%"); {
	case !ok && bare != words[0].text:
		return b, unreadable("write %s without the percent sign", bare)
	case !ok:
		return b, unreadable("must begin with a percentage, such as 50 or -20, which from and until may follow: 50 from 2026-12-01 until 2026-12-24 18:00")
	case percent < MinBoost || percent > MaxBoost:
		return b, refused("must be from %d to %d percent", MinBoost, MaxBoost)
	}
	b.Percent = percent
	words = words[1:]
	for _, word := range [...]string{"from", "until"} {
		if len(words) == 0 || words[0].text != word {
			continue
		}
		at, wholeDay, n, f := timeAfter(text, words, zone)
		if f != nil {
			return b, f
		}
		switch {
		case word == "from":
			b.Starts = journey.At(at)
		case wholeDay:
			b.Ends = journey.At(at.AddDate(0, 0, 1))
		default:
			b.Ends = journey.At(at)
		}
		words = words[n:]
	}
	if len(words) > 0 {
		return b, unexpected(words[0])
	}
	return b, nil
}

// timeAfter reads the time behind the first of the words, and says how many
// words that was.
func timeAfter(text string, words []span, zone *time.Location) (at time.Time, wholeDay bool, n int, f *finding) {
	if len(words) == 1 {
		f = unreadable("a time has to follow %s, such as 2026-12-24 or 2026-12-24 18:00", words[0].text)
		f.offset = len(text)
		return at, false, 0, f
	}
	n = 2
	if len(words) > 2 && digit(words[2].text[0]) {
		n = 3
	}
	from, last := words[1].at, words[n-1]
	at, wholeDay, err := parseTime(text[from:last.at+len(last.text)], zone)
	if err != nil {
		f = unreadable("what follows %s %s", words[0].text, err)
		f.offset = from
	}
	return at, wholeDay, n, f
}

// unexpected says what is wrong with a word where from or until may stand.
func unexpected(word span) *finding {
	f := unreadable("only from and until may follow the percentage, each with a time")
	switch {
	case word.text == "from":
		f = unreadable("from stands once, and before until")
	case word.text == "until":
		f = unreadable("until stands once, at the end")
	default:
		if near, ok := rule.Nearest(word.text, []string{"from", "until"}); ok {
			f.message += "; did you mean " + near + "?"
		}
	}
	f.offset = word.at
	return f
}

// boosts returns the boosts among the settings, whose rows are in order.
func boosts(rows []Row, zone *time.Location) []Boost {
	var list []Boost
	for _, row := range rows {
		tag, ok := strings.CutPrefix(row.ID, BoostPrefix)
		text, isText := row.Cells["value"].(string)
		if !ok || tag == "" || !isText {
			continue
		}
		if b, f := parseBoost(text, zone); f == nil {
			b.Tag = tag
			list = append(list, b)
		}
	}
	return list
}

// boosts reports those that never hold. What each says by itself was looked at.
func (c *checker) boosts(rows []Row, list []Boost) {
	for i := range list {
		b := &list[i]
		if b.Starts == 0 || b.Ends == 0 || b.Ends > b.Starts {
			continue
		}
		c.report(SettingsTable, BoostPrefix+b.Tag, "value", "until must be later than from, or the boost never holds")
		row, _ := Set{SettingsTable: rows}.Row(SettingsTable, BoostPrefix+b.Tag)
		text, _ := row.Cells["value"].(string)
		c.problems[len(c.problems)-1].Offset = strings.LastIndex(text, "until")
	}
}
