package pack

import (
	"encoding/binary"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// AppendHolds writes what a result holds behind dst.
func AppendHolds(dst []byte, holds []store.Hold) []byte {
	dst = append(dst, version)
	dst = binary.AppendUvarint(dst, uint64(len(holds)))
	for i := range holds {
		h := &holds[i]
		for _, text := range []string{h.Item, h.Period, h.Name} {
			dst = appendText(dst, text)
		}
		dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(h.Expires)), uint64(h.Until))
	}
	return dst
}

// ReadHolds reads what AppendHolds wrote; of no bytes, none.
func ReadHolds(packed string) ([]store.Hold, error) {
	if packed == "" {
		return nil, nil
	}
	r := reader{rest: packed}
	r.version()
	holds := make([]store.Hold, r.count())
	for i := range holds {
		h := &holds[i]
		for _, text := range []*string{&h.Item, &h.Period, &h.Name} {
			*text = r.text()
		}
		h.Expires, h.Until = journey.Millis(r.uvarint()), journey.Millis(r.uvarint())
	}
	return holds, r.done()
}

// HeldUntil is the moment until which a result with holds is kept, so that
// they can be committed; zero for none.
func HeldUntil(holds []store.Hold) (until journey.Millis) {
	for i := range holds {
		until = max(until, holds[i].Until.Add(store.CommitWithin))
	}
	return until
}
