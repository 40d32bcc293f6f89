package snapshot

// Explanation is every candidate that a decision looked at.
type Explanation struct {
	Placements []PlacementExplained `json:"placements"`
}

// PlacementExplained is the rules that were tried for one placement, in order,
// up to and including the one that won.
type PlacementExplained struct {
	Placement string          `json:"placement"`
	Rules     []RuleExplained `json:"rules"`
}

// RuleExplained is one rule: won, or the first thing that failed. A rule that
// held but had no eligible item left failed "items".
type RuleExplained struct {
	Rule   string          `json:"rule"`
	Won    bool            `json:"won"`
	Failed *Failure        `json:"failed,omitempty"`
	Items  []ItemExplained `json:"items,omitempty"`
}

// ItemExplained is one item of a rule that held, in the order of the choice.
type ItemExplained struct {
	Item   string   `json:"item"`
	Shown  bool     `json:"shown"`
	Failed *Failure `json:"failed,omitempty"`
	// Weight is by what a weighted rule draws the item, its boosts counted, and
	// Boosts are those of them that hold.
	Weight float64          `json:"weight,omitempty"`
	Boosts []BoostExplained `json:"boosts,omitempty"`
}

// BoostExplained is a boost of an item: each adds its percentage to the factor
// by which the weight is multiplied.
type BoostExplained struct {
	Tag     string  `json:"tag"`
	Percent float64 `json:"percent"`
}

// Failure is the first thing that kept a rule or an item out: the column, what
// it asks for and what was found. An empty Actual means that nothing is known.
type Failure struct {
	Column string `json:"column"`
	Wanted string `json:"wanted"`
	Actual string `json:"actual"`
}
