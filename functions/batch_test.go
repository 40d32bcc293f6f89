package functions_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/local"
	"wegweiser/shared/topology"
)

const mailShop = `{"rows":[
 {"table":"placements","row":{"id":"mail-offer","kind":"offer","fallback":"free-delivery"}},
 {"table":"items","row":{"id":"free-delivery","kind":"offer","content.title":"Free delivery"}},
 {"table":"items","row":{"id":"few","kind":"offer","content.title":"One of few, \"really\"","cap_week":1,"budget":70}},
 {"table":"rules","row":{"id":"sale","placements":["mail-offer"],"items":["few"]}}
]}`

// runner runs what infra/batch.asl.json says with the real function.
type runner struct {
	*machine
	deployment *deployment
	// down says whether a call of the function does not get through: its
	// payload, and how often it was tried.
	down  func(payload string, try int) bool
	tried map[string]int
}

func (d *deployment) runner(t *testing.T) *runner {
	function := d.start(t, topology.BatchFunction)
	function.wait(t)
	r := &runner{machine: newMachine(t, "../infra/batch.asl.json"), deployment: d, tried: map[string]int{}}
	r.object = func(bucket, key string) string { return d.files.read(key) }
	r.invoke = func(payload []byte) ([]byte, *stateFault) {
		r.tried[string(payload)]++
		if r.down != nil && r.down(string(payload), r.tried[string(payload)]) {
			return nil, &stateFault{"Lambda.TooManyRequestsException", "Rate Exceeded"}
		}
		body, failed := function.try(t, payload)
		if !failed {
			return body, nil
		}
		var said struct{ ErrorType, ErrorMessage string }
		if err := json.Unmarshal(body, &said); err != nil {
			t.Fatalf("no error of a function: %v\n%s", err, body)
		}
		return nil, &stateFault{said.ErrorType, said.ErrorMessage}
	}
	return r
}

// openShop publishes rows.
func (d *deployment) openShop(t *testing.T, rows string) {
	configure := d.start(t, topology.ConfigureFunction)
	configure.wait(t)
	configure.call(t, request{method: "PUT", path: "/v1/config", key: adminKey, body: rows}, 200)
	configure.call(t, request{method: "POST", path: "/v1/config/publish", key: adminKey, headers: map[string]string{"if-none-match": "*"}, body: `{}`}, 200)
}

