package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
)

func batchOf(n int) *personalize.BatchAnswer {
	a := &personalize.BatchAnswer{Items: map[string]personalize.BatchItem{}}
	var content snapshot.Content
	_ = json.Unmarshal([]byte(`{"title":"Ten, \"percent\""}`), &content)
	a.Items["ten"] = personalize.BatchItem{Kind: "offer", URL: "https://shop.example/ten", Content: content}
	for i := range n {
		a.Results = append(a.Results, personalize.BatchResult{
			Visitor: fmt.Sprint("v_", i), Email: fmt.Sprintf("v%d@shop.example", i), Status: personalize.StatusOK,
			Placements: map[string]personalize.BatchPlacement{"mail-offer": {Items: []personalize.BatchShown{{ID: "ten", Token: "t"}}, Rule: "r"}},
		})
	}
	a.Results = append(a.Results,
		personalize.BatchResult{Visitor: "v_gone", Email: "gone@shop.example", Status: personalize.StatusSuppressed, Reason: "unsubscribed"},
		personalize.BatchResult{Visitor: "v_no", Status: personalize.StatusOK},
		personalize.BatchResult{Visitor: "v_who", Email: "who@shop.example", Status: personalize.StatusOK, Degraded: "store_timeout"})
	return a
}

func TestShapesOfABatch(t *testing.T) {
	asked := 0
	g := open(t, &fake{batch: func(personalize.Caller, personalize.BatchRequest) (*personalize.BatchAnswer, error) {
		asked++
		return batchOf(120), nil
	}}, nil)
	ask := func(shape string) []byte {
		w := answer(g, request(http.MethodPost, "/v1/decisions/batch?shape="+shape, `{"recipients":[{"visitor":"v_1"}],"placements":["mail-offer"]}`, "Authorization", "Bearer "+secret))
		answered(t, w, http.StatusOK)
		return w.Body.Bytes()
	}
	var ses struct {
		Calls []struct {
			BulkEmailEntries []struct {
				Destination             struct{ ToAddresses []string }
				ReplacementEmailContent struct {
					ReplacementTemplate struct{ ReplacementTemplateData string }
				}
			}
		}
		LeftOut []leftOut `json:"left_out"`
	}
	if err := json.Unmarshal(ask("ses"), &ses); err != nil {
		t.Fatal(err)
	}
	if len(ses.Calls) != 3 || len(ses.Calls[0].BulkEmailEntries) != 50 || len(ses.Calls[2].BulkEmailEntries) != 20 || len(ses.LeftOut) != 3 {
		t.Errorf("got %d calls and %v left out, want 50, 50 and 20 entries and 3 left out", len(ses.Calls), ses.LeftOut)
	}
	var data map[string]any
	if err := json.Unmarshal([]byte(ses.Calls[0].BulkEmailEntries[0].ReplacementEmailContent.ReplacementTemplate.ReplacementTemplateData), &data); err != nil || data["mail-offer.title"] != `Ten, "percent"` {
		t.Errorf("got %v, %v, want the fields of the offer", data, err)
	}
	var grid struct {
		Calls []struct {
			Personalizations []struct {
				To   []map[string]string
				Data map[string]any `json:"dynamic_template_data"`
			}
		}
	}
	if err := json.Unmarshal(ask("sendgrid"), &grid); err != nil {
		t.Fatal(err)
	}
	if p := grid.Calls[0].Personalizations; len(p) != 120 || p[0].To[0]["email"] != "v0@shop.example" || p[0].Data["mail-offer.id"] != "ten" {
		t.Errorf("got %d personalizations, want one each", len(p))
	}
	lines := strings.Split(strings.TrimSpace(string(ask("csv"))), "\n")
	if len(lines) != 124 || !strings.HasPrefix(lines[0], "visitor,message,status,reason,decision,phase,fallback,degraded,problem,mail-offer.fallback,") || !strings.Contains(lines[1], `"Ten, ""percent"""`) {
		t.Errorf("got %d lines, the first %q and %q, want a table of all recipients", len(lines), lines[0], lines[1])
	}
	before := asked
	w := answer(g, request(http.MethodPost, "/v1/decisions/batch?shape=xml", `{"recipients":[{"visitor":"v_1"}],"placements":["mail-offer"]}`, "Authorization", "Bearer "+secret))
	refused(t, w, http.StatusUnprocessableEntity, "bad_value")
	if asked != before {
		t.Error("a shape that is none: got a batch decided, want it refused before")
	}
}

func TestMailOffersAlwaysAnswer(t *testing.T) {
	g := open(t, &fake{email: func(r personalize.EmailRequest) *personalize.EmailOffer {
		if r.Visitor == "v_1" && len(r.Placements) == 0 {
			t.Errorf("got %+v, want the placements", r)
		}
		return batchOf(1).Offer(0)
	}}, nil)
	for query, want := range map[string]struct{ media, body string }{
		"visitor=v_1&message=m&placements=mail-offer,%20other":  {"application/json", `"mail-offer.title":"Ten, \"percent\""`},
		"visitor=v_1&placements=mail-offer&format=html":         {htmlType, `<p><a href="https://shop.example/ten"><strong>Ten, &#34;percent&#34;</strong></a></p>`},
		"visitor=v_1&placements=mail-offer&format=text":         {plainType, "Ten, \"percent\"\nhttps://shop.example/ten\n"},
		"visitor=v_1&placements=mail-offer&format=xml":          {"application/json", `"problem":"format must be json, html or text"`},
		"visitor=v_2&placements=mail-offer&format=xml":          {"application/json", `"status":"fallback"`},
		"visitor=v_1&unheard=of&placements=mail-offer&bad=%zz;": {"application/json", `"fallback":false`},
		"": {"application/json", `"status":"ok"`},
	} {
		for _, key := range []string{"header", "query"} {
			r := request(http.MethodGet, "/v1/email/offer?"+query, "", "Authorization", "Bearer "+secret)
			if key == "query" {
				r = request(http.MethodGet, "/v1/email/offer?"+query+"&key="+secret, "")
			}
			w := answer(g, r)
			answered(t, w, http.StatusOK)
			if got := w.Header().Get("Content-Type"); got != want.media || !strings.Contains(w.Body.String(), want.body) || w.Header().Get("X-Fallback") == "" {
				t.Errorf("%s: got %s %s, want %s with %s", query, got, w.Body, want.media, want.body)
			}
		}
	}
	refused(t, answer(g, request(http.MethodGet, "/v1/email/offer?visitor=v_1", "")), http.StatusUnauthorized, "key_missing")
}
