// Package store is the contract between Wegweiser and what keeps its data. Two
// backends keep it: store/dynamo on Amazon DynamoDB and store/embedded in one
// file. The comments here are the specification; storetest runs it against a
// backend, and every backend must pass all of it.
//
// # Promises
//
// What was acknowledged is stored: it survives the end of the process at any
// moment. A touchpoint is kept once, by (visitor, id), whatever is sent again
// and from however many callers at once. What is expired is gone for every
// read, to the second, whether or not it was swept. A store has no clock: the
// moment comes with each call.
//
// # What is kept of a visitor
//
// For exports and erasure, this is all: under the visitor's own id touchpoints,
// the profile and the counters (Visitors); under the keyed hash of the id, the
// owner, receipts and results with what they hold of budgets (Receipts). Budgets,
// statistics and configuration name no visitor: the names under which a budget is
// held are hashes that a caller makes of what names none.
//
// # All calls
//
// Ids and names keep the limits of package journey (CheckID, CheckName) and are
// compared byte by byte. Order by id is the order of its bytes.
//
// All methods are safe for concurrent use. They end when their context does,
// with an error for which errors.Is(err, ErrUnavailable) and
// errors.Is(err, ctx.Err()) hold; what was under way may or may not be stored.
package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
)

// The errors that callers act on. Every fault of the store itself is reported
// as ErrUnavailable around its cause.
var (
	// ErrConflict means that what the caller expected to be there is not what
	// is there: somebody else was first.
	ErrConflict = errors.New("changed by somebody else in the meantime")
	// ErrNotFound means that there is no such thing.
	ErrNotFound = errors.New("not found")
	// ErrUnavailable means that the store could not answer, or not in time.
	ErrUnavailable = errors.New("the store is unavailable")
	// ErrFull means that a budget is used up.
	ErrFull = errors.New("the budget is used up")
	// ErrInvalid means that the call breaks a limit of this contract. Nothing
	// was done.
	ErrInvalid = errors.New("not a valid call")
)

// Store is what a backend implements.
type Store interface {
	Visitors
	Configuration
	Budgets
	Receipts
	Statistics
	Summaries
	// Close releases what the store holds. No call may follow it.
	Close() error
}

// Visitors keeps touchpoints and profiles.
type Visitors interface {
	// History returns what is known of a visitor: the profile, the counters,
	// and the newest q.Window traces with at ≤ q.At, in order of time, then id. Touchpoints of
	// machines are left out and take no place in the window. An unknown visitor
	// is an empty history, not an error.
	//
	// It costs one round trip, and as a rule two where touchpoints later than
	// q.At or expired ones stand in the way; never more for a visitor with more
	// touchpoints than the window. Reads are eventually consistent: a write
	// acknowledged a moment ago may be missing. ErrInvalid: the window is not
	// from 1 to journey.MaxWindow.
	History(ctx context.Context, q Query) (*journey.History, error)

	// Append stores the touchpoints, each by itself, and returns one outcome
	// for each in the order given. A milestone (journey.Touchpoint.Milestone)
	// is kept on its visitor's profile in the same transaction as its
	// touchpoint. Of two with one (visitor, id) the first in order wins, in one
	// call too; one that is expired at now counts as absent. The error is nil
	// where every outcome is Stored or Duplicate; otherwise it is the first
	// failure, and the outcomes say which touchpoints are concerned.
	Append(ctx context.Context, now journey.Millis, recordings []Recording) ([]Outcome, error)

	// Change applies change to the visitor's profile as it is now, and stores
	// the result unless somebody else changed it in between: then it starts
	// again, so change may be called several times and must have no effect of
	// its own. An error of change is returned as it is, and nothing is stored.
	Change(ctx context.Context, visitor string, change func(*journey.Profile) error) error

	// ChangeCounters applies change to a visitor's counters and stores the
	// result, at the cost of one write and no read where known is what is
	// stored: that is what History or an earlier ChangeCounters returned, and
	// the zero value where nothing was stored or nothing is known. Where
	// somebody else was first, it starts again from what the refusal of the
	// write brings back, so change may be called several times, each time with
	// counters of its own, and must have no effect but on them. Calls for one
	// visitor are as if one came after the other: none is lost, and what change
	// found free is still free when it is stored.
	//
	// It returns what is stored then, to start the next change from. An error
	// of change, such as rank.ErrFull, is returned as it is with what change
	// was given, and nothing is stored; it may rest on known alone, which a
	// newer change may have overtaken. Where change alters nothing, nothing is
	// stored. After ErrUnavailable the change may be stored or not, but never
	// twice by one call.
	ChangeCounters(ctx context.Context, visitor string, known journey.Counters, change func(*rank.Counters) error) (journey.Counters, error)

	// Touchpoints yields everything that is stored for a visitor and not
	// expired at now, in no promised order. Numbers in props come back as
	// float64. An error is the last thing that an iterator yields.
	Touchpoints(ctx context.Context, visitor string, now journey.Millis) iter.Seq2[journey.Touchpoint, error]

	// All yields the id of each visitor of whom something is stored and who
	// stands behind after, once; what is expired and not yet swept may count.
	// The order is the store's own and the same at each call, and every id has
	// its place in it, stored or not: whoever stops at an id goes on behind it,
	// even where that visitor was forgotten meanwhile. After an empty id come
	// all. It reads the table from there on: for reports, never for decisions.
	// ErrInvalid: after is no id.
	All(ctx context.Context, after string) iter.Seq2[string, error]
}

