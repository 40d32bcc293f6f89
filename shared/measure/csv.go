package measure

import (
	"encoding/csv"
	"io"
	"strconv"

	"wegweiser/shared/phase"
)

// WriteCSV writes a row for each phase, with a column for each standing.
func (r *PhasesReport) WriteCSV(w io.Writer) error {
	standings := phase.Standings()
	records := [][]string{append([]string{"phase", "visitors", "share"}, standings...)}
	for _, row := range r.Rows {
		record := []string{row.Phase, strconv.Itoa(row.Visitors), strconv.FormatFloat(row.Share, 'f', -1, 64)}
		for _, standing := range standings {
			record = append(record, strconv.Itoa(row.Standings[standing]))
		}
		records = append(records, record)
	}
	return csv.NewWriter(w).WriteAll(records)
}

// WriteCSV writes the three lists one below the other: the column row says of
// which one a row is (move, phase, channel), and the cells of the others are
// empty.
func (j *JourneyMap) WriteCSV(w io.Writer) error {
	records := [][]string{{"row", "from", "phase", "channel", "moves", "touchpoints", "visitors", "seconds"}}
	for _, m := range j.Moves {
		records = append(records, []string{"move", m.From, m.To, "", strconv.Itoa(m.Moves), "", strconv.Itoa(m.Visitors), strconv.FormatInt(m.Seconds, 10)})
	}
	for _, p := range j.Phases {
		records = append(records, []string{"phase", "", p.Phase, "", "", strconv.Itoa(p.Touchpoints), strconv.Itoa(p.Visitors), ""})
	}
	for _, c := range j.Channels {
		records = append(records, []string{"channel", "", c.Phase, c.Channel, "", strconv.Itoa(c.Touchpoints), "", ""})
	}
	return csv.NewWriter(w).WriteAll(records)
}

// WriteCSV writes a row for each phase.
func (f *Funnel) WriteCSV(w io.Writer) error {
	records := [][]string{{"phase", "visitors", "furthest", "reached"}}
	for _, r := range f.Rows {
		records = append(records, []string{r.Phase, strconv.Itoa(r.Visitors), strconv.Itoa(r.Furthest), strconv.Itoa(r.Reached)})
	}
	return csv.NewWriter(w).WriteAll(records)
}
