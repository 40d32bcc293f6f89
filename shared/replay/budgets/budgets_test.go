package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const printed = `goos: linux
pkg: wegweiser/shared/rule
BenchmarkCondition-2   	 1000000	        21.5 ns/op	       0 B/op	       0 allocs/op
BenchmarkDecide/rules=100-2   	    2000	     40123 ns/op	      1024 cpu-ns/call
PASS
ok  	wegweiser/shared/rule	1.2s
`

func TestRead(t *testing.T) {
	got := measurements{}
	if err := got.read("shared/rule", strings.NewReader(printed)); err != nil {
		t.Fatal(err)
	}
	condition, decide := benchmark{"shared/rule", "BenchmarkCondition"}, benchmark{"shared/rule", "BenchmarkDecide/rules=100"}
	want := measurements{
		{condition, "ns/op"}: 21.5, {condition, "B/op"}: 0, {condition, "allocs/op"}: 0,
		{decide, "ns/op"}: 40123, {decide, "cpu-ns/call"}: 1024,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(metric{}, benchmark{})); diff != "" {
		t.Errorf("measurements (-want +got):\n%s", diff)
	}
}

func TestJudge(t *testing.T) {
	figure, floor := metric{benchmark{"p", "F"}, "ns/op"}, metric{benchmark{"p", "Floor"}, "ns/op"}
	m := measurements{figure: 50_000, floor: 20_000}
	for name, c := range map[string]struct {
		row  row
		want judged
	}{
		"Held":    {row{unit: "ns", figure: figure, limit: atMost(50_000, "ns")}, judged{"50 µs", "–", kept}},
		"Missed":  {row{unit: "ns", figure: figure, limit: atMost(49_999, "ns")}, judged{"50 µs", "–", missed}},
		"OfFloor": {row{unit: "ns", figure: figure, floor: floor, limit: atMostTimesFloor(3)}, judged{"50 µs", "20 µs (× 2.50)", kept}},
		"OverFloor": {
			row{unit: "ns", figure: figure, floor: floor, limit: atMostTimesFloor(2)},
			judged{"50 µs", "20 µs (× 2.50)", missed},
		},
		"AtLeast": {
			row{unit: "ns", figure: floor, floor: figure, limit: atLeastTimesFloor(0.5)},
			judged{"20 µs", "50 µs (× 0.40)", missed},
		},
		"NotMeasured": {
			row{figure: metric{benchmark{"p", "Nothing"}, "ns/op"}, limit: atMost(1, "")},
			judged{"–", "–", missed + ": Nothing of p reports no ns/op"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.row.judge(m), cmp.AllowUnexported(judged{})); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
		})
	}
}

// The price of the example in the design's own sources: 256 MB for 5 ms and a
// Query of 8 KB.
func TestDollars(t *testing.T) {
	call := benchmark{"functions", "BenchmarkCall/decide"}
	m := measurements{
		{call, readUnits}: 1, {call, writeUnits}: 0, {call, cpuTime}: 1e6, {call, logBytes}: 0,
	}
	got, err := dollars{template{memoryGB: 0.25}, call, 1, 1}.of(m)
	if err != nil {
		t.Fatal(err)
	}
	if want := 1.3417; math.Abs(got-want) > 0.0001 {
		t.Errorf("got $%.4f a million, want $%.4f", got, want)
	}
}

func TestReadTemplate(t *testing.T) {
	const priced = `{"Resources": {
		"F": {"Type": "AWS::Lambda::Function", "Properties": {"Architectures": ["arm64"], "MemorySize": 256}},
		"T": {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "PAY_PER_REQUEST"}},
		"A": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}}}}`
	for name, c := range map[string]struct {
		content string
		want    string
	}{
		"Priced":      {priced, ""},
		"Provisioned": {strings.Replace(priced, "PAY_PER_REQUEST", "PROVISIONED", 1), "not on demand"},
		"OtherChip":   {strings.Replace(priced, "arm64", "x86_64", 1), "not for arm64"},
		"OtherAPI":    {strings.Replace(priced, "HTTP", "WEBSOCKET", 1), "not an HTTP API"},
		"Empty":       {`{}`, "no function"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "x.template.json"), []byte(c.content), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := readTemplates(folder)
			switch {
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got error %v, want one that says %q", err, c.want)
			case c.want == "" && (err != nil || got.memoryGB != 0.25):
				t.Errorf("got %v, %v; want 0.25 GB", got, err)
			}
		})
	}
	if _, err := readTemplates(t.TempDir()); err == nil || !strings.Contains(err.Error(), "make synth") {
		t.Errorf("no template: got error %v, want one that says make synth", err)
	}
}
