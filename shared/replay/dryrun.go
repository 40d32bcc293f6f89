package replay

import (
	"context"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

// DryRunner answers a page of a dry run: personalize.Service does, and over
// HTTP client.Client.
type DryRunner interface {
	DryRun(ctx context.Context, request personalize.DryRunRequest) (*personalize.DryRun, error)
}

// DryRun asks for page after page, and returns what they add up to. All pages
// compare what the first one says it compares, for the sample that it names, at
// its moments; where the draft changes in between, the error is that. Visitors
// and Receipts of the request bound how many are walked in all, and Next of the
// sum says where others would follow.
//
// Each page is handed to see as it comes. It has the rows that were wanted,
// which the sum has not: they may be more than fit in memory. An error of see
// ends the walk, and is returned with the sum so far.
func DryRun(ctx context.Context, of DryRunner, request personalize.DryRunRequest, see func(page *personalize.DryRun) error) (*personalize.DryRun, error) {
	var sum *personalize.DryRun
	for visitors, receipts := request.Visitors, request.Receipts; ; {
		page, err := of.DryRun(ctx, request)
		if err != nil {
			return sum, err
		}
		err = see(page)
		bare := *page
		bare.Rows = nil
		if sum == nil {
			sum = &bare
		} else {
			sum.Add(&bare)
		}
		request = following(request, page)
		var enough bool
		if sum.Recorded != nil {
			request.Receipts, enough = left(receipts, sum.Recorded.Receipts)
		} else {
			request.Visitors, enough = left(visitors, sum.Visitors)
		}
		if err != nil || page.Next == "" || enough {
			return sum, err
		}
	}
}

// left is how many of a number are still to be walked, and whether that is none.
// Of 0 there is no end.
func left(of, walked int) (rest int, none bool) {
	return max(of-walked, 0), of > 0 && walked >= of
}

// following is the request for the page behind this one.
func following(request personalize.DryRunRequest, page *personalize.DryRun) personalize.DryRunRequest {
	request.From, request.To, request.Sample, request.After = page.From, page.To, page.Sample, page.Next
	if n := len(page.Statistics); n > 0 {
		request.Statistics = page.Statistics[n-1]
	}
	for _, moment := range []struct {
		of *string
		at *journey.Millis
	}{{&request.At, page.At}, {&request.Since, page.Since}, {&request.Until, page.Until}} {
		if moment.at != nil {
			*moment.of = moment.at.String()
		}
	}
	return request
}
