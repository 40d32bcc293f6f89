package batch

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"wegweiser/shared/personalize"
)

// Gather puts the answers of all parts together, in the order of their rows,
// beside the file: as OUT.decided.csv or OUT.decided.jsonl of the key OUT. Rows
// of a part that nobody decided are there too, as failed. Where rows are left,
// the error is Unfinished.
func (b *Batches) Gather(ctx context.Context, plan Plan) (*Summary, error) {
	kept, err := b.files.List(ctx, plan.Work)
	if err != nil {
		return nil, err
	}
	format := FormatOf(plan.Key)
	g := &gathering{files: b.files, kept: kept, Summary: Summary{Out: plan.Key + ".decided." + string(format)}}
	var table personalize.OfferTable
	if format == CSV {
		if err := b.each(ctx, &plan, func(p Part, _ []*personalize.EmailOffer) error { return g.learn(ctx, &p, &table) }); err != nil {
			return nil, err
		}
	}
	out := b.files.Create(ctx, g.Out)
	defer out.Discard()
	g.answers = Write(out, format, &table)
	if err := b.each(ctx, &plan, func(p Part, offers []*personalize.EmailOffer) error { return g.take(ctx, &p, offers) }); err != nil {
		return nil, err
	}
	if err := g.answers.End(); err != nil {
		return nil, fmt.Errorf("write %s: %w", g.Out, err)
	}
	if err := out.Commit(); err != nil {
		return nil, err
	}
	if g.Left > 0 {
		return nil, &Unfinished{g.Counts, g.Out}
	}
	return &g.Summary, nil
}

// each goes through the parts of a plan.
func (b *Batches) each(ctx context.Context, plan *Plan, take func(p Part, offers []*personalize.EmailOffer) error) error {
	rows, err := b.open(ctx, plan.Order, plan.Version)
	if err != nil {
		return err
	}
	defer rows.close()
	return rows.each(take)
}

// gathering is a Gather under way.
type gathering struct {
	Summary
	files   Files
	kept    []string
	answers *Answers
}

// of returns the key of the answers of a part; empty where there are none.
func (g *gathering) of(p *Part) string {
	for _, key := range []string{p.done(), p.left()} {
		if _, kept := slices.BinarySearch(g.kept, key); kept {
			return key
		}
	}
	return ""
}

// learn takes the columns of a part in.
func (g *gathering) learn(ctx context.Context, p *Part, table *personalize.OfferTable) error {
	key := g.of(p)
	if key == "" {
		return nil
	}
	return g.read(ctx, key, func(head *title, _ *bufio.Reader) error {
		table.LearnColumns(head.Columns...)
		return nil
	})
}

// read reads what is kept of a part.
func (g *gathering) read(ctx context.Context, key string, take func(head *title, lines *bufio.Reader) error) error {
	body, _, err := g.files.Open(ctx, key, "", 0, -1)
	if err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}
	defer body.Close()
	lines := bufio.NewReader(body)
	first, err := lines.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}
	var head title
	if err := json.Unmarshal(first, &head); err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}
	return take(&head, lines)
}

// take writes the answers of a part.
func (g *gathering) take(ctx context.Context, p *Part, offers []*personalize.EmailOffer) error {
	if key := g.of(p); key != "" {
		return g.read(ctx, key, g.copy)
	}
	for _, o := range offers {
		if o.Status == "" {
			o.Status, o.Fallback, o.Problem = StatusFailed, true, "nobody decided for it: start the same batch again"
		}
		g.Counts.Add(o)
		line, err := json.Marshal(o)
		if err != nil {
			return err
		}
		if err := g.answers.Add(line); err != nil {
			return err
		}
	}
	return nil
}

func (g *gathering) copy(head *title, lines *bufio.Reader) error {
	g.Counts.addAll(head.Counts)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := g.answers.Add(line[:len(line)-1]); err != nil {
			return err
		}
	}
}
