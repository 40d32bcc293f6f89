package personalize

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// FeedbackRequest is the body of POST /v1/feedback: what became of an item that
// a decision showed.
type FeedbackRequest struct {
	Token   string          `json:"token" doc:"Of the item, as the decision gave it; good for 30 days." maxLength:"1024"`
	Type    string          `json:"type" enum:"impression,click,dismiss,conversion"`
	Value   *journey.Money  `json:"value,omitempty" doc:"What a conversion is worth."`
	Consent journey.Consent `json:"consent,omitzero"`
}

// FeedbackResult says whether the same was said before.
type FeedbackResult struct {
	Duplicate bool `json:"duplicate" doc:"The token and the type were sent before; nothing is counted twice."`
}

// The touchpoint types of feedback. A conversion is none of the shipped
// vocabulary: the purchase that it credits comes from the shop, and must not
// count twice.
const (
	itemImpression = "item_impression"
	itemClick      = "item_click"
	itemDismiss    = "item_dismiss"
	itemConversion = "item_conversion"
)

var feedbackTypes = map[string]string{
	"impression": itemImpression, "click": itemClick, "dismiss": itemDismiss, "conversion": itemConversion,
}

// feedbackSource is the source of the touchpoints that feedback makes, and of no
// others: what somebody sends by another way cannot have it.
const feedbackSource = "feedback"

// The props of feedback that say where the item was shown, and to whom.
const (
	decisionProp  = "decision"
	placementProp = "placement"
	phaseProp     = "phase"
	segmentProp   = "segment"
)

// Feedback stores what became of a shown item as a touchpoint of the visitor
// who saw it, once for each token and type. Its errors: Unproven for a token
// that this deployment did not make, Gone for one that is too old, Forbidden
// for another visitor's, Invalid, also without consent, and Unavailable.
func (s *Service) Feedback(ctx context.Context, caller Caller, request FeedbackRequest) (FeedbackResult, error) {
	kind, ok := feedbackTypes[request.Type]
	switch {
	case !ok:
		return FeedbackResult{}, invalid("type", "bad_value", "must be impression, click, dismiss or conversion")
	case request.Value != nil && kind != itemConversion:
		return FeedbackResult{}, invalid("value", "not_allowed", "is for conversions")
	}
	now := s.now()
	shown, err := s.shown(caller, request.Token, now)
	if err != nil {
		return FeedbackResult{}, err
	}
	t := shown.touchpoint(kind, now, journey.Human)
	if t.Value = request.Value; caller.Key == Publishable {
		t.Trust = journey.Likely
	}
	if fault := t.Validate(now); fault != nil {
		return FeedbackResult{}, invalid(fault.Field, fault.Code, fault.Message)
	}
	known, err := s.feedbackGrant(ctx, shown, now, caller.GPC, request.Consent)
	switch {
	case err != nil:
		return FeedbackResult{}, unavailable("reading the stored consent", err)
	case !known.record:
		return FeedbackResult{}, invalid("token", "consent", "was not counted because the visitor has not agreed to personalization or measurement")
	}
	outcomes, err := s.store.Append(ctx, now, recordings([]journey.Touchpoint{t}, s.live.current.Load(), now))
	if err != nil {
		return FeedbackResult{}, unavailable("storing the feedback", err)
	}
	if err := s.sent(ctx, shown.Visitor, shown.Message, now); err != nil {
		return FeedbackResult{}, unavailable("counting what was sent", err)
	}
	return FeedbackResult{Duplicate: outcomes[0].Status == store.Duplicate}, nil
}

// shown reads a token for a caller.
func (s *Service) shown(caller Caller, token string, now journey.Millis) (*shownItem, error) {
	shown, err := s.tokens.read(token, now)
	switch {
	case errors.Is(err, errExpired):
		return nil, &Error{Kind: Gone, Code: "token_expired", Message: "the token is older than 30 days: what became of its item is not counted any more"}
	case err != nil:
		return nil, &Error{Kind: Unproven, Code: "token_invalid", Message: "token must be the one of an item in a decision of this deployment, letter by letter"}
	case caller.Key == Publishable && shown.Visitor != caller.Visitor:
		return nil, anotherVisitor()
	}
	return shown, nil
}

// recipient is what feedback reads of a visitor.
type recipient struct {
	record bool
	newest []journey.Trace
}

// feedbackGrant says whether feedback on an item may be kept. That there is a
// token shows that its decision was allowed to record: only what was said
// since, or a setting that wants it said each time, stands against that.
func (s *Service) feedbackGrant(ctx context.Context, shown *shownItem, now journey.Millis, gpc bool, said journey.Consent) (recipient, error) {
	if g, settled := fromRequest(Caller{GPC: gpc}, said); settled {
		return recipient{record: g.record}, nil
	}
	s.freshen(s.clock())
	h, err := s.store.History(ctx, store.Query{Visitor: shown.Visitor, At: now, Now: now, Window: burstsAmong})
	if err != nil {
		return recipient{}, err
	}
	// A server vouches under each setting but strict, and so does a token.
	mode := s.live.current.Load().snapshot.Settings().Consent
	return recipient{record: fromStored(Caller{Key: Secret}, h.Profile.Consent, mode).record, newest: h.Traces}, nil
}

