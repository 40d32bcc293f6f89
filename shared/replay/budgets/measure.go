package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// benchmark names a benchmark of a package, with its sub-benchmark.
type benchmark struct {
	pkg  string // from the root of the repository
	name string
}

// metric is one number that a benchmark reports.
type metric struct {
	benchmark
	unit string
}

// measurements are the numbers of one run.
type measurements map[metric]float64

func (k metric) of(m measurements) (float64, error) {
	value, ok := m[k]
	if !ok {
		return 0, fmt.Errorf("%s of %s reports no %s", k.name, k.pkg, k.unit)
	}
	return value, nil
}

func (k metric) benchmarks() []benchmark { return []benchmark{k.benchmark} }

// benchmarksOf lists what has to run, by package and with each name once.
func benchmarksOf(rows []row) map[string][]string {
	needed := map[string][]string{}
	for _, r := range rows {
		for _, q := range []quantity{r.figure, r.floor} {
			if q == nil {
				continue
			}
			for _, b := range q.benchmarks() {
				top, _, _ := strings.Cut(b.name, "/")
				if !slices.Contains(needed[b.pkg], top) {
					needed[b.pkg] = append(needed[b.pkg], top)
				}
			}
		}
	}
	return needed
}

// measure runs the benchmarks, one package after the other so that they leave
// each other alone, and shows their output on progress. What a package did not
// measure is missing, and its rows say so.
func measure(progress io.Writer, needed map[string][]string) measurements {
	m := measurements{}
	for _, pkg := range slices.Sorted(maps.Keys(needed)) {
		if err := m.run(progress, pkg, needed[pkg]); err != nil {
			fmt.Fprintf(progress, "benchmarks of %s: %v\n", pkg, err)
		}
	}
	return m
}

func (m measurements) run(progress io.Writer, pkg string, names []string) error {
	command := exec.Command("go", "test", "-run", "^$", "-benchmem", "-timeout", "30m",
		"-bench", "^("+strings.Join(names, "|")+")$", ".")
	command.Dir, command.Stderr = pkg, progress
	out, err := command.StdoutPipe()
	if err != nil {
		return fmt.Errorf("read the output of go test: %w", err)
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start go test: %w", err)
	}
	read := m.read(pkg, io.TeeReader(out, progress))
	return cmp.Or(command.Wait(), read)
}

// processors is what a benchmark's name ends with where there is more than one.
var processors = regexp.MustCompile(`-\d+$`)

// read takes what `go test -bench` prints: a name with the number of CPUs, a
// count, then pairs of a number and a unit.
func (m measurements) read(pkg string, out io.Reader) error {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := processors.ReplaceAllString(fields[0], "")
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return fmt.Errorf("read %q: %w", lines.Text(), err)
			}
			m[metric{benchmark{pkg, name}, fields[i+1]}] = value
		}
	}
	return lines.Err()
}
