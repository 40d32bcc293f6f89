package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// query is the query of a request. Most have none, and cost nothing.
type query url.Values

// readQuery returns what can be read, also where something cannot.
func readQuery(raw string) (query, *Problem) {
	if raw == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return query(values), problem(http.StatusBadRequest, "bad_query", "the query cannot be read: escape its values as a URL has them")
	}
	return query(values), nil
}

func (q query) get(name string) string { return url.Values(q).Get(name) }

// flag reads a parameter that is true or false; false where it is left out.
func (q query) flag(name string) (bool, error) {
	switch q.get(name) {
	case "true":
		return true, nil
	case "false", "":
		return false, nil
	}
	return false, invalid(&journey.Fault{Field: name, Code: "bad_value", Message: "must be true or false"})
}

// check refuses parameters that the call does not know, so that a typo never
// passes for a default. Those of keys and tokens are known everywhere.
func (q query) check(known []parameter) *Problem {
	if len(q) == 0 {
		return nil
	}
	names := []string{"key", "token"}
	for _, p := range known {
		names = append(names, p.name)
	}
	for _, name := range q.names() {
		if slices.Contains(names, name) {
			continue
		}
		detail := "a parameter of the query is not one of this call: it knows " + strings.Join(names, ", ")
		if nearest, ok := rule.Nearest(string(shown([]byte(name))), names); ok {
			detail += "; did you mean " + nearest + "?"
		}
		return problem(http.StatusUnprocessableEntity, "unknown_parameter", detail)
	}
	return nil
}

func (q query) names() []string {
	names := make([]string, 0, len(q))
	for name := range q {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
