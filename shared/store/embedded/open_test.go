package embedded_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

// refused opens what cannot be opened and returns the sentence.
func refused(t *testing.T, folder string) string {
	t.Helper()
	s, err := embedded.Open(folder)
	if err == nil {
		_ = s.Close()
		t.Fatalf("Open(%s): got no error", folder)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("got several lines, want one sentence: %q", err)
	}
	return err.Error()
}

func says(t *testing.T, got string, want ...string) {
	t.Helper()
	for _, part := range want {
		if !strings.Contains(got, part) {
			t.Errorf("got %q, want it to say %q", got, part)
		}
	}
}

func TestFileInUse(t *testing.T) {
	folder := t.TempDir()
	if embedded.Idle(folder) {
		t.Error("an empty folder has an idle database")
	}
	s := open(t, folder)
	says(t, refused(t, folder), embedded.FileName+" is in use by another wegweiser", fmt.Sprintf("(process %d)", os.Getpid()))
	if embedded.Idle(folder) {
		t.Error("a database that is open is idle")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !embedded.Idle(folder) {
		t.Error("a database that was closed is not idle")
	}
}

func TestFileThatWasCutOff(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	if _, err := s.Append(context.Background(), noon, recordings("a", 40)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, embedded.FileName)
	for _, pages := range []int64{3, 2} {
		if err := os.Truncate(path, pages*int64(os.Getpagesize())); err != nil {
			t.Fatal(err)
		}
		says(t, refused(t, folder), "is not a wegweiser database, or it is damaged: it ends after")
	}
}

func TestFolderThatIsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	says(t, refused(t, path), "the data folder "+path+" cannot be made")
	says(t, refused(t, filepath.Join(path, "below")), "cannot be made")
}

func TestFolderThatMayNotBeWritten(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Log("root may write everywhere: a folder in the place of the file stands in")
		folder := t.TempDir()
		if err := os.Mkdir(filepath.Join(folder, embedded.FileName), 0o700); err != nil {
			t.Fatal(err)
		}
		says(t, refused(t, folder), "cannot be opened for writing")
		return
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	says(t, refused(t, folder), "cannot be opened for writing: permission denied")
}

func TestFileThatIsNoDatabase(t *testing.T) {
	random := make([]byte, 100_000)
	if _, err := rand.Read(random); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"a word": []byte("hello"), "a page": random[:4096], "many pages": random, "nothing but zeros": make([]byte, 32768),
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, embedded.FileName), content, 0o600); err != nil {
				t.Fatal(err)
			}
			says(t, refused(t, folder), "is not a wegweiser database")
		})
	}
}

func TestDatabaseOfAnotherProgram(t *testing.T) {
	folder := t.TempDir()
	edit(t, folder, func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("theirs"))
		return err
	})
	says(t, refused(t, folder), "is a database of another program")
}

func TestNewerFormat(t *testing.T) {
	folder := t.TempDir()
	if err := open(t, folder).Close(); err != nil {
		t.Fatal(err)
	}
	edit(t, folder, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("format")).Put([]byte("version"), []byte("2")) })
	says(t, refused(t, folder), "has format 2, which is newer than this wegweiser (format 1): use the newer program")
}

// edit changes the file behind the package's back.
func edit(t *testing.T, folder string, change func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(folder, embedded.FileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(change), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// A file from before there were offers has fewer buckets, and no other format.
func TestOlderFileIsCompleted(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	if _, err := s.Append(context.Background(), noon, recordings("a", 0)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	edit(t, folder, func(tx *bbolt.Tx) (err error) {
		for _, later := range []string{"memos", "budgets", "receipts", "results", "cells", "summary"} {
			err = errors.Join(err, tx.DeleteBucket([]byte(later)))
		}
		return err
	})
	s = open(t, folder)
	others(t, s, 0)
	if err := errors.Join(s.PutMemo(context.Background(), "a", []byte("x")), s.PutSummary(context.Background(), store.Summary{Version: "v"})); err != nil {
		t.Error(err)
	}
	h, err := s.History(context.Background(), store.Query{Visitor: "v0", At: noon, Now: noon, Window: 1})
	if err != nil || len(h.Traces) != 1 || h.Counters.Packed == "" {
		t.Errorf("got %+v, %v, want the purchase and the counters", h, err)
	}
}

func TestReopenedStoreKeepsEverything(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "made", "on the way")
	s := open(t, folder)
	if _, err := s.Append(context.Background(), noon, recordings("a", 0)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := s.History(context.Background(), store.Query{Visitor: "v0", At: noon, Now: noon, Window: 1})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("after Close: got error %v, want ErrUnavailable", err)
	}
	if _, err := s.Append(context.Background(), noon, recordings("b", 0)); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("after Close: got error %v, want ErrUnavailable", err)
	}
	h, err := open(t, folder).History(context.Background(), store.Query{Visitor: "v0", At: noon, Now: noon, Window: 1})
	if err != nil || len(h.Traces) != 1 || len(h.Profile.Milestones) != 1 {
		t.Errorf("got %+v, %v, want the purchase and its milestone", h, err)
	}
}

func TestDamagedEntryHarmsOnlyItsVisitor(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	if _, err := s.Append(context.Background(), noon, recordings("a", 3)); err != nil { // of v21 to v24
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	edit(t, folder, func(tx *bbolt.Tx) error {
		visitors := tx.Bucket([]byte("visitors"))
		key, _ := visitors.Cursor().Seek([]byte("\x03v21"))
		return errors.Join(visitors.Put(key, []byte("?")), visitors.Put([]byte("\x03v22profile"), []byte("?")))
	})
	s = open(t, folder)
	q := store.Query{Visitor: "v22", At: noon, Now: noon, Window: 1}
	if _, err := s.History(context.Background(), q); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("damaged profile: got error %v, want ErrUnavailable", err)
	}
	done := make(chan error)
	for _, id := range []string{"a", "b", "c", "d"} {
		go func() {
			_, err := s.Append(context.Background(), noon, recordings(id, 3))
			done <- err
		}()
	}
	broken := 0
	for range 4 {
		if err := <-done; err != nil {
			broken++
		}
	}
	if broken != 1 {
		t.Errorf("got %d broken calls, want 1: that with the damaged touchpoint", broken)
	}
	if _, err := s.Sweep(context.Background(), noon+journey.Millis(1)); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Sweep over damage: got error %v, want ErrUnavailable", err)
	}
}
