package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"wegweiser/shared/gateway"
	"wegweiser/shared/personalize"
	"wegweiser/shared/personalize/batch"
)

// dying answers some batches, and then no more.
type dying struct {
	gateway.Service
	left int
}

func (d *dying) DecideBatch(ctx context.Context, c personalize.Caller, r personalize.BatchRequest) (*personalize.BatchAnswer, error) {
	if d.left--; d.left < 0 {
		return nil, errors.New("gone")
	}
	return d.Service.DecideBatch(ctx, c, r)
}

// A batch that was killed goes on where it was: as many rows come out as went
// in, in their order, and nothing counts twice.
func TestBatchGoesOnAfterAKill(t *testing.T) {
	for _, format := range []string{"csv", "jsonl"} {
		t.Run(format, func(t *testing.T) {
			folder := t.TempDir()
			data := filepath.Join(folder, "data")
			p := &program{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, lookup: func(string) (string, bool) { return "", false }}
			write := func(name, text string) string {
				path := filepath.Join(folder, name)
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				return path
			}
			rows := write("rows.json", `{"placements":[{"id":"mail","fallback":"none"}],"items":[{"id":"none","kind":"content"},{"id":"few","kind":"offer","budget":120}],
				"rules":[{"id":"r","placements":["mail"],"items":["few"]}]}`)
			run := func(args ...string) string {
				t.Helper()
				p.stdout, p.stderr = &bytes.Buffer{}, &bytes.Buffer{}
				if code := p.run(t.Context(), args); code != 0 {
					t.Fatalf("%v: got exit %d, %s%s", args, code, p.stdout, p.stderr)
				}
				return p.stdout.(*bytes.Buffer).String()
			}
			if err := os.Mkdir(data, 0o755); err != nil {
				t.Fatal(err)
			}
			run("config", "apply", rows, "--data", data)
			run("config", "publish", "--data", data)

			const recipients = 350
			var text strings.Builder
			if format == "csv" {
				text.WriteString("visitor,message\n")
			}
			for i := range recipients {
				switch {
				case i == 7 && format == "csv":
					text.WriteString("v_7\n")
				case i == 7:
					text.WriteString("{\"visitor\":7\n")
				case format == "csv":
					fmt.Fprintf(&text, "v_%d,autumn\n", i)
				default:
					fmt.Fprintf(&text, "{\"visitor\":\"v_%d\",\"message\":\"autumn\"}\n", i)
				}
			}
			file := write("recipients."+format, text.String())
			out := filepath.Join(folder, "out")
			half := func(left int) {
				b := &batching{file: file, out: out, placements: []string{"mail"}}
				b.data, b.store = data, embeddedStore
				j, err := openJournal(b)
				if err != nil {
					t.Fatal(err)
				}
				input, _, err := p.openInput(file)
				if err != nil {
					t.Fatal(err)
				}
				defer input.Close()
				reader, err := batch.Read(input, batch.Format(format), "")
				if err != nil {
					t.Fatal(err)
				}
				to, err := p.connect(t.Context(), &b.where, false)
				if err != nil {
					t.Fatal(err)
				}
				if err := b.decide(t.Context(), &target{&dying{to.Service, left}, to.close}, reader, j); err == nil {
					t.Fatal("got no error, want it to die")
				}
				// Another chunk was decided and not kept, but for half a line.
				if err := errors.Join(to.close(), j.close()); err != nil {
					t.Fatal(err)
				}
				f, err := os.OpenFile(j.path, os.O_APPEND|os.O_WRONLY, 0)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := f.WriteString(`{"visitor":"v_1`); err != nil {
					t.Fatal(err)
				}
				if err := f.Close(); err != nil {
					t.Fatal(err)
				}
			}
			half(1)
			half(1)
			got := run("batch", file, "--placements", "mail", "--out", out, "--data", data)
			if want := "350 rows: 120 ok, 229 fallback, 0 suppressed, 1 invalid; out\n"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			answers, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(string(answers), "\n"), "\n")
			if format == "csv" {
				lines = lines[1:]
			}
			if len(lines) != recipients {
				t.Fatalf("got %d rows, want %d", len(lines), recipients)
			}
			for i, line := range lines {
				if name := fmt.Sprintf("v_%d", i); !strings.Contains(line, name) && i != 7 {
					t.Fatalf("row %d: got %s, want %s", i+1, line, name)
				}
			}
			if _, err := os.Stat(out + ".partial"); err == nil {
				t.Error("got the journal still there, want it gone")
			}
			again := run("batch", file, "--placements", "mail", "--out", out, "--data", data)
			if again != got {
				t.Errorf("run again: got %q, want %q", again, got)
			}
			if same, err := os.ReadFile(out); err != nil || !bytes.Equal(same, answers) {
				t.Errorf("run again: got other answers (%v), want the same", err)
			}
		})
	}
}

