package pack

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// Budget is what is stored of a budget. The zero value is one of which nothing
// was ever taken.
type Budget struct {
	Taken int64 // for good or until an hour, also where that has come
	Held  map[int64]int64
	Names map[string]int64 // by store.NameHash: until which hour something is held under it
}

// Hour is the full hour, counted from 1970, in which a moment lies.
func Hour(at journey.Millis) int64 { return int64(at) / time.Hour.Milliseconds() }

// At returns how many are taken or held at a moment.
func (b *Budget) At(now journey.Millis) int64 {
	taken := b.Taken
	for _, hour := range b.Ended(now) {
		taken -= b.Held[hour]
	}
	return taken
}

// Ended returns the hours that have come, in order.
func (b *Budget) Ended(now journey.Millis) []int64 {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(b.Held)), func(hour int64) bool { return hour > Hour(now) })
}

// Holder returns until which hour something is held under a name, if it is
// known to be so.
func (b *Budget) Holder(name string, now journey.Millis) (hour int64, holds bool) {
	hour = b.Names[store.NameHash(name)]
	return hour, hour > Hour(now)
}

// Claims is what callers learn of the budget.
func (b *Budget) Claims(now journey.Millis) store.Claims {
	claims := store.Claims{Taken: b.At(now)}
	for _, name := range slices.Sorted(maps.Keys(b.Names)) {
		if b.Names[name] > Hour(now) {
			claims.Names = append(claims.Names, name)
		}
	}
	return claims
}

// Claim takes one for good, and reports whether one was left.
func (b *Budget) Claim(now journey.Millis, limit int64) bool {
	b.free(now)
	if b.Taken >= limit {
		return false
	}
	b.Taken++
	return true
}

// Hold takes one as h wants it, unless something is held under its name, and
// returns the hold that there is then: none where none was left.
func (b *Budget) Hold(now journey.Millis, limit int64, h store.Hold) (store.Hold, bool) {
	b.free(now)
	if hour, holds := b.Holder(h.Name, now); holds {
		h.Until = AtHour(hour)
		return h, true
	}
	if b.Taken >= limit {
		return store.Hold{}, false
	}
	if b.Held == nil {
		b.Held = map[int64]int64{}
	}
	if b.Names == nil {
		b.Names = map[string]int64{}
	}
	b.Taken++
	b.Held[Hour(h.Until)]++
	if b.Taken > limit-store.Remembered {
		b.Names[store.NameHash(h.Name)] = Hour(h.Until)
	} else {
		h.Name = ""
	}
	return h, true
}

// Commit makes a hold final, also one that ended.
func (b *Budget) Commit(h *store.Hold) {
	if !b.drop(h) {
		b.Taken++
	}
}

// Release gives a hold back where it is still there.
func (b *Budget) Release(h *store.Hold) {
	if b.drop(h) {
		b.Taken--
	}
}

// Unclaim gives back one that was taken for good, where there is one.
func (b *Budget) Unclaim() {
	forGood := b.Taken
	for _, n := range b.Held {
		forGood -= n
	}
	if forGood > 0 {
		b.Taken--
	}
}

// drop takes a hold out of those that end, and reports whether it was there.
func (b *Budget) drop(h *store.Hold) bool {
	hour, name := Hour(h.Until), store.NameHash(h.Name)
	if b.Held[hour] == 0 || h.Name != "" && b.Names[name] != hour {
		return false
	}
	if b.Held[hour]--; b.Held[hour] == 0 {
		delete(b.Held, hour)
	}
	if h.Name != "" {
		delete(b.Names, name)
	}
	return true
}

// free gives back what has ended.
func (b *Budget) free(now journey.Millis) {
	for _, hour := range b.Ended(now) {
		b.Taken -= b.Held[hour]
		delete(b.Held, hour)
	}
	maps.DeleteFunc(b.Names, func(_ string, hour int64) bool { return hour <= Hour(now) })
}

// AtHour is the moment at which a full hour begins.
func AtHour(hour int64) journey.Millis { return journey.Millis(hour * time.Hour.Milliseconds()) }

// Append writes the budget behind dst. One of which nothing was ever held is
// its number alone.
func (b *Budget) Append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(b.Taken))
	if len(b.Held)+len(b.Names) == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(len(b.Held)))
	for _, hour := range slices.Sorted(maps.Keys(b.Held)) {
		dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(hour)), uint64(b.Held[hour]))
	}
	dst = binary.AppendUvarint(dst, uint64(len(b.Names)))
	for _, name := range slices.Sorted(maps.Keys(b.Names)) {
		dst = binary.AppendUvarint(appendText(dst, name), uint64(b.Names[name]))
	}
	return dst
}

// ReadBudget reads what Append wrote; of no bytes, the zero value.
func ReadBudget(packed string) (b Budget, err error) {
	if packed == "" {
		return b, nil
	}
	r := reader{rest: packed}
	b.Taken = int64(r.uvarint())
	if r.rest == "" {
		return b, r.done()
	}
	b.Held, b.Names = map[int64]int64{}, map[string]int64{}
	for range r.count() {
		hour := int64(r.uvarint())
		b.Held[hour] = int64(r.uvarint())
	}
	for range r.count() {
		name := r.text()
		b.Names[name] = int64(r.uvarint())
	}
	return b, r.done()
}
