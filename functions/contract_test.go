package functions_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/store"
	"wegweiser/shared/topology"
)

const shop = `{"rows":[
 {"table":"placements","row":{"id":"home-hero","kind":"content","fallback":"welcome"}},
 {"table":"items","row":{"id":"welcome","kind":"content","content.title":"Welcome"}},
 {"table":"items","row":{"id":"checkout-help","kind":"content","url":"https://shop.example/help","content.title":"May we help?"}},
 {"table":"rules","row":{"id":"deciding","order":1,"placements":["home-hero"],"phases":["decision"],
  "when":"count(\"cart_add\", \"7d\") >= 1","items":["checkout-help"]}},
 {"table":"placements","row":{"id":"mail-offer","kind":"offer","fallback":"free-delivery"}},
 {"table":"items","row":{"id":"free-delivery","kind":"offer","content.title":"Free delivery"}},
 {"table":"items","row":{"id":"last-chair","kind":"offer","content.title":"The last chair","cap_week":1,"budget":1}},
 {"table":"rules","row":{"id":"sale","placements":["mail-offer"],"items":["last-chair"]}},
 {"table":"placements","row":{"id":"mail-gift","kind":"offer","fallback":"free-delivery"}},
 {"table":"items","row":{"id":"gift","kind":"offer","content.title":"A gift","budget":5}},
 {"table":"rules","row":{"id":"gifts","placements":["mail-gift"],"items":["gift"]}}
]}`

