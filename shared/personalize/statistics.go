package personalize

import (
	"context"
	"errors"

	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// statistics are those of a summary. Of nil there are none.
type statistics struct {
	of   store.Summary // without what is encoded
	read *rank.Statistics
}

func (t *statistics) summary() *store.Summary {
	if t == nil {
		return &store.Summary{}
	}
	return &t.of
}

func (t *statistics) version() string { return t.summary().Version }

func (t *statistics) ranked() *rank.Statistics {
	if t == nil {
		return nil
	}
	return t.read
}

// loadStatistics returns the newest statistics, or those at hand where they
// cannot be read: what is published first is not held up by what is counted.
func (s *Service) loadStatistics(ctx context.Context, have *statistics) *statistics {
	newest, err := s.newestStatistics(ctx)
	if err != nil {
		s.log.Warn("statistics were not refreshed", "error", err.Error())
		return have
	}
	return newest
}

func (s *Service) newestStatistics(ctx context.Context) (*statistics, error) {
	summary, err := s.store.Summary(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	read := new(rank.Statistics)
	if err == nil {
		err = read.UnmarshalBinary(summary.Encoded)
	}
	summary.Encoded = nil
	return &statistics{of: summary, read: read}, err
}

// walkStatistics returns the statistics of a version, where a page before had
// them in this process, and else the newest.
func (s *Service) walkStatistics(ctx context.Context, version string) (*statistics, error) {
	if last := s.walked.Load(); last != nil && last.version() == version {
		return last, nil
	}
	newest, err := s.newestStatistics(ctx)
	if err != nil {
		return nil, unavailable("reading the statistics", err)
	}
	s.walked.Store(newest)
	return newest, nil
}

// publishedHere makes a snapshot the one that serves, without asking what is
// live: it was just made so.
func (s *Service) publishedHere(live *snapshot.Snapshot) {
	s.live.current.Store(&known{
		snapshot: live, statistics: s.live.current.Load().statistics, at: s.clock(), seen: true,
	})
}
