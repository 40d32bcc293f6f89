package dynamo

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

const (
	// parallel writes of one call. A browser sends a handful of touchpoints, an
	// import hundreds.
	parallel = 32
	// maxMilestones of one visitor go into one transaction, with the profile.
	maxMilestones = 50
)

// absent is the condition that nothing is there, or only what is expired.
var absent = aws.String("attribute_not_exists(k) OR x <= :now")

// Append implements store.Visitors. Each touchpoint is one conditional put, all
// at the same time, and the milestones of one visitor are one transaction.
func (s *Store) Append(ctx context.Context, now journey.Millis, recordings []store.Recording) ([]store.Outcome, error) {
	a := appending{Store: s, now: item{":now": number(int64(now) / 1000)}, outcomes: make([]store.Outcome, len(recordings))}
	for i := range recordings {
		if err := a.prepare(&recordings[i]); err != nil {
			return nil, fmt.Errorf("append touchpoints: %w", err)
		}
	}
	a.write(ctx)
	for i, first := range a.first {
		if first != i {
			a.outcomes[i] = a.outcomes[first]
			if a.outcomes[i].Status == store.Stored {
				a.outcomes[i].Status = store.Duplicate
			}
		}
	}
	for i := range a.outcomes {
		if err := a.outcomes[i].Err; err != nil {
			return a.outcomes, err
		}
	}
	return a.outcomes, nil
}

// appending is one call of Append.
type appending struct {
	*Store
	now      item
	puts     []*types.Put
	traces   []journey.Trace
	outcomes []store.Outcome
	first    []int // of each touchpoint: the first one in the call with its id
	known    map[identity]int

	single     []int            // touchpoints by themselves
	milestones map[string][]int // by visitor
	kept       map[int]journey.Milestone
}

type identity struct{ visitor, id string }

func (a *appending) prepare(r *store.Recording) error {
	if err := store.CheckRecording(r); err != nil {
		return err
	}
	if a.known == nil {
		a.known, a.milestones, a.kept = map[identity]int{}, map[string][]int{}, map[int]journey.Milestone{}
	}
	i := len(a.puts)
	put, err := a.put(r)
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrInvalid, err)
	}
	a.puts, a.traces = append(a.puts, put), append(a.traces, r.Trace())
	if first, ok := a.known[identity{r.Visitor, r.ID}]; ok {
		a.first = append(a.first, first)
		return nil
	}
	a.known[identity{r.Visitor, r.ID}], a.first = i, append(a.first, i)
	if m, ok := r.Milestone(); ok {
		a.kept[i], a.milestones[r.Visitor] = m, append(a.milestones[r.Visitor], i)
	} else {
		a.single = append(a.single, i)
	}
	return nil
}

func (a *appending) put(r *store.Recording) (*types.Put, error) {
	trace := r.Trace()
	i := a.key(r.Visitor, pack.TouchpointKey(r.ID))
	moment := topology.RecentAttribute
	if r.Trust == journey.Machine {
		moment = machineMoment
	}
	i[moment] = binary(pack.AppendMoment(nil, r.At, r.ID))
	i[topology.PackedAttribute] = binary(pack.AppendTrace(nil, &trace))
	if second := pack.Second(r.Expires); second != 0 {
		i[topology.ExpiryAttribute] = number(second)
	}
	rest, err := pack.AppendRest(nil, &r.Touchpoint)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		i[bodyAttribute] = binary(rest)
	}
	return &types.Put{
		TableName: a.visitors, Item: i, ConditionExpression: absent, ExpressionAttributeValues: a.now,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}, nil
}

// write sets the outcome of each touchpoint that is the first with its id.
func (a *appending) write(ctx context.Context) {
	var all sync.WaitGroup
	free := make(chan struct{}, parallel)
	start := func(run func()) {
		free <- struct{}{}
		all.Go(func() {
			run()
			<-free
		})
	}
	for _, i := range a.single {
		start(func() { a.outcomes[i] = a.writeOne(ctx, i) })
	}
	for visitor, milestones := range a.milestones {
		start(func() {
			for len(milestones) > 0 {
				n := min(len(milestones), maxMilestones)
				a.writeMilestones(ctx, visitor, milestones[:n])
				milestones = milestones[n:]
			}
		})
	}
	all.Wait()
}

func (a *appending) writeOne(ctx context.Context, i int) store.Outcome {
	err := a.putAlone(ctx, a.puts[i])
	if err == nil {
		return store.Outcome{Status: store.Stored, Trace: a.traces[i]}
	}
	var there *types.ConditionalCheckFailedException
	if errors.As(err, &there) {
		return a.duplicate(ctx, i, there.Item)
	}
	return a.failed(ctx, i, err)
}

func (a *appending) duplicate(ctx context.Context, i int, have item) store.Outcome {
	trace, err := traceOf(have)
	if err != nil {
		return a.failed(ctx, i, err)
	}
	return store.Outcome{Status: store.Duplicate, Trace: trace}
}

func (a *appending) failed(ctx context.Context, i int, err error) store.Outcome {
	return store.Outcome{Trace: a.traces[i], Err: unavailable(ctx, "append touchpoint", err)}
}

// writeMilestones stores milestones of one visitor and their profile, all or
// none. What turns out to be there already is left out of the next try.
func (a *appending) writeMilestones(ctx context.Context, visitor string, pending []int) {
	fail := func(err error) {
		for _, i := range pending {
			a.outcomes[i] = a.failed(ctx, i, err)
		}
	}
	for tries := 0; len(pending) > 0; tries++ {
		items, err := a.transaction(ctx, visitor, pending)
		if err != nil {
			fail(err)
			return
		}
		err = a.transact(ctx, items)
		if err == nil {
			for _, i := range pending {
				a.outcomes[i] = store.Outcome{Status: store.Stored, Trace: a.traces[i]}
			}
			return
		}
		why := reasons(err)
		if len(why) != len(items) {
			fail(err)
			return
		}
		var rest []int
		refused := failedWith(why[len(pending)], conditionFailed) // the profile has changed
		for k, i := range pending {
			if failedWith(why[k], conditionFailed) {
				a.outcomes[i], refused = a.duplicate(ctx, i, why[k].Item), true
				continue
			}
			rest = append(rest, i)
		}
		if pending = rest; !refused {
			fail(err)
			return
		}
		if err := pause(ctx, tries); err != nil {
			fail(err)
			return
		}
	}
}

// transaction puts each milestone, and then the profile with all of them.
func (a *appending) transaction(ctx context.Context, visitor string, pending []int) ([]types.TransactWriteItem, error) {
	have, err := a.readProfile(ctx, visitor)
	if err != nil {
		return nil, err
	}
	var p journey.Profile
	if have.number > 0 {
		if err := pack.ReadProfile(string(have.packed), &p); err != nil {
			return nil, err
		}
	}
	var items []types.TransactWriteItem
	for _, i := range pending {
		p.Record(a.kept[i])
		items = append(items, types.TransactWriteItem{Put: a.puts[i]})
	}
	next, err := pack.AppendProfile(nil, &p)
	if err != nil {
		return nil, err
	}
	return append(items, a.putProfile(visitor, have, next)), nil
}

// traceOf reads the deciding part of a stored touchpoint.
func traceOf(i item) (t journey.Trace, err error) {
	moment := bytesOf(i, topology.RecentAttribute)
	if moment == nil {
		moment = bytesOf(i, machineMoment)
	}
	err = pack.ReadTrace(string(moment), string(bytesOf(i, topology.PackedAttribute)), &t)
	return t, err
}
