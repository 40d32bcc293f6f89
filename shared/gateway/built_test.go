package gateway

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestRegistryIsOpenToAll(t *testing.T) {
	w := answer(open(t, &fake{}, nil), request(http.MethodGet, "/registry.json", ""))
	answered(t, w, http.StatusOK)
	var got struct{ Tables []struct{ Name string } }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Tables) == 0 || got.Tables[0].Name != "phases" {
		t.Errorf("got the tables %v, want phases first", got.Tables)
	}
}

func TestWhatIsBuiltIsNotSentAgain(t *testing.T) {
	g := open(t, &fake{}, nil)
	for _, path := range []string{"/registry.json", "/openapi.json"} {
		first := answer(g, request(http.MethodGet, path, ""))
		tag := first.Header().Get("ETag")
		if !strings.HasPrefix(tag, `"`) || first.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: got the ETag %s and %s, want a strong one to be asked for anew", path, tag, first.Header().Get("Cache-Control"))
		}
		for known, want := range map[string]int{
			tag: http.StatusNotModified, "W/" + tag: http.StatusNotModified, "*": http.StatusNotModified, `"other"`: http.StatusOK,
		} {
			w := answer(g, request(http.MethodGet, path, "", "If-None-Match", known))
			if w.Code != want || w.Header().Get("ETag") != tag {
				t.Errorf("%s: If-None-Match: %s: got %d with %s, want %d with %s", path, known, w.Code, w.Header().Get("ETag"), want, tag)
			}
			if (w.Body.Len() > 0) != (want == http.StatusOK) {
				t.Errorf("%s: If-None-Match: %s: got %d bytes", path, known, w.Body.Len())
			}
		}
	}
}
