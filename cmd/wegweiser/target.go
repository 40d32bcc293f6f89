package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"time"

	"github.com/spf13/pflag"

	"wegweiser/shared/client"
	"wegweiser/shared/gateway"
	"wegweiser/shared/local"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/topology"
)

// where says on what a command works.
type where struct {
	data  string
	store string
	url   string
	key   string
	// hashes says that the command stores or looks for something under the hash
	// of a visitor, which all who work on one store must make in one way.
	hashes bool
}

func (w *where) addTo(flags *pflag.FlagSet) {
	dataFlag(flags, &w.data)
	storeFlag(flags, &w.store)
	flags.StringVar(&w.url, "url", "", "address of a server elsewhere, such as https://api.shop.example")
	flags.StringVar(&w.key, "key", "", "key for that server; by default that of WEGWEISER_SECRET_KEY or WEGWEISER_ADMIN_KEY")
}

func dataFlag(flags *pflag.FlagSet, to *string) {
	flags.StringVar(to, "data", "./.wegweiser", "folder of the data")
}

// target is what a command works on.
type target struct {
	gateway.Service
	close func() error
}

// connect returns the server of the flags, or the one that has the data folder
// open, or else the folder itself, opened in this process. A folder that is not
// there is made where create is set, and otherwise an error.
func (p *program) connect(ctx context.Context, w *where, create bool) (*target, error) {
	if w.url != "" {
		keys, err := gateway.KeysFromEnv(p.lookup)
		if err != nil {
			return nil, err
		}
		return remote(w.url, clientKeys(&keys, w.key))
	}
	if w.store != embeddedStore {
		return p.inProcess(ctx, w)
	}
	if t, ok, err := p.announced(ctx, w); ok || err != nil {
		return t, err
	}
	if _, err := os.Stat(w.data); !create && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no data folder %s; name it with --data, or start `wegweiser serve` first", w.data)
	}
	return p.inProcess(ctx, w)
}

// healthTime is how long a server that should be there may take to say so.
const healthTime = 10 * time.Second

// announced returns the server that has the data folder open, where one does.
// The address of one that was killed stays behind, and may be that of another
// folder's server by now.
func (p *program) announced(ctx context.Context, w *where) (*target, bool, error) {
	address, ok := local.Announced(w.data)
	if !ok || embedded.Idle(w.data) {
		return nil, false, nil
	}
	patience, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	if client.New(address.URL, client.Keys{}, nil).Health(patience).Snapshot == "" {
		return nil, false, nil // it ended without taking its address out
	}
	var keys gateway.Keys
	secrets, err := local.ReadSecrets(w.data, p.lookup)
	switch {
	case err == nil:
		keys = secrets.Keys
	case !errors.Is(err, local.ErrNoKeys):
		return nil, false, err
	}
	t, err := remote(address.URL, clientKeys(&keys, w.key))
	return t, true, err
}

// inProcess opens the store first: whoever has it makes the keys that are missing.
func (p *program) inProcess(ctx context.Context, w *where) (*target, error) {
	secrets := &local.Secrets{}
	if w.store == dynamoStore {
		if err := secrets.Share(p.lookup); err != nil {
			return nil, err
		}
		if w.hashes && len(secrets.HashKey) == 0 {
			return nil, fmt.Errorf("the keys of the deployment are missing, under which it finds what was decided: set %s and, where it has one, %s as its servers and functions have them",
				topology.EnvSecretKey, topology.EnvTokenSecret)
		}
	}
	store, err := p.openStore(ctx, w.store, w.data)
	if err != nil {
		return nil, err
	}
	if w.store == embeddedStore {
		secrets, err = p.secretsOf(w.store, w.data)
	}
	var host *local.Host
	if err == nil {
		host, err = local.Open(ctx, store, secrets, nil)
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &target{host.Service, store.Close}, nil
}

func remote(address string, keys client.Keys) (*target, error) {
	if base, err := url.Parse(address); err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, usagef("--url must be like https://api.shop.example, not %q", address)
	}
	if keys == (client.Keys{}) {
		return nil, fmt.Errorf("%s wants a key: set %s or %s, or name one with --key", address, topology.EnvSecretKey, topology.EnvAdminKey)
	}
	return &target{client.New(address, keys, nil), func() error { return nil }}, nil
}

// clientKeys returns the keys to show: the one that the command line names is
// taken for whatever kind is asked for.
func clientKeys(keys *gateway.Keys, named string) client.Keys {
	if named != "" {
		return client.Keys{Secret: named, Admin: named}
	}
	out := client.Keys{Secret: keys.Secret}
	if len(keys.Admins) > 0 {
		out.Admin = keys.Admins[0].Key
	}
	return out
}
