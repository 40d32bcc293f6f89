package gateway

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/topology"
)

// Every route is called with every credential: who may enter enters, everybody
// else is told why not.
func TestRoutesAndCredentials(t *testing.T) {
	g := open(t, &fake{}, nil)
	token := tokenOf(t, "v_1")
	bodies := map[string]string{
		"POST /v1/touchpoints": `{"touchpoints":[]}`, "POST /v1/decisions": `{"visitor":"v_1"}`,
		"POST /v1/decisions/batch": `{"recipients":[],"placements":[]}`, "POST /v1/feedback": `{"token":"t","type":"click"}`,
		"PATCH /v1/visitors/{id}": `{}`, "PUT /v1/visitors/{id}/consent": `{"consent":"none"}`, "PUT /v1/config": `{"rows":[]}`, "PUT /v1/config/{table}/{row}": `{}`,
		"POST /v1/config/approve": `{"draft":"s_1"}`, "POST /v1/config/rollback": `{"snapshot":"s_1"}`,
		"POST /ofrep/v1/evaluate/flags": `{"context":{"targetingKey":"v_1"}}`, "POST /ofrep/v1/evaluate/flags/{key}": `{"context":{"targetingKey":"v_1"}}`,
	}
	credentials := []struct {
		name    string
		kind    topology.Credential
		headers []string
		unknown string // the code where the key is none
	}{
		{"none", 0, nil, "key_missing"},
		{"empty bearer", 0, []string{"Authorization", "Bearer "}, "key_missing"},
		{"basic", 0, []string{"Authorization", "Basic " + secret}, "key_missing"},
		{"unknown", 0, []string{"Authorization", "Bearer sk_unknown"}, "key_unknown"},
		{"prefix", 0, []string{"Authorization", "Bearer " + secret[:len(secret)-1]}, "key_unknown"},
		{"longer", 0, []string{"Authorization", "Bearer " + secret + "x"}, "key_unknown"},
		{"other case", 0, []string{"Authorization", "Bearer " + strings.ToUpper(secret)}, "key_unknown"},
		{"publishable", topology.PublishableKey, []string{"Authorization", "Bearer " + publishable, "X-Visitor-Token", token}, ""},
		{"secret", topology.SecretKey, []string{"Authorization", "bearer " + secret}, ""},
		{"admin", topology.AdminKey, []string{"Authorization", "Bearer " + admin}, ""},
	}
	for _, route := range topology.Routes() {
		for _, c := range credentials {
			name := route.Method + " " + route.Path
			t.Run(name+"/"+c.name, func(t *testing.T) {
				w := answer(g, request(route.Method, sample(route.Path), bodies[name], append(c.headers, "If-Match", `"s_1"`)...))
				switch {
				case route.Keys == topology.Nobody, route.Keys&c.kind != 0:
					if w.Code >= 400 {
						t.Errorf("got status %d, want to be let in: %s", w.Code, w.Body)
					}
				case c.kind == 0:
					refused(t, w, http.StatusUnauthorized, c.unknown)
					if got := w.Header().Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
						t.Errorf("got WWW-Authenticate %q, want Bearer", got)
					}
				default:
					refused(t, w, http.StatusForbidden, "key_wrong_kind")
				}
			})
		}
	}
}

func TestKeyInQuery(t *testing.T) {
	g := open(t, &fake{}, nil)
	answered(t, answer(g, request("POST", "/v1/decisions?key="+secret, "{}")), http.StatusOK)
	answered(t, answer(g, request("POST", "/v1/decisions?key="+publishable+"&token="+tokenOf(t, "v_1"), "{}")), http.StatusOK)
	refused(t, answer(g, request("POST", "/v1/decisions?key=", "{}")), http.StatusUnauthorized, "key_missing")
	refused(t, answer(g, request("POST", "/v1/decisions?key=x", "{}")), http.StatusUnauthorized, "key_unknown")
	// The header goes first, so that a good key in the query cannot mend it.
	refused(t, answer(g, request("POST", "/v1/decisions?key="+secret, "{}", "Authorization", "Bearer x")), http.StatusUnauthorized, "key_unknown")
}

func TestKindComesFromTheVariable(t *testing.T) {
	g := open(t, &fake{}, func(o *Options) { o.Keys.Publishable, o.Keys.Secret = "sk_looks_secret", "pk_looks_publishable" })
	refused(t, answer(g, request("POST", "/v1/visitors/v_1/token", "", "Authorization", "Bearer sk_looks_secret")), http.StatusForbidden, "key_wrong_kind")
	answered(t, answer(g, request("POST", "/v1/visitors/v_1/token", "", "Authorization", "Bearer pk_looks_publishable")), http.StatusOK)
}

