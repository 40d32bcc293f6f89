package dynamo

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/store"
	"wegweiser/shared/tables"
	"wegweiser/shared/topology"
)

// What DynamoDB takes of a condition: 300 operators and functions, of which each
// clause is one and the AND before it another, and 4 KB of text.
const (
	maxClauses    = 150
	maxExpression = 4096
)

// condition is what must hold of an item for a write. The zero condition always
// holds.
type condition struct {
	expression string
	names      map[string]string
	values     item
}

// text returns the condition as DynamoDB takes it: nil for none.
func (c *condition) text() *string {
	if c.expression == "" {
		return nil
	}
	return aws.String(c.expression)
}

// there and absent ask for an attribute, or that there is none.
func (c *condition) there(attribute string) bool {
	return c.add("attribute_exists(#%s)", attribute, nil)
}

func (c *condition) absent(attribute string) bool {
	return c.add("attribute_not_exists(#%s)", attribute, nil)
}

func (c *condition) equal(attribute string, value types.AttributeValue) bool {
	return c.add("#%[1]s = :%[1]s", attribute, value)
}

// add adds a clause about an attribute, and reports whether there was room.
func (c *condition) add(form, attribute string, value types.AttributeValue) bool {
	alias := strconv.Itoa(len(c.names))
	expression := fmt.Sprintf(form, alias)
	if c.expression != "" {
		expression = c.expression + " AND " + expression
	}
	if len(c.names) == maxClauses || len(expression) > maxExpression {
		return false
	}
	if c.names == nil {
		c.names = map[string]string{}
	}
	c.expression, c.names["#"+alias] = expression, attribute
	if value != nil {
		if c.values == nil {
			c.values = item{}
		}
		c.values[":"+alias] = value
	}
	return true
}

// unchanged is the condition that a row is as it was read. A version alone
// would not do: people change columns and leave the version as it is. So each
// column that was read must have its value, and no column may have come to it
// of those that the edit writes and that every row of the table may have. Only
// a column with a name of its own, such as another language, is not seen where
// it comes between the read and the write: DynamoDB has no way to ask.
func unchanged(e *store.Edit, have, next item) (c condition, err error) {
	c.there(topology.RowAttribute)
	for _, column := range slices.Sorted(maps.Keys(have)) {
		if isColumn(column) && !c.equal(column, have[column]) {
			return c, fmt.Errorf("%w: row %s of %s has more columns than an edit can compare; take some out, or edit whatever is there",
				store.ErrInvalid, e.ID, e.Table)
		}
	}
	absent := slices.Sorted(maps.Keys(next))
	for _, column := range always(e.Table) {
		if _, written := next[column]; !written {
			absent = append(absent, column)
		}
	}
	for _, column := range absent {
		if _, known := have[column]; !known && isColumn(column) && !c.absent(column) {
			break
		}
	}
	return c, nil
}

// always returns the columns that every row of a table may have.
func always(table string) []string {
	t, _ := tables.Find(table)
	var names []string
	for i := range t.Columns {
		if c := &t.Columns[i]; !c.Family() {
			names = append(names, c.Name)
		}
	}
	return names
}
