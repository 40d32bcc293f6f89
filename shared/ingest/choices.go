package ingest

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"wegweiser/shared/journey"
)

// Choice is a row of a log of decisions: an item that was shown, with what
// probability, and what came of it.
type Choice struct {
	Line       int    // on which it starts, from 1
	Decision   string // rows of one decision share it; it may be empty
	Visitor    string // may be empty
	At         journey.Millis
	Place      string // the placement, or what else sets decisions apart
	Position   int    // in the place, from 1
	Phase      string // in which the visitor was; empty where nobody knows
	Standing   string // likewise
	Context    map[string]any
	Item       string
	Candidates []string // what could have been shown; nil where the log does not say
	// Probability is that with which the item was chosen, 0 where the log does
	// not say.
	Probability float64
	Reward      float64
	// Columns are the texts of the columns that were asked for beside.
	Columns []string
	// LeftOut says that the mapping does not want the row, and Err why the row
	// cannot be read. Either way nothing else of it can be relied on but Line.
	LeftOut bool
	Err     error
}

// ChoiceMapping says what in the rows of a log is what. Make one with
// LoadChoices.
type ChoiceMapping struct {
	file Mapping // how it is read

	decision, visitor, place, position field
	item, probability, reward          field
	candidates, contextObject          field
	phase, standing                    field
	at                                 *clock
	context                            []prop
}

const choicesNeed = "item, probability and reward are needed"

// LoadChoices reads a mapping file of a log of decisions. It returns everything
// that is wrong with it in order of place; the mapping is nil where one of the
// problems is more than a warning.
func LoadChoices(text []byte) (*ChoiceMapping, []Problem) {
	var d document
	m := &ChoiceMapping{file: Mapping{delimiter: ','}}
	if root, ok := d.parse(text, choicesNeed); ok {
		m.read(root)
	}
	if d.sorted() {
		return nil, d.problems
	}
	return m, d.problems
}

func (m *ChoiceMapping) read(root node) {
	keys := m.file.layout()
	for name, into := range map[string]*field{
		"decision": &m.decision, "visitor": &m.visitor, "place": &m.place, "position": &m.position,
		"item": &m.item, "probability": &m.probability, "reward": &m.reward, "candidates": &m.candidates,
		"phase": &m.phase, "standing": &m.standing,
	} {
		keys[name] = func(n node) { *into = n.field(&m.file.columns) }
	}
	keys["at"] = func(n node) { m.at = n.clock(&m.file.columns) }
	keys["context"] = m.readContext
	root.fields(keys)
	for name, have := range map[string]field{"item": m.item, "reward": m.reward} {
		if have == nil {
			root.problem("%s is needed", name)
		}
	}
	if m.file.columns.builtins[repetition] {
		root.problem("{repeat} is for the ids of touchpoints; a log of decisions has none")
	}
	if m.file.each != "" && m.file.format == CSV {
		root.problem("each is of JSON Lines; a row of CSV has no list in it")
	}
}

func (m *ChoiceMapping) readContext(n node) {
	if !n.isMap() {
		m.contextObject = n.field(&m.file.columns)
		return
	}
	keys, values := n.entries()
	for i, key := range keys {
		m.context = append(m.context, prop{key.raw(), values[i].field(&m.file.columns)})
	}
}

// ChoiceReader reads the rows of one log.
type ChoiceReader struct {
	*ChoiceMapping
	reader *Reader
	extra  []int // slots of the columns that were asked for beside
}

// OpenChoices begins to read a log, plain or gzip, and of each row these columns
// beside what the mapping reads. Without a mapping the columns have the names
// of the format (see the package's documentation). It fails where the file is
// not readable, or is CSV without a column that is named.
func OpenChoices(file io.Reader, m *ChoiceMapping, columns ...string) (*ChoiceReader, error) {
	buffered, err := plain(file)
	if err != nil {
		return nil, err
	}
	if m == nil {
		if m, err = standard(buffered); err != nil {
			return nil, err
		}
	}
	own := *m
	own.file.columns = m.file.columns.clone()
	r := &ChoiceReader{ChoiceMapping: &own}
	for _, name := range columns {
		r.extra = append(r.extra, own.file.columns.slot(name))
	}
	r.reader, err = own.file.open(buffered)
	return r, err
}

