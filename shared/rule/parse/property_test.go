package parse_test

import (
	"testing"

	"pgregory.net/rapid"

	"wegweiser/shared/rule/internal/ruletest"
	"wegweiser/shared/rule/parse"
)

func TestPrintThenParseIsTheIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := ruletest.Conditions().Draw(t, "condition")
		got, problems := parse.Parse(want.String(), schema())
		if len(problems) > 0 {
			t.Fatalf("%s\ngot problems %v, want none", want, problems)
		}
		if !got.Equal(want) {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}
