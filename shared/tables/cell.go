package tables

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// finding is what is wrong with a cell. An unreadable cell is one whose text
// is not of the column's type at all; others are of the type but not allowed.
type finding struct {
	offset     int
	unreadable bool
	message    string
}

func unreadable(format string, args ...any) *finding {
	return &finding{unreadable: true, message: fmt.Sprintf(format, args...)}
}

func refused(format string, args ...any) *finding {
	return &finding{message: fmt.Sprintf(format, args...)}
}

// look returns what is wrong with a cell in the column, or nil.
func (c *Column) look(value any) *finding {
	switch c.Type {
	case Integer, Number:
		return c.lookNumber(value)
	case Bool:
		if _, ok := value.(bool); !ok {
			return unreadable("must be true or false")
		}
		return nil
	case Numbers:
		return c.lookNumbers(value)
	}
	if c.Type.List() {
		members, ok := value.([]string)
		if !ok {
			return unreadable("must be a list of texts")
		}
		return c.lookMembers(members)
	}
	text, ok := value.(string)
	if !ok {
		return unreadable("must be text")
	}
	if at := control(text); at >= 0 {
		return &finding{offset: at, message: "must not contain control characters"}
	}
	return c.lookText(text)
}

func (c *Column) lookNumber(value any) *finding {
	n, ok := value.(float64)
	text, _ := value.(string)
	switch pointed := point(text); {
	case !ok && pointed != text:
		return unreadable("decimals are written with a point: %s instead of %s", pointed, text)
	case !ok:
		return unreadable("must be %s", c.bounds())
	case n < c.Min || n > c.Max || c.Type == Integer && n != math.Trunc(n):
		return refused("must be %s", c.bounds())
	}
	return nil
}

// bounds says which numbers the column takes.
func (c *Column) bounds() string {
	kind := "a number"
	if c.Type == Integer {
		kind = "a whole number"
	}
	return fmt.Sprintf("%s from %s to %s", kind, Spell(c.Min), Spell(c.Max))
}

func (c *Column) lookNumbers(value any) *finding {
	one := Column{Type: Number, Min: c.Min, Max: c.Max}
	numbers, ok := value.([]float64)
	if !ok {
		text, _ := value.(string)
		return atMember(split([]string{text}), func(m string) *finding { return one.look(form(Number, m)) },
			unreadable("must be a list of numbers, such as %s", c.Example))
	}
	if len(numbers) > MaxMembers {
		return refused("must have at most %d members", MaxMembers)
	}
	members := make([]string, len(numbers))
	for i, n := range numbers {
		members[i] = Spell(n)
	}
	return atMember(members, func(m string) *finding { return one.look(form(Number, m)) }, nil)
}

// atMember returns what is wrong with the first wrong member, at its place in
// the list's text, else otherwise.
func atMember(members []string, look func(string) *finding, otherwise *finding) *finding {
	offset := 0
	for _, m := range members {
		if f := look(m); f != nil {
			f.offset += offset
			f.message = shown(m) + ": " + f.message
			return f
		}
		offset += len(m) + len("|")
	}
	return otherwise
}

func (c *Column) lookMembers(members []string) *finding {
	if len(members) > MaxMembers {
		return refused("must have at most %d members", MaxMembers)
	}
	seen := make(map[string]bool, len(members))
	return atMember(members, func(m string) *finding {
		if seen[m] {
			return refused("is there twice; keep one")
		}
		seen[m] = true
		return c.lookMember(m)
	}, nil)
}

func (c *Column) lookMember(m string) *finding {
	switch c.Type {
	case IDs:
		return lookID(m)
	case Picks:
		if tag, ok := strings.CutPrefix(m, TagPrefix); ok {
			return lookTag(tag)
		}
		return lookID(m)
	case Tags:
		return lookTag(m)
	case Words:
		return lookWord(m, c.Words)
	case Names:
		if f := journey.CheckName("", m); f != nil {
			return refused("%s", f.Message)
		}
	case Locales:
		if !isLocale(m) {
			return refused("must be a language, or a language and a region, such as de or de-AT%s", meantLocale(m))
		}
	case Countries:
		if !isCountry(m) {
			return refused("must be two capital letters, such as AT")
		}
	}
	return nil
}

