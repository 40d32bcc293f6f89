package dynamo

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
	"wegweiser/shared/topology"
)

// Beside its columns a row has these attributes. A version that is not that of
// the columns tells that they were changed directly since.
const (
	rowAuthor  = topology.OwnAttribute + "author"
	rowTime    = topology.OwnAttribute + "at"
	rowVersion = topology.OwnAttribute + "version"
)

// isColumn reports whether an attribute of a row is one of its columns.
func isColumn(name string) bool {
	return name != topology.TableAttribute && name != topology.RowAttribute && !strings.HasPrefix(name, topology.OwnAttribute)
}

// rowItem is a row as it is stored: an attribute a column, each of the type
// that a person would give it.
func (s *Store) rowItem(e *store.Edit) item {
	row, _ := tables.ReadRow(e.Table, e.ID, e.Body)
	i := s.configKey(e.Table, e.ID)
	for column, cell := range row.Cells {
		i[column] = attributeOf(cell)
	}
	i[rowAuthor], i[rowTime], i[rowVersion] = text(e.Author), text(e.At.String()), text(store.Version(e.Body))
	return i
}

func attributeOf(cell any) types.AttributeValue {
	switch v := cell.(type) {
	case float64:
		return numberOrText(v)
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}
	case []string:
		return listOf(v, text)
	case []float64:
		return listOf(v, numberOrText)
	}
	value, _ := cell.(string)
	return text(value)
}

func listOf[T any](members []T, one func(T) types.AttributeValue) types.AttributeValue {
	list := make([]types.AttributeValue, len(members))
	for i, m := range members {
		list[i] = one(m)
	}
	return &types.AttributeValueMemberL{Value: list}
}

// numberOrText is a number, or its text where DynamoDB has no such number: it
// keeps more digits, but of a smaller range.
func numberOrText(n float64) types.AttributeValue {
	if size := math.Abs(n); size != 0 && (size < 1e-130 || size >= 1e126) {
		return text(tables.Spell(n))
	}
	return &types.AttributeValueMemberN{Value: tables.Spell(n)}
}

// rowOf reads a row, whoever wrote it: what a person typed is read as text of a
// file is.
func rowOf(table string, i item) store.Row {
	r := store.Row{Table: table, ID: textOf(i, topology.RowAttribute)}
	r.Body = bodyOf(table, r.ID, i)
	if r.Version = store.Version(r.Body); r.Version == textOf(i, rowVersion) {
		r.Author, r.At = textOf(i, rowAuthor), timeIn(i, rowTime)
	}
	return r
}

func bodyOf(table, id string, i item) []byte {
	cells := map[string]any{topology.RowAttribute: id}
	for name, value := range i {
		if isColumn(name) {
			cells[name] = typed(value)
		}
	}
	body, err := json.Marshal(cells)
	if err != nil {
		return nil
	}
	row, problems := tables.ReadRow(table, id, body)
	if canonical, err := row.MarshalJSON(); err == nil && len(problems) == 0 {
		return canonical
	}
	return body
}

// typed is an attribute as JSON has it. What no cell can be becomes an object,
// which no cell is either.
func typed(value types.AttributeValue) any {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return json.Number(v.Value)
	case *types.AttributeValueMemberBOOL:
		return v.Value
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, member := range v.Value {
			list[i] = typed(member)
		}
		return list
	case *types.AttributeValueMemberSS:
		return v.Value
	case *types.AttributeValueMemberNS:
		list := make([]json.Number, len(v.Value))
		for i, member := range v.Value {
			list[i] = json.Number(member)
		}
		return list
	case *types.AttributeValueMemberM:
		fields := make(map[string]any, len(v.Value))
		for name, field := range v.Value {
			fields[name] = typed(field)
		}
		return fields
	case *types.AttributeValueMemberB:
		return map[string][]byte{"binary": v.Value}
	case *types.AttributeValueMemberBS:
		return map[string][][]byte{"binary": v.Value}
	}
	return nil
}

// timeIn returns a moment, and zero where there is none.
func timeIn(i item, name string) (at journey.Millis) {
	if at.UnmarshalText([]byte(textOf(i, name))) != nil {
		return 0
	}
	return at
}
