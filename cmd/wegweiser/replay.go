package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"wegweiser/shared/ingest"
	"wegweiser/shared/replay/logged"
	"wegweiser/shared/replay/offpolicy"
	"wegweiser/shared/rule/parse"
)

// replaying is what the command line of replay says.
type replaying struct {
	file        string
	mapping     string
	policy      string
	against     string
	frequencies bool
	by          string
	options     offpolicy.Options
	format      string
}

func (p *program) replayCommand() *cobra.Command {
	var r replaying
	c := &cobra.Command{
		Use:   "replay LOG --policy POLICY",
		Short: "Say what other rules or another ranking would have earned, by a log of decisions",
		Long: `Values a policy on decisions that were logged with their probabilities, by inverse
propensity (IPS), self-normalized (SNIPS), clipped and doubly robust (DR), with
intervals. It refuses, with exit code 1 and the reason, where the log cannot say.

LOG is CSV or JSON Lines, plain or gzip: a row for each item that was shown, with
the columns item, probability and reward and, where there are any, decision,
visitor, at, place, position, candidates and context.<key>. --map names a file
that says which other columns stand for these; docs/replay.md has the format.

POLICY is one of
  logged           what was done; it needs no probabilities
  uniform          each candidate as often as another
  order:A,B,C      the first of these items that is a candidate
  column:NAME      a column of the log: the probability of the item that was
                   shown, or those of all items
  table:FILE.csv   probabilities by item, and by place and position
  rank[:FLOOR]     the ranking of Wegweiser with statistics of the log, and this
                   part of choices (0.05) spread evenly
  rows:DIR         a folder of config rows, asked with the logged context

The log is read twice, as a stream. Rows that cannot be read are named with their
line and left out of the figures; it then ends with 1.`,
		Example: `  wegweiser replay log.csv --policy uniform
  wegweiser replay log.jsonl.gz --policy rows:shop --against logged
  wegweiser replay men.csv.gz --map docs/maps/logs/open-bandit.yaml --policy rank -o json`,
		Args: takes("LOG"),
		RunE: func(c *cobra.Command, args []string) error {
			r.file = args[0]
			return p.replay(c.Context(), &r)
		},
	}
	c.Flags().StringVar(&r.policy, "policy", "", "what is valued (needed)")
	c.Flags().StringVar(&r.against, "against", "", "a policy to compare it with, by the same decisions")
	c.Flags().StringVar(&r.mapping, "map", "", "mapping file; without one the columns have the names of the format")
	c.Flags().BoolVar(&r.frequencies, "frequencies", false, "take how often an item was shown in its place for its probability")
	c.Flags().StringVar(&r.by, "by", "decision", "what intervals take together: decision, or visitor where the rows of one stand next to each other")
	c.Flags().Float64Var(&r.options.Clip, "clip", 10, "the largest weight of the clipped estimate")
	c.Flags().Float64Var(&r.options.Confidence, "confidence", 0.95, "of the intervals")
	c.Flags().StringVarP(&r.format, "output", "o", "table", "table, json or csv")
	return c
}

