package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

// The commands work on the tables of a deployment too.
func TestCommandsOnDynamoDB(t *testing.T) {
	names := dynamotest.Tables(t)
	environment := map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": dynamotest.Endpoint(t), "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		topology.EnvSecretKey: clusterSecret,
	}
	for _, table := range topology.Tables() {
		environment[table.Env] = names[table.Name]
	}
	folder := t.TempDir()
	events, mapping := filepath.Join(folder, "events.csv"), filepath.Join(folder, "map.yaml")
	for path, text := range map[string]string{
		events:  "v,t\nanna,2026-01-01T10:00:00Z\nben,2026-01-01T10:00:00Z\n",
		mapping: "visitor: \"{v}\"\nid: \"{hash}\"\ntype: page_view\nchannel: web\nat: {from: \"{t}\", format: RFC3339}\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{"import", events, "--map", mapping}, "2 rows: 2 stored, 0 stored before"},
		{[]string{"import", events, "--map", mapping}, "2 rows: 0 stored, 2 stored before"},
		{[]string{"config", "apply", "demo/rows"}, "rows changed, s_"},
		{[]string{"config", "apply", "demo/rows"}, "nothing to publish"},
		{[]string{"report", "phases", "-o", "json"}, `"visitors": 2`},
	} {
		var stdout, stderr bytes.Buffer
		p := &program{
			stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr,
			lookup: func(name string) (string, bool) { value, ok := environment[name]; return value, ok },
		}
		if code := p.run(t.Context(), append(step.args, "--store", "dynamodb")); code != 0 || !strings.Contains(stdout.String(), step.want) {
			t.Errorf("%s: got %d, %q, %q, want %q", step.args, code, stdout.String(), stderr.String(), step.want)
		}
	}
}
