package rule_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestDecidingNeedsNoExpressionLanguage(t *testing.T) {
	for _, dependency := range dependencies(t, "wegweiser/shared/rule") {
		if strings.Contains(dependency, "expr-lang") || strings.HasSuffix(dependency, "rule/parse") {
			t.Errorf("wegweiser/shared/rule depends on %s", dependency)
		}
	}
}

// dependencies lists the packages that are linked with one.
func dependencies(t *testing.T, of string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", of).Output()
	if err != nil {
		t.Fatalf("list the dependencies of %s: %v", of, err)
	}
	all := strings.Fields(string(out))
	if !slices.Contains(all, of) {
		t.Fatalf("got dependencies %v, want %s itself among them", all, of)
	}
	return all
}
