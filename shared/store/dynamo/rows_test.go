package dynamo_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/tables"
	"wegweiser/shared/topology"
)

func only(t *testing.T, s store.Store, table string) store.Row {
	t.Helper()
	rows, err := s.Rows(context.Background(), table)
	if err != nil || len(rows) != 1 {
		t.Fatalf("got rows %v, %v, want one", rows, err)
	}
	return rows[0]
}

func edit(table, id, body, expect string) store.Edit {
	return store.Edit{Table: table, ID: id, Body: []byte(body), Author: "ada", At: noon, Expect: expect}
}

// What a person types is read as if it came in a file, and what cannot be read
// is there for the check to name.
func TestTypedRowsAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		table string
		typed attributes
		body  string
		wrong string // column of the problem
	}{
		"AsTheStoreWrites": {
			"rules",
			attributes{
				"order": typedNumber("10"), "enabled": typedBool(false), "note": typedText("1.50"),
				"items": typedList(typedText("a"), typedText("tag:b")), "weights": typedList(typedNumber("70"), typedNumber("0.5")),
			},
			`{"id":"r","enabled":false,"items":["a","tag:b"],"note":"1.50","order":10,"weights":[70,0.5]}`, "",
		},
		"AllAsText": {
			"rules",
			attributes{
				"order": typedText(" 10.0 "), "enabled": typedText("FALSE"), "note": typedText("x"),
				"items": typedText("a| tag:b |"), "weights": typedText("70|0.50"),
			},
			`{"id":"r","enabled":false,"items":["a","tag:b"],"note":"x","order":10,"weights":[70,0.5]}`, "",
		},
		"OtherTypes": {
			"rules",
			attributes{
				"order": typedNumber("1E+1"), "note": typedNumber("12345678901234567890123"), "items": &types.AttributeValueMemberSS{Value: []string{"b", "a"}},
				"weights": &types.AttributeValueMemberNS{Value: []string{"2"}}, "when": &types.AttributeValueMemberNULL{Value: true},
				"phases": typedList(), "zone": typedText(" "), "choose": typedList(typedText("fixed")),
			},
			`{"id":"r","choose":"fixed","items":["a","b"],"note":"12345678901234567890123","order":10,"weights":[2]}`, "",
		},
		"Unreadable":     {"rules", attributes{"order": typedText("first"), "no such": typedBool(true)}, `{"id":"r","no such":"true","order":"first"}`, ""},
		"OnlyAnID":       {"rules", nil, `{"id":"r"}`, ""},
		"OwnAttributes":  {"rules", attributes{"_author": typedText("bob"), "_mine": typedText("x"), "note": typedText("x")}, `{"id":"r","note":"x"}`, ""},
		"SpacesInAName":  {"rules", attributes{" note ": typedText("x")}, `{"id":"r","note":"x"}`, ""},
		"MapInACell":     {"items", attributes{"content.title": &types.AttributeValueMemberM{Value: attributes{"de": typedText("Sofa")}}}, "", "content.title"},
		"BinaryInACell":  {"items", attributes{"kind": &types.AttributeValueMemberB{Value: []byte("x")}}, "", "kind"},
		"ListInAList":    {"items", attributes{"tags": typedList(typedList(typedText("a")))}, "", "tags"},
		"OneColumnTwice": {"rules", attributes{"note": typedText("x"), "note ": typedText("y")}, "", "note"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t, dynamotest.Prefix())
			s := dynamotest.OpenAt(t, dynamo.Transport(), p.prefix)
			p.puts(c.table, "r", c.typed)
			r := only(t, s, c.table)
			if c.wrong == "" {
				want := store.Row{Table: c.table, ID: "r", Body: []byte(c.body), Version: store.Version([]byte(c.body))}
				if diff := cmp.Diff(want, r); diff != "" {
					t.Errorf("row (-want +got):\n%s", diff)
				}
			} else if _, problems := tables.ReadRow(r.Table, r.ID, r.Body); len(problems) != 1 || problems[0].Column != c.wrong || problems[0].Row != "r" {
				t.Errorf("body %s: got problems %v, want one at %s", r.Body, problems, c.wrong)
			}
			ctx := context.Background()
			if err := s.Edit(ctx, []store.Edit{edit(c.table, "r", `{"id":"r"}`, store.Version([]byte("another")))}); !errors.Is(err, store.ErrConflict) {
				t.Errorf("Edit of another version: got error %v, want ErrConflict", err)
			}
			if err := s.Edit(ctx, []store.Edit{edit(c.table, "r", `{"id":"r"}`, r.Version)}); err != nil {
				t.Errorf("Edit of this version: %v", err)
			}
			if got := string(only(t, s, c.table).Body); got != `{"id":"r"}` {
				t.Errorf("got %s, want the edit", got)
			}
		})
	}
}

