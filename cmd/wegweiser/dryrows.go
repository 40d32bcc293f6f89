package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"wegweiser/shared/personalize"
)

// dryFormat is a way to write a dry run, and which of its decisions are wanted
// one by one where nothing is said.
type dryFormat struct {
	rows personalize.RowsWanted
	open func(stdout, stderr io.Writer) dryOutput
}

// dryOutput writes decisions while they come, and then what they add up to.
type dryOutput struct {
	row func(row *personalize.PredictionRow) error
	end func(sum *personalize.DryRun) error
}

func dryFormats() map[string]dryFormat {
	return map[string]dryFormat{
		"table":  {personalize.NoRows, dryTable},
		"json":   {personalize.NoRows, dryJSON},
		"ndjson": {personalize.ChangedRows, dryNDJSON},
		"csv":    {personalize.ChangedRows, dryCSV},
	}
}

func dryTable(stdout, _ io.Writer) dryOutput {
	return dryOutput{
		row: func(row *personalize.PredictionRow) error {
			_, err := fmt.Fprintln(stdout, rowLine(row))
			return err
		},
		end: func(sum *personalize.DryRun) error { return drySummary(stdout, sum) },
	}
}

func dryJSON(stdout, _ io.Writer) dryOutput {
	var rows []personalize.PredictionRow
	return dryOutput{
		row: func(row *personalize.PredictionRow) error {
			rows = append(rows, *row)
			return nil
		},
		end: func(sum *personalize.DryRun) error {
			sum.Rows = rows
			return writeJSON(stdout, sum)
		},
	}
}

func dryNDJSON(stdout, stderr io.Writer) dryOutput {
	lines := json.NewEncoder(stdout)
	lines.SetEscapeHTML(false)
	return dryOutput{
		row: func(row *personalize.PredictionRow) error { return lines.Encode(row) },
		end: func(sum *personalize.DryRun) error { return drySummary(stderr, sum) },
	}
}

// dryCSV writes a line for each placement of a decision.
func dryCSV(stdout, stderr io.Writer) dryOutput {
	table := csv.NewWriter(stdout)
	_ = table.Write([]string{
		"visitor", "at", "channel", "phase_from", "phase_to", "changed", "placement",
		"items_from", "items_to", "rule_from", "rule_to", "fallback_from", "fallback_to", "decision",
	})
	return dryOutput{
		row: func(row *personalize.PredictionRow) error {
			for _, name := range slices.Sorted(maps.Keys(row.Placements)) {
				from, to := sides(row.Placements[name])
				_ = table.Write([]string{
					row.Visitor, row.At.String(), row.Channel, row.Phase.From, row.Phase.To, strconv.FormatBool(row.Changed), name,
					strings.Join(from.Items, "|"), strings.Join(to.Items, "|"), from.Rule, to.Rule,
					string(from.Reason), string(to.Reason), row.Decision,
				})
			}
			table.Flush()
			return table.Error()
		},
		end: func(sum *personalize.DryRun) error {
			table.Flush()
			if err := table.Error(); err != nil {
				return err
			}
			return drySummary(stderr, sum)
		},
	}
}

// sides returns what fills a placement before and after; nothing where there is
// no such placement.
func sides(change personalize.PlacementChange) (from, to personalize.Filling) {
	if change.From != nil {
		from = *change.From
	}
	if change.To != nil {
		to = *change.To
	}
	return from, to
}

// rowLine is a decision in one line: what differs, or that nothing does.
func rowLine(row *personalize.PredictionRow) string {
	line := row.Visitor + " " + row.At.String()
	if row.Channel != "" {
		line += " " + row.Channel
	}
	if row.Decision != "" {
		line += " " + row.Decision
	}
	line += ": "
	if !row.Changed {
		return line + "as before"
	}
	var parts []string
	if row.Phase.From != row.Phase.To {
		parts = append(parts, phaseName(row.Phase.From)+" → "+phaseName(row.Phase.To))
	}
	for _, name := range slices.Sorted(maps.Keys(row.Placements)) {
		change := row.Placements[name]
		if before, after := filled(change.From), filled(change.To); before != after {
			parts = append(parts, name+" "+before+" → "+after)
		}
	}
	return line + strings.Join(parts, "; ")
}

// phaseName names the phase of a decision that may not be personal.
func phaseName(phase string) string {
	if phase == "" {
		return "(not personal)"
	}
	return phase
}

func filled(f *personalize.Filling) string {
	switch {
	case f == nil:
		return "(no such placement)"
	case f.Fallback:
		return strings.Join(f.Items, "+") + " (fallback)"
	}
	return strings.Join(f.Items, "+") + " (" + f.Rule + ")"
}
