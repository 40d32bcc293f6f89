package local

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"wegweiser/shared/gateway"
)

// KeysFile is the name of the file of keys in a data folder.
const KeysFile = "keys.json"

// Secrets are the keys of a deployment on one machine, and what else of it must
// stay secret.
type Secrets struct {
	gateway.Keys
	// HashKey keys the hashes of visitors in decision ids.
	HashKey []byte
	// FormerHashKeys are those that HashKey replaced.
	FormerHashKeys [][]byte
	// Kept says which of the keys stand in the data folder; the others came
	// from the environment.
	Kept Kept
}

// Kept names keys.
type Kept struct{ Publishable, Secret, Admin bool }

// kept is the file.
type kept struct {
	Publishable  string   `json:"publishable,omitempty"`
	Secret       string   `json:"secret,omitempty"`
	Admin        string   `json:"admin,omitempty"`
	TokenSecrets [][]byte `json:"token_secrets,omitempty"`
	HashKey      []byte   `json:"hash_key,omitempty"`
}

// adminName is who holds the admin key that is made.
const adminName = "admin"

// ErrNoKeys means that a folder holds no keys yet.
var ErrNoKeys = errors.New("no keys were made yet")

// ReadSecrets returns the keys that the environment sets and, for those that
// it does not, the keys of a data folder. It makes none: without any it is
// ErrNoKeys.
func ReadSecrets(folder string, lookup func(string) (string, bool)) (*Secrets, error) {
	have, err := readKept(folder)
	if err != nil {
		return nil, err
	}
	secrets, err := have.under(lookup)
	if err == nil && secrets.Publishable == "" && secrets.Secret == "" && len(secrets.Admins) == 0 {
		return nil, ErrNoKeys
	}
	return secrets, err
}

// MakeSecrets is ReadSecrets, but makes what is missing and keeps it in the
// folder.
func MakeSecrets(folder string, lookup func(string) (string, bool)) (*Secrets, error) {
	have, err := readKept(folder)
	if err != nil {
		return nil, err
	}
	secrets, err := have.under(lookup)
	if err != nil {
		return nil, err
	}
	made := false
	fill := func(missing bool, make func()) {
		if missing {
			make()
			made = true
		}
	}
	fill(secrets.Publishable == "", func() { have.Publishable = "pk_" + secret() })
	fill(secrets.Secret == "", func() { have.Secret = "sk_" + secret() })
	fill(len(secrets.Admins) == 0, func() { have.Admin = "ak_" + secret() })
	fill(len(secrets.TokenSecrets) == 0, func() { have.TokenSecrets = [][]byte{[]byte(secret())} })
	fill(len(secrets.HashKey) == 0, func() { have.HashKey = []byte(secret()) })
	if !made {
		return secrets, nil
	}
	if err := have.write(folder); err != nil {
		return nil, err
	}
	return have.under(lookup)
}

// Share is for a store that others work on too: where the environment has the
// keys of the deployment, what is secret beside them is made of these, as the
// functions make it, and not the folder's.
func (s *Secrets) Share(lookup func(string) (string, bool)) error {
	deployed, err := gateway.KeysFromEnv(lookup)
	if err != nil {
		return err
	}
	if all := deployed.Secrets(); all.Hash != nil {
		s.TokenSecrets, s.HashKey, s.FormerHashKeys = all.Tokens, all.Hash, all.FormerHashes
	}
	return nil
}

// secret returns 130 random bits as text.
func secret() string { return strings.ToLower(rand.Text()) }

// under returns the keys of the environment with those of the file under them.
func (k *kept) under(lookup func(string) (string, bool)) (*Secrets, error) {
	keys, err := gateway.KeysFromEnv(lookup)
	if err != nil {
		return nil, err
	}
	s := &Secrets{Keys: keys, HashKey: k.HashKey}
	if s.Publishable == "" {
		s.Publishable, s.Kept.Publishable = k.Publishable, k.Publishable != ""
	}
	if s.Secret == "" {
		s.Secret, s.Kept.Secret = k.Secret, k.Secret != ""
	}
	if len(s.Admins) == 0 && k.Admin != "" {
		s.Admins, s.Kept.Admin = []gateway.Admin{{Name: adminName, Key: k.Admin}}, true
	}
	if len(s.TokenSecrets) == 0 {
		s.TokenSecrets = k.TokenSecrets
	}
	return s, nil
}

func readKept(folder string) (*kept, error) {
	path := filepath.Join(folder, KeysFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &kept{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the keys: %w", err)
	}
	have := &kept{}
	if err := json.Unmarshal(text, have); err != nil {
		return nil, fmt.Errorf("%s is damaged (%w); put a copy back, or remove it to have new keys made", path, err)
	}
	return have, nil
}

func (k *kept) write(folder string) error {
	text, err := json.MarshalIndent(k, "", "  ")
	if err == nil {
		err = os.MkdirAll(folder, 0o700)
	}
	if err == nil {
		err = WriteFile(filepath.Join(folder, KeysFile), append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("keep the keys: %w", err)
	}
	return nil
}

// WriteFile writes a file that its owner alone can read. It is never seen half
// written.
func WriteFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
