package storetest

import (
	"context"
	"iter"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
)

// hooks is a store of which single methods are replaced.
type hooks struct {
	store.Store
	history     func(context.Context, store.Query) (*journey.History, error)
	append      func(context.Context, journey.Millis, []store.Recording) ([]store.Outcome, error)
	change      func(context.Context, string, func(*journey.Profile) error) error
	counters    func(context.Context, string, journey.Counters, func(*rank.Counters) error) (journey.Counters, error)
	touchpoints func(context.Context, string, journey.Millis) iter.Seq2[journey.Touchpoint, error]
	all         func(context.Context, string) iter.Seq2[string, error]
	rows        func(context.Context, string) ([]store.Row, error)
	row         func(context.Context, string, string) (store.Row, error)
	edit        func(context.Context, []store.Edit) error
	put         func(context.Context, string, []byte) error
	live        func(context.Context) (store.Release, error)
	start       func(context.Context) (store.Release, []byte, error)
	publish     func(context.Context, string, store.Release) error
	releases    func(context.Context, int) ([]store.Release, error)
	memo        func(context.Context, string, []byte) error
	claim       func(context.Context, journey.Millis, store.Budget) error
	hold        func(context.Context, journey.Millis, store.Budget, string, journey.Millis) (store.Hold, error)
	commit      func(context.Context, journey.Millis, store.Message) error
	release     func(context.Context, store.Hold) error
	unclaim     func(context.Context, store.Budget) error
	claimed     func(context.Context, journey.Millis, store.Budget) (store.Claims, error)
	putReceipts func(context.Context, []store.Receipt) error
	receipt     func(context.Context, store.ReceiptKey, journey.Millis) (store.Receipt, error)
	receiptsOf  func(context.Context, string, journey.Millis) iter.Seq2[store.Receipt, error]
	allReceipts func(context.Context, store.ReceiptKey, journey.Millis) iter.Seq2[store.Receipt, error]
	putResults  func(context.Context, journey.Millis, store.Message, []store.Result) ([]store.Result, error)
	apply       func(context.Context, journey.Millis, string, []store.Delta) error
	cells       func(context.Context, string, string, string, journey.Millis) ([]store.Cell, error)
	putSummary  func(context.Context, store.Summary) error
	heads       func(context.Context) (store.Heads, error)
	summary     func(context.Context) (store.Summary, error)
	results     func(context.Context, store.Message, journey.Millis) ([]store.Result, error)
}

func (h *hooks) History(ctx context.Context, q store.Query) (*journey.History, error) {
	if h.history != nil {
		return h.history(ctx, q)
	}
	return h.Store.History(ctx, q)
}

func (h *hooks) Append(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
	if h.append != nil {
		return h.append(ctx, now, r)
	}
	return h.Store.Append(ctx, now, r)
}

func (h *hooks) Change(ctx context.Context, visitor string, change func(*journey.Profile) error) error {
	if h.change != nil {
		return h.change(ctx, visitor, change)
	}
	return h.Store.Change(ctx, visitor, change)
}

func (h *hooks) ChangeCounters(ctx context.Context, visitor string, known journey.Counters, change func(*rank.Counters) error) (journey.Counters, error) {
	if h.counters != nil {
		return h.counters(ctx, visitor, known, change)
	}
	return h.Store.ChangeCounters(ctx, visitor, known, change)
}

func (h *hooks) Touchpoints(ctx context.Context, visitor string, now journey.Millis) iter.Seq2[journey.Touchpoint, error] {
	if h.touchpoints != nil {
		return h.touchpoints(ctx, visitor, now)
	}
	return h.Store.Touchpoints(ctx, visitor, now)
}

func (h *hooks) All(ctx context.Context, after string) iter.Seq2[string, error] {
	if h.all != nil {
		return h.all(ctx, after)
	}
	return h.Store.All(ctx, after)
}

func (h *hooks) Rows(ctx context.Context, table string) ([]store.Row, error) {
	if h.rows != nil {
		return h.rows(ctx, table)
	}
	return h.Store.Rows(ctx, table)
}

func (h *hooks) Row(ctx context.Context, table, id string) (store.Row, error) {
	if h.row != nil {
		return h.row(ctx, table, id)
	}
	return h.Store.Row(ctx, table, id)
}

func (h *hooks) Edit(ctx context.Context, edits []store.Edit) error {
	if h.edit != nil {
		return h.edit(ctx, edits)
	}
	return h.Store.Edit(ctx, edits)
}

func (h *hooks) PutSnapshot(ctx context.Context, id string, encoded []byte) error {
	if h.put != nil {
		return h.put(ctx, id, encoded)
	}
	return h.Store.PutSnapshot(ctx, id, encoded)
}

func (h *hooks) Live(ctx context.Context) (store.Release, error) {
	if h.live != nil {
		return h.live(ctx)
	}
	return h.Store.Live(ctx)
}