// A row that the store wrote is what a person would have typed.
func TestRowsCanBeReadByPeople(t *testing.T) {
	p := newPerson(t, dynamotest.Prefix())
	s := dynamotest.OpenAt(t, dynamo.Transport(), p.prefix)
	body := `{"id":"r","enabled":true,"items":["a","b"],"note":"x","order":1.5,"weights":[1,2]}`
	if err := s.Edit(context.Background(), []store.Edit{edit("rules", "r", body, store.Absent)}); err != nil {
		t.Fatal(err)
	}
	got := p.sees("rules", "r")
	for _, own := range []string{"_author", "_at", "_version"} {
		if _, ok := got[own]; !ok {
			t.Errorf("got no %s", own)
		}
		delete(got, own)
	}
	want := p.key("rules", "r")
	want["enabled"], want["note"], want["order"] = typedBool(true), typedText("x"), typedNumber("1.5")
	want["items"], want["weights"] = typedList(typedText("a"), typedText("b")), typedList(typedNumber("1"), typedNumber("2"))
	if diff := cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("item (-want +got):\n%s", diff)
	}
}

// A direct change is a new version, of nobody in particular.
func TestDirectChangesAreVersions(t *testing.T) {
	p := newPerson(t, dynamotest.Prefix())
	s := dynamotest.OpenAt(t, dynamo.Transport(), p.prefix)
	ctx := context.Background()
	body := `{"id":"r","note":"x"}`
	if err := s.Edit(ctx, []store.Edit{edit("rules", "r", body, store.Absent)}); err != nil {
		t.Fatal(err)
	}
	written := only(t, s, "rules")
	if written.Author != "ada" || written.At != noon {
		t.Errorf("got %+v, want the author and time of the edit", written)
	}
	p.changes("rules", "r", "order", typedText("7"))
	changed := only(t, s, "rules")
	want := store.Row{Table: "rules", ID: "r", Body: []byte(`{"id":"r","note":"x","order":7}`)}
	if want.Version = store.Version(want.Body); !cmp.Equal(want, changed) {
		t.Errorf("row (-want +got):\n%s", cmp.Diff(want, changed))
	}
	for _, stale := range []store.Edit{edit("rules", "r", body, written.Version), {Table: "rules", ID: "r", Expect: written.Version}} {
		if err := s.Edit(ctx, []store.Edit{edit("rules", "other", `{"id":"other"}`, store.Any), stale}); !errors.Is(err, store.ErrConflict) {
			t.Errorf("Edit of the version before: got error %v, want ErrConflict", err)
		}
	}
	if got := only(t, s, "rules"); !cmp.Equal(changed, got) {
		t.Errorf("refused edits left (-want +got):\n%s", cmp.Diff(changed, got))
	}
	if err := s.Edit(ctx, []store.Edit{edit("rules", "r", body, changed.Version)}); err != nil {
		t.Fatal(err)
	}
	if got := only(t, s, "rules"); !cmp.Equal(written, got) {
		t.Errorf("row (-want +got):\n%s", cmp.Diff(written, got))
	}
}

