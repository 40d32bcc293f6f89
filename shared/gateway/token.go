package gateway

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
)

// TokenLifetime is how long a visitor token is good for.
const TokenLifetime = 400 * 24 * time.Hour

// maxTokenSecrets are live at a time: the present one and the one before it.
const maxTokenSecrets = 2

// Tokens signs and verifies visitor tokens, the proof by which a browser names
// its visitor:
//
//	v1.<kid>.<exp>.<id>.<mac>
//
// kid names the secret, exp is the end in seconds since 1970, id is the
// visitor's id in URL-safe base64 without padding (an id may hold dots, spaces
// and any letter, a header may not), and mac is the HMAC-SHA256 of all that
// stands before it. A token consists of letters, digits, "-", "_" and ".".
type Tokens struct {
	secrets []tokenSecret
}

type tokenSecret struct {
	kid string
	key []byte
}

// NewTokens returns Tokens that sign with the first secret and verify with
// each. A second one is there for rotation: put the new one first, and take
// the old one out when its tokens have ended.
func NewTokens(secrets [][]byte) (*Tokens, error) {
	if len(secrets) == 0 || len(secrets) > maxTokenSecrets {
		return nil, errors.New("visitor tokens need one secret, or two while one replaces the other")
	}
	t := &Tokens{}
	for _, key := range secrets {
		if len(key) == 0 {
			return nil, errors.New("the secret of visitor tokens must not be empty")
		}
		hash := sha256.Sum256(key)
		t.secrets = append(t.secrets, tokenSecret{kid: hex.EncodeToString(hash[:4]), key: key})
	}
	if len(t.secrets) == maxTokenSecrets && t.secrets[0].kid == t.secrets[1].kid {
		return nil, errors.New("the two secrets of visitor tokens must differ")
	}
	return t, nil
}

// Sign returns a token for visitor that ends TokenLifetime after now, and when.
func (t *Tokens) Sign(visitor string, now time.Time) (token string, expires time.Time) {
	expires = now.Add(TokenLifetime).Truncate(time.Second).UTC()
	signed := "v1." + t.secrets[0].kid + "." + strconv.FormatInt(expires.Unix(), 10) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(visitor))
	return signed + "." + t.secrets[0].mac(signed), expires
}

// Verify returns the visitor that token names. It reports false for whatever
// Sign did not make, and for what has ended at now.
func (t *Tokens) Verify(token string, now time.Time) (visitor string, ok bool) {
	signed, mac := cutMAC(token)
	kid, expiry, id := tokenParts(signed)
	secret := &t.secrets[0]
	for i := range t.secrets {
		if t.secrets[i].kid == kid {
			secret = &t.secrets[i]
		}
	}
	if !hmac.Equal([]byte(mac), []byte(secret.mac(signed))) {
		return "", false
	}
	seconds, err := strconv.ParseInt(expiry, 10, 64)
	if err != nil || now.Unix() >= seconds {
		return "", false
	}
	name, err := base64.RawURLEncoding.DecodeString(id)
	return string(name), err == nil
}

func (s *tokenSecret) mac(signed string) string {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(signed))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func cutMAC(token string) (signed, mac string) {
	i := max(strings.LastIndexByte(token, '.'), 0)
	return token[:i], strings.TrimPrefix(token[i:], ".")
}

func tokenParts(signed string) (kid, expiry, id string) {
	rest, _ := strings.CutPrefix(signed, "v1.")
	kid, rest, _ = strings.Cut(rest, ".")
	expiry, id, _ = strings.Cut(rest, ".")
	return kid, expiry, id
}

// newVisitor returns an id that nobody can guess: 128 random bits.
func newVisitor() string {
	var bits [16]byte
	rand.Read(bits[:])
	return "v_" + hex.EncodeToString(bits[:])
}