// TestThePathThroughTheFunctions publishes with one binary, collects with
// another and decides with a third, as a deployment does, and holds what each
// asks of DynamoDB against what the topology lets it do.
func TestThePathThroughTheFunctions(t *testing.T) {
	d := deploy(t)

	configure := d.start(t, topology.ConfigureFunction)
	configure.wait(t)
	problems := configure.call(t, request{method: "PUT", path: "/v1/config", key: adminKey, body: shop}, 200)
	if list, _ := problems["problems"].([]any); len(list) > 0 {
		t.Fatalf("got problems %v, want none", list)
	}
	published := configure.call(t, request{
		method: "POST", path: "/v1/config/publish", key: adminKey,
		headers: map[string]string{"if-none-match": "*"}, body: `{"note":"the shop opens"}`,
	}, 200)
	configure.call(t, request{method: "PUT", path: "/v1/config", key: adminKey, body: `{"rows":[{"table":"rules","delete":"deciding","version":"*"}]}`}, 200)
	configure.call(t, request{method: "GET", path: "/v1/config/items", key: adminKey}, 200)
	help := request{method: "PUT", path: "/v1/config/items/checkout-help", key: adminKey, headers: map[string]string{"if-none-match": "*"}, body: `{"kind":"content"}`}
	configure.call(t, help, 412)
	help.method = "GET"
	configure.call(t, help, 200)
	configure.call(t, request{
		method: "DELETE", path: help.path, key: adminKey,
		headers: map[string]string{"if-match": strconv.Quote(store.Version([]byte(`{"id":"checkout-help","content.title":"May we help?","kind":"content","url":"https://shop.example/help"}`)))},
	}, 200)
	configure.call(t, request{method: "GET", path: "/v1/config/diff", key: adminKey}, 200)
	configure.call(t, request{method: "POST", path: "/v1/config/rollback", key: adminKey, body: fmt.Sprintf(`{"snapshot":%q}`, published["live"])}, 200)
	configure.call(t, request{method: "GET", path: "/v1/config/snapshots", key: adminKey}, 200)
	configure.call(t, request{method: "POST", path: "/v1/config/check", key: adminKey}, 200)
	if forms := configure.call(t, request{method: "GET", path: "/registry.json"}, 200); dig(forms, "types", "condition", "doc", "de") == nil {
		t.Error("the registry says nothing in German of conditions")
	}

	collect := d.start(t, topology.CollectFunction)
	collect.wait(t)
	sent := request{method: "POST", path: "/v1/touchpoints", key: secretKey, body: fmt.Sprintf(`{"touchpoints":[
		{"id":"e_1","visitor":"v_1","type":"product_view","channel":"web","at":%q},
		{"id":"e_2","visitor":"v_1","type":"cart_add","channel":"web","at":%q}]}`, ago(2*time.Minute), ago(time.Minute))}
	for _, want := range []struct{ accepted, duplicates float64 }{{2, 0}, {0, 2}} {
		got := collect.call(t, sent, 202)
		if got["accepted"] != want.accepted || got["duplicates"] != want.duplicates {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	collect.call(t, request{method: "POST", path: "/v1/touchpoints", key: secretKey, body: fmt.Sprintf(`{"touchpoints":[
		{"id":"e_3","visitor":"v_2","type":"purchase","channel":"web","at":%q,"value":{"amount":"10.00","currency":"EUR"}}]}`, ago(time.Minute))}, 202)

	decide := d.start(t, topology.DecideFunction)
	decide.wait(t)
	started := d.taps[topology.DecideFunction].take()
	decision := decide.call(t, request{
		method: "POST", path: "/v1/decisions", key: secretKey, body: `{"visitor":"v_1","placements":["home-hero"]}`,
	}, 200)
	if got := dig(decision, "phase", "name"); got != "decision" {
		t.Errorf("got phase %v, want decision", got)
	}
	if got := dig(decision, "placements", "home-hero", "rule"); got != "deciding" {
		t.Errorf("got rule %v, want deciding", got)
	}
	if decision["snapshot"] != published["live"] {
		t.Errorf("decided with %v, want the published %v", decision["snapshot"], published["live"])
	}
	calls := d.taps[topology.DecideFunction].take()
	if got, want := d.used(calls), []string{"receipts PutItem", "visitors/recent Query"}; len(calls) != 2 || !slices.Equal(got, want) {
		t.Errorf("a decision with its receipt took %d calls (%v), want 2 (%v)", len(calls), got, want)
	}
	for visitor, want := range map[string][]string{
		"v_3": {"receipts PutItem", "statistics UpdateItem", "visitors PutItem", "visitors/recent Query"},
		"v_4": {"receipts PutItem", "statistics UpdateItem", "visitors PutItem", "visitors/recent Query"}, // it is given back
	} {
		offered := request{method: "POST", path: "/v1/decisions", key: secretKey, body: fmt.Sprintf(`{"visitor":%q,"placements":["mail-offer"]}`, visitor)}
		decide.call(t, offered, 200)
		made := d.taps[topology.DecideFunction].take()
		if got := d.used(made); !slices.Equal(got, want) {
			t.Errorf("%s: what has a cap and a budget took %v, want %v", visitor, got, want)
		}
		calls = append(calls, made...)
	}
	spent := decide.call(t, request{method: "POST", path: "/v1/decisions", key: secretKey, body: fmt.Sprintf(`{"visitor":"v_5","placements":["mail-offer"],"at":%q}`, ago(0))}, 200)
	if got := dig(spent, "placements", "mail-offer", "reason"); got != "capped" {
		t.Errorf("got reason %v of a budget that is used up, want capped", got)
	}
	decide.call(t, request{method: "POST", path: "/v1/decisions", key: secretKey, body: fmt.Sprintf(`{"visitor":"v_2","placements":["home-hero"],
		"touchpoints":[{"id":"e_4","type":"purchase","channel":"web","at":%q},{"id":"e_5","type":"page_view","channel":"web","at":%[1]q}]}`, ago(0))}, 200)
	flags := request{method: "POST", path: "/ofrep/v1/evaluate/flags", key: secretKey, body: `{"context":{"targetingKey":"v_1"}}`}
	if all, _ := decide.call(t, flags, 200)["flags"].([]any); len(all) != 4 {
		t.Errorf("got the flags %v, want the phase and all three placements", all)
	}
	flags.path += "/slot:home-hero"
	if got := decide.call(t, flags, 200)["variant"]; got != "checkout-help" {
		t.Errorf("got variant %v, want checkout-help", got)
	}
	mailing := request{
		method: "POST", path: "/v1/decisions/batch", key: secretKey,
		body: `{"recipients":[{"visitor":"v_1","message":"autumn"}],"placements":["home-hero","mail-gift"]}`,
	}
	first := dig(decide.call(t, mailing, 200)["results"].([]any)[0], "decision")
	if again := dig(decide.call(t, mailing, 200)["results"].([]any)[0], "decision"); first == "" || again != first {
		t.Errorf("got decision %v of a message, and %v when asked again; want the same", first, again)
	}
	collect.call(t, request{method: "POST", path: "/v1/touchpoints", key: secretKey, body: fmt.Sprintf(`{"touchpoints":[
		{"id":"e_6","visitor":"v_1","type":"email_sent","channel":"email","at":%q,"props":{"message":"autumn"}}]}`, ago(0))}, 202)
	journey := decide.call(t, request{method: "GET", path: "/v1/visitors/v_2/journey", key: secretKey}, 200)
	if got := dig(journey, "phase", "standing"); got != "active" {
		t.Errorf("got standing %v of a customer, want active", got)
	}

	shown := decide.call(t, request{method: "POST", path: "/v1/decisions", key: secretKey, body: `{"visitor":"v_1","placements":["home-hero"],"context":{"channel":"email"}}`}, 200)
	items, _ := dig(shown, "placements", "home-hero", "items").([]any)
	if len(items) != 1 {
		t.Fatalf("got the items %v, want one", items)
	}
	token, _ := dig(items[0], "token").(string)
	for _, duplicate := range []bool{false, true} {
		got := collect.call(t, request{method: "POST", path: "/v1/feedback", key: secretKey, body: fmt.Sprintf(`{"token":%q,"type":"click"}`, token)}, 202)
		if got["duplicate"] != duplicate {
			t.Errorf("got %v, want duplicate %v", got, duplicate)
		}
	}
	for path, status := range map[string]int{"/v1/o/" + token: 200, "/v1/c/" + token: 302, "/v1/c/" + token[1:]: 404} {
		if answer := collect.invoke(t, request{method: "GET", path: path}.event(t)); answer.StatusCode != status {
			t.Errorf("%s: got %d, want %d\n%s", path[:6], answer.StatusCode, status, answer.Body)
		}
	}

	visitors := d.start(t, topology.VisitorsFunction)
	visitors.wait(t)
	visitors.call(t, request{method: "PATCH", path: "/v1/visitors/v_1", key: secretKey, body: `{"locale":"de"}`}, 200)
	visitors.call(t, request{method: "PUT", path: "/v1/visitors/v_1/consent", key: secretKey, body: `{"consent":["personalization"]}`}, 200)
	bought := decide.call(t, request{method: "POST", path: "/v1/decisions", key: secretKey, body: `{"visitor":"v_2","placements":["home-hero"]}`}, 200)
	for _, decided := range []map[string]any{decision, bought} {
		receipt := visitors.call(t, request{method: "GET", path: fmt.Sprint("/v1/decisions/", decided["decision"], "?replay=true"), key: secretKey}, 200)
		if receipt["identical"] != true || receipt["seed"] != decided["decision"] {
			t.Errorf("got identical %v of %v, want the decision %v again", receipt["identical"], receipt["seed"], decided["decision"])
		}
	}
	for _, name := range []string{"phases", "journey-map", "funnel"} {
		report := visitors.call(t, request{method: "GET", path: "/v1/reports/" + name, key: secretKey}, 200)
		if got := report["visitors"]; got != 2.0 {
			t.Errorf("the report %s counts %v visitors, want 2", name, got)
		}
	}

	// More came late of a customer than a window holds: then everything is read.
	late := make([]string, 210)
	for i := range late {
		late[i] = fmt.Sprintf(`{"id":"late_%d","visitor":"v_2","type":"unheard_of","channel":"web","at":%q}`, i, ago(30*time.Second))
	}
	collect.call(t, request{method: "POST", path: "/v1/touchpoints", key: secretKey, body: `{"touchpoints":[` + strings.Join(late, ",") + `]}`}, 202)
	receipt := visitors.call(t, request{method: "GET", path: fmt.Sprint("/v1/decisions/", bought["decision"]), key: secretKey}, 200)
	if receipt["identical"] != true {
		t.Errorf("got identical %v of a decision that others came late for, want true", receipt["identical"])
	}
	visitors.call(t, request{method: "GET", path: "/v1/reports/decisions?within=1m", key: secretKey}, 200)

	again := configure.call(t, request{method: "POST", path: "/v1/config/dry-run", key: adminKey, body: `{"rows":"all"}`}, 200)
	if sample, made, left := again["sample"], again["decisions"], dig(again, "recorded", "left_out"); sample != "decisions" || made == 0.0 || len(left.([]any)) > 0 {
		t.Errorf("got %v decisions of the sample %v, and %v left out, want those that were made", made, sample, left)
	}
	predicted := configure.call(t, request{method: "POST", path: "/v1/config/dry-run", key: adminKey, body: `{"sample":"visitors","rows":"all"}`}, 200)
	if got := predicted["visitors"]; got != 4.0 { // two of them were shown something, and did nothing
		t.Errorf("the dry run asks for %v visitors, want 4", got)
	}
	preview := configure.call(t, request{method: "POST", path: "/v1/config/preview", key: adminKey, body: `{"visitor":"v_1"}`}, 200)
	if got := dig(preview, "placements", "home-hero", "fallback"); got != true {
		t.Errorf("got fallback %v of a draft without rules, want true", got)
	}

	used := configure.call(t, request{method: "POST", path: "/v1/config/preview", key: adminKey, body: `{"snapshot":"live","visitor":"v_5","placements":["mail-offer"]}`}, 200)
	if got := dig(used, "placements", "mail-offer", "reason"); got != "capped" {
		t.Errorf("got reason %v of a budget that is used up, want capped", got)
	}

	t.Run("ReactionsAreCounted", func(t *testing.T) { d.countsReactions(t, configure, decide, collect, visitors) })
	t.Run("AFileIsDecidedFor", func(t *testing.T) { d.decidesForAFile(t, configure) })
	t.Run("ChangedRowsPublishThemselves", func(t *testing.T) { d.publishesChanges(t, configure) })
	t.Run("NobodyDoesMoreThanItsRoleAllows", func(t *testing.T) { d.holdRoles(t, append(started, calls...)) })
}

// holdRoles compares what each function did with what it may do: less would
// fail, more would be given away. Before are calls that were already taken
// from decide's tap.
func (d *deployment) holdRoles(t *testing.T, before []call) {
	for _, f := range topology.Functions() {
		var allowed []string
		for _, g := range f.Grants {
			for _, action := range g.Actions {
				allowed = append(allowed, used(g.Table, g.Index, action))
			}
		}
		slices.Sort(allowed)
		calls := d.taps[f.Name].take()
		if f.Name == topology.DecideFunction {
			calls = append(calls, before...)
		}
		if diff := cmp.Diff(allowed, d.used(calls)); diff != "" {
			t.Errorf("%s (-its role allows +it does):\n%s", f.Name, diff)
		}
	}
}

// A route of another function does not exist here: what the role of one must
// not do, its code does not even try.
func TestAFunctionServesItsOwnRoutesOnly(t *testing.T) {
	d := deploy(t)
	for _, f := range topology.Functions() {
		if f.Stream != nil || f.Batches {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			e := d.start(t, f.Name)
			e.wait(t)
			for _, r := range topology.Routes() {
				path := strings.NewReplacer("{id}", "v_1", "{table}", "items").Replace(r.Path)
				answer := e.invoke(t, request{method: r.Method, path: path}.event(t))
				own := answer.StatusCode != 405 && !strings.Contains(answer.Body, `"no_such_path"`)
				if own != (r.Function == f.Name) {
					t.Errorf("%s %s: got %d from %s, but the route is that of %s", r.Method, r.Path, answer.StatusCode, f.Name, r.Function)
				}
			}
		})
	}
}

// A function that cannot work says what is missing, and ends.
func TestAFunctionSaysWhyItCannotStart(t *testing.T) {
	e := start(t, binary(t, topology.DecideFunction), topology.EnvSecretKey+"=sk", topology.EnvTokenSecret+"="+tokenSecret)
	select {
	case <-e.ready:
		t.Fatal("the function started without tables")
	case err := <-e.exited:
		e.exited <- err
		if err == nil {
			t.Error("the function ended as if all were well")
		}
	case <-time.After(patience):
		t.Fatalf("the function neither started nor ended\n%s", e.output.String())
	}
	if said := e.output.String(); !strings.Contains(said, topology.EnvVisitorsTable) {
		t.Errorf("got %q, want the name of what is missing: %s", said, topology.EnvVisitorsTable)
	}
}

func ago(d time.Duration) string { return time.Now().Add(-d).UTC().Format(time.RFC3339Nano) }

// dig follows names into an answer.
func dig(value any, names ...string) any {
	for _, name := range names {
		fields, _ := value.(map[string]any)
		value = fields[name]
	}
	return value
}
