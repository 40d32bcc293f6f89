package dynamo_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

// beforeTheSecond does something before the second update of a store is made,
// which fails where that does.
func beforeTheSecond(do func() error) wire {
	var updates atomic.Int64
	return wire(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".UpdateItem") && updates.Add(1) == 2 {
			if err := do(); err != nil {
				return nil, err
			}
		}
		return next.RoundTrip(r)
	})
}

// Who frees what has run out may have seen a name end under which somebody holds
// anew since. That name stays, so that holding again under it takes nothing.
func TestNamesThatAreHeldAnewStay(t *testing.T) {
	later := func(hours int) journey.Millis { return noon.Add(time.Duration(hours) * time.Hour) }
	for _, c := range []struct {
		name  string
		limit int64
		ends  []int // after how many hours what is held ends: the first under m
		now   journey.Millis
		full  bool // until the last of them is given back
	}{
		{"after a refusal", 3, []int{1, 1, 72}, later(1), true},
		{"tidying up", store.Remembered, hoursUpTo(30), later(30), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			prefix := dynamotest.Prefix()
			other := dynamotest.OpenAt(t, dynamo.Transport(), prefix)
			b := store.Budget{Item: "sofa", Period: "life", Limit: c.limit}
			var last store.Hold
			for i, hours := range c.ends {
				name := fmt.Sprint(i)
				if i == 0 {
					name = "m"
				}
				last = holds(t, other, noon, b, name, later(hours))
			}
			killed := beforeTheSecond(func() error { return io.ErrUnexpectedEOF }).store(t, prefix)
			slow := beforeTheSecond(func() (err error) {
				if c.full {
					err = other.Release(t.Context(), last)
				}
				holds(t, killed, c.now, b, "m", c.now.Add(72*time.Hour))
				return err
			}).store(t, prefix)
			holds(t, slow, c.now, b, "else", c.now.Add(72*time.Hour))
			holds(t, other, c.now, b, "m", c.now.Add(72*time.Hour))
			takes(t, other, c.now, b, 2)
		})
	}
}

func hoursUpTo(n int) (hours []int) {
	for i := range n {
		hours = append(hours, i+1)
	}
	return hours
}

// More names may end at once than one update frees. They do not pile up.
func TestManyNamesAreFreed(t *testing.T) {
	prefix := dynamotest.Prefix()
	s := dynamotest.OpenAt(t, dynamo.Transport(), prefix)
	b := store.Budget{Item: "sofa", Period: "life", Limit: store.Remembered}
	const rounds = 4
	for round := range rounds {
		now := noon.Add(time.Duration(round) * time.Hour)
		for i := range store.Remembered {
			holds(t, s, now, b, fmt.Sprint(round, i), now.Add(time.Hour))
		}
		takes(t, s, now, b, store.Remembered)
	}
	out, err := dynamotest.Client(t, dynamo.Transport()).GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(dynamotest.Tables(t)[topology.StatisticsTable]), ConsistentRead: aws.Bool(true),
		Key: attributes{"v": typedText(prefix + "budget#sofa"), "k": typedText("life")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(out.Item); got >= 2*store.Remembered {
		t.Errorf("got %d attributes after %d rounds of %d names, want fewer than of two rounds", got, rounds, store.Remembered)
	}
}
