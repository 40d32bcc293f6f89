package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/topology"
)

// TestMain ends the jsii process, which leaves its folder behind otherwise.
func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

func TestSynthIsRepeatable(t *testing.T) {
	first := written(t)
	second, err := synth(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, stack := range [][2][]byte{{first.whole, second.whole}, {first.console, second.console}} {
		if !bytes.Equal(stack[0], stack[1]) {
			t.Errorf("two synths differ (-first +second):\n%s", cmp.Diff(string(stack[0]), string(stack[1])))
		}
	}
}

func TestRoutesAreThoseOfTheTopology(t *testing.T) {
	tpl := load(t)
	got := map[string]string{}
	for _, r := range tpl.of("AWS::ApiGatewayV2::Route") {
		integration, _ := at(r.Properties, "Target", "Fn::Join", 1, 1, "Ref").(string)
		function, _ := at(tpl.Resources[integration].Properties, "IntegrationUri", "Fn::GetAtt", 0).(string)
		got[r.Properties["RouteKey"].(string)] = functionNamed(function)
	}
	want := map[string]string{}
	for _, r := range topology.Routes() {
		for _, method := range r.Methods() {
			want[method+" "+r.Path] = r.Function
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("routes of the template (-want +got):\n%s", diff)
	}
	permitted := map[string]bool{}
	for _, p := range tpl.of("AWS::Lambda::Permission") {
		function, _ := at(p.Properties, "FunctionName", "Fn::GetAtt", 0).(string)
		permitted[functionNamed(function)] = true
	}
	for _, r := range topology.Routes() {
		if !permitted[r.Function] {
			t.Errorf("the API may not call %s, which has the route %s %s", r.Function, r.Method, r.Path)
		}
	}
}

// functionNamed is the topology's name of the function with this logical id.
func functionNamed(id string) string {
	for _, f := range topology.Functions() {
		if strings.HasPrefix(id, *construct(f.Name, "Function")) {
			return f.Name
		}
	}
	return "no function " + id
}

func TestAPI(t *testing.T) {
	tpl := load(t)
	for id, i := range tpl.of("AWS::ApiGatewayV2::Integration") {
		if got := i.Properties["PayloadFormatVersion"]; got != "2.0" {
			t.Errorf("%s: payload format %v, want 2.0", id, got)
		}
	}
	stages := tpl.of("AWS::ApiGatewayV2::Stage")
	if len(stages) != 1 {
		t.Fatalf("got %d stages, want 1", len(stages))
	}
	for id, s := range stages {
		if got := s.Properties["StageName"]; got != "$default" {
			t.Errorf("%s: name %v, want $default", id, got)
		}
		want := map[string]any{"ThrottlingRateLimit": 200.0, "ThrottlingBurstLimit": 400.0}
		if diff := cmp.Diff(want, s.Properties["DefaultRouteSettings"]); diff != "" {
			t.Errorf("%s: throttling (-want +got):\n%s", id, diff)
		}
		if s.Properties["AccessLogSettings"] != nil {
			t.Errorf("%s: there is an access log: paths name visitors", id)
		}
	}
	for id, api := range tpl.of("AWS::ApiGatewayV2::Api") {
		want := map[string]any{
			"AllowOrigins": []any{"*"}, "MaxAge": 7200.0,
			"AllowMethods":  anys(topology.CORSMethods()),
			"AllowHeaders":  anys(topology.CORSRequestHeaders()),
			"ExposeHeaders": anys(topology.CORSResponseHeaders()),
		}
		if diff := cmp.Diff(want, api.Properties["CorsConfiguration"]); diff != "" {
			t.Errorf("%s: CORS (-want +got):\n%s", id, diff)
		}
	}
}

func anys(texts []string) (list []any) {
	for _, text := range texts {
		list = append(list, text)
	}
	return list
}

func TestKeysStandNowhere(t *testing.T) {
	tpl := load(t)
	for id, f := range tpl.of("AWS::Lambda::Function") {
		keys := []string{topology.EnvPublishableKey, topology.EnvSecretKey, topology.EnvAdminKey, topology.EnvTokenSecret}
		var own []string
		switch functionNamed(id) {
		case topology.PublishFunction, topology.RollupFunction:
		case topology.BatchFunction: // of which tokens are made
			own = []string{topology.EnvSecretKey, topology.EnvTokenSecret}
		default:
			own = keys
		}
		for _, variable := range keys {
			if !slices.Contains(own, variable) {
				if got := at(f.Properties, "Environment", "Variables", variable); got != nil {
					t.Errorf("%s has no callers, and yet a key of theirs: %v", id, got)
				}
				continue
			}
			parameter, _ := at(f.Properties, "Environment", "Variables", variable, "Ref").(string)
			if p, ok := tpl.Parameters[parameter]; !ok || !p.NoEcho {
				t.Errorf("%s: %s is not a parameter without echo: %v", id, variable, at(f.Properties, "Environment", "Variables", variable))
			}
		}
	}
	if bytes.Contains(written(t).whole, []byte("pk_")) || bytes.Contains(written(t).whole, []byte("sk_")) {
		t.Error("the template holds a key")
	}
}

func TestSettings(t *testing.T) {
	needNode(t)
	t.Run("ShapeTheTemplate", func(t *testing.T) {
		both, err := synth(map[string]any{"name": "shop", "rate": "1000", "origins": "https://shop.example,https://www.shop.example"})
		if err != nil {
			t.Fatal(err)
		}
		tpl := parsed(t, both.whole)
		for _, s := range tpl.of("AWS::ApiGatewayV2::Stage") {
			if got := at(s.Properties, "DefaultRouteSettings", "ThrottlingRateLimit"); got != 1000.0 {
				t.Errorf("rate: got %v, want 1000", got)
			}
		}
		for _, api := range tpl.of("AWS::ApiGatewayV2::Api") {
			want := []any{"https://shop.example", "https://www.shop.example"}
			if diff := cmp.Diff(want, at(api.Properties, "CorsConfiguration", "AllowOrigins")); diff != "" {
				t.Errorf("origins (-want +got):\n%s", diff)
			}
		}
	})
	for name, bad := range map[string]struct {
		context map[string]any
		want    string
	}{
		"Name":     {map[string]any{"name": "two words"}, "use a letter"},
		"Rate":     {map[string]any{"rate": "fast"}, "a number of requests a second"},
		"Parallel": {map[string]any{"parallel": "1001"}, "1 to 1000"},
		"Alarms":   {map[string]any{"alarms": "Ops <ops@shop.example>"}, "one mail address"},
		"Assets":   {map[string]any{"assets": "nowhere"}, "run `make build` first"},
	} {
		t.Run("Refuses"+name, func(t *testing.T) {
			_, err := synth(bad.context)
			if err == nil || !strings.Contains(err.Error(), bad.want) {
				t.Errorf("got error %v, want one that says %q", err, bad.want)
			}
		})
	}
}
