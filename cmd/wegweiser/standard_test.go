package main

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/gateway"
	"wegweiser/shared/local"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/tables"
)

// shop is a server with an empty data folder, and the commands on it.
type shop struct {
	store *embedded.Store
	url   string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	keys := gateway.Keys{Admins: []gateway.Admin{{Name: "ada", Key: "k"}}}
	host, err := local.Open(t.Context(), s, &local.Secrets{Keys: keys}, nil)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(host.Handler)
	t.Cleanup(server.Close)
	return &shop{s, server.URL}
}

// runs runs a command with a standard input, which must end with 0.
func (s *shop) runs(t *rapid.T, input []byte, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &program{
		stdin: bytes.NewReader(input), stdout: &stdout, stderr: &stderr,
		lookup: func(string) (string, bool) { return "", false },
	}
	if code := p.run(t.Context(), append(args, "--url", s.url, "--key", "k")); code != 0 {
		t.Fatalf("%s ends with %d: %s\nof %s", strings.Join(args, " "), code, stderr.String(), input)
	}
	return stdout.Bytes()
}

// hostile draws text that is allowed in a cell and hard to write in a file.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-z0-9 ,;|"'\n\t#:}\[\]&*!%@\-+?<>=\\äß€😀]{1,12}`),
		rapid.SampledFrom([]string{
			"=1+1", "+49 1", "-5", "@SUM(A1)", `"`, `""`, `a"b`, "a\nb\n", "\n", " ", "a|b", "|", "true", "FALSCH", "null", "~", "1.50",
			"0x1F", "1e3", "id", "id,kind", "- id: x", "a: b", "x #c", "---", "[]", "{}", "\uFEFF", "e\u0301", "\u200b", "👩‍🚀", "שלום", "\\n",
		}),
	)
}

// anyItems draws items that can be published.
func anyItems() *rapid.Generator[[]tables.Row] {
	return rapid.Custom(func(t *rapid.T) []tables.Row {
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9_.:\-]{0,8}`), 0, 5, rapid.ID).Draw(t, "ids")
		rows := make([]tables.Row, len(ids))
		for i, id := range ids {
			cells := map[string]any{"kind": "content"}
			for _, column := range []string{"content.title", "content.title.de", "content.text"} {
				if rapid.Bool().Draw(t, column) {
					cells[column] = hostile().Draw(t, "text")
				}
			}
			if rapid.Bool().Draw(t, "tags") {
				cells["tags"] = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"=a", "b,c", "d;e", `f"g`, "true", "5", "-"}), 1, 3, rapid.ID).Draw(t, "tags")
			}
			if rapid.Bool().Draw(t, "value") {
				cells["value"] = rapid.Float64Range(0, 1e12).Draw(t, "value")
			}
			rows[i] = tables.NewRow(tables.ItemsTable, id, cells)
		}
		return rows
	})
}

// What get prints is what apply reads: nothing is to be changed, whatever the
// cells hold.
func TestWhatGetPrintsApplyReads(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	rapid.Check(t, func(t *rapid.T) {
		want := anyItems().Draw(t, "items")
		s.runs(t, tables.WriteJSON(want), "config", "apply", "--table", "items", "-")
		have := s.rows(t)
		if len(have) != len(want) {
			t.Fatalf("got %d rows, want %d", len(have), len(want))
		}
		for _, format := range []string{"yaml", "json", "csv"} {
			printed := s.runs(t, nil, "config", "get", "items", "-o", format)
			said := s.runs(t, printed, "config", "apply", "--table", "items", "-")
			if !bytes.HasPrefix(said, []byte("nothing to publish")) {
				t.Fatalf("%s: got %s, want nothing to publish, of\n%s", format, said, printed)
			}
			if diff := cmp.Diff(have, s.rows(t)); diff != "" {
				t.Fatalf("%s (-before +after):\n%s", format, diff)
			}
			if format == "csv" {
				continue
			}
			printed = s.runs(t, nil, "config", "get", "-o", format)
			if said = s.runs(t, printed, "config", "apply", "-"); !bytes.HasPrefix(said, []byte("nothing to publish")) {
				t.Fatalf("all in %s: got %s, want nothing to publish, of\n%s", format, said, printed)
			}
		}
	})
}

func (s *shop) rows(t *rapid.T) []store.Row {
	t.Helper()
	rows, err := s.store.Rows(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