// touchpoint is the trace that feedback leaves. Its id follows from what was
// shown and what became of it, so that it is kept once; what may be a machine's
// has an id of its own, so that a person's still counts.
func (s *shownItem) touchpoint(kind string, at journey.Millis, trust journey.Trust) journey.Touchpoint {
	props := map[string]any{decisionProp: s.Decision, placementProp: s.Placement, "probability": s.Probability}
	for name, value := range map[string]string{phaseProp: s.Phase, segmentProp: s.Segment, "message": s.Message} {
		if value != "" {
			props[name] = value
		}
	}
	t := journey.Touchpoint{
		ID: "f_" + digest(s.Decision, s.Placement, s.Item, kind), Visitor: s.Visitor, Type: kind, Channel: cmp.Or(s.Channel, "web"),
		Source: feedbackSource, At: at, Item: s.Item, Trust: trust, Props: props,
	}
	if trust == journey.Machine {
		t.ID += ".machine"
	}
	return t
}

// digest is short and the same for the same parts only.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Opened says that the pixel of a shown item was fetched. It answers nothing:
// whatever is wrong, a mail shows its image.
func (s *Service) Opened(ctx context.Context, token string, fetch Fetch) {
	now := s.now()
	if shown, err := s.tokens.read(token, now); err == nil {
		s.fetched(ctx, shown, itemImpression, fetch, now)
	}
}

// Clicked says that the link of a shown item was followed, and returns where it
// leads: where the item leads in the live snapshot. It is Missing for a token
// that is none or too old, and for an item that is gone or leads nowhere. A
// store that cannot keep the click holds nobody up.
func (s *Service) Clicked(ctx context.Context, token string, fetch Fetch) (string, error) {
	now := s.now()
	shown, err := s.tokens.read(token, now)
	if err != nil {
		return "", noSuchLink()
	}
	check := s.freshen(s.clock())
	url, known := s.settle(s.clock(), check).snapshot.Link(shown.Item)
	if !known && check != nil {
		url, known = s.await(check).snapshot.Link(shown.Item)
	}
	if !known || !leadsAway(url) {
		return "", noSuchLink()
	}
	s.fetched(ctx, shown, itemClick, fetch, now)
	return url, nil
}

func noSuchLink() error {
	return &Error{Kind: Missing, Code: "no_such_link", Message: "there is no such link, or no longer"}
}

// leadsAway reports whether an address may be redirected to. Rows are checked
// where they are edited; this holds whatever a snapshot says.
func leadsAway(url string) bool {
	if strings.ContainsFunc(url, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return false
	}
	if path, ok := strings.CutPrefix(url, "/"); ok {
		return !strings.HasPrefix(path, "/")
	}
	return strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
}

// fetched keeps what a fetched pixel or link says, as far as it may.
func (s *Service) fetched(ctx context.Context, shown *shownItem, kind string, fetch Fetch, now journey.Millis) {
	ctx, cancel := context.WithTimeout(ctx, linkPatience)
	defer cancel()
	if err := s.keepFetch(ctx, shown, kind, fetch, now); err != nil {
		s.warn("a fetched pixel or link was not stored", err)
	}
}

func (s *Service) keepFetch(ctx context.Context, shown *shownItem, kind string, fetch Fetch, now journey.Millis) error {
	reader, err := s.feedbackGrant(ctx, shown, now, fetch.GPC, journey.Consent{})
	if err != nil || !reader.record {
		return err
	}
	f := facts{
		robot: fetch.robot(), proxy: kind == itemImpression && fetch.proxy(), mail: shown.inMail(),
		age: time.Duration(now-shown.at()) * time.Millisecond,
	}
	if f.mail && f.age <= scannersAct {
		if err := s.markFetch(ctx, shown, &f, now); err != nil {
			return err
		}
	}
	mine := shown.touchpoint(kind, now, journey.Likely)
	f.burst = slices.ContainsFunc(reader.newest, func(t journey.Trace) bool {
		return t.Type == itemClick && t.Channel == mine.Channel && t.ID != mine.ID && now-t.At < journey.Millis(burstsTake.Milliseconds())
	})
	trust := f.trust()
	kept := []journey.Touchpoint{shown.touchpoint(kind, now, trust)}
	if kind == itemClick && trust != journey.Machine {
		// Who follows a link has seen the item, whatever its pixel said.
		kept = append(kept, shown.touchpoint(itemImpression, now, trust))
	}
	if _, err = s.store.Append(ctx, now, recordings(kept, s.live.current.Load(), now)); err != nil || trust == journey.Machine {
		return err
	}
	return s.sent(ctx, shown.Visitor, shown.Message, now)
}

// inMail reports whether the item stands in a mail.
func (s *shownItem) inMail() bool { return s.Message != "" || s.Channel == "email" }

// firstFetch is the type of the touchpoint that marks the first fetch of a
// mail. It is a machine's: it says nothing of the visitor.
const firstFetch = "mail_fetch"

// markFetch marks the first fetch of a mail, of which there is one however many
// come at once, and fills in what it was.
func (s *Service) markFetch(ctx context.Context, shown *shownItem, f *facts, now journey.Millis) error {
	mark := journey.Touchpoint{
		ID: "m_" + digest(cmp.Or(shown.Message, shown.Decision)), Visitor: shown.Visitor, Type: firstFetch, Channel: cmp.Or(shown.Channel, "email"),
		Source: feedbackSource, At: now, Trust: journey.Machine,
	}
	if f.proxy {
		mark.Type += proxiedSuffix
	}
	outcomes, err := s.store.Append(ctx, now, recordings([]journey.Touchpoint{mark}, s.live.current.Load(), now))
	if err != nil {
		return err
	}
	stored := outcomes[0]
	f.first = stored.Status == store.Stored
	f.since = time.Duration(now-stored.Trace.At) * time.Millisecond
	f.afterProxy = strings.HasSuffix(stored.Trace.Type, proxiedSuffix)
	return nil
}
