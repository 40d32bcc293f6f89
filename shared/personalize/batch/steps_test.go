package batch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/local"
	"wegweiser/shared/personalize"
	"wegweiser/shared/personalize/batch"
	"wegweiser/shared/snapshot"
)

// shop decides by the letters of a visitor, and counts whom it was asked for.
type shop struct {
	lock  sync.Mutex
	asked map[string]int
	away  map[string]bool // whom the store does not answer for
}

func (s *shop) DecideBatch(_ context.Context, caller personalize.Caller, r personalize.BatchRequest) (*personalize.BatchAnswer, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if caller.Key != personalize.Secret || len(r.Recipients) > personalize.MaxRecipients {
		return nil, errors.New("a call that nobody may make")
	}
	if r.Placements[0] != "mail" {
		return nil, &personalize.Error{Kind: personalize.Invalid, Message: "placements[0] must be mail"}
	}
	out := &personalize.BatchAnswer{Items: map[string]personalize.BatchItem{"few": {Kind: "offer", Content: title("Few")}, "none": {Kind: "offer"}}}
	for _, to := range r.Recipients {
		if s.asked == nil {
			s.asked = map[string]int{}
		}
		s.asked[to.Visitor]++
		result := personalize.BatchResult{Visitor: to.Visitor, Message: to.Message, Status: personalize.StatusOK, Decision: "d_" + to.Visitor}
		item := "few"
		switch {
		case to.Visitor == "":
			result.Status = personalize.StatusInvalid
		case s.away[to.Visitor]:
			result.Status, result.Degraded, item = personalize.StatusFallback, "store_timeout", "none"
		case strings.HasSuffix(to.Visitor, "9"):
			result.Status, item = personalize.StatusFallback, "none"
		}
		result.Placements = map[string]personalize.BatchPlacement{
			"mail": {Items: []personalize.BatchShown{{ID: item}}, Fallback: item == "none"},
		}
		out.Results = append(out.Results, result)
	}
	return out, nil
}

func title(text string) (c snapshot.Content) {
	if err := c.UnmarshalJSON([]byte(`{"title":` + string(must(json.Marshal(text))) + `}`)); err != nil {
		panic(err)
	}
	return c
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// place is a folder with a file of recipients.
func place(t interface {
	TempDir() string
	Fatal(...any)
}, key, text string,
) local.Folder {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, key), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return local.Folder(dir)
}

func read(files batch.Files, key string) string {
	body, _, err := files.Open(context.Background(), key, "", 0, -1)
	if err != nil {
		return err.Error()
	}
	return string(must(io.ReadAll(body)))
}

// listed are the parts that a plan leaves to be decided.
func listed(files batch.Files, plan *batch.Plan) (parts []batch.Part) {
	for line := range strings.Lines(read(files, plan.List)) {
		var p batch.Part
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			panic(err)
		}
		parts = append(parts, p)
	}
	return parts
}

// atOnce decides for a file as the command does, without parts.
func atOnce(key, text, message string, d batch.Decider) (string, error) {
	rows, err := batch.Read(strings.NewReader(text), batch.FormatOf(key), message)
	if err != nil {
		return "", err
	}
	offers, _, err := rows.Some(1 << 20)
	if err != nil {
		return "", err
	}
	if err := batch.Ask(context.Background(), d, []string{"mail"}, offers); err != nil {
		return "", err
	}
	var (
		out   bytes.Buffer
		table personalize.OfferTable
	)
	for _, o := range offers {
		table.Learn(o)
	}
	answers := batch.Write(&out, batch.FormatOf(key), &table)
	for _, o := range offers {
		if err := answers.Add(must(json.Marshal(o))); err != nil {
			return "", err
		}
	}
	err = answers.End()
	return out.String(), err
}

// recipients is a file with rows of all kinds.
func recipients(format batch.Format, rows int) string {
	var text strings.Builder
	if format == batch.CSV {
		text.WriteString("\ufeffname,visitor\n")
	}
	for i := range rows {
		switch {
		case format == batch.JSONLines && i%50 == 7:
			text.WriteString("{\"visitor\":7\n")
		case format == batch.JSONLines:
			fmt.Fprintf(&text, "{\"visitor\":\"v_%d\",\"name\":\"a\\nb\"}\r\n", i)
		case i%50 == 7:
			fmt.Fprintf(&text, "v_%d\n", i)
		case i%50 == 8:
			fmt.Fprintf(&text, "\"Ann, of\nthe \"\"hill\"\"\",v_%d\n\n", i)
		default:
			fmt.Fprintf(&text, "Ben,v_%d\r\n", i)
		}
	}
	return text.String()
}

