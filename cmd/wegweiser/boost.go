package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// boosting is what the command line of config boost says.
type boosting struct {
	where
	from, until string
	end         bool
	format      string
}

func (p *program) boostCommand() *cobra.Command {
	var b boosting
	c := &cobra.Command{
		Use:   "boost [TAG [PERCENT]]",
		Short: "Raise the weight of everything with a tag for a while, or end that",
		Long: `Raises the weight of every item with a tag by so many percent, until a time, in
the draft; config publish makes it live. TAG 0 and TAG --end take it back before
that time. Without TAG it lists the boosts of the draft.

Times are like 2026-12-24, which is the whole day, or "2026-12-24 18:00", in the
workspace's zone. A percentage with a minus stands behind --.`,
		Example: `  wegweiser config boost sofas 50 --until 2026-12-24
  wegweiser config boost clearance --from 2026-12-27 --until "2026-12-31 12:00" -- -30
  wegweiser config boost sofas --end`,
		Args: takesUpTo("TAG", "PERCENT"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			if err := b.check(args); err != nil {
				return err
			}
			t, err := p.connect(c.Context(), &b.where, false)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			switch {
			case len(args) == 0:
				return p.listBoosts(c.Context(), t, b.format)
			case b.end || args[1] == "0":
				return p.endBoost(c.Context(), t, args[0])
			}
			return p.setBoost(c.Context(), t, args[0], b.cell(args[1]))
		},
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; a percentage with a minus stands behind --, as in config boost TAG --until T -- -30", err)}
	})
	b.addTo(c.Flags())
	c.Flags().StringVar(&b.from, "from", "", "when it begins; at once where it is left out")
	c.Flags().StringVar(&b.until, "until", "", "when it ends (needed)")
	c.Flags().BoolVar(&b.end, "end", false, "end the boost of TAG")
	c.Flags().StringVarP(&b.format, "output", "o", "table", "of the list: table or json")
	return c
}

func (b *boosting) check(args []string) error {
	switch {
	case b.format != "table" && b.format != "json":
		return usagef("-o must be table or json, not %q", b.format)
	case b.end && len(args) != 1:
		return usagef("--end wants a TAG and nothing else")
	case len(args) == 1 && !b.end:
		return usagef("PERCENT is missing")
	case len(args) == 2 && args[1] != "0" && b.until == "":
		return usagef("--until is missing: it says when the boost ends")
	}
	return nil
}

// cell is the value of the settings row.
func (b *boosting) cell(percent string) string {
	text := strings.TrimSuffix(percent, "%")
	if b.from != "" {
		text += " from " + b.from
	}
	return text + " until " + b.until
}

func (p *program) setBoost(ctx context.Context, t *target, tag, cell string) error {
	set, err := p.rows(ctx, t, nil)
	if err != nil {
		return err
	}
	row := tables.NewRow(tables.SettingsTable, tables.BoostPrefix+tag, map[string]any{"value": cell})
	set[tables.SettingsTable] = append(slices.DeleteFunc(set[tables.SettingsTable], func(r tables.Row) bool { return r.ID == row.ID }), row)
	if err := boostable(set, row.ID, tag, cell); err != nil {
		return err
	}
	body, err := row.MarshalJSON()
	if err != nil {
		return err
	}
	version, err := boostVersion(ctx, t, row.ID)
	if err != nil {
		return err
	}
	edited, err := t.PutConfigRow(ctx, admin, tables.SettingsTable, row.ID, version, body)
	if err != nil {
		return err
	}
	for _, problem := range edited.Problems {
		if problem.Table == tables.SettingsTable && problem.Row == row.ID {
			fmt.Fprintln(p.stderr, problem)
		}
	}
	return p.tellBoost(set.Workspace(), tag)
}

// boostable says what is wrong with a boost among the other rows.
func boostable(set tables.Set, id, tag, cell string) error {
	w, problems := set.Decode()
	for _, problem := range problems {
		if problem.Table == tables.SettingsTable && problem.Row == id {
			return fmt.Errorf("%q cannot be: %s", cell, problem.Message)
		}
	}
	var tags []string
	for i := range w.Items {
		tags = append(tags, w.Items[i].Tags...)
	}
	if slices.Contains(tags, tag) {
		return nil
	}
	if nearest, ok := rule.Nearest(tag, tags); ok {
		return fmt.Errorf("no item has the tag %q; did you mean %q?", tag, nearest)
	}
	return fmt.Errorf("no item has the tag %q", tag)
}

