package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Secrets are what the programs of one deployment have in common beside its
// keys. All that work on one store need the same: what one of them decided,
// sealed or signed has to be found and believed by the others.
type Secrets struct {
	// Tokens sign what names a visitor or a shown item: the first signs, all
	// verify.
	Tokens [][]byte
	// Hash keys the hashes of visitors.
	Hash []byte
	// FormerHashes are those that Hash replaced.
	FormerHashes [][]byte
}

// Secrets are made of the token secrets or, where none are set, of the secret
// key, so that a deployment needs no more than its keys; tokens then end with
// that key. There are none where neither is set.
func (k *Keys) Secrets() Secrets {
	tokens := k.TokenSecrets
	if len(tokens) == 0 && k.Secret != "" {
		tokens = [][]byte{derive([]byte(k.Secret), "wegweiser token secret")}
	}
	s := Secrets{Tokens: tokens}
	for i, token := range tokens {
		hash := derive(token, "wegweiser visitor hash")
		if i == 0 {
			s.Hash = hash
		} else {
			s.FormerHashes = append(s.FormerHashes, hash)
		}
	}
	return s
}

// derive makes a key for one purpose, which tells nothing of the secret.
func derive(secret []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}
