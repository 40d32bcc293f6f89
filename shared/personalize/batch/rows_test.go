package batch_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"wegweiser/shared/local"
	"wegweiser/shared/personalize/batch"
)

// A row may be 1 MB long with its end. One that is longer is told of by its
// place, and no more of the file is read for it.
func TestRowsThatAreTooLongMakeAFileUnreadable(t *testing.T) {
	const most = 1 << 20
	row := func(bytes int) string {
		return `v_1,"` + strings.Repeat("a\n", (bytes-7)/2) + strings.Repeat("a", (bytes-7)%2) + "\"\n"
	}
	line := func(bytes int) string { return `{"visitor":"v_1","x":"` + strings.Repeat("a", bytes-25) + "\"}\n" }
	for name, c := range map[string]struct{ key, text, want string }{
		"JustInCSV":   {"in.csv", "visitor,x\nv_0,b\n" + row(most) + row(most-1), ""},
		"JustInJSON":  {"in.jsonl", line(most) + line(most-1), ""},
		"LongInCSV":   {"in.csv", "visitor,x\nv_0,b\n" + row(most+1), "in.csv: row 2 behind the line of names is longer than 1048576 bytes: close each quote"},
		"NeverClosed": {"in.csv", "visitor,x\n\n" + `v_1,"b` + strings.Repeat("\nv_2,b", most), "row 1 behind the line of names is longer"},
		"OneLine":     {"in.csv", "visitor,x\nv_0," + strings.Repeat("b", 2*most), "row 1 behind the line of names is longer"},
		"LongNames":   {"in.csv", `visitor,"x` + strings.Repeat("\nv_2,b", most), "the line of names is longer than 1048576 bytes: close each quote"},
		"LongInJSON":  {"in.jsonl", "{\"visitor\":\"v_0\"}\n" + line(most+1), "in.jsonl: line 2 is longer than 1048576 bytes: each must be an object"},
	} {
		t.Run(name, func(t *testing.T) {
			input := &metered{input: strings.NewReader(c.text)}
			rows, err := batch.Read(input, batch.FormatOf(c.key), "autumn")
			if err == nil {
				_, _, err = rows.Some(10)
			}
			var unreadable *batch.Unreadable
			if errors.As(err, &unreadable) != (c.want != "") || err != nil && c.want == "" {
				t.Fatalf("got %v, want that it is unreadable: %t", err, c.want != "")
			}
			if c.want != "" && input.read > most+64<<10 {
				t.Errorf("%d bytes were read, want little more than a row may have", input.read)
			}
			_, err = batch.New(place(t, c.key, c.text), &shop{}).Split(t.Context(), batch.Order{Key: c.key, Placements: []string{"mail"}, Message: "autumn"})
			var refused *batch.Refused
			if errors.As(err, &refused) != (c.want != "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("split: got %v, want a refusal that says %q", err, c.want)
			}
		})
	}
}

// metered says how much was read of it.
type metered struct {
	input io.Reader
	read  int
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.input.Read(p)
	m.read += n
	return n, err
}

// torn are files whose connection is reset when some bytes are read.
type torn struct {
	local.Folder
	after int64
}

var errReset = errors.New("connection reset by peer")

func (f torn) Open(ctx context.Context, key, version string, from, to int64) (io.ReadCloser, string, error) {
	body, is, err := f.Folder.Open(ctx, key, version, from, to)
	if err != nil || strings.HasPrefix(key, "work/") {
		return body, is, err
	}
	return io.NopCloser(io.MultiReader(io.LimitReader(body, f.after), iotest.ErrReader(errReset))), is, nil
}

// A connection that is reset, wherever in a file, is no fault of the order, and
// what was read of a row until then is no row.
func TestAConnectionThatIsResetIsNoRefusal(t *testing.T) {
	for key, text := range map[string]string{
		"in.csv":   "visitor,message\nv_1,autumn\nv_2,autumn\n",
		"in.jsonl": "{\"visitor\":\"v_1\",\"message\":\"autumn\"}\n{\"visitor\":\"v_2\",\"message\":\"autumn\"}\n",
	} {
		order := batch.Order{Key: key, Placements: []string{"mail"}}
		files := place(t, key, text)
		plan, err := batch.New(files, &shop{}).Split(t.Context(), order)
		if err != nil {
			t.Fatal(err)
		}
		part := listed(files, plan)[0]
		for after := range int64(len(text)) {
			b := batch.New(torn{files, after}, &shop{}).InPartsOf(2)
			_, split := b.Split(t.Context(), order)
			_, gather := b.Gather(t.Context(), *plan)
			for step, err := range map[string]error{"split": split, "gather": gather} {
				if refused := (*batch.Refused)(nil); !errors.Is(err, errReset) || errors.As(err, &refused) {
					t.Errorf("%s, %s after %d bytes: got %v, want the reset and no refusal", key, step, after, err)
				}
			}
			if err := b.Decide(t.Context(), part); part.From+after < part.To && !errors.Is(err, errReset) {
				t.Errorf("%s: decide after %d bytes: got %v, want the reset", key, after, err)
			}
		}
	}
}
