package gateway

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

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

func (g *Gateway) publishConfig(ctx context.Context, c *call, request personalize.PublishRequest) (*personalize.Live, error) {
	expected, p := expectedSnapshot(c.request)
	if p != nil {
		return nil, p
	}
	return g.service.PublishConfig(ctx, c.caller, expected, request)
}

func (g *Gateway) configSnapshots(ctx context.Context, _ *call) (*personalize.Snapshots, error) {
	return g.service.ConfigSnapshots(ctx)
}

// expectedSnapshot reads what a publish replaces: If-Match with the live
// snapshot in quotes or, before the first publish, If-None-Match: *.
func expectedSnapshot(request http.Header) (string, *Problem) {
	if request.Get("If-None-Match") == "*" {
		return "", nil
	}
	match := strings.TrimSpace(request.Get("If-Match"))
	if match == "" {
		return "", problem(http.StatusPreconditionRequired, "precondition_required",
			`say which snapshot this one replaces: If-Match: "<live snapshot>", which GET /v1/config/snapshots names`)
	}
	id := strings.Trim(match, `"`)
	if match != `"`+id+`"` || strings.ContainsAny(id, `",`) {
		return "", problem(http.StatusBadRequest, "bad_precondition", `If-Match must be one snapshot in quotes: If-Match: "s_…"`)
	}
	return id, nil
}

func (g *Gateway) openapi(context.Context, *call) (json.RawMessage, error) { return g.document() }
