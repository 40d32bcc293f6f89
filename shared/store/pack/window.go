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

	text      strings.Builder
	ends      [journey.MaxWindow]struct{ moment, packed int }
	n         int
	truncated bool
}

// textBytes is what a trace takes up, more or less.
const textBytes = 48

// Add takes the next older touchpoint: its moment, its packed fields and the
// second of its expiry. It reports whether an older one is wanted still.
func (w *Window) Add(moment, packed []byte, second int64) bool {
	if w.truncated || Expired(second, w.Now) || momentTime(moment) > w.At {
		return !w.truncated
	}
	if w.n == w.Size {
		w.truncated = true
		return false
	}
	if w.n == 0 {
		w.text.Grow(w.Size * textBytes)
	}
	w.text.Write(moment)
	w.ends[w.n].moment = w.text.Len()
	w.text.Write(packed)
	w.ends[w.n].packed = w.text.Len()
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
	h.Traces = make([]journey.Trace, w.n)
	block, start := w.text.String(), 0
	for i, end := range w.ends[:w.n] {
		if err := ReadTrace(block[start:end.moment], block[end.moment:end.packed], &h.Traces[w.n-1-i]); err != nil {
			return err
		}
		start = end.packed
	}
	return nil
}
