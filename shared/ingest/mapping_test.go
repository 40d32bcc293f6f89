package ingest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/ingest"
)

const needed = `
visitor: "{v}"
id: "{hash}"
type: page_view
channel: web
at: {from: "{t}", format: RFC3339}
`

func TestLoadNamesEveryProblemWithItsPlace(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"Empty":           {"", []string{"1:1: the file is empty; visitor, id, type, channel and at are needed"}},
		"NotAMapping":     {"- a", []string{"1:1: must be a mapping of names to values", "1:1: visitor is needed", "1:1: id is needed", "1:1: type is needed", "1:1: channel is needed", "1:1: at is needed"}},
		"MisspeltKey":     {needed + `vistor: "{x}"`, []string{`7:1: there is no "vistor" here; did you mean "visitor"?`}},
		"SeveralAtOnce":   {needed + "each: [a]\nmerge: perhaps", []string{"7:7: must be text", "8:8: must be true or false"}},
		"UnknownFormat":   {needed + "format: xlsx", []string{"7:9: must be one of csv, jsonl"}},
		"OpenBrace":       {needed + `item: "{sku"`, []string{"7:7: a column stands in braces, as in {user_id}"}},
		"TableOfConstant": {needed + "item: {from: sku, values: {a: b}}", []string{"7:14: names no column; a column stands in braces, as in {event}"}},
		"TableWithout":    {needed + `item: {from: "{a}"}`, []string{`7:7: a table needs from and values, as in {from: "{event}", values: {view: product_view}}`}},
		"FilterWithout":   {needed + "keep:\n  - {column: a}", []string{"8:5: a condition needs a column and what must hold of it, as in {column: Quantity, above: 0}"}},
		"FilterRegexp":    {needed + "drop:\n  - {column: a, matches: '['}", []string{"8:26: must be a regular expression: error parsing regexp: missing closing ]: `[`"}},
		"FilterMisspelt":  {needed + "drop:\n  - {column: a, abov: 3}", []string{"8:5: a condition needs a column and what must hold of it, as in {column: Quantity, above: 0}", `8:17: there is no "abov" here; did you mean "above"?`}},
		"BadType":         {strings.Replace(needed, "page_view", "Page View", 1), []string{"4:7: must consist of a-z, 0-9, _ and ."}},
		"MisspeltType":    {strings.Replace(needed, "page_view", "pageview", 1), []string{`4:7: warning: "pageview" is not of the shipped vocabulary and weighs nothing without a signal of its own; did you mean "page_view"?`}},
		"TypeOfOurOwn":    {strings.Replace(needed, "page_view", "horoscope_cast", 1), nil},
		"Zone":            {strings.Replace(needed, "RFC3339", "RFC3339, zone: Wien", 1), []string{"6:42: must be a time zone by its IANA name, such as Europe/Vienna"}},
		"TimeFormat":      {strings.Replace(needed, "RFC3339", "yyyy-MM-dd", 1), []string{"6:27: must be RFC3339, unix_s, unix_ms or a pattern of YYYY, MM, M, MMM, DD, D, hh, h, mm, ss, SSS, AM, ZZ, such as YYYY-MM-DD hh:mm:ss; \"y\" is none of these"}},
		"TimeWithoutDay":  {strings.Replace(needed, "RFC3339", "hh:mm", 1), []string{"6:27: must have a year, a month and a day, as in YYYY-MM-DD hh:mm:ss"}},
		"Currency":        {needed + `value: {amount: "{a}", currency: euro}`, []string{"7:34: must be a currency code of three capital letters, such as EUR"}},
		"Trust":           {needed + "trust: humane", []string{"7:8: must be one of human, likely, reported, imported, machine"}},
		"Consent":         {needed + "consent: [everything]", []string{"7:10: must be none or a list of personalization, measurement, advertising"}},
		"ConstantID":      {strings.Replace(needed, "{hash}", "e", 1), []string{`3:5: must be different for each row, as in "{hash}-{repeat}"`}},
		"IndexOutside":    {strings.Replace(needed, "{hash}", "{index}", 1), []string{"2:1: {index} needs each: it is the number of the member"}},
		"Delimiter":       {needed + `delimiter: ";;"`, []string{`7:12: must be one character, such as ";", or \t`}},
		"Fine":            {needed, nil},
	} {
		t.Run(name, func(t *testing.T) {
			mapping, problems := ingest.Load([]byte(test.text))
			var got []string
			usable := true
			for _, p := range problems {
				got = append(got, p.String())
				usable = usable && p.Warning
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if usable != (mapping != nil) {
				t.Errorf("got a mapping: %v, want %v", mapping != nil, usable)
			}
		})
	}
}

func TestLoadPointsAtBrokenYAML(t *testing.T) {
	_, problems := ingest.Load([]byte("visitor: \"{v}\"\nid: [\n"))
	if len(problems) != 1 || problems[0].Line != 2 {
		t.Errorf("got %v, want one problem in line 2", problems)
	}
}
