package embedded

import (
	"fmt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// visitorKey starts the keys of one visitor. The length in front keeps the
// keys of one id apart from those of another that it starts with.
func visitorKey(dst []byte, visitor string) []byte {
	return append(append(dst, byte(len(visitor))), visitor...)
}

// secondBytes hold the second of expiry: enough up to the year 36812.
const secondBytes = 5

func appendSecond(dst []byte, second int64) []byte {
	return append(dst, byte(second>>32), byte(second>>24), byte(second>>16), byte(second>>8), byte(second))
}

// readSecond takes the second of expiry off the front of a stored value.
func readSecond(value []byte) (second int64, rest []byte, err error) {
	if len(value) < secondBytes {
		return 0, nil, pack.ErrCorrupt
	}
	for _, b := range value[:secondBytes] {
		second = second<<8 | int64(b)
	}
	return second, value[secondBytes:], nil
}

// entry is a recording as it is stored.
type entry struct {
	key    []byte // in visitors
	value  []byte // second, length of moment, moment, length of packed, packed, rest
	recent []byte // the key in recent; nil for a touchpoint of a machine
	second int64
	packed []byte
	trace  journey.Trace
}

func newEntry(r *store.Recording) (entry, error) {
	moment := pack.AppendMoment(nil, r.At, r.ID)
	e := entry{second: pack.Second(r.Expires), trace: r.Trace()}
	e.packed = pack.AppendTrace(nil, &e.trace)
	visitor := visitorKey(nil, r.Visitor)
	e.key = append(visitor[:len(visitor):len(visitor)], pack.TouchpointKey(r.ID)...)
	if r.Trust != journey.Machine {
		e.recent = append(visitor[:len(visitor):len(visitor)], moment...)
	}
	e.value = appendSecond(nil, e.second)
	e.value = append(append(e.value, byte(len(moment))), moment...)
	e.value = append(append(e.value, byte(len(e.packed)>>8), byte(len(e.packed))), e.packed...)
	var err error
	if e.value, err = pack.AppendRest(e.value, &r.Touchpoint); err != nil {
		return entry{}, fmt.Errorf("%w: %w", store.ErrInvalid, err)
	}
	return e, nil
}

// recentValue is what recent keeps of the entry.
func (e *entry) recentValue() []byte { return append(appendSecond(nil, e.second), e.packed...) }

// stored is an entry as it was read back.
type stored struct {
	second int64
	moment string
	packed string
	rest   string
}

func readStored(value []byte) (stored, error) {
	second, value, err := readSecond(value)
	if err != nil {
		return stored{}, err
	}
	s := string(value)
	if len(s) < 1 || len(s) < 1+int(s[0])+2 {
		return stored{}, pack.ErrCorrupt
	}
	moment, s := s[1:1+int(s[0])], s[1+int(s[0]):]
	packed := int(s[0])<<8 | int(s[1])
	if len(s) < 2+packed {
		return stored{}, pack.ErrCorrupt
	}
	return stored{second: second, moment: moment, packed: s[2 : 2+packed], rest: s[2+packed:]}, nil
}

func (s *stored) trace() (t journey.Trace, err error) {
	err = pack.ReadTrace(s.moment, s.packed, &t)
	return t, err
}

func (s *stored) touchpoint(visitor string) (journey.Touchpoint, error) {
	trace, err := s.trace()
	if err != nil {
		return journey.Touchpoint{}, err
	}
	t := journey.Touchpoint{Visitor: visitor}
	pack.SetTrace(&t, trace)
	return t, pack.ReadRest(s.rest, &t)
}
