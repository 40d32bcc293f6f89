package dynamo_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// BenchmarkHistory is what a decision computes to ask its Query and to read the
// answer; no network and no DynamoDB are in it. The floor is to decode the same
// JSON into nothing in particular.
func BenchmarkHistory(b *testing.B) {
	for _, n := range []int{0, 40, 100} {
		answer := page(b, n)
		s, err := dynamo.Open(dynamo.NewClient("us-east-1", "", someone{}, canned(answer)),
			topology.TableNames{topology.VisitorsTable: "visitors", topology.ConfigTable: "config", topology.ReceiptsTable: "receipts", topology.StatisticsTable: "statistics"}, topology.Workspace)
		if err != nil {
			b.Fatal(err)
		}
		q := store.Query{Visitor: uuid(1), At: noon, Now: noon, Window: 100}
		b.Run(fmt.Sprintf("of%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if h, err := s.History(context.Background(), q); err != nil || len(h.Traces) != n {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("of%d/floor", n), func(b *testing.B) {
			for b.Loop() {
				var into any
				if err := json.Unmarshal(answer, &into); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

type someone struct{}

func (someone) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "someone", SecretAccessKey: "secret"}, nil
}

// canned answers every call with the same body.
type canned []byte

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{
			"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Crc32": {strconv.FormatUint(uint64(crc32.ChecksumIEEE(c)), 10)},
		},
		ContentLength: int64(len(c)), Body: io.NopCloser(bytes.NewReader(c)),
	}, nil
}

// page is what DynamoDB answers for a visitor with n touchpoints.
func page(b *testing.B, n int) []byte {
	b.Helper()
	binary := func(value []byte) any { return map[string]string{"B": base64.StdEncoding.EncodeToString(value)} }
	items := []any{}
	for i := range n {
		t := journey.Trace{ID: uuid(i), Type: "product_view", Channel: "web", Item: fmt.Sprintf("sofa-%05d", i), At: noon.Add(-time.Duration(i) * time.Minute)}
		items = append(items, map[string]any{
			"v": map[string]string{"S": topology.Workspace + uuid(1)}, "k": binary(pack.TouchpointKey(t.ID)),
			"r": binary(pack.AppendMoment(nil, t.At, t.ID)), "p": binary(pack.AppendTrace(nil, &t)), "x": map[string]string{"N": strconv.FormatInt(pack.Second(noon.Add(time.Hour)), 10)},
		})
	}
	body, err := json.Marshal(map[string]any{"Items": items, "Count": n, "ScannedCount": n})
	if err != nil {
		b.Fatal(err)
	}
	return body
}
