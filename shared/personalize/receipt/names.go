package receipt

import (
	"cmp"
	"math"
	"slices"

	"wegweiser/shared/snapshot"
)

// names are those of a list: numbers of the snapshot, and then the texts of those
// that it does not have.
type names struct {
	numbers []int
	texts   []string
}

func (n names) len() int { return len(n.numbers) + len(n.texts) }

// of returns the names as they are in a snapshot; nil where there are none.
func (n names) of(by *snapshot.Snapshot, of snapshot.Naming) []string {
	if n.len() == 0 {
		return nil
	}
	list := make([]string, 0, n.len())
	for _, number := range n.numbers {
		name, _ := by.Name(of, number)
		list = append(list, name)
	}
	return append(list, n.texts...)
}

// names writes a list whose order does not matter, and returns the places of the
// names in it in the order in which they were written.
func (w *writer) names(by *snapshot.Snapshot, of snapshot.Naming, list []string) []int {
	type numbered struct{ number, at int }
	known, texts := make([]numbered, 0, len(list)), make([]int, 0, len(list))
	for at, name := range list {
		if number := by.Number(of, name); number >= 0 {
			known = append(known, numbered{number, at})
		} else {
			texts = append(texts, at)
		}
	}
	slices.SortFunc(known, func(a, b numbered) int { return cmp.Compare(a.number, b.number) })
	numbers, order := make([]int, len(known)), make([]int, len(known), len(list))
	for i, k := range known {
		numbers[i], order[i] = k.number, k.at
	}
	w.rising(numbers)
	w.number(uint64(len(texts)), 0)
	for _, at := range texts {
		w.text(list[at])
	}
	return append(order, texts...)
}

func (r *reader) names() names {
	n := names{numbers: r.rising()}
	for range r.count(0) {
		n.texts = append(n.texts, r.text())
	}
	return n
}

// name writes one name.
func (w *writer) name(by *snapshot.Snapshot, of snapshot.Naming, name string) {
	number := by.Number(of, name)
	if w.number(uint64(number+1), 2); number < 0 {
		w.text(name)
	}
}

func (r *reader) name() names {
	number := r.number(2)
	r.check(number < 1<<31)
	if number == 0 {
		return names{texts: []string{r.text()}}
	}
	return names{numbers: []int{int(number) - 1}}
}

// word writes one of few texts, or another.
func (w *writer) word(text string, few []string) {
	at := slices.Index(few, text)
	if w.number(uint64(at+1), 1); at < 0 {
		w.text(text)
	}
}

func (r *reader) word(few []string) string {
	at := r.number(1)
	if at == 0 {
		return r.text()
	}
	r.check(at <= uint64(len(few)))
	if r.bad {
		return ""
	}
	return few[at-1]
}

// values are texts, numbers and booleans by name; there are no others.
type values struct {
	names names
	of    []any
}

// The kinds of values.
const (
	isText = iota
	isNumber
	isDecimal // a number of few digits
	isBool
)

// values writes all but those of some names.
func (w *writer) values(by *snapshot.Snapshot, of snapshot.Naming, values map[string]any, but ...string) {
	list := make([]string, 0, len(values))
	for name := range values {
		if !slices.Contains(but, name) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	for _, at := range w.names(by, of, list) {
		w.value(values[list[at]])
	}
}

func (w *writer) value(value any) {
	switch v := value.(type) {
	case float64:
		if whole, places, is := decimal(v); is {
			w.bits(isDecimal, 2)
			w.bits(uint64(places), 2)
			w.signed(whole, 5)
			return
		}
		w.bits(isNumber, 2)
		w.bits(math.Float64bits(v), 64)
	case bool:
		w.bits(isBool, 2)
		w.flag(v)
	default:
		text, _ := v.(string)
		w.bits(isText, 2)
		w.text(text)
	}
}

var tens = [...]float64{1, 10, 100, 1000}

// decimal returns a number as a whole one and how many decimal places it has, if
// it is no other number than that.
func decimal(v float64) (whole int64, places int, is bool) {
	const exact = 1 << 53
	for places, ten := range tens {
		whole := math.Round(v * ten)
		if math.Abs(whole) < exact && math.Float64bits(float64(int64(whole))/ten) == math.Float64bits(v) {
			return int64(whole), places, true
		}
	}
	return 0, 0, false
}

func (r *reader) values() values {
	v := values{names: r.names()}
	for range v.names.len() {
		v.of = append(v.of, r.value())
	}
	return v
}

func (r *reader) value() any {
	switch r.bits(2) {
	case isNumber:
		return math.Float64frombits(r.bits(64))
	case isDecimal:
		places := r.bits(2)
		return float64(r.signed(5)) / tens[places]
	case isBool:
		return r.flag()
	}
	return r.text()
}

// into puts the values under their names in a snapshot.
func (v *values) into(all map[string]any, by *snapshot.Snapshot, of snapshot.Naming) {
	for i, name := range v.names.of(by, of) {
		all[name] = v.of[i]
	}
}
