package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/ingest"
	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

// fakeSink is a store of ids; answer, where it is set, is asked first.
type fakeSink struct {
	seen    map[string]bool
	batches []int
	bytes   []int
	consent []journey.Consent
	answer  func(touchpoint personalize.TouchpointInput) *personalize.Rejection
}

func (s *fakeSink) Collect(_ context.Context, caller personalize.Caller, request personalize.CollectRequest) (result personalize.CollectResult, err error) {
	if caller.Key != personalize.Secret {
		return result, errors.New("only a secret key may say how sure it is")
	}
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.batches = append(s.batches, len(request.Touchpoints))
	s.consent = append(s.consent, request.Consent)
	size := 0
	for i, body := range request.Touchpoints {
		size += len(body)
		var in personalize.TouchpointInput
		if err := json.Unmarshal(body, &in); err != nil {
			return result, err
		}
		if s.answer != nil {
			if r := s.answer(in); r != nil {
				r.Index = i
				result.Rejected = append(result.Rejected, *r)
				continue
			}
		}
		key := in.Visitor + "\x00" + in.ID
		if s.seen[key] {
			result.Duplicates++
			continue
		}
		s.seen[key] = true
		result.Accepted++
	}
	s.bytes = append(s.bytes, size)
	if result.Accepted+result.Duplicates == 0 {
		if result.Rejected[0].Retry {
			return result, &personalize.Error{Kind: personalize.Unavailable, Code: "store_unavailable"}
		}
		refusal := &personalize.Error{Kind: personalize.Invalid, Code: "touchpoints_refused"}
		for _, r := range result.Rejected {
			refusal.Fields = append(refusal.Fields, personalize.FieldError{Field: fmt.Sprintf("touchpoints[%d].%s", r.Index, r.Field), Code: r.Code, Message: r.Message})
		}
		return result, refusal
	}
	return result, nil
}

func file(n int) string {
	var text strings.Builder
	text.WriteString("v,t\n")
	for i := range n {
		fmt.Fprintf(&text, "v%d,2026-01-01T00:00:00Z\n", i)
	}
	return text.String()
}

func run(t *testing.T, mapping, text string, sink ingest.Sink, options *ingest.Options) (ingest.Summary, error) {
	t.Helper()
	reader, err := load(t, mapping).Open(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return ingest.Import(t.Context(), reader, sink, now, options)
}

func TestImportSendsBatchesAndIsSafeToRunAgain(t *testing.T) {
	sink := &fakeSink{}
	mapping := needed + "consent: [measurement]\nkeep: [{column: v, matches: '[^9]$'}]\n"
	got, err := run(t, mapping, file(1300)+"bad,never\n", sink, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ingest.Summary{Rows: 1301, LeftOut: 130, Rejected: 1, Accepted: 1170}, got); diff != "" {
		t.Errorf("first run (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{500, 500, 170}, sink.batches); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
	if !sink.consent[0].Grants(journey.Measurement) || sink.consent[0].Grants(journey.Personalization) {
		t.Errorf("consent sent is %+v, want measurement only", sink.consent[0])
	}
	got, err = run(t, mapping, file(1300), sink, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ingest.Summary{Rows: 1300, LeftOut: 130, Duplicates: 1170}, got); diff != "" {
		t.Errorf("second run (-want +got):\n%s", diff)
	}
}

func TestImportKeepsABodyUnderOneMegabyte(t *testing.T) {
	sink := &fakeSink{}
	if _, err := run(t, needed+`props: {p: "{v}`+strings.Repeat("x", 1900)+`"}`, file(900), sink, nil); err != nil {
		t.Fatal(err)
	}
	if len(sink.seen) != 900 {
		t.Errorf("%d touchpoints arrived, want 900", len(sink.seen))
	}
	for _, size := range sink.bytes {
		if size > 1_000_000 {
			t.Errorf("a body has %d bytes, want less than a million", size)
		}
	}
}

func TestImportReportsWhatTheSinkRefuses(t *testing.T) {
	for name, text := range map[string]string{"OneOfTwo": file(2), "All": "v,t\nv1,2026-01-01T00:00:00Z\n"} {
		t.Run(name, func(t *testing.T) {
			sink := &fakeSink{answer: func(in personalize.TouchpointInput) *personalize.Rejection {
				if in.Visitor != "v1" {
					return nil
				}
				return &personalize.Rejection{Code: "consent", Field: "visitor", Message: "said no"}
			}}
			rejected := map[string]string{}
			got, err := run(t, needed, text, sink, &ingest.Options{Rejected: func(row ingest.Row) error {
				rejected[row.Touchpoint.Visitor] = row.Err.Error()
				return nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			if got.Rejected != 1 || got.Rejected+got.Accepted != got.Rows {
				t.Errorf("got %+v, want one rejected and the others accepted", got)
			}
			if diff := cmp.Diff(map[string]string{"v1": "visitor: said no"}, rejected); diff != "" {
				t.Errorf("rejected (-want +got):\n%s", diff)
			}
		})
	}
}

func TestImportEndsWithItsContext(t *testing.T) {
	reader, err := load(t, needed).Open(strings.NewReader(file(1300)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	sink := &fakeSink{answer: func(in personalize.TouchpointInput) *personalize.Rejection {
		if in.Visitor == "v700" {
			cancel()
		}
		return nil
	}}
	got, err := ingest.Import(ctx, reader, sink, now, nil)
	if !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "send rows from line 1002 on: ") {
		t.Errorf("got error %v, want that it was canceled at line 1002", err)
	}
	if got != (ingest.Summary{Rows: 1000, Accepted: 1000}) || len(sink.seen) != 1000 {
		t.Errorf("got %+v and %d stored, want the 1000 that were sent", got, len(sink.seen))
	}
}

func TestImportTakesWhatCanBeReadOfAFile(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, file(700))
	_ = w.Close()
	sink := &fakeSink{}
	got, err := run(t, needed, packed.String()[:packed.Len()-8], sink, nil)
	if err == nil || err.Error() != "read line 702: the file ends in the middle" {
		t.Errorf("got error %v, want that the file ends in line 702", err)
	}
	if got != (ingest.Summary{Rows: 700, Accepted: 700}) || len(sink.seen) != 700 {
		t.Errorf("got %+v and %d stored, want the 700 that came before", got, len(sink.seen))
	}
}

func TestImportSendsAgainWhatWasNotStored(t *testing.T) {
	for failures, want := range map[int]ingest.Summary{
		0: {Rows: 5, Accepted: 5},
		1: {Rows: 5, Accepted: 5},
		4: {Rows: 5, Accepted: 5},
		5: {Rows: 4, Accepted: 4},
	} {
		t.Run(fmt.Sprint(failures, " failures"), func(t *testing.T) {
			left, pauses := failures, 0
			sink := &fakeSink{answer: func(in personalize.TouchpointInput) *personalize.Rejection {
				if in.Visitor == "v2" && left > 0 {
					left--
					return &personalize.Rejection{Code: "store_error", Message: "not stored", Retry: true}
				}
				return nil
			}}
			got, err := run(t, needed, file(5), sink, &ingest.Options{Pause: func(context.Context) error { pauses++; return nil }})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
			if (err != nil) != (failures == 5) || pauses != min(failures, 4) {
				t.Errorf("got error %v after %d pauses", err, pauses)
			}
		})
	}
}
