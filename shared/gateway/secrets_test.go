package gateway_test

import (
	"bytes"
	"testing"

	"wegweiser/shared/gateway"
)

func secretsOf(keys gateway.Keys) gateway.Secrets { return keys.Secrets() }

func TestTokenSecretsComeFromTheSecretKeyAtLast(t *testing.T) {
	set := secretsOf(gateway.Keys{Secret: "sk", TokenSecrets: [][]byte{[]byte("set")}})
	if len(set.Tokens) != 1 || string(set.Tokens[0]) != "set" {
		t.Errorf("got %q, want what is set", set.Tokens)
	}
	one, other := secretsOf(gateway.Keys{Secret: "sk"}).Tokens, secretsOf(gateway.Keys{Secret: "sk2"}).Tokens
	if len(one) != 1 || len(other) != 1 || bytes.Equal(one[0], other[0]) || bytes.Contains(one[0], []byte("sk")) {
		t.Errorf("got %x and %x, want a secret of its own for each key", one, other)
	}
	if _, err := gateway.NewTokens(one); err != nil {
		t.Errorf("the gateway does not take it: %v", err)
	}
	if got := secretsOf(gateway.Keys{Publishable: "pk"}); len(got.Tokens)+len(got.Hash)+len(got.FormerHashes) != 0 {
		t.Errorf("got %x of a key that stands in web pages, want none", got)
	}
}

func TestHashesDependOnTheirSecretAlone(t *testing.T) {
	of := func(secrets ...string) gateway.Secrets {
		keys := gateway.Keys{Secret: "sk"}
		for _, s := range secrets {
			keys.TokenSecrets = append(keys.TokenSecrets, []byte(s))
		}
		return keys.Secrets()
	}
	before, rotated := of("before"), of("after", "before")
	if bytes.Equal(before.Hash, rotated.Hash) {
		t.Error("two secrets give the same key")
	}
	if !bytes.Equal(rotated.Hash, of("after").Hash) {
		t.Error("the key depends on more than the newest secret")
	}
	if len(rotated.FormerHashes) != 1 || !bytes.Equal(rotated.FormerHashes[0], before.Hash) {
		t.Errorf("got former keys %x, want the one of before, %x", rotated.FormerHashes, before.Hash)
	}
}
