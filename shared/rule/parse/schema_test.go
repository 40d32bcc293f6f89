package parse_test

import (
	"wegweiser/shared/rule/internal/ruletest"
	"wegweiser/shared/rule/parse"
)

// schema declares the names that random conditions use.
func schema() *parse.Schema {
	return &parse.Schema{
		Phases:     ruletest.Phases,
		Standings:  ruletest.Standings,
		Segments:   ruletest.Segments,
		Channels:   ruletest.Channels,
		Types:      ruletest.Types,
		Milestones: ruletest.Milestones,
		Items:      ruletest.Items,
		Traits:     ruletest.Traits,
		Context:    ruletest.Context,
	}
}
