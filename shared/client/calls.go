package client

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/tables"
)

// key returns the key that a caller stands for.
func (c *Client) key(caller personalize.Caller) string {
	if caller.Key == personalize.Admin {
		return c.keys.Admin
	}
	return c.keys.Secret
}

// headers are what the gateway reads a caller from.
func headers(caller personalize.Caller) http.Header {
	h := http.Header{}
	if caller.GPC {
		h.Set("Sec-GPC", "1")
	}
	if caller.Locale != "" {
		h.Set("Accept-Language", caller.Locale)
	}
	return h
}

// Collect is POST /v1/touchpoints.
func (c *Client) Collect(ctx context.Context, caller personalize.Caller, in personalize.CollectRequest) (out personalize.CollectResult, err error) {
	_, err = c.send(ctx, request{method: http.MethodPost, path: "/v1/touchpoints", key: c.key(caller), header: headers(caller), body: in}, &out)
	return out, err
}

// Decide is POST /v1/decisions.
func (c *Client) Decide(ctx context.Context, caller personalize.Caller, in personalize.DecideRequest) (*personalize.Decision, error) {
	out := &personalize.Decision{}
	header, err := c.send(ctx, request{method: http.MethodPost, path: "/v1/decisions", key: c.key(caller), header: headers(caller), body: in}, out)
	if err != nil {
		return nil, err
	}
	out.SnapshotAge, _ = strconv.Atoi(header.Get("X-Snapshot-Age"))
	return out, nil
}

// Feedback is POST /v1/feedback.
func (c *Client) Feedback(ctx context.Context, caller personalize.Caller, in personalize.FeedbackRequest) (out personalize.FeedbackResult, err error) {
	_, err = c.send(ctx, request{method: http.MethodPost, path: "/v1/feedback", key: c.key(caller), header: headers(caller), body: in}, &out)
	return out, err
}

// DecideBatch is POST /v1/decisions/batch.
func (c *Client) DecideBatch(ctx context.Context, caller personalize.Caller, in personalize.BatchRequest) (*personalize.BatchAnswer, error) {
	in.Shape = ""
	return sent[personalize.BatchAnswer](ctx, c, request{method: http.MethodPost, path: "/v1/decisions/batch", key: c.key(caller), header: headers(caller), body: in})
}

// EmailOffer is GET /v1/email/offer. A server that does not answer is a
// fallback, as one without its store is.
func (c *Client) EmailOffer(ctx context.Context, caller personalize.Caller, in personalize.EmailRequest) *personalize.EmailOffer {
	path := "/v1/email/offer" + query("visitor", in.Visitor, "message", in.Message, "placements", strings.Join(in.Placements, ","))
	out, err := get[personalize.EmailOffer](ctx, c, path, c.key(caller))
	if err != nil {
		return &personalize.EmailOffer{
			Visitor: in.Visitor, Message: in.Message, Status: personalize.StatusFallback, Fallback: true, Degraded: "store_error", Problem: err.Error(),
		}
	}
	return out
}

// Journey is GET /v1/visitors/{id}/journey.
func (c *Client) Journey(ctx context.Context, caller personalize.Caller, visitor string, request personalize.JourneyRequest) (*personalize.Journey, error) {
	steps := ""
	if request.Steps {
		steps = "true"
	}
	path := "/v1/visitors/" + url.PathEscape(visitor) + "/journey" + query("at", request.At, "steps", steps)
	return get[personalize.Journey](ctx, c, path, c.key(caller))
}

// Receipt is GET /v1/decisions/{id}.
func (c *Client) Receipt(ctx context.Context, _ personalize.Caller, decision string, replay bool) (*personalize.Receipt, error) {
	asked := ""
	if replay {
		asked = "true"
	}
	return get[personalize.Receipt](ctx, c, "/v1/decisions/"+url.PathEscape(decision)+query("replay", asked), cmp.Or(c.keys.Secret, c.keys.Admin))
}

// query returns the query of these names and values, without the empty ones.
func query(named ...string) string {
	asked := url.Values{}
	for i := 0; i < len(named); i += 2 {
		if named[i+1] != "" {
			asked.Set(named[i], named[i+1])
		}
	}
	if len(asked) == 0 {
		return ""
	}
	return "?" + asked.Encode()
}

