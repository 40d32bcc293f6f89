package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// List prices in dollars, us-east-1, on demand, without the free tier, as of
// November 2026.
const (
	perHTTPCall      = 1.00 / 1e6
	perLambdaRequest = 0.20 / 1e6
	perGBSecond      = 0.0000133334 // arm64
	perReadUnit      = 0.125 / 1e6
	perWriteUnit     = 0.625 / 1e6
	perLogByte       = 0.50 / 1e9
)

// databaseMillis is what a function waits for DynamoDB in its own region, and
// what DynamoDB Local on the same machine cannot tell.
const databaseMillis = 4

// template is what costs something in synthesised templates.
type template struct {
	memoryGB float64
}

// readTemplates reads what the templates of a folder hold, and refuses what the
// prices above do not hold for.
func readTemplates(folder string) (template, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.template.json"))
	if err != nil || len(paths) == 0 {
		return template{}, fmt.Errorf("there is no template in %s: run `make synth`", folder)
	}
	var t template
	for _, path := range paths {
		if err := t.read(path); err != nil {
			return template{}, fmt.Errorf("read %s: %w", filepath.Base(path), err)
		}
	}
	if t.memoryGB == 0 {
		return template{}, fmt.Errorf("the templates in %s have no function", folder)
	}
	return t, nil
}

func (t *template) read(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var parsed struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				Architectures []string
				MemorySize    float64
				BillingMode   string
				ProtocolType  string
			}
		}
	}
	if err := json.Unmarshal(content, &parsed); err != nil {
		return err
	}
	for id, r := range parsed.Resources {
		p := r.Properties
		switch r.Type {
		case "AWS::Lambda::Function":
			if len(p.Architectures) != 1 || p.Architectures[0] != "arm64" {
				return fmt.Errorf("%s is not for arm64: its price is another", id)
			}
			t.memoryGB = max(t.memoryGB, p.MemorySize/1024)
		case "AWS::DynamoDB::Table":
			if p.BillingMode != "PAY_PER_REQUEST" {
				return fmt.Errorf("%s is not on demand: its price is another", id)
			}
		case "AWS::ApiGatewayV2::Api":
			if p.ProtocolType != "HTTP" {
				return fmt.Errorf("%s is not an HTTP API: its price is another", id)
			}
		}
	}
	return nil
}

// dollars is the price of a million decisions, from the template and from what
// a benchmark of a real function measured for one call.
type dollars struct {
	template template
	of1      benchmark
	// A call makes so many decisions, and waits so often for the database, one
	// time after the other.
	decisions, waits int
}

// The units of measured calls.
const (
	readUnits  = "read-units/call"
	writeUnits = "write-units/call"
	cpuTime    = "cpu-ns/call"
	logBytes   = "log-bytes/call"
)

func (d dollars) of(m measurements) (float64, error) {
	values := map[string]float64{}
	for _, unit := range []string{readUnits, writeUnits, cpuTime, logBytes} {
		value, err := metric{d.of1, unit}.of(m)
		if err != nil {
			return 0, err
		}
		values[unit] = value
	}
	billedSeconds := math.Ceil(values[cpuTime]/1e6+float64(d.waits*databaseMillis)) / 1000
	one := perHTTPCall + perLambdaRequest + billedSeconds*d.template.memoryGB*perGBSecond +
		values[readUnits]*perReadUnit + values[writeUnits]*perWriteUnit + values[logBytes]*perLogByte
	return one / float64(d.decisions) * 1e6, nil
}

func (d dollars) benchmarks() []benchmark { return []benchmark{d.of1} }
