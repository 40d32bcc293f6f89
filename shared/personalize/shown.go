package personalize

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"wegweiser/shared/journey"
)

// ItemTokenLifetime is how long the token of a shown item is good for.
const ItemTokenLifetime = 30 * 24 * time.Hour

// maxSegment is as long as the name of a segment may be that a token carries; a
// longer one is left out.
const maxSegment = 64

// MaxItemToken bounds the token of a shown item, in bytes. The usual one has
// some 170.
const MaxItemToken = 1024

// shownItem is an item that a decision showed, as its token says it.
type shownItem struct {
	Decision  string
	Visitor   string
	Placement string
	Item      string
	Phase     string // empty where the decision was not personal
	Channel   string // that the decision was made for; empty where it was not said
	Message   string // that the item stands in; empty on pages
	Segment   string // by which statistics tell the visitor apart; empty for none
	// Probability is that with which the ranking chose the item; 1 where
	// nothing was drawn.
	Probability float64
}

// at is the moment of the decision, which its id carries.
func (s *shownItem) at() journey.Millis {
	id, err := ulid.ParseStrict(s.Decision[len(decisionPrefix) : len(decisionPrefix)+ulid.EncodedSize])
	if err != nil {
		return 0
	}
	return journey.Millis(id.Time())
}

// itemTokens signs and reads the tokens of shown items:
//
//	v1.<kid>.<payload>.<mac>
//
// kid names the secret, payload is packed and then URL-safe base64 without
// padding, and mac is half of the HMAC-SHA256 of all that stands before it. It
// consists of letters, digits, "-", "_" and ".". Secrets are as those of
// visitor tokens, but the keys are not: neither token can pass for the other.
type itemTokens struct {
	keys []itemKey // the first signs, all verify
}

type itemKey struct {
	prefix string // v1.<kid>.
	macs   *sync.Pool
}

// mac is a keyed hash that is used again, with room for what it signs.
type mac struct {
	hash.Hash
	payload, token, sum []byte
}

const macBytes = sha256.Size / 2

// ownerBy is the hash of a visitor under a key.
func ownerBy(keyed *sync.Pool, visitor string) string {
	m := keyed.Get().(*mac)
	defer keyed.Put(m)
	m.payload = append(m.payload[:0], visitor...)
	return hex.EncodeToString(m.of(m.payload)[:visitorBytes])
}

// macsOf returns keyed hashes of one key.
func macsOf(key []byte) *sync.Pool {
	return &sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, key)} }}
}

func newItemTokens(secrets [][]byte) *itemTokens {
	t := &itemTokens{}
	for _, secret := range secrets {
		derived := hmac.New(sha256.New, secret)
		derived.Write([]byte("wegweiser item token"))
		key := derived.Sum(nil)
		kid := sha256.Sum256(key)
		t.keys = append(t.keys, itemKey{
			prefix: "v1." + hex.EncodeToString(kid[:4]) + ".",
			macs:   macsOf(key),
		})
	}
	return t
}

// sign returns the token of s, or none where there is no secret.
func (t *itemTokens) sign(s *shownItem) string {
	if len(t.keys) == 0 {
		return ""
	}
	if len(s.Segment) > maxSegment {
		unsegmented := *s
		unsegmented.Segment = ""
		s = &unsegmented
	}
	k := &t.keys[0]
	m := k.macs.Get().(*mac)
	defer k.macs.Put(m)
	m.payload = s.pack(m.payload[:0])
	m.token = base64.RawURLEncoding.AppendEncode(append(m.token[:0], k.prefix...), m.payload)
	code := m.of(m.token)
	m.token = base64.RawURLEncoding.AppendEncode(append(m.token, '.'), code)
	return string(m.token)
}

// of returns the code of a text, good until the next one.
func (m *mac) of(text []byte) []byte {
	m.Reset()
	m.Write(text)
	m.sum = m.Sum(m.sum[:0])
	return m.sum[:macBytes]
}