// Query asks for a history.
type Query struct {
	Visitor string
	At      journey.Millis // inclusive
	Now     journey.Millis // decides what is expired
	Window  int            // 1 to journey.MaxWindow
}

// Recording is a touchpoint and when it is to be forgotten. Expiry counts from
// the moment of recording, never from the touchpoint's own time.
type Recording struct {
	journey.Touchpoint
	// Expires is the first moment at which the touchpoint is gone, cut to the
	// second. Zero: never.
	Expires journey.Millis
}

// Outcome is what became of one recording.
type Outcome struct {
	Status Status
	Trace  journey.Trace // what is stored: of a duplicate, the first body
	Err    error         // of a failure
}

// Status is one of Stored, Duplicate and Failed.
type Status uint8

// The fates of a recording.
const (
	Failed Status = iota
	Stored
	Duplicate
)

// Configuration keeps config rows (the draft) and published snapshots.
type Configuration interface {
	// Rows returns the draft rows of a table in order of id, or of all tables,
	// by table and then id, where table is empty: that costs a read of each, at
	// the same time. It reads consistently, but not all at one moment: an Edit
	// that is under way may show in part. ErrInvalid: there is no such table.
	Rows(ctx context.Context, table string) ([]Row, error)

	// Row returns one draft row of a table, or ErrNotFound, at the cost of one
	// read of that row. It reads consistently. ErrInvalid: there is no such
	// table, or the id is none.
	Row(ctx context.Context, table, id string) (Row, error)

	// Edit applies all edits or none. ErrConflict: a row is not at the version
	// that its edit expects. ErrInvalid: more than MaxEdits or MaxEditBytes, two
	// edits of one row, no such table, or a body that is not as Edit.Body says.
	//
	// An expected version holds against those who change rows in the tables of
	// a backend directly, too, at a read of the row.
	Edit(ctx context.Context, edits []Edit) error

	// PutSnapshot stores an encoded snapshot under its id. Storing it again
	// changes nothing.
	PutSnapshot(ctx context.Context, id string, encoded []byte) error

	// Snapshot returns an encoded snapshot, or ErrNotFound.
	Snapshot(ctx context.Context, id string) ([]byte, error)

	// Live returns the newest release, or ErrNotFound before the first.
	// It reads consistently.
	Live(ctx context.Context) (Release, error)

	// LiveSnapshot returns the newest release with its encoded snapshot, or
	// ErrNotFound before the first. It is for starts: one round trip where the
	// snapshot is of the usual size. It reads consistently.
	LiveSnapshot(ctx context.Context) (Release, []byte, error)

	// Publish makes next the newest release if the live snapshot is still
	// expected (empty: none is live), else ErrConflict. Of concurrent callers
	// with one expectation exactly one wins. ErrNotFound: the snapshot is not
	// stored.
	Publish(ctx context.Context, expected string, next Release) error

	// Releases returns past and present releases, newest first, at most limit.
	Releases(ctx context.Context, limit int) ([]Release, error)

	// Memos returns what is kept beside the rows by name: small values that are
	// no configuration, such as who is in the middle of a change. It reads
	// consistently.
	Memos(ctx context.Context) (map[string][]byte, error)

	// PutMemo keeps a value under a name, whatever is there; nil removes it.
	// ErrInvalid: the name is no id, or the value is over MaxMemoBytes.
	PutMemo(ctx context.Context, name string, value []byte) error
}

// MaxMemoBytes bounds the value of a memo.
const MaxMemoBytes = 64 << 10

// Limits of an Edit call: a transaction of DynamoDB holds 100 items, and 4 MB
// of what they are to be together with what they are expected to have been.
const (
	MaxEdits     = 100
	MaxEditBytes = 1 << 20 // of all bodies of a call
	MaxRowBytes  = 24 << 10
	MaxColumns   = 128 // beside the id
)

// Row is one row of a config table. Its version is that of its body, so that
// equal rows have equal versions.
//
// Where a backend has rows that people can change directly, what they typed is
// read as a CSV file would be (tables.ReadRow), and the version follows the
// content by itself.
type Row struct {
	Table string
	ID    string
	// Body is the one flat JSON object of the row, as tables.Row.MarshalJSON
	// writes it. Where somebody typed directly what is no row, it is that, for
	// tables.ReadRow to say what is wrong.
	Body    []byte
	Version string
	// Author and At are those of the Edit that wrote this body: empty and zero
	// where it was changed directly since.
	Author string
	At     journey.Millis
}

// Version returns the version of a row with this body: a hash, as text that is
// never Any or Absent.
func Version(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// Edit creates, changes or deletes one row.
type Edit struct {
	Table string
	ID    string
	// Body is the row as tables.Row.MarshalJSON writes it, at most MaxRowBytes
	// and MaxColumns; no column is called table or starts with _. Nil: delete.
	Body   []byte
	Author string
	At     journey.Millis
	// Expect is the version that must be there: Any for whatever is there,
	// Absent for nothing.
	Expect string
}

// What an edit may expect beside a version.
const (
	Any    = "*"
	Absent = ""
)

// Release is one publishing of a snapshot.
type Release struct {
	Snapshot string
	Author   string
	Note     string
	At       journey.Millis
}
