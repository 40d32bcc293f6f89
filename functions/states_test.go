package functions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// machine does what the documentation of Step Functions says of the states that
// infra/batch.asl.json has, and knows no others.
type machine struct {
	tb         testing.TB
	definition workflow
	invoke     func(payload []byte) (result []byte, fault *stateFault)
	object     func(bucket, key string) string
	runs       map[string]int // of states, by their names
}

type workflow struct {
	Comment         string
	StartAt         string
	States          map[string]*state
	ProcessorConfig struct{ Mode, ExecutionType string }
}

type state struct {
	Type, Resource, Next string
	End                  bool
	Parameters           map[string]any
	ResultPath           json.RawMessage
	Retry                []retryRule
	Choices              []struct {
		Variable           string
		NumericGreaterThan float64
		Next               string
	}
	Default    string
	Label      string
	ItemReader struct {
		Resource     string
		ReaderConfig struct{ InputType string }
		Parameters   map[string]any
	}
	MaxConcurrency             int
	ToleratedFailurePercentage int
	ItemProcessor              *workflow
}

// retryRule says how often a state is tried that failed. This machine does not
// wait in between.
type retryRule struct {
	ErrorEquals     []string
	IntervalSeconds float64
	BackoffRate     float64
	MaxDelaySeconds float64
	MaxAttempts     *int
	JitterStrategy  string
}

// stateFault is an error of a state, by the name that rules match.
type stateFault struct{ Name, Cause string }

// maxPayload is what the input or output of a state may have.
const maxPayload = 256 << 10

// The values that a deployment gives the placeholders of a definition.
var deployed = map[string]string{
	"${Function}": "arn:aws:lambda:eu-central-1:000000000000:function:batch", "${Bucket}": "batches", "${Partition}": "aws", `"${Parallel}"`: "20",
}

func newMachine(tb testing.TB, file string) *machine {
	tb.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	text := string(content)
	for _, placeholder := range slices.Sorted(maps.Keys(deployed)) {
		text = strings.ReplaceAll(text, placeholder, deployed[placeholder])
	}
	m := &machine{tb: tb, runs: map[string]int{}}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m.definition); err != nil {
		tb.Fatalf("the definition has what this machine does not do: %v", err)
	}
	return m
}

// start runs an execution and returns its output.
func (m *machine) start(input string) (map[string]any, *stateFault) {
	m.tb.Helper()
	output, fault := m.run(&m.definition, m.read([]byte(input)))
	fields, _ := output.(map[string]any)
	return fields, fault
}

func (m *machine) read(text []byte) (value any) {
	m.tb.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		m.tb.Fatalf("no JSON: %v\n%s", err, text)
	}
	return value
}

func (m *machine) write(value any) []byte {
	m.tb.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		m.tb.Fatal(err)
	}
	return text
}

func (m *machine) run(w *workflow, data any) (any, *stateFault) {
	for name := w.StartAt; ; {
		s := w.States[name]
		if s == nil {
			m.tb.Fatalf("there is no state %q", name)
		}
		if len(m.write(data)) > maxPayload {
			return nil, &stateFault{"States.DataLimitExceeded", name}
		}
		m.runs[name]++
		var fault *stateFault
		switch s.Type {
		case "Task":
			data, fault = m.task(s, data)
		case "Map":
			data, fault = m.each(s, data)
		case "Choice":
			if name = m.choose(s, data); name == "" {
				return nil, &stateFault{"States.NoChoiceMatched", ""}
			}
			continue
		default:
			m.tb.Fatalf("%s: this machine does no %s", name, s.Type)
		}
		if fault != nil || s.End {
			return data, fault
		}
		name = s.Next
	}
}

// task calls the function, as often as the rules for its errors say.
func (m *machine) task(s *state, data any) (any, *stateFault) {
	if s.Resource != deployed["${Function}"] || len(s.ResultPath) > 0 {
		m.tb.Fatalf("this machine has no task %s with ResultPath %v", s.Resource, s.ResultPath)
	}
	payload, attempts := m.write(m.fill(s.Parameters, data)), make([]int, len(s.Retry))
	for {
		result, fault := m.invoke(payload)
		if fault == nil && len(result) > maxPayload {
			return nil, &stateFault{"States.DataLimitExceeded", ""}
		}
		if fault == nil {
			return m.read(result), nil
		}
		rule := slices.IndexFunc(s.Retry, func(r retryRule) bool {
			return slices.Contains(r.ErrorEquals, fault.Name) || slices.Contains(r.ErrorEquals, "States.ALL")
		})
		most := 3
		if rule >= 0 && s.Retry[rule].MaxAttempts != nil {
			most = *s.Retry[rule].MaxAttempts
		}
		if rule < 0 || attempts[rule] >= most {
			return nil, fault
		}
		attempts[rule]++
	}
}

// fill puts what paths name into parameters.
func (m *machine) fill(parameters map[string]any, data any) map[string]any {
	filled := map[string]any{}
	for name, value := range parameters {
		if bare, ok := strings.CutSuffix(name, ".$"); ok {
			filled[bare] = m.at(data, value.(string))
			continue
		}
		if _, nested := value.(map[string]any); nested {
			m.tb.Fatalf("this machine fills no parameters in parameters: %s", name)
		}
		filled[name] = value
	}
	return filled
}

// at follows a path of the form $ or $.name.
func (m *machine) at(data any, path string) any {
	if path == "$" {
		return data
	}
	name, ok := strings.CutPrefix(path, "$.")
	fields, object := data.(map[string]any)
	value, there := fields[name]
	if !ok || !object || !there {
		m.tb.Fatalf("the path %s is nowhere in %v", path, data)
	}
	return value
}

func (m *machine) choose(s *state, data any) string {
	for _, c := range s.Choices {
		number, err := m.at(data, c.Variable).(json.Number).Float64()
		if err != nil {
			m.tb.Fatal(err)
		}
		if number > c.NumericGreaterThan {
			return c.Next
		}
	}
	return s.Default
}

// each runs an execution for each line of an object, the last one first: they
// run at the same time, and end in any order.
func (m *machine) each(s *state, data any) (any, *stateFault) {
	if s.ItemProcessor.ProcessorConfig.Mode != "DISTRIBUTED" || s.ItemReader.Resource != "arn:aws:states:::s3:getObject" ||
		s.ItemReader.ReaderConfig.InputType != "JSONL" || string(s.ResultPath) != "null" || s.Retry != nil {
		m.tb.Fatalf("this machine does no such map: %+v", s)
	}
	from := m.fill(s.ItemReader.Parameters, data)
	lines := strings.Split(strings.TrimSuffix(m.object(fmt.Sprint(from["Bucket"]), fmt.Sprint(from["Key"])), "\n"), "\n")
	failed, results := 0, []any{}
	for _, line := range slices.Backward(lines) {
		result, fault := m.run(s.ItemProcessor, m.read([]byte(line)))
		if fault != nil {
			failed++
			continue
		}
		results = append(results, result)
	}
	if failed*100 > s.ToleratedFailurePercentage*len(lines) {
		return nil, &stateFault{"States.ExceedToleratedFailureThreshold", fmt.Sprintf("%d of %d failed", failed, len(lines))}
	}
	if len(m.write(results)) > maxPayload {
		return nil, &stateFault{"States.DataLimitExceeded", ""}
	}
	return data, nil
}
