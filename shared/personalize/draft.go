package personalize

import (
	"context"

	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// draftRows returns the rows as they stand.
func (s *Service) draftRows(ctx context.Context) ([]store.Row, error) {
	rows, err := s.store.Rows(ctx, "")
	if err != nil {
		return nil, unavailable("reading the rows", err)
	}
	return rows, nil
}

// draft reads the rows as they stand, and says which cannot be read.
func (s *Service) draft(ctx context.Context) (tables.Set, []tables.Problem, error) {
	rows, err := s.draftRows(ctx)
	if err != nil {
		return nil, nil, err
	}
	set, problems := setOf(rows)
	return set, problems, nil
}

func setOf(rows []store.Row) (tables.Set, []tables.Problem) {
	set := tables.Set{}
	var problems []tables.Problem
	for _, stored := range rows {
		row, wrong := tables.ReadRow(stored.Table, stored.ID, stored.Body)
		for _, p := range wrong {
			_, p.Message, _ = p.Split() // nobody has seen the text that the row is read from
			problems = append(problems, p)
		}
		set.Add(stored.Table, row)
	}
	return set, problems
}

// compile makes a snapshot of the draft, or says everything that is wrong. The
// rows are those that it was made of.
func (s *Service) compile(ctx context.Context) (rows tables.Set, compiled *snapshot.Snapshot, problems []tables.Problem, err error) {
	if rows, problems, err = s.draft(ctx); err != nil {
		return nil, nil, nil, err
	}
	compiled, problems = s.compileRows(rows, problems)
	return rows, compiled, problems, nil
}

// compileRows makes a snapshot of rows that were read with these problems.
func (s *Service) compileRows(rows tables.Set, problems []tables.Problem) (*snapshot.Snapshot, []tables.Problem) {
	compiled, more := snapshot.Compile(rows, s.parse)
	problems = append(problems, more...)
	problems = append(problems, snapshot.Expired(rows, s.now())...)
	tables.SortProblems(problems)
	if tables.HasErrors(problems) {
		compiled = nil
	}
	return compiled, problems
}

// wholeDraft returns the rows as they stand at one moment. A store may show an
// edit in part while it is under way, and what decides must not be half of one:
// so two readings, one after the other, must be the same. The first may be at
// hand.
func (s *Service) wholeDraft(ctx context.Context, rows []store.Row) ([]store.Row, error) {
	var err error
	if rows == nil {
		if rows, err = s.draftRows(ctx); err != nil {
			return nil, err
		}
	}
	for range maxRaces + 1 {
		again, err := s.draftRows(ctx)
		if err != nil {
			return nil, err
		}
		if markOf(again) == markOf(rows) {
			return rows, nil
		}
		rows = again
	}
	return nil, &Error{
		Kind: Unavailable, Code: "rows_changing",
		Message: "the rows change faster than they can be read; try again in a moment",
	}
}

// drafted is a draft with what it was compiled to.
type drafted struct {
	mark     draftMark
	compiled *snapshot.Snapshot
}

// compiledDraft returns the draft as a snapshot. It is compiled once for the
// same rows. Its error: Invalid with the problems, where it has errors.
func (s *Service) compiledDraft(ctx context.Context) (*snapshot.Snapshot, error) {
	rows, err := s.draftRows(ctx)
	if err != nil {
		return nil, err
	}
	if have := s.drafted.Load(); have != nil && have.mark == markOf(rows) {
		return have.compiled, nil
	}
	if rows, err = s.wholeDraft(ctx, rows); err != nil {
		return nil, err
	}
	compiled, problems := s.compileRows(setOf(rows))
	if compiled == nil {
		return nil, undecidable(problems)
	}
	s.drafted.Store(&drafted{mark: markOf(rows), compiled: compiled})
	return compiled, nil
}

func undecidable(problems []tables.Problem) error {
	return &Error{
		Kind: Invalid, Code: "config_problems", Problems: problems,
		Message: "the draft has errors, so there is nothing that could decide",
	}
}
