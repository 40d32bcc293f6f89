package dynamo

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A page written by encoding/json, in any order of its members and with more
// beside them, is read whole.
func TestPageIsReadWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []entry
		var items []any
		for i := range rapid.IntRange(0, 5).Draw(t, "items") {
			e := entry{
				moment:  rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, fmt.Sprint("moment", i)),
				packed:  rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, fmt.Sprint("packed", i)),
				expires: rapid.Int64().Draw(t, fmt.Sprint("expires", i)),
			}
			want = append(want, e)
			items = append(items, map[string]any{
				"v": map[string]string{"S": rapid.String().Draw(t, fmt.Sprint("visitor", i))},
				"r": map[string][]byte{"B": e.moment}, "p": map[string][]byte{"B": e.packed},
				"x": map[string]string{"N": fmt.Sprint(e.expires)},
				"z": map[string]any{"L": []any{map[string]any{"M": map[string]any{"a": map[string]bool{"NULL": true}}}}},
			})
		}
		answer := map[string]any{"Items": items, "Count": len(items), "ConsumedCapacity": map[string]any{"CapacityUnits": 1.5}}
		if items == nil {
			answer["Items"] = []any{}
		}
		if rapid.Bool().Draw(t, "more") {
			answer["LastEvaluatedKey"] = map[string]any{"v": map[string]string{"S": `a"\}`}}
		}
		body, err := json.MarshalIndent(answer, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		got, rest, err := readPage(body)
		if err != nil {
			t.Fatal(err)
		}
		asText := cmp.Transformer("text", func(b []byte) string { return string(b) })
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(entry{}), asText); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		delete(answer, "Items")
		beside, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		var wantRest, gotRest any
		if err := errors.Join(json.Unmarshal(beside, &wantRest), json.Unmarshal(rest, &gotRest)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wantRest, gotRest); diff != "" {
			t.Errorf("beside the items: -want +got:\n%s", diff)
		}
	})
}

func TestPageThatIsNone(t *testing.T) {
	for _, body := range []string{
		``, `[]`, `{`, `{"Items"`, `{"Items":[`, `{"Items":[{]}`, `{"Items":[{"r":{"B":"!"}}]}`, `{"Items":[{"r":{"S":"x"}}]}`,
		`{"Items":[{"x":{"N":"1.5"}}]}`, `{"Items":[{"x":{}}]}`, `{"Items":{}}`, `{"Items":[]} x`, `{"Items":[],}`, `{"a":"\`,
		strings.Repeat(`{"a":[`, 100_000),
	} {
		if entries, _, err := readPage([]byte(body)); err == nil {
			t.Errorf("%.40s: got %+v, want an error", body, entries)
		}
	}
}

// FuzzPage looks for bytes that are read otherwise than encoding/json reads
// them, or that end the program.
func FuzzPage(f *testing.F) {
	f.Add([]byte(`{"Count":1,"Items":[{"r":{"B":"AAE="},"p":{"B":"Ag=="},"x":{"N":"7"}}],"LastEvaluatedKey":{"v":{"S":"a"}}}`))
	f.Add([]byte(`{"Items":[],"a":[1,true,null,"\u0041\"",{"b":{}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, _, err := readPage(body)
		if err != nil || !json.Valid(body) {
			return
		}
		var want struct {
			Items []map[string]struct{ B string }
		}
		if json.Unmarshal(body, &want) != nil || strings.Count(string(body), `"Items"`) != 1 {
			return
		}
		if len(got) != len(want.Items) {
			t.Fatalf("got %d items, want %d", len(got), len(want.Items))
		}
		for i, item := range want.Items {
			if packed, err := base64.StdEncoding.DecodeString(item["p"].B); err == nil && len(got[i].packed) > len(packed) {
				t.Errorf("item %d: got %d bytes, want %d", i, len(got[i].packed), len(packed))
			}
		}
	})
}