// UpdateVisitor is PATCH /v1/visitors/{id}.
func (c *Client) UpdateVisitor(ctx context.Context, caller personalize.Caller, visitor string, update personalize.VisitorUpdate) (*personalize.Visitor, error) {
	return sent[personalize.Visitor](ctx, c, request{method: http.MethodPatch, path: "/v1/visitors/" + url.PathEscape(visitor), key: c.key(caller), body: update})
}

// SetConsent is PUT /v1/visitors/{id}/consent.
func (c *Client) SetConsent(ctx context.Context, caller personalize.Caller, visitor string, update personalize.ConsentUpdate) (*personalize.Visitor, error) {
	return sent[personalize.Visitor](ctx, c, request{method: http.MethodPut, path: "/v1/visitors/" + url.PathEscape(visitor) + "/consent", key: c.key(caller), body: update})
}

// Phases is GET /v1/reports/phases.
func (c *Client) Phases(ctx context.Context, at, after string) (*measure.PhasesReport, error) {
	return report[measure.PhasesReport](ctx, c, "phases", "at", at, "after", after)
}

// JourneyMap is GET /v1/reports/journey-map.
func (c *Client) JourneyMap(ctx context.Context, r measure.Request) (*measure.JourneyMap, error) {
	return report[measure.JourneyMap](ctx, c, "journey-map", "since", r.Since, "until", r.Until, "after", r.After)
}

// Funnel is GET /v1/reports/funnel.
func (c *Client) Funnel(ctx context.Context, r measure.Request) (*measure.Funnel, error) {
	return report[measure.Funnel](ctx, c, "funnel", "since", r.Since, "until", r.Until, "after", r.After)
}

// Items is GET /v1/reports/items.
func (c *Client) Items(ctx context.Context, after string) (*measure.ItemsReport, error) {
	return report[measure.ItemsReport](ctx, c, "items", "after", after)
}

// Decisions is GET /v1/reports/decisions.
func (c *Client) Decisions(ctx context.Context, r measure.DecisionsRequest) (*measure.DecisionsReport, error) {
	return get[measure.DecisionsReport](ctx, c, "/v1/reports/decisions?"+r.Query().Encode(), cmp.Or(c.keys.Secret, c.keys.Admin))
}

func report[T any](ctx context.Context, c *Client, name string, named ...string) (*T, error) {
	return get[T](ctx, c, "/v1/reports/"+name+query(named...), cmp.Or(c.keys.Secret, c.keys.Admin))
}

// ConfigRows is GET /v1/config/{table}, of one table after the other where the
// name is empty.
func (c *Client) ConfigRows(ctx context.Context, table string) (*personalize.ConfigRows, error) {
	names := []string{table}
	if table == "" {
		names = tables.Tables()
	}
	all := &personalize.ConfigRows{Rows: []personalize.ConfigRow{}}
	for _, name := range names {
		one, err := get[personalize.ConfigRows](ctx, c, "/v1/config/"+url.PathEscape(name), c.keys.Admin)
		if err != nil {
			return nil, err
		}
		all.Rows = append(all.Rows, one.Rows...)
	}
	return all, nil
}

func rowPath(table, id string) string {
	return "/v1/config/" + url.PathEscape(table) + "/" + url.PathEscape(id)
}

// ConfigRow is GET /v1/config/{table}/{row}.
func (c *Client) ConfigRow(ctx context.Context, table, id string) (*personalize.ConfigRow, error) {
	out := &personalize.ConfigRow{Table: table}
	header, err := c.send(ctx, request{method: http.MethodGet, path: rowPath(table, id), key: c.keys.Admin}, &out.Row)
	if err != nil {
		return nil, err
	}
	out.Version = etag(header)
	return out, nil
}

// PutConfigRow is PUT /v1/config/{table}/{row}.
func (c *Client) PutConfigRow(ctx context.Context, _ personalize.Caller, table, id, version string, row json.RawMessage) (*personalize.RowEdited, error) {
	return c.editRow(ctx, request{method: http.MethodPut, path: rowPath(table, id), header: replaces(version), body: row})
}

// DeleteConfigRow is DELETE /v1/config/{table}/{row}.
func (c *Client) DeleteConfigRow(ctx context.Context, _ personalize.Caller, table, id, version string) (*personalize.RowEdited, error) {
	return c.editRow(ctx, request{method: http.MethodDelete, path: rowPath(table, id), header: replaces(version)})
}

