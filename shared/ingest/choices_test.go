package ingest_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wegweiser/shared/ingest"
)

// choices reads a log, by a mapping where one is given.
func choices(t *testing.T, mapping, log string, columns ...string) []ingest.Choice {
	t.Helper()
	var m *ingest.ChoiceMapping
	if mapping != "" {
		var problems []ingest.Problem
		if m, problems = ingest.LoadChoices([]byte(mapping)); len(problems) > 0 {
			t.Fatalf("the mapping has problems: %v", problems)
		}
	}
	reader, err := ingest.OpenChoices(strings.NewReader(log), m, columns...)
	if err != nil {
		t.Fatal(err)
	}
	var all []ingest.Choice
	for c, err := range reader.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

func TestChoices(t *testing.T) {
	whole := ingest.Choice{
		Decision: "d1", Visitor: "v1", At: 1793000000000, Place: "home", Position: 2, Item: "a",
		Candidates: []string{"a", "b"}, Probability: 0.25, Reward: 12.5, Columns: []string{"0.5"},
	}
	with := func(c ingest.Choice, line int, context map[string]any) ingest.Choice {
		c.Line, c.Context = line, context
		return c
	}
	for _, test := range []struct {
		name, mapping, log string
		want               ingest.Choice
	}{
		{
			"CSV", "",
			"decision,visitor,at,place,position,item,candidates,probability,reward,pi,context.channel,context.age\n" +
				"d1,v1,2026-10-26T07:33:20Z,home,2,a,a|b,0.25,12.5,0.5,web,\n",
			with(whole, 2, map[string]any{"channel": "web"}),
		},
		{
			"JSONLines", "",
			`{"decision":"d1","visitor":"v1","at":"2026-10-26T07:33:20Z","place":"home","position":2,"item":"a","candidates":["a","b"],` +
				`"probability":0.25,"reward":12.5,"pi":0.5,"context":{"channel":"web","age":30,"new":true}}`,
			with(whole, 1, map[string]any{"channel": "web", "age": json.Number("30"), "new": true}),
		},
		{
			"Mapped", `
delimiter: ";"
decimal: ","
drop: [{column: who, is: nobody}]
decision: "{who}-{at}"
visitor: "{who}"
at: {from: "{at}", format: unix_s}
place: home
position: "{place}"
item: "{shown}"
candidates: a|b
probability: "{p}"
reward: "{euros}"
context: {channel: "{channel}"}`,
			"who;at;shown;p;euros;place;channel;pi\nnobody;1;;;;;;\nv1;1793000000;a;0,25;12,5;2;web;0.5\n",
			func() ingest.Choice {
				c := with(whole, 3, map[string]any{"channel": "web"})
				c.Decision = "v1-1793000000"
				return c
			}(),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := choices(t, test.mapping, test.log, "pi")
			if diff := cmp.Diff(test.want, all[len(all)-1], cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, c := range all[:len(all)-1] {
				if !c.LeftOut {
					t.Errorf("line %d: got %+v, want it left out", c.Line, c)
				}
			}
		})
	}
}

func TestChoicesThatCannotBeRead(t *testing.T) {
	for row, want := range map[string]string{
		",0.5,1,":        "item is empty",
		"a,0.5,,":        "reward is empty",
		"a,0.5,NaN,":     "is not a number",
		"a,-0.1,1,":      "probability: \"-0.1\" is not a number from 0 to 1",
		"a,0.5,1,b|c":    "the item \"a\" is not among its candidates",
		"a,0.5,1,a|a":    "twice",
		`a,0.5,1,"[""a"`: "JSON list",
		"a,0.5":          "has 2 columns",
	} {
		all := choices(t, "", "item,probability,reward,candidates\n"+row+"\n")
		if len(all) != 1 || all[0].Err == nil || !strings.Contains(all[0].Err.Error(), want) || all[0].Line != 2 {
			t.Errorf("%s: got %+v, want an error that says %s", row, all, want)
		}
	}
}

func TestChoiceMappingsThatAreWrong(t *testing.T) {
	for mapping, want := range map[string]string{
		"":                                   "item, probability and reward are needed",
		"item: \"{a}\"":                      "reward is needed",
		"item: \"{a}\"\nreward: 1\nitems: x": "did you mean \"item\"?",
		"item: \"{repeat}\"\nreward: 1":      "{repeat} is for the ids of touchpoints",
	} {
		_, problems := ingest.LoadChoices([]byte(mapping))
		if len(problems) == 0 || !strings.Contains(problems[0].String(), want) {
			t.Errorf("%q: got %v, want %s", mapping, problems, want)
		}
	}
}

func TestEveryShippedMapOfALogIsFreeOfProblems(t *testing.T) {
	maps, err := fs.Glob(os.DirFS("../../docs/maps/logs"), "*.yaml")
	if err != nil || len(maps) == 0 {
		t.Fatalf("no maps: %v", err)
	}
	for _, name := range maps {
		if _, problems := ingest.LoadChoices([]byte(shipped(t, "logs/"+name))); len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
	}
}
