package gateway

import (
	"context"

	"wegweiser/shared/personalize"
)

func (g *Gateway) configRows(ctx context.Context, c *call) (*personalize.ConfigRows, error) {
	return g.service.ConfigRows(ctx, c.variables["table"])
}

func (g *Gateway) editConfig(ctx context.Context, c *call, edits personalize.ConfigEdits) (*personalize.Problems, error) {
	return g.service.EditConfig(ctx, c.caller, edits)
}

func (g *Gateway) checkConfig(ctx context.Context, _ *call, _ nothing) (*personalize.Problems, error) {
	return g.service.CheckConfig(ctx)
}

func (g *Gateway) dryRun(ctx context.Context, _ *call, request personalize.DryRunRequest) (*personalize.DryRun, error) {
	return g.service.DryRun(ctx, request)
}

func (g *Gateway) preview(ctx context.Context, _ *call, request personalize.PreviewRequest) (*personalize.Decision, error) {
	return g.service.Preview(ctx, request)
}

func (g *Gateway) approveConfig(ctx context.Context, c *call, request personalize.ApproveRequest) (*personalize.Live, error) {
	return g.service.ApproveConfig(ctx, c.caller, request)
}

func (g *Gateway) publishConfig(ctx context.Context, c *call, request personalize.PublishRequest) (*personalize.Live, error) {
	expected, p := expectedSnapshot(c.request)
	if p != nil {
		return nil, p
	}
	return g.service.PublishConfig(ctx, c.caller, expected, request)
}

func (g *Gateway) rollbackConfig(ctx context.Context, c *call, request personalize.RollbackRequest) (*personalize.Live, error) {
	return g.service.RollbackConfig(ctx, c.caller, request)
}

func (g *Gateway) diffConfig(ctx context.Context, c *call) (*personalize.ConfigDiff, error) {
	return g.service.DiffConfig(ctx, c.query.get("from"), c.query.get("to"))
}

func (g *Gateway) configSnapshots(ctx context.Context, _ *call) (*personalize.Snapshots, error) {
	return g.service.ConfigSnapshots(ctx)
}
