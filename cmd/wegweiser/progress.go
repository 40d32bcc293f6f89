package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far something is: as a bar with the time left on a
// terminal, as a line now and then elsewhere.
type progress struct {
	out   io.Writer
	what  string
	bar   *progressbar.ProgressBar // nil: lines
	total int64                    // negative where it is not known
	done  int64
	told  int64 // tenths that a line was written for
}

// newProgress shows progress on w towards total, of bytes where bytes is set.
func newProgress(w io.Writer, what string, total int64, bytes bool) *progress {
	p := &progress{out: w, what: what, total: total}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return p
	}
	options := []progressbar.Option{
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(bytes),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionFullWidth(),
		progressbar.OptionClearOnFinish(),
	}
	if !bytes {
		options = append(options, progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(""))
	}
	p.bar = progressbar.NewOptions64(total, options...)
	p.bar.StartWithoutRender() // so that the first rate counts what came before it
	return p
}

// add says that n more are done.
func (p *progress) add(n int) {
	p.done += int64(n)
	if p.bar != nil {
		_ = p.bar.Add64(int64(n))
		return
	}
	if p.total <= 0 {
		return
	}
	if tenths := p.done * 10 / p.total; tenths > p.told && tenths < 10 {
		p.told = tenths
		fmt.Fprintf(p.out, "%s: %d %%\n", p.what, tenths*10)
	}
}

// Write writes lines for people; the bar makes room and comes again below.
func (p *progress) Write(lines []byte) (int, error) {
	p.clear()
	return p.out.Write(lines)
}

// clear makes room for what is written next, elsewhere too.
func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

// finish takes the bar away.
func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// counted is a reader that tells a progress how much was read.
type counted struct {
	io.Reader
	*progress
}

func (c counted) Read(into []byte) (int, error) {
	n, err := c.Reader.Read(into)
	c.add(n)
	return n, err
}
