package gateway

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"wegweiser/shared/personalize"
	"wegweiser/shared/topology"
)

// Keys are the credentials of a deployment. The kind of a key is the field
// that it stands in, whatever it looks like; an empty one lets nobody in.
type Keys struct {
	Publishable string
	Secret      string
	Admins      []Admin
	// TokenSecrets sign visitor tokens: the first signs new ones, all verify.
	// One is needed where there is a publishable or a secret key.
	TokenSecrets [][]byte
}

// Admin is a key that changes configuration, and the name of who holds it.
type Admin struct {
	Name string
	Key  string
}

// KeysFromEnv reads the keys that the environment sets, with a lookup such as
// os.LookupEnv. What is not set stays empty.
func KeysFromEnv(lookup func(string) (string, bool)) (Keys, error) {
	read := func(name string) string {
		value, _ := lookup(name)
		return strings.TrimSpace(value)
	}
	keys := Keys{Publishable: read(topology.EnvPublishableKey), Secret: read(topology.EnvSecretKey)}
	for pair := range list(read(topology.EnvAdminKey)) {
		name, key, found := strings.Cut(pair, ":")
		if !found || name == "" || key == "" {
			return Keys{}, fmt.Errorf("%s must be name:key, or several with commas between them", topology.EnvAdminKey)
		}
		keys.Admins = append(keys.Admins, Admin{Name: name, Key: key})
	}
	for secret := range list(read(topology.EnvTokenSecret)) {
		keys.TokenSecrets = append(keys.TokenSecrets, []byte(secret))
	}
	return keys, nil
}

// list yields the members of a comma list without the space around them.
func list(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for member := range strings.SplitSeq(text, ",") {
			if member = strings.TrimSpace(member); member != "" && !yield(member) {
				return
			}
		}
	}
}

// keyring knows keys by their hashes.
type keyring []holder

type holder struct {
	hash [sha256.Size]byte
	kind topology.Credential
	name string
}

func newKeyring(keys Keys) (keyring, error) {
	var ring keyring
	add := func(kind topology.Credential, name, key string) error {
		if key == "" {
			return nil
		}
		hash := sha256.Sum256([]byte(key))
		for _, other := range ring {
			if other.hash == hash {
				return fmt.Errorf("one key is used twice, as %s and as %s: give each holder their own", describe(other.kind), describe(kind))
			}
		}
		ring = append(ring, holder{hash: hash, kind: kind, name: name})
		return nil
	}
	errs := []error{add(topology.PublishableKey, "", keys.Publishable), add(topology.SecretKey, "", keys.Secret)}
	for _, a := range keys.Admins {
		errs = append(errs, add(topology.AdminKey, a.Name, a.Key))
	}
	return ring, errors.Join(errs...)
}

// find returns who holds key. It takes the same time wherever, and whether, a
// key stands in the ring.
func (ring keyring) find(key string) (holder, bool) {
	hash := sha256.Sum256([]byte(key))
	at := -1
	for i := range ring {
		if subtle.ConstantTimeCompare(ring[i].hash[:], hash[:]) == 1 {
			at = i
		}
	}
	if at < 0 {
		return holder{}, false
	}
	return ring[at], true
}

// authorise returns who calls, or why not. wanted is what the route accepts.
func (g *Gateway) authorise(r *http.Request, query query, wanted topology.Credential) (personalize.Caller, *Problem) {
	if wanted == topology.Nobody {
		return personalize.Caller{}, nil
	}
	if name, ok := adminOf(r.Context()); ok && wanted&topology.AdminKey != 0 {
		return personalize.Caller{Key: personalize.Admin, Name: name}, nil
	}
	key, ok := presentedKey(r, query)
	if !ok {
		return personalize.Caller{}, problemf(http.StatusUnauthorized, "key_missing",
			"this call takes %s: send it as Authorization: Bearer and the key, or as ?key=", describe(wanted))
	}
	who, ok := g.keys.find(key)
	if !ok {
		return personalize.Caller{}, problemf(http.StatusUnauthorized, "key_unknown",
			"no such key: this call takes %s of this deployment", describe(wanted))
	}
	if who.kind&wanted == 0 {
		return personalize.Caller{}, problemf(http.StatusForbidden, "key_wrong_kind",
			"this call takes %s, not %s", describe(wanted), describe(who.kind))
	}
	switch who.kind {
	case topology.SecretKey:
		return personalize.Caller{Key: personalize.Secret}, nil
	case topology.AdminKey:
		return personalize.Caller{Key: personalize.Admin, Name: who.name}, nil
	}
	return personalize.Caller{Key: personalize.Publishable}, nil
}

// presentedKey returns the key of a request: Authorization goes before
// X-API-Key, as OpenFeature's clients have it, and both before the query.
func presentedKey(r *http.Request, query query) (string, bool) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, key, _ := strings.Cut(header, " ")
		key = strings.TrimSpace(key)
		return key, strings.EqualFold(scheme, "bearer") && key != ""
	}
	key := cmp.Or(r.Header.Get("X-API-Key"), query.get("key"))
	return key, key != ""
}

// describe names kinds of keys in a sentence: a publishable or secret key.
func describe(kinds topology.Credential) string {
	var names []string
	for _, k := range [...]struct {
		kind topology.Credential
		name string
	}{{topology.PublishableKey, "publishable"}, {topology.SecretKey, "secret"}, {topology.AdminKey, "admin"}} {
		if kinds&k.kind != 0 {
			names = append(names, k.name)
		}
	}
	article := "a "
	if kinds == topology.AdminKey {
		article = "an "
	}
	return article + strings.Join(names, " or ") + " key"
}
