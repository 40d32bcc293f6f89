package gateway

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

func decodeInto(t testing.TB, body string, into any) *Problem {
	t.Helper()
	shape, err := shapeOf(reflect.TypeOf(into).Elem())
	if err != nil {
		t.Fatal(err)
	}
	return shape.decode([]byte(body), into)
}

func TestDecode(t *testing.T) {
	var got personalize.DecideRequest
	body := ` { "visitor" : "v_\u00e4\n1" , "placements":["a", "b"],
		"touchpoints":[ {"id": "e_1", "props":{"a":[1,{"b":"]}"}]}} ,7],
		"context":{"n":-1.5e3,"t":true,"f":false,"z":null,"l":[1,"x",{"y":{}}],"s":"\ud83d\ude00"},
		"consent":"none","explain":true,"at":null } ` + "\n"
	if p := decodeInto(t, body, &got); p != nil {
		t.Fatal(p)
	}
	want := personalize.DecideRequest{
		Visitor: "v_ä\n1", Placements: []string{"a", "b"},
		Touchpoints: []json.RawMessage{[]byte(`{"id": "e_1", "props":{"a":[1,{"b":"]}"}]}}`), []byte("7")},
		Context:     map[string]any{"n": -1500.0, "t": true, "f": false, "z": nil, "l": []any{1.0, "x", map[string]any{"y": map[string]any{}}}, "s": "😀"},
		Consent:     journey.NoConsent(), Explain: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNullIsLeftOut(t *testing.T) {
	locale := "de"
	got := personalize.VisitorUpdate{Locale: &locale}
	if p := decodeInto(t, `{"traits":{"vip":null},"locale":null,"zone":""}`, &got); p != nil {
		t.Fatal(p)
	}
	empty := ""
	want := personalize.VisitorUpdate{Traits: map[string]any{"vip": nil}, Locale: &locale, Zone: &empty}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWrongFieldsAreNamed(t *testing.T) {
	for _, c := range []struct{ name, body, field, code, says string }{
		{"Typo", `{"visitr":"v_1"}`, "visitr", "unknown_field", "did you mean visitor?"},
		{"Capitals", `{"Visitor":"v_1"}`, "Visitor", "unknown_field", "did you mean visitor?"},
		{"Foreign", `{"zzzzzzzz":1}`, "zzzzzzzz", "unknown_field", "the fields are visitor, placements"},
		{"Phase", `{"phase":"decision"}`, "phase", "unknown_field", ""},
		{"NumberForText", `{"visitor":7}`, "visitor", "wrong_type", "must be text"},
		{"TextForList", `{"placements":"home"}`, "placements", "wrong_type", "must be a list"},
		{"NumberInList", `{"placements":["a",7]}`, "placements[1]", "wrong_type", "must be text"},
		{"ObjectForList", `{"touchpoints":{"id":"e_1"}}`, "touchpoints", "wrong_type", "must be a list"},
		{"ListForObject", `{"context":[]}`, "context", "wrong_type", "must be an object"},
		{"TextForBool", `{"explain":"true"}`, "explain", "wrong_type", "must be true or false"},
		{"Consent", `{"consent":"all"}`, "consent", "bad_consent", `"none" or a list`},
		{"Purpose", `{"consent":["marketing"]}`, "consent", "bad_consent", "personalization"},
		{"Twice", `{"visitor":"v_1","visitor":"v_2"}`, "visitor", "duplicate_field", "twice"},
		{"TwiceDeep", `{"context":{"a":{"b":1,"b":2}}}`, "context.a.b", "duplicate_field", "twice"},
		{"Overflow", `{"context":{"a":[1,1e999]}}`, "context.a[1]", "overflow", "64 bits"},
		{"LongNumber", `{"context":{"a":` + strings.Repeat("9", 400) + `}}`, "context.a", "overflow", "64 bits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := decodeInto(t, c.body, &personalize.DecideRequest{})
			if p == nil {
				t.Fatal("got accepted, want refused")
			}
			if p.Status != http.StatusUnprocessableEntity || p.Code != c.code || len(p.Errors) != 1 {
				t.Fatalf("got %d %s with %v, want 422 %s with one field", p.Status, p.Code, p.Errors, c.code)
			}
			if e := p.Errors[0]; e.Field != c.field || e.Code != c.code || !strings.Contains(e.Message, c.says) {
				t.Errorf("got %+v, want %s %s saying %q", e, c.field, c.code, c.says)
			}
		})
	}
}

func TestEveryWrongFieldAtOnce(t *testing.T) {
	p := decodeInto(t, `{"visitor":1,"placements":[2,3],"explain":4,"context":5,"xyz":6,"at":"now"}`, &personalize.DecideRequest{})
	var got []string
	for _, e := range p.Errors {
		got = append(got, e.Field)
	}
	if diff := cmp.Diff([]string{"visitor", "placements[0]", "placements[1]", "explain", "context", "xyz"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	p = decodeInto(t, `{"placements":[`+strings.Repeat("1,", 4999)+`1]}`, &personalize.DecideRequest{})
	if len(p.Errors) != maxFaults {
		t.Errorf("got %d fields of 5,000, want the first %d", len(p.Errors), maxFaults)
	}
}

// A megabyte of small values is refused, not kept.
func TestManyValuesAreRefused(t *testing.T) {
	many := func(part string, n int) string { return strings.Repeat(part+",", n-1) + part }
	for _, c := range []struct{ name, body, field, code string }{
		{"Touchpoints", `{"touchpoints":[` + many("0", maxMembers+1) + `],"visitr":1}`, "touchpoints", "bad_count"},
		{"Placements", `{"placements":[` + many(`"a"`, maxMembers+1) + `],"visitr":1}`, "placements", "bad_count"},
		{"Context", `{"context":{"a":[` + many("[0]", maxValues) + `]},"visitr":1}`, "", "too_many"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := decodeInto(t, c.body, &personalize.DecideRequest{})
			// What stands behind is still read: both faults are named.
			if p == nil || p.Code != c.code || len(p.Errors) != 2 || p.Errors[1].Field != "visitr" || !strings.HasPrefix(p.Errors[0].Field, c.field) {
				t.Errorf("got %+v, want %s at %s and the typo behind it", p, c.code, c.field)
			}
		})
	}
	if p := decodeInto(t, `{"touchpoints":[`+many("0", maxMembers)+`]}`, &personalize.CollectRequest{}); p != nil {
		t.Errorf("got %v, want %d members accepted here", p, maxMembers)
	}
}

func TestNamesOfSendersAreCut(t *testing.T) {
	p := decodeInto(t, `{"`+strings.Repeat("ä", 5000)+`":1}`, &personalize.DecideRequest{})
	if got := p.Errors[0].Field; got != strings.Repeat("ä", maxShown/2) {
		t.Errorf("got a name of %d bytes in the refusal, want it cut to %d", len(got), maxShown)
	}
}

func TestUnreadableBodies(t *testing.T) {
	nested := func(depth int) string {
		return `{"context":{"a":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `}}`
	}
	if p := decodeInto(t, nested(maxDepth-2), &personalize.DecideRequest{}); p != nil {
		t.Errorf("%d deep: got %v, want accepted", maxDepth, p)
	}
	for _, c := range []struct{ name, body, code string }{
		{"Empty", "", "bad_json"},
		{"Space", "  \n", "bad_json"},
		{"Broken", `{"visitor":`, "bad_json"},
		{"Behind", `{} {}`, "bad_json"},
		{"Comma", `{"visitor":"v",}`, "bad_json"},
		{"Comment", `{/**/}`, "bad_json"},
		{"SingleQuotes", `{'visitor':'v'}`, "bad_json"},
		{"NaN", `{"context":{"a":NaN}}`, "bad_json"},
		{"LeadingZero", `{"context":{"a":01}}`, "bad_json"},
		{"ControlInText", "{\"visitor\":\"a\nb\"}", "bad_json"},
		{"NUL", "{\"visitor\":\"a\x00b\"}", "bad_json"},
		{"ByteOrderMark", "\ufeff{}", "bad_json"},
		{"NotUTF8", "{\"visitor\":\"\xff\"}", "not_utf8"},
		{"Latin1Name", "{\"visit\xf6r\":1}", "not_utf8"},
		{"List", `[]`, "bad_json"},
		{"Null", `null`, "bad_json"},
		{"Text", `"x"`, "bad_json"},
		{"Form", `visitor=v_1&x=2`, "bad_json"},
		{"TooDeep", nested(maxDepth - 1), "too_deep"},
		{"DeepBomb", strings.Repeat("[", 500_000), "too_deep"},
		{"DeepObjects", strings.Repeat(`{"a":`, 200_000), "too_deep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := decodeInto(t, c.body, &personalize.DecideRequest{})
			if p == nil {
				t.Fatal("got accepted, want refused")
			}
			if p.Status != http.StatusBadRequest || p.Code != c.code {
				t.Errorf("got %d %s (%s), want 400 %s", p.Status, p.Code, p.Detail, c.code)
			}
		})
	}
}

// Brackets within text count for nothing.
func TestDepthLooksAtStructureOnly(t *testing.T) {
	body := `{"visitor":"` + strings.Repeat(`[{\"`, 100) + `"}`
	var got personalize.DecideRequest
	if p := decodeInto(t, body, &got); p != nil || got.Visitor != strings.Repeat(`[{"`, 100) {
		t.Errorf("got %v and %q, want the text", p, got.Visitor)
	}
}

// What the strict decoder accepts, encoding/json reads in the same way.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		decisionBody, `{}`, `{"touchpoints":[{"id":"e_1"},[],7,"x",null]}`, `{"context":{"a":{"b":[1,2.5e-3,"\u0041",null]}}}`,
		`{"consent":["personalization"],"explain":true,"at":"x"}`, `{"visitor":"\ud800"}`, `[[[[`, `{"a":1,"a":1}`, "{\"visitor\":\"\\u0000\"}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var got, want personalize.DecideRequest
		if p := decodeInto(t, body, &got); p != nil {
			if p.Status != http.StatusBadRequest && p.Status != http.StatusUnprocessableEntity || p.Code == "" || p.Detail == "" {
				t.Errorf("got the refusal %+v, want a status and a reason", p)
			}
			return
		}
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatalf("accepted what encoding/json refuses: %v", err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-encoding/json +ours):\n%s", diff)
		}
	})
}

func TestTypesThatNoCallHas(t *testing.T) {
	for _, value := range []any{
		struct {
			A uint8 `json:"a"`
		}{}, struct{ A string }{}, struct {
			A []chan int `json:"a"`
		}{}, struct {
			A map[int]string `json:"a"`
		}{},
	} {
		if _, err := shapeOf(reflect.TypeOf(value)); err == nil {
			t.Errorf("%T: got no error, want one at start-up", value)
		}
	}
}

func TestWholeNumbers(t *testing.T) {
	type page struct {
		Visitors int `json:"visitors"`
	}
	read, err := shapeOf(reflect.TypeFor[page]())
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{`{"visitors":500}`: 500, `{"visitors":-1}`: -1, `{"visitors":null}`: 0, `{}`: 0} {
		var got page
		if p := read.decode([]byte(body), &got); p != nil || got.Visitors != want {
			t.Errorf("%s: got %d and %v, want %d", body, got.Visitors, p, want)
		}
	}
	for _, body := range []string{`{"visitors":1.5}`, `{"visitors":"500"}`, `{"visitors":1e3}`, `{"visitors":2147483648}`, `{"visitors":[]}`, `{"visitors":true}`} {
		var got page
		if p := read.decode([]byte(body), &got); p == nil || len(p.Errors) != 1 || p.Errors[0].Field != "visitors" || p.Errors[0].Code != "wrong_type" {
			t.Errorf("%s: got %v, want wrong_type of visitors", body, p)
		}
	}
}

func TestBrokenSyntaxIsPlaced(t *testing.T) {
	for body, want := range map[string]string{
		`{"visitor":"v"`:    "breaks off before its end",
		`{"visitor":"v"} x`: "from byte 17 on",
		`{"visitor" "v"}`:   "from byte 12 on",
	} {
		if p := wellFormed([]byte(body)); p == nil || !strings.Contains(p.Detail, want) {
			t.Errorf("%s: got %v, want a problem that says %q", body, p, want)
		}
	}
}
