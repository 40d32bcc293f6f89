package local_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/gateway"
	"wegweiser/shared/local"
	"wegweiser/shared/topology"
)

func env(pairs map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { value, ok := pairs[name]; return value, ok }
}

func secretsOf(t *testing.T, folder string, pairs map[string]string) *local.Secrets {
	t.Helper()
	s, err := local.MakeSecrets(folder, env(pairs))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestKeysAreMadeOnceAndKept(t *testing.T) {
	folder := t.TempDir()
	if _, err := local.ReadSecrets(folder, env(nil)); !errors.Is(err, local.ErrNoKeys) {
		t.Errorf("before the first start: got %v, want ErrNoKeys", err)
	}
	first := secretsOf(t, folder, nil)
	for prefix, key := range map[string]string{"pk_": first.Publishable, "sk_": first.Secret, "ak_": first.Admins[0].Key} {
		if !strings.HasPrefix(key, prefix) || len(key) < 20 {
			t.Errorf("the key %q should start with %s and be long", key, prefix)
		}
	}
	if diff := cmp.Diff(first, secretsOf(t, folder, nil)); diff != "" {
		t.Errorf("second start (-first +second):\n%s", diff)
	}
	read, err := local.ReadSecrets(folder, env(nil))
	if diff := cmp.Diff(first, read); diff != "" || err != nil {
		t.Errorf("read: %v (-made +read):\n%s", err, diff)
	}
	info, err := os.Stat(filepath.Join(folder, local.KeysFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of keys has mode %v, %v, want 0600", info.Mode(), err)
	}
	if other := secretsOf(t, t.TempDir(), nil); other.Secret == first.Secret {
		t.Error("two folders have one key")
	}
}

func TestEnvironmentGoesBeforeTheFolderAndIsNotKept(t *testing.T) {
	folder := t.TempDir()
	set := map[string]string{
		topology.EnvPublishableKey: "pk_env", topology.EnvSecretKey: "sk_env",
		topology.EnvAdminKey: "maria:ak_env,jo:ak_two", topology.EnvTokenSecret: "new,old",
	}
	got := secretsOf(t, folder, set)
	want := gateway.Keys{
		Publishable: "pk_env", Secret: "sk_env", Admins: []gateway.Admin{{Name: "maria", Key: "ak_env"}, {Name: "jo", Key: "ak_two"}},
		TokenSecrets: [][]byte{[]byte("new"), []byte("old")},
	}
	if diff := cmp.Diff(want, got.Keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if got.Kept != (local.Kept{}) {
		t.Errorf("kept %+v, want none", got.Kept)
	}
	text, err := os.ReadFile(filepath.Join(folder, local.KeysFile))
	if err != nil || strings.Contains(string(text), "env") || strings.Contains(string(text), "publishable") {
		t.Errorf("the folder keeps %s, %v, want no key of the environment", text, err)
	}
	mixed := secretsOf(t, folder, map[string]string{topology.EnvSecretKey: "sk_env"})
	if mixed.Secret != "sk_env" || mixed.Kept != (local.Kept{Publishable: true, Admin: true}) {
		t.Errorf("with one variable: got %+v, want that key, and the others made", mixed)
	}
}

func TestDamagedKeysAreNotOverwritten(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, local.KeysFile)
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := local.MakeSecrets(folder, env(nil)); err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("got %v, want that the file is damaged", err)
	}
	if _, err := local.MakeSecrets(folder, env(map[string]string{topology.EnvAdminKey: "no-name"})); err == nil {
		t.Error("an unreadable variable was taken")
	}
}

func TestAddressIsThereWhileTheServerRuns(t *testing.T) {
	folder := t.TempDir()
	if a, ok := local.Announced(folder); ok {
		t.Errorf("before: got %v", a)
	}
	withdraw, err := local.Announce(folder, "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	if a, ok := local.Announced(folder); !ok || a.URL != "http://127.0.0.1:1" || a.PID != os.Getpid() {
		t.Errorf("got %v, %v, want this process", a, ok)
	}
	if err := withdraw(); err != nil {
		t.Fatal(err)
	}
	if a, ok := local.Announced(folder); ok {
		t.Errorf("after: got %v", a)
	}
}
