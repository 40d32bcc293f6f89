package gateway

import (
	"context"
	"encoding/json"

	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
)

// Service is what the gateway serves: the use cases and reports of
// measure.Service, whose documentation is the specification.
type Service interface {
	Collect(ctx context.Context, caller personalize.Caller, request personalize.CollectRequest) (personalize.CollectResult, error)
	Decide(ctx context.Context, caller personalize.Caller, request personalize.DecideRequest) (*personalize.Decision, error)
	DecideBatch(ctx context.Context, caller personalize.Caller, request personalize.BatchRequest) (*personalize.BatchAnswer, error)
	EmailOffer(ctx context.Context, caller personalize.Caller, request personalize.EmailRequest) *personalize.EmailOffer
	Journey(ctx context.Context, caller personalize.Caller, visitor string, request personalize.JourneyRequest) (*personalize.Journey, error)
	Feedback(ctx context.Context, caller personalize.Caller, request personalize.FeedbackRequest) (personalize.FeedbackResult, error)
	Opened(ctx context.Context, token string, fetch personalize.Fetch)
	Clicked(ctx context.Context, token string, fetch personalize.Fetch) (string, error)
	Receipt(ctx context.Context, caller personalize.Caller, decision string, replay bool) (*personalize.Receipt, error)
	UpdateVisitor(ctx context.Context, caller personalize.Caller, visitor string, update personalize.VisitorUpdate) (*personalize.Visitor, error)
	SetConsent(ctx context.Context, caller personalize.Caller, visitor string, update personalize.ConsentUpdate) (*personalize.Visitor, error)
	Phases(ctx context.Context, at, after string) (*measure.PhasesReport, error)
	JourneyMap(ctx context.Context, request measure.Request) (*measure.JourneyMap, error)
	Funnel(ctx context.Context, request measure.Request) (*measure.Funnel, error)
	Items(ctx context.Context, after string) (*measure.ItemsReport, error)
	Decisions(ctx context.Context, request measure.DecisionsRequest) (*measure.DecisionsReport, error)
	ConfigRows(ctx context.Context, table string) (*personalize.ConfigRows, error)
	ConfigRow(ctx context.Context, table, id string) (*personalize.ConfigRow, error)
	PutConfigRow(ctx context.Context, caller personalize.Caller, table, id, version string, row json.RawMessage) (*personalize.RowEdited, error)
	DeleteConfigRow(ctx context.Context, caller personalize.Caller, table, id, version string) (*personalize.RowEdited, error)
	EditConfig(ctx context.Context, caller personalize.Caller, edits personalize.ConfigEdits) (*personalize.Problems, error)
	CheckConfig(ctx context.Context) (*personalize.Problems, error)
	ApproveConfig(ctx context.Context, caller personalize.Caller, request personalize.ApproveRequest) (*personalize.Live, error)
	DryRun(ctx context.Context, request personalize.DryRunRequest) (*personalize.DryRun, error)
	Preview(ctx context.Context, request personalize.PreviewRequest) (*personalize.Decision, error)
	PublishConfig(ctx context.Context, caller personalize.Caller, expected string, request personalize.PublishRequest) (*personalize.Live, error)
	RollbackConfig(ctx context.Context, caller personalize.Caller, request personalize.RollbackRequest) (*personalize.Live, error)
	DiffConfig(ctx context.Context, from, to string) (*personalize.ConfigDiff, error)
	ConfigSnapshots(ctx context.Context) (*personalize.Snapshots, error)
	Health(ctx context.Context) personalize.Health
}

var _ Service = (*measure.Service)(nil)
