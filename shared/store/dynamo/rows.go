package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/store"
	"wegweiser/shared/tables"
	"wegweiser/shared/topology"
)

// maxLooks at rows that others change at the same time, before an edit is given
// up: more than one is needed only where a row was changed and says the same.
const maxLooks = 10

// Rows implements store.Configuration: one Query a table.
func (s *Store) Rows(ctx context.Context, table string) ([]store.Row, error) {
	const attempt = "read rows"
	wanted := []string{table}
	if table == "" {
		wanted = slices.Sorted(slices.Values(tables.Tables()))
	} else if err := store.CheckTable(table); err != nil {
		return nil, fmt.Errorf("%s: %w", attempt, err)
	}
	rows := make([][]store.Row, len(wanted))
	if err := each(len(wanted), func(n int) error {
		for i, err := range s.query(ctx, s.queryConfig(wanted[n])) {
			if err != nil {
				return err
			}
			rows[n] = append(rows[n], rowOf(wanted[n], i))
		}
		return nil
	}); err != nil {
		return nil, unavailable(ctx, attempt, err)
	}
	return slices.Concat(rows...), nil
}

// Row implements store.Configuration: one GetItem.
func (s *Store) Row(ctx context.Context, table, id string) (store.Row, error) {
	const attempt = "read row"
	if err := store.CheckRow(table, id); err != nil {
		return store.Row{}, fmt.Errorf("%s: %w", attempt, err)
	}
	i, err := s.getConfig(ctx, s.configKey(table, id))
	switch {
	case err != nil:
		return store.Row{}, unavailable(ctx, attempt, err)
	case i == nil:
		return store.Row{}, store.ErrNotFound
	}
	return rowOf(table, i), nil
}

// Edit implements store.Configuration: one transaction, after a read of each
// row that must be at a version.
func (s *Store) Edit(ctx context.Context, edits []store.Edit) error {
	const attempt = "edit rows"
	if err := store.CheckEdits(edits); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	if len(edits) == 0 {
		return nil
	}
	for looks := range maxLooks {
		err := s.editNow(ctx, edits)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrInvalid):
			return err
		case !refused(err):
			return unavailable(ctx, attempt, err)
		}
		if err := pause(ctx, looks); err != nil {
			return unavailable(ctx, attempt, err)
		}
	}
	return store.ErrConflict
}

// refused reports whether a transaction found something else than it expected.
func refused(err error) bool {
	return slices.ContainsFunc(reasons(err), func(r types.CancellationReason) bool { return failedWith(r, conditionFailed) })
}

func (s *Store) editNow(ctx context.Context, edits []store.Edit) error {
	items := make([]types.TransactWriteItem, len(edits))
	if err := each(len(edits), func(i int) (err error) {
		items[i], err = s.edit(ctx, &edits[i])
		return err
	}); err != nil {
		return err
	}
	err := s.transact(ctx, items)
	for i, reason := range reasons(err) {
		if failedWith(reason, conditionFailed) && edits[i].Expect == store.Absent {
			return store.ErrConflict
		}
	}
	return err
}

func (s *Store) edit(ctx context.Context, e *store.Edit) (types.TransactWriteItem, error) {
	key := s.configKey(e.Table, e.ID)
	next := key
	if e.Body != nil {
		next = s.rowItem(e)
	}
	var must condition
	switch e.Expect {
	case store.Any:
	case store.Absent:
		must.absent(topology.RowAttribute)
	default:
		have, err := s.getConfig(ctx, key)
		if err != nil {
			return types.TransactWriteItem{}, err
		}
		if have == nil || rowOf(e.Table, have).Version != e.Expect {
			return types.TransactWriteItem{}, store.ErrConflict
		}
		if must, err = unchanged(e, have, next); err != nil {
			return types.TransactWriteItem{}, err
		}
	}
	if e.Body == nil {
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: s.config, Key: key,
			ConditionExpression: must.text(), ExpressionAttributeNames: must.names, ExpressionAttributeValues: must.values,
		}}, nil
	}
	return types.TransactWriteItem{Put: &types.Put{
		TableName: s.config, Item: next,
		ConditionExpression: must.text(), ExpressionAttributeNames: must.names, ExpressionAttributeValues: must.values,
	}}, nil
}