func lookID(id string) *finding {
	if !isID(id) {
		return refused("must be an id: 1 to %d of A-Z, a-z, 0-9, _ . : and -, the first a letter or a digit", MaxID)
	}
	return nil
}

func lookTag(tag string) *finding {
	if tag == "" || len(tag) > MaxID || control(tag) >= 0 {
		return refused("a tag must have 1 to %d bytes without control characters", MaxID)
	}
	return nil
}

func lookWord(word string, words []string) *finding {
	if slices.Contains(words, word) {
		return nil
	}
	return refused("must be %s%s", oneOf(words), didYouMean(word, words))
}

func (c *Column) lookText(text string) *finding {
	switch c.Type {
	case ID:
		return lookID(text)
	case Word:
		return lookWord(text, c.Words)
	case Name:
		if f := journey.CheckName("", text); f != nil && text != c.Default {
			return refused("%s", f.Message)
		}
	case Currency:
		if !isCurrency(text) {
			return refused("must be a currency as three capital letters, such as EUR")
		}
	case Zone:
		if _, err := loadZone(text); err != nil {
			return refused("%s", err)
		}
	case URL:
		if !isURL(text) {
			return refused("must be a path that starts with one /, or an address that starts with https:// or http://, without spaces and quotes")
		}
	case Time:
		if _, _, err := parseTime(text, time.UTC); err != nil {
			return unreadable("%s", err)
		}
	case Duration:
		return c.lookDuration(text)
	case Boosting:
		_, f := parseBoost(text, time.UTC)
		return f
	case Condition:
		if n := utf8.RuneCountInString(text); n > MaxWhen {
			return refused("must be at most %d characters, and has %d; put parts of it into segments", MaxWhen, n)
		}
	}
	if len(text) > MaxText {
		return refused("must be at most %d bytes, and has %d", MaxText, len(text))
	}
	return nil
}

func (c *Column) lookDuration(text string) *finding {
	d, err := parseDuration(text)
	if err != nil {
		return unreadable("%s", err)
	}
	if s := d.Seconds(); s < c.Min || s > c.Max {
		return refused("must be from %s to %s", seconds(c.Min), seconds(c.Max))
	}
	return nil
}

func seconds(n float64) string { return rule.FormatWindow(time.Duration(n) * time.Second) }

// oneOf lists words as a sentence does: a, b or c.
func oneOf(words []string) string {
	if len(words) == 1 {
		return "empty or " + words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// meantOr proposes the nearest candidate or, where none is near, lists all.
func meantOr(name, list string, candidates []string) string {
	if nearest, ok := rule.Nearest(name, candidates); ok {
		return "did you mean " + nearest + "?"
	}
	return list + strings.Join(candidates, ", ")
}

// didYouMean proposes the nearest candidate, where one is near.
func didYouMean(name string, candidates []string) string {
	if nearest, ok := rule.Nearest(name, candidates); ok {
		return "; did you mean " + nearest + "?"
	}
	return ""
}

func meantLocale(text string) string {
	language, region, _ := strings.Cut(strings.ReplaceAll(text, "_", "-"), "-")
	meant := strings.ToLower(language)
	if region != "" {
		meant += "-" + strings.ToUpper(region)
	}
	if isLocale(meant) {
		return "; did you mean " + strconv.Quote(meant) + "?"
	}
	return ""
}

// shown is a name as a message repeats it: what it is long for is left out.
func shown(name string) string {
	if control(name) < 0 && len(name) <= MaxID {
		return name
	}
	clipped := []rune(name)
	return strconv.Quote(string(clipped[:min(len(clipped), MaxID)]))
}