func (h *hooks) LiveSnapshot(ctx context.Context) (store.Release, []byte, error) {
	if h.start != nil {
		return h.start(ctx)
	}
	return h.Store.LiveSnapshot(ctx)
}

func (h *hooks) Publish(ctx context.Context, expected string, next store.Release) error {
	if h.publish != nil {
		return h.publish(ctx, expected, next)
	}
	return h.Store.Publish(ctx, expected, next)
}

func (h *hooks) Releases(ctx context.Context, limit int) ([]store.Release, error) {
	if h.releases != nil {
		return h.releases(ctx, limit)
	}
	return h.Store.Releases(ctx, limit)
}

func (h *hooks) PutMemo(ctx context.Context, name string, value []byte) error {
	if h.memo != nil {
		return h.memo(ctx, name, value)
	}
	return h.Store.PutMemo(ctx, name, value)
}

func (h *hooks) Claim(ctx context.Context, now journey.Millis, b store.Budget) error {
	if h.claim != nil {
		return h.claim(ctx, now, b)
	}
	return h.Store.Claim(ctx, now, b)
}

func (h *hooks) Hold(ctx context.Context, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
	if h.hold != nil {
		return h.hold(ctx, now, b, name, until)
	}
	return h.Store.Hold(ctx, now, b, name, until)
}

func (h *hooks) Commit(ctx context.Context, now journey.Millis, m store.Message) error {
	if h.commit != nil {
		return h.commit(ctx, now, m)
	}
	return h.Store.Commit(ctx, now, m)
}

func (h *hooks) Release(ctx context.Context, hold store.Hold) error {
	if h.release != nil {
		return h.release(ctx, hold)
	}
	return h.Store.Release(ctx, hold)
}

func (h *hooks) Claimed(ctx context.Context, now journey.Millis, b store.Budget) (store.Claims, error) {
	if h.claimed != nil {
		return h.claimed(ctx, now, b)
	}
	return h.Store.Claimed(ctx, now, b)
}

func (h *hooks) Unclaim(ctx context.Context, b store.Budget) error {
	if h.unclaim != nil {
		return h.unclaim(ctx, b)
	}
	return h.Store.Unclaim(ctx, b)
}

func (h *hooks) PutReceipts(ctx context.Context, receipts []store.Receipt) error {
	if h.putReceipts != nil {
		return h.putReceipts(ctx, receipts)
	}
	return h.Store.PutReceipts(ctx, receipts)
}

func (h *hooks) Receipt(ctx context.Context, key store.ReceiptKey, now journey.Millis) (store.Receipt, error) {
	if h.receipt != nil {
		return h.receipt(ctx, key, now)
	}
	return h.Store.Receipt(ctx, key, now)
}

func (h *hooks) ReceiptsOf(ctx context.Context, owner string, now journey.Millis) iter.Seq2[store.Receipt, error] {
	if h.receiptsOf != nil {
		return h.receiptsOf(ctx, owner, now)
	}
	return h.Store.ReceiptsOf(ctx, owner, now)
}

func (h *hooks) AllReceipts(ctx context.Context, after store.ReceiptKey, now journey.Millis) iter.Seq2[store.Receipt, error] {
	if h.allReceipts != nil {
		return h.allReceipts(ctx, after, now)
	}
	return h.Store.AllReceipts(ctx, after, now)
}

func (h *hooks) PutResults(ctx context.Context, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
	if h.putResults != nil {
		return h.putResults(ctx, now, m, results)
	}
	return h.Store.PutResults(ctx, now, m, results)
}

func (h *hooks) Results(ctx context.Context, m store.Message, now journey.Millis) ([]store.Result, error) {
	if h.results != nil {
		return h.results(ctx, m, now)
	}
	return h.Store.Results(ctx, m, now)
}

func (h *hooks) Apply(ctx context.Context, now journey.Millis, feed string, deltas []store.Delta) error {
	if h.apply != nil {
		return h.apply(ctx, now, feed, deltas)
	}
	return h.Store.Apply(ctx, now, feed, deltas)
}

func (h *hooks) Cells(ctx context.Context, name, from, to string, now journey.Millis) ([]store.Cell, error) {
	if h.cells != nil {
		return h.cells(ctx, name, from, to, now)
	}
	return h.Store.Cells(ctx, name, from, to, now)
}

func (h *hooks) PutSummary(ctx context.Context, s store.Summary) error {
	if h.putSummary != nil {
		return h.putSummary(ctx, s)
	}
	return h.Store.PutSummary(ctx, s)
}

func (h *hooks) Summary(ctx context.Context) (store.Summary, error) {
	if h.summary != nil {
		return h.summary(ctx)
	}
	return h.Store.Summary(ctx)
}

func (h *hooks) Heads(ctx context.Context) (store.Heads, error) {
	if h.heads != nil {
		return h.heads(ctx)
	}
	return h.Store.Heads(ctx)
}
