package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"wegweiser/shared/topology"
)

// Every sample event gets the answer that stands beside it, as far as it does
// not change from call to call.
func TestInvokeAnswersEverySampleEvent(t *testing.T) {
	wants, err := filepath.Glob("../../events/*/*.want.json")
	if err != nil || len(wants) == 0 {
		t.Fatalf("no sample events: %v", err)
	}
	for _, path := range wants {
		if function := filepath.Base(filepath.Dir(path)); function == topology.PublishFunction || function == topology.RollupFunction || function == topology.BatchFunction {
			continue // answers no request
		}
		event := strings.TrimSuffix(path, ".want.json") + ".json"
		function := filepath.Base(filepath.Dir(path))
		t.Run(function+"/"+filepath.Base(event), func(t *testing.T) {
			var want struct {
				Status  int               `json:"status"`
				Headers map[string]string `json:"headers"`
			}
			text, err := os.ReadFile(path)
			if err != nil || json.Unmarshal(text, &want) != nil {
				t.Fatalf("read %s: %v", path, err)
			}
			code, stdout, stderr := run(t, "invoke", function, event)
			var got events.APIGatewayV2HTTPResponse
			if err := json.Unmarshal([]byte(stdout), &got); err != nil || code != 0 {
				t.Fatalf("got %d, %q, %q: %v", code, stdout, stderr, err)
			}
			if got.StatusCode != want.Status {
				t.Errorf("got status %d, want %d: %s", got.StatusCode, want.Status, got.Body)
			}
			if kind := got.Headers["content-type"]; kind != want.Headers["content-type"] {
				t.Errorf("got content type %q, want %q", kind, want.Headers["content-type"])
			}
		})
	}
}

// The steps of batches are answered as Lambda would, or refused.
func TestInvokeAnswersEveryStepOfABatch(t *testing.T) {
	wants, err := filepath.Glob("../../events/batch/*.want.json")
	if err != nil || len(wants) == 0 {
		t.Fatalf("no sample events: %v", err)
	}
	for _, path := range wants {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var refusal struct{ ErrorMessage string }
			if err := json.Unmarshal(want, &refusal); err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := run(t, "invoke", "batch", strings.TrimSuffix(path, ".want.json")+".json")
			switch {
			case refusal.ErrorMessage != "":
				if code == 0 || !strings.Contains(stderr, refusal.ErrorMessage) {
					t.Errorf("got %d, %s%s; want that it says %s", code, stdout, stderr, refusal.ErrorMessage)
				}
			case code != 0 || strings.Join(strings.Fields(stdout), "") != strings.Join(strings.Fields(string(want)), ""):
				t.Errorf("got %d, %s%s, want %s", code, stdout, stderr, want)
			}
		})
	}
}

// What streams say is answered byte by byte.
func TestInvokeAnswersEveryStreamEvent(t *testing.T) {
	var wants []string
	var err error
	for _, function := range []string{topology.PublishFunction, topology.RollupFunction} {
		found, fault := filepath.Glob("../../events/" + function + "/*.want.json")
		wants, err = append(wants, found...), errors.Join(err, fault)
	}
	if err != nil || len(wants) == 0 {
		t.Fatalf("no sample events: %v", err)
	}
	for _, path := range wants {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := run(t, "invoke", filepath.Base(filepath.Dir(path)), strings.TrimSuffix(path, ".want.json")+".json")
			if code != 0 || strings.Join(strings.Fields(stdout), "") != strings.Join(strings.Fields(string(want)), "") {
				t.Errorf("got %d, %s%s, want %s", code, stdout, stderr, want)
			}
		})
	}
}
