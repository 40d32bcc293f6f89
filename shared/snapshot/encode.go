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
	"strings"

	"wegweiser/shared/tables"
)

// An encoded snapshot is, under gzip, a line that names the format, the hash
// of the body, and the body as source.walk writes it.
const (
	format    = "wegweiser snapshot 1\n"
	hashBytes = 16
)

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
	for _, part := range []string{format, hashOf(s.body), s.body} {
		_, _ = io.WriteString(z, part) // a Buffer takes everything
	}
	_ = z.Close()
	return out.Bytes()
}

// Load reads what Encode wrote, without any parser of conditions. Bytes that
// were changed on the way, or written by another version of the format, are
// an error; whatever they are, Load does not panic.
func Load(encoded []byte) (*Snapshot, error) {
	body, hash, err := inflate(encoded)
	if err != nil {
		return nil, fmt.Errorf("load snapshot: %w", err)
	}
	s, err := decode(body, hash)
	if err != nil {
		return nil, fmt.Errorf("load snapshot: %w", err)
	}
	return s, nil
}

// inflate returns the body with its hash, which it checks.
func inflate(encoded []byte) (body, hash string, err error) {
	z, err := gzip.NewReader(bytes.NewReader(encoded))
	if err != nil {
		return "", "", err
	}
	const most = int64(len(format) + hashBytes + tables.MaxBytes)
	var out strings.Builder
	if len(encoded) > 4 { // gzip ends with the size, which may lie
		out.Grow(int(min(int64(binary.LittleEndian.Uint32(encoded[len(encoded)-4:])), most)))
	}
	n, err := io.Copy(&out, io.LimitReader(z, most+1))
	if err != nil {
		return "", "", err
	}
	if n > most {
		return "", "", fmt.Errorf("it is larger than %d bytes", most)
	}
	rest, known := strings.CutPrefix(out.String(), format)
	if !known || len(rest) < hashBytes {
		return "", "", errors.New("its format is not known to this version")
	}
	hash, body = rest[:hashBytes], rest[hashBytes:]
	if hash != hashOf(body) {
		return "", "", errors.New("its bytes are not those that were written")
	}
	return body, hash, nil
}

// decode returns the snapshot of a body.
func decode(body, hash string) (*Snapshot, error) {
	var src source
	c := codec{reading: true, in: body}
	a := assembler{Snapshot: &Snapshot{id: idOf(hash), body: body}}
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
	var c codec
	s.walk(&c, nil)
	return string(c.out)
}
