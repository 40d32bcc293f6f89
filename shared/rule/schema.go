package rule

// Schema says which names a condition may use. What is not listed does not
// exist.
type Schema struct {
	Phases     []string
	Standings  []string
	Segments   []string
	Channels   []string // one that ends in .* allows whatever begins like it: social.*
	Types      []string // of touchpoints, for count
	Milestones []string // for days_since
	Items      []string // for seen
	Traits     map[string]Type
	Context    map[string]Type
}

// Problem is one thing that is wrong with the text of a condition.
type Problem struct {
	Offset  int    // in bytes, from 0 to the length of the text
	Message string // one sentence: what is wrong and what would be right
}
