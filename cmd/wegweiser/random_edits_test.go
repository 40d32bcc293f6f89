package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/client"
	"wegweiser/shared/personalize"
	"wegweiser/shared/tables"
)

// randomEdits is how many random edits of rows there are, half of them broken.
const randomEdits = 2000

// TestRandomEditsWhileDecisionsAreAsked edits a shop that publishes itself, by
// the API of two servers and directly in the table, while both are asked for
// decisions. Every decision is that of one whole that was valid, every broken
// edit is named with its cell, and the last valid whole goes live on both.
func TestRandomEditsWhileDecisionsAreAsked(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	e := &editing{cluster: newCluster(t), draft: newDraft(seed)}
	e.open()
	began := time.Now()
	answers := e.ask()
	e.edits(randomEdits / 2)
	e.restBroken()
	e.edits(randomEdits)
	edited := time.Since(began)
	took := e.mendAll()
	asked, seen := answers()
	t.Logf("%d right and %d broken edits took %v, with %d decisions of %d snapshots; of %d valid wholes the last was live after %v on both servers",
		e.right, e.broke, edited.Round(time.Millisecond), asked, len(seen), len(e.wholes), took.Round(time.Millisecond))
	for id, generation := range seen {
		if want, ok := e.wholes[id]; !ok || generation != want {
			t.Errorf("decisions of %s show generation %d, want that of one valid whole (%d)", id, generation, want)
		}
	}
}

// editing is somebody who edits, mostly without care.
type editing struct {
	*cluster
	*draft
	calls        int // of servers
	right, broke int // rows
}

// open publishes the first whole, and starts the servers.
func (e *editing) open() {
	e.Helper()
	e.serve()
	var edits []personalize.ConfigEdit
	for key := range e.rows {
		edits = append(edits, e.row(key, e.rows[key].Cells))
	}
	problems, err := e.clients[0].EditConfig(e.Context(), admin, personalize.ConfigEdits{Rows: edits})
	if err != nil || tables.HasErrors(problems.Problems) {
		e.Fatalf("open the shop: %v, %v", err, problems)
	}
	before, err := e.clients[0].ConfigSnapshots(e.Context())
	if err != nil {
		e.Fatal(err)
	}
	live, err := e.clients[0].PublishConfig(e.Context(), admin, before.Live, personalize.PublishRequest{})
	if err != nil {
		e.Fatal(err)
	}
	if want := e.whole(); live.Live != want {
		e.Fatalf("published %s, want %s", live.Live, want)
	}
	e.serve()
}

func (e *editing) whole() string {
	e.Helper()
	id, err := e.note()
	if err != nil {
		e.Fatal(err)
	}
	return id
}

// row is the edit that makes a row so, whatever it was.
func (e *editing) row(key rowKey, cells map[string]any) personalize.ConfigEdit {
	e.Helper()
	flat := map[string]any{"id": key.id}
	for column, cell := range cells {
		flat[column] = cell
	}
	body, err := json.Marshal(flat)
	if err != nil {
		e.Fatal(err)
	}
	return personalize.ConfigEdit{Table: key.table, Row: body, Version: "*"}
}

// edits edits rows until there were so many: one in two breaks its row, and one
// in two is made directly in the table.
func (e *editing) edits(until int) {
	e.Helper()
	for e.right+e.broke < until {
		direct := e.random.IntN(2) == 0
		if e.broke <= e.right {
			e.breaks(e.someBreakages(), direct)
			continue
		}
		var written, deleted []rowKey
		if len(e.broken) > 0 && e.random.IntN(8) > 0 {
			written = e.someBroken()
		}
		e.right += len(written)
		if len(written) == 0 || e.random.IntN(2) == 0 {
			more, old := e.something()
			written, deleted = append(written, more...), old
			e.right++
		}
		e.writes(written, deleted, direct)
	}
}

// writes writes rows as they should be, and deletes others, at once.
func (e *editing) writes(written, deleted []rowKey, direct bool) {
	e.Helper()
	slices.SortFunc(written, rowKey.compare)
	written = slices.Compact(written)
	for _, key := range written {
		delete(e.broken, key)
	}
	if direct {
		var writes []types.TransactWriteItem
		for _, key := range written {
			writes = append(writes, e.put(key, e.rows[key].Cells))
		}
		for _, key := range deleted {
			writes = append(writes, e.remove(key))
		}
		e.types(writes...)
		e.whole()
		return
	}
	var edits []personalize.ConfigEdit
	for _, key := range written {
		edits = append(edits, e.row(key, e.rows[key].Cells))
	}
	for _, key := range deleted {
		edits = append(edits, personalize.ConfigEdit{Table: key.table, Delete: key.id, Version: "*"})
	}
	e.whole() // it may be published before the answer is here
	problems, err := e.server().EditConfig(e.Context(), admin, personalize.ConfigEdits{Rows: edits})
	if err != nil {
		e.Fatal(err)
	}
	e.names(problems.Problems)
}

