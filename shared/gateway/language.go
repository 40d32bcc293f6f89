package gateway

import (
	"strconv"
	"strings"
)

// maxLanguages bounds how much of an Accept-Language is looked at.
const maxLanguages = 16

// preferredLanguage returns the language range that an Accept-Language header
// prefers, such as de-AT, or nothing where it names none.
func preferredLanguage(header string) string {
	best, most := "", 0.0
	for i := 0; header != "" && i < maxLanguages; i++ {
		var member string
		member, header, _ = strings.Cut(header, ",")
		name, weight := languageRange(member)
		if weight > most {
			best, most = name, weight
		}
	}
	return best
}

func languageRange(member string) (name string, weight float64) {
	name, parameter, weighted := strings.Cut(member, ";")
	name = strings.TrimSpace(name)
	if !isLanguage(name) {
		return "", 0
	}
	if !weighted {
		return name, 1
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
	weight, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || weight > 1 {
		return "", 0
	}
	return name, weight
}

// isLanguage reports whether a range names a language: letters, digits and
// hyphens, no star.
func isLanguage(name string) bool {
	if name == "" || len(name) > 35 {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
