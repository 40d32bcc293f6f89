package local

import "time"

// tellEvery is how often at most a loop tells of errors. Those of a service
// elsewhere have an id of their own each time, so that their texts alone do not
// say that a fault lasts.
const tellEvery = time.Minute

// recurring is the errors of a loop that goes on after them.
type recurring struct {
	told string
	at   time.Time
}

// tells reports whether an error is to be told of: not while it stays, and not
// within a minute of another.
func (r *recurring) tells(err error) bool {
	if err == nil {
		r.told = ""
		return false
	}
	now := time.Now()
	if err.Error() == r.told || now.Sub(r.at) < tellEvery {
		return false
	}
	r.told, r.at = err.Error(), now
	return true
}
