package ingest

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"wegweiser/shared/rule"
)

// standardColumns are the columns of a log that needs no mapping, beside those
// of the context.
var standardColumns = []string{"decision", "visitor", "place", "position", "item", "probability", "reward", "candidates", "phase", "standing", "at"}

const contextPrefix = "context."

// standard is the mapping that a log needs none for: each column is what it is
// called.
func standard(file *bufio.Reader) (*ChoiceMapping, error) {
	start, _ := file.Peek(bufferSize)
	var text strings.Builder
	if bytes.HasPrefix(start, []byte("{")) {
		for _, name := range standardColumns {
			standardField(&text, name)
		}
		text.WriteString("context: \"{context}\"\n")
	} else if err := standardOf(&text, start); err != nil {
		return nil, err
	}
	m, problems := LoadChoices([]byte(text.String()))
	if m == nil {
		return nil, fmt.Errorf("read the names of the columns: %s", problems[0].Message)
	}
	return m, nil
}

func standardField(text *strings.Builder, name string) {
	if name == "at" {
		text.WriteString("at: {from: \"{at}\", format: RFC3339}\n")
		return
	}
	fmt.Fprintf(text, "%s: \"{%[1]s}\"\n", name)
}

// standardOf is the mapping of a CSV file that starts so.
func standardOf(text *strings.Builder, start []byte) error {
	header, err := csv.NewReader(bytes.NewReader(start)).Read()
	if err != nil {
		return errors.New("the file has no first row that names its columns")
	}
	contexts := false
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		contexts = contexts || strings.HasPrefix(header[i], contextPrefix)
	}
	for _, needed := range []string{"item", "reward"} {
		if slices.Contains(header, needed) {
			continue
		}
		meant := ""
		if nearest, ok := rule.Nearest(needed, header); ok {
			meant = fmt.Sprintf("; is it %q?", nearest)
		}
		return fmt.Errorf("the file has no column %q%s: a mapping file (--map) says which column is what", needed, meant)
	}
	for _, name := range standardColumns {
		if slices.Contains(header, name) {
			standardField(text, name)
		}
	}
	if contexts {
		text.WriteString("context:\n")
	}
	for _, name := range header {
		if key, ok := strings.CutPrefix(name, contextPrefix); ok {
			fmt.Fprintf(text, "  %s: %s\n", strconv.Quote(key), strconv.Quote("{"+name+"}"))
		}
	}
	return nil
}

func (c *columns) clone() columns {
	return columns{names: slices.Clone(c.names), slots: maps.Clone(c.slots), builtins: c.builtins}
}

// listed reads a list of names: a JSON array, or names with | between them.
func listed(text string) ([]string, error) {
	var list []string
	switch {
	case text == "":
		return nil, nil
	case strings.HasPrefix(text, "["):
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var members []any
		if err := decoder.Decode(&members); err != nil {
			return nil, fmt.Errorf("cannot be read as a JSON list: %w", err)
		}
		for _, member := range members {
			list = append(list, scalar(member))
		}
	default:
		for name := range strings.SplitSeq(text, "|") {
			list = append(list, strings.TrimSpace(name))
		}
	}
	seen := make(map[string]bool, len(list))
	for _, name := range list {
		if name == "" || seen[name] {
			return nil, fmt.Errorf("%.60q has an item that is empty or stands in it twice", text)
		}
		seen[name] = true
	}
	return list, nil
}
