package batch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"wegweiser/shared/personalize"
	"wegweiser/shared/topology"
)

// PartRows is how many rows a part has.
const PartRows = 1000

// Batches works through files in parts: Split, Decide for each part that is
// left, and Gather.
type Batches struct {
	files    Files
	decider  Decider
	partRows int
}

// New returns Batches.
func New(files Files, decider Decider) *Batches { return &Batches{files, decider, PartRows} }

// Order is what is asked for: to decide for the recipients of a file.
type Order struct {
	Key        string   `json:"key"`
	Placements []string `json:"placements"`
	Message    string   `json:"message,omitempty"` // of rows that name none
}

// Plan is what Split made of an order.
type Plan struct {
	Order
	Version string `json:"version"` // of the file
	Work    string `json:"work"`    // begins the keys of what is kept meanwhile
	List    string `json:"list"`    // holds the parts that are left, one a line
	Left    int    `json:"left"`    // how many that are
}

// Part is some rows of a file: those of its bytes From up to To.
type Part struct {
	Order
	Version string   `json:"version"`
	Work    string   `json:"work"`
	Number  int      `json:"number"`
	From    int64    `json:"from"`
	To      int64    `json:"to"`
	Names   []string `json:"names,omitempty"` // of the columns of CSV
}

// Refused says what is wrong with an order: it will not be otherwise when it is
// tried again.
type Refused struct{ Reason string }

func (r *Refused) Error() string { return r.Reason }

// Unfinished says that rows of a file are left: its answers are there, and say
// which. The same order, given again, goes on with them.
type Unfinished struct {
	Counts
	Out string
}

func (u *Unfinished) Error() string {
	return fmt.Sprintf("%d of %d rows are not decided as they should be; %s says which, as failed or degraded: start the same batch again to go on with them",
		u.Left, u.Rows, u.Out)
}

// Summary is what Gather made of a plan.
type Summary struct {
	Counts
	Out string `json:"out"` // the key of the answers
}

// Split checks an order, and divides its file into parts. Those that are done
// are not listed: of an order that was given before and interrupted, only the
// rest is.
func (b *Batches) Split(ctx context.Context, order Order) (*Plan, error) {
	switch {
	case order.Key == "":
		return nil, &Refused{"key is missing: it names the file of recipients in the bucket"}
	case strings.HasPrefix(order.Key, topology.BatchWork):
		return nil, &Refused{"key must not begin with " + topology.BatchWork + ", where batches keep what they work on"}
	}
	if err := refused(ctx, b.decider, order.Placements); err != nil {
		return nil, refusedOrder(err)
	}
	rows, err := b.open(ctx, order, "")
	if err != nil {
		return nil, err
	}
	defer rows.close()
	plan := &Plan{Order: order, Version: rows.version, Work: rows.work}
	plan.List = plan.Work + "list.jsonl"
	done, err := b.files.List(ctx, plan.Work)
	if err != nil {
		return nil, err
	}
	var list bytes.Buffer
	err = rows.each(func(p Part, _ []*personalize.EmailOffer) error {
		if _, kept := slices.BinarySearch(done, p.done()); kept {
			return nil
		}
		plan.Left++
		return json.NewEncoder(&list).Encode(p)
	})
	if err != nil {
		return nil, err
	}
	return plan, b.write(ctx, plan.List, list.Bytes())
}

func (b *Batches) write(ctx context.Context, key string, content []byte) error {
	f := b.files.Create(ctx, key)
	defer f.Discard()
	_, err := f.Write(content)
	if err == nil {
		err = f.Commit()
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", key, err)
	}
	return nil
}

// done is where the answers of a part are kept, and left where some of them
// are degraded.
func (p *Part) done() string { return fmt.Sprintf("%s%08d.jsonl", p.Work, p.Number) }
func (p *Part) left() string { return fmt.Sprintf("%s%08d.left.jsonl", p.Work, p.Number) }

// title stands before the answers of a part.
type title struct {
	Counts  Counts   `json:"counts"`
	Columns []string `json:"columns"`
}

// Decide decides for the rows of a part, and keeps the answers.
func (b *Batches) Decide(ctx context.Context, p Part) error {
	body, _, err := b.files.Open(ctx, p.Key, p.Version, p.From, p.To)
	if err != nil {
		return refusal(p.Key, err)
	}
	defer body.Close()
	offers, _, err := readPart(body, FormatOf(p.Key), p.Names, p.Message).Some(b.partRows)
	if err != nil {
		return fmt.Errorf("read part %d of %s: %w", p.Number, p.Key, err)
	}
	if err := Ask(ctx, b.decider, p.Placements, offers); err != nil {
		return refusedOrder(err)
	}
	return b.keep(ctx, &p, offers)
}

// keep writes the answers of a part, one after the other: with long contents,
// all of them may be more than the memory of a function.
func (b *Batches) keep(ctx context.Context, p *Part, offers []*personalize.EmailOffer) error {
	var (
		head  title
		table personalize.OfferTable
	)
	for _, o := range offers {
		head.Counts.Add(o)
		table.Learn(o)
	}
	head.Columns = table.Columns()
	key := p.done()
	if head.Counts.Left > 0 {
		key = p.left()
	}
	f := b.files.Create(ctx, key)
	defer f.Discard()
	lines := json.NewEncoder(f)
	err := lines.Encode(head)
	for i := 0; err == nil && i < len(offers); i++ {
		err = lines.Encode(offers[i])
	}
	if err == nil {
		err = f.Commit()
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", key, err)
	}
	return nil
}

// refusedOrder makes a Refused of what is wrong with an order, and of nothing
// that the store did: that may be otherwise when it is tried again.
func refusedOrder(err error) error {
	if said := (*personalize.Error)(nil); errors.As(err, &said) && said.Kind != personalize.Unavailable {
		return &Refused{said.Error()}
	}
	return err
}

// refusal makes a Refused of what asking again does not mend.
func refusal(key string, err error) error {
	switch {
	case errors.Is(err, ErrMissing):
		return &Refused{"there is no file " + key + " in the bucket"}
	case errors.Is(err, ErrReplaced):
		return &Refused{key + " was replaced while it was worked on: start the batch again"}
	}
	return err
}
