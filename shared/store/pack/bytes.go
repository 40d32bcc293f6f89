package pack

import (
	"encoding/binary"
	"errors"
	"math"
)

// ErrCorrupt means that stored bytes are not what this package writes.
var ErrCorrupt = errors.New("stored bytes are damaged, or of a newer wegweiser")

// version starts every packed value.
const version = 1

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// appendName writes a name as its code, or as text where it has none.
func appendName(dst []byte, name string, codes map[string]byte) []byte {
	if code, ok := codes[name]; ok {
		return append(dst, code)
	}
	return appendText(append(dst, 0), name)
}

// reader takes packed values from the front of a string. Texts that it returns
// are parts of that string. After the first failure it returns zero values, and
// bad stays true.
type reader struct {
	rest string
	bad  bool
}

func (r *reader) fail() { r.rest, r.bad = "", true }

func (r *reader) version() {
	if r.byte() != version {
		r.fail()
	}
}

func (r *reader) byte() byte {
	if r.rest == "" {
		r.fail()
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *reader) take(n int) string {
	if n < 0 || n > len(r.rest) {
		r.fail()
		return ""
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}

func (r *reader) uvarint() uint64 {
	var value uint64
	for shift := uint(0); shift < 64; shift += 7 {
		b := r.byte()
		value |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return value
		}
	}
	r.fail()
	return 0
}

func (r *reader) varint() int64 {
	value := r.uvarint()
	if value&1 != 0 {
		return ^int64(value >> 1)
	}
	return int64(value >> 1)
}

// count reads how many things follow, of which each takes a byte at least.
func (r *reader) count() int {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) text() string { return r.take(r.count()) }

func (r *reader) name(names []string) string {
	code := int(r.byte())
	switch {
	case code == 0:
		return r.text()
	case code < len(names):
		return names[code]
	}
	r.fail()
	return ""
}

func (r *reader) float() float64 {
	bits := r.take(8)
	if r.bad {
		return 0
	}
	return math.Float64frombits(binary.BigEndian.Uint64([]byte(bits)))
}

// done reports damage, and bytes that nobody asked for.
func (r *reader) done() error {
	if r.bad || r.rest != "" {
		return ErrCorrupt
	}
	return nil
}
