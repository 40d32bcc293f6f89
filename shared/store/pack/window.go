package pack

import (
	"strings"

	"wegweiser/shared/journey"
)

// Window collects the traces of a history from what is stored of a visitor,
// given newest first. It keeps the bytes of all of them in one string, of which
// their texts are parts.
type Window struct {
	At   journey.Millis // later ones are left out
	Now  journey.Millis // decides what is expired
	Size int            // at most journey.MaxWindow

	found     [journey.MaxWindow]struct{ moment, packed []byte }
	n         int
	bytes     int // of all that was found
	truncated bool
}

// Add takes the next older touchpoint: its moment and its packed fields, which
// must not change until Fill has read them, and the second of its expiry. It
// reports whether an older one is wanted still.
func (w *Window) Add(moment, packed []byte, second int64) bool {
	if w.truncated || Expired(second, w.Now) || momentTime(moment) > w.At {
		return !w.truncated
	}
	if w.n == w.Size {
		w.truncated = true
		return false
	}
	w.found[w.n].moment, w.found[w.n].packed = moment, packed
	w.bytes += len(moment) + len(packed)
	w.n++
	return true
}

// Missing returns how many more touchpoints make the window full and show that
// it is truncated.
func (w *Window) Missing() int {
	if w.truncated {
		return 0
	}
	return w.Size + 1 - w.n
}

// Fill sets the traces of h, oldest first, and whether it is truncated.
func (w *Window) Fill(h *journey.History) error {
	h.Truncated = w.truncated
	if w.n == 0 {
		return nil
	}
	var text strings.Builder
	text.Grow(w.bytes)
	for _, f := range w.found[:w.n] {
		text.Write(f.moment)
		text.Write(f.packed)
	}
	h.Traces = make([]journey.Trace, w.n)
	rest := text.String()
	for i, f := range w.found[:w.n] {
		moment, packed := len(f.moment), len(f.moment)+len(f.packed)
		if err := ReadTrace(rest[:moment], rest[moment:packed], &h.Traces[w.n-1-i]); err != nil {
			return err
		}
		rest = rest[packed:]
	}
	return nil
}