func (c *Client) editRow(ctx context.Context, r request) (*personalize.RowEdited, error) {
	r.key, r.conditional = c.keys.Admin, true
	out := &personalize.RowEdited{}
	header, err := c.send(ctx, r, out)
	if err != nil {
		return nil, err
	}
	out.Version = etag(header)
	return out, nil
}

// replaces says what a call replaces: a version, or nothing.
func replaces(version string) http.Header {
	if version == "" {
		return http.Header{"If-None-Match": {"*"}}
	}
	return http.Header{"If-Match": {`"` + version + `"`}}
}

// EditConfig is PUT /v1/config.
func (c *Client) EditConfig(ctx context.Context, _ personalize.Caller, edits personalize.ConfigEdits) (*personalize.Problems, error) {
	return sent[personalize.Problems](ctx, c, request{method: http.MethodPut, path: "/v1/config", key: c.keys.Admin, body: edits, conditional: true})
}

// CheckConfig is POST /v1/config/check.
func (c *Client) CheckConfig(ctx context.Context) (*personalize.Problems, error) {
	return sent[personalize.Problems](ctx, c, request{method: http.MethodPost, path: "/v1/config/check", key: c.keys.Admin, body: struct{}{}})
}

// DryRun is POST /v1/config/dry-run: one page.
func (c *Client) DryRun(ctx context.Context, in personalize.DryRunRequest) (*personalize.DryRun, error) {
	return sent[personalize.DryRun](ctx, c, request{method: http.MethodPost, path: "/v1/config/dry-run", key: c.keys.Admin, body: in})
}

// Preview is POST /v1/config/preview.
func (c *Client) Preview(ctx context.Context, in personalize.PreviewRequest) (*personalize.Decision, error) {
	return sent[personalize.Decision](ctx, c, request{method: http.MethodPost, path: "/v1/config/preview", key: c.keys.Admin, body: in})
}

// ApproveConfig is POST /v1/config/approve.
func (c *Client) ApproveConfig(ctx context.Context, _ personalize.Caller, draft personalize.ApproveRequest) (*personalize.Live, error) {
	return sent[personalize.Live](ctx, c, request{method: http.MethodPost, path: "/v1/config/approve", key: c.keys.Admin, body: draft})
}

// PublishConfig is POST /v1/config/publish.
func (c *Client) PublishConfig(ctx context.Context, _ personalize.Caller, expected string, note personalize.PublishRequest) (*personalize.Live, error) {
	return sent[personalize.Live](ctx, c, request{method: http.MethodPost, path: "/v1/config/publish", key: c.keys.Admin, header: replaces(expected), body: note, conditional: true})
}

// RollbackConfig is POST /v1/config/rollback.
func (c *Client) RollbackConfig(ctx context.Context, _ personalize.Caller, to personalize.RollbackRequest) (*personalize.Live, error) {
	return sent[personalize.Live](ctx, c, request{method: http.MethodPost, path: "/v1/config/rollback", key: c.keys.Admin, body: to})
}

// DiffConfig is GET /v1/config/diff.
func (c *Client) DiffConfig(ctx context.Context, from, to string) (*personalize.ConfigDiff, error) {
	query := url.Values{"from": {from}, "to": {to}}
	return get[personalize.ConfigDiff](ctx, c, "/v1/config/diff?"+query.Encode(), c.keys.Admin)
}

// ConfigSnapshots is GET /v1/config/snapshots.
func (c *Client) ConfigSnapshots(ctx context.Context) (*personalize.Snapshots, error) {
	return get[personalize.Snapshots](ctx, c, "/v1/config/snapshots", c.keys.Admin)
}

// Health is GET /v1/health. A server that does not answer is degraded.
func (c *Client) Health(ctx context.Context) personalize.Health {
	out, err := get[personalize.Health](ctx, c, "/v1/health", "")
	if err != nil {
		return personalize.Health{Status: "degraded"}
	}
	return *out
}

func get[T any](ctx context.Context, c *Client, path, key string) (*T, error) {
	return sent[T](ctx, c, request{method: http.MethodGet, path: path, key: key})
}

func sent[T any](ctx context.Context, c *Client, r request) (*T, error) {
	out := new(T)
	if _, err := c.send(ctx, r, out); err != nil {
		return nil, err
	}
	return out, nil
}
