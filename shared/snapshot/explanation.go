package snapshot

// Explanation is every candidate that a decision looked at.
type Explanation struct {
	// Arms are those that the person is in: holdout, for whom no rule is tried,
	// and no_phase, for whom the phase is unknown to rules and items.
	Arms       []string             `json:"arms,omitempty"`
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
	// Rank is what a ranked rule makes of the item.
	Rank *RankExplained `json:"rank,omitempty"`
}

// RankExplained is the parts of a priority, which is their product, and what
// comes of it. All numbers but the probability have six digits.
type RankExplained struct {
	Propensity float64 `json:"propensity"` // the mean of what is believed
	From       Belief  `json:"from"`
	Weight     float64 `json:"weight"` // that the rule gives the item
	Margin     float64 `json:"margin"` // value less cost; 1 where it has neither
	Lever      float64 `json:"lever"`  // of its boosts
	Priority   float64 `json:"priority"`
	// Probability is how likely the item was to be chosen: one that is shown in
	// the draw for its place, all others in the first.
	Probability float64 `json:"probability"`
}

// Belief says where a propensity comes from.
type Belief string

// The sources of propensities.
const (
	FromNothing    Belief = "nothing"    // the item is as good as any other
	FromPrior      Belief = "prior"      // the item's own columns
	FromStatistics Belief = "statistics" // what was shown and taken up, its prior counted
)

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
