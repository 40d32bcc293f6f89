package batch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"wegweiser/shared/personalize"
	"wegweiser/shared/topology"
)

// source is a file of recipients that is read in parts.
type source struct {
	order   Order
	version string
	work    string // the same for the same order on the same content
	part    int    // rows
	body    io.Closer
	rows    *Rows
}

// open reads a file, which must have the version where one is named.
func (b *Batches) open(ctx context.Context, order Order, version string) (*source, error) {
	body, is, err := b.files.Open(ctx, order.Key, version, 0, -1)
	if err != nil {
		return nil, refusal(order.Key, err)
	}
	rows, err := Read(body, FormatOf(order.Key), order.Message)
	if err != nil {
		_ = body.Close() // it was only read
		return nil, unread(order.Key, err)
	}
	return &source{order, is, workOf(order, is, b.partRows), b.partRows, body, rows}, nil
}

// unread makes a Refused of what is wrong with a file, and of no other reason
// why it could not be read: that may be gone when it is tried again.
func unread(key string, err error) error {
	if fault := (*Unreadable)(nil); errors.As(err, &fault) {
		return &Refused{key + ": " + fault.Reason}
	}
	return fmt.Errorf("read %s: %w", key, err)
}

func workOf(order Order, version string, rows int) string {
	text, _ := json.Marshal([]any{order, version, rows}) // texts and numbers never fail
	sum := sha256.Sum256(text)
	return topology.BatchWork + hex.EncodeToString(sum[:12]) + "/"
}

func (s *source) close() { _ = s.body.Close() } // it was only read

// each goes through the parts with their rows, which are not decided yet.
func (s *source) each(take func(p Part, offers []*personalize.EmailOffer) error) error {
	p := Part{Order: s.order, Version: s.version, Work: s.work, Names: s.rows.names}
	for ; ; p.Number++ {
		p.From = s.rows.offset()
		offers, _, err := s.rows.Some(s.part)
		if err != nil {
			return unread(s.order.Key, err)
		}
		if len(offers) == 0 {
			return nil
		}
		p.To = s.rows.offset()
		if err := take(p, offers); err != nil {
			return err
		}
	}
}
