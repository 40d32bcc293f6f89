package ingest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"wegweiser/shared/journey"
)

// clock reads times of one form.
type clock struct {
	from   *template
	layout string        // of package time; empty for Unix times
	unit   time.Duration // of Unix times
	zone   *time.Location
	format string // as the mapping names it
}

// tokens of a time pattern, the longest of a letter first.
var timeTokens = []struct{ ours, layout string }{
	{"YYYY", "2006"},
	{"MMM", "Jan"},
	{"MM", "01"},
	{"M", "1"},
	{"DD", "02"},
	{"D", "2"},
	{"hh", "15"},
	{"h", "3"},
	{"mm", "04"},
	{"m", "4"},
	{"SSS", "000"},
	{"ss", "05"},
	{"s", "5"},
	{"AM", "PM"},
	{"ZZ", "Z07:00"},
}

func (n node) clock(c *columns) *clock {
	k := &clock{zone: time.UTC}
	n.fields(map[string]func(node){
		"from":   func(n node) { k.from = n.template(c) },
		"format": func(n node) { k.setFormat(n) },
		"zone": func(n node) {
			zone, err := time.LoadLocation(n.text())
			if err != nil || n.text() == "Local" {
				n.problem("must be a time zone by its IANA name, such as Europe/Vienna")
				return
			}
			k.zone = zone
		},
	})
	if k.from == nil || k.format == "" {
		n.problem(`needs from and format, as in {from: "{timestamp}", format: YYYY-MM-DD hh:mm:ss}`)
	}
	return k
}

func (k *clock) setFormat(n node) {
	k.format = n.text()
	switch k.format {
	case "RFC3339":
		k.layout = time.RFC3339Nano
		return
	case "unix_s":
		k.unit = time.Second
		return
	case "unix_ms":
		k.unit = time.Millisecond
		return
	}
	layout, err := timeLayout(k.format)
	if err != nil {
		n.problem("%v", err)
	}
	k.layout = layout
}

// timeLayout returns a pattern as package time writes it. With AM in it, hh is
// an hour of twelve.
func timeLayout(pattern string) (string, error) {
	var layout strings.Builder
	twelve := strings.Contains(pattern, "AM")
	for rest := pattern; rest != ""; {
		token, length := matchToken(rest)
		switch {
		case length == 0 && (rest[0] >= 'a' && rest[0] <= 'z' || rest[0] >= 'A' && rest[0] <= 'Z' && rest[0] != 'T' || rest[0] >= '0' && rest[0] <= '9'):
			return "", fmt.Errorf("must be RFC3339, unix_s, unix_ms or a pattern of YYYY, MM, M, MMM, DD, D, hh, h, mm, ss, SSS, AM, ZZ, such as YYYY-MM-DD hh:mm:ss; %.1q is none of these", rest)
		case length == 0:
			token, length = rest[:1], 1
		case twelve && token == "15":
			token = "03"
		case !twelve && token == "3":
			token = "15"
		}
		layout.WriteString(token)
		rest = rest[length:]
	}
	if !strings.Contains(pattern, "YYYY") || !strings.Contains(pattern, "M") || !strings.Contains(pattern, "D") {
		return "", fmt.Errorf("must have a year, a month and a day, as in YYYY-MM-DD hh:mm:ss")
	}
	return layout.String(), nil
}

func matchToken(text string) (layout string, length int) {
	for _, token := range timeTokens {
		if strings.HasPrefix(text, token.ours) {
			return token.layout, len(token.ours)
		}
	}
	return "", 0
}

// at returns the time of a row.
func (k *clock) at(r *row) (journey.Millis, error) {
	text := strings.TrimSpace(k.from.fill(r))
	if text == "" {
		return 0, fmt.Errorf("is empty")
	}
	if k.layout != "" {
		t, err := time.ParseInLocation(k.layout, text, k.zone)
		if err != nil {
			return 0, fmt.Errorf("%.40q is not of the form %s", text, k.format)
		}
		return journey.At(t), nil
	}
	return unixTime(text, k.unit, k.format)
}

// unixTime reads whole or decimal seconds or milliseconds; floating point
// would not be exact to the millisecond.
func unixTime(text string, unit time.Duration, format string) (journey.Millis, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > 1<<52 || n < -1<<52 {
		return 0, fmt.Errorf("%.40q is not of the form %s", text, format)
	}
	if unit == time.Millisecond {
		return journey.Millis(n), nil
	}
	millis, err := strconv.ParseUint((fraction + "000")[:3], 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%.40q is not of the form %s", text, format)
	}
	if strings.HasPrefix(whole, "-") {
		return journey.Millis(n*1000 - int64(millis)), nil
	}
	return journey.Millis(n*1000 + int64(millis)), nil
}