// Faults of a token.
var (
	errForged  = errors.New("the token was not made by this deployment")
	errExpired = errors.New("the token is older than 30 days")
)

// read returns what a token says. Its errors: errForged for whatever sign did
// not make, and errExpired.
func (t *itemTokens) read(token string, now journey.Millis) (*shownItem, error) {
	at := strings.LastIndexByte(token, '.')
	if len(t.keys) == 0 || len(token) > MaxItemToken || at < 0 {
		return nil, errForged
	}
	signed, code := token[:at], token[at+1:]
	k := &t.keys[0]
	for i := range t.keys {
		if strings.HasPrefix(signed, t.keys[i].prefix) {
			k = &t.keys[i]
		}
	}
	m := k.macs.Get().(*mac)
	defer k.macs.Put(m)
	if !hmac.Equal([]byte(code), base64.RawURLEncoding.AppendEncode(nil, m.of([]byte(signed)))) {
		return nil, errForged
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(signed, k.prefix))
	if err != nil {
		return nil, errForged
	}
	s, ok := unpackShown(payload)
	if !ok {
		return nil, errForged
	}
	if now > s.at().Add(ItemTokenLifetime) {
		return nil, errExpired
	}
	return s, nil
}

// The first byte of a payload: its format. The later one has a segment too, and
// is that of items that have one.
const (
	shownFormat     = 1
	segmentedFormat = 2
)

// A decision id is d_, a ULID, _ and the hash of its visitor.
const (
	decisionPrefix = "d_"
	visitorBytes   = 8
	decisionLength = len(decisionPrefix) + ulid.EncodedSize + 1 + 2*visitorBytes
)

// pack appends s: the format, the decision, the texts with their lengths, and
// the probability unless it is 1. What is no decision id is packed as zeros.
func (s *shownItem) pack(b []byte) []byte {
	format := byte(shownFormat)
	if s.Segment != "" {
		format = segmentedFormat
	}
	b = append(b, format)
	var id ulid.ULID
	var visitor [visitorBytes]byte
	if len(s.Decision) == decisionLength {
		_ = id.UnmarshalText([]byte(s.Decision[len(decisionPrefix) : len(decisionPrefix)+ulid.EncodedSize])) // made by decisionID
		_, _ = hex.Decode(visitor[:], []byte(s.Decision[decisionLength-2*visitorBytes:]))
	}
	b = append(append(b, id[:]...), visitor[:]...)
	for _, text := range s.texts(format) {
		b = append(binary.AppendUvarint(b, uint64(len(*text))), *text...)
	}
	if s.Probability != 1 {
		b = binary.BigEndian.AppendUint64(b, math.Float64bits(s.Probability))
	}
	return b
}

func (s *shownItem) texts(format byte) []*string {
	all := []*string{&s.Visitor, &s.Placement, &s.Item, &s.Phase, &s.Channel, &s.Message, &s.Segment}
	if format != segmentedFormat {
		return all[:len(all)-1]
	}
	return all
}

func unpackShown(b []byte) (*shownItem, bool) {
	const fixed = 1 + len(ulid.ULID{}) + visitorBytes
	if len(b) < fixed || b[0] != shownFormat && b[0] != segmentedFormat {
		return nil, false
	}
	format := b[0]
	id := ulid.ULID(b[1 : 1+len(ulid.ULID{})])
	s := &shownItem{Decision: decisionPrefix + id.String() + "_" + hex.EncodeToString(b[fixed-visitorBytes:fixed]), Probability: 1}
	b = b[fixed:]
	for _, text := range s.texts(format) {
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) {
			return nil, false
		}
		*text = string(b[n : n+int(length)])
		b = b[n+int(length):]
	}
	switch len(b) {
	case 0:
	case 8:
		s.Probability = math.Float64frombits(binary.BigEndian.Uint64(b))
	default:
		return nil, false
	}
	return s, true
}
