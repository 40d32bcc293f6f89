package tables

import "strings"

// The small syntaxes of cells. Each function reports whether text is one.

// isName accepts what can be a part of a name in a condition: 1 to 56 letters,
// digits and underscores, the first no digit.
func isName(text string) bool {
	return text != "" && len(text) <= 56 && !digit(text[0]) && every(text, func(c byte) bool { return letter(c) || digit(c) || c == '_' })
}

// isID accepts 1 to MaxID of A-Z, a-z, 0-9 and _ . : - that start with a letter
// or a digit.
func isID(text string) bool {
	return text != "" && len(text) <= MaxID && (letter(text[0]) || digit(text[0])) && every(text, func(c byte) bool {
		return letter(c) || digit(c) || strings.IndexByte("_.:-", c) >= 0
	})
}

// isLocale accepts a language with, in this order, a script and a region where
// they matter: de, de-AT, zh-Hant-TW, es-419.
func isLocale(text string) bool {
	parts := strings.Split(text, "-")
	if n := len(parts[0]); n < 2 || n > 3 || !every(parts[0], small) {
		return false
	}
	parts = parts[1:]
	if len(parts) > 0 && isScript(parts[0]) {
		parts = parts[1:]
	}
	return len(parts) == 0 || len(parts) == 1 && isRegion(parts[0])
}

func isScript(text string) bool {
	return len(text) == 4 && capital(text[0]) && every(text[1:], small)
}

func isRegion(text string) bool {
	return isCountry(text) || len(text) == 3 && every(text, digit)
}

// isCountry accepts two capital letters.
func isCountry(text string) bool { return len(text) == 2 && every(text, capital) }

// isCurrency accepts three capital letters.
func isCurrency(text string) bool { return len(text) == 3 && every(text, capital) }

// isURL accepts a path of the same site, or an absolute https or http address.
// Nothing else may stand where browsers and mails are sent to.
func isURL(text string) bool {
	if !every(text, func(c byte) bool { return c > ' ' && c != 0x7f && strings.IndexByte("\"<>\\^`{|}", c) < 0 }) {
		return false
	}
	if path, ok := strings.CutPrefix(text, "/"); ok {
		return !strings.HasPrefix(path, "/")
	}
	for _, scheme := range [...]string{"https://", "http://"} {
		if host, ok := strings.CutPrefix(text, scheme); ok {
			return host != "" && !strings.ContainsRune("/?#", rune(host[0]))
		}
	}
	return false
}

// control returns the place of the first character that no text may hold, or
// -1: a control character other than a tab and the end of a line.
func control(text string) int {
	return strings.IndexFunc(text, func(r rune) bool {
		return r < 0x20 && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029'
	})
}

func every(text string, ok func(byte) bool) bool {
	for i := range len(text) {
		if !ok(text[i]) {
			return false
		}
	}
	return true
}

func small(c byte) bool   { return c >= 'a' && c <= 'z' }
func capital(c byte) bool { return c >= 'A' && c <= 'Z' }
func letter(c byte) bool  { return small(c) || capital(c) }
func digit(c byte) bool   { return c >= '0' && c <= '9' }
