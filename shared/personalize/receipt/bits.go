package receipt

import "math/bits"

// writer puts numbers behind each other in as many bits as they need, and texts
// into a part of their own, which compresses where numbers do not.
type writer struct {
	b     []byte
	texts []byte
	last  uint64 // bits that are not in b yet, fewer than 8
	open  int    // how many
}

// bits writes the n lowest bits of v.
func (w *writer) bits(v uint64, n int) {
	if n > 32 {
		w.bits(v>>32, n-32)
		n = 32
	}
	w.last, w.open = w.last<<n|v&(1<<n-1), w.open+n
	for w.open >= 8 {
		w.open -= 8
		w.b = append(w.b, byte(w.last>>w.open))
	}
}

func (w *writer) flag(is bool) {
	if is {
		w.bits(1, 1)
	} else {
		w.bits(0, 1)
	}
}

// number writes v, of which the low bits are as good as chance, and smaller
// values of the others more likely: of v = 0 it takes 1 + low bits, and two more
// each time that v>>low + 1 doubles, which must not be beyond 64 bits. This is an
// exponential Golomb code.
func (w *writer) number(v uint64, low int) {
	high := v>>low + 1
	length := bits.Len64(high)
	w.bits(0, length-1)
	w.bits(high, length)
	w.bits(v, low)
}

// signed writes a number that is as likely below 0 as above.
func (w *writer) signed(v int64, low int) { w.number(uint64(v)<<1^uint64(v>>63), low) }

// raw writes bytes where a byte begins.
func (w *writer) raw(b []byte) {
	w.align()
	w.b = append(w.b, b...)
}

func (w *writer) align() {
	if w.open > 0 {
		w.bits(0, 8-w.open)
	}
}

func (w *writer) text(text string) {
	w.number(uint64(len(text)), 3)
	w.texts = append(w.texts, text...)
}

// rising writes numbers from 0, each larger than the one before it.
func (w *writer) rising(list []int) {
	w.number(uint64(len(list)), 2)
	if len(list) == 0 {
		return
	}
	low := max(bits.Len(uint(list[len(list)-1]+1)/uint(len(list)))-1, 0)
	w.bits(uint64(low), 5)
	next := 0
	for _, v := range list {
		w.number(uint64(v-next), low)
		next = v + 1
	}
}

// reader takes off the front what a writer wrote. After the first failure it
// returns zero values, and bad stays true.
type reader struct {
	rest  string
	texts string
	last  byte // of it, the lowest open bits are not read yet
	open  int
	bad   bool
}

func (r *reader) check(ok bool) {
	if !ok {
		r.rest, r.texts, r.open, r.bad = "", "", 0, true
	}
}

func (r *reader) bits(n int) (v uint64) {
	for n > 0 {
		if r.open == 0 {
			if r.rest == "" {
				r.check(false)
				return 0
			}
			r.last, r.rest, r.open = r.rest[0], r.rest[1:], 8
		}
		take := min(n, r.open)
		r.open -= take
		v = v<<take | uint64(r.last>>r.open)&(1<<take-1)
		n -= take
	}
	return v
}

func (r *reader) flag() bool { return r.bits(1) == 1 }

func (r *reader) number(low int) uint64 {
	zeros := 0
	for !r.bad && !r.flag() {
		zeros++
	}
	r.check(zeros < 64 && zeros+low <= 64)
	if r.bad {
		return 0
	}
	high := uint64(1)<<zeros | r.bits(zeros)
	return (high-1)<<low | r.bits(low)
}

func (r *reader) signed(low int) int64 {
	v := r.number(low)
	return int64(v>>1) ^ -int64(v&1)
}

// count reads how many things follow, of which each takes a bit at least.
func (r *reader) count(low int) int {
	n := r.number(low)
	r.check(n <= uint64(8*len(r.rest)+r.open))
	if r.bad {
		return 0
	}
	return int(n)
}

func (r *reader) raw(n int) string {
	r.open = 0
	if n > len(r.rest) {
		r.check(false)
		return ""
	}
	raw := r.rest[:n]
	r.rest = r.rest[n:]
	return raw
}

func (r *reader) text() string {
	n := r.number(3)
	r.check(n <= uint64(len(r.texts)))
	if r.bad {
		return ""
	}
	text := r.texts[:n]
	r.texts = r.texts[n:]
	return text
}

func (r *reader) rising() []int {
	n := r.count(2)
	if n == 0 {
		return nil
	}
	low, list, next := int(r.bits(5)), make([]int, n), uint64(0)
	for i := range list {
		next += r.number(low)
		r.check(next < 1<<31)
		list[i] = int(next)
		next++
	}
	return list
}
