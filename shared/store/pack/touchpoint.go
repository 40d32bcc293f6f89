package pack

import (
	"encoding/json"
	"fmt"

	"wegweiser/shared/journey"
)

// AppendTrace writes the deciding fields of a touchpoint that are not in its
// Moment: trust, type, channel and item.
func AppendTrace(dst []byte, t *journey.Trace) []byte {
	dst = append(dst, version, byte(t.Trust))
	dst = appendName(dst, t.Type, typeCodes)
	dst = appendName(dst, t.Channel, channelCodes)
	return append(dst, t.Item...)
}

// ReadTrace puts a trace together from its moment and its packed fields. Its
// texts are parts of the two.
func ReadTrace(moment, packed string, t *journey.Trace) error {
	at, id, err := ReadMoment(moment)
	if err != nil {
		return err
	}
	r := reader{rest: packed}
	r.version()
	*t = journey.Trace{
		ID: id, At: at,
		Trust:   journey.Trust(r.byte()),
		Type:    r.name(typeNames[:]),
		Channel: r.name(channelNames[:]),
	}
	if r.bad {
		return ErrCorrupt
	}
	t.Item = r.rest
	return nil
}

// AppendRest writes what a decision does not read of a touchpoint: source,
// category, value, campaign and props. It writes nothing where there is none.
// It fails for props that JSON cannot hold.
func AppendRest(dst []byte, t *journey.Touchpoint) ([]byte, error) {
	if t.Source == "" && t.Category == "" && t.Campaign == "" && t.Value == nil && len(t.Props) == 0 {
		return dst, nil
	}
	var value journey.Money
	if t.Value != nil {
		value = *t.Value
	}
	dst = append(dst, version)
	for _, text := range [...]string{t.Source, t.Category, t.Campaign, value.Amount, value.Currency} {
		dst = appendText(dst, text)
	}
	if len(t.Props) == 0 {
		return dst, nil
	}
	props, err := json.Marshal(t.Props)
	if err != nil {
		return nil, fmt.Errorf("pack props: %w", err)
	}
	return append(dst, props...), nil
}

// ReadRest sets the fields of t that AppendRest wrote.
func ReadRest(packed string, t *journey.Touchpoint) error {
	if packed == "" {
		return nil
	}
	r := reader{rest: packed}
	r.version()
	t.Source, t.Category, t.Campaign = r.text(), r.text(), r.text()
	if value := (journey.Money{Amount: r.text(), Currency: r.text()}); value != (journey.Money{}) {
		t.Value = &value
	}
	if r.bad {
		return ErrCorrupt
	}
	if r.rest != "" {
		if err := json.Unmarshal([]byte(r.rest), &t.Props); err != nil {
			return ErrCorrupt
		}
	}
	return nil
}

// SetTrace sets the fields of t that a trace holds.
func SetTrace(t *journey.Touchpoint, from journey.Trace) {
	t.ID, t.Type, t.Channel, t.Item, t.At, t.Trust = from.ID, from.Type, from.Channel, from.Item, from.At, from.Trust
}
