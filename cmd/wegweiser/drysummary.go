package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
)

// drySummary writes for people what a dry run found: the phases, what wins and
// loses impressions, and who is left with a fallback.
func drySummary(w io.Writer, sum *personalize.DryRun) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s in place of %s, %s\n", sum.To, sum.From, asked(sum))
	if sum.Recorded != nil {
		recordedDecisions(&text, sum)
	} else {
		fmt.Fprintf(&text, "%s of %s, %s\n", plural(sum.Decisions, "decision"), plural(sum.Visitors, "visitor"), changed(sum))
		if sum.Next != "" {
			fmt.Fprintln(&text, "there are more visitors, who were not asked")
		}
	}
	if len(sum.Statistics) > 1 {
		fmt.Fprintf(&text, "the statistics changed meanwhile: ranked by %s\n", strings.Join(sum.Statistics, ", then "))
	}
	if sum.Changed > 0 {
		phaseMatrix(&text, sum)
		itemShifts(&text, sum)
		fallbackShifts(&text, sum)
		ruleShifts(&text, sum)
		someExamples(&text, sum)
	}
	pressure(&text, sum)
	_, err := w.Write(text.Bytes())
	return err
}

func changed(sum *personalize.DryRun) string {
	return fmt.Sprintf("%d of them other than before%s", sum.Changed, share(sum.Changed, sum.Decisions))
}

