package personalize

import (
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/rule"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
)

// recorded asks both sides for a decision that was made.
func (run *dryRun) recorded(r *Recorded) {
	counts := run.page.Recorded
	counts.Receipts++
	if r.Gone != "" {
		counts.leaveOut(LeftOutCell{LeftOutWhy(r.Gone), "", 1})
		return
	}
	counts.keptOf(ShareCell{r.By.Settings().ReceiptSample, 1})
	if !run.wants(r.Input.Placements) {
		counts.Others++
		return
	}
	if d, left := run.again(r); left == nil {
		for i := range d.placements {
			counts.askedFor(AskedCell{d.placements[i].name, 1})
		}
		run.count(d)
	} else {
		counts.leaveOut(*left)
	}
}

// wants reports whether a decision that asked for these placements is one of
// those that are meant.
func (run *dryRun) wants(placements []string) bool {
	return !run.only || slices.ContainsFunc(placements, func(name string) bool { return slices.Contains(run.placements, name) })
}

// again makes a decision again on both sides, or says why that cannot be.
func (run *dryRun) again(r *Recorded) (*decided, *LeftOutCell) {
	from, left := run.from.inputOf(r)
	if left != nil {
		return nil, left
	}
	to, left := run.to.inputOf(r)
	if left != nil {
		return nil, left
	}
	served, statistics := run.served(r)
	to.Statistics = statistics
	before, after := served, run.to.Decide(to)
	if !run.from.same(r) {
		from.Statistics = statistics
		before = run.from.Decide(from)
	}
	if unknown := slices.Concat(before.Unknown, after.Unknown); len(unknown) > 0 {
		return nil, &LeftOutCell{LeftOutUnknown, unknown[0], 1}
	}
	e := Example{Decision: r.Decision, Visitor: r.Visitor, At: r.At, Channel: r.Input.Context.Channel}
	if aged := run.compared(e, r.Input.Placements, &served, &before); aged.changed {
		run.page.Recorded.Aged++
	}
	d := run.compared(e, r.Input.Placements, &before, &after)
	return &d, nil
}

// served returns what a decision was answered with, and the statistics by which
// it is made again: what it read of them, and what is published for the rest.
func (run *dryRun) served(r *Recorded) (snapshot.Answer, *rank.Statistics) {
	r.Input.Pressure = true
	answer := r.By.Decide(r.Input)
	return answer, r.By.Remembered(r.Consulted, &answer, run.statistics.ranked())
}

// same reports whether the side answers a recorded decision as it was answered,
// for sure: it made it, and the receipt has all that it could rank by.
func (x *side) same(r *Recorded) bool {
	return x.ID() == r.By.ID() &&
		(r.Consulted == nil || !slices.ContainsFunc(r.Consulted.Items, func(it snapshot.ConsultedItem) bool { return it.Believed == rank.Quantiles{} }))
}

// inputOf returns what a side makes a recorded decision from, or which part of
// that nobody knows, as it was not recorded or was settled under other settings.
func (x *side) inputOf(r *Recorded) (*snapshot.Input, *LeftOutCell) {
	in := *r.Input
	in.Pressure = true
	if x.ID() == r.By.ID() {
		return &in, nil
	}
	var fault *journey.Fault
	if in.Context, fault = x.Context(r.Context); fault != nil {
		return nil, &LeftOutCell{LeftOutRefused, fault.Field, 1}
	}
	settings := x.Settings()
	if mayNeedConsent(&in, r.By.Settings().Consent, settings.Consent) {
		return nil, &LeftOutCell{LeftOutConsent, "", 1}
	}
	if h := in.History; h != nil {
		if h.Truncated && len(h.Traces) < settings.Window {
			return nil, &LeftOutCell{LeftOutWindow, "", 1}
		}
		cut := h.AsOf(in.At, settings.Window)
		in.History = &cut
	}
	in.Unknown = x.beyond(recorder{r.By.ID(), r.made.Lean}, r.By)
	return &in, nil
}

// beyond is what the side asks for of what was not recorded.
func (x *side) beyond(by recorder, s *snapshot.Snapshot) []rule.Fact {
	unknown, known := x.unknown[by]
	if !known {
		unknown = x.Beyond(s, by.lean)
		x.unknown[by] = unknown
	}
	return unknown
}

// mayNeedConsent reports whether a decision that used everything might use less
// under another setting of consent: it does not say whether the visitor or the
// setting allowed it that.
func mayNeedConsent(in *snapshot.Input, then, now tables.ConsentMode) bool {
	return in.Withheld == "" && strictness[now] > strictness[then] &&
		!slices.ContainsFunc(everything.purposes, func(p journey.Purpose) bool { return !slices.Contains(in.Purposes, p) })
}

var strictness = map[tables.ConsentMode]int{tables.ConsentOptOut: 0, tables.ConsentBrowser: 1, tables.ConsentStrict: 2}
