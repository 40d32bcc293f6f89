package personalize

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// MaxConfigRows bounds the rows of one PUT /v1/config.
const MaxConfigRows = store.MaxEdits

// ConfigRow is one row of a table with its version, the row's strong ETag.
type ConfigRow struct {
	Table   string          `json:"table"`
	Version string          `json:"version"`
	Row     json.RawMessage `json:"row"`
}

// ConfigRows is the answer of GET /v1/config/{table}.
type ConfigRows struct {
	Rows []ConfigRow `json:"rows"`
}

// ConfigEdits is the body of PUT /v1/config: all of it is done, or nothing.
type ConfigEdits struct {
	Rows []ConfigEdit `json:"rows"`
	// More says that further calls of this author belong to the same change:
	// automatic publishing waits for the one that does not say so, and for at
	// most 30 s from one call to the next.
	More bool `json:"more,omitempty"`
}

// ConfigEdit writes one row (Row, a flat object with its id) or deletes one
// (Delete, an id). Version is what must be there: a version, "*" for anything,
// or empty for nothing.
type ConfigEdit struct {
	Table   string          `json:"table"`
	Row     json.RawMessage `json:"row,omitempty"`
	Delete  string          `json:"delete,omitempty"`
	Version string          `json:"version,omitempty"`
}

// Problems is everything that is wrong with the draft.
type Problems struct {
	Problems []tables.Problem `json:"problems"`
}

// PublishRequest is the body of POST /v1/config/publish. Draft is the content
// hash of what is to be published, as ConfigSnapshots gives it; empty for the
// rows as they stand.
type PublishRequest struct {
	Note  string `json:"note,omitempty" maxLength:"1000"`
	Draft string `json:"draft,omitempty"`
}

// Live names the snapshot that is live.
type Live struct {
	Live string `json:"live"`
}

// Snapshots lists what was published, newest first. Live is the built-in
// snapshot before the first publish; Draft is the content hash of the rows as
// they stand, empty where they do not compile. Held is there while automatic
// publishing is on and the draft has errors.
type Snapshots struct {
	Live      string            `json:"live"`
	Draft     string            `json:"draft"`
	Snapshots []SnapshotSummary `json:"snapshots"`
	Held      *Held             `json:"held,omitempty"`
	Approved  *Approval         `json:"approved,omitempty"` // of the draft as it stands
}

// SnapshotSummary is one publish.
type SnapshotSummary struct {
	ID     string         `json:"id"`
	Author string         `json:"author"`
	Note   string         `json:"note"`
	At     journey.Millis `json:"at"`
}

// ConfigRows returns the draft rows of a table in order of id, or of all
// tables where the name is empty.
func (s *Service) ConfigRows(ctx context.Context, table string) (*ConfigRows, error) {
	if table != "" {
		if err := knownTable(table); err != nil {
			return nil, err
		}
	}
	rows, err := s.store.Rows(ctx, table)
	if err != nil {
		return nil, unavailable("reading the rows", err)
	}
	out := &ConfigRows{Rows: make([]ConfigRow, len(rows))}
	for i, row := range rows {
		out.Rows[i] = ConfigRow{Table: row.Table, Version: row.Version, Row: row.Body}
	}
	return out, nil
}

// EditConfig writes and deletes draft rows, all or none, and returns what is
// wrong with the draft afterwards. Rows with unknown columns or unreadable
// cells are refused; everything else may stand in a draft. Its errors: Invalid,
// and Stale where a row is not at the version that its edit names.
func (s *Service) EditConfig(ctx context.Context, caller Caller, edits ConfigEdits) (*Problems, error) {
	if n := len(edits.Rows); n == 0 || n > MaxConfigRows {
		return nil, invalid("rows", "bad_count", "must be a list of 1 to 100 rows")
	}
	now := s.now()
	out := make([]store.Edit, len(edits.Rows))
	refusal := &Error{Kind: Invalid, Code: "rows_refused", Message: "no row was written"}
	for i, edit := range edits.Rows {
		id, body, faults := edit.read("rows[" + strconv.Itoa(i) + "]")
		refusal.Fields = append(refusal.Fields, faults...)
		out[i] = store.Edit{Table: edit.Table, ID: id, Body: body, Author: caller.Name, At: now, Expect: edit.Version}
	}
	if len(refusal.Fields) > 0 {
		return nil, refusal
	}
	if !edits.More {
		defer s.end(ctx, caller.Name)
	} else if err := s.begin(ctx, caller.Name); err != nil {
		return nil, err
	}
	return s.edit(ctx, out)
}

func (s *Service) edit(ctx context.Context, edits []store.Edit) (*Problems, error) {
	if err := s.noteEdit(ctx, edits[0].Author); err != nil {
		return nil, err
	}
	switch err := s.store.Edit(ctx, edits); {
	case errors.Is(err, store.ErrConflict):
		return nil, &Error{
			Kind: Stale, Code: "row_changed", Err: err,
			Message: "a row is not at the version that you named; read it again and repeat your change",
		}
	case errors.Is(err, store.ErrInvalid):
		return nil, &Error{Kind: Invalid, Code: "rows_refused", Message: "no row was written: " + err.Error()}
	case err != nil:
		return nil, unavailable("writing the rows", err)
	}
	if err := s.noteEdit(ctx, edits[0].Author); err != nil {
		return nil, err
	}
	return s.CheckConfig(ctx)
}

