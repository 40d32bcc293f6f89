package personalize

import (
	"cmp"
	"slices"
)

// Sample says which decisions a dry run asks for.
type Sample string

// The samples.
const (
	DecisionSample Sample = "decisions" // those of which receipts are kept, as they were asked for
	VisitorSample  Sample = "visitors"  // all visitors of whom something is stored
)

// NoStatistics stands where the version of statistics is named and none had been
// published.
const NoStatistics = "none"

// RecordedSample says of a dry run over recorded decisions what they are. The
// decisions that were asked, those that were left out and the others add up to
// the receipts.
type RecordedSample struct {
	Receipts int           `json:"receipts" doc:"That were read, of the time that was asked for."`
	Others   int           `json:"others" doc:"Decisions that asked for none of the placements."`
	LeftOut  []LeftOutCell `json:"left_out" doc:"Decisions that could not be made again, by the reason."`
	Aged     int           `json:"aged" doc:"Of the decisions that were asked: how many the first snapshot answers otherwise than they were answered then."`
	Asked    []AskedCell   `json:"asked" doc:"How many of the decisions that were asked asked for each placement; 0 for one that is new."`
	Shares   []ShareCell   `json:"shares" doc:"The settings receipt_sample that the decisions were made under."`
}

// LeftOutWhy is why a recorded decision could not be made again.
type LeftOutWhy string

// The reasons, beside those of InputGone.
const (
	LeftOutWindow  LeftOutWhy = "window"  // a side reads more touchpoints than were recorded
	LeftOutConsent LeftOutWhy = "consent" // a side wants a consent of which nobody knows whether it was given
	LeftOutUnknown LeftOutWhy = "unknown" // a condition asked for a trait or a key of the context that was not recorded
	LeftOutRefused LeftOutWhy = "refused" // a side refuses the context of the request
)

// LeftOutCell counts decisions that could not be made again.
type LeftOutCell struct {
	Why       LeftOutWhy `json:"why" enum:"receipt,snapshot,touchpoints,window,consent,unknown,refused" doc:"touchpoints, or the snapshot that decided, are gone, or the receipt cannot be opened; one of the two snapshots wants a larger window, or a consent that may not have been given; a condition asked for what was not recorded; the request has a context that is refused."`
	Name      string     `json:"name,omitempty" doc:"What is unknown, such as visitor.tier, or what is refused, such as context.basket."`
	Decisions int        `json:"decisions"`
}

// AskedCell counts the decisions that asked for a placement.
type AskedCell struct {
	Placement string `json:"placement"`
	Decisions int    `json:"decisions"`
}

// ShareCell counts the decisions that were made while receipts of a share of all
// decisions were kept.
type ShareCell struct {
	Share     float64 `json:"share"`
	Decisions int     `json:"decisions"`
}

func newRecordedSample(placements []string) *RecordedSample {
	r := &RecordedSample{LeftOut: []LeftOutCell{}, Asked: []AskedCell{}, Shares: []ShareCell{}}
	for _, name := range placements {
		r.askedFor(AskedCell{Placement: name})
	}
	return r
}

func (r *RecordedSample) leaveOut(c LeftOutCell) {
	cellIn(&r.LeftOut, LeftOutCell{Why: c.Why, Name: c.Name}, func(a, b *LeftOutCell) int {
		return cmp.Or(cmp.Compare(a.Why, b.Why), cmp.Compare(a.Name, b.Name))
	}).Decisions += c.Decisions
}

func (r *RecordedSample) askedFor(c AskedCell) {
	cellIn(&r.Asked, AskedCell{Placement: c.Placement}, func(a, b *AskedCell) int { return cmp.Compare(a.Placement, b.Placement) }).Decisions += c.Decisions
}

func (r *RecordedSample) keptOf(c ShareCell) {
	cellIn(&r.Shares, ShareCell{Share: c.Share}, func(a, b *ShareCell) int { return cmp.Compare(a.Share, b.Share) }).Decisions += c.Decisions
}

// cellIn returns the cell of a list in order that is like one, which it becomes
// where there is none yet.
func cellIn[C any](list *[]C, one C, compare func(a, b *C) int) *C {
	at, there := slices.BinarySearchFunc(*list, &one, func(c C, one *C) int { return compare(&c, one) })
	if !there {
		*list = slices.Insert(*list, at, one)
	}
	return &(*list)[at]
}

// add counts the decisions of a page.
func (r *RecordedSample) add(page *RecordedSample) {
	r.Receipts += page.Receipts
	r.Others += page.Others
	r.Aged += page.Aged
	for _, c := range page.LeftOut {
		r.leaveOut(c)
	}
	for _, c := range page.Asked {
		r.askedFor(c)
	}
	for _, c := range page.Shares {
		r.keptOf(c)
	}
}
