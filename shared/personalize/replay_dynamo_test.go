package personalize_test

import (
	"testing"

	"wegweiser/shared/store/dynamo/dynamotest"
)

// What the tables give back is what the decision was made from, to the byte.
func TestDecisionsOnDynamoDBReplay(t *testing.T) {
	w := newReplayWorld(t, dynamotest.Open(t), 15)
	w.play(t, 6)
	w.replayAll(t)
}