// Rows yields the rows in the order of the file. An error ends it: the file
// cannot be read further. Rows may be ranged over once.
func (r *ChoiceReader) Rows() iter.Seq2[Choice, error] {
	return func(yield func(Choice, error) bool) {
		mapper := mapper{Mapping: &r.file}
		for l, err := range r.reader.lines {
			if err != nil {
				yield(Choice{}, fmt.Errorf("read line %d: %w", l.number, plainEOF(err)))
				return
			}
			c := Choice{Line: l.number, Err: l.err}
			if c.Err == nil {
				if mapper.wanted(&l.row) {
					c.Err = r.fill(&c, &l.row)
				} else {
					c.LeftOut = true
				}
			}
			if errors.Is(c.Err, errDrop) {
				c.LeftOut, c.Err = true, nil
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (r *ChoiceReader) fill(c *Choice, from *row) (err error) {
	var position, probability, reward, candidates string
	for _, f := range [...]struct {
		name string
		field
		to *string
	}{
		{"item", r.item, &c.Item},
		{"reward", r.reward, &reward},
		{"probability", r.probability, &probability},
		{"decision", r.decision, &c.Decision},
		{"visitor", r.visitor, &c.Visitor},
		{"place", r.place, &c.Place},
		{"position", r.position, &position},
		{"candidates", r.candidates, &candidates},
		{"phase", r.phase, &c.Phase},
		{"standing", r.standing, &c.Standing},
	} {
		if *f.to, err = trimmed(f.field, from); err != nil {
			return inField(f.name, err)
		}
	}
	if c.Item == "" {
		return errors.New("item is empty")
	}
	if reward == "" {
		return errors.New("reward is empty; where nothing came of it, it is 0")
	}
	if c.Reward, err = r.number(reward); err != nil {
		return inField("reward", err)
	}
	if c.Probability, err = r.share(probability); err != nil {
		return inField("probability", err)
	}
	c.Position = 1
	if position != "" {
		if c.Position, err = strconv.Atoi(position); err != nil || c.Position < 1 {
			return fmt.Errorf("position: %.40q is not a whole number from 1", position)
		}
	}
	if c.Candidates, err = listed(candidates); err != nil {
		return inField("candidates", err)
	}
	if c.Candidates != nil && !slices.Contains(c.Candidates, c.Item) {
		return fmt.Errorf("the item %.40q is not among its candidates", c.Item)
	}
	if r.at != nil && r.at.from.fill(from) != "" {
		if c.At, err = r.at.at(from); err != nil {
			return inField("at", err)
		}
	}
	for _, slot := range r.extra {
		c.Columns = append(c.Columns, strings.TrimSpace(from.values[slot]))
	}
	return r.fillContext(c, from)
}

func (r *ChoiceReader) fillContext(c *Choice, from *row) error {
	if r.contextObject != nil {
		text, err := trimmed(r.contextObject, from)
		if err != nil || text == "" {
			return inField("context", err)
		}
		c.Context, err = decodeObject([]byte(text))
		return inField("context", err)
	}
	if len(r.context) > 0 {
		c.Context = make(map[string]any, len(r.context))
	}
	for _, p := range r.context {
		if t, ok := p.field.(templateField); ok && t.single != noSlot && from.typed != nil && from.typed[t.single] != nil {
			c.Context[p.name] = from.typed[t.single]
			continue
		}
		text, err := trimmed(p.field, from)
		if err != nil {
			return inField("context."+p.name, err)
		}
		if text != "" {
			c.Context[p.name] = text
		}
	}
	return nil
}

func (r *ChoiceReader) number(text string) (float64, error) {
	if r.file.comma {
		text = strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", ".")
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, fmt.Errorf("%.40q is not a number", text)
	}
	return n, nil
}

// share reads a probability, 0 where there is none.
func (r *ChoiceReader) share(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	p, err := r.number(text)
	if err != nil || !(p >= 0 && p <= 1) {
		return 0, fmt.Errorf("%.40q is not a number from 0 to 1", text)
	}
	return p, nil
}
