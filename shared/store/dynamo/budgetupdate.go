package dynamo

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// Beside how many are taken, a budget of which some are held has how many that
// are, and an attribute for each hour until which they are held and for each
// name that is remembered. One of which nothing was ever held has none of these.
const (
	takenOf    = numberOf
	heldOf     = "g"  // also what a result holds
	hourPrefix = "h_" // and the hour since 1970: how many are held until then
	namePrefix = "u_" // and the hash of a name: until which hour something is held under it
)

// An update frees so many hours and names at most: DynamoDB bounds a condition
// to 300 operators, of which each takes two. So many hours that have come are
// freed also where nobody needs what they held, and as many names as an update
// frees.
const (
	freedAtOnce = 60
	untidy      = 24
)

// budgetOf reads a budget as it is stored.
func budgetOf(i item) *pack.Budget {
	b := &pack.Budget{Taken: numberIn(i, takenOf), Held: map[int64]int64{}, Names: map[string]int64{}}
	for attribute := range i {
		if hour, is := strings.CutPrefix(attribute, hourPrefix); is {
			if hour, err := strconv.ParseInt(hour, 10, 64); err == nil {
				b.Held[hour] = numberIn(i, attribute)
			}
		}
		if name, is := strings.CutPrefix(attribute, namePrefix); is {
			b.Names[name] = numberIn(i, attribute)
		}
	}
	return b
}

func hourAttribute(hour int64) string { return hourPrefix + strconv.FormatInt(hour, 10) }

func nameAttribute(name string) string { return namePrefix + store.NameHash(name) }

// ended is what has run out of a budget, as far as one update frees it: its
// attributes, as they are then.
type ended struct {
	hours map[string]int64 // how many each held
	names map[string]int64 // until when each held
}

func endedOf(b *pack.Budget, now journey.Millis) ended {
	e := ended{hours: map[string]int64{}, names: map[string]int64{}}
	hours := b.Ended(now)
	for _, hour := range hours[:min(len(hours), freedAtOnce)] {
		e.hours[hourAttribute(hour)] = b.Held[hour]
	}
	for name, hour := range b.Names {
		if hour <= pack.Hour(now) && len(e.names) < freedAtOnce {
			e.names[namePrefix+name] = hour
		}
	}
	return e
}

func (e *ended) untidy() bool { return len(e.hours) >= untidy || len(e.names) == freedAtOnce }

// taking is an attempt to take one of a budget.
type taking struct {
	store.Budget
	now   journey.Millis
	hold  store.Hold // the zero value: for good
	named bool       // the name of the hold is taken along
	ended ended      // what is freed with it
}

func (t *taking) holding() bool { return t.hold.Until != 0 }

// taken is what was taken.
func (t *taking) taken() store.Hold {
	hold := t.hold
	if !t.named {
		hold.Name = ""
	}
	return hold
}

// until is what is held already under the name.
func (t *taking) until(hour int64) store.Hold {
	hold := t.hold
	hold.Until = pack.AtHour(hour)
	return hold
}

func (t *taking) update() budgetUpdate {
	u := budgetUpdate{telling: t.holding()}
	own, limit, held := "", t.Limit, int64(0)
	if t.holding() {
		own, held = nameAttribute(t.hold.Name), 1
		u.increase(hourAttribute(pack.Hour(t.hold.Until)), 1)
		u.expectNone("<=", own, number(pack.Hour(t.now)))
		if t.named {
			u.set(own, number(pack.Hour(t.hold.Until)))
		} else {
			limit -= store.Remembered
		}
	}
	delete(t.ended.names, own)
	freed := u.free(t.ended)
	u.increase(takenOf, 1-freed)
	u.increase(heldOf, held-freed)
	u.expectNone("<", takenOf, number(limit+freed))
	if second := pack.Second(t.Expires); second != 0 {
		u.set(topology.ExpiryAttribute, number(second))
	}
	return u
}

// budgetUpdate is a change of an item and what it expects to be there.
type budgetUpdate struct {
	sets, adds, removes, conditions []string
	names                           map[string]string
	values                          item
	telling                         bool // what came of it is asked for
}

func (u *budgetUpdate) name(attribute string) string {
	for alias, name := range u.names {
		if name == attribute {
			return alias
		}
	}
	if u.names == nil {
		u.names = map[string]string{}
	}
	alias := "#" + strconv.Itoa(len(u.names))
	u.names[alias] = attribute
	return alias
}

func (u *budgetUpdate) value(v types.AttributeValue) string {
	if u.values == nil {
		u.values = item{}
	}
	alias := ":" + strconv.Itoa(len(u.values))
	u.values[alias] = v
	return alias
}

func (u *budgetUpdate) set(attribute string, v types.AttributeValue) {
	u.sets = append(u.sets, u.name(attribute)+" = "+u.value(v))
}

func (u *budgetUpdate) increase(attribute string, by int64) {
	if by != 0 {
		u.adds = append(u.adds, u.name(attribute)+" "+u.value(number(by)))
	}
}

func (u *budgetUpdate) remove(attribute string) { u.removes = append(u.removes, u.name(attribute)) }

// expect adds a condition on an attribute: a form with places for both.
func (u *budgetUpdate) expect(form, attribute string, v types.AttributeValue) {
	u.conditions = append(u.conditions, fmt.Sprintf(form, u.name(attribute), u.value(v)))
}

// expectNone adds the condition that there is no such attribute, or that it
// compares so.
func (u *budgetUpdate) expectNone(or, attribute string, v types.AttributeValue) {
	u.expect("(attribute_not_exists(%[1]s) OR %[1]s "+or+" %[2]s)", attribute, v)
}

// free frees what has run out where it is still as it is known, and returns how
// many that are. A name may have been held under anew since.
func (u *budgetUpdate) free(e ended) (freed int64) {
	for _, of := range []map[string]int64{e.hours, e.names} {
		for _, attribute := range slices.Sorted(maps.Keys(of)) {
			u.remove(attribute)
			u.expect("%s = %s", attribute, number(of[attribute]))
		}
	}
	for _, held := range e.hours {
		freed += held
	}
	return freed
}

// drop takes a hold out of those that end, where it is still there.
func (u *budgetUpdate) drop(h *store.Hold) {
	hour := hourAttribute(pack.Hour(h.Until))
	u.increase(hour, -1)
	u.increase(heldOf, -1)
	u.expect("%s > %s", hour, number(0))
	if h.Name != "" {
		u.remove(nameAttribute(h.Name))
		u.expect("%s = %s", nameAttribute(h.Name), number(pack.Hour(h.Until)))
	}
}

func (u *budgetUpdate) expression() *string {
	var parts []string
	for _, part := range []struct {
		verb string
		of   []string
	}{{"SET ", u.sets}, {"ADD ", u.adds}, {"REMOVE ", u.removes}} {
		if len(part.of) > 0 {
			parts = append(parts, part.verb+strings.Join(part.of, ", "))
		}
	}
	return aws.String(strings.Join(parts, " "))
}

func (u *budgetUpdate) condition() *string {
	if len(u.conditions) == 0 {
		return nil
	}
	return aws.String(strings.Join(u.conditions, " AND "))
}

// transacted is the change as a part of a transaction.
func (u *budgetUpdate) transacted(table *string, key item) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: table, Key: key, UpdateExpression: u.expression(), ConditionExpression: u.condition(),
		ExpressionAttributeNames: u.names, ExpressionAttributeValues: u.values,
	}}
}