// A file that is decided in parts, in any order and some of them twice, gives
// what it gives at once.
func TestPartsGiveWhatTheWholeGives(t *testing.T) {
	for _, key := range []string{"in.csv", "in.jsonl"} {
		t.Run(key, func(t *testing.T) {
			text := recipients(batch.FormatOf(key), 2345)
			want, err := atOnce(key, text, "autumn", &shop{})
			if err != nil {
				t.Fatal(err)
			}
			files, asked := place(t, key, text), &shop{}
			b := batch.New(files, asked)
			plan, err := b.Split(t.Context(), batch.Order{Key: key, Placements: []string{"mail"}, Message: "autumn"})
			if err != nil {
				t.Fatal(err)
			}
			parts := listed(files, plan)
			if plan.Left != 3 || len(parts) != 3 {
				t.Fatalf("got %d parts, %d of them listed; want 3", plan.Left, len(parts))
			}
			for _, i := range []int{2, 0, 2, 1} {
				if err := b.Decide(t.Context(), parts[i]); err != nil {
					t.Fatal(err)
				}
			}
			summary, err := b.Gather(t.Context(), *plan)
			if err != nil {
				t.Fatal(err)
			}
			counts := batch.Counts{Rows: 2345, OK: 2064, Fallback: 234, Invalid: 47}
			if diff := cmp.Diff(&batch.Summary{Counts: counts, Out: key + ".decided" + filepath.Ext(key)}, summary); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want, read(files, summary.Out)); diff != "" {
				t.Errorf("answers (-at once +in parts):\n%s", diff)
			}
		})
	}
}

// Rows of a part that nobody decided are named, and the same order goes on with
// them alone.
func TestWhatIsLeftIsNamedAndGoneOnWith(t *testing.T) {
	for _, key := range []string{"in.csv", "in.jsonl"} {
		t.Run(key, func(t *testing.T) {
			text := recipients(batch.FormatOf(key), 100)
			files, asked := place(t, key, text), &shop{}
			b := batch.New(files, asked).InPartsOf(30)
			order := batch.Order{Key: key, Placements: []string{"mail"}, Message: "autumn"}
			plan, err := b.Split(t.Context(), order)
			if err != nil {
				t.Fatal(err)
			}
			parts := listed(files, plan)
			for _, i := range []int{0, 2, 3} {
				if err := b.Decide(t.Context(), parts[i]); err != nil {
					t.Fatal(err)
				}
			}
			_, err = b.Gather(t.Context(), *plan)
			var unfinished *batch.Unfinished
			if !errors.As(err, &unfinished) {
				t.Fatalf("got %v, want Unfinished", err)
			}
			// The 58th row is invalid, and would be with everybody.
			if diff := cmp.Diff(batch.Counts{Rows: 100, OK: 62, Fallback: 7, Invalid: 2, Failed: 29, Left: 29}, unfinished.Counts); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
			if got := strings.Count(read(files, unfinished.Out), "start the same batch again"); got != 29 {
				t.Errorf("got %d rows that say what to do, want 29", got)
			}
			again, err := b.Split(t.Context(), order)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(parts[1:2], listed(files, again)); diff != "" || again.Left != 1 {
				t.Fatalf("got %d parts left, want the one that was lost (-want +got):\n%s", again.Left, diff)
			}
			if err := b.Decide(t.Context(), parts[1]); err != nil {
				t.Fatal(err)
			}
			summary, err := b.Gather(t.Context(), *again)
			if err != nil {
				t.Fatal(err)
			}
			want, err := atOnce(key, text, "autumn", &shop{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, read(files, summary.Out)); diff != "" {
				t.Errorf("answers (-at once +in the end):\n%s", diff)
			}
			for visitor, times := range asked.asked {
				if times != 1 && visitor != "" {
					t.Errorf("got asked %d times for %s, want once", times, visitor)
				}
			}
			if last, err := b.Split(t.Context(), order); err != nil || last.Left != 0 {
				t.Errorf("got %+v, %v; want nothing left", last, err)
			}
		})
	}
}

// The store is given half a minute, and what it does not answer by then is left.
func TestWhatTheStoreDoesNotAnswerIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files, asked := place(t, "in.csv", recipients(batch.CSV, 5)), &shop{away: map[string]bool{"v_2": true}}
		b := batch.New(files, asked)
		order := batch.Order{Key: "in.csv", Placements: []string{"mail"}, Message: "autumn"}
		plan, err := b.Split(t.Context(), order)
		if err != nil {
			t.Fatal(err)
		}
		part := listed(files, plan)[0]
		if err := b.Decide(t.Context(), part); err != nil {
			t.Fatal(err)
		}
		if asked.asked["v_1"] != 1 || asked.asked["v_2"] != 6 {
			t.Errorf("got asked %d and %d times, want once, and 6 times for whom the store is away", asked.asked["v_1"], asked.asked["v_2"])
		}
		var unfinished *batch.Unfinished
		if _, err = b.Gather(t.Context(), *plan); !errors.As(err, &unfinished) || unfinished.Left != 1 || unfinished.OK != 4 {
			t.Errorf("got %v, want one row left", err)
		}
		if got := read(files, unfinished.Out); strings.Count(got, "store_timeout") != 1 {
			t.Errorf("got %s, want one row that is degraded", got)
		}
		asked.away = nil
		if plan, err = b.Split(t.Context(), order); err != nil || plan.Left != 1 {
			t.Fatalf("got %+v, %v; want the part left", plan, err)
		}
		if err := b.Decide(t.Context(), part); err != nil {
			t.Fatal(err)
		}
		if summary, err := b.Gather(t.Context(), *plan); err != nil || summary.OK != 5 {
			t.Errorf("got %+v, %v; want all ok", summary, err)
		}
	})
}