func TestWithoutKeysNobodyEnters(t *testing.T) {
	g := open(t, &fake{}, func(o *Options) { o.Keys = Keys{} })
	for _, header := range []string{"", "Bearer ", "Bearer x"} {
		w := answer(g, request("POST", "/v1/decisions", "{}", "Authorization", header))
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%q: got status %d, want 401", header, w.Code)
		}
	}
	answered(t, answer(g, request("GET", "/v1/health", "")), http.StatusOK)
}

func TestAdminIsNamed(t *testing.T) {
	service := &fake{}
	g := open(t, service, nil)
	for key, want := range map[string]string{admin: "maria", "ak_jo": "jo"} {
		var got string
		service.publish = publishAs(&got)
		answered(t, answer(g, request("POST", "/v1/config/publish", "", "Authorization", "Bearer "+key, "If-Match", `"s_1"`)), http.StatusOK)
		if got != want {
			t.Errorf("got the name %q, want %q", got, want)
		}
	}
}

func TestKeysFromEnv(t *testing.T) {
	env := map[string]string{
		topology.EnvPublishableKey: "pk_1", topology.EnvSecretKey: " sk_1 ",
		topology.EnvAdminKey: "maria:ak_1, jo:ak:2", topology.EnvTokenSecret: "new,old",
	}
	lookup := func(name string) (string, bool) { value, ok := env[name]; return value, ok }
	got, err := KeysFromEnv(lookup)
	want := Keys{
		Publishable: "pk_1", Secret: "sk_1",
		Admins:       []Admin{{"maria", "ak_1"}, {"jo", "ak:2"}},
		TokenSecrets: [][]byte{[]byte("new"), []byte("old")},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("(-want +got, %v):\n%s", err, diff)
	}
	for _, bad := range []string{"ak_1", "maria:", ":ak_1", "maria:ak_1,jo"} {
		broken := maps.Clone(env)
		broken[topology.EnvAdminKey] = bad
		_, err := KeysFromEnv(func(name string) (string, bool) { return broken[name], true })
		if err == nil || strings.Contains(err.Error(), "ak_1") {
			t.Errorf("%q: got error %v, want one that does not repeat the key", bad, err)
		}
	}
	if empty, err := KeysFromEnv(func(string) (string, bool) { return "", false }); err != nil || cmp.Diff(Keys{}, empty) != "" {
		t.Errorf("got %+v, %v from an empty environment, want no keys and no error", empty, err)
	}
}

func TestNewRefusesKeysThatCannotWork(t *testing.T) {
	for name, keys := range map[string]Keys{
		"NoTokenSecret":     {Publishable: "pk"},
		"EmptyTokenSecret":  {Secret: "sk", TokenSecrets: [][]byte{{}}},
		"ThreeTokenSecrets": {Secret: "sk", TokenSecrets: [][]byte{[]byte("a"), []byte("b"), []byte("c")}},
		"OneSecretTwice":    {Secret: "sk", TokenSecrets: [][]byte{[]byte("a"), []byte("a")}},
		"OneKeyTwoKinds":    {Publishable: "k", Secret: "k", TokenSecrets: [][]byte{[]byte("a")}},
		"OneKeyTwoAdmins":   {Admins: []Admin{{"maria", "k"}, {"jo", "k"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(&fake{}, &Options{Keys: keys}); err == nil {
				t.Error("got no error, want one that says what is wrong with the keys")
			}
		})
	}
}

func TestRefusalNamesTheKindsOfKeys(t *testing.T) {
	g := open(t, &fake{}, nil)
	for _, c := range []struct {
		r    *http.Request
		want string
	}{
		{asAdmin("POST", "/v1/decisions", "{}"), "this call takes a publishable or secret key, not an admin key"},
		{asServer("GET", "/v1/config/rules", ""), "this call takes an admin key, not a secret key"},
		{request("GET", "/v1/reports/phases", "", "Authorization", "Bearer "+publishable), "this call takes a secret or admin key, not a publishable key"},
	} {
		if got := refused(t, answer(g, c.r), http.StatusForbidden, "key_wrong_kind"); got.Detail != c.want {
			t.Errorf("got %q, want %q", got.Detail, c.want)
		}
	}
}
