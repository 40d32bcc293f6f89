package journey

// DefaultWindow and MaxWindow bound how many traces a history holds.
const (
	DefaultWindow = 100
	MaxWindow     = 200
)

// History is what was known about a visitor at a moment: the profile and the
// newest traces up to it, oldest first (by time, then id), those of machines
// left out. The zero value is a visitor of whom nothing is known.
type History struct {
	Profile   Profile
	Traces    []Trace
	Truncated bool // older traces exist that did not fit the window
}
