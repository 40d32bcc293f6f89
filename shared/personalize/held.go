package personalize

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// Held says which errors keep the draft from publishing itself, and since when.
type Held struct {
	Since    journey.Millis   `json:"since"`
	Problems []tables.Problem `json:"problems"`
}

// The memos of automatic publishing: what holds it back, the mark of the rows
// that it is done with, and who is in the middle of a larger change.
const (
	heldMemo    = "held"
	doneMemo    = "done"
	busyMemo    = "busy#" // and a hash of the author
	busyForMost = 30 * time.Second
)

// heldShown bounds the problems that are kept. CheckConfig has all of them.
const heldShown = 50

// held returns nil where nothing holds publishing back.
func (s *Service) held(ctx context.Context) (*Held, error) {
	memos, err := s.store.Memos(ctx)
	if err != nil {
		return nil, unavailable("reading what holds publishing back", err)
	}
	value, ok := memos[heldMemo]
	if !ok {
		return nil, nil
	}
	held := &Held{}
	if err := json.Unmarshal(value, held); err != nil {
		return nil, unavailable("reading what holds publishing back", err)
	}
	return held, nil
}

// keepHeld keeps the errors among the problems for ConfigSnapshots, or that
// there are none. The same errors again change nothing.
func (s *Service) keepHeld(ctx context.Context, problems []tables.Problem) error {
	before, err := s.held(ctx)
	if err != nil {
		return err
	}
	next := &Held{Since: s.now()}
	for _, p := range problems {
		if p.Severity == tables.Error && len(next.Problems) < heldShown {
			next.Problems = append(next.Problems, p)
		}
	}
	switch {
	case before == nil && len(next.Problems) == 0:
		return nil
	case before != nil && len(next.Problems) == 0:
		return s.putMemo(ctx, heldMemo, nil)
	case before != nil && slices.Equal(before.Problems, next.Problems):
		return nil
	}
	for _, p := range next.Problems {
		s.log.Error("a row holds publishing back", "table", p.Table, "row", p.Row, "column", p.Column, "problem", p.Message)
	}
	value, err := json.Marshal(next)
	for err == nil && len(value) > store.MaxMemoBytes {
		next.Problems = next.Problems[:len(next.Problems)/2]
		value, err = json.Marshal(next)
	}
	if err != nil {
		return err
	}
	return s.putMemo(ctx, heldMemo, value)
}

// isDone reports whether the rows of this mark are published, or found wrong.
func (s *Service) isDone(ctx context.Context, mark draftMark) (bool, error) {
	memos, err := s.store.Memos(ctx)
	if err != nil {
		return false, unavailable("reading what was published", err)
	}
	return bytes.Equal(memos[doneMemo], mark[:]), nil
}

// begin says that further calls of this author belong to the same change, so
// that automatic publishing waits for the last of them.
func (s *Service) begin(ctx context.Context, author string) error {
	return s.putMemo(ctx, busyName(author), []byte(s.now().Add(busyForMost).String()))
}

// end says that the change of this author is complete. Where that cannot be
// kept, publishing waits until busyForMost is over.
func (s *Service) end(ctx context.Context, author string) {
	if err := s.putMemo(ctx, busyName(author), nil); err != nil {
		s.warn("automatic publishing waits for a change that is complete", err)
	}
}

// busyName has a hash, as an author's name may be longer than that of a memo.
func busyName(author string) string { return busyMemo + store.Version([]byte(author)) }

// somebodyBusy reports whether anybody is in the middle of a larger change.
// Whoever has not gone on for busyForMost is no longer waited for.
func (s *Service) somebodyBusy(ctx context.Context) (bool, error) {
	memos, err := s.store.Memos(ctx)
	if err != nil {
		return false, unavailable("reading who changes rows", err)
	}
	now := s.now()
	for name, value := range memos {
		var until journey.Millis
		if strings.HasPrefix(name, busyMemo) && until.UnmarshalText(value) == nil && now < until {
			return true, nil
		}
	}
	return false, nil
}

func (s *Service) putMemo(ctx context.Context, name string, value []byte) error {
	if err := s.store.PutMemo(ctx, name, value); err != nil {
		return unavailable("remembering the state of publishing", err)
	}
	return nil
}
