package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"wegweiser/shared/measure"
	"wegweiser/shared/phase"
)

// writeTable writes rows with their columns below each other.
func writeTable(w io.Writer, rows [][]string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range rows {
		fmt.Fprintln(table, strings.Join(row, "\t")+"\t")
	}
	return table.Flush()
}

func phasesTable(w io.Writer, report *measure.PhasesReport) error {
	standings := phase.Standings()
	rows := [][]string{append([]string{"phase", "visitors", "share"}, standings...)}
	add := func(name string, visitors int, share string, counts map[string]int) {
		row := []string{name, strconv.Itoa(visitors), share}
		for _, standing := range standings {
			row = append(row, strconv.Itoa(counts[standing]))
		}
		rows = append(rows, row)
	}
	totals := map[string]int{}
	for _, row := range report.Rows {
		add(row.Phase, row.Visitors, fmt.Sprintf("%.1f %%", row.Share*100), row.Standings)
		for standing, visitors := range row.Standings {
			totals[standing] += visitors
		}
	}
	add("all", report.Visitors, "", totals)
	return writeTable(w, rows)
}

func journeyMapTable(w io.Writer, report *measure.JourneyMap) error {
	moves := [][]string{{"from", "to", "moves", "visitors", "mean days"}}
	for _, m := range report.Moves {
		from, days := "first seen", ""
		if m.From != "" {
			from, days = m.From, fmt.Sprintf("%.1f", float64(m.Seconds)/float64(m.Moves)/86400)
		}
		moves = append(moves, []string{from, m.To, strconv.Itoa(m.Moves), strconv.Itoa(m.Visitors), days})
	}
	phases := [][]string{{"phase", "touchpoints", "visitors"}}
	for _, p := range report.Phases {
		phases = append(phases, []string{p.Phase, strconv.Itoa(p.Touchpoints), strconv.Itoa(p.Visitors)})
	}
	channels := [][]string{{"phase", "channel", "touchpoints"}}
	for _, c := range report.Channels {
		channels = append(channels, []string{c.Phase, c.Channel, strconv.Itoa(c.Touchpoints)})
	}
	for _, table := range [][][]string{moves, phases, channels} {
		if err := writeTable(w, table); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	return tellVisitors(w, report.Visitors)
}

func funnelTable(w io.Writer, report *measure.Funnel) error {
	rows := [][]string{{"phase", "reached", "", "visitors", "furthest"}}
	for _, r := range report.Rows {
		share := ""
		if report.Visitors > 0 {
			share = fmt.Sprintf("%.1f %%", float64(r.Reached)/float64(report.Visitors)*100)
		}
		rows = append(rows, []string{r.Phase, strconv.Itoa(r.Reached), share, strconv.Itoa(r.Visitors), strconv.Itoa(r.Furthest)})
	}
	if err := writeTable(w, rows); err != nil {
		return err
	}
	return tellVisitors(w, report.Visitors)
}

func tellVisitors(w io.Writer, visitors int) error {
	_, err := fmt.Fprintf(w, "%d visitors are counted.\n", visitors)
	return err
}

func itemsTable(w io.Writer, report *measure.ItemsReport) error {
	rows := [][]string{{"item", "impressions", "clicks", "dismissals", "conversions", "expected", "from", "to", "prior", "data"}}
	for i := range report.Rows {
		r := &report.Rows[i]
		rows = append(rows, []string{
			r.Item, strconv.FormatInt(r.Impressions, 10), strconv.FormatInt(r.Clicks, 10),
			strconv.FormatInt(r.Dismissals, 10), strconv.FormatInt(r.Conversions, 10),
			percent(r.Expected), percent(r.Low), percent(r.High), percent(r.Prior), percent(r.Borrowed + r.Own),
		})
	}
	return writeTable(w, rows)
}

func percent(share float64) string { return fmt.Sprintf("%.1f %%", share*100) }
