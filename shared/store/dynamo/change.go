package dynamo

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// streamRecord is what a Lambda function is told of one change of a table.
type streamRecord struct {
	Change struct {
		Image          map[string]streamValue `json:"NewImage"`
		SequenceNumber string
	} `json:"dynamodb"`
}

// streamValue is an attribute of one of the types that visitors have.
type streamValue struct {
	S string
	N string
	B []byte
}

func (v streamValue) attribute() types.AttributeValue {
	switch {
	case v.B != nil:
		return binary(v.B)
	case v.N != "":
		return &types.AttributeValueMemberN{Value: v.N}
	}
	return text(v.S)
}

// ReadChange reads a record of the visitors table's stream, as a Lambda
// function gets it, and reports whether it tells of a touchpoint that was newly
// stored in this store's workspace: profiles, counters and what expired or was
// erased are something else. The feed is the record's shard, and its sequences
// are those of the feed.
func (s *Store) ReadChange(record []byte) (change store.Change, ok bool, err error) {
	return ReadChange(s.prefix, record)
}

// ReadChange reads a record of the stream of a workspace, as the method does.
func ReadChange(workspace string, record []byte) (change store.Change, ok bool, err error) {
	var r streamRecord
	if err := json.Unmarshal(record, &r); err != nil {
		return change, false, fmt.Errorf("read a record of the stream: %w", err)
	}
	image := item{}
	for name, value := range r.Change.Image {
		image[name] = value.attribute()
	}
	return ChangeOf(workspace, r.Change.SequenceNumber, image)
}

// ChangeOf is ReadChange for a record of which the new image is read already.
func ChangeOf(workspace, sequence string, image map[string]types.AttributeValue) (change store.Change, ok bool, err error) {
	visitor, own := strings.CutPrefix(textOf(image, topology.PartitionAttribute), workspace)
	if !own || !strings.HasPrefix(string(bytesOf(image, topology.SortAttribute)), pack.TouchpointPrefix) {
		return change, false, nil
	}
	change.Sequence = sequence
	if change.Touchpoint, err = touchpointOf(image, visitor); err != nil {
		return change, false, fmt.Errorf("read the image of record %s of the stream: %w", sequence, err)
	}
	return change, true, nil
}
