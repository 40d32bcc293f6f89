package snapshot

import (
	"wegweiser/shared/journey"
	"wegweiser/shared/tables"
)

// Snapshot is a checked, immutable set of all configuration rows, ready to
// decide on. It is safe for concurrent use.
type Snapshot struct {
	id       string
	settings tables.Settings
}

// ID names the content: "s_" and a hash of the canonical rows with their
// lowered conditions. Equal configuration has an equal id; notes do not count.
func (s *Snapshot) ID() string { return s.id }

// Settings returns the settings, every default filled in. They are shared and
// must not be changed.
func (s *Snapshot) Settings() *tables.Settings { return &s.settings }

// UnknownPlacement returns the first of the names that is no placement, and
// the nearest one that is (empty where none is near). It reports false where
// all are known.
func (s *Snapshot) UnknownPlacement(names []string) (name, nearest string, unknown bool) {
	return "", "", false
}

// Phase returns where the visitor stands at a moment: what Decide answers, for
// those who want nothing else. A nil history is nobody's.
func (s *Snapshot) Phase(history *journey.History, at journey.Millis) Phase {
	return Phase{}
}

// Decide answers a request. It is pure and safe for concurrent use.
func (s *Snapshot) Decide(in *Input) Answer {
	return Answer{}
}

// Encode returns the snapshot as bytes for Load: the same for equal
// configuration, on every machine.
func (s *Snapshot) Encode() []byte {
	return nil
}

// Load reads what Encode wrote, without any parser of conditions. Bytes that
// were changed on the way are an error.
func Load(encoded []byte) (*Snapshot, error) {
	return nil, nil
}

// Builtin is the snapshot that is live where nothing was ever published: the
// five-phase model with signals for the whole vocabulary, and no placements.
func Builtin() *Snapshot {
	return nil
}
