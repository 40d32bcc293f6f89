package snapshot

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// folded is a locale as it is compared: RFC 4647 knows no capitals.
func folded(locale string) string {
	return strings.ToLower(strings.ReplaceAll(locale, "_", "-"))
}

// shorter returns a folded locale without its last part: de of de-at, "" of de.
func shorter(locale string) string {
	return locale[:max(0, strings.LastIndexByte(locale, '-'))]
}

// texts is the content of an item in every language that it has.
type texts struct {
	byLocale map[string]*localized // by folded locale; nil where no field has a language
	other    *localized            // what everybody else reads
}

// localized is the content of an item in one language.
type localized struct {
	content   Content
	templates []*template // parallel to the fields, nil for plain ones; nil where all are plain
}

// in returns the content for a folded locale.
func (t *texts) in(locale string) *localized {
	for ; locale != "" && t.byLocale != nil; locale = shorter(locale) {
		if l, ok := t.byLocale[locale]; ok {
			return l
		}
	}
	return t.other
}

// read returns the content as one person reads it.
func (l *localized) read(facts *rule.Facts) Content {
	if l.templates == nil {
		return l.content
	}
	fields := slices.Clone(l.content.fields)
	for i, t := range l.templates {
		if t != nil {
			fields[i].Text = t.filled(facts)
		}
	}
	return newContent(fields)
}

// writer prepares the content of items. It makes texts of equal languages one
// thing, and reads variables.
type writer struct {
	settings *tables.Settings
	fallback []string // the default locales, folded
	needs    *rule.Needs
}

func newWriter(settings *tables.Settings, needs *rule.Needs) *writer {
	w := &writer{settings: settings, needs: needs}
	for _, locale := range settings.Locales {
		w.fallback = append(w.fallback, folded(locale))
	}
	return w
}

// write prepares content, which is by field and locale.
func (w *writer) write(content map[string]map[string]string) (texts, error) {
	names := slices.Sorted(maps.Keys(content))
	byField := make([]map[string]string, len(names))
	var t texts
	for i, name := range names {
		byField[i] = content[name]
		for locale := range content[name] {
			if locale == "" {
				continue
			}
			if t.byLocale == nil {
				t.byLocale = map[string]*localized{}
				byField = slices.Clone(byField)
			}
			t.byLocale[folded(locale)] = nil
		}
	}
	if t.byLocale != nil {
		for i, name := range names {
			byField[i] = foldedKeys(content[name])
		}
	}
	var err error
	for locale := range t.byLocale {
		if t.byLocale[locale], err = w.localize(names, byField, locale); err != nil {
			return texts{}, err
		}
	}
	t.other, err = w.localize(names, byField, "")
	return t, err
}

func foldedKeys(byLocale map[string]string) map[string]string {
	m := make(map[string]string, len(byLocale))
	for locale, text := range byLocale {
		m[folded(locale)] = text
	}
	return m
}

// localize picks the text of each field for a locale.
func (w *writer) localize(names []string, byField []map[string]string, locale string) (*localized, error) {
	l := &localized{}
	fields := make([]Field, len(names))
	for i, name := range names {
		fields[i] = Field{name, w.pick(byField[i], locale)}
		found, wrong := variables(fields[i].Text, w.settings)
		if wrong != nil {
			return nil, flawError(name, wrong)
		}
		if len(found) == 0 {
			continue
		}
		if l.templates == nil {
			l.templates = make([]*template, len(names))
		}
		l.templates[i] = newTemplate(name, fields[i].Text, found, w.needs)
	}
	if l.templates != nil {
		l.content = Content{fields: fields}
	} else {
		l.content = newContent(fields)
	}
	return l, nil
}

// pick returns the text of a field for a locale, as the package says.
func (w *writer) pick(byLocale map[string]string, locale string) string {
	for _, wanted := range append([]string{locale}, w.fallback...) {
		for ; wanted != ""; wanted = shorter(wanted) {
			if text, ok := byLocale[wanted]; ok {
				return text
			}
		}
	}
	if text, ok := byLocale[""]; ok {
		return text
	}
	first := ""
	for locale := range byLocale {
		if first == "" || cmp.Less(locale, first) {
			first = locale
		}
	}
	return byLocale[first]
}
