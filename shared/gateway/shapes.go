package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"wegweiser/shared/personalize"
)

// What the services take in one call.
const (
	sesDestinations         = 50
	sendGridPersonalization = 1000
)

// calls are the bodies of the calls to a service that sends, in order. What is
// the same for all, such as the sender and the template, is for the caller to
// add.
type calls struct {
	Calls   []any     `json:"calls"`
	LeftOut []leftOut `json:"left_out"`
}

// leftOut is a recipient to whom nothing is to be sent.
type leftOut struct {
	Visitor string `json:"visitor"`
	Message string `json:"message,omitempty"`
	Status  string `json:"status"`
	Reason  string `json:"reason,omitempty"`
}

// recipients returns the places of those to whom a mail is to be sent, and says
// of the others why not. Where the store did not answer, nobody knows who has
// unsubscribed: they are asked for again.
func (c *calls) recipients(answer *personalize.BatchAnswer) (places []int) {
	c.Calls, c.LeftOut = []any{}, []leftOut{}
	for i := range answer.Results {
		r := &answer.Results[i]
		switch {
		case r.Status != personalize.StatusOK && r.Status != personalize.StatusFallback:
			c.LeftOut = append(c.LeftOut, leftOut{r.Visitor, r.Message, r.Status, r.Reason})
		case r.Degraded != "":
			c.LeftOut = append(c.LeftOut, leftOut{r.Visitor, r.Message, r.Status, r.Degraded})
		case r.Email == "":
			c.LeftOut = append(c.LeftOut, leftOut{r.Visitor, r.Message, personalize.StatusInvalid, "no_email"})
		default:
			places = append(places, i)
		}
	}
	return places
}

// sesCalls are calls of SendBulkEmail.
func sesCalls(answer *personalize.BatchAnswer) (*calls, error) {
	type entry map[string]any
	c := &calls{}
	for some := range slices.Chunk(c.recipients(answer), sesDestinations) {
		var entries []entry
		for _, i := range some {
			data, err := json.Marshal(answer.Offer(i))
			if err != nil {
				return nil, fmt.Errorf("write the data of a template: %w", err)
			}
			entries = append(entries, entry{
				"Destination":             entry{"ToAddresses": []string{answer.Results[i].Email}},
				"ReplacementEmailContent": entry{"ReplacementTemplate": entry{"ReplacementTemplateData": string(data)}},
			})
		}
		c.Calls = append(c.Calls, entry{"BulkEmailEntries": entries})
	}
	return c, nil
}

// sendGridCalls are calls of SendGrid's mail/send.
func sendGridCalls(answer *personalize.BatchAnswer) (*calls, error) {
	type entry map[string]any
	c := &calls{}
	for some := range slices.Chunk(c.recipients(answer), sendGridPersonalization) {
		var entries []entry
		for _, i := range some {
			entries = append(entries, entry{
				"to":                    []entry{{"email": answer.Results[i].Email}},
				"dynamic_template_data": answer.Offer(i),
			})
		}
		c.Calls = append(c.Calls, entry{"personalizations": entries})
	}
	return c, nil
}

// batchTable is a line for each recipient.
func batchTable(answer *personalize.BatchAnswer) (csvText, error) {
	var table personalize.OfferTable
	for i := range answer.Results {
		table.Learn(answer.Offer(i))
	}
	var b bytes.Buffer
	w := table.Writer(&b)
	for i := range answer.Results {
		if err := w.Write(answer.Offer(i)); err != nil {
			return nil, fmt.Errorf("write CSV: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return nil, fmt.Errorf("write CSV: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
