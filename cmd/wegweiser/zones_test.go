package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The machine that runs the tests has time zones of its own, so that what the
// program brings along shows in its packages alone.
func TestBringsItsTimeZones(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatalf("list the packages of the program: %v", err)
	}
	if !slices.Contains(strings.Fields(string(out)), "time/tzdata") {
		t.Error("got a program without time/tzdata, want schedules to work on a machine without time zones")
	}
}
