package gateway

import (
	"context"
	"encoding/json"

	"wegweiser/shared/personalize"
)

func (g *Gateway) configRow(ctx context.Context, c *call) (json.RawMessage, error) {
	row, err := g.service.ConfigRow(ctx, c.variables["table"], c.variables["row"])
	if err != nil {
		return nil, err
	}
	setETag(c.answer, row.Version)
	return row.Row, nil
}

func (g *Gateway) putConfigRow(ctx context.Context, c *call, row json.RawMessage) (*personalize.RowEdited, error) {
	version, p := expectedRow(c.request)
	if p != nil {
		return nil, p
	}
	edited, err := g.service.PutConfigRow(ctx, c.caller, c.variables["table"], c.variables["row"], version, row)
	if err != nil {
		return nil, err
	}
	setETag(c.answer, edited.Version)
	return edited, nil
}

func (g *Gateway) deleteConfigRow(ctx context.Context, c *call) (*personalize.RowEdited, error) {
	version, p := matchedRow(c.request)
	if p != nil {
		return nil, p
	}
	return g.service.DeleteConfigRow(ctx, c.caller, c.variables["table"], c.variables["row"], version)
}
