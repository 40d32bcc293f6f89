package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"wegweiser/shared/replay/logged"
	"wegweiser/shared/replay/offpolicy"
)

// estimated are the figures of an estimate by its name: value, error, low, high,
// or of a model's word the value alone.
type estimated struct {
	name    string
	figures []float64
}

// estimatesOf are those that there are, in the order in which they are told.
func estimatesOf(e *offpolicy.Estimates) []estimated {
	list := []estimated{{"ips", figuresOf(&e.IPS)}, {"snips", figuresOf(&e.SNIPS)}, {"clipped", figuresOf(&e.Clipped)}}
	if e.DR != nil {
		list = append(list, estimated{"direct", []float64{*e.Direct}}, estimated{"dr", figuresOf(e.DR)})
	}
	return list
}

func figuresOf(e *offpolicy.Estimate) []float64 { return []float64{e.Value, e.Error, e.Low, e.High} }

// row is a line with a name and four figures; none stands for those that are not.
func (e *estimated) row(none string, written func(float64) string) []string {
	row := []string{e.name, none, none, none, none}
	for i, x := range e.figures {
		row[1+i] = written(x)
	}
	return row
}

func policiesOf(result *logged.Result) []*logged.Valued {
	if result.Against == nil {
		return []*logged.Valued{&result.Policy}
	}
	return []*logged.Valued{&result.Policy, result.Against}
}

func replayTable(w io.Writer, r *replaying, result *logged.Result) error {
	for _, p := range policiesOf(result) {
		if p.Refused != "" {
			fmt.Fprintf(w, "%s has no value: %s\n\n", p.Name, p.Refused)
			continue
		}
		fmt.Fprintf(w, "%s, by %d decisions that earned %s each\n", p.Name, p.Decisions, figure(p.Logged.Value))
		if err := estimateTable(w, &p.Estimates, r.options.Confidence); err != nil {
			return err
		}
		fmt.Fprintf(w, "effective sample size %.1f, weights %.4f on average and %.2f at most\n", p.Support.EffectiveSampleSize, p.Support.MeanWeight, p.Support.MaxWeight)
		for _, doubt := range p.Doubts {
			fmt.Fprintln(w, "- "+doubt)
		}
		fmt.Fprintln(w)
	}
	if result.Difference != nil {
		fmt.Fprintf(w, "%s less %s\n", r.policy, r.against)
		if err := estimateTable(w, result.Difference, r.options.Confidence); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	_, err := fmt.Fprintf(w, "%d rows: %d left out by the mapping, %d rejected\n", result.Rows, result.LeftOut, result.Rejected)
	return err
}

func estimateTable(w io.Writer, e *offpolicy.Estimates, confidence float64) error {
	rows := [][]string{{"", "value", "error", fmt.Sprintf("%g %% from", 100*confidence), "to"}}
	for _, of := range estimatesOf(e) {
		rows = append(rows, of.row("-", figure))
	}
	return writeTable(w, rows)
}

// figure writes a mean reward, which may be a few clicks in a million or money.
func figure(x float64) string {
	if x > -100 && x < 100 {
		return strconv.FormatFloat(x, 'f', 6, 64)
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

func replayJSON(w io.Writer, r *replaying, result *logged.Result) error {
	return writeJSON(w, struct {
		Log        string  `json:"log"`
		Confidence float64 `json:"confidence"`
		Clip       float64 `json:"clip"`
		*logged.Result
	}{r.file, r.options.Confidence, r.options.Clip, result})
}

func replayCSV(w io.Writer, r *replaying, result *logged.Result) error {
	writer := csv.NewWriter(w)
	plain := func(x float64) string { return strconv.FormatFloat(x, 'g', 10, 64) }
	put := func(policy string, e *estimated) {
		_ = writer.Write(append([]string{policy}, e.row("", plain)...))
	}
	_ = writer.Write([]string{"policy", "figure", "value", "error", "low", "high"})
	for _, p := range policiesOf(result) {
		if p.Refused != "" {
			_ = writer.Write([]string{p.Name, "refused", p.Refused, "", "", ""})
			continue
		}
		put(p.Name, &estimated{"logged", figuresOf(&p.Logged)})
		for _, of := range estimatesOf(&p.Estimates) {
			put(p.Name, &of)
		}
		for _, of := range []struct {
			name  string
			value float64
		}{
			{"decisions", float64(p.Decisions)},
			{"effective_sample_size", p.Support.EffectiveSampleSize},
			{"mean_weight", p.Support.MeanWeight},
			{"max_weight", p.Support.MaxWeight},
			{"impossible", p.Support.Impossible},
			{"unseen", p.Support.Unseen},
		} {
			_ = writer.Write([]string{p.Name, of.name, plain(of.value), "", "", ""})
		}
		for _, doubt := range p.Doubts {
			_ = writer.Write([]string{p.Name, "doubt", doubt, "", "", ""})
		}
	}
	if result.Difference != nil {
		for _, of := range estimatesOf(result.Difference) {
			put(r.policy+" less "+r.against, &of)
		}
	}
	_ = writer.Write([]string{"", "rows", strconv.Itoa(result.Rows), "", "", ""})
	_ = writer.Write([]string{"", "left_out", strconv.Itoa(result.LeftOut), "", "", ""})
	_ = writer.Write([]string{"", "rejected", strconv.Itoa(result.Rejected), "", "", ""})
	writer.Flush()
	return writer.Error()
}
