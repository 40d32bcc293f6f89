package ingest_test

import (
	"strings"
	"testing"

	"wegweiser/shared/ingest"
)

// Whatever a mapping and a file hold, reading says what is wrong: every row is
// a touchpoint that keeps the limits, an error, or left out.
func FuzzMappingAndFile(f *testing.F) {
	f.Add(needed, "v,t\na,2026-01-01T00:00:00Z\n")
	f.Add(needed+"format: jsonl", `{"v":"a","t":"2026-01-01T00:00:00Z"}`)
	f.Add(needed+"each: a.b", `{"a":{"b":[{"v":1},{"v":null},3]}}`)
	f.Add(needed+"merge: true\nvalue: {amount: [\"{a}\", \"{b}\"], currency: EUR}", "v,t,a,b\nx,2026-01-01T00:00:00Z,1,2\nx,2026-01-01T00:00:00Z,3,0.1\n")
	f.Add("type:\n  - when: {column: a, matches: '^C'}\n    is: {from: \"{b}\", values: {c: drop}, other: purchase}\n"+needed, "a,b\n")
	f.Fuzz(func(t *testing.T, text, file string) {
		mapping, problems := ingest.Load([]byte(text))
		if mapping == nil {
			if len(problems) == 0 {
				t.Fatal("no mapping and no problem")
			}
			return
		}
		reader, err := mapping.Open(strings.NewReader(file))
		if err != nil {
			return
		}
		for row, err := range reader.Rows(now) {
			if err != nil {
				return
			}
			if row.Touchpoint == nil {
				continue
			}
			if row.Err != nil {
				t.Fatalf("line %d is a touchpoint and the error %v", row.Line, row.Err)
			}
			if fault := row.Touchpoint.Validate(now); fault != nil {
				t.Fatalf("line %d became a touchpoint that nobody can store: %v", row.Line, fault)
			}
		}
	})
}

// Whatever a log of decisions is, each of its rows is a choice that can be
// valued, or has a reason why not.
func FuzzChoices(f *testing.F) {
	f.Add("item,probability,reward\na,0.5,1\n")
	f.Add("item,reward,candidates,at,position,context.x\na,1,a|b,2026-11-01T10:00:00Z,2,y\n")
	f.Add(`{"item":"a","probability":0.5,"reward":1,"candidates":["a"],"context":{"x":1}}`)
	f.Fuzz(func(t *testing.T, log string) {
		reader, err := ingest.OpenChoices(strings.NewReader(log), nil)
		if err != nil {
			return
		}
		for c, err := range reader.Rows() {
			if err != nil {
				return
			}
			if c.Err == nil && (c.Item == "" || c.Position < 1 || !(c.Probability >= 0 && c.Probability <= 1) || c.Reward != c.Reward) {
				t.Fatalf("got %+v", c)
			}
		}
	})
}
