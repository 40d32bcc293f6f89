package ingest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// Mapping says how a row of a file becomes a touchpoint. Make one with Load.
type Mapping struct {
	// Consent is what the file's visitors agreed to, as far as the mapping
	// says.
	Consent journey.Consent

	format     string // CSV, JSONLines, or empty: the file tells
	delimiter  rune
	comma      bool
	each       string
	keep, drop []filter
	merge      bool

	columns  columns
	repeats  bool // the id has {repeat} in it
	visitor  field
	id       field
	kind     field
	channel  field
	at       *clock
	value    *amount
	source   field
	item     field
	category field
	campaign field
	trust    field
	props    []prop
}

type prop struct {
	name string
	field
}

// The formats of files.
const (
	CSV       = "csv"
	JSONLines = "jsonl"
)

// Load reads a mapping file. It returns everything that is wrong with it in
// order of place; the mapping is nil where one of the problems is more than a
// warning.
func Load(text []byte) (*Mapping, []Problem) {
	var d document
	m := &Mapping{delimiter: ','}
	if root, ok := d.parse(text, "visitor, id, type, channel and at are needed"); ok {
		m.read(root)
	}
	if d.sorted() {
		return nil, d.problems
	}
	return m, d.problems
}

// layout are the keys that say how a file is read, whatever becomes of its rows.
func (m *Mapping) layout() map[string]func(node) {
	return map[string]func(node){
		"format":    func(n node) { m.format = n.oneOf(CSV, JSONLines) },
		"delimiter": m.readDelimiter,
		"decimal":   func(n node) { m.comma = n.oneOf(".", ",") == "," },
		"each":      func(n node) { m.each = n.text() },
		"keep":      func(n node) { m.keep = n.filters(&m.columns) },
		"drop":      func(n node) { m.drop = n.filters(&m.columns) },
	}
}

func (m *Mapping) read(root node) {
	into := func(f *field) func(node) {
		return func(n node) { *f = n.field(&m.columns) }
	}
	keys := m.layout()
	maps.Copy(keys, map[string]func(node){
		"merge":    func(n node) { m.merge = n.bool() },
		"consent":  m.readConsent,
		"visitor":  into(&m.visitor),
		"id":       into(&m.id),
		"type":     into(&m.kind),
		"channel":  into(&m.channel),
		"at":       func(n node) { m.at = n.clock(&m.columns) },
		"value":    func(n node) { m.value = n.amount(&m.columns) },
		"source":   into(&m.source),
		"item":     into(&m.item),
		"category": into(&m.category),
		"campaign": into(&m.campaign),
		"trust":    into(&m.trust),
		"props":    m.readProps,
	})
	root.fields(keys)
	for _, needed := range []struct {
		name    string
		missing bool
	}{
		{"visitor", m.visitor == nil},
		{"id", m.id == nil},
		{"type", m.kind == nil},
		{"channel", m.channel == nil},
		{"at", m.at == nil},
	} {
		if needed.missing {
			root.problem("%s is needed", needed.name)
		}
	}
	if m.value != nil {
		m.value.comma = m.comma
	}
	m.checkColumns(root)
	m.checkConstants()
}

func (m *Mapping) readDelimiter(n node) {
	text := n.text()
	if text == `\t` {
		text = "\t"
	}
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || strings.ContainsRune("\"\r\n\uFFFD", r) {
		n.problem(`must be one character, such as ";", or \t`)
	}
	m.delimiter = r
}

func (m *Mapping) readConsent(n node) {
	var stated any
	if n.isList() {
		purposes := []string{}
		for _, member := range n.list() {
			purposes = append(purposes, member.text())
		}
		stated = purposes
	} else {
		stated = n.text()
	}
	body, err := json.Marshal(stated)
	if err == nil {
		err = json.Unmarshal(body, &m.Consent)
	}
	if err != nil {
		n.problem("must be none or a list of personalization, measurement, advertising")
	}
}

func (m *Mapping) readProps(n node) {
	keys, values := n.entries()
	for i, key := range keys {
		m.props = append(m.props, prop{key.raw(), values[i].field(&m.columns)})
	}
	if len(m.props) > journey.MaxProps {
		n.problem("must be at most %d", journey.MaxProps)
	}
}

// checkColumns finds what a mapping says about columns that cannot be.
func (m *Mapping) checkColumns(root node) {
	m.repeats = m.columns.builtins[repetition]
	if m.columns.builtins[memberIndex] && m.each == "" {
		root.problem("{index} needs each: it is the number of the member")
	}
	if m.each != "" && m.format == CSV {
		root.problem("each is of JSON Lines; a row of CSV has no list in it")
	}
	if id, ok := m.id.(templateField); ok && id.constant() {
		id.problem(`must be different for each row, as in "{hash}-{repeat}"`)
	}
}

// checkConstants finds constant texts that a touchpoint could never carry, and
// warns of types and channels that look misspelt.
func (m *Mapping) checkConstants() {
	known := func(name string, words []string) func(string, node) {
		return func(text string, at node) {
			if f := journey.CheckName(name, text); f != nil {
				at.problem("%s", f.Message)
				return
			}
			if slices.Contains(words, text) || name == "channel" && strings.HasPrefix(text, "social.") {
				return
			}
			if nearest, ok := rule.Nearest(text, words); ok {
				at.warn("%q is not of the shipped vocabulary and weighs nothing without a signal of its own; did you mean %q?", text, nearest)
			}
		}
	}
	each := func(f field, check func(string, node)) {
		if f != nil {
			f.constants(check)
		}
	}
	each(m.kind, known("type", journey.Types()))
	each(m.channel, known("channel", journey.Channels()))
	each(m.trust, func(text string, at node) {
		if err := new(journey.Trust).UnmarshalText([]byte(text)); err != nil {
			at.problem("must be one of human, likely, reported, imported, machine")
		}
	})
	if m.value != nil {
		each(m.value.currency, func(text string, at node) {
			if !currencyCode(text) {
				at.problem("must be a currency code of three capital letters, such as EUR")
			}
		})
	}
}

func currencyCode(text string) bool {
	return len(text) == 3 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