// boostVersion returns the version of the row, empty where there is none.
func boostVersion(ctx context.Context, t *target, id string) (string, error) {
	row, err := t.ConfigRow(ctx, tables.SettingsTable, id)
	var refusal *personalize.Error
	switch {
	case err == nil:
		return row.Version, nil
	case errors.As(err, &refusal) && refusal.Kind == personalize.Missing:
		return "", nil
	}
	return "", err
}

// makesLive is said where the draft was changed.
const makesLive = "wegweiser config publish makes that live, and config dry-run says before what it changes"

func (p *program) tellBoost(w *tables.Workspace, tag string) error {
	i := slices.IndexFunc(w.Settings.Boosts, func(b tables.Boost) bool { return b.Tag == tag })
	if i < 0 {
		return fmt.Errorf("the boost of %s was written, and cannot be read", tag)
	}
	b := &w.Settings.Boosts[i]
	verb, percent := "raises", b.Percent
	if percent < 0 {
		verb, percent = "lowers", -percent
	}
	items := tagged(w, tag)
	many := fmt.Sprintf("%d items", len(items))
	if len(items) == 1 {
		many = "1 item"
	}
	_, err := fmt.Fprintf(p.stdout, "%s%s %s the weight of %s by %s %%%s: %s\n%s\n",
		tables.BoostPrefix, tag, verb, many, tables.Spell(percent), span(&b.Schedule), listed(items), makesLive)
	return err
}

// tagged returns the items with a tag.
func tagged(w *tables.Workspace, tag string) (items []string) {
	for i := range w.Items {
		if slices.Contains(w.Items[i].Tags, tag) {
			items = append(items, w.Items[i].ID)
		}
	}
	return items
}

// listed names a few things.
func listed(names []string) string {
	const most = 8
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

func span(s *tables.Schedule) string {
	var text string
	if s.Starts != 0 {
		text += " from " + inZone(s.Starts, s.Zone)
	}
	if s.Ends != 0 {
		text += " until " + inZone(s.Ends, s.Zone)
	}
	return text
}

func inZone(at journey.Millis, name string) string {
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = time.UTC
	}
	return at.Time().In(zone).Format("2006-01-02 15:04 MST")
}

func (p *program) endBoost(ctx context.Context, t *target, tag string) error {
	id := tables.BoostPrefix + tag
	version, err := boostVersion(ctx, t, id)
	if err == nil && version == "" {
		err = fmt.Errorf("there is no boost of %s; config boost lists those that there are", tag)
	}
	if err != nil {
		return err
	}
	if _, err := t.DeleteConfigRow(ctx, admin, tables.SettingsTable, id, version); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s is taken out of the draft\n%s\n", id, makesLive)
	return err
}

// boostListed is a boost of the draft as the list has it.
type boostListed struct {
	Tag     string          `json:"tag"`
	Percent float64         `json:"percent"`
	From    *journey.Millis `json:"from,omitempty"`
	Until   *journey.Millis `json:"until,omitempty"`
	State   string          `json:"state"` // later, now or over
	Items   int             `json:"items"`
}

func (p *program) listBoosts(ctx context.Context, t *target, format string) error {
	set, err := p.rows(ctx, t, nil)
	if err != nil {
		return err
	}
	w := set.Workspace()
	now, list := journey.At(time.Now()), []boostListed{}
	for i := range w.Settings.Boosts {
		b := &w.Settings.Boosts[i]
		one := boostListed{Tag: b.Tag, Percent: b.Percent, State: "over", Items: len(tagged(w, b.Tag))}
		switch {
		case b.Holds(now):
			one.State = "now"
		case b.Starts > now:
			one.State = "later"
		}
		if b.Starts != 0 {
			one.From = &b.Starts
		}
		if b.Ends != 0 {
			one.Until = &b.Ends
		}
		list = append(list, one)
	}
	if format == "json" {
		return p.printJSON(map[string]any{"boosts": list})
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(p.stdout, "the draft has no boosts")
		return err
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "tag\tpercent\tfrom\tuntil\tholds\titems")
	for _, b := range list {
		from, until := "", ""
		if b.From != nil {
			from = inZone(*b.From, w.Settings.Zone)
		}
		if b.Until != nil {
			until = inZone(*b.Until, w.Settings.Zone)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\n", b.Tag, tables.Spell(b.Percent), from, until, b.State, b.Items)
	}
	return table.Flush()
}
