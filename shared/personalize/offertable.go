package personalize

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
)

// OfferTable is offers as a table: what is said of the whole, and then a column
// for each placement.field. Its columns have to be learnt of all offers before
// the first is written.
type OfferTable struct {
	columns map[string]bool
}

var offerColumns = []string{"visitor", "message", "status", "reason", "decision", "phase", "fallback", "degraded", "problem"}

// Learn takes the columns of an offer in.
func (t *OfferTable) Learn(o *EmailOffer) {
	for name, value := range o.Flat() {
		if _, nested := value.(map[string]any); !nested && !slices.Contains(offerColumns, name) {
			t.LearnColumns(name)
		}
	}
}

// LearnColumns takes in what Columns of another table returned.
func (t *OfferTable) LearnColumns(names ...string) {
	if t.columns == nil {
		t.columns = map[string]bool{}
	}
	for _, name := range names {
		t.columns[name] = true
	}
}

// Columns returns those of placements that were learnt, by name.
func (t *OfferTable) Columns() []string { return slices.Sorted(maps.Keys(t.columns)) }

// Writer writes the line of names, and returns what writes the offers.
func (t *OfferTable) Writer(to io.Writer) *OfferWriter {
	w := &OfferWriter{csv.NewWriter(to), slices.Concat(offerColumns, t.Columns())}
	_ = w.csv.Write(w.columns) // Flush says what went wrong
	return w
}

// OfferWriter writes offers as lines.
type OfferWriter struct {
	csv     *csv.Writer
	columns []string
}

// Write writes the line of an offer.
func (w *OfferWriter) Write(o *EmailOffer) error {
	flat := o.Flat()
	line := make([]string, len(w.columns))
	for i, name := range w.columns {
		if value, known := flat[name]; known {
			line[i] = fmt.Sprint(value)
		}
	}
	return w.csv.Write(line)
}

// Flush ends the table.
func (w *OfferWriter) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}
