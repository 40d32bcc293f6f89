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
// compare what the first one says it compares, at its moments; where the draft
// changes in between, the error is that. Visitors of the request bounds how many
// are walked in all, and Next of the sum says where others would follow.
//
// Each page is handed to see as it comes. It has the rows that were wanted,
// which the sum has not: they may be more than fit in memory. An error of see
// ends the walk, and is returned with the sum so far.
func DryRun(ctx context.Context, of DryRunner, request personalize.DryRunRequest, see func(page *personalize.DryRun) error) (*personalize.DryRun, error) {
	var sum *personalize.DryRun
	for most := request.Visitors; ; {
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
		if err != nil || page.Next == "" || most > 0 && sum.Visitors >= most {
			return sum, err
		}
		request = following(request, page, most-sum.Visitors)
	}
}

// following is the request for the page behind this one.
func following(request personalize.DryRunRequest, page *personalize.DryRun, left int) personalize.DryRunRequest {
	request.From, request.To, request.After = page.From, page.To, page.Next
	request.Visitors = max(left, 0)
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
