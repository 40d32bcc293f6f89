package store_test

import (
	"errors"
	"strings"
	"testing"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

func TestVersionIsThatOfTheBody(t *testing.T) {
	const want = "44136fa355b3678a1146ad16f7e8649e" // of {}: callers keep it as an ETag
	if got := store.Version([]byte("{}")); got != want {
		t.Errorf("Version: got %s, want %s", got, want)
	}
	for _, body := range []string{"", "*", "{}"} {
		if v := store.Version([]byte(body)); v == store.Any || v == store.Absent || strings.ContainsAny(v, `" *`) {
			t.Errorf("Version(%q): got %q, want a word of its own", body, v)
		}
	}
}

func TestChecksSayWhatIsWrong(t *testing.T) {
	for want, err := range map[string]error{
		"the window must be from 1 to 200":      store.CheckQuery(store.Query{Visitor: "v", Window: 201}),
		"visitor: is needed":                    store.CheckQuery(store.Query{Window: 1}),
		"visitor: must not contain control":     store.CheckVisitor("a\tb"),
		"id: must be at most 128 bytes":         store.CheckRecording(&store.Recording{Touchpoint: journey.Touchpoint{Visitor: "v", ID: strings.Repeat("i", 129)}}),
		"at most 100 edits at once":             store.CheckEdits(make([]store.Edit, 101)),
		`there is no table "Items"; the tables`: store.CheckEdits([]store.Edit{{Table: "Items", ID: "a"}}),
		"row a of items is edited twice":        store.CheckEdits([]store.Edit{{Table: "items", ID: "a"}, {Table: "items", ID: "a"}}),
		"row a of items must be the flat JSON":  store.CheckEdits([]store.Edit{{Table: "items", ID: "a", Body: []byte(`{"id":"b"}`)}}),
		`row a of items must have no column "_`: store.CheckEdits([]store.Edit{{Table: "items", ID: "a", Body: []byte(`{"id":"a","_at":"x"}`)}}),
		"at most 1048576 bytes of rows at once": store.CheckEdits([]store.Edit{{Table: "items", ID: "a", Body: make([]byte, 1<<20+1)}}),
		"row a of items must be at most 24576 ": store.CheckEdits([]store.Edit{{Table: "items", ID: "a", Body: make([]byte, 24577)}}),
		"snapshot: is needed":                   store.CheckSnapshot(""),
	} {
		if !errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want ErrInvalid that says %q", err, want)
		}
	}
	if err := errors.Join(
		store.CheckQuery(store.Query{Visitor: "v", Window: journey.MaxWindow}),
		store.CheckEdits([]store.Edit{{Table: "items", ID: "a"}, {Table: "rules", ID: "a"}}),
		store.CheckSnapshot("s_1"),
	); err != nil {
		t.Errorf("got error %v, want none", err)
	}
}
