package events_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"wegweiser/shared/gateway"
)

// payloads are what attackers of personalization engines send: expressions in
// the languages that were evaluated elsewhere (CVE-2020-11975 and
// CVE-2020-13942 of Apache Unomi among them), templates, markup, queries,
// paths, and text that breaks lines and terminals.
var payloads = []string{
	`(#r=@java.lang.Runtime@getRuntime()).(#r.exec(\"id\"))`,
	`script::java.lang.Runtime.getRuntime().exec('id')`,
	`T(java.lang.Runtime).getRuntime().exec('id')`,
	`${jndi:ldap://127.0.0.1/x}`, `#{1337*7331}`, `{{1337*7331}}`, `<%= 1337*7331 %>`, `{{visitor.vip|default}}`, `{{constructor.constructor('return 1')()}}`,
	`count("product_view", "7d") > 0 or true`, `phase == "decision" || 1 == 1`, `all(1..1000000000, true)`,
	`"><script>alert(1)</script>`, `javascript:alert(1)`, `' OR '1'='1`, `"; DROP TABLE visitors; --`, `{"$ne":null}`,
	`../../../../etc/passwd`, `%2e%2e%2f`, `t#config`, `profile`, `snapshot#live`,
	"line\r\nX-Injected: yes", "\u2028\u2029\u0085", "\x1b[2J\x1b[31m", "%0d%0aSet-Cookie:%20a=1", strings.Repeat("A", 4000), "\u202egnp.exe",
}

