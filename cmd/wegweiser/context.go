package main

import (
	"encoding/json"
	"strings"

	"github.com/spf13/pflag"
)

func contextFlag(flags *pflag.FlagSet, to *[]string) {
	flags.StringArrayVar(to, "context", nil, "what the call would say, such as channel=app, locale=de-AT or basket=49.90; once for each")
}

// contextOf reads key=value pairs. A value that is a number, true or false is
// that, and text in double quotes is text whatever it looks like.
func contextOf(pairs []string) (map[string]any, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	values := make(map[string]any, len(pairs))
	for _, pair := range pairs {
		key, text, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return nil, usagef("--context must be like channel=app, not %q", pair)
		}
		values[key] = text
		var value any
		if json.Unmarshal([]byte(text), &value) == nil {
			switch value.(type) {
			case float64, bool, string:
				values[key] = value
			}
		}
	}
	return values, nil
}
