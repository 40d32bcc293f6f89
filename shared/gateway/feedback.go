package gateway

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"wegweiser/shared/personalize"
)

// gif is an image.
type gif string

const gifType = "image/gif"

// pixel is one transparent point, in the 43 bytes that it takes.
const pixel gif = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff" +
	"!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// wayOn is an address that a browser is to go on to.
type wayOn string

func (g *Gateway) feedback(ctx context.Context, c *call, request personalize.FeedbackRequest) (personalize.FeedbackResult, error) {
	return g.service.Feedback(ctx, c.caller, request)
}

func (g *Gateway) opened(ctx context.Context, c *call) (any, error) {
	g.service.Opened(ctx, c.variables["token"], c.fetch())
	return pixel, nil
}

func (g *Gateway) clicked(ctx context.Context, c *call) (any, error) {
	url, err := g.service.Clicked(ctx, c.variables["token"], c.fetch())
	if err != nil {
		return nil, err
	}
	c.answer.Set("Referrer-Policy", "no-referrer") // the token stays here
	return wayOn(inASCII(url)), nil
}

// inASCII is an address as a header holds it: letters such as those of Möbel are
// the percent-encoded bytes that a browser would make of them.
func inASCII(address string) string {
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// fetch is who fetched an address that stands in a page or a mail.
func (c *call) fetch() personalize.Fetch {
	purpose := c.request.Get("Sec-Purpose") + c.request.Get("Purpose") + c.request.Get("X-Moz")
	return personalize.Fetch{
		Agent:    c.request.Get("User-Agent"),
		Head:     c.method == http.MethodHead,
		Prefetch: strings.Contains(strings.ToLower(purpose), "prefetch"),
		GPC:      c.caller.GPC,
	}
}

func (g *Gateway) feedbackOperations() map[string]operation {
	return map[string]operation{
		"POST /v1/feedback": takes(g.feedback, description{
			id: "sendFeedback", status: http.StatusAccepted,
			summary: "Say what became of an item",
			text: "Kept as a touchpoint of the visitor to whom the item was shown (item_impression, item_click, item_dismiss, item_conversion), " +
				"once for each token and type. A conversion credits the item, with its value; the purchase itself comes as a touchpoint of the shop.",
			request: `{"token":"` + itemTokenExample + `","type":"conversion","value":{"amount":"499.00","currency":"EUR"}}`,
			answer:  `{"duplicate":false}`,
			refusals: []refusal{
				{http.StatusUnauthorized, []string{"token_invalid"}},
				{http.StatusForbidden, []string{"visitor_mismatch"}},
				{http.StatusGone, []string{"token_expired"}},
				{http.StatusUnprocessableEntity, []string{"bad_value", "not_allowed", "bad_money", "consent"}},
				{http.StatusServiceUnavailable, []string{"store_unavailable"}},
			},
		}),
		"GET /v1/o/{token}": shows(g.opened, description{
			id: "openPixel", status: http.StatusOK, media: gifType,
			summary: "The pixel of an item in a mail",
			text: "Always the same image of one transparent point, whatever the token. That it was fetched counts as an impression: " +
				"weak evidence where a mailbox provider or a reader did it, none where a scanner may have.",
		}),
		"GET /v1/c/{token}": shows(g.clicked, description{
			id: "followLink", status: http.StatusFound,
			summary: "The link of an item",
			text: "Leads to the item's own url in the live configuration, and nowhere else, and counts as a click: " +
				"weak evidence where a reader followed it, none where a scanner may have.",
			refusals: []refusal{{http.StatusNotFound, []string{"no_such_link"}}},
		}),
	}
}

const itemTokenExample = "v1.6c8d2f01.AQGaAFlGgB2rIF1hoJUJkfHwXxwqmw0-T2ADdl8xCWhvbWUtaGVybwpzb2ZhLWd1aWRlDWNvbnNpZGVyYXRpb24Dd2ViAA.q4ku3bcoQdX1q8p2aWm0aw"