func (p *program) replay(ctx context.Context, r *replaying) error {
	write, ok := map[string]func(io.Writer, *replaying, *logged.Result) error{"table": replayTable, "json": replayJSON, "csv": replayCSV}[r.format]
	switch {
	case !ok:
		return usagef("-o must be table, json or csv, not %q", r.format)
	case r.policy == "":
		return usagef("--policy is missing: it says what is valued, such as uniform or rows:DIR")
	case r.by != "decision" && r.by != "visitor":
		return usagef("--by must be decision or visitor, not %q", r.by)
	case !(r.options.Clip > 0):
		return usagef("--clip must be above 0, not %v", r.options.Clip)
	case !(r.options.Confidence > 0 && r.options.Confidence < 1):
		return usagef("--confidence must be between 0 and 1, not %v", r.options.Confidence)
	case r.file == "-":
		return usagef("LOG must be a file, as it is read twice")
	}
	request, err := p.replayRequest(r)
	if err != nil {
		return err
	}
	info, err := os.Stat(r.file)
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder; name a file in it", r.file)
	}
	if err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	bar := newProgress(p.stderr, "replay", 2*info.Size(), true)
	defer bar.finish()
	request.Open = func() (io.ReadCloser, error) {
		file, err := os.Open(r.file)
		if err != nil {
			return nil, fmt.Errorf("read the log: %w", err)
		}
		return struct {
			io.Reader
			io.Closer
		}{counted{file, bar}, file}, nil
	}
	rejected := 0
	request.Rejected = func(line int, err error) {
		if rejected++; rejected <= toldRejects {
			fmt.Fprintf(bar, "%s:%d: %v\n", r.file, line, err)
		}
	}
	result, err := logged.Value(ctx, request)
	bar.finish()
	if more := rejected - toldRejects; more > 0 {
		fmt.Fprintf(p.stderr, "and %d more\n", more)
	}
	if result != nil {
		result.Policy.Name = r.policy
		if result.Against != nil {
			result.Against.Name = r.against
		}
		if told := write(p.stdout, r, result); told != nil {
			return told
		}
	}
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted")
	case errors.Is(err, offpolicy.ErrNoSupport):
		return fmt.Errorf("no value: %w", err)
	case err != nil:
		return fmt.Errorf("%s: %w", r.file, err)
	case result.Rejected > 0:
		return errTold
	}
	return nil
}

// replayRequest reads what the command line names.
func (p *program) replayRequest(r *replaying) (*logged.Request, error) {
	request := &logged.Request{Frequencies: r.frequencies, ByVisitor: r.by == "visitor", Options: &r.options}
	var err error
	if r.mapping != "" {
		if request.Map, err = p.loadChoiceMapping(r.mapping); err != nil {
			return nil, err
		}
	}
	if request.Policy, err = p.policy("--policy", r.policy); err != nil {
		return nil, err
	}
	if r.against != "" {
		request.Against, err = p.policy("--against", r.against)
	}
	return request, err
}

func (p *program) loadChoiceMapping(path string) (*ingest.ChoiceMapping, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the mapping: %w", err)
	}
	mapping, problems := ingest.LoadChoices(text)
	for _, problem := range problems {
		fmt.Fprintf(p.stderr, "%s:%s\n", path, problem)
	}
	if mapping == nil {
		return nil, errTold
	}
	return mapping, nil
}

// policy reads what a flag says of a policy.
func (p *program) policy(flag, text string) (logged.Policy, error) {
	kind, of, parted := strings.Cut(text, ":")
	switch {
	case text == "logged":
		return logged.Logged(), nil
	case text == "uniform":
		return logged.Uniform(), nil
	case text == "rank":
		return logged.Ranking(logged.DefaultFloor), nil
	case kind == "rank" && parted:
		floor, err := strconv.ParseFloat(of, 64)
		if err != nil || !(floor >= 0 && floor <= 1) {
			return nil, usagef("%s rank: the part that is spread evenly must be 0 to 1, not %q", flag, of)
		}
		return logged.Ranking(floor), nil
	case kind == "order" && of != "":
		return logged.Order(strings.Split(of, ",")), nil
	case kind == "column" && of != "":
		return logged.Column(of), nil
	case kind == "table" && of != "":
		file, err := os.Open(of)
		if err != nil {
			return nil, fmt.Errorf("read the probabilities: %w", err)
		}
		defer file.Close()
		policy, err := logged.Table(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", of, err)
		}
		return policy, nil
	case kind == "rows" && of != "":
		return p.rowsPolicy(of)
	}
	return nil, usagef("%s must be logged, uniform, order:A,B, column:NAME, table:FILE.csv, rank, rank:FLOOR or rows:DIR, not %q", flag, text)
}

// rowsPolicy compiles a folder of config rows, and tells what is wrong with it.
func (p *program) rowsPolicy(path string) (logged.Policy, error) {
	folder, err := p.readTables(path, "")
	if err != nil {
		return nil, err
	}
	policy, problems := logged.Rules(folder.Set, parse.Parse)
	problems = append(folder.Problems, problems...)
	for _, problem := range problems {
		fmt.Fprintln(p.stderr, folder.Describe(problem))
	}
	if policy == nil || len(folder.Problems) > 0 {
		return nil, errTold
	}
	return policy, nil
}
