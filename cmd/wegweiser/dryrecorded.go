package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"wegweiser/shared/personalize"
)

// recordedDecisions says what the decisions are that were asked, and what is
// missing among them.
func recordedDecisions(w io.Writer, sum *personalize.DryRun) {
	of := sum.Recorded
	switch {
	case of.Receipts == 0:
		fmt.Fprintln(w, "no decision is recorded of that time, so nothing is known of it; --sample visitors asks the visitors")
	case sum.Decisions == 0:
		fmt.Fprintf(w, "none of %s could be made again, so nothing is known of them; --sample visitors asks the visitors\n", plural(of.Receipts, "recorded decision"))
	default:
		fmt.Fprintf(w, "%s of %s recorded, %s\n", plural(sum.Decisions, "decision"), strconv.Itoa(of.Receipts), changed(sum))
	}
	for _, c := range of.LeftOut {
		fmt.Fprintf(w, "%d left out: %s\n", c.Decisions, whyLeftOut(&c))
	}
	if of.Others > 0 {
		fmt.Fprintf(w, "%d left out: they asked for none of these placements\n", of.Others)
	}
	if of.Aged > 0 {
		fmt.Fprintf(w, "%d of them %s answers otherwise than they were answered then%s\n", of.Aged, sum.From, share(of.Aged, sum.Decisions))
	}
	var never []string
	for _, c := range of.Asked {
		if c.Decisions == 0 {
			never = append(never, c.Placement)
		}
	}
	if len(never) > 0 && sum.Decisions > 0 {
		fmt.Fprintf(w, "none of them asked for %s, so nothing is known of what would be there\n", strings.Join(never, ", "))
	}
	if slices.ContainsFunc(of.Shares, func(c personalize.ShareCell) bool { return c.Share < 1 }) {
		var shares []string
		for _, c := range of.Shares {
			shares = append(shares, strconv.FormatFloat(c.Share*100, 'g', 4, 64)+" %")
		}
		fmt.Fprintf(w, "receipts were kept of %s of all decisions\n", strings.Join(shares, " and then of "))
	}
	if sum.Next != "" {
		fmt.Fprintln(w, "there are more recorded decisions, which were not asked")
	}
}

func whyLeftOut(c *personalize.LeftOutCell) string {
	switch c.Why {
	case personalize.LeftOutUnknown:
		return "a condition asks for " + c.Name + ", which was not recorded then"
	case personalize.LeftOutRefused:
		return c.Name + " of the request would be refused"
	case personalize.LeftOutWindow:
		return "a larger window reads touchpoints that were not recorded"
	case personalize.LeftOutConsent:
		return "nobody knows whether these visitors gave the consent that would be needed"
	case personalize.LeftOutWhy(personalize.TouchpointsGone):
		return "touchpoints that decided are erased or expired"
	case personalize.LeftOutWhy(personalize.SnapshotGone):
		return "the snapshot that decided cannot be read"
	}
	return "the receipt cannot be opened"
}
