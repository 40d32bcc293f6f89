package personalize

import (
	"wegweiser/shared/journey"
	"wegweiser/shared/tables"
)

// grant is what a call may do with what is known of a visitor.
type grant struct {
	record   bool              // keep touchpoints
	personal bool              // decide on the history
	purposes []journey.Purpose // that items may ask for
}

func grantOf(c journey.Consent) grant {
	personal := c.Grants(journey.Personalization)
	return grant{record: personal || c.Grants(journey.Measurement), personal: personal, purposes: c.Purposes}
}

// everything is what a call may do for which nobody has to be asked.
var everything = grant{record: true, personal: true, purposes: []journey.Purpose{journey.Advertising, journey.Measurement, journey.Personalization}}

// fromRequest is what the call alone settles. It reports false where the
// stored consent has to be asked.
func fromRequest(caller Caller, said journey.Consent) (grant, bool) {
	switch {
	case said.Stated:
		return grantOf(said), true
	case caller.GPC:
		return grant{}, true
	}
	return grant{}, false
}

// fromStored is what holds where the call said nothing.
func fromStored(caller Caller, stored journey.Consent, mode tables.ConsentMode) grant {
	switch {
	case stored.Stated:
		return grantOf(stored)
	case mode == tables.ConsentOptOut, mode == tables.ConsentBrowser && caller.Key == Secret:
		return everything
	}
	return grant{}
}
