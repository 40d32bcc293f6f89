// Package embedded keeps the data of Wegweiser in one file on one machine. It
// is a store.Store on bbolt: a B+tree in which a decision is one seek and a
// walk back from the newest touchpoint.
//
// An acknowledged write has reached the disk (fsync). Callers that write at the
// same time share a commit, so that the disk waits for no one of them alone;
// one that writes by itself is not delayed. A read works on the last commit and
// waits for no write.
//
// One process has the file at a time.
package embedded