// What went wrong before anybody was decided for can be put right.
func TestBatchBeginsAnewWhereNothingWasDecided(t *testing.T) {
	folder := t.TempDir()
	data, file, rows := filepath.Join(folder, "data"), filepath.Join(folder, "recipients.csv"), filepath.Join(folder, "rows.json")
	if err := errors.Join(os.Mkdir(data, 0o755), os.WriteFile(file, []byte("visitor\nv_1\n"), 0o600),
		os.WriteFile(rows, []byte(`{"placements":[{"id":"mail","fallback":"none"}],"items":[{"id":"none","kind":"content"}]}`), 0o600)); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := run(t, "config", "apply", rows, "--data", data); code != 0 {
		t.Fatal(stderr)
	}
	for want, args := range map[string][]string{
		"name the message":               {"--placements", "mail"},
		"is not the name of a placement": {"--placements", "mial", "--message", "autumn"},
	} {
		if code, _, stderr := run(t, append([]string{"batch", file, "--data", data}, args...)...); code != 1 || !strings.Contains(stderr, want) {
			t.Errorf("%v: got %d, %q, want 1 and %q", args, code, stderr, want)
		}
	}
	code, stdout, stderr := run(t, "batch", file, "--data", data, "--placements", "mail", "--message", "autumn")
	if code != 0 || !strings.HasPrefix(stdout, "1 rows: ") {
		t.Errorf("got %d, %q, %q, want the answer of one row", code, stdout, stderr)
	}
}

// silent is a service whose store does not answer.
type silent struct{ gateway.Service }

func (silent) DecideBatch(_ context.Context, _ personalize.Caller, r personalize.BatchRequest) (*personalize.BatchAnswer, error) {
	answer := &personalize.BatchAnswer{}
	for range r.Recipients {
		answer.Results = append(answer.Results, personalize.BatchResult{Status: personalize.StatusFallback, Degraded: "store_timeout"})
	}
	return answer, nil
}

// Nobody knows who has unsubscribed while the store does not answer: no row
// comes out that a mail could be sent by.
func TestBatchStopsWhereTheStoreDoesNotAnswer(t *testing.T) {
	folder := t.TempDir()
	b := &batching{file: filepath.Join(folder, "recipients.csv"), out: filepath.Join(folder, "out"), placements: []string{"mail"}}
	const recipients = "visitor,message\nv_1,autumn\nv_2,autumn\n"
	if err := os.WriteFile(b.file, []byte(recipients), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := openJournal(b)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) { // it asks again for a while
		rows, err := batch.Read(strings.NewReader(recipients), batch.CSV, "")
		if err != nil {
			t.Fatal(err)
		}
		var refusal *personalize.Error
		err = b.decide(t.Context(), &target{Service: silent{}}, rows, j)
		if !errors.As(err, &refusal) || refusal.Kind != personalize.Unavailable || !strings.Contains(err.Error(), "2 recipients") {
			t.Errorf("got error %v, want that the store does not answer for 2 recipients", err)
		}
	})
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(j.path); err != nil || strings.Contains(string(kept), "v_1") {
		t.Errorf("kept %s, %v, want no answer", kept, err)
	}
}
