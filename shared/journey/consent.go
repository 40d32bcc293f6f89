package journey

import (
	"encoding/json"
	"slices"
)

// Purpose is what a visitor may agree to.
type Purpose string

// The purposes.
const (
	Personalization Purpose = "personalization"
	Measurement     Purpose = "measurement"
	Advertising     Purpose = "advertising"
)

// Consent is what a visitor said about the use of their data. The zero value
// means that nothing was said. In JSON it is "none" or a list of purposes.
type Consent struct {
	Stated   bool
	Purposes []Purpose
	Since    Millis // when it was recorded; not part of the JSON
}

// NoConsent is the refusal of every purpose.
func NoConsent() Consent { return Consent{Stated: true} }

// Grants reports whether p was agreed to.
func (c Consent) Grants(p Purpose) bool { return slices.Contains(c.Purposes, p) }

// Refused reports whether the visitor said no to every purpose.
func (c Consent) Refused() bool { return c.Stated && len(c.Purposes) == 0 }

// MarshalJSON writes "none", the list of purposes, or null where nothing was
// said.
func (c Consent) MarshalJSON() ([]byte, error) {
	switch {
	case !c.Stated:
		return []byte("null"), nil
	case len(c.Purposes) == 0:
		return []byte(`"none"`), nil
	}
	return json.Marshal(c.Purposes)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Consent) UnmarshalJSON(body []byte) error {
	if string(body) == "null" {
		*c = Consent{}
		return nil
	}
	var word string
	if body[0] == '"' && json.Unmarshal(body, &word) == nil && word == "none" {
		*c = NoConsent()
		return nil
	}
	var purposes []Purpose
	if json.Unmarshal(body, &purposes) != nil || slices.ContainsFunc(purposes, unknownPurpose) {
		return fault("consent", "bad_consent", `must be "none" or a list of personalization, measurement, advertising`)
	}
	slices.Sort(purposes)
	*c = Consent{Stated: true, Purposes: slices.Compact(purposes)}
	return nil
}

func unknownPurpose(p Purpose) bool {
	return p != Personalization && p != Measurement && p != Advertising
}
