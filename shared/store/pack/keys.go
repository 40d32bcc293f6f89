package pack

import (
	"crypto/sha256"

	"wegweiser/shared/journey"
)

// ProfileKey is the key of the profile among a visitor's things. No touchpoint
// key equals it.
const ProfileKey = "profile"

// CountersKey is the key of the counters among a visitor's things. No
// touchpoint key equals it.
const CountersKey = "counters"

// TouchpointPrefix starts the key of every touchpoint.
const TouchpointPrefix = "t#"

// LastKey sorts after the key of every thing of a visitor.
const LastKey = "\xff"

// The profile and the counters stand among the touchpoints at these moments,
// which sort after every Moment, the profile last.
const (
	CountersMoment = "\xfe"
	ProfileMoment  = "\xff"
)

// hashBytes of SHA-256 stand for an id: two ids of one visitor would have to
// agree in 128 bits to be taken for each other.
const hashBytes = 16

// TouchpointKey returns the key of a touchpoint among its visitor's things, of
// one length for every id. It leaves the source out: a touchpoint is kept once
// by (visitor, id), whoever sends it.
func TouchpointKey(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return append([]byte(TouchpointPrefix), sum[:hashBytes]...)
}

// MessageHash stands for the id of a message, in as many bytes for each.
func MessageHash(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:hashBytes]
}

// timeBytes hold the milliseconds of a moment: enough up to the year 10889.
const timeBytes = 6

// AppendMoment writes the key by which a visitor's touchpoints are sorted: by
// time, then id, as bytes. Times before 1970 count as 1970.
func AppendMoment(dst []byte, at journey.Millis, id string) []byte {
	ms := uint64(max(at, 0))
	dst = append(dst, byte(ms>>40), byte(ms>>32), byte(ms>>24), byte(ms>>16), byte(ms>>8), byte(ms))
	return append(dst, id...)
}

// ReadMoment takes apart what AppendMoment wrote. The id is a part of key.
func ReadMoment(key string) (at journey.Millis, id string, err error) {
	if len(key) < timeBytes {
		return 0, "", ErrCorrupt
	}
	return momentTime(key), key[timeBytes:], nil
}

// momentTime returns the time of a moment, and zero of what is none.
func momentTime[bytes string | []byte](key bytes) journey.Millis {
	if len(key) < timeBytes {
		return 0
	}
	return journey.Millis(key[0])<<40 | journey.Millis(key[1])<<32 | journey.Millis(key[2])<<24 |
		journey.Millis(key[3])<<16 | journey.Millis(key[4])<<8 | journey.Millis(key[5])
}

// Second returns the second from which something is gone for good, as it is
// stored: zero for never.
func Second(expires journey.Millis) int64 {
	if expires == 0 {
		return 0
	}
	return max(int64(expires)/1000, 1)
}

// Expired reports whether what is gone from second on is gone at now.
func Expired(second int64, now journey.Millis) bool {
	return second != 0 && int64(now) >= second*1000
}
