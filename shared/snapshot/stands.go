package snapshot

import (
	"slices"

	"wegweiser/shared/phase"
)

// Stands is where a visitor is. Either may be empty: nobody knows.
type Stands struct{ Phase, Standing string }

// goBy has the decision go by what is said of the visitor, and not by the
// history.
func (d *decision) goBy(at *Stands) {
	d.phase, d.standing, d.asked.phase, d.asked.standing = at.Phase, at.Standing, 0, 0
	if p := d.s.model.Index(at.Phase); p >= 0 {
		d.asked.phase = 1 << p
	}
	if s := slices.Index(phase.Standings(), at.Standing); s >= 0 {
		d.asked.standing = 1 << s
	}
}
