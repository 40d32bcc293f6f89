package dynamo

import (
	"context"

	"wegweiser/shared/topology"
)

// FromEnv opens the store of a deployment: the tables that the environment
// names, reached as AWS's own variables say. lookup is os.LookupEnv or stands
// in for it where the tables' names are concerned.
func FromEnv(ctx context.Context, lookup func(string) (string, bool)) (*Store, error) {
	tables, err := topology.TableNamesFrom(lookup)
	if err != nil {
		return nil, err
	}
	client, err := NewClient(ctx)
	if err != nil {
		return nil, err
	}
	return Open(client, tables, topology.Workspace)
}
