package personalize

import (
	"context"
	"strconv"
	"sync"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// Collect stores touchpoints, each by itself. Its errors: Invalid where none
// could be accepted, Forbidden, Unavailable where the store took none.
func (s *Service) Collect(ctx context.Context, caller Caller, request CollectRequest) (CollectResult, error) {
	if n := len(request.Touchpoints); n == 0 || n > MaxTouchpoints {
		return CollectResult{}, invalid("touchpoints", "bad_count", "must be a list of 1 to 500 touchpoints")
	}
	now := s.now()
	r := reader{caller: caller, visitor: caller.Visitor, now: now}
	b, err := r.read(request.Touchpoints)
	if err != nil {
		return CollectResult{}, err
	}
	s.freshen(s.clock())
	live := s.live.current.Load()
	if err := s.withConsent(ctx, caller, request.Consent, b, live); err != nil {
		return CollectResult{}, err
	}
	var outcomes []store.Outcome
	if len(b.touchpoints) > 0 {
		if outcomes, err = s.store.Append(ctx, now, recordings(b.touchpoints, live, now)); err != nil {
			s.warn("touchpoints were not all stored", err)
		}
		if err := s.sentOf(ctx, caller, b.touchpoints, now); err != nil {
			return CollectResult{}, unavailable("counting what was sent", err)
		}
	}
	result := b.result(outcomes)
	if result.Accepted+result.Duplicates > 0 {
		return result, nil
	}
	if err != nil {
		return result, unavailable("storing the touchpoints", err)
	}
	return result, refused(result.Rejected)
}

// withConsent takes out of b what may not be recorded. It reads the store only
// where the call itself leaves the question open.
func (s *Service) withConsent(ctx context.Context, caller Caller, said journey.Consent, b *batch, k *known) error {
	if g, settled := fromRequest(caller, said); settled {
		if !g.record {
			b.refuse(func(string) bool { return true })
		}
		return nil
	}
	grants, err := s.storedGrants(ctx, caller, b.touchpoints, k)
	if err != nil {
		return unavailable("reading the stored consent", err)
	}
	b.refuse(func(visitor string) bool { return !grants[visitor].record })
	return nil
}

// parallelReads bounds the reads of one call that are under way at a time.
const parallelReads = 16

func (s *Service) storedGrants(ctx context.Context, caller Caller, touchpoints []journey.Touchpoint, k *known) (map[string]grant, error) {
	grants := map[string]grant{}
	for _, t := range touchpoints {
		grants[t.Visitor] = grant{}
	}
	var (
		lock  sync.Mutex
		group sync.WaitGroup
		first error
		slots = make(chan struct{}, parallelReads)
		now   = s.now()
		mode  = k.snapshot.Settings().Consent
	)
	visitors := make([]string, 0, len(grants))
	for visitor := range grants {
		visitors = append(visitors, visitor)
	}
	for _, visitor := range visitors {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			h, err := s.store.History(ctx, store.Query{Visitor: visitor, At: now, Now: now, Window: 1})
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				if first == nil {
					first = err
				}
				return
			}
			grants[visitor] = fromStored(caller, h.Profile.Consent, mode)
		})
	}
	group.Wait()
	return grants, first
}

func invalid(field, code, message string) error {
	return &Error{Kind: Invalid, Code: code, Message: field + " " + message, Fields: []FieldError{{Field: field, Code: code, Message: message}}}
}

func refused(rejected []Rejection) error {
	e := &Error{Kind: Invalid, Code: "touchpoints_refused", Message: "none of the touchpoints was accepted"}
	for _, r := range rejected {
		field := touchpointField(r.Index, r.Field)
		e.Fields = append(e.Fields, FieldError{Field: field, Code: r.Code, Message: r.Message})
	}
	return e
}

func touchpointField(index int, field string) string {
	name := "touchpoints[" + strconv.Itoa(index) + "]"
	if field != "" {
		name += "." + field
	}
	return name
}
