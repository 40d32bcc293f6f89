package personalize

import (
	"crypto/sha256"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
)

// shownAt is when the decision of shownInMail was made: what its id says.
const shownAt journey.Millis = 1_795_341_600_000 // 2026-11-22T10:00:00Z

var shownInMail = shownItem{
	Decision: "d_01M81B5H80Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60", Visitor: "v_9f86d081884c7d659a2feaa0c55ad015",
	Placement: "mail-offer", Item: "sofa-guide", Phase: "consideration", Channel: "email", Message: "autumn-2026-11-22", Probability: 1,
}

func TestTokenSaysWhatWasShown(t *testing.T) {
	tokens := newItemTokens([][]byte{[]byte("secret")})
	text := rapid.StringN(0, -1, journey.MaxIDBytes)
	rapid.Check(t, func(t *rapid.T) {
		want := shownInMail
		for name, part := range map[string]*string{"visitor": &want.Visitor, "placement": &want.Placement, "item": &want.Item, "message": &want.Message} {
			*part = text.Draw(t, name)
		}
		want.Segment = rapid.StringN(0, -1, maxSegment).Draw(t, "segment")
		want.Probability = rapid.OneOf(rapid.Just(1.0), rapid.Float64Range(0, 1)).Draw(t, "probability")
		token := tokens.sign(&want)
		if len(token) > MaxItemToken || strings.ContainsFunc(token, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
		}) {
			t.Errorf("got the token %q of %d bytes, want at most %d that a path can hold", token, len(token), MaxItemToken)
		}
		got, err := tokens.read(token, shownAt)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestTokenIsShort(t *testing.T) {
	tokens := newItemTokens([][]byte{[]byte("secret")})
	page := shownInMail
	page.Placement, page.Channel, page.Message = "home-hero", "web", ""
	for name, c := range map[string]struct {
		shown shownItem
		most  int
	}{"Page": {page, 170}, "Mail": {shownInMail, 200}} {
		if got := len(tokens.sign(&c.shown)); got > c.most {
			t.Errorf("%s: got %d bytes, want at most %d", name, got, c.most)
		}
	}
}

func TestATokenLeavesOutALongSegment(t *testing.T) {
	tokens := newItemTokens([][]byte{[]byte("secret")})
	long := shownInMail
	long.Segment = strings.Repeat("s", maxSegment+1)
	got, err := tokens.read(tokens.sign(&long), shownAt)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&shownInMail, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestItemTokenEndsAfter30Days(t *testing.T) {
	tokens := newItemTokens([][]byte{[]byte("secret")})
	token := tokens.sign(&shownInMail)
	end := shownAt.Add(30 * 24 * time.Hour)
	if _, err := tokens.read(token, end); err != nil {
		t.Errorf("after 30 days: got %v, want it read", err)
	}
	if _, err := tokens.read(token, end+1); err != errExpired {
		t.Errorf("a moment later: got %v, want %v", err, errExpired)
	}
}

func TestItemTokenRotation(t *testing.T) {
	old, fresh := []byte("old"), []byte("new")
	before, during, after := newItemTokens([][]byte{old}), newItemTokens([][]byte{fresh, old}), newItemTokens([][]byte{fresh})
	for name, c := range map[string]struct {
		signs, reads *itemTokens
		want         error
	}{
		"OldDuring": {before, during, nil}, "OldAfter": {before, after, errForged},
		"NewDuring": {during, during, nil}, "NewAfter": {during, after, nil}, "NewBefore": {during, before, errForged},
		"WithoutSecrets": {before, newItemTokens(nil), errForged},
	} {
		if _, err := c.reads.read(c.signs.sign(&shownInMail), shownAt); err != c.want {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	if got := newItemTokens(nil).sign(&shownInMail); got != "" {
		t.Errorf("without secrets: got the token %q, want none", got)
	}
}

// Every change of a token, and every part of one in another, is refused.
func TestNoChangedItemTokenIsRead(t *testing.T) {
	tokens := newItemTokens([][]byte{[]byte("secret"), []byte("the one before")})
	other := shownInMail
	other.Visitor, other.Item = "v_2", "ten-percent"
	mine, foreign := tokens.sign(&shownInMail), tokens.sign(&other)
	random := rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		forged := changed(random, mine, foreign)
		if forged == mine || forged == foreign {
			continue
		}
		if _, err := tokens.read(forged, shownAt); err == nil {
			t.Fatalf("%q was read", forged)
		}
	}
}

func changed(random *rand.Rand, token, foreign string) string {
	body := []byte(token)
	at := random.IntN(len(body))
	switch random.IntN(6) {
	case 0:
		body[at] ^= byte(1 << random.IntN(8))
	case 1:
		body = append(body[:at], body[at+1:]...)
	case 2:
		body = append(body[:at], append([]byte{body[at]}, body[at:]...)...)
	case 3:
		body = body[:at]
	case 4:
		ours, theirs := strings.Split(token, "."), strings.Split(foreign, ".")
		part := random.IntN(len(ours))
		ours[part] = theirs[part]
		return strings.Join(ours, ".")
	case 5:
		return token + string(body[:at])
	}
	return string(body)
}

func FuzzItemToken(f *testing.F) {
	tokens := newItemTokens([][]byte{[]byte("secret")})
	real := tokens.sign(&shownInMail)
	f.Add(real)
	f.Add("")
	f.Add("v1...")
	f.Add(strings.Repeat(".", MaxItemToken))
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := tokens.read(token, shownAt); err == nil && token != real {
			t.Errorf("%q was read", token)
		}
	})
}

// What a payload says is read as it was packed, or not at all.
func FuzzShown(f *testing.F) {
	f.Add(shownInMail.pack(nil))
	f.Add([]byte{shownFormat})
	f.Fuzz(func(t *testing.T, payload []byte) {
		s, ok := unpackShown(payload)
		if !ok {
			return
		}
		again, ok := unpackShown(s.pack(nil))
		if !ok || s.Probability == s.Probability && *again != *s {
			t.Errorf("got %+v of %+v, want the same again", again, s)
		}
	})
}

// BenchmarkItemToken is what the token of an item costs, beside its floor: the
// hash of as many bytes.
func BenchmarkItemToken(b *testing.B) {
	tokens := newItemTokens([][]byte{[]byte("secret")})
	b.Run("Floor", func(b *testing.B) {
		text := []byte(tokens.sign(&shownInMail))
		for b.Loop() {
			sha256.Sum256(text)
		}
	})
	b.Run("Sign", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tokens.sign(&shownInMail)
		}
	})
	b.Run("Read", func(b *testing.B) {
		token := tokens.sign(&shownInMail)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := tokens.read(token, shownAt); err != nil {
				b.Fatal(err)
			}
		}
	})
}
