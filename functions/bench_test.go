package functions_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/tables"
	"wegweiser/shared/topology"
)

const (
	emptyFunction = "testdata/empty"
	readsFunction = "testdata/reads"
	publishedRows = 5000
	startsOfEach  = 25

	// DynamoDB Local answers faster once it has done so for a while. So does a
	// function, which asks the system for memory until it collects garbage for
	// the first time. What is measured comes after so many.
	readsBefore     = 200
	decisionsBefore = 200
)

// BenchmarkStart is the time from a process's first moment to its first poll,
// with 5,000 published rows to load and the connection to the store to open,
// and the CPU that the process used for it. The floor is a function that does
// nothing; beside it stands one that asks the same of the store and does nothing
// with the answer. Both are asked of DynamoDB Local, which takes longer to wake
// up than to read, and (recalled) of a store that knows its answer by heart,
// whose time is none. They start in turns, so that what else the machine does
// falls on all.
func BenchmarkStart(b *testing.B) {
	d := deploy(b)
	d.publish(b, publishedRows)
	kept := d.open(b)
	for range readsBefore {
		if _, _, err := kept.LiveSnapshot(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	// Straight to the store: a tap takes time of its own.
	const endpoint = "AWS_ENDPOINT_URL_DYNAMODB="
	asked, recalled := endpoint+dynamotest.Endpoint(b), endpoint+recall(b, dynamotest.Endpoint(b))
	reads, decide := []string{d.read()}, d.variables(topology.DecideFunction)
	functions := []*startable{
		{name: "empty", program: binary(b, emptyFunction)},
		{name: "reads", program: binary(b, readsFunction), variables: append(slices.Clip(reads), asked)},
		{name: "reads-recalled", program: binary(b, readsFunction), variables: append(slices.Clip(reads), recalled)},
		{name: "decide", program: binary(b, topology.DecideFunction), variables: append(slices.Clip(decide), asked)},
		{name: "decide-recalled", program: binary(b, topology.DecideFunction), variables: append(slices.Clip(decide), recalled)},
	}
	for range startsOfEach {
		for _, f := range functions {
			f.start(b)
		}
	}
	for _, f := range functions {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() { // it was measured in turns
			}
			b.ReportMetric(float64(median(f.took)), "median-ns")
			b.ReportMetric(float64(median(f.cpu)), "cpu-ns")
			b.ReportMetric(float64(f.resident), "resident-bytes")
		})
	}
}

// startable is a function with what its starts took.
type startable struct {
	name, program string
	variables     []string
	took, cpu     []time.Duration
	resident      int
}

func (f *startable) start(b *testing.B) {
	e := start(b, f.program, f.variables...)
	f.took = append(f.took, e.wait(b))
	f.resident = max(f.resident, e.resident())
	e.stop()
	f.cpu = append(f.cpu, e.process.ProcessState.UserTime()+e.process.ProcessState.SystemTime())
}

func median(of []time.Duration) time.Duration { return slices.Sorted(slices.Values(of))[len(of)/2] }

// read is what a start asks of the store, as the function of that name takes
// it.
func (d *deployment) read() string {
	return fmt.Sprintf(`READS_GetItem={"TableName":%q,"ConsistentRead":true,"Key":{"%s":{"S":"%srelease"},"%s":{"S":"start"}}}`,
		d.tables[topology.ConfigTable], topology.TableAttribute, topology.Workspace, topology.RowAttribute)
}

