package batch

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"wegweiser/shared/personalize"
)

// StatusFailed is the fate of a row beside those of personalize: nobody decided
// for it. The same batch, started again, asks for it.
const StatusFailed = "failed"

// Counts is how many rows have which status. Left are those that failed or are
// degraded: asked for again, they may be answered otherwise.
type Counts struct {
	Rows       int `json:"rows"`
	OK         int `json:"ok"`
	Fallback   int `json:"fallback"`
	Suppressed int `json:"suppressed"`
	Invalid    int `json:"invalid"`
	Failed     int `json:"failed"`
	Left       int `json:"left"`
}

// Add counts a row.
func (c *Counts) Add(o *personalize.EmailOffer) {
	c.Rows++
	switch o.Status {
	case personalize.StatusOK:
		c.OK++
	case personalize.StatusFallback:
		c.Fallback++
	case personalize.StatusSuppressed:
		c.Suppressed++
	case personalize.StatusInvalid:
		c.Invalid++
	case StatusFailed:
		c.Failed++
	}
	if o.Status == StatusFailed || o.Degraded != "" {
		c.Left++
	}
}

func (c *Counts) addAll(of Counts) {
	c.Rows += of.Rows
	c.OK += of.OK
	c.Fallback += of.Fallback
	c.Suppressed += of.Suppressed
	c.Invalid += of.Invalid
	c.Failed += of.Failed
	c.Left += of.Left
}

func (c *Counts) String() string {
	return fmt.Sprintf("%d rows: %d ok, %d fallback, %d suppressed, %d invalid", c.Rows, c.OK, c.Fallback, c.Suppressed, c.Invalid)
}

// Answers writes answers in the format of their rows.
type Answers struct {
	lines *bufio.Writer
	table *personalize.OfferWriter
}

// Write begins to write. A table is only made for CSV, and has to know the
// columns of all answers by then.
func Write(to io.Writer, format Format, table *personalize.OfferTable) *Answers {
	if format == CSV {
		return &Answers{table: table.Writer(to)}
	}
	return &Answers{lines: bufio.NewWriter(to)}
}

// Add writes the answer of a row, which line holds in JSON.
func (a *Answers) Add(line []byte) error {
	if a.table == nil {
		_, err := a.lines.Write(append(line, '\n'))
		return err
	}
	o := &personalize.EmailOffer{}
	if err := json.Unmarshal(line, o); err != nil {
		return err
	}
	return a.table.Write(o)
}

// End writes what is left.
func (a *Answers) End() error {
	if a.table == nil {
		return a.lines.Flush()
	}
	return a.table.Flush()
}
