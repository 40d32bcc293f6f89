package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// FileName is the name of the database in its folder.
const FileName = "wegweiser.db"

const (
	// lockTimeout is how long Open waits for a process that is just ending.
	lockTimeout = 500 * time.Millisecond

	// mapBytes of address space are mapped from the start. Growing the map
	// later would make reads wait for each other.
	mapBytes = 1 << 30

	// format is the layout of the buckets and keys of this package.
	format = 1
)

// The buckets. A key in visitors and recent starts with the length of the
// visitor's id and the id.
var (
	visitorsBucket  = []byte("visitors")  // visitor, pack.TouchpointKey or pack.ProfileKey
	recentBucket    = []byte("recent")    // visitor, moment: what a decision reads
	rowsBucket      = []byte("rows")      // table, #, id
	snapshotsBucket = []byte("snapshots") // id
	releasesBucket  = []byte("releases")  // number, counting up
	memosBucket     = []byte("memos")     // name
	budgetsBucket   = []byte("budgets")   // length of item, item, period
	receiptsBucket  = []byte("receipts")  // length of owner, owner, id
	cellsBucket     = []byte("cells")     // length of name, name, period
	summaryBucket   = []byte("summary")   // headKey, encodedKey
	resultsBucket   = []byte("results")   // length of owner, owner, hash of message, placement
	holdsBucket     = []byte("holds")     // the same: what a result holds of budgets
	formatBucket    = []byte("format")
	formatKey       = []byte("version")
)

// Store is a store.Store in one file.
type Store struct {
	db      *bbolt.DB
	commits *committer
	holder  string // the file that says which process has the database
	closing sync.Once
	closed  error
}

// Open opens the database in a folder, and creates both where they are not
// there. Its errors are sentences for the person who started the program.
func Open(folder string) (*Store, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be made: %w", folder, cause(err))
	}
	path := filepath.Join(folder, FileName)
	holder := filepath.Join(folder, FileName+".pid")
	if err := whole(path); err != nil {
		return nil, openError(path, holder, err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:         lockTimeout,
		FreelistType:    bbolt.FreelistMapType,
		InitialMmapSize: mapBytes,
		NoStatistics:    true,
	})
	if err != nil {
		return nil, openError(path, holder, err)
	}
	if err := prepare(db, path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := errors.Join(
		os.WriteFile(holder, []byte(strconv.Itoa(os.Getpid())), 0o600),
		syncFolder(folder),
	); err != nil {
		return nil, errors.Join(fmt.Errorf("the data folder %s cannot be written: %w", folder, cause(err)), db.Close())
	}
	return &Store{db: db, commits: startCommitter(db), holder: holder}, nil
}

// Close ends writing and closes the file. Closing it again does nothing.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.commits.stop()
		s.closed = errors.Join(os.Remove(s.holder), s.db.Close())
	})
	return s.closed
}

// Idle reports whether a folder has a database that no process has open.
func Idle(folder string) bool {
	db, err := peek(filepath.Join(folder, FileName), 1)
	return err == nil && db.Close() == nil
}

// whole tells a file that was cut off, such as a copy that broke off. Reading
// beyond its end would end the program.
func whole(path string) error {
	if info, err := os.Stat(path); err != nil || info.IsDir() || info.Size() == 0 {
		return nil // Open makes it, or says why it cannot
	}
	db, err := peek(path, lockTimeout)
	if err != nil {
		return err
	}
	err = db.View(func(tx *bbolt.Tx) error {
		info, err := os.Stat(path)
		if err == nil && info.Size() < tx.Size() {
			err = fmt.Errorf("it ends after %d bytes of %d", info.Size(), tx.Size())
		}
		return err
	})
	return errors.Join(err, db.Close())
}

// peek opens a file without its pages being read. It waits at most that long
// for another process.
func peek(path string, wait time.Duration) (*bbolt.DB, error) {
	return bbolt.Open(path, 0, &bbolt.Options{ReadOnly: true, Timeout: wait, NoStatistics: true})
}

func openError(path, holder string, err error) error {
	var system *fs.PathError
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		process := ""
		if pid, err := os.ReadFile(holder); err == nil {
			process = fmt.Sprintf(" (process %s)", strings.TrimSpace(string(pid)))
		}
		return fmt.Errorf("%s is in use by another wegweiser%s", path, process)
	case errors.As(err, &system):
		return fmt.Errorf("%s cannot be opened for writing: %w", path, system.Err)
	}
	return fmt.Errorf("%s is not a wegweiser database, or it is damaged: %w", path, err)
}

// prepare creates the buckets of a new file, and refuses a file that is not
// ours or of a later format.
func prepare(db *bbolt.DB, path string) error {
	return db.Update(func(tx *bbolt.Tx) error {
		if b := tx.Bucket(formatBucket); b != nil {
			if found := string(b.Get(formatKey)); found != strconv.Itoa(format) {
				return fmt.Errorf("%s has format %s, which is newer than this wegweiser (format %d): use the newer program", path, found, format)
			}
			return create(tx) // an older file has fewer
		}
		if name, _ := tx.Cursor().First(); name != nil {
			return fmt.Errorf("%s is a database of another program", path)
		}
		b, err := tx.CreateBucket(formatBucket)
		if err := errors.Join(err, create(tx)); err != nil {
			return fmt.Errorf("create %s: %w", path, err)
		}
		return b.Put(formatKey, []byte(strconv.Itoa(format)))
	})
}

// create makes the buckets that are missing.
func create(tx *bbolt.Tx) error {
	for _, name := range [][]byte{
		visitorsBucket, recentBucket, rowsBucket, snapshotsBucket, releasesBucket, memosBucket, budgetsBucket, receiptsBucket, resultsBucket, holdsBucket, cellsBucket, summaryBucket,
	} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}

// syncFolder makes the entry of a new file survive a power failure.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// cause leaves out the path that a sentence has already named.
func cause(err error) error {
	var system *fs.PathError
	if errors.As(err, &system) {
		return system.Err
	}
	return err
}
