package fit_test

import (
	"fmt"

	"wegweiser/shared/rank/fit"
)

// How much is known of three offers, of which one is new.
func Example() {
	model, err := fit.New([]fit.Cell{
		{Item: "sofa-guide", Phase: "consideration", Impressions: 900, Successes: 63},
		{Item: "sofa-guide", Phase: "decision", Impressions: 100, Successes: 12},
		{Item: "voucher", Phase: "consideration", Impressions: 40, Successes: 1},
	}, map[string]fit.Prior{"voucher": {Rate: 0.1, Weight: 50}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, item := range []string{"sofa-guide", "voucher", "new-offer"} {
		p := model.Posterior(item, "decision", "")
		low, high := p.Interval(0.9)
		fmt.Printf("%s: %.3f, in 9 of 10 cases %.3f to %.3f (%.0f %% prior, %.0f %% from other phases, %.0f %% from here)\n",
			item, p.Mean(), low, high, 100*p.Prior, 100*p.Borrowed, 100*p.Own)
	}
	// Output:
	// sofa-guide: 0.091, in 9 of 10 cases 0.060 to 0.128 (9 % prior, 39 % from other phases, 52 % from here)
	// voucher: 0.097, in 9 of 10 cases 0.043 to 0.168 (68 % prior, 32 % from other phases, 0 % from here)
	// new-offer: 0.092, in 9 of 10 cases 0.000 to 0.334 (100 % prior, 0 % from other phases, 0 % from here)
}
