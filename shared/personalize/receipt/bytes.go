package receipt

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"maps"
	"math"
	"slices"
	"sync"
)

type writer struct{ b []byte }

func (w *writer) byte(b byte)      { w.b = append(w.b, b) }
func (w *writer) uvarint(n uint64) { w.b = binary.AppendUvarint(w.b, n) }
func (w *writer) varint(n int64)   { w.b = binary.AppendVarint(w.b, n) }
func (w *writer) text(text string) { w.b = appendText(w.b, text) }

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

func (w *writer) texts(texts []string) {
	w.uvarint(uint64(len(texts)))
	for _, text := range texts {
		w.text(text)
	}
}

// The kinds of values.
const (
	isText byte = iota
	isNumber
	isTrue
	isFalse
)

// values writes texts, numbers and booleans by name; there are no others.
func (w *writer) values(values map[string]any) {
	w.uvarint(uint64(len(values)))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		w.text(name)
		switch v := values[name].(type) {
		case float64:
			w.byte(isNumber)
			w.b = binary.BigEndian.AppendUint64(w.b, math.Float64bits(v))
		case bool:
			if v {
				w.byte(isTrue)
			} else {
				w.byte(isFalse)
			}
		default:
			text, _ := v.(string)
			w.byte(isText)
			w.text(text)
		}
	}
}

// reader takes values from the front of a text. After the first failure it
// returns zero values, and bad stays true.
type reader struct {
	rest string
	bad  bool
}

func (r *reader) check(ok bool) {
	if !ok {
		r.rest, r.bad = "", true
	}
}

func (r *reader) take(n int) string {
	if n > len(r.rest) {
		r.check(false)
		return ""
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}

func (r *reader) byte() byte {
	if b := r.take(1); b != "" {
		return b[0]
	}
	return 0
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
	r.check(false)
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
	r.check(n <= uint64(len(r.rest)))
	return int(min(n, uint64(len(r.rest))))
}

func (r *reader) text() string { return r.take(r.count()) }

func (r *reader) texts() []string {
	texts := make([]string, r.count())
	for i := range texts {
		texts[i] = r.text()
	}
	return texts
}

func (r *reader) values() map[string]any {
	n := r.count()
	if n == 0 {
		return nil
	}
	values := make(map[string]any, n)
	for range n {
		name := r.text()
		switch r.byte() {
		case isText:
			values[name] = r.text()
		case isNumber:
			if bits := r.take(8); bits != "" {
				values[name] = math.Float64frombits(binary.BigEndian.Uint64([]byte(bits)))
			}
		case isTrue:
			values[name] = true
		case isFalse:
			values[name] = false
		default:
			r.check(false)
		}
	}
	return values
}

// A store charges by the kilobyte: what has less is not worth compressing.
const (
	unit   = 1 << 10
	plain  = 0
	packed = 1
	most   = 1 << 20 // bytes of a receipt that was compressed
)

var compressors = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(io.Discard, flate.BestSpeed) // an error is for levels that are none
	return w
}}

// squeezed returns what is shorter: b, or b compressed, and which it is.
func squeezed(b []byte) []byte {
	if len(b) >= unit {
		var out bytes.Buffer
		out.WriteByte(packed)
		w := compressors.Get().(*flate.Writer)
		defer compressors.Put(w)
		w.Reset(&out)
		_, err := w.Write(b)
		if err == nil {
			err = w.Close()
		}
		if err == nil && out.Len() <= len(b) {
			return out.Bytes()
		}
	}
	return append([]byte{plain}, b...)
}

func stretched(body []byte) ([]byte, error) {
	switch {
	case len(body) > 0 && body[0] == plain:
		return body[1:], nil
	case len(body) > 0 && body[0] == packed:
		out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(body[1:])), most))
		if err == nil {
			return out, nil
		}
	}
	return nil, ErrCorrupt
}
