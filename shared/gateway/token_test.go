package gateway

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wegweiser/shared/personalize"
)

func newTokens(t testing.TB, secrets ...string) *Tokens {
	t.Helper()
	var keys [][]byte
	for _, s := range secrets {
		keys = append(keys, []byte(s))
	}
	tokens, err := NewTokens(keys)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func TestTokenNamesItsVisitor(t *testing.T) {
	tokens := newTokens(t, "secret")
	rapid.Check(t, func(t *rapid.T) {
		visitor := rapid.String().Draw(t, "visitor")
		token, expires := tokens.Sign(visitor, noon.Time())
		if strings.ContainsFunc(token, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
		}) || strings.Count(token, ".") != 4 {
			t.Errorf("got the token %q, want five parts that a header and a query can hold", token)
		}
		if got, ok := tokens.Verify(token, noon.Time()); !ok || got != visitor {
			t.Errorf("got %q, %v, want %q", got, ok, visitor)
		}
		if want := noon.Time().Add(400 * 24 * time.Hour); !expires.Equal(want) {
			t.Errorf("got the end %v, want %v", expires, want)
		}
	})
}

func TestTokenEndsAfter400Days(t *testing.T) {
	tokens := newTokens(t, "secret")
	token, expires := tokens.Sign("v_1", noon.Time())
	if _, ok := tokens.Verify(token, expires.Add(-time.Second)); !ok {
		t.Error("a second before the end: got refused, want accepted")
	}
	if _, ok := tokens.Verify(token, expires); ok {
		t.Error("at the end: got accepted, want refused")
	}
}

func TestTokenRotation(t *testing.T) {
	before, during, after := newTokens(t, "old"), newTokens(t, "new", "old"), newTokens(t, "new")
	old, _ := before.Sign("v_1", noon.Time())
	fresh, _ := during.Sign("v_1", noon.Time())
	for _, c := range []struct {
		name   string
		tokens *Tokens
		token  string
		want   bool
	}{
		{"OldBefore", before, old, true},
		{"OldDuring", during, old, true},
		{"OldAfter", after, old, false},
		{"NewBefore", before, fresh, false},
		{"NewDuring", during, fresh, true},
		{"NewAfter", after, fresh, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, got := c.tokens.Verify(c.token, noon.Time()); got != c.want {
				t.Errorf("got accepted %v, want %v", got, c.want)
			}
		})
	}
}

// mutate changes a token in one of the ways in which forgers do.
func mutate(random *rand.Rand, token, foreign string) string {
	body := []byte(token)
	at := random.IntN(len(body))
	switch random.IntN(8) {
	case 0:
		body[at] ^= byte(1 << random.IntN(8))
	case 1:
		body[at] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.="[random.IntN(66)]
	case 2:
		body = append(body[:at], body[at+1:]...)
	case 3:
		body = append(body[:at], append([]byte{body[at]}, body[at:]...)...)
	case 4:
		body = body[:at]
	case 5: // a part of another visitor's token
		ours, theirs := strings.Split(token, "."), strings.Split(foreign, ".")
		part := random.IntN(len(ours))
		ours[part] = theirs[part]
		return strings.Join(ours, ".")
	case 6: // parts in another order
		parts := strings.Split(token, ".")
		random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		return strings.Join(parts, ".")
	case 7:
		return token + string(body[:at])
	}
	return string(body)
}

func TestNoMutatedTokenIsAccepted(t *testing.T) {
	tokens := newTokens(t, "secret", "the one before")
	mine, _ := tokens.Sign("v_1", noon.Time())
	other, _ := tokens.Sign("v_2", noon.Time().Add(time.Hour))
	random := rand.New(rand.NewPCG(1, 2))
	tried := 0
	for tried < 100_000 {
		forged := mutate(random, mine, other)
		if forged == mine || forged == other {
			continue
		}
		tried++
		if visitor, ok := tokens.Verify(forged, noon.Time()); ok {
			t.Fatalf("%q was accepted as %q", forged, visitor)
		}
	}
}

func FuzzToken(f *testing.F) {
	tokens := newTokens(f, "secret")
	real, _ := tokens.Sign("v_1", noon.Time())
	f.Add(real)
	f.Add("")
	f.Add("....")
	f.Add("v1.x.9999999999.dl8x.")
	f.Add(strings.Repeat(".", 1000))
	f.Fuzz(func(t *testing.T, token string) {
		if _, ok := tokens.Verify(token, noon.Time()); ok && token != real {
			t.Errorf("%q was accepted", token)
		}
	})
}