// BenchmarkCall is one call of a warm function: its time and CPU, what it asks
// of the store and what that costs, and what it logs at the level that the
// stack sets. While DynamoDB Local works on an answer, for milliseconds, the
// processors forget what they know of the function: one of its figures is that
// of a store that recalls its answer.
func BenchmarkCall(b *testing.B) {
	b.Run("empty", func(b *testing.B) {
		e := start(b, binary(b, emptyFunction))
		e.wait(b)
		ask(b, e, nil, 1, func(int) request { return request{method: "POST", path: "/v1/decisions"} })
	})
	d := deploy(b)
	d.publish(b, publishedRows)
	tapped, recalled := d.taps[topology.DecideFunction].server.URL, recall(b, dynamotest.Endpoint(b))
	for _, c := range []struct {
		name                    string
		touchpoints, placements int
		store                   string // its address
	}{
		{"full-window", journey.DefaultWindow, 1, tapped},
		{"full-window-recalled", journey.DefaultWindow, 1, recalled},
		{"40-touchpoints", 40, 1, tapped},
		{"10-placements", journey.DefaultWindow, 10, tapped},
	} {
		visitor := "v_" + c.name
		d.remember(b, visitor, c.touchpoints)
		b.Run("decide-"+c.name, func(b *testing.B) {
			variables := append(d.variables(topology.DecideFunction), "AWS_LAMBDA_LOG_LEVEL=WARN", "AWS_ENDPOINT_URL_DYNAMODB="+c.store)
			e := start(b, binary(b, topology.DecideFunction), variables...)
			e.wait(b)
			names := make([]string, c.placements)
			for i := range names {
				names[i] = fmt.Sprintf("%q", fmt.Sprint("place-", i))
			}
			ask(b, e, d.taps[topology.DecideFunction], 1, func(int) request {
				return request{
					method: "POST", path: "/v1/decisions", key: secretKey,
					body: fmt.Sprintf(`{"visitor":%q,"placements":[%s]}`, visitor, strings.Join(names, ",")),
				}
			})
		})
	}
	const recipients = 100
	for name, recipient := range map[string]func(n int) string{
		"batch":    func(int) string { return `{"visitor":"v_full-window"}` },
		"messages": func(n int) string { return fmt.Sprintf(`{"visitor":"v_full-window","message":"m_%d"}`, n) },
	} {
		next := func(n int) request {
			all := make([]string, recipients)
			for i := range all {
				all[i] = recipient(n*recipients + i)
			}
			return request{
				method: "POST", path: "/v1/decisions/batch", key: secretKey,
				body: `{"recipients":[` + strings.Join(all, ",") + `],"placements":["place-0"]}`,
			}
		}
		b.Run("decide-"+name, func(b *testing.B) {
			variables := append(d.variables(topology.DecideFunction), "AWS_LAMBDA_LOG_LEVEL=WARN")
			e := start(b, binary(b, topology.DecideFunction), variables...)
			e.wait(b)
			run := int(time.Now().UnixMilli()) << 10 // no message was asked for in another run
			ask(b, e, d.taps[topology.DecideFunction], recipients, func(n int) request { return next(run + n) })
		})
	}
}

// ask calls a function for so many decisions a call as long as the benchmark
// runs, after the first of them, which do not count.
func ask(b *testing.B, e *environment, w *wire, decisions int, next func(n int) request) {
	before := decisionsBefore / decisions
	for n := range before {
		e.invoke(b, next(n).event(b))
	}
	if w != nil {
		w.take()
	}
	logged, cpu, begun := len(e.output.String()), e.cpu(b), time.Now()
	calls := 0
	for b.Loop() {
		calls++
		if answer := e.invoke(b, next(before+calls).event(b)); answer.StatusCode >= 300 {
			b.Fatalf("got %d: %s", answer.StatusCode, answer.Body)
		}
	}
	took, spent := time.Since(begun), e.cpu(b)-cpu
	per := func(total float64) float64 { return total / float64(calls) }
	b.ReportMetric(per(float64(took.Nanoseconds())/1e6), "ms/call")
	b.ReportMetric(per(float64(spent.Nanoseconds())), "cpu-ns/call")
	b.ReportMetric(per(float64(len(e.output.String())-logged)), "log-bytes/call")
	b.ReportMetric(float64(e.resident()), "resident-bytes")
	if w == nil {
		return
	}
	var reads, writes, queries, others float64
	for _, c := range w.take() {
		reads, writes = reads+c.reads, writes+c.writes
		if c.operation == "Query" {
			queries++
		} else {
			others++
		}
	}
	b.ReportMetric(per(reads), "read-units/call")
	b.ReportMetric(per(writes), "write-units/call")
	b.ReportMetric(per(queries), "queries/call")
	b.ReportMetric(per(others), "other-store-calls/call")
}

