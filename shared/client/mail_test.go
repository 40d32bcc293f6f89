package client_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/gateway"
	"wegweiser/shared/personalize"
)

// What a message shows is the same in process and over HTTP, whoever asks first.
func TestMailsOfAClient(t *testing.T) {
	direct, remote := both(t)
	rows := personalize.ConfigEdits{}
	for table, row := range map[string]string{
		"items":      `{"id":"sofa","kind":"offer","url":"https://shop.example/sofa","content.title":"A sofa"}`,
		"placements": `{"id":"hero","kind":"offer","fallback":"sofa"}`,
	} {
		rows.Rows = append(rows.Rows, personalize.ConfigEdit{Table: table, Row: json.RawMessage(row)})
	}
	if _, err := remote.EditConfig(t.Context(), admin, rows); err != nil {
		t.Fatal(err)
	}
	before, err := remote.ConfigSnapshots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := remote.PublishConfig(t.Context(), admin, before.Live, personalize.PublishRequest{}); err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]func(gateway.Service) (any, error){
		"Batch": func(s gateway.Service) (any, error) {
			return s.DecideBatch(t.Context(), secret, personalize.BatchRequest{
				Recipients: []personalize.Recipient{{Visitor: "v_1", Message: "m_1"}, {Message: "m_1"}}, Placements: []string{"hero"},
			})
		},
		"Email": func(s gateway.Service) (any, error) {
			return s.EmailOffer(t.Context(), secret, personalize.EmailRequest{Visitor: "v_1", Message: "m_2", Placements: []string{"hero", "nowhere"}}), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			var texts []string
			for _, s := range []gateway.Service{direct, remote} {
				answer, err := ask(s)
				if err != nil {
					t.Fatal(err)
				}
				text, err := json.Marshal(answer)
				if err != nil {
					t.Fatal(err)
				}
				texts = append(texts, string(text))
			}
			if diff := cmp.Diff(texts[0], texts[1]); diff != "" {
				t.Errorf("over HTTP (-in process +got):\n%s", diff)
			}
		})
	}
}