func TestBrowserCallsNeedAToken(t *testing.T) {
	tokens := newTokens(t, string(testKeys.TokenSecrets[0]))
	good := tokenOf(t, "v_1")
	ended, _ := tokens.Sign("v_1", noon.Time().Add(-TokenLifetime))
	foreign, _ := newTokens(t, "another deployment").Sign("v_1", noon.Time())
	g := open(t, &fake{}, nil)
	for _, path := range []string{"/v1/decisions", "/v1/touchpoints"} {
		body := `{"touchpoints":[]}`
		for name, token := range map[string]string{"Missing": "", "Ended": ended, "Foreign": foreign, "Cut": good[:len(good)-1], "Garbage": "v1.x"} {
			t.Run(path+name, func(t *testing.T) {
				w := answer(g, request("POST", path, body, "Authorization", "Bearer "+publishable, "X-Visitor-Token", token))
				refused(t, w, http.StatusUnauthorized, "token_invalid")
			})
		}
		w := answer(g, request("POST", path, body, "Authorization", "Bearer "+publishable, "X-Visitor-Token", good))
		if w.Code >= 300 {
			t.Errorf("%s: got status %d with a good token, want it let in", path, w.Code)
		}
	}
}

func TestTokenIsTheCaller(t *testing.T) {
	var got personalize.Caller
	service := &fake{decide: func(c personalize.Caller, _ personalize.DecideRequest) (*personalize.Decision, error) {
		got = c
		return decided, nil
	}}
	g := open(t, service, nil)
	answered(t, answer(g, request("POST", "/v1/decisions", "{}", "Authorization", "Bearer "+publishable,
		"X-Visitor-Token", tokenOf(t, "v_7"), "Sec-GPC", "1", "Accept-Language", "en;q=0.5, de-AT, *")), http.StatusOK)
	if want := (personalize.Caller{Key: personalize.Publishable, Visitor: "v_7", GPC: true, Locale: "de-AT"}); got != want {
		t.Errorf("got the caller %+v, want %+v", got, want)
	}
	// A server names its visitors itself; a token along with it says nothing.
	answered(t, answer(g, asServer("POST", "/v1/decisions", "{}", "X-Visitor-Token", tokenOf(t, "v_7"))), http.StatusOK)
	if want := (personalize.Caller{Key: personalize.Secret}); got != want {
		t.Errorf("got the caller %+v, want %+v", got, want)
	}
}

func TestMint(t *testing.T) {
	g := open(t, &fake{}, nil)
	seen := map[string]bool{}
	for range 100 {
		w := answer(g, request("POST", "/v1/visitors", "", "Authorization", "Bearer "+publishable))
		answered(t, w, http.StatusOK)
		var minted Minted
		if err := json.Unmarshal(w.Body.Bytes(), &minted); err != nil {
			t.Fatal(err)
		}
		if len(minted.Visitor) != len("v_")+32 || !strings.HasPrefix(minted.Visitor, "v_") || seen[minted.Visitor] {
			t.Fatalf("got the visitor %q, want a new id with 128 random bits", minted.Visitor)
		}
		seen[minted.Visitor] = true
		if got, ok := newTokens(t, string(testKeys.TokenSecrets[0])).Verify(minted.Token, noon.Time()); !ok || got != minted.Visitor {
			t.Errorf("got a token for %q, %v, want one for %q", got, ok, minted.Visitor)
		}
		if want := noon.Add(TokenLifetime); minted.Expires != want {
			t.Errorf("got the end %v, want %v", minted.Expires, want)
		}
	}
}

func TestTokenForAKnownVisitor(t *testing.T) {
	g := open(t, &fake{}, nil)
	w := answer(g, asServer("POST", "/v1/visitors/crm:%C3%A4.7%2F8/token", ""))
	answered(t, w, http.StatusOK)
	var minted Minted
	if err := json.Unmarshal(w.Body.Bytes(), &minted); err != nil || minted.Visitor != "crm:ä.7/8" {
		t.Fatalf("got %+v, %v, want the visitor of the path", minted, err)
	}
	if got, ok := newTokens(t, string(testKeys.TokenSecrets[0])).Verify(minted.Token, noon.Time()); !ok || got != minted.Visitor {
		t.Errorf("got a token for %q, %v, want %q", got, ok, minted.Visitor)
	}
	for path, code := range map[string]string{"a%00b": "control_characters", strings.Repeat("x", 129): "too_long", "%ff": "not_utf8"} {
		refused(t, answer(g, asServer("POST", "/v1/visitors/"+path+"/token", "")), http.StatusUnprocessableEntity, code)
	}
	refused(t, answer(g, asServer("POST", "/v1/visitors/v_1/token", `{"visitor":"v_2"}`)), http.StatusUnprocessableEntity, "unknown_field")
}