// Wherever a sender can put a text, it stays a text: nothing is evaluated,
// nothing fails, and the log keeps to one line that does not repeat it.
func TestHostileTextStaysText(t *testing.T) {
	w := readWorld(t)
	service, _ := w.begin(t)
	keys, err := gateway.KeysFromEnv(w.Lookup)
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	g, err := gateway.New(service, &gateway.Options{Keys: keys, Clock: func() time.Time { return w.Clock }, Log: slog.New(slog.NewJSONHandler(&lines, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for _, template := range []struct{ method, path, body string }{
		{"POST", "/v1/decisions", `{"visitor":"v_1","placements":["home-hero"],"context":{"channel":X}}`},
		{"POST", "/v1/decisions", `{"visitor":"v_1","placements":["home-hero"],"context":{"locale":X,"basket":3}}`},
		{"POST", "/v1/decisions", `{"visitor":"v_1","placements":["home-hero"],"context":{"anything":X}}`},
		{"POST", "/v1/decisions", `{"visitor":"v_1","placements":["home-hero"],"context":{X:1}}`},
		{"POST", "/v1/decisions", `{"visitor":"v_1","placements":["home-hero"],"context":{"anything":{X:[X,{X:X}]}}}`},
		{"POST", "/v1/decisions", `{"visitor":"v_1","placements":["home-hero",X]}`},
		{"POST", "/v1/decisions", `{"visitor":"v_1","consent":X}`},
		{"POST", "/v1/decisions", `{"visitor":"v_1","consent":[X]}`},
		{"POST", "/v1/decisions", `{"visitor":"v_1","at":X}`},
		{"POST", "/v1/decisions", `{"visitor":"v_1","when":X}`},
		{"POST", "/v1/decisions", `{"visitor":"v_1",X:1}`},
		{"POST", "/v1/decisions/batch", `{"recipients":[{"visitor":X,"message":X,"email":X}],"placements":["home-hero"]}`},
		{"POST", "/v1/decisions/batch", `{"recipients":[{"visitor":"v_1","message":"m"}],"placements":["home-hero"],"context":{"channel":X}}`},
		{"POST", "/v1/decisions/batch", `{"recipients":[{"visitor":"v_1"}],"placements":["home-hero"],"shape":X}`},
		{"POST", "/ofrep/v1/evaluate/flags", `{"context":{"targetingKey":X,"channel":X,"consent":X}}`},
		{"POST", "/ofrep/v1/evaluate/flags/slot:home-hero", `{"context":{"targetingKey":"v_1",X:{X:[X]}}}`},
		{"POST", "/v1/touchpoints", `{"touchpoints":[{"id":X,"visitor":"v_1","type":"search","channel":"web","at":"2026-11-22T09:00:00Z"}]}`},
		{"POST", "/v1/touchpoints", `{"touchpoints":[{"id":"e","visitor":"v_1","type":X,"channel":X,"at":X}]}`},
		{"POST", "/v1/touchpoints", `{"touchpoints":[{"id":"e_p","visitor":"v_1","type":"search","channel":"web","at":"2026-11-22T09:00:00Z","item":X,"category":X,"campaign":X,"source":X,"props":{X:X}}]}`},
		{"POST", "/v1/touchpoints", `{"touchpoints":[{"id":"e_v","visitor":"v_1","type":"purchase","channel":"web","at":"2026-11-22T09:00:00Z","value":{"amount":X,"currency":X},"trust":X}]}`},
		{"POST", "/v1/feedback", `{"token":X,"type":"click"}`},
		{"POST", "/v1/feedback", `{"token":X,"type":X,"value":{"amount":X,"currency":X},"consent":X}`},
		{"PATCH", "/v1/visitors/v_1", `{"traits":{"note":X},"locale":X}`},
		{"PATCH", "/v1/visitors/v_1", `{"traits":{X:1}}`},
		{"PATCH", "/v1/visitors/v_1", `{"zone":X,"country":X}`},
		{"PUT", "/v1/visitors/v_1/consent", `{"consent":X}`},
		{"POST", "/v1/config/dry-run", `{"from":X}`},
		{"POST", "/v1/config/dry-run", `{"to":X}`},
		{"POST", "/v1/config/dry-run", `{"after":X,"rows":"all"}`},
		{"POST", "/v1/config/dry-run", `{"placements":[X],"rows":X}`},
		{"POST", "/v1/config/dry-run", `{"context":{"channel":X,"anything":X},"visitors":1}`},
		{"POST", "/v1/config/preview", `{"visitor":X,"touchpoints":[{"type":"search","channel":"web","item":X,"props":{X:X}}],"context":{"anything":X}}`},
		{"POST", "/v1/config/preview", `{"snapshot":X,"at":X}`},
	} {
		for _, payload := range payloads {
			quoted, err := json.Marshal(payload)
			if err != nil {
				t.Fatal(err)
			}
			lines.Reset()
			request := httptest.NewRequest(template.method, template.path, strings.NewReader(strings.ReplaceAll(template.body, "X", string(quoted))))
			key := "sk_events"
			if strings.HasPrefix(template.path, "/v1/config/") {
				key = "ak_events"
			}
			request.Header.Set("Authorization", "Bearer "+key)
			request.Header.Set("User-Agent", "x")
			answer := httptest.NewRecorder()
			g.ServeHTTP(answer, request)

			name := template.method + " " + template.path + " " + template.body + " with " + string(quoted)
			if answer.Code >= http.StatusInternalServerError {
				t.Errorf("%s: got status %d: %s", name, answer.Code, answer.Body)
			}
			if !json.Valid(answer.Body.Bytes()) || answer.Header().Get("X-Content-Type-Options") != "nosniff" || answer.Header().Get("Set-Cookie") != "" {
				t.Errorf("%s: got %v %s, want JSON that nobody takes for something else", name, answer.Header(), answer.Body)
			}
			if strings.Contains(answer.Body.String(), "9801547") {
				t.Errorf("%s: got %s, want nothing evaluated", name, answer.Body)
			}
			if got := lines.String(); strings.Count(got, "\n") != 1 || strings.Contains(got, string(quoted[1:len(quoted)-1])) {
				t.Errorf("%s: got the log %q, want one line without what was sent", name, got)
			}
		}
	}
}
