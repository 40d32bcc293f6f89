package snapshot

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/tables"
)

// An encoded snapshot is, under gzip, a line that names the version of the
// format, the hash of the body, and the body as source.walk writes it.
//
// A version says all that the one before does, in the same bytes, and then
// something more. A snapshot is written in the first version that can say it:
// its id stays the same whichever program compiles the rows, and programs of an
// earlier version load it as long as it says nothing that is new to them.
const (
	firstVersion  = 1
	boostsVersion = 2 // boosts follow
	offersVersion = 3 // caps, exploration and priors follow, and what items and rules say of offers holds
	lastVersion   = offersVersion
	hashBytes     = 16
)

func format(version int) string { return fmt.Sprintf("wegweiser snapshot %d\n", version) }

// version is the first that can say what the source does.
func (s *source) version() int {
	switch settings := &s.rows.Settings; {
	case len(settings.Caps) > 0, len(s.priors) > 0, settings.Exploration != tables.DefaultExploration,
		settings.Holdout > 0, settings.NoPhase > 0,
		slices.ContainsFunc(s.rows.Items, func(r tables.ItemRow) bool {
			return isLimited(&r) || r.Purpose != "" && r.Purpose != journey.Personalization
		}),
		slices.ContainsFunc(s.rows.Rules, func(r tables.RuleRow) bool { return r.Choose == tables.Rank }):
		return offersVersion
	case len(settings.Boosts) > 0:
		return boostsVersion
	}
	return firstVersion
}

var base32Lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func hashOf(body string) string {
	h := sha256.New()
	var buffer [4096]byte // a hash takes no string, and the body is large
	for len(body) > 0 {
		n := copy(buffer[:], body)
		_, _ = h.Write(buffer[:n]) // a hash takes everything
		body = body[n:]
	}
	return string(h.Sum(nil)[:hashBytes])
}

func idOf(hash string) string { return "s_" + base32Lower.EncodeToString([]byte(hash)) }

// Encode returns the snapshot as bytes for Load: the same for the same ID, as
// long as the program that writes them is the same.
func (s *Snapshot) Encode() []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a valid one
	for _, part := range []string{format(s.version), hashOf(s.body), s.body} {
		_, _ = io.WriteString(z, part) // a Buffer takes everything
	}
	_ = z.Close()
	return out.Bytes()
}

// Load reads what Encode wrote, without any parser of conditions. Bytes that
// were changed on the way, or written in a later version of the format, are an
// error; whatever they are, Load does not panic.
func Load(encoded []byte) (*Snapshot, error) {
	version, body, hash, err := inflate(encoded)
	if err != nil {
		return nil, fmt.Errorf("load snapshot: %w", err)
	}
	s, err := decode(version, body, hash)
	if err != nil {
		return nil, fmt.Errorf("load snapshot: %w", err)
	}
	return s, nil
}

// inflate returns the body with its version and its hash, which it checks.
func inflate(encoded []byte) (version int, body, hash string, err error) {
	z, err := gzip.NewReader(bytes.NewReader(encoded))
	if err != nil {
		return 0, "", "", err
	}
	most := int64(len(format(lastVersion)) + hashBytes + tables.MaxBytes)
	var out strings.Builder
	if len(encoded) > 4 { // gzip ends with the size, which may lie
		out.Grow(int(min(int64(binary.LittleEndian.Uint32(encoded[len(encoded)-4:])), most)))
	}
	n, err := io.Copy(&out, io.LimitReader(z, most+1))
	if err != nil {
		return 0, "", "", err
	}
	if n > most {
		return 0, "", "", fmt.Errorf("it is larger than %d bytes", most)
	}
	rest, known := out.String(), false
	for version = firstVersion; !known && version <= lastVersion; version++ {
		rest, known = strings.CutPrefix(rest, format(version))
	}
	if version--; !known || len(rest) < hashBytes {
		return 0, "", "", errors.New("its format is not known to this version")
	}
	hash, body = rest[:hashBytes], rest[hashBytes:]
	if hash != hashOf(body) {
		return 0, "", "", errors.New("its bytes are not those that were written")
	}
	return version, body, hash, nil
}

// decode returns the snapshot of a body.
func decode(version int, body, hash string) (*Snapshot, error) {
	var src source
	c := codec{version: version, reading: true, in: body}
	a := assembler{Snapshot: &Snapshot{id: idOf(hash), version: version, body: body}}
	src.walk(&c, &a)
	if c.err != nil {
		return nil, c.err
	}
	if c.left() > 0 {
		return nil, errors.New("there is something behind its end")
	}
	return a.Snapshot, nil
}

// body returns the canonical bytes of the source.
func (s *source) body() string {
	c := codec{version: s.version()}
	s.walk(&c, nil)
	return string(c.out)
}
