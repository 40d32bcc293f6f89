package main

import (
	"context"

	"github.com/spf13/pflag"

	"wegweiser/shared/local"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/stream"
	"wegweiser/shared/store/embedded"
)

// The stores that --store names.
const (
	embeddedStore = "embedded"
	dynamoStore   = "dynamodb"
)

func storeFlag(flags *pflag.FlagSet, to *string) {
	flags.StringVar(to, "store", embeddedStore, `"embedded" in the data folder, or "dynamodb": the tables of the environment, as the functions find them`)
}

// openStore opens the store of that name.
func (p *program) openStore(ctx context.Context, name, folder string) (store.Store, error) {
	switch name {
	case embeddedStore:
		return openEmbedded(folder)
	case dynamoStore:
		return dynamo.FromEnv(ctx, p.lookup)
	}
	return nil, usagef("--store must be %s or %s, not %q", embeddedStore, dynamoStore, name)
}

// secretsOf returns the keys of who serves a store, and what must be the same
// for all who decide on it.
func (p *program) secretsOf(store, folder string) (*local.Secrets, error) {
	secrets, err := local.MakeSecrets(folder, p.lookup)
	if err == nil && store == dynamoStore {
		err = secrets.Share(p.lookup)
	}
	return secrets, err
}

// openStream opens what tells a server of what is stored; nil where the store
// itself does.
func (p *program) openStream(name string) (store.Stream, error) {
	if name != dynamoStore {
		return nil, nil
	}
	return stream.FromEnv(p.lookup)
}

func openEmbedded(folder string) (store.Store, error) { return embedded.Open(folder) }
