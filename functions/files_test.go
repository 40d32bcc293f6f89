package functions_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/functions/internal/bucket"
	"wegweiser/shared/personalize/batch"
	"wegweiser/shared/topology"
)

// open is the bucket as the function opens it.
func (o *objects) open(t *testing.T) batch.Files {
	t.Helper()
	variables := map[string]string{
		topology.EnvBucket: o.name, "AWS_ENDPOINT_URL_S3": o.server.URL, "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
	}
	b, err := bucket.FromEnv(func(name string) (string, bool) { value, ok := variables[name]; return value, ok })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What is larger than a piece is sent in pieces, and seen once it is whole.
func TestLargeFilesAreWholeOrNotThere(t *testing.T) {
	o := newObjects(t)
	files := o.open(t)
	for _, megabytes := range []int{0, 1, 8, 21} {
		t.Run(fmt.Sprint(megabytes), func(t *testing.T) {
			content := make([]byte, megabytes<<20)
			random := rand.NewChaCha8([32]byte{byte(megabytes)})
			if _, err := random.Read(content); err != nil {
				t.Fatal(err)
			}
			key := fmt.Sprintf("of/%d.csv", megabytes)
			for _, commit := range []bool{false, true} {
				f := files.Create(t.Context(), key)
				for rest := content; len(rest) > 0; {
					n := min(len(rest), 300_000)
					if _, err := f.Write(rest[:n]); err != nil {
						t.Fatal(err)
					}
					rest = rest[n:]
				}
				if got := o.read(key); got != "" {
					t.Fatalf("got %d bytes before they are committed", len(got))
				}
				if commit {
					if err := f.Commit(); err != nil {
						t.Fatal(err)
					}
				}
				f.Discard()
				if len(o.uploads) > 0 {
					t.Errorf("got %d uploads left behind", len(o.uploads))
				}
			}
			if got := o.read(key); got != string(content) {
				t.Errorf("got %d other bytes, want the %d that were written", len(got), len(content))
			}
		})
	}
}

func TestFilesAreReadByTheirBytesAndVersions(t *testing.T) {
	o := newObjects(t)
	files := o.open(t)
	o.write("in.csv", "0123456789")
	_, version, err := files.Open(t.Context(), "in.csv", "", 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, to int64
		want     string
	}{{0, -1, "0123456789"}, {3, 7, "3456"}, {9, 10, "9"}} {
		body, is, err := files.Open(t.Context(), "in.csv", version, c.from, c.to)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(body)
		if err != nil || !bytes.Equal(got, []byte(c.want)) || is != version {
			t.Errorf("%d to %d: got %q of %s, %v; want %q of %s", c.from, c.to, got, is, err, c.want, version)
		}
	}
	if _, _, err := files.Open(t.Context(), "out.csv", "", 0, -1); !errors.Is(err, batch.ErrMissing) {
		t.Errorf("got %v, want that there is no such file", err)
	}
	o.write("in.csv", "new")
	if _, _, err := files.Open(t.Context(), "in.csv", version, 0, 5); !errors.Is(err, batch.ErrReplaced) {
		t.Errorf("got %v, want that it was replaced", err)
	}
	o.server.Close()
	if _, _, err := files.Open(t.Context(), "in.csv", "", 0, -1); err == nil || errors.Is(err, batch.ErrMissing) {
		t.Errorf("got %v, want that nobody answers", err)
	}
}

func TestFilesAreListedOverPages(t *testing.T) {
	o := newObjects(t)
	for _, key := range []string{"work/b", "work/a", "work/a/2", "in.csv", "work/c", "work/d"} {
		o.write(key, key)
	}
	got, err := o.open(t).List(t.Context(), "work/")
	if diff := cmp.Diff([]string{"work/a", "work/a/2", "work/b", "work/c", "work/d"}, got); diff != "" || err != nil {
		t.Errorf("keys (-want +got), %v:\n%s", err, diff)
	}
}

func TestABucketHasAName(t *testing.T) {
	if _, err := bucket.FromEnv(func(string) (string, bool) { return "", false }); err == nil {
		t.Error("got no error, want one that names the variable")
	}
}