// Somebody types between the store's read of a row and its write.
func TestDirectChangesInBetweenAreNotLost(t *testing.T) {
	type moment struct {
		typed attributes
		types func(p person)
		taken bool // the row still is what the edit expects
	}
	row := attributes{"note": typedText("x"), "order": typedNumber("7"), "when": &types.AttributeValueMemberNULL{Value: true}}
	for name, m := range map[string]moment{
		"AColumnChanges":                {row, func(p person) { p.changes("rules", "r", "note", typedText("y")) }, false},
		"AColumnComes":                  {row, func(p person) { p.changes("rules", "r", "ends", typedText("2026-12-24")) }, false},
		"AColumnComesThatTheEditWrites": {row, func(p person) { p.changes("rules", "r", "new", typedText("y")) }, false},
		"AColumnGoes":                   {row, func(p person) { p.removes("rules", "r", "order") }, false},
		"TheRowGoes":                    {row, func(p person) { p.deletes("rules", "r") }, false},
		"ARowOfNothingGoes":             {nil, func(p person) { p.deletes("rules", "r") }, false},
		"TheRowIsTypedAnew":             {row, func(p person) { p.puts("rules", "r", attributes{"note": typedText("y")}) }, false},
		"TheSameInOtherTypes":           {row, func(p person) { p.changes("rules", "r", "order", typedText("7.0")) }, true},
		"NothingChanges":                {row, func(person) {}, true},
	} {
		for kind, body := range map[string][]byte{"Change": []byte(`{"id":"r","new":"z","note":"z"}`), "Delete": nil} {
			if kind == "Delete" && strings.HasSuffix(name, "TheEditWrites") {
				continue
			}
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				p := newPerson(t, dynamotest.Prefix())
				p.puts("rules", "r", m.typed)
				before := only(t, dynamotest.OpenAt(t, dynamo.Transport(), p.prefix), "rules")
				var once sync.Once
				s := wire(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
					if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
						once.Do(func() { m.types(p) })
					}
					return next.RoundTrip(r)
				}).store(t, p.prefix)
				err := s.Edit(context.Background(), []store.Edit{{Table: "rules", ID: "r", Body: body, Author: "ada", At: noon, Expect: before.Version}})
				after := p.sees("rules", "r")
				_, edited := after["_author"]
				switch {
				case m.taken && (err != nil || edited != (body != nil) || body == nil && after != nil):
					t.Errorf("got error %v and the item %v, want the edit done", err, after)
				case !m.taken && (!errors.Is(err, store.ErrConflict) || edited):
					t.Errorf("got error %v and the item %v, want ErrConflict and what was typed", err, after)
				case !m.taken && body == nil && after == nil && !strings.HasSuffix(name, "Goes"):
					t.Error("the row was deleted")
				}
			})
		}
	}
}

// What has more columns than one condition can hold is never guessed about.
func TestTooManyTypedColumns(t *testing.T) {
	p := newPerson(t, dynamotest.Prefix())
	s := dynamotest.OpenAt(t, dynamo.Transport(), p.prefix)
	row := attributes{}
	for i := range 149 {
		row["content."+strings.Repeat("a", i+1)] = typedText("x")
	}
	ctx := context.Background()
	p.puts("items", "r", row)
	if err := s.Edit(ctx, []store.Edit{{Table: "items", ID: "r", Expect: only(t, s, "items").Version}}); err != nil {
		t.Errorf("149 columns: %v", err)
	}
	row["one.more"] = typedText("x")
	p.puts("items", "r", row)
	if err := s.Edit(ctx, []store.Edit{{Table: "items", ID: "r", Expect: only(t, s, "items").Version}}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("150 columns: got error %v, want ErrInvalid", err)
	}
	if err := s.Edit(ctx, []store.Edit{{Table: "items", ID: "r", Expect: store.Any}}); err != nil {
		t.Errorf("150 columns, whatever is there: %v", err)
	}
}

