package gateway

import (
	"cmp"
	"context"
	"html"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

// text is a body that a mail takes in as it is.
type text struct{ media, body string }

// The types of texts.
const (
	plainType = "text/plain; charset=utf-8"
	htmlType  = "text/html; charset=utf-8"
)

func (g *Gateway) mailOperations() map[string]operation {
	batch := takes(g.batch, description{
		id: "decideBatch", status: http.StatusOK, csv: true,
		summary: "Decide for many recipients of a mail",
		text: "1 to 1,000 recipients, one result each in the order of the request. ok: every placement is filled by a rule; fallback: one has its fallback; " +
			"suppressed: nothing should be sent, as the visitor has not agreed to personalization or has unsubscribed; invalid: the recipient cannot be read. " +
			"With message, a placement is decided once in 24 hours however often it is asked for, and what is shown counts against caps and budgets when it is sent: " +
			"with the first impression or click, or a touchpoint email_sent of a server whose props name the message; what is not sent within 72 hours is given back. " +
			"The shapes ses and sendgrid answer the calls to these services that the statuses ok and fallback need, and csv a table.",
		parameters: []parameter{{name: "shape", text: "json, ses, sendgrid or csv; json where it is left out.", example: "json"}},
		request:    `{"recipients":[{"visitor":"v_1","message":"autumn-3"},{"visitor":"v_2","message":"autumn-3"}],"placements":["mail-offer"]}`,
		answer: `{"results":[{"visitor":"v_1","message":"autumn-3","status":"ok","decision":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","phase":"decision",
			"placements":{"mail-offer":{"items":[{"id":"ten-percent","token":"` + itemTokenExample + `"}],"rule":"full-basket","fallback":false}}},
			{"visitor":"v_2","message":"autumn-3","status":"suppressed","reason":"unsubscribed","phase":null,
			"placements":{"mail-offer":{"items":[{"id":"free-delivery"}],"fallback":true,"reason":"consent"}}}],
			"items":{"ten-percent":{"kind":"offer","content":{"title":"Ten percent off your basket"}},"free-delivery":{"kind":"offer","content":{"title":"Free delivery"}}}}`,
		refusals: []refusal{{http.StatusUnprocessableEntity, []string{"bad_context", "bad_value", "missing", "unknown_placement"}}},
	})
	return map[string]operation{
		"POST /v1/decisions/batch": shaped(batch),
		"GET /v1/email/offer": inFormats(reads(g.emailOffer, description{
			id: "offerInMail", status: http.StatusOK, lenient: true,
			summary: "What a mail shows to one recipient",
			text: "For template engines that fetch while they write a mail: 200 within 1.2 seconds whatever is wrong with the request or the store, " +
				"then with fallback true and a problem. One flat object: a placement is an object under its name with the fields of its item, " +
				"each of which stands as placement.field besides; those of a second item begin with placement.2. " +
				"With message, the same visitor and placement get the same for 24 hours, and it counts once.",
			parameters: []parameter{
				{name: "visitor", text: "The recipient.", example: "v_1"},
				{name: "message", text: "Names the message, so that fetching it twice is one decision. Each sending needs a name of its own, such as one with its date: what is shown under one name counts once until it is known to be sent.", example: "autumn-3"},
				{name: "placements", text: "What is to be filled, with commas between.", example: "mail-offer"},
				{name: "format", text: "json, html or text; json where it is left out. The fields of the content follow each other, the title first; in HTML, a content field called html is taken as it is instead.", example: "json"},
			},
			answer: `{"visitor":"v_1","message":"autumn-3","status":"ok","reason":"","decision":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","phase":"decision","fallback":false,
				"degraded":"","problem":"","mail-offer":{"id":"ten-percent","kind":"offer","url":"","title":"Ten percent off your basket","token":"","rule":"full-basket","fallback":false},
				"mail-offer.id":"ten-percent","mail-offer.kind":"offer","mail-offer.url":"","mail-offer.title":"Ten percent off your basket","mail-offer.token":"",
				"mail-offer.rule":"full-basket","mail-offer.fallback":false}`,
		})),
	}
}

// shaped answers a batch as it is asked to.
func shaped(o operation) operation {
	decide := o.run
	o.run = func(ctx context.Context, c *call, body []byte) (any, error) {
		out, err := decide(ctx, c, body)
		answer, ok := out.(*personalize.BatchAnswer)
		if err != nil || !ok {
			return nil, err
		}
		switch answer.Shape {
		case "ses":
			return sesCalls(answer)
		case "sendgrid":
			return sendGridCalls(answer)
		case "csv":
			return batchTable(answer)
		}
		return answer, nil
	}
	return o
}

func (g *Gateway) batch(ctx context.Context, c *call, request personalize.BatchRequest) (*personalize.BatchAnswer, error) {
	shape := cmp.Or(c.query.get("shape"), request.Shape, "json")
	if !slices.Contains([]string{"json", "ses", "sendgrid", "csv"}, shape) {
		return nil, invalid(&journey.Fault{Field: "shape", Code: "bad_value", Message: "must be json, ses, sendgrid or csv"})
	}
	answer, err := g.service.DecideBatch(ctx, c.caller, request)
	if err == nil {
		answer.Shape = shape
	}
	return answer, err
}

func (g *Gateway) emailOffer(ctx context.Context, c *call) (map[string]any, error) {
	request := personalize.EmailRequest{Visitor: c.query.get("visitor"), Message: c.query.get("message")}
	request.Placements = slices.Collect(list(c.query.get("placements")))
	offer := g.service.EmailOffer(ctx, c.caller, request)
	if format := c.query.get("format"); !slices.Contains([]string{"", "json", "html", "text"}, format) {
		offer.Fallback, offer.Problem = true, "format must be json, html or text"
		if offer.Status == personalize.StatusOK {
			offer.Status = personalize.StatusFallback
		}
	}
	c.answer.Set("X-Fallback", strconv.FormatBool(offer.Fallback))
	return offer.Flat(), nil
}

// inFormats answers an offer in the format of the request.
func inFormats(o operation) operation {
	offer := o.run
	o.run = func(ctx context.Context, c *call, body []byte) (any, error) {
		flat, err := offer(ctx, c, body)
		if err != nil {
			return nil, err
		}
		var w offerWriter
		switch c.query.get("format") {
		case "html":
			w = inHTML
		case "text":
			w = inText
		default:
			return flat, nil
		}
		return w.write(flat.(map[string]any)), nil
	}
	return o
}

// offerWriter is a way to write an offer as a text.
type offerWriter struct {
	media, own string // the content field that is taken as it is
	field      func(name, value, url string) string
}

var (
	inText = offerWriter{plainType, "", func(_, value, _ string) string { return value + "\n" }}
	inHTML = offerWriter{htmlType, "html", htmlField}
)

func htmlField(name, value, url string) string {
	value = html.EscapeString(value)
	if name == "title" {
		value = "<strong>" + value + "</strong>"
	}
	if url != "" && strings.HasPrefix(url, "http") {
		value = `<a href="` + html.EscapeString(url) + `">` + value + "</a>"
	}
	return "<p>" + value + "</p>\n"
}

// write writes the placements by name, of each the title and then the other
// fields of its content.
func (w *offerWriter) write(flat map[string]any) text {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(flat)) {
		fields, ok := flat[name].(map[string]any)
		if !ok {
			continue
		}
		if own, ok := fields[w.own].(string); ok {
			b.WriteString(own + "\n")
			continue
		}
		url, _ := fields["url"].(string)
		if title, ok := fields["title"].(string); ok {
			b.WriteString(w.field("title", title, url))
		}
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			value, ok := fields[field].(string)
			if ok && !slices.Contains(notContent, field) {
				b.WriteString(w.field(field, value, ""))
			}
		}
		if url != "" && w.media == plainType {
			b.WriteString(url + "\n")
		}
	}
	return text{w.media, strings.TrimSuffix(b.String(), "\n")}
}

// notContent are the fields of a placement that a text does not show.
var notContent = []string{"fallback", "html", "id", "kind", "rule", "title", "token", "url"}
