package topology

import "slices"

// Actions returns what a function may do with a table, as DynamoDB names it,
// in order of name; nothing where it has no business with the table. A
// transaction needs the permission of each of its parts, and no other.
func (f Function) Actions(table string) []string {
	var actions []string
	if slices.Contains(f.Reads, table) {
		actions = append(actions, "GetItem", "Query")
	}
	if slices.Contains(f.Writes, table) {
		actions = append(actions, "ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem")
	}
	slices.Sort(actions)
	return actions
}

// IndexActions returns what a function may do with the index of a table.
func (f Function) IndexActions(table string) []string {
	if slices.Contains(f.Reads, table) {
		return []string{"Query"}
	}
	return nil
}
