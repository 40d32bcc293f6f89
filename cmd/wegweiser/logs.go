package main

import (
	"bufio"
	"io"
	"log/slog"
	"sync"
	"time"
)

// logs are the log lines of a server: warnings to operators, and a line a
// request unless it is quiet.
type logs struct {
	operators *slog.Logger
	requests  *slog.Logger // nil: none
	*lines
}

func newLogs(w io.Writer, quiet bool) *logs {
	l := &logs{lines: startLines(w)}
	handler := slog.NewJSONHandler(l.lines, nil)
	l.operators = slog.New(handler)
	if !quiet {
		l.requests = l.operators
	}
	return l
}

// lines writes what was logged in a while at once: a system call for each line
// would cost a request more than its answer's JSON.
type lines struct {
	lock   sync.Mutex
	buffer *bufio.Writer
	stop   chan struct{}
	done   chan struct{}
}

const flushEvery = 200 * time.Millisecond

func startLines(w io.Writer) *lines {
	l := &lines{buffer: bufio.NewWriterSize(w, 64<<10), stop: make(chan struct{}), done: make(chan struct{})}
	go l.run()
	return l
}

func (l *lines) run() {
	defer close(l.done)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = l.flush() // what cannot be logged cannot be reported either
		case <-l.stop:
			return
		}
	}
}

func (l *lines) flush() error {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.buffer.Flush()
}

// Write takes one line.
func (l *lines) Write(line []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.buffer.Write(line)
}

// Close writes what is left.
func (l *lines) Close() error {
	close(l.stop)
	<-l.done
	return l.flush()
}
