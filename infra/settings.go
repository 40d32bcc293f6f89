package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// settings is what may differ between two deployments. Each comes from the CDK
// context of the same name (-c name=shop), and has a default.
type settings struct {
	name     string   // of the stack
	rate     float64  // requests a second that the API lets through
	origins  []string // the sites whose pages may call the API
	alarms   string   // the mail address that hears of alarms; none where it is empty
	parallel int      // how many parts of a file of recipients are decided at a time
	assets   string   // the folder with one zip a function
}

const (
	defaultName   = "wegweiser"
	defaultRate   = 200
	defaultOrigin = "*"
	// Some 2,000 recipients a second, which is about what new tables write.
	defaultParallel = 20
	maxParallel     = 1000
	defaultAssets   = "dist"
)

var stackName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,127}$`)

func readSettings(app awscdk.App) (settings, error) {
	s := settings{
		name:    contextText(app, "name", defaultName),
		origins: strings.Split(contextText(app, "origins", defaultOrigin), ","),
		alarms:  contextText(app, "alarms", ""),
		assets:  contextText(app, "assets", defaultAssets),
	}
	if !stackName.MatchString(s.name) {
		return settings{}, fmt.Errorf("name %q: use a letter, then letters, digits and hyphens, at most 128", s.name)
	}
	rate := contextText(app, "rate", strconv.Itoa(defaultRate))
	var err error
	if s.rate, err = strconv.ParseFloat(rate, 64); err != nil || s.rate < 1 {
		return settings{}, fmt.Errorf("rate %q: use a number of requests a second, 1 or more", rate)
	}
	parallel := contextText(app, "parallel", strconv.Itoa(defaultParallel))
	if s.parallel, err = strconv.Atoi(parallel); err != nil || s.parallel < 1 || s.parallel > maxParallel {
		return settings{}, fmt.Errorf("parallel %q: use a whole number of parts, 1 to %d", parallel, maxParallel)
	}
	if address, err := mail.ParseAddress(s.alarms); s.alarms != "" && (err != nil || address.Address != s.alarms) {
		return settings{}, fmt.Errorf("alarms %q: use one mail address, such as ops@shop.example", s.alarms)
	}
	for _, f := range topology.Functions() {
		if _, err := os.Stat(s.archive(f.Name)); errors.Is(err, fs.ErrNotExist) {
			return settings{}, fmt.Errorf("%s is missing: run `make build` first", s.archive(f.Name))
		}
	}
	return s, nil
}

// archive is the path of a function's zip.
func (s settings) archive(function string) string {
	return filepath.Join(s.assets, function+".zip")
}

// contextText reads a context value as text, however it was written.
func contextText(app awscdk.App, key, otherwise string) string {
	value := app.Node().TryGetContext(jsii.String(key))
	if value == nil {
		return otherwise
	}
	return fmt.Sprint(value)
}
