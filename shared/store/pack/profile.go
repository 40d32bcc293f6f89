package pack

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"

	"wegweiser/shared/journey"
)

// What the first byte of a trait's value says about the others.
const (
	traitText byte = iota + 1
	traitNumber
	traitTrue
	traitFalse
)

// AppendProfile writes a profile, equal ones as equal bytes. It fails for a
// trait that is not text, float64 or bool.
func AppendProfile(dst []byte, p *journey.Profile) ([]byte, error) {
	dst = append(dst, version)
	dst = appendText(dst, p.Locale)
	dst = appendText(dst, p.Zone)
	dst = appendText(dst, p.Country)
	dst = appendConsent(dst, p.Consent)
	dst = binary.AppendUvarint(dst, uint64(len(p.Milestones)))
	for i := range p.Milestones {
		dst = appendMilestone(dst, &p.Milestones[i])
	}
	dst = appendTotals(dst, &p.Totals)
	return appendTraits(dst, p.Traits)
}

// ReadProfile reads what AppendProfile wrote. Its texts are parts of packed.
func ReadProfile(packed string, p *journey.Profile) error {
	r := reader{rest: packed}
	r.version()
	*p = journey.Profile{Locale: r.text(), Zone: r.text(), Country: r.text(), Consent: r.consent()}
	if n := r.count(); n > 0 {
		p.Milestones = make([]journey.Milestone, n)
		for i := range p.Milestones {
			p.Milestones[i] = r.milestone()
		}
	}
	p.Totals = r.totals()
	p.Traits = r.traits()
	return r.done()
}

func appendConsent(dst []byte, c journey.Consent) []byte {
	if !c.Stated {
		return append(dst, 0)
	}
	dst = binary.AppendVarint(append(dst, 1), int64(c.Since))
	dst = binary.AppendUvarint(dst, uint64(len(c.Purposes)))
	for _, purpose := range c.Purposes {
		dst = appendName(dst, string(purpose), purposeCodes)
	}
	return dst
}

func (r *reader) consent() journey.Consent {
	switch r.byte() {
	case 0:
		return journey.Consent{}
	case 1:
	default:
		r.fail()
		return journey.Consent{}
	}
	c := journey.Consent{Stated: true, Since: journey.Millis(r.varint())}
	for range r.count() {
		c.Purposes = append(c.Purposes, journey.Purpose(r.name(purposeNames[:])))
	}
	return c
}

func appendMilestone(dst []byte, m *journey.Milestone) []byte {
	dst = appendName(dst, m.Type, typeCodes)
	dst = appendText(dst, m.ID)
	dst = binary.AppendVarint(dst, int64(m.At))
	dst = binary.AppendVarint(dst, int64(m.Amount))
	dst = appendText(dst, m.Currency)
	return appendText(dst, m.Purchase)
}

func (r *reader) milestone() journey.Milestone {
	return journey.Milestone{
		Type: r.name(typeNames[:]), ID: r.text(),
		At: journey.Millis(r.varint()), Amount: journey.Units(r.varint()),
		Currency: r.text(), Purchase: r.text(),
	}
}

func appendTotals(dst []byte, t *journey.Totals) []byte {
	dst = binary.AppendUvarint(dst, uint64(t.Purchases))
	dst = binary.AppendVarint(dst, int64(t.First))
	dst = binary.AppendVarint(dst, int64(t.Last))
	dst = binary.AppendUvarint(dst, uint64(len(t.Spent)))
	for _, currency := range slices.Sorted(maps.Keys(t.Spent)) {
		dst = binary.AppendVarint(appendText(dst, currency), int64(t.Spent[currency]))
	}
	dst = binary.AppendUvarint(dst, uint64(len(t.Latest)))
	for _, name := range slices.Sorted(maps.Keys(t.Latest)) {
		dst = binary.AppendVarint(appendName(dst, name, typeCodes), int64(t.Latest[name]))
	}
	return dst
}

func (r *reader) totals() journey.Totals {
	t := journey.Totals{Purchases: int(r.uvarint()), First: journey.Millis(r.varint()), Last: journey.Millis(r.varint())}
	if n := r.count(); n > 0 {
		t.Spent = make(map[string]journey.Units, n)
		for range n {
			currency := r.text()
			t.Spent[currency] = journey.Units(r.varint())
		}
	}
	if n := r.count(); n > 0 {
		t.Latest = make(map[string]journey.Millis, n)
		for range n {
			name := r.name(typeNames[:])
			t.Latest[name] = journey.Millis(r.varint())
		}
	}
	return t
}

func appendTraits(dst []byte, traits map[string]any) ([]byte, error) {
	dst = binary.AppendUvarint(dst, uint64(len(traits)))
	for _, name := range slices.Sorted(maps.Keys(traits)) {
		dst = appendText(dst, name)
		switch value := traits[name].(type) {
		case string:
			dst = appendText(append(dst, traitText), value)
		case float64:
			dst = binary.BigEndian.AppendUint64(append(dst, traitNumber), math.Float64bits(value))
		case bool:
			dst = append(dst, traitFalse)
			if value {
				dst[len(dst)-1] = traitTrue
			}
		default:
			return nil, fmt.Errorf("trait %q must be text, a number (float64) or a bool, not %T", name, value)
		}
	}
	return dst, nil
}

func (r *reader) traits() map[string]any {
	n := r.count()
	if n == 0 {
		return nil
	}
	traits := make(map[string]any, n)
	for range n {
		name := r.text()
		switch r.byte() {
		case traitText:
			traits[name] = r.text()
		case traitNumber:
			traits[name] = r.float()
		case traitTrue:
			traits[name] = true
		case traitFalse:
			traits[name] = false
		default:
			r.fail()
		}
	}
	return traits
}

// ChangeProfile applies change to a packed profile (nil: none is stored) and
// returns the new bytes, or nil where nothing is to be stored. An error of
// change comes back as it is.
func ChangeProfile(have []byte, change func(*journey.Profile) error) ([]byte, error) {
	var p journey.Profile
	if have != nil {
		if err := ReadProfile(string(have), &p); err != nil {
			return nil, err
		}
	}
	before, err := AppendProfile(nil, &p)
	if err != nil {
		return nil, err
	}
	if err := change(&p); err != nil {
		return nil, err
	}
	after, err := AppendProfile(nil, &p)
	if err != nil || bytes.Equal(before, after) {
		return nil, err
	}
	return after, nil
}