func (e *ConfigEdit) read(field string) (id string, body []byte, faults []FieldError) {
	if _, ok := tables.Find(e.Table); !ok {
		return "", nil, []FieldError{{Field: field + ".table", Code: "unknown_table", Message: "is not the name of a table"}}
	}
	if (e.Delete == "") == (len(e.Row) == 0) {
		return "", nil, []FieldError{{Field: field, Code: "bad_edit", Message: "must have either row or delete"}}
	}
	if e.Delete != "" {
		return e.Delete, nil, nil
	}
	row, body, faults := readRow(e.Table, "", e.Row, field+".row.")
	return row.ID, body, faults
}

// CheckConfig returns everything that is wrong with the draft.
func (s *Service) CheckConfig(ctx context.Context) (*Problems, error) {
	_, _, problems, err := s.compile(ctx)
	if err != nil {
		return nil, err
	}
	if problems == nil {
		problems = []tables.Problem{}
	}
	return &Problems{Problems: problems}, nil
}

// PublishConfig makes the draft live if expected still is. Its errors: Stale
// where another snapshot is live, or the draft is not the one that the request
// names, and Invalid, with the problems where the
// draft has errors, or where it must be approved and is not.
func (s *Service) PublishConfig(ctx context.Context, caller Caller, expected string, request PublishRequest) (*Live, error) {
	read := s.now()
	whole, err := s.wholeDraft(ctx, nil)
	if err != nil {
		return nil, err
	}
	rows, problems := setOf(whole)
	compiled, problems := s.compileRows(rows, problems)
	if compiled == nil {
		return nil, unpublishable(problems)
	}
	if request.Draft != "" && request.Draft != compiled.ID() {
		return nil, draftChanged(compiled)
	}
	live, err := s.store.Live(ctx)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, unavailable("reading what is live", err)
	}
	before := live.Snapshot
	if before == "" && expected != "" {
		builtin, err := s.live.builtin()
		if err != nil {
			return nil, err
		}
		if expected == builtin.ID() {
			expected = ""
		}
	}
	if expected != before {
		return nil, s.stale(ctx, nil)
	}
	if compiled.ID() == before {
		return &Live{Live: before}, nil
	}
	if err := s.mayPublish(ctx, compiled); err != nil {
		return nil, err
	}
	if err := s.keep(ctx, compiled, rows); err != nil {
		return nil, unavailable("storing the snapshot", err)
	}
	release := store.Release{Snapshot: compiled.ID(), Author: caller.Name, Note: request.Note, At: s.now()}
	switch err := s.store.Publish(ctx, before, release); {
	case errors.Is(err, store.ErrConflict):
		return nil, s.stale(ctx, err)
	case err != nil:
		return nil, unavailable("publishing", err)
	}
	s.notePublished(ctx, read)
	s.publishedHere(compiled)
	return &Live{Live: compiled.ID()}, nil
}

// stale is the refusal of a publish that names another snapshot than the live
// one.
func (s *Service) stale(ctx context.Context, cause error) error {
	live, err := s.liveID(ctx)
	if err != nil {
		return err
	}
	return &Error{
		Kind: Stale, Code: "snapshot_changed", Err: cause, Version: live,
		Message: "another snapshot is live than the one that you named; look at it and publish again",
	}
}

// liveID names the snapshot that is live: before the first publish, the
// built-in one.
func (s *Service) liveID(ctx context.Context) (string, error) {
	switch live, err := s.store.Live(ctx); {
	case err == nil:
		return live.Snapshot, nil
	case !errors.Is(err, store.ErrNotFound):
		return "", unavailable("reading what is live", err)
	}
	builtin, err := s.live.builtin()
	if err != nil {
		return "", err
	}
	return builtin.ID(), nil
}

// releasesShown bounds the answer of ConfigSnapshots.
const releasesShown = 100

// ConfigSnapshots returns what is live, what the draft would become, and what
// was published before.
func (s *Service) ConfigSnapshots(ctx context.Context) (*Snapshots, error) {
	releases, err := s.store.Releases(ctx, releasesShown)
	if err != nil {
		return nil, unavailable("reading the snapshots", err)
	}
	_, compiled, _, err := s.compile(ctx)
	if err != nil {
		return nil, err
	}
	builtin, err := s.live.builtin()
	if err != nil {
		return nil, err
	}
	held, err := s.held(ctx)
	if err != nil {
		return nil, err
	}
	out := &Snapshots{Live: builtin.ID(), Snapshots: make([]SnapshotSummary, len(releases)), Held: held}
	if compiled != nil {
		out.Draft = compiled.ID()
		if out.Approved, err = s.approval(ctx, out.Draft); err != nil {
			return nil, err
		}
	}
	for i, r := range releases {
		out.Snapshots[i] = SnapshotSummary{ID: r.Snapshot, Author: r.Author, Note: r.Note, At: r.At}
	}
	if len(releases) > 0 {
		out.Live = releases[0].Snapshot
	}
	return out, nil
}
