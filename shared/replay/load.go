// Package replay runs streams of requests against an endpoint and measures how
// it answers. The benchmarks of whole paths live here.
package replay

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Load is a closed loop of requests: every connection sends the next one when
// the last was answered, without a pause.
type Load struct {
	Addr        string // host:port
	Connections int
	Duration    time.Duration
	// Request returns the bytes of the n-th HTTP/1.1 request of a connection.
	// It must not be changed afterwards, and may be the same each time.
	Request func(connection, n int) []byte
}

// Figures is what a load measured.
type Figures struct {
	Answers   int // with status 200 to 299
	Refused   int // with any other status
	PerSecond float64
	P50, P99  time.Duration
	Max       time.Duration
}

func (f Figures) String() string {
	return fmt.Sprintf("%.0f/s, p50 %v, p99 %v, max %v, %d refused", f.PerSecond, f.P50, f.P99, f.Max, f.Refused)
}

// Run sends the load and measures it. The client does as little as it can, so
// that the server is what is measured. A connection that breaks is an error.
func (l *Load) Run(ctx context.Context) (Figures, error) {
	ctx, cancel := context.WithTimeout(ctx, l.Duration)
	defer cancel()
	var (
		group sync.WaitGroup
		lanes = make([]lane, l.Connections)
		start = time.Now()
	)
	for i := range lanes {
		group.Go(func() { lanes[i].err = lanes[i].run(ctx, l, i) })
	}
	group.Wait()
	elapsed := time.Since(start)

	var (
		f    Figures
		took []time.Duration
	)
	for _, lane := range lanes {
		if lane.err != nil {
			return f, lane.err
		}
		f.Refused += lane.refused
		took = append(took, lane.took...)
	}
	if len(took) == 0 {
		return f, fmt.Errorf("load %s: no answer within %v", l.Addr, l.Duration)
	}
	slices.Sort(took)
	f.Answers = len(took) - f.Refused
	f.PerSecond = float64(len(took)) / elapsed.Seconds()
	f.P50, f.P99, f.Max = took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
	return f, nil
}

// lane is one connection.
type lane struct {
	took    []time.Duration
	refused int
	err     error
}

func (c *lane) run(ctx context.Context, l *Load, index int) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.Addr)
	if err != nil {
		return fmt.Errorf("load %s: %w", l.Addr, err)
	}
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 32<<10)
	for n := 0; ctx.Err() == nil; n++ {
		sent := time.Now()
		if _, err := conn.Write(l.Request(index, n)); err != nil {
			return fmt.Errorf("load %s: send request %d: %w", l.Addr, n, err)
		}
		status, err := skipAnswer(r)
		if err != nil {
			return fmt.Errorf("load %s: read answer %d: %w", l.Addr, n, err)
		}
		c.took = append(c.took, time.Since(sent))
		if status < 200 || status > 299 {
			c.refused++
		}
	}
	return nil
}

var contentLength = []byte("Content-Length:")

// skipAnswer reads past one answer and returns its status.
func skipAnswer(r *bufio.Reader) (status int, err error) {
	length := -1
	for first := true; ; first = false {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case first:
			if len(line) < len("HTTP/1.1 200") {
				return 0, fmt.Errorf("not an HTTP answer")
			}
			if status, err = strconv.Atoi(string(line[9:12])); err != nil {
				return 0, fmt.Errorf("not an HTTP status: %w", err)
			}
		case len(line) == 0:
			if length < 0 {
				return 0, fmt.Errorf("the answer has no Content-Length")
			}
			_, err := r.Discard(length)
			return status, err
		case len(line) > len(contentLength) && bytes.EqualFold(line[:len(contentLength)], contentLength):
			length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(contentLength):])))
			if err != nil {
				return 0, fmt.Errorf("read Content-Length: %w", err)
			}
		}
	}
}

// Post returns the bytes of a POST request.
func Post(path string, header http.Header, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: load\r\nContent-Length: %d\r\n", path, len(body))
	_ = header.Write(&b) // a buffer takes everything
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}
