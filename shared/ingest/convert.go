package ingest

import (
	"errors"
	"fmt"

	"wegweiser/shared/journey"
)

// mapper turns lines into touchpoints.
type mapper struct {
	*Mapping
	now  journey.Millis
	seen repeats
}

func (m *mapper) convert(l *line) Row {
	out := Row{Line: l.number, Rows: 1, original: l.original, Err: l.err}
	if out.Err != nil || !m.wanted(&l.row) {
		return out
	}
	touchpoint, err := m.touchpoint(&l.row)
	switch {
	case errors.Is(err, errDrop):
	case err != nil:
		out.Err = err
	default:
		out.Touchpoint = touchpoint
	}
	return out
}

func (m *mapper) wanted(r *row) bool {
	for i := range m.keep {
		if !m.keep[i].holds(r) {
			return false
		}
	}
	for i := range m.drop {
		if m.drop[i].holds(r) {
			return false
		}
	}
	return true
}

func (m *mapper) touchpoint(r *row) (*journey.Touchpoint, error) {
	t := &journey.Touchpoint{Trust: journey.Imported}
	var trust string
	for _, f := range [...]struct {
		name string
		field
		to *string
	}{
		// The type comes first: it drops rows that need nothing else.
		{"type", m.kind, &t.Type},
		{"visitor", m.visitor, &t.Visitor},
		{"channel", m.channel, &t.Channel},
		{"source", m.source, &t.Source},
		{"item", m.item, &t.Item},
		{"category", m.category, &t.Category},
		{"campaign", m.campaign, &t.Campaign},
		{"trust", m.trust, &trust},
	} {
		text, err := trimmed(f.field, r)
		if err != nil {
			return nil, inField(f.name, err)
		}
		*f.to = text
	}
	if trust != "" {
		if err := t.Trust.UnmarshalText([]byte(trust)); err != nil {
			return nil, err
		}
	}
	var err error
	if t.At, err = m.at.at(r); err != nil {
		return nil, inField("at", err)
	}
	if m.value != nil {
		if t.Value, err = m.value.money(r); err != nil {
			return nil, inField("value", err)
		}
	}
	if t.Props, err = m.properties(r); err != nil {
		return nil, err
	}
	if t.ID, err = m.identify(r, t.Visitor); err != nil {
		return nil, inField("id", err)
	}
	if fault := t.Validate(m.now); fault != nil {
		return nil, fault
	}
	return t, nil
}

// identify gives the row its id. {repeat} counts rows whose ids are otherwise
// one: their id with {repeat} at 0 is the key.
func (m *mapper) identify(r *row, visitor string) (string, error) {
	r.repeat = 0
	id, err := trimmed(m.id, r)
	if err != nil || !m.repeats {
		return id, err
	}
	r.repeat = m.seen.next(visitor, id)
	return trimmed(m.id, r)
}

func (m *mapper) properties(r *row) (map[string]any, error) {
	if len(m.props) == 0 {
		return nil, nil
	}
	props := make(map[string]any, len(m.props))
	for _, p := range m.props {
		if t, ok := p.field.(templateField); ok && t.single != noSlot && r.typed != nil && r.typed[t.single] != nil {
			props[p.name] = r.typed[t.single]
			continue
		}
		text, err := trimmed(p.field, r)
		if err != nil {
			return nil, inField("props."+p.name, err)
		}
		if text != "" {
			props[p.name] = text
		}
	}
	return props, nil
}

func inField(name string, err error) error {
	if err == nil || errors.Is(err, errDrop) {
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}
