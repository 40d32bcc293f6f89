package snapshot

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

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

// texts is the content of an item in every language that it has, the one that
// everybody else reads first.
type texts []localized

// localized is the content of an item in one language.
type localized struct {
	locale    string // folded
	content   Content
	templates []*template // parallel to the fields, nil for plain ones; nil where all are plain
}

// in returns the content for a folded locale.
func (t texts) in(locale string) *localized {
	for ; locale != ""; locale = shorter(locale) {
		for i := range t {
			if t[i].locale == locale {
				return &t[i]
			}
		}
	}
	return &t[0]
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

// prepared is the content of an item, which is prepared when it is first shown,
// or at once where it names variables: they may be wrong, and the facts that
// they ask for belong to the snapshot.
type prepared struct {
	encoded string
	ready   atomic.Pointer[texts]
}

func (p *prepared) begin(w *writer, encoded string) error {
	p.encoded = encoded
	if !strings.Contains(encoded, "{{") {
		return nil
	}
	texts, err := w.write(decodeContent(encoded))
	p.ready.Store(&texts)
	return err
}

// texts is safe for concurrent use: whoever prepares them comes to the same.
func (p *prepared) texts(w *writer) texts {
	if ready := p.ready.Load(); ready != nil {
		return *ready
	}
	texts, _ := w.write(decodeContent(p.encoded)) // without variables nothing is wrong
	p.ready.Store(&texts)
	return texts
}

// writer prepares the content of items.
type writer struct {
	settings *tables.Settings
	defaults []string // the locales of the settings, folded
	needs    *rule.Needs
}

func newWriter(settings *tables.Settings, needs *rule.Needs) *writer {
	w := &writer{settings: settings, needs: needs}
	for _, locale := range settings.Locales {
		w.defaults = append(w.defaults, folded(locale))
	}
	return w
}

// write prepares a content, which is in order of field, then locale.
func (w *writer) write(content []translated) (texts, error) {
	locales := make([]string, 1, 8)
	for _, t := range content {
		if !slices.Contains(locales, t.locale) {
			locales = append(locales, t.locale)
		}
	}
	prepared := make(texts, len(locales))
	for i, locale := range locales {
		if err := w.localize(&prepared[i], content, locale); err != nil {
			return nil, err
		}
	}
	return prepared, nil
}

// localize picks the text of each field for a locale.
func (w *writer) localize(l *localized, content []translated, locale string) error {
	l.locale = locale
	fields := make([]Field, 0, len(content))
	for len(content) > 0 {
		n := 1
		for n < len(content) && content[n].field == content[0].field {
			n++
		}
		fields = append(fields, Field{content[0].field, w.pick(content[:n], locale)})
		content = content[n:]
	}
	for i, f := range fields {
		found, wrong := variables(f.Text, w.settings)
		if len(wrong) > 0 {
			return fmt.Errorf("content.%s: %s", f.Name, wrong[0].message)
		}
		if len(found) == 0 {
			continue
		}
		if l.templates == nil {
			l.templates = make([]*template, len(fields))
		}
		l.templates[i] = newTemplate(f.Name, f.Text, found, w.needs)
	}
	if l.content.fields = fields; l.templates == nil {
		l.content = newContent(fields)
	}
	return nil
}

// pick returns the text of one field for a locale, as the package says.
func (w *writer) pick(field []translated, locale string) string {
	if text, ok := lookup(field, locale); ok {
		return text
	}
	for _, locale := range w.defaults {
		if text, ok := lookup(field, locale); ok {
			return text
		}
	}
	return field[0].text // the bare one, if there is one
}

// lookup finds the text for a locale or a shorter form of it.
func lookup(field []translated, locale string) (string, bool) {
	for ; locale != ""; locale = shorter(locale) {
		for i := range field {
			if field[i].locale == locale {
				return field[i].text, true
			}
		}
	}
	return "", false
}