// A deployment's partitions have the plain names of what they hold.
func TestPlainKeys(t *testing.T) {
	ctx := context.Background()
	client := dynamotest.Client(t, dynamo.Transport())
	names, err := dynamotest.CreateTables(ctx, client, strings.TrimSuffix(dynamotest.Prefix(), "#")+"-")
	if err != nil {
		t.Fatal(err)
	}
	s, err := dynamo.Open(client, names, topology.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		s.Edit(ctx, []store.Edit{edit("items", "sofa", `{"id":"sofa"}`, store.Absent)}),
		s.PutSnapshot(ctx, "s_1", []byte("one")),
		s.Publish(ctx, "", store.Release{Snapshot: "s_1"}),
		s.Change(ctx, "v_1", func(p *journey.Profile) error { p.Locale = "de"; return nil }),
		s.Claim(ctx, noon, store.Budget{Item: "sofa", Period: "2026-11", Limit: 1}),
		s.Apply(ctx, 0, "f", []store.Delta{{CellKey: store.CellKey{Name: "sofa", Period: "2026-11"}, Sequence: "1"}}),
		s.PutSummary(ctx, store.Summary{Version: "v_1"}),
		s.PutReceipts(ctx, []store.Receipt{{ReceiptKey: store.ReceiptKey{Owner: "o_1", ID: "01A"}}}),
	); err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string][]string{
		topology.VisitorsTable:   {"v_1/profile"},
		topology.ReceiptsTable:   {"o_1/d#01A"},
		topology.StatisticsTable: {"budget#sofa/2026-11", "cell#sofa/2026-11", "summary/head", "summary/whole"},
		topology.ConfigTable:     {"items/sofa", "release/live", "release/n0000000000000000001", "release/start", "snapshot#s_1/0000", "snapshot#s_1/manifest"},
	} {
		out, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String(names[table])})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, i := range out.Items {
			partition, sort := i["v"], i["k"]
			if table == topology.ConfigTable {
				partition, sort = i["table"], i["id"]
			}
			got = append(got, plain(partition)+"/"+plain(sort))
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("keys of %s: got %v, want %v", table, got, want)
		}
	}
	for visitor, err := range s.All(ctx, "") {
		if err != nil || visitor != "v_1" {
			t.Errorf("All: got %q, %v, want v_1", visitor, err)
		}
	}
}

func plain(key types.AttributeValue) string {
	if b, ok := key.(*types.AttributeValueMemberB); ok {
		return string(b.Value)
	}
	return key.(*types.AttributeValueMemberS).Value
}

// The draft is one Query a table, and an edit one read for each version that
// it expects.
func TestConfigurationCalls(t *testing.T) {
	s, m := metered(t)
	ctx := context.Background()
	first := []store.Edit{edit("items", "a", `{"id":"a"}`, store.Absent), edit("rules", "b", `{"id":"b"}`, store.Any)}
	next := slices.Clone(first)
	for i := range next {
		next[i].Expect = store.Version(first[i].Body)
	}
	for _, c := range []struct {
		name string
		call func() error
		want map[string]int
	}{
		{"new rows", func() error { return s.Edit(ctx, first) }, map[string]int{"TransactWriteItems": 1}},
		{"changed rows", func() error { return s.Edit(ctx, next) }, map[string]int{"GetItem": 2, "TransactWriteItems": 1}},
		{"one table", func() error { _, err := s.Rows(ctx, "items"); return err }, map[string]int{"Query": 1}},
		{"all tables", func() error { _, err := s.Rows(ctx, ""); return err }, map[string]int{"Query": len(tables.Tables())}},
	} {
		m.read()
		if err := c.call(); err != nil {
			t.Fatal(err)
		}
		calls, units := m.read()
		t.Logf("%s: %v, %.1f units", c.name, calls, units)
		if diff := cmp.Diff(c.want, calls); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", c.name, diff)
		}
	}
}
