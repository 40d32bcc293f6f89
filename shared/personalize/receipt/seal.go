package receipt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
)

// SealBytes is by how much a sealed receipt is longer.
const SealBytes = 16

// Seal keeps receipts from whoever reads the store alone, and from whoever
// changes it. It is safe for concurrent use.
type Seal struct{ aead cipher.AEAD }

// NewSeal returns a seal of its own for each key of a deployment.
func NewSeal(key []byte) *Seal {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("wegweiser receipt"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has blocks of the size that GCM wants
	}
	return &Seal{aead}
}

// Close seals the receipt of a decision. Each decision has one receipt, so that
// its id makes the nonce.
func (s *Seal) Close(body []byte, decision string) []byte {
	return s.aead.Seal(nil, nonce(decision), body, []byte(decision))
}

// Open returns what Close sealed for this decision under this key, and whether
// it is that.
func (s *Seal) Open(sealed []byte, decision string) ([]byte, bool) {
	body, err := s.aead.Open(nil, nonce(decision), sealed, []byte(decision))
	return body, err == nil
}

func nonce(decision string) []byte {
	sum := sha256.Sum256([]byte(decision))
	return sum[:12]
}
