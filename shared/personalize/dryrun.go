package personalize

import (
	"cmp"
	"context"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// maxNamed bounds the placements and items that the rows of a page name, and so
// how long its answer is.
const maxNamed = 10_000

// DryRun answers what would be another decision if one snapshot were live in
// place of another: a page of the decisions that are recorded, each made again
// from what it was made from; or a page of all visitors, each asked once at a
// moment or at each of the newest touchpoints of a time, as Decide does for a
// server (a secret key) that names these moments, placements and context, and
// says nothing of consent. It writes nothing, and what one decision shows is not
// counted for the next: recorded ones are held to what was counted then, others
// to what is counted now. Both sides rank by the same statistics.
//
// A placement that only one side has is filled on that side alone. Its errors:
// Invalid, with the problems where the draft has errors, Stale where a hash is
// named that the draft no longer has, and Unavailable.
func (s *Service) DryRun(ctx context.Context, request DryRunRequest) (*DryRun, error) {
	sample, chosen := request.sample()
	for {
		run, err := s.prepare(ctx, &request, sample)
		if err != nil {
			return nil, err
		}
		if err := run.walk(ctx, &request); err != nil {
			return nil, err
		}
		if none := request.After == "" && run.page.Next == "" && run.page.Recorded != nil && run.page.Recorded.Receipts == 0; none {
			if chosen {
				return nil, nothingRecorded()
			}
			sample = VisitorSample
			continue
		}
		run.tally.write(&run.page)
		if err := run.budgets(ctx); err != nil {
			return nil, unavailable("reading the budgets", err)
		}
		return &run.page, nil
	}
}

func nothingRecorded() error {
	return invalid("sample", "no_receipts", "must be visitors: no decision is recorded of that time, or no longer. "+
		"Of which share of the decisions receipts are kept, and for how long, the settings receipt_sample and retention.receipts say")
}

// sample is what is asked, and whether the request says so itself.
func (r *DryRunRequest) sample() (of Sample, chosen bool) {
	_, behindDecision := receiptKeyOf(r.After)
	switch {
	case r.Sample != "":
		return r.Sample, true
	case r.Receipts != 0:
		return DecisionSample, true
	case r.At != "" || r.Visitors != 0 || r.Context != nil || r.After != "" && !behindDecision:
		return VisitorSample, false
	}
	return DecisionSample, false
}

// dryRun is a page of a dry run under way.
type dryRun struct {
	comparison
	s          *Service
	query      store.Query // of any visitor's history
	tally      tally
	since      journey.Millis
	period     bool // visitors are asked at their touchpoints
	rows       RowsWanted
	look       looking
	statistics *statistics // by which both sides rank
	named      int         // by rows: placements and items
	page       DryRun
}

func (s *Service) prepare(ctx context.Context, request *DryRunRequest, sample Sample) (*dryRun, error) {
	run := &dryRun{s: s, look: looking{s: s}, rows: cmp.Or(request.Rows, NoRows), tally: newTally()}
	run.page.Sample = sample
	if err := request.check(sample); err != nil {
		return nil, err
	}
	if err := run.moments(request); err != nil {
		return nil, err
	}
	from, err := s.named(ctx, "from", cmp.Or(request.From, LiveName))
	if err != nil {
		return nil, err
	}
	to, err := s.named(ctx, "to", cmp.Or(request.To, Draft))
	if err != nil {
		return nil, err
	}
	if run.comparison, err = newComparison(from, to, request.Placements, request.Context); err != nil {
		return nil, err
	}
	if from.Ranks() || to.Ranks() {
		if run.statistics, err = s.walkStatistics(ctx, request.Statistics); err != nil {
			return nil, err
		}
		run.page.Statistics = []string{cmp.Or(run.statistics.version(), NoStatistics)}
	}
	if sample == DecisionSample {
		run.page.Recorded = newRecordedSample(run.placements)
	}
	run.query.Window = max(from.Settings().Window, to.Settings().Window)
	run.page.From, run.page.To, run.page.PhaseNames = from.ID(), to.ID(), phaseNames(from, to)
	return run, nil
}

// check refuses what a sample has no use for.
func (r *DryRunRequest) check(sample Sample) error {
	switch {
	case !slices.Contains([]Sample{DecisionSample, VisitorSample}, sample):
		return invalid("sample", "bad_value", "must be decisions or visitors")
	case !slices.Contains([]RowsWanted{"", NoRows, ChangedRows, AllRows}, r.Rows):
		return invalid("rows", "bad_value", "must be none, changed or all")
	case r.Visitors < 0:
		return invalid("visitors", "bad_value", "must be a number from 1 on, or left out")
	case r.Receipts < 0:
		return invalid("receipts", "bad_value", "must be a number from 1 on, or left out")
	case len(r.Placements) > MaxPlacements:
		return invalid("placements", "bad_count", "must be at most 50")
	case sample == VisitorSample && r.Receipts != 0:
		return invalid("receipts", "bad_value", "must be left out where visitors are asked; visitors says how many of them")
	case sample == DecisionSample && r.Visitors != 0:
		return invalid("visitors", "bad_value", "must be left out where decisions are asked; receipts says how many of them")
	case sample == DecisionSample && r.At != "":
		return invalid("at", "bad_value", "must be left out where decisions are asked, which have their own moments; since and until bound these")
	case sample == DecisionSample && r.Context != nil:
		return invalid("context", "bad_value", "must be left out where decisions are asked, which have their own")
	}
	return nil
}

// moments reads when visitors are asked, or decisions were made.
func (run *dryRun) moments(request *DryRunRequest) (err error) {
	run.period = run.page.Sample == DecisionSample || request.Since != "" || request.Until != ""
	run.query.Now = run.s.now()
	if !run.period {
		run.query.At, err = run.s.Moment("at", request.At)
		run.page.At = &run.query.At
		return err
	}
	if request.At != "" {
		return invalid("at", "bad_value", "must be left out where since or until is named")
	}
	if request.Since != "" {
		if run.since, err = run.s.Moment("since", request.Since); err != nil {
			return err
		}
		run.page.Since = &run.since
	}
	if run.query.At, err = run.s.Moment("until", request.Until); err != nil {
		return err
	}
	run.page.Until = &run.query.At
	if run.since > run.query.At {
		return invalid("since", "bad_value", "must not be later than until")
	}
	return nil
}

func (run *dryRun) walk(ctx context.Context, request *DryRunRequest) (err error) {
	if run.page.Sample == DecisionSample {
		run.page.Next, err = run.s.WalkDecisions(ctx, WalkDecisionsRequest{
			After: request.After, Decisions: request.Receipts, Since: run.since, Until: run.query.At,
		}, func(r *Recorded) bool {
			run.recorded(r)
			return run.named < maxNamed
		})
		return err
	}
	var failed error
	run.page.Next, err = run.s.walk(ctx, request.After, request.Visitors, func(visitor string, h *journey.History) bool {
		failed = run.visit(ctx, visitor, h)
		return failed == nil && run.named < maxNamed
	}, run.read)
	if err == nil && failed != nil {
		err = unavailable("reading the budgets", failed)
	}
	return err
}

// count counts one decision.
func (run *dryRun) count(d *decided) {
	run.tally.count(d)
	run.page.Decisions++
	if d.changed {
		run.page.Changed++
	}
	if run.rows == AllRows || run.rows == ChangedRows && d.changed {
		run.page.Rows = append(run.page.Rows, d.row())
		run.named += d.names()
	}
}