func TestOrdersAreRefused(t *testing.T) {
	good := batch.Order{Key: "in.csv", Placements: []string{"mail"}, Message: "autumn"}
	for name, c := range map[string]struct {
		text   string
		change func(o *batch.Order)
		want   string
	}{
		"NoKey":            {"visitor\n", func(o *batch.Order) { o.Key = "" }, "key is missing"},
		"OwnFolder":        {"visitor\n", func(o *batch.Order) { o.Key = "work/x.csv" }, "must not begin with work/"},
		"NoFile":           {"visitor\n", func(o *batch.Order) { o.Key = "other.csv" }, "there is no file other.csv"},
		"UnknownPlacement": {"visitor\n", func(o *batch.Order) { o.Placements = []string{"mial"} }, "placements[0] must be mail"},
		"NoVisitors":       {"mail,name\n", func(*batch.Order) {}, "no column visitor: its first line must name"},
		"NoNames":          {"anna@shop.example,Anna\n", func(*batch.Order) {}, "no column visitor: its first line must name"},
		"NoMessage":        {"visitor\n", func(o *batch.Order) { o.Message = "" }, "no column message"},
		"Empty":            {"", func(*batch.Order) {}, "line of names"},
	} {
		t.Run(name, func(t *testing.T) {
			files, order := place(t, "in.csv", c.text), good
			c.change(&order)
			plan, err := batch.New(files, &shop{}).Split(t.Context(), order)
			var refused *batch.Refused
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, %v; want a refusal that says %q", plan, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "anna") {
				t.Errorf("got %v, which names a recipient: whoever sees executions reads it", err)
			}
		})
	}
}

// hurried is a decider that had no time to answer.
type hurried struct{}

func (hurried) DecideBatch(context.Context, personalize.Caller, personalize.BatchRequest) (*personalize.BatchAnswer, error) {
	return nil, &personalize.Error{Kind: personalize.Unavailable, Message: "try again in a moment"}
}

