package gateway

import (
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
)

// appendAnswer appends an answer: JSON, where it is no text of its own.
func appendAnswer(b []byte, value any) ([]byte, error) {
	switch value := value.(type) {
	case *personalize.Decision:
		return appendDecision(b, value)
	case csvText:
		return append(b, value...), nil
	case text:
		return append(b, value.body...), nil
	}
	return appendAny(b, value)
}

// appendDecision appends d as encoding/json writes it, byte by byte: a
// decision is the one answer whose writing counts. A test holds the two
// together.
func appendDecision(b []byte, d *personalize.Decision) ([]byte, error) {
	b = appendText(append(b, `{"decision":`...), d.Decision)
	b = appendText(append(b, `,"visitor":`...), d.Visitor)
	b = appendText(append(b, `,"snapshot":`...), d.Snapshot)
	b = appendMillis(append(b, `,"at":`...), d.At)
	b = strconv.AppendBool(append(b, `,"personal":`...), d.Personal)
	b = appendPhase(append(b, `,"phase":`...), d.Phase)
	b, err := appendPlacements(append(b, `,"placements":`...), d.Placements)
	if err != nil {
		return nil, err
	}
	if b, err = appendResult(append(b, `,"touchpoints":`...), &d.Touchpoints); err != nil {
		return nil, err
	}
	if d.Degraded != "" {
		b = appendText(append(b, `,"degraded":`...), d.Degraded)
	}
	if d.Explanation != nil {
		if b, err = appendAny(append(b, `,"explanation":`...), d.Explanation); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func appendPhase(b []byte, p *personalize.Phase) []byte {
	if p == nil {
		return append(b, "null"...)
	}
	b = appendText(append(b, `{"name":`...), p.Name)
	b = appendNumber(append(b, `,"confidence":`...), p.Confidence)
	b = appendText(append(b, `,"standing":`...), p.Standing)
	b = append(b, `,"since":`...)
	if p.Since == nil {
		b = append(b, "null"...)
	} else {
		b = appendMillis(b, *p.Since)
	}
	b = append(b, `,"scores":{`...)
	var room [16]string
	for i, name := range sortedNames(room[:0], p.Scores) {
		b = append(appendText(comma(b, i), name), ':')
		b = appendNumber(b, p.Scores[name])
	}
	b = append(b, `},"because":[`...)
	for i := range p.Because {
		b = appendBecause(comma(b, i), &p.Because[i])
	}
	b = strconv.AppendBool(append(b, `],"truncated":`...), p.Truncated)
	return append(b, '}')
}

func appendBecause(b []byte, because *personalize.Because) []byte {
	if because.Other != nil {
		return append(appendNumber(append(b, `{"other":`...), *because.Other), '}')
	}
	b = appendText(append(b, `{"touchpoint":`...), because.Touchpoint)
	b = appendText(append(b, `,"type":`...), because.Type)
	return append(appendNumber(append(b, `,"share":`...), *because.Share), '}')
}

func appendPlacements(b []byte, placements map[string]*snapshot.Placement) ([]byte, error) {
	b = append(b, '{')
	var room [16]string
	for i, name := range sortedNames(room[:0], placements) {
		p := placements[name]
		b = append(appendText(comma(b, i), name), `:{"items":[`...)
		for j := range p.Items {
			var err error
			if b, err = appendItem(comma(b, j), &p.Items[j]); err != nil {
				return nil, err
			}
		}
		b = append(b, ']')
		if p.Rule != "" {
			b = appendText(append(b, `,"rule":`...), p.Rule)
		}
		b = strconv.AppendBool(append(b, `,"fallback":`...), p.Fallback)
		if p.Reason != "" {
			b = appendText(append(b, `,"reason":`...), string(p.Reason))
		}
		b = append(b, '}')
	}
	return append(b, '}'), nil
}

func appendItem(b []byte, item *snapshot.Item) ([]byte, error) {
	b = appendText(append(b, `{"id":`...), item.ID)
	b = appendText(append(b, `,"kind":`...), item.Kind)
	if item.URL != "" {
		b = appendText(append(b, `,"url":`...), item.URL)
	}
	content, err := item.Content.MarshalJSON()
	if err != nil {
		return nil, err
	}
	b = append(append(b, `,"content":`...), content...)
	if item.Token != "" {
		b = appendText(append(b, `,"token":`...), item.Token)
	}
	return append(b, '}'), nil
}

func appendResult(b []byte, r *personalize.CollectResult) ([]byte, error) {
	b = strconv.AppendInt(append(b, `{"accepted":`...), int64(r.Accepted), 10)
	b = strconv.AppendInt(append(b, `,"duplicates":`...), int64(r.Duplicates), 10)
	b = append(b, `,"rejected":`...)
	if len(r.Rejected) == 0 {
		return append(b, `[]}`...), nil
	}
	b, err := appendAny(b, r.Rejected)
	return append(b, '}'), err
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

func sortedNames[V any](room []string, m map[string]V) []string {
	for name := range m {
		room = append(room, name)
	}
	slices.Sort(room)
	return room
}

func appendMillis(b []byte, m journey.Millis) []byte {
	return append(append(append(b, '"'), m.String()...), '"')
}

// appendNumber writes numbers of at most four decimals, as all of a decision's
// are.
func appendNumber(b []byte, f float64) []byte { return strconv.AppendFloat(b, f, 'f', -1, 64) }

// appendText writes a text. Most need no escapes.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			b, _ = appendAny(b, s) // a string can always be written
			return b
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// appendAny writes what is seldom there, as all other answers are written.
func appendAny(b []byte, value any) ([]byte, error) {
	w := appender{b}
	encoder := json.NewEncoder(&w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return w.b[:len(w.b)-1], nil // without the line's end
}

type appender struct{ b []byte }

func (a *appender) Write(p []byte) (int, error) {
	a.b = append(a.b, p...)
	return len(p), nil
}
