package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"wegweiser/shared/personalize"
	"wegweiser/shared/personalize/batch"
)

// batching is what the command line of batch says.
type batching struct {
	where
	file       string
	out        string
	placements []string
	message    string
}

func (p *program) batchCommand() *cobra.Command {
	b := batching{where: where{hashes: true}}
	c := &cobra.Command{
		Use:   "batch FILE --placements NAMES",
		Short: "Decide for all recipients of a mail",
		Long: `Decides for each row of a file, which is CSV with a line of names, or JSON Lines.
Its column visitor is needed. The message is in the column message or named by
--message: a visitor is decided for once a message within 24 hours, and what is
shown counts when the mail is sent. Each sending needs a name of its own, such as
one with its date: under a name that was used before, what is shown counts no
second time until it is known that the first was sent.

The answers are as many rows in the same order and format, beside FILE or where
--out says, each with its status: ok, fallback, suppressed (send nothing) or
invalid, also where a row cannot be read. While it works they are kept in
OUT.partial; when it was interrupted, the same command goes on from there, and
nothing counts twice.`,
		Example: `  wegweiser batch recipients.csv --placements mail-offer --message autumn-3
  wegweiser batch recipients.jsonl --placements mail-offer,mail-ps --out decided.jsonl`,
		Args: takes("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			b.file = args[0]
			return p.runBatch(c.Context(), &b)
		},
	}
	b.addTo(c.Flags())
	c.Flags().StringSliceVar(&b.placements, "placements", nil, "what is to be filled, with commas between (needed)")
	c.Flags().StringVar(&b.message, "message", "", "the message of rows that name none; a name of its own for each sending, such as basket-2026-11-22")
	c.Flags().StringVar(&b.out, "out", "", "file of the answers; by default FILE.decided.csv or FILE.decided.jsonl")
	return c
}

func (p *program) runBatch(ctx context.Context, b *batching) (err error) {
	if len(b.placements) == 0 {
		return usagef("--placements is missing: it names what is to be filled")
	}
	format := batch.FormatOf(b.file)
	if b.out == "" {
		b.out = b.file + ".decided." + string(format)
	}
	j, err := openJournal(b)
	if err != nil {
		return err
	}
	defer closing(&err, j.close)
	input, bar, err := p.openInput(b.file)
	if err != nil {
		return err
	}
	bar.what = "batch"
	defer input.Close()
	defer bar.finish()
	rows, err := batch.Read(counted{input, bar}, format, b.message)
	if err != nil {
		return fmt.Errorf("%s: %w", b.file, err)
	}
	t, err := p.connect(ctx, &b.where, false)
	if err != nil {
		return err
	}
	defer closing(&err, t.close)
	if err := b.decide(ctx, t, rows, j); err != nil {
		if ctx.Err() != nil {
			return errors.New("interrupted; what was decided stays, and running it again goes on")
		}
		if fault := (*batch.Unreadable)(nil); errors.As(err, &fault) {
			return fmt.Errorf("%s: %w; mend it, remove %s and run it again: for the same message nothing counts twice", b.file, err, j.path)
		}
		return fmt.Errorf("%s: %w; running it again goes on", b.file, err)
	}
	bar.finish()
	counts, err := j.finish(b.out, format)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%v; %s\n", counts, filepath.Base(b.out))
	return err
}

// decide answers the rows that the journal does not have yet.
func (b *batching) decide(ctx context.Context, t *target, rows *batch.Rows, j *journal) error {
	for range j.rows {
		if _, _, err := rows.Next(); err != nil {
			return fmt.Errorf("skip what was decided: %w", err)
		}
	}
	for {
		offers, more, err := rows.Some(batch.AtOnce)
		if err != nil {
			return err
		}
		if err := batch.Ask(ctx, t, b.placements, offers); err != nil {
			return err
		}
		if n := unanswered(offers); n > 0 {
			return &personalize.Error{
				Kind: personalize.Unavailable, Code: "store_unavailable",
				Message: fmt.Sprintf("the store does not answer for %d recipients, who may have unsubscribed", n),
			}
		}
		if err := j.add(offers); err != nil || !more {
			return err
		}
	}
}

// unanswered counts those for whom the store did not answer.
func unanswered(offers []*personalize.EmailOffer) (n int) {
	for _, o := range offers {
		if o.Degraded != "" {
			n++
		}
	}
	return n
}
