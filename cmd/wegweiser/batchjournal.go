package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"wegweiser/shared/personalize"
	"wegweiser/shared/personalize/batch"
)

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
// a kill left of a line is cut off; one without an answer is begun anew.
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
	case err == nil && lines <= 1:
		end, lines = 0, 0
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
func (j *journal) finish(out string, format batch.Format) (counts *batch.Counts, err error) {
	temporary, err := os.Create(out + ".tmp")
	if err != nil {
		return nil, fmt.Errorf("write the answers: %w", err)
	}
	counts, err = j.write(temporary, format)
	if err = errors.Join(err, temporary.Close()); err != nil {
		return nil, fmt.Errorf("write the answers: %w", err)
	}
	if err := os.Rename(temporary.Name(), out); err != nil {
		return nil, fmt.Errorf("write the answers: %w", err)
	}
	return counts, os.Remove(j.path)
}

// wholeLines returns where the last whole line of a file ends, the first line
// and how many there are.
func wholeLines(file *os.File) (end int64, first string, lines int, err error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, "", 0, err
	}
	reader := bufio.NewReader(file)
	for {
		line, err := reader.ReadString('\n')
		if err == io.EOF {
			return end, first, lines, nil
		}
		if err != nil {
			return 0, "", 0, err
		}
		if lines == 0 {
			first = line[:len(line)-1]
		}
		end += int64(len(line))
		lines++
	}
}

// each goes through the answers of a journal in their order.
func (j *journal) each(take func(line []byte, o *personalize.EmailOffer) error) error {
	if _, err := j.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	reader := bufio.NewReader(j.file)
	for n := 0; ; n++ {
		line, err := reader.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		o := &personalize.EmailOffer{}
		if err := json.Unmarshal(line, o); err != nil {
			return fmt.Errorf("line %d of %s: %w", n+1, j.path, err)
		}
		if err := take(line[:len(line)-1], o); err != nil {
			return err
		}
	}
}

// write writes the answers in the format of their rows.
func (j *journal) write(to io.Writer, format batch.Format) (*batch.Counts, error) {
	var (
		counts batch.Counts
		table  personalize.OfferTable
	)
	err := j.each(func(_ []byte, o *personalize.EmailOffer) error {
		counts.Add(o)
		table.Learn(o)
		return nil
	})
	if err != nil {
		return nil, err
	}
	answers := batch.Write(to, format, &table)
	err = j.each(func(line []byte, o *personalize.EmailOffer) error { return answers.Add(line) })
	return &counts, errors.Join(err, answers.End())
}
