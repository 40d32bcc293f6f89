// Command budgets measures what the design promises, each figure beside its
// floor in the same run, and says what is held. `make bench` runs it, with
// DynamoDB Local beside and the functions built.
//
// The measuring is done by the benchmarks of the packages; here stand only the
// list of budgets, the prices and the table.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
)

func main() {
	template, err := readTemplates("cdk.out")
	if err != nil {
		fmt.Fprintln(os.Stderr, "budgets:", err)
		os.Exit(1)
	}
	rows := budgets(template)
	measured := measure(os.Stderr, benchmarksOf(rows))
	if held := print(os.Stdout, rows, measured); !held {
		os.Exit(1)
	}
}

// print writes the table and says whether every measured budget is held.
func print(out io.Writer, rows []row, m measurements) (held bool) {
	held = true
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "what\tfigure\tfloor\tbudget\tverdict")
	for _, r := range rows {
		line := r.judge(m)
		held = held && !strings.HasPrefix(line.verdict, missed)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.what, line.figure, line.floor, r.limit, line.verdict)
	}
	_ = table.Flush() // out is a terminal or a buffer
	return held
}
