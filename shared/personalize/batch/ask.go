package batch

import (
	"context"
	"time"

	"wegweiser/shared/personalize"
)

// Decider decides for many recipients, as personalize.Service does.
type Decider interface {
	DecideBatch(ctx context.Context, caller personalize.Caller, request personalize.BatchRequest) (*personalize.BatchAnswer, error)
}

// AtOnce is how many recipients Ask asks for in one call.
const AtOnce = 100

// How often it is asked for those whom the store did not answer in time, and
// the first pause before that, which doubles.
const (
	tries = 6
	pause = time.Second
)

// server is who asks: whoever has the file may decide for all in it.
var server = personalize.Caller{Key: personalize.Secret}

// Ask decides for the rows that have no status yet. Those whom the store did not
// answer in time are asked for again, for half a minute; what it still did not
// answer then is degraded. Its errors are those of the request as a whole, and
// that ctx has ended; what was answered until then stays.
func Ask(ctx context.Context, d Decider, placements []string, offers []*personalize.EmailOffer) error {
	for try := range tries {
		var open []int
		for i, o := range offers {
			if o.Status == "" || o.Degraded != "" {
				open = append(open, i)
			}
		}
		if len(open) == 0 {
			return nil
		}
		if try > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(pause << (try - 1)):
			}
		}
		for len(open) > 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			some := open[:min(AtOnce, len(open))]
			open = open[len(some):]
			if err := ask(ctx, d, placements, offers, some); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask decides for the rows in some places.
func ask(ctx context.Context, d Decider, placements []string, offers []*personalize.EmailOffer, places []int) error {
	request := personalize.BatchRequest{Placements: placements}
	for _, i := range places {
		request.Recipients = append(request.Recipients, personalize.Recipient{Visitor: offers[i].Visitor, Message: offers[i].Message})
	}
	answer, err := d.DecideBatch(ctx, server, request)
	if err != nil {
		return err
	}
	for k, i := range places {
		offers[i] = answer.Offer(k)
	}
	return nil
}

// nobody is a recipient for whom nothing is decided: a call for him alone says
// whether the rest of a request is right.
var nobody = []personalize.Recipient{{}}

// refused says what is wrong with placements, whoever asks for them.
func refused(ctx context.Context, d Decider, placements []string) error {
	_, err := d.DecideBatch(ctx, server, personalize.BatchRequest{Placements: placements, Recipients: nobody})
	return err
}
