package personalize

import (
	"context"
	"encoding/json"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// ApproveRequest is the body of POST /v1/config/approve.
type ApproveRequest struct {
	Draft string `json:"draft"` // its content hash
}

// Approval says who has approved the draft as it stands.
type Approval struct {
	Draft string         `json:"draft"`
	By    string         `json:"by"`
	At    journey.Millis `json:"at"`
}

// The memos of approvals: the one that was given last, who changed a row last
// at which moment, and the moment at which the draft was read that was published
// last.
const (
	approvedMemo  = "approved"
	editedMemo    = "edited#" // and a hash of the author
	publishedMemo = "published"
)

// ApproveConfig says that the caller agrees to the draft with this content
// hash. It counts for this content alone: any edit that changes what the draft
// would become voids it. It returns what is live. Its errors: Invalid with the
// problems where the draft has errors, Stale with the hash of the draft where
// that is another one, and Forbidden for callers who have changed a row since
// the last publish.
func (s *Service) ApproveConfig(ctx context.Context, caller Caller, request ApproveRequest) (*Live, error) {
	_, compiled, problems, err := s.compile(ctx)
	switch {
	case err != nil:
		return nil, err
	case compiled == nil:
		return nil, unpublishable(problems)
	case compiled.ID() != request.Draft:
		return nil, draftChanged(compiled)
	}
	edited, err := s.hasEdited(ctx, caller.Name)
	switch {
	case err != nil:
		return nil, err
	case edited:
		return nil, &Error{
			Kind: Forbidden, Code: "own_change",
			Message: "you have changed a row since the last publish, so somebody else has to approve",
		}
	}
	value, err := json.Marshal(Approval{Draft: request.Draft, By: caller.Name, At: s.now()})
	if err != nil {
		return nil, err
	}
	if err := s.putMemo(ctx, approvedMemo, value); err != nil {
		return nil, err
	}
	live, err := s.liveID(ctx)
	if err != nil {
		return nil, err
	}
	return &Live{Live: live}, nil
}

func draftChanged(draft *snapshot.Snapshot) error {
	return &Error{
		Kind: Stale, Code: "draft_changed", Version: draft.ID(),
		Message: "the draft is not the one that you named; look at it as it is now",
	}
}

// approval returns the approval of the draft with this content hash, or nil.
func (s *Service) approval(ctx context.Context, draft string) (*Approval, error) {
	memos, err := s.store.Memos(ctx)
	if err != nil {
		return nil, unavailable("reading the approvals", err)
	}
	var approval Approval
	if value, ok := memos[approvedMemo]; !ok || json.Unmarshal(value, &approval) != nil || approval.Draft != draft {
		return nil, nil
	}
	return &approval, nil
}

// mayPublish refuses what nobody else has approved, where the settings of what
// is live ask for that.
func (s *Service) mayPublish(ctx context.Context, draft *snapshot.Snapshot) error {
	live, err := s.loadLive(ctx, s.live.current.Load().snapshot)
	if err != nil {
		return unavailable("reading what is live", err)
	}
	if live.Settings().Approvals == 0 {
		return nil
	}
	approval, err := s.approval(ctx, draft.ID())
	if err != nil || approval != nil {
		return err
	}
	return &Error{
		Kind: Invalid, Code: "not_approved",
		Message: "the draft as it is now must be approved before it is published, by somebody who has changed none of it",
	}
}

// noteEdit keeps that the author changes a row at this moment. It comes before
// the change, so that none is without it, and behind it, so that one that came
// behind the reading of a publish is not taken for part of that.
func (s *Service) noteEdit(ctx context.Context, author string) error {
	return s.putMemo(ctx, editedMemo+store.Version([]byte(author)), []byte(s.now().String()))
}

// notePublished keeps that a draft which was read at that moment was published.
// Where that cannot be kept, who changed a row before counts further.
func (s *Service) notePublished(ctx context.Context, read journey.Millis) {
	if err := s.putMemo(ctx, publishedMemo, []byte(read.String())); err != nil {
		s.warn("who may approve is not known anew", err)
	}
}

// hasEdited reports whether somebody has changed a row since the last publish.
func (s *Service) hasEdited(ctx context.Context, author string) (bool, error) {
	memos, err := s.store.Memos(ctx)
	if err != nil {
		return false, unavailable("reading who changed a row", err)
	}
	value, ok := memos[editedMemo+store.Version([]byte(author))]
	if !ok {
		return false, nil
	}
	var edited, published journey.Millis
	if edited.UnmarshalText(value) != nil {
		return true, nil
	}
	if since, ok := memos[publishedMemo]; !ok || published.UnmarshalText(since) != nil {
		return true, nil
	}
	return edited >= published, nil
}

func unpublishable(problems []tables.Problem) error {
	return &Error{
		Kind: Invalid, Code: "config_problems", Problems: problems,
		Message: "the configuration has errors, so nothing was published",
	}
}
