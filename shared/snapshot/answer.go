package snapshot

import "wegweiser/shared/journey"

// Answer is a decision. What it holds is shared with the snapshot and must
// not be changed.
type Answer struct {
	// Phase is nil where the decision is not personal.
	Phase *Phase
	// Placements are in the request's order, each name once.
	Placements []Placement
	// Explanation is set where it was asked for.
	Explanation *Explanation
}

// Phase is where the visitor stands.
type Phase struct {
	Name       string
	Confidence float64
	Standing   string
	Since      journey.Millis // of no meaning where Confidence is 0: nothing is known
	Scores     []Score        // every phase in the order of the table
	Because    []Share        // at most six, the last one Other; adding to 1, or empty
	Truncated  bool
}

// Score is the share of the evidence that speaks for a phase.
type Score struct {
	Phase string
	Share float64
}

// Share is what one touchpoint adds to the named phase. The one without a
// touchpoint is the sum of all others.
type Share struct {
	Touchpoint string
	Type       string
	Share      float64
}

// Placement is one place with what goes there.
type Placement struct {
	Name     string `json:"-"`
	Items    []Item `json:"items"`
	Rule     string `json:"rule,omitempty"` // that won; empty for a fallback
	Fallback bool   `json:"fallback"`
	Reason   Reason `json:"reason,omitempty"` // of a fallback
}

// Item is one item in the visitor's language.
type Item struct {
	ID      string  `json:"id"`
	Kind    string  `json:"kind"`
	URL     string  `json:"url,omitempty"`
	Content Content `json:"content"`
}

// Content is the fields of an item as one person reads them, by name. It
// marshals to a JSON object of texts, for which nothing is built where the
// item names no variables.
type Content struct {
	fields []Field
	json   []byte
}

// Field is one text of an item's content.
type Field struct {
	Name string
	Text string
}

// Fields returns the fields in order of their names. The caller must not
// change them.
func (c Content) Fields() []Field { return c.fields }

// MarshalJSON returns the fields as an object. The caller must not change it.
func (c Content) MarshalJSON() ([]byte, error) {
	if c.json == nil {
		return []byte("{}"), nil
	}
	return c.json, nil
}
