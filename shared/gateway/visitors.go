package gateway

import (
	"context"
	"strconv"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

// Minted is a visitor token: the answer of the calls that make one.
type Minted struct {
	Visitor string         `json:"visitor" doc:"The id, for calls with a secret key."`
	Token   string         `json:"token" doc:"For X-Visitor-Token or ?token= of calls with a publishable key. Keep it as long as the visitor agrees to be known."`
	Expires journey.Millis `json:"expires" doc:"When the token ends, 400 days from now."`
}

func (g *Gateway) collect(ctx context.Context, c *call, request personalize.CollectRequest) (personalize.CollectResult, error) {
	return g.service.Collect(ctx, c.caller, request)
}

func (g *Gateway) decide(ctx context.Context, c *call, request personalize.DecideRequest) (*personalize.Decision, error) {
	decision, err := g.service.Decide(ctx, c.caller, request)
	if err != nil {
		return nil, err
	}
	c.snapshotAge(decision.SnapshotAge)
	return decision, nil
}

func (g *Gateway) journey(ctx context.Context, c *call) (*personalize.Journey, error) {
	steps, err := c.query.flag("steps")
	if err != nil {
		return nil, err
	}
	return g.service.Journey(ctx, c.caller, c.variables["id"], personalize.JourneyRequest{At: c.query.get("at"), Steps: steps})
}

func (g *Gateway) mint(_ context.Context, c *call, _ nothing) (Minted, error) {
	return g.sign(newVisitor(), c), nil
}

func (g *Gateway) token(_ context.Context, c *call, _ nothing) (Minted, error) {
	visitor := c.variables["id"]
	if fault := journey.CheckID("id", visitor); fault != nil {
		return Minted{}, invalid(fault)
	}
	return g.sign(visitor, c), nil
}

func (g *Gateway) sign(visitor string, c *call) Minted {
	token, expires := g.tokens.Sign(visitor, c.now)
	return Minted{Visitor: visitor, Token: token, Expires: journey.At(expires)}
}

func (g *Gateway) update(ctx context.Context, c *call, update personalize.VisitorUpdate) (*personalize.Visitor, error) {
	return g.service.UpdateVisitor(ctx, c.caller, c.variables["id"], update)
}

func (g *Gateway) consent(ctx context.Context, c *call, update personalize.ConsentUpdate) (*personalize.Visitor, error) {
	return g.service.SetConsent(ctx, c.caller, c.variables["id"], update)
}

func (g *Gateway) health(ctx context.Context, c *call) (personalize.Health, error) {
	health := g.service.Health(ctx)
	c.snapshotAge(health.SnapshotAge)
	return health, nil
}

func (c *call) snapshotAge(seconds int) { c.answer.Set("X-Snapshot-Age", strconv.Itoa(seconds)) }

func invalid(fault *journey.Fault) error {
	return &personalize.Error{
		Kind: personalize.Invalid, Code: fault.Code, Message: fault.Field + " " + fault.Message,
		Fields: []personalize.FieldError{{Field: fault.Field, Code: fault.Code, Message: fault.Message}},
	}
}
