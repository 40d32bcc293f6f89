package dynamo_test

import (
	"testing"

	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return dynamotest.Open(t) })
}

func TestPrefixesShareNothing(t *testing.T) {
	prefix := dynamotest.Prefix()
	storetest.Isolated(t, dynamotest.Open(t), dynamotest.Open(t))
	storetest.Isolated(t, dynamotest.OpenAt(t, dynamo.Transport(), "a"+prefix), dynamotest.OpenAt(t, dynamo.Transport(), prefix))
}

func TestBudgetsAreAsTheModelSays(t *testing.T) { storetest.Budgets(t, dynamotest.Open(t)) }