// breaks breaks a cell of each of these rows, and sees them named.
func (e *editing) breaks(list []breakage, direct bool) {
	e.Helper()
	e.broke += len(list)
	if direct {
		for _, b := range list {
			e.breaksDirectly(b)
		}
		checked, err := e.server().CheckConfig(e.Context())
		if err != nil {
			e.Fatal(err)
		}
		e.names(checked.Problems, list...)
		return
	}
	var edits []personalize.ConfigEdit
	var unreadable []string
	for i, b := range list {
		edit := personalize.ConfigEdit{Table: b.table, Delete: b.id, Version: "*"}
		if b.column != "" {
			edit = e.row(b.rowKey, with(e.rows[b.rowKey].Cells, b.column, b.value))
		}
		if b.unreadable {
			unreadable = append(unreadable, fmt.Sprintf("rows[%d].row.%s", i, b.column))
		}
		edits = append(edits, edit)
	}
	problems, err := e.server().EditConfig(e.Context(), admin, personalize.ConfigEdits{Rows: edits})
	if len(unreadable) > 0 {
		e.refuses(err, unreadable)
		return
	}
	if err != nil {
		e.Fatal(err)
	}
	for _, b := range list {
		e.broken[b.rowKey] = []breakage{b}
	}
	e.names(problems.Problems, list...)
}

// refuses wants a refusal that names these fields.
func (e *editing) refuses(err error, want []string) {
	e.Helper()
	var refusal *personalize.Error
	if !errors.As(err, &refusal) {
		e.Fatalf("got %v, want a refusal that names %v", err, want)
	}
	var got []string
	for _, field := range refusal.Fields {
		got = append(got, field.Field)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		e.Fatalf("the refusal names (-want +got):\n%s", diff)
	}
}

// breaksDirectly deletes the row, types one attribute anew, or the whole row.
func (e *editing) breaksDirectly(b breakage) {
	e.Helper()
	value := b.typed
	if value == nil {
		value = typed(b.value)
	}
	lost := slices.ContainsFunc(e.broken[b.rowKey], func(b breakage) bool { return b.column == "" })
	switch {
	case b.column == "":
		e.types(e.remove(b.rowKey))
		e.broken[b.rowKey] = []breakage{b}
	case lost || e.random.IntN(2) == 0:
		write := e.put(b.rowKey, e.rows[b.rowKey].Cells)
		write.Put.Item[b.column] = value
		e.types(write)
		e.broken[b.rowKey] = []breakage{b}
	default:
		e.types(e.set(b.rowKey, b.column, value))
		e.broken[b.rowKey] = append(slices.DeleteFunc(e.broken[b.rowKey], func(have breakage) bool { return have.column == b.column }), b)
	}
}

func with(cells map[string]any, column string, value any) map[string]any {
	out := map[string]any{column: value}
	for name, cell := range cells {
		if name != column {
			out[name] = cell
		}
	}
	return out
}

// names wants the errors of the draft to be those of the cells that are broken,
// and each of these breakages to be told at its offset.
func (e *editing) names(problems []tables.Problem, broken ...breakage) {
	e.Helper()
	var got []string
	offsets := map[string]int{}
	for _, p := range problems {
		if p.Severity != tables.Error {
			continue
		}
		if _, _, placed := p.Split(); placed {
			e.Fatalf("%s stands in a table, and is told with a place in a text", p)
		}
		offset := p.Offset
		p.Offset = 0
		got = append(got, p.Cell())
		offsets[p.Cell()] = offset
	}
	slices.Sort(got)
	if diff := cmp.Diff(e.wrong(), slices.Compact(got), cmp.Transformer("none", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
		e.Fatalf("generation %d: errors are named at (-want +got):\n%s\nof %v", e.generation, diff, problems)
	}
	for _, b := range broken {
		if offset := offsets[b.cells[0]]; offset != b.offset && b.offset > 0 {
			e.Fatalf("%s is named at %d, want %d: %v", b.cells[0], offset, b.offset, problems)
		}
	}
}

// restBroken breaks something more and waits until it is told what holds
// publishing back, without anybody asking for a check.
func (e *editing) restBroken() {
	e.Helper()
	e.breaks(breakages()[:1], true)
	before := e.snapshots().Live
	var held []tables.Problem
	e.until("everything that is broken holds publishing back", func() bool {
		now := e.snapshots()
		if now.Held == nil {
			return false
		}
		held = now.Held.Problems
		var cells []string
		for _, p := range held {
			p.Offset = 0
			cells = append(cells, p.Cell())
		}
		slices.Sort(cells)
		return slices.Equal(slices.Compact(cells), e.wrong())
	})
	if now := e.snapshots().Live; now != before {
		e.Errorf("%s went live in place of %s while rows were broken", now, before)
	}
	e.names(held)
}

func (e *editing) snapshots() *personalize.Snapshots {
	e.Helper()
	list, err := e.server().ConfigSnapshots(e.Context())
	if err != nil {
		e.Fatal(err)
	}
	return list
}

// mendAll makes everything right and returns when both servers decide on it.
func (e *editing) mendAll() time.Duration {
	e.Helper()
	written, deleted := e.next()
	for key := range e.broken {
		written = append(written, key)
	}
	e.writes(written, deleted, true)
	want, began := e.whole(), time.Now()
	e.until("the last whole is live everywhere", func() bool { return e.liveOn(0) == want && e.liveOn(1) == want })
	took := time.Since(began)
	if held := e.snapshots().Held; held != nil {
		e.Errorf("got %v, want nothing that holds publishing back", held)
	}
	return took
}

// server is one of the servers.
func (e *editing) server() *client.Client {
	e.calls++
	return e.clients[e.calls%len(e.clients)]
}

// liveOn returns the snapshot that a server decides on.
func (e *editing) liveOn(server int) string {
	e.Helper()
	d, err := decideOn(e.Context(), e.urls[server], "somebody", true)
	if err != nil {
		e.Fatal(err)
	}
	return d.snapshot
}

// until waits for what has to come, however slow the machine is.
func (e *editing) until(what string, done func() bool) {
	e.Helper()
	for end := time.Now().Add(2 * time.Minute); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			e.Fatalf("it never was so that %s", what)
		}
	}
}
