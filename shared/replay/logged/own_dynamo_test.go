package logged_test

import (
	"testing"

	"wegweiser/shared/measure"
	"wegweiser/shared/store/dynamo/dynamotest"
)

// The log is the same whatever keeps the receipts.
func TestOnesOwnLogOnDynamoDB(t *testing.T) {
	s := goShopping(t, dynamotest.Open(t), 21, 40, ownRules)
	s.play(t, 2)
	log, sum := s.log(t, measure.DecisionsRequest{})
	checkOwnLog(t, s, log, sum, 2)
}
