package gateway_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"wegweiser/shared/gateway"
	"wegweiser/shared/personalize"
)

// shop answers every decision alike; the other calls are those of the embedded
// Service, which is not called here.
type shop struct{ gateway.Service }

func (shop) Decide(_ context.Context, _ personalize.Caller, r personalize.DecideRequest) (*personalize.Decision, error) {
	return &personalize.Decision{Decision: "d_1", Visitor: r.Visitor, Touchpoints: personalize.CollectResult{Rejected: []personalize.Rejection{}}}, nil
}

func Example() {
	handler, err := gateway.New(shop{}, &gateway.Options{
		Keys: gateway.Keys{Secret: "sk_example", TokenSecrets: [][]byte{[]byte("a secret")}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, body := range []string{`{"visitor":"v_1"}`, `{"visitr":"v_1"}`} {
		request := httptest.NewRequest(http.MethodPost, "/v1/decisions", strings.NewReader(body))
		request.Header.Set("Authorization", "Bearer sk_example")
		request.Header.Set("X-Request-Id", "r-1")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		fmt.Print(answer.Code, " ", answer.Body)
	}
	// Output:
	// 200 {"decision":"d_1","visitor":"v_1","snapshot":"","at":"1970-01-01T00:00:00Z","personal":false,"phase":null,"placements":{},"touchpoints":{"accepted":0,"duplicates":0,"rejected":[]}}
	// 422 {"type":"urn:wegweiser:problem:unknown_field","title":"Unprocessable Entity","status":422,"detail":"visitr is not a field here; did you mean visitor?","code":"unknown_field","requestId":"r-1","errors":[{"field":"visitr","code":"unknown_field","message":"is not a field here; did you mean visitor?"}]}
}

func ExampleKeysFromEnv() {
	env := map[string]string{"WEGWEISER_ADMIN_KEY": "maria:ak_1,jo:ak_2"} // as os.LookupEnv reads it
	keys, err := gateway.KeysFromEnv(func(name string) (string, bool) { value, ok := env[name]; return value, ok })
	fmt.Println(keys.Admins, err)
	// Output: [{maria ak_1} {jo ak_2}] <nil>
}
