package logged_test

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"wegweiser/shared/measure"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
)

// The log is the same whatever keeps the receipts, and costs what its
// documentation says: some 100 read units for a thousand receipts, and two or
// three for a visitor with a dozen touchpoints.
func TestOnesOwnLogOnDynamoDB(t *testing.T) {
	const visitors, rounds = 40, 2
	kept, spent := meteredStore(t)
	s := goShopping(t, kept, 21, visitors, ownShop+ownRules)
	s.play(t, rounds)
	before := spent.read()
	log, sum := s.log(t, measure.DecisionsRequest{})
	cost := spent.read() - before
	t.Logf("%d decisions of %d visitors: %.1f read units, %.1f a thousand decisions", rounds*visitors, visitors, cost, cost*1000/(rounds*visitors))
	if most := 150.0*rounds*visitors/1000 + 3*visitors; cost > most {
		t.Errorf("got %.1f read units, want at most %.1f", cost, most)
	}
	checkOwnLog(t, s, log, sum, rounds)
}

// units are the read units that were spent.
type units struct {
	sync.Mutex
	sum float64
}

func (u *units) read() float64 {
	u.Lock()
	defer u.Unlock()
	return u.sum
}

// meteredStore has tables of its own, as a scan pays for all that is in them.
func meteredStore(t *testing.T) (store.Store, *units) {
	t.Helper()
	spent := &units{}
	client := dynamodb.New(dynamotest.Client(t, dynamo.Transport()).Options(), func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, spent.measure)
	})
	tables, err := dynamotest.CreateTables(t.Context(), client, rand.Text())
	if err != nil {
		t.Fatal(err)
	}
	s, err := dynamo.Open(client, tables, "")
	if err != nil {
		t.Fatal(err)
	}
	return s, spent
}

// measure asks with each read what it costs.
func (u *units) measure(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("measure", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
		switch call := in.Parameters.(type) {
		case *dynamodb.QueryInput:
			call.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		case *dynamodb.ScanInput:
			call.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		}
		if out, metadata, err = next.HandleInitialize(ctx, in); err != nil {
			return out, metadata, err
		}
		u.Lock()
		defer u.Unlock()
		switch result := out.Result.(type) {
		case *dynamodb.QueryOutput:
			u.sum += aws.ToFloat64(result.ConsumedCapacity.CapacityUnits)
		case *dynamodb.ScanOutput:
			u.sum += aws.ToFloat64(result.ConsumedCapacity.CapacityUnits)
		}
		return out, metadata, nil
	}), middleware.Before)
}