func asked(sum *personalize.DryRun) string {
	if sum.At != nil {
		return "asked at " + sum.At.String()
	}
	text := "asked at touchpoints"
	if sum.Recorded != nil {
		text = "for the decisions that were made"
	}
	if sum.Since != nil {
		text += " from " + sum.Since.String()
	}
	if sum.Until != nil {
		text += " until " + sum.Until.String()
	}
	return text
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func share(part, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf(" (%.1f %%)", float64(part)/float64(of)*100)
}

// phaseMatrix shows the phases before in its lines and those after in its
// columns, where any decision is in another.
func phaseMatrix(w io.Writer, sum *personalize.DryRun) {
	counts, moved := map[personalize.PhaseChange]int{}, 0
	var names []string
	for _, c := range sum.Phases {
		counts[personalize.PhaseChange{From: c.From, To: c.To}] = c.Decisions
		if c.From != c.To {
			moved += c.Decisions
		}
		names = append(names, c.From, c.To)
	}
	if moved == 0 {
		fmt.Fprintln(w, "\nevery decision is in the phase that it was in")
		return
	}
	order := slices.DeleteFunc(append(slices.Clone(sum.PhaseNames), ""), func(name string) bool { return !slices.Contains(names, name) })
	rows := [][]string{{"from, to"}}
	for _, to := range order {
		rows[0] = append(rows[0], phaseName(to))
	}
	for _, from := range order {
		row := []string{phaseName(from)}
		for _, to := range order {
			row = append(row, strconv.Itoa(counts[personalize.PhaseChange{From: from, To: to}]))
		}
		rows = append(rows, row)
	}
	fmt.Fprintf(w, "\nphases: %s in another\n", plural(moved, "decision"))
	_ = writeTable(w, rows)
}

// shifted is the end of a line about what is shown before and after.
func shifted(s *personalize.Shift, line ...string) []string {
	return append(line, strconv.Itoa(s.Before), strconv.Itoa(s.After), strconv.Itoa(s.Won), strconv.Itoa(s.Lost))
}

// movedItems returns what wins or loses, the largest change first.
func movedItems(sum *personalize.DryRun) []personalize.ItemCell {
	moved := slices.DeleteFunc(slices.Clone(sum.Items), func(c personalize.ItemCell) bool { return c.Won+c.Lost == 0 })
	slices.SortStableFunc(moved, func(a, b personalize.ItemCell) int { return cmp.Compare(b.Won+b.Lost, a.Won+a.Lost) })
	return moved
}

// itemShifts shows what is shown more or less often.
func itemShifts(w io.Writer, sum *personalize.DryRun) {
	moved := movedItems(sum)
	if len(moved) == 0 {
		return
	}
	rows := [][]string{{"placement", "item", "before", "after", "won", "lost"}}
	for i := range moved {
		rows = append(rows, shifted(&moved[i].Shift, moved[i].Placement, moved[i].Item))
	}
	fmt.Fprintln(w, "\nitems that are shown more or less often")
	_ = writeTable(w, rows)
}

func fallbackShifts(w io.Writer, sum *personalize.DryRun) {
	rows := [][]string{{"placement", "before", "after", "won", "lost"}}
	for i := range sum.Fallbacks {
		if c := &sum.Fallbacks[i]; c.Won+c.Lost > 0 {
			rows = append(rows, shifted(&c.Shift, c.Placement))
		}
	}
	if len(rows) == 1 {
		return
	}
	fmt.Fprintln(w, "\ndecisions that end in a fallback")
	_ = writeTable(w, rows)
}

// pressure shows what caps keep back, and what is wanted of budgets.
func pressure(w io.Writer, sum *personalize.DryRun) {
	caps := [][]string{{"item", "cap", "before", "after"}}
	budgets := [][]string{{"item", "budget", "given out", "before", "after"}}
	for _, c := range sum.Pressure {
		before, after := strconv.Itoa(c.Before), strconv.Itoa(c.After)
		if c.Limit == snapshot.BudgetLimit {
			budgets = append(budgets, []string{c.Item, strconv.FormatInt(c.Budget, 10), strconv.FormatInt(c.Taken, 10), before, after})
		} else {
			caps = append(caps, []string{c.Item, c.Limit, before, after})
		}
	}
	if len(caps) > 1 {
		fmt.Fprintln(w, "\ndecisions in which only a cap keeps an item back")
		_ = writeTable(w, caps)
	}
	if len(budgets) > 1 {
		fmt.Fprintln(w, "\nimpressions that are wanted of budgets")
		_ = writeTable(w, budgets)
	}
}

func ruleShifts(w io.Writer, sum *personalize.DryRun) {
	rows := [][]string{{"placement", "rule", "before", "after"}}
	for _, c := range sum.Rules {
		if c.Before != c.After {
			rows = append(rows, []string{c.Placement, c.Rule, strconv.Itoa(c.Before), strconv.Itoa(c.After)})
		}
	}
	if len(rows) == 1 {
		return
	}
	fmt.Fprintln(w, "\nrules that win more or less often")
	_ = writeTable(w, rows)
}

// examplesShown bounds the visitors to look at.
const examplesShown = 5

// changeKind is one way in which decisions change, with some of them.
type changeKind struct {
	what     string
	examples []personalize.Example
}

func changeKinds(sum *personalize.DryRun) (kinds []changeKind) {
	for _, c := range sum.Phases {
		kinds = append(kinds, changeKind{phaseName(c.From) + " → " + phaseName(c.To), c.Examples})
	}
	for _, c := range movedItems(sum) {
		kinds = append(kinds, changeKind{c.Item + " in " + c.Placement, c.Examples})
	}
	for _, c := range sum.Fallbacks {
		kinds = append(kinds, changeKind{"the fallback of " + c.Placement, c.Examples})
	}
	return slices.DeleteFunc(kinds, func(k changeKind) bool { return len(k.examples) == 0 })
}

// someExamples names visitors for whom something changes, each once, and one of
// each kind of change before the second of any.
func someExamples(w io.Writer, sum *personalize.DryRun) {
	named, lines := map[string]bool{}, 0
	for kinds := changeKinds(sum); len(kinds) > 0 && lines < examplesShown; {
		kinds = slices.DeleteFunc(kinds, func(k changeKind) bool { return !slices.ContainsFunc(k.examples, fresh(named)) })
		for _, k := range kinds {
			at := slices.IndexFunc(k.examples, fresh(named))
			if at < 0 || lines == examplesShown {
				continue
			}
			if lines++; lines == 1 {
				fmt.Fprintf(w, "\nexamples to look at%s\n", asTheyWere(sum))
			}
			e := k.examples[at]
			named[e.Visitor] = true
			fmt.Fprintf(w, "  %s  # %s\n", looking(&e), k.what)
		}
	}
}

func asTheyWere(sum *personalize.DryRun) string {
	if sum.Recorded != nil {
		return ", as they were made"
	}
	return "; with --snapshot " + sum.From + " as they were"
}

// looking is the command that tells of an example.
func looking(e *personalize.Example) string {
	if e.Decision != "" {
		return "wegweiser report decision " + e.Decision
	}
	line := fmt.Sprintf("wegweiser config preview %s --at %s", argument(e.Visitor), e.At)
	if e.Channel != "" {
		line += " --context channel=" + e.Channel
	}
	return line
}

func fresh(named map[string]bool) func(personalize.Example) bool {
	return func(e personalize.Example) bool { return !named[e.Visitor] }
}

// argument is text as a shell takes it for one word.
func argument(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_.:@/+=,%", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) && r != '-' }) < 0 && text[0] != '-' {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
