package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"wegweiser/shared/personalize"
)

// previewing is what the command line of config preview says.
type previewing struct {
	where
	request     personalize.PreviewRequest
	context     []string
	touchpoints []string
	format      string
}

func (p *program) previewCommand() *cobra.Command {
	var v previewing
	c := &cobra.Command{
		Use:   "preview [VISITOR]",
		Short: "Show what somebody would see with the draft, and why",
		Long: `Decides with the draft for a visitor, or for somebody without a history, and says
why each placement is filled as it is: which rules did not hold, and what was
found in place of what they ask for. --touchpoint pretends that something happened
just before, as type, type:item or type:item@channel. Nothing is recorded.`,
		Example: `  wegweiser config preview anna
  wegweiser config preview anna --placements home-hero --touchpoint cart_add:sofa-3@web
  wegweiser config preview --snapshot live --at 2026-12-24T18:00:00Z --context locale=de`,
		Args: takesUpTo("VISITOR"),
		RunE: func(c *cobra.Command, args []string) error {
			v.request.Visitor = strings.Join(args, "")
			return p.preview(c.Context(), &v)
		},
	}
	v.addTo(c.Flags())
	c.Flags().StringVar(&v.request.Snapshot, "snapshot", "", "draft, live or a snapshot of config history; the draft where it is left out")
	c.Flags().StringVar(&v.request.At, "at", "", "the moment, RFC 3339; now where it is left out")
	c.Flags().StringSliceVar(&v.request.Placements, "placements", nil, "names with commas between them; all where it is left out")
	c.Flags().StringArrayVar(&v.touchpoints, "touchpoint", nil, "what is pretended to have happened, such as cart_add:sofa-3@web; once for each")
	contextFlag(c.Flags(), &v.context)
	c.Flags().StringVarP(&v.format, "output", "o", "text", "text or json")
	return c
}

func (p *program) preview(ctx context.Context, v *previewing) (err error) {
	if err := textOrJSON(v.format); err != nil {
		return err
	}
	if v.request.Context, err = contextOf(v.context); err != nil {
		return err
	}
	for _, text := range v.touchpoints {
		touchpoint, err := pretended(text)
		if err != nil {
			return err
		}
		v.request.Touchpoints = append(v.request.Touchpoints, touchpoint)
	}
	t, err := p.connect(ctx, &v.where, false)
	if err != nil {
		return err
	}
	defer closing(&err, t.close)
	decision, err := t.Preview(ctx, v.request)
	if err != nil {
		return err
	}
	if v.format == "json" {
		return p.printJSON(decision)
	}
	return tellDecision(p.stdout, decision)
}

// pretended reads type[:item][@channel]; the channel is web where none is said.
func pretended(text string) (json.RawMessage, error) {
	what, channel := text, "web"
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		what, channel = text[:at], text[at+1:]
	}
	kind, item, _ := strings.Cut(what, ":")
	if kind == "" || channel == "" {
		return nil, usagef("--touchpoint must be like cart_add, cart_add:sofa-3 or cart_add:sofa-3@app, not %q", text)
	}
	return json.Marshal(struct {
		Type    string `json:"type"`
		Channel string `json:"channel"`
		Item    string `json:"item,omitempty"`
	}{kind, channel, item})
}