// cpu is what the process has used so far.
func (e *environment) cpu(b *testing.B) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", e.process.Process.Pid))
	if err != nil {
		b.Skipf("the system does not say what a process uses: %v", err)
	}
	// After the name in parentheses, user and system time are the 12th and
	// 13th fields, in hundredths of a second.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			b.Fatalf("read the process's times: %v", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// BenchmarkZip is the size of what `make build` left for Lambda.
func BenchmarkZip(b *testing.B) {
	for _, f := range topology.Functions() {
		b.Run(f.Name, func(b *testing.B) {
			file, err := os.Stat(filepath.Join("..", "dist", f.Name+".zip"))
			if err != nil {
				b.Fatalf("%v: run make build first", err)
			}
			for b.Loop() { // a size takes no time
			}
			b.ReportMetric(float64(file.Size()), "zip-bytes")
		})
	}
}

// publish makes a configuration of so many rows live.
func (d *deployment) publish(b *testing.B, rows int) {
	b.Helper()
	set, err := tables.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	// Receipts have figures of their own.
	set.Add(tables.SettingsTable, row(b, tables.SettingsTable, `{"id":"receipt_sample","value":"0"}`))
	const placements = 10
	for i := range placements {
		set.Add(tables.PlacementsTable, row(b, tables.PlacementsTable, fmt.Sprintf(`{"id":"place-%d","kind":"content","fallback":"item-0"}`, i)))
	}
	for i := 0; set.Len() < rows; i++ {
		set.Add(tables.ItemsTable, row(b, tables.ItemsTable, fmt.Sprintf(`{"id":"item-%d","kind":"content",
			"content.title":"Item %[1]d","content.title.de":"Artikel %[1]d","url":"https://shop.example/%[1]d"}`, i)))
		set.Add(tables.RulesTable, row(b, tables.RulesTable, fmt.Sprintf(`{"id":"rule-%d","order":%[1]d,"placements":["place-%d"],
			"phases":["consideration","decision"],"when":"count(\"product_view\", \"%dd\") >= %d","items":["item-%[1]d"]}`, i, i%placements, 1+i%30, i%7)))
	}
	s, problems := snapshot.Compile(set, parse.Parse)
	if s == nil {
		b.Fatalf("compile the configuration: %v", problems)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	kept := d.open(b)
	if err := kept.PutSnapshot(ctx, s.ID(), s.Encode()); err != nil {
		b.Fatal(err)
	}
	if err := kept.Publish(ctx, "", store.Release{Snapshot: s.ID(), Author: "ada", At: journey.At(time.Now())}); err != nil {
		b.Fatal(err)
	}
}

func row(b *testing.B, table, body string) tables.Row {
	b.Helper()
	r, problems := tables.ReadRow(table, "", []byte(body))
	if len(problems) > 0 {
		b.Fatalf("read a row: %v", problems)
	}
	return r
}

// remember gives a visitor some touchpoints of the usual size, and a profile.
func (d *deployment) remember(b *testing.B, visitor string, touchpoints int) {
	b.Helper()
	now := journey.At(time.Now())
	types := []string{"page_view", "product_view", "search", "compare", "cart_add", "email_click"}
	recordings := make([]store.Recording, touchpoints)
	for i := range recordings {
		recordings[i] = store.Recording{
			Touchpoint: journey.Touchpoint{
				ID: fmt.Sprintf("e_%026d", i), Visitor: visitor, Type: types[i%len(types)], Channel: "web", Source: "shop",
				Item: fmt.Sprintf("sofa-%d", i%300), Category: "sofas", Campaign: "autumn",
				At: now.Add(-time.Duration(i+1) * time.Minute),
			},
			Expires: now.Add(400 * 24 * time.Hour),
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	kept := d.open(b)
	if _, err := kept.Append(ctx, now, recordings); err != nil {
		b.Fatal(err)
	}
	err := kept.Change(ctx, visitor, func(p *journey.Profile) error {
		p.Locale, p.Zone, p.Country = "de-AT", "Europe/Vienna", "AT"
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
