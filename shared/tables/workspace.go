package tables

import (
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// The tables.
const (
	PhasesTable     = "phases"
	SignalsTable    = "signals"
	SegmentsTable   = "segments"
	PlacementsTable = "placements"
	ItemsTable      = "items"
	RulesTable      = "rules"
	SettingsTable   = "settings"
)

// Workspace is a decoded set: the rows of each table as Go types, with every
// default filled in. Phases and rules are by order, then id; the others by id.
type Workspace struct {
	Phases     []PhaseRow
	Signals    []SignalRow
	Segments   []SegmentRow
	Placements []PlacementRow
	Items      []ItemRow
	Rules      []RuleRow
	Settings   Settings
}

// PhaseRow is one phase of the model.
type PhaseRow struct {
	ID          string
	Order       int
	Label       map[string]string // by locale
	Gate        Gate
	MinEvidence float64
	Margin      float64
}

// Gate says to whom a phase is open.
type Gate string

// The gates.
const (
	GateNone     Gate = ""         // everybody
	GatePurchase Gate = "purchase" // those with a purchase that stands
)

// SignalRow says what a touchpoint type on a channel says about a phase.
type SignalRow struct {
	ID       string
	Type     string
	Channel  string // "*" for any
	Phase    string
	Weight   float64       // 0 or more
	HalfLife time.Duration // more than 0
	Carry    float64       // 0 to 1
}

// SegmentRow is a named audience.
type SegmentRow struct {
	ID   string
	When string
}

// Kind is what an item is and what a placement takes.
type Kind string

// The kinds. A placement of AnyKind takes all of them.
const (
	Content Kind = "content"
	Offer   Kind = "offer"
	Message Kind = "message"
	AnyKind Kind = ""
)

// PlacementRow is a place to be filled.
type PlacementRow struct {
	ID       string
	Kind     Kind
	Size     string
	Count    int // 1 to MaxPlacings
	Fallback string
}

// Audience is what items and rules both ask of a visitor. An empty list asks
// nothing.
type Audience struct {
	Phases    []string
	Standings []string
	Segments  []string
	When      string
}

// Schedule bounds the time in which a row counts: Starts ≤ now < Ends. A zero
// bound is none. Both were read in Zone, which is never empty.
type Schedule struct {
	Starts journey.Millis
	Ends   journey.Millis
	Zone   string
}

// Holds reports whether now is within the schedule.
func (s *Schedule) Holds(now journey.Millis) bool {
	return (s.Starts == 0 || s.Starts <= now) && (s.Ends == 0 || now < s.Ends)
}

// ItemRow is something that can be shown.
type ItemRow struct {
	ID      string
	Kind    Kind
	URL     string
	Content map[string]map[string]string // by field, then locale; "" is any locale
	Tags    []string
	Audience
	Schedule
	Value         float64 // 0 or more, in Settings.Currency
	Cost          float64 // 0 or more, in Settings.Currency
	Prior         float64 // the expected propensity, in (0, 1); 0: none
	PriorWeight   float64 // as how many impressions it counts; 0: as many as are taken up twice
	Group         string
	Purpose       journey.Purpose // empty: none beyond personalization
	CapDay        int             // 0: no cap, also below
	CapWeek       int
	CapMonth      int
	CapLife       int
	Budget        int // 0: no budget
	BudgetPeriod  Period
	Transactional bool
	Enabled       bool
}

// Period is the calendar period of a budget or cap.
type Period string

// The periods.
const (
	Day   Period = "day"
	Week  Period = "week"
	Month Period = "month"
	Life  Period = "life"
)

// Choose says how a rule picks among its items.
type Choose string

// The ways to choose.
const (
	Fixed    Choose = "fixed"    // in the order of Items
	Weighted Choose = "weighted" // by Weights, the same for a person each time
	Rank     Choose = "rank"     // by what is worth most
)

// RuleRow says: in these placements, when this holds, choose among these items
// in this way.
type RuleRow struct {
	ID         string
	Order      int
	Placements []string
	Audience
	Channels  []string
	Locales   []string
	Countries []string
	Items     []string // item ids or "tag:" and a tag
	Choose    Choose
	Weights   []float64 // parallel to Items with Weighted and Rank, else empty
	Schedule
	Enabled bool
	Note    string
}

// TagPrefix starts a member of RuleRow.Items that means all items of a tag.
const TagPrefix = "tag:"

// ConsentMode says what a call without any consent of its own may use.
type ConsentMode string

// The consent modes.
const (
	ConsentBrowser ConsentMode = "browser" // browser calls need a grant, servers vouch for theirs
	ConsentStrict  ConsentMode = "strict"  // every call needs a grant
	ConsentOptOut  ConsentMode = "opt_out" // only a refusal counts
)

// PublishMode says who publishes.
type PublishMode string

// The publish modes.
const (
	PublishManual PublishMode = "manual"
	PublishAuto   PublishMode = "auto"
)

// Settings is the settings table, a field a row.
type Settings struct {
	Window               int // newest touchpoints that decide, 1 to journey.MaxWindow
	Consent              ConsentMode
	Publish              PublishMode
	Approvals            int // 0 or 1
	Zone                 string
	Locales              []string // in which content is looked for after the visitor's own
	Currency             string   // ISO 4217
	RetentionTouchpoints time.Duration
	RetentionMachine     time.Duration
	RetentionReceipts    time.Duration
	ReceiptSample        float64 // share of decisions that keep a receipt, 0 to 1
	Exploration          float64 // share of ranked choices that is spread evenly, 0 to 1
	Holdout              float64 // share of persons who get fallbacks only, 0 to 1
	NoPhase              float64 // share of persons whose phase is not used, 0 to 1
	Boosts               []Boost // by tag
	Caps                 []Cap   // by the id of their rows
	Traits               map[string]rule.Type
	Context              map[string]rule.Type
}