func TestWhatMayBeOtherwiseTheNextTimeIsNoRefusal(t *testing.T) {
	files := place(t, "in.csv", "visitor\nv_1\n")
	order := batch.Order{Key: "in.csv", Placements: []string{"mail"}, Message: "autumn"}
	plan, err := batch.New(files, &shop{}).Split(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	b := batch.New(files, hurried{})
	_, split := b.Split(t.Context(), order)
	for step, err := range map[string]error{"split": split, "decide": b.Decide(t.Context(), listed(files, plan)[0])} {
		if refused := (*batch.Refused)(nil); err == nil || errors.As(err, &refused) {
			t.Errorf("%s: got %v, want an error after which it is tried again", step, err)
		}
	}
}

// What is worked on is one content: a file that is replaced meanwhile is
// refused, and is another batch then.
func TestAFileThatIsReplacedIsRefused(t *testing.T) {
	files := place(t, "in.csv", "visitor\nv_1\n")
	b := batch.New(files, &shop{})
	order := batch.Order{Key: "in.csv", Placements: []string{"mail"}, Message: "autumn"}
	plan, err := b.Split(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	part := listed(files, plan)[0]
	if err := os.WriteFile(filepath.Join(string(files), "in.csv"), []byte("visitor\nv_2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var refused *batch.Refused
	if err := b.Decide(t.Context(), part); !errors.As(err, &refused) || !strings.Contains(err.Error(), "in.csv was replaced") {
		t.Errorf("decide: got %v, want that it was replaced", err)
	}
	if _, err := b.Gather(t.Context(), *plan); !errors.As(err, &refused) {
		t.Errorf("gather: got %v, want a refusal", err)
	}
	if again, err := b.Split(t.Context(), order); err != nil || again.Work == plan.Work {
		t.Errorf("got %+v, %v; want other work", again, err)
	}
}

func TestAFileWithoutRowsIsDone(t *testing.T) {
	for key, want := range map[string]string{"in.csv": "visitor,message,status,reason,decision,phase,fallback,degraded,problem\n", "in.jsonl": ""} {
		files := place(t, key, map[string]string{"in.csv": "visitor\n", "in.jsonl": ""}[key])
		b := batch.New(files, &shop{})
		plan, err := b.Split(t.Context(), batch.Order{Key: key, Placements: []string{"mail"}, Message: "autumn"})
		if err != nil || plan.Left != 0 {
			t.Fatalf("%s: got %+v, %v; want nothing left", key, plan, err)
		}
		if summary, err := b.Gather(t.Context(), *plan); err != nil || summary.Rows != 0 || read(files, summary.Out) != want {
			t.Errorf("%s: got %+v, %v; want no rows", key, summary, err)
		}
	}
}

// Whatever stands in a file, its parts have the rows of the whole.
func TestAnyFileIsTheSumOfItsParts(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SampledFrom([]string{"in.csv", "in.jsonl"}).Draw(t, "key")
		pieces := rapid.SliceOf(rapid.OneOf(
			rapid.SampledFrom([]string{"\n", "\r\n", "\"", "\"\"", ",", "v_1", "{\"visitor\":\"a\"}", "{", "\ufeff", "ä", "\r", "\x00"}), rapid.StringN(0, 3, -1),
		)).Draw(t, "pieces")
		text := strings.Join(pieces, "")
		if key == "in.csv" {
			text = "visitor,x\n" + text
		}
		want, err := atOnce(key, text, "autumn", &shop{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, key), []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
		files := local.Folder(dir)
		b := batch.New(files, &shop{}).InPartsOf(rapid.IntRange(1, 4).Draw(t, "rows"))
		ctx := context.Background()
		plan, err := b.Split(ctx, batch.Order{Key: key, Placements: []string{"mail"}, Message: "autumn"})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range listed(files, plan) {
			if err := b.Decide(ctx, p); err != nil {
				t.Fatal(err)
			}
		}
		summary, err := b.Gather(ctx, *plan)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, read(files, summary.Out)); diff != "" {
			t.Fatalf("answers (-at once +in parts):\n%s", diff)
		}
	})
}

// BenchmarkGather puts a file of 20 parts together, in CSV, which has to read
// each answer.
func BenchmarkGather(b *testing.B) {
	const rows = 20_000
	files := place(b, "in.csv", recipients(batch.CSV, rows))
	steps := batch.New(files, &shop{})
	plan, err := steps.Split(b.Context(), batch.Order{Key: "in.csv", Placements: []string{"mail"}, Message: "autumn"})
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range listed(files, plan) {
		if err := steps.Decide(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, err := steps.Gather(b.Context(), *plan); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
