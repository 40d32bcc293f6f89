package batch

import (
	"errors"
	"io"
)

// longestRow bounds a row, in bytes with its end. In CSV, a quote that nobody
// closes would make one row of all that follows.
const longestRow = 1 << 20

const closeQuotes = "close each quote, and double one that stands within a field"

var errLong = errors.New("the row is too long")

// bounded reads no more than a row may have.
type bounded struct {
	input  io.Reader
	passed int64
	until  int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.passed >= b.until {
		return 0, errLong
	}
	n, err := b.input.Read(p[:min(int64(len(p)), b.until-b.passed)])
	b.passed += int64(n)
	return n, err
}

// fields reads the next row of CSV.
func (r *Rows) fields() ([]string, error) {
	r.bound.until = r.csv.InputOffset() + longestRow
	return r.csv.Read()
}
