package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wegweiser/shared/personalize"
)

// batchRows is how many recipients are decided for before they are kept: as
// many are at most asked for again after a kill.
const batchRows = 100

// batching is what the command line of batch says.
type batching struct {
	where
	file       string
	out        string
	placements []string
	message    string
}

func (p *program) batchCommand() *cobra.Command {
	var b batching
	c := &cobra.Command{
		Use:   "batch FILE --placements NAMES",
		Short: "Decide for all recipients of a mail",
		Long: `Decides for each row of a file, which is CSV with a line of names, or JSON Lines.
Its column visitor is needed. The message is in the column message or named by
--message: a visitor is decided for once a message within 24 hours, and what is
shown counts when the mail is sent.

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
	c.Flags().StringVar(&b.message, "message", "", "the message of rows that name none")
	c.Flags().StringVar(&b.out, "out", "", "file of the answers; by default FILE.decided.csv or FILE.decided.jsonl")
	return c
}

func (p *program) runBatch(ctx context.Context, b *batching) (err error) {
	if len(b.placements) == 0 {
		return usagef("--placements is missing: it names what is to be filled")
	}
	format := "csv"
	if strings.HasSuffix(b.file, ".jsonl") || strings.HasSuffix(b.file, ".ndjson") {
		format = "jsonl"
	}
	if b.out == "" {
		b.out = b.file + ".decided." + format
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
	rows, err := recipientsIn(counted{input, bar}, format, b.message)
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
		return fmt.Errorf("%s: %w; running it again goes on", b.file, err)
	}
	bar.finish()
	counts, err := j.finish(b.out, format)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%d rows: %d ok, %d fallback, %d suppressed, %d invalid; %s\n", counts["rows"], counts[personalize.StatusOK],
		counts[personalize.StatusFallback], counts[personalize.StatusSuppressed], counts[personalize.StatusInvalid], filepath.Base(b.out))
	return err
}

// decide answers the rows that the journal does not have yet.
func (b *batching) decide(ctx context.Context, t *target, rows *recipientRows, j *journal) error {
	for range j.rows {
		if _, _, err := rows.next(); err != nil {
			return fmt.Errorf("skip what was decided: %w", err)
		}
	}
	for {
		offers, more, err := rows.some(batchRows)
		if err != nil {
			return err
		}
		if err := b.fill(ctx, t, offers); err != nil {
			return err
		}
		if err := j.add(offers); err != nil || !more {
			return err
		}
	}
}

// How often, and after which pause, it is asked again for those whom the store
// did not answer in time.
const (
	batchTries = 4
	batchPause = 500 * time.Millisecond
)

// fill decides for the rows that can be read. What the store did not answer in
// time is asked for again: nothing counts twice.
func (b *batching) fill(ctx context.Context, t *target, offers []*personalize.EmailOffer) error {
	for try := range batchTries {
		var places []int
		request := personalize.BatchRequest{Placements: b.placements}
		for i, o := range offers {
			if o.Status == "" || o.Degraded != "" {
				places = append(places, i)
				request.Recipients = append(request.Recipients, personalize.Recipient{Visitor: o.Visitor, Message: o.Message})
			}
		}
		if len(places) == 0 {
			return nil
		}
		if try > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(batchPause << try):
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		answer, err := t.DecideBatch(ctx, personalize.Caller{Key: personalize.Secret}, request)
		if err != nil {
			return err
		}
		for k, i := range places {
			offers[i] = answer.Offer(k)
		}
	}
	return nil
}

// journal is the answers so far, one JSON object a line behind one that says
// whose they are.
type journal struct {
	path string
	file *os.File
	rows int
}

func (b *batching) title() ([]byte, error) {
	info, err := os.Stat(b.file)
	if err != nil {
		return nil, fmt.Errorf("read the recipients: %w", err)
	}
	return json.Marshal(map[string]any{
		"of": filepath.Base(b.file), "bytes": info.Size(), "changed": info.ModTime().UTC(), "placements": b.placements, "message": b.message,
	})
}

// openJournal begins a journal, or goes on with that of the same command. What
// a kill left of a line is cut off.
func openJournal(b *batching) (*journal, error) {
	title, err := b.title()
	if err != nil {
		return nil, err
	}
	j := &journal{path: b.out + ".partial"}
	if j.file, err = os.OpenFile(j.path, os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, fmt.Errorf("keep the answers: %w", err)
	}
	end, first, lines, err := wholeLines(j.file)
	switch {
	case err == nil && lines == 0:
		end = 0
	case err == nil && first != string(title):
		err = fmt.Errorf("%s is of another run; remove it, or go on with that one", j.path)
	}
	if err == nil {
		err = j.file.Truncate(end)
	}
	if err == nil {
		_, err = j.file.Seek(end, io.SeekStart)
	}
	if err == nil && lines == 0 {
		_, err = j.file.Write(append(title, '\n'))
	}
	if err != nil {
		return nil, errors.Join(err, j.file.Close())
	}
	j.rows = max(lines-1, 0)
	return j, nil
}

func (j *journal) add(offers []*personalize.EmailOffer) error {
	var text []byte
	for _, o := range offers {
		line, err := json.Marshal(o)
		if err != nil {
			return err
		}
		text = append(append(text, line...), '\n')
	}
	if _, err := j.file.Write(text); err != nil {
		return fmt.Errorf("keep the answers: %w", err)
	}
	return nil
}

func (j *journal) close() error { return j.file.Close() }

// finish writes the answers where they belong, all or none, and takes the
// journal away.
func (j *journal) finish(out, format string) (counts map[string]int, err error) {
	temporary, err := os.Create(out + ".tmp")
	if err != nil {
		return nil, fmt.Errorf("write the answers: %w", err)
	}
	if format == "csv" {
		counts, err = j.writeCSV(temporary)
	} else {
		counts, err = j.writeJSON(temporary)
	}
	if err = errors.Join(err, temporary.Close()); err != nil {
		return nil, fmt.Errorf("write the answers: %w", err)
	}
	if err := os.Rename(temporary.Name(), out); err != nil {
		return nil, fmt.Errorf("write the answers: %w", err)
	}
	return counts, os.Remove(j.path)
}