// table reads answers in CSV, by the names of their columns.
func table(t *testing.T, text string) (rows []map[string]string) {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(lines) == 0 {
		t.Fatalf("no CSV with a line of names: %v\n%s", err, text)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// A file goes through the state machine while one part fails once, and another
// for good: its rows are named. The same order again goes on with them, and
// once more, with nothing kept of the first two, gives the same answers; a
// budget is counted once.
func TestAFileOfRecipientsGoesThroughTheStateMachine(t *testing.T) {
	const rows, budget = 2100, 70
	d := deploy(t)
	d.openShop(t, mailShop)
	var text strings.Builder
	text.WriteString("visitor,name\n")
	for i := range rows {
		if i == 1500 {
			text.WriteString("broken\n")
			continue
		}
		fmt.Fprintf(&text, "v_%d,\"Doe, Ann\"\n", i)
	}
	d.files.write("autumn-3.csv", text.String())
	const order, out = `{"key":"autumn-3.csv","placements":["mail-offer"],"message":"autumn-3"}`, "autumn-3.csv.decided.csv"
	r := d.runner(t)
	r.down = func(payload string, try int) bool {
		return strings.Contains(payload, `"decide"`) && (strings.Contains(payload, `"number":0,`) && try == 1 || strings.Contains(payload, `"number":1,`))
	}
	_, fault := r.start(order)
	if fault == nil || fault.Name != "Unfinished" || !strings.Contains(fault.Cause, "999 of 2100 rows") || !strings.Contains(fault.Cause, out) {
		t.Fatalf("got %+v, want that 999 of 2100 rows are left, and where that is said", fault)
	}
	for i, row := range table(t, d.files.read(out)) {
		lost := i >= 1000 && i < 2000 && i != 1500
		if row["visitor"] != fmt.Sprintf("v_%d", i) && i != 1500 || (row["status"] == "failed") != lost {
			t.Fatalf("row %d is %v, want it in its place, and failed only where its part was lost", i, row)
		}
	}
	for payload, times := range r.tried {
		want := 1
		switch {
		case !strings.Contains(payload, `"decide"`):
		case strings.Contains(payload, `"number":0,`):
			want = 2
		case strings.Contains(payload, `"number":1,`):
			want = 9
		}
		if times != want {
			t.Errorf("got %d calls, want %d: %s", times, want, payload)
		}
	}

	r.down, r.runs = nil, map[string]int{}
	summary, fault := r.start(order)
	if fault != nil {
		t.Fatalf("got %+v, want the rest decided", fault)
	}
	if r.runs["DecidePart"] != 1 {
		t.Errorf("got %d parts decided, want the lost one alone", r.runs["DecidePart"])
	}
	want := map[string]any{
		"out": out, "rows": json.Number("2100"), "ok": json.Number("70"), "fallback": json.Number("2029"),
		"suppressed": json.Number("0"), "invalid": json.Number("1"), "failed": json.Number("0"), "left": json.Number("0"),
	}
	if diff := cmp.Diff(want, summary); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	answers := d.files.read(out)
	offered := 0
	for i, row := range table(t, answers) {
		if row["mail-offer.id"] == "few" && row["mail-offer.title"] == `One of few, "really"` && row["mail-offer.token"] != "" {
			offered++
		}
		if row["visitor"] != fmt.Sprintf("v_%d", i) && i != 1500 {
			t.Fatalf("row %d is %v, want it in its place", i, row)
		}
	}
	if offered != budget {
		t.Errorf("got %d offers of a budget of %d", offered, budget)
	}

	if gone := d.files.removeAll("work/"); gone != 4 {
		t.Errorf("got %d objects kept meanwhile, want 3 parts and their list", gone)
	}
	d.files.removeAll(out)
	if again, fault := r.start(order); fault != nil || cmp.Diff(summary, again) != "" {
		t.Fatalf("once more: got %v and %+v, want the same", again, fault)
	}
	if d.files.read(out) != answers {
		t.Error("once more: got other answers, want the same")
	}
}

// decidesForAFile lets recipients of what is ranked, capped and scarce go
// through the state machine, so that the function does all that its role lets
// it.
func (d *deployment) decidesForAFile(t *testing.T, configure *environment) {
	configure.call(t, request{method: "PUT", path: "/v1/config", key: adminKey, body: `{"rows":[
		{"table":"items","version":"*","row":{"id":"last-chair","kind":"offer","content.title":"The last chair","cap_week":1,"budget":3}}]}`}, 200)
	live := configure.call(t, request{method: "GET", path: "/v1/config/snapshots", key: adminKey}, 200)["live"].(string)
	configure.call(t, request{
		method: "POST", path: "/v1/config/publish", key: adminKey, headers: map[string]string{"if-match": `"` + live + `"`}, body: `{}`,
	}, 200)
	r, asked := d.runner(t), 0
	waitUntil(t, "the function looks whether there is something newer", func() bool {
		asked++
		key := fmt.Sprintf("in-%d.csv", asked)
		d.files.write(key, fmt.Sprintf("visitor\nv_file_%d\nv_file\n", asked))
		summary, fault := r.start(fmt.Sprintf(`{"key":%q,"placements":["mail-offer","best"],"message":%[1]q}`, key))
		if fault != nil || fmt.Sprint(summary["rows"]) != "2" {
			t.Fatalf("got %v and %+v, want two rows decided", summary, fault)
		}
		return slices.Contains(d.used(d.taps[topology.BatchFunction].seen()), "config BatchGetItem")
	})
}

// A mistake in an order is said at once, and tried once.
func TestOrdersOfBatchesAreRefused(t *testing.T) {
	d := deploy(t)
	d.openShop(t, mailShop)
	d.files.write("in.csv", "visitor\nv_1\n")
	r := d.runner(t)
	for order, want := range map[string]string{
		`{"key":"in.csv","placements":["mail-ofer"],"message":"m"}`:   "did you mean mail-offer",
		`{"key":"out.csv","placements":["mail-offer"],"message":"m"}`: "there is no file out.csv",
		`{"key":"in.csv","placements":["mail-offer"]}`:                "no column message",
		`{"key":"in.csv","placement":"mail-offer","message":"m"}`:     `unknown field "placement"`,
		`{}`: "key is missing",
	} {
		clear(r.tried)
		output, fault := r.start(order)
		if fault == nil || fault.Name != "Refused" || !strings.Contains(fault.Cause, want) {
			t.Errorf("%s: got %v, %+v; want a refusal that says %s", order, output, fault, want)
		}
		if len(r.tried) != 1 || r.tried[`{"split":`+order+`}`] > 1 {
			t.Errorf("%s: got the calls %v, want one", order, r.tried)
		}
	}
}

// A file without rows goes through too, as one of JSON Lines does.
func TestSmallFilesGoThroughTheStateMachine(t *testing.T) {
	d := deploy(t)
	d.openShop(t, mailShop)
	d.files.write("empty.csv", "visitor\n")
	d.files.write("two.jsonl", "{\"visitor\":\"v_1\"}\n{\"visitor\":7}\n")
	r := d.runner(t)
	for key, want := range map[string]struct{ rows, decided int }{"empty.csv": {0, 0}, "two.jsonl": {2, 1}} {
		clear(r.runs)
		summary, fault := r.start(fmt.Sprintf(`{"key":%q,"placements":["mail-offer"],"message":"m"}`, key))
		if fault != nil || fmt.Sprint(summary["rows"]) != fmt.Sprint(want.rows) || r.runs["DecidePart"] != want.decided {
			t.Errorf("%s: got %v, %+v and %d parts; want %+v", key, summary, fault, r.runs["DecidePart"], want)
		}
	}
	lines := strings.Split(strings.TrimSuffix(d.files.read("two.jsonl.decided.jsonl"), "\n"), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"status":"ok","visitor":"v_1"`) || !strings.Contains(lines[1], `"status":"invalid"`) {
		t.Errorf("got %q, want one that is ok and one that is invalid", lines)
	}
}

// TestBatchEvents sends the sample events to the real binary. A version is that
// of another bucket there, so that what is compared is what is refused.
func TestBatchEvents(t *testing.T) {
	world, err := local.ReadWorld(filepath.Join("..", "events", local.WorldFile))
	if err != nil {
		t.Fatal(err)
	}
	d := deploy(t)
	d.settings = world.Environment
	d.begin(t, world)
	folder := filepath.Join("..", "events", topology.BatchFunction)
	for _, name := range []string{"recipients.csv", "contacts.csv", "nobody.jsonl"} {
		d.files.write(name, string(read(t, filepath.Join(folder, "files", name))))
	}
	function := d.start(t, topology.BatchFunction)
	function.wait(t)
	wants, err := filepath.Glob(filepath.Join(folder, "*.want.json"))
	if err != nil || len(wants) < 6 {
		t.Fatalf("got %d events, %v; want at least 6", len(wants), err)
	}
	for _, file := range wants {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".want.json"), func(t *testing.T) {
			event := read(t, strings.Replace(file, ".want.json", ".json", 1))
			for _, name := range []string{"recipients.csv", "nobody.jsonl"} {
				_, is, err := local.Folder(filepath.Join(folder, "files")).Open(t.Context(), name, "", 0, -1)
				if err != nil {
					t.Fatal(err)
				}
				version, err := json.Marshal(etag([]byte(d.files.read(name))))
				if err != nil {
					t.Fatal(err)
				}
				event = bytes.ReplaceAll(event, []byte(`"`+is+`"`), version)
			}
			body, failed := function.try(t, event)
			want, _ := parsed(t, read(t, file)).(map[string]any)
			if refused := want["errorType"] != nil; refused || failed {
				if diff := cmp.Diff(any(want), parsed(t, body)); diff != "" {
					t.Errorf("refusal (-want +got):\n%s", diff)
				}
			}
		})
	}
}
