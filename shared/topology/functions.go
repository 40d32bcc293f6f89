package topology

// Function is one Lambda function: its folder under functions/, and everything
// that it may do in DynamoDB.
type Function struct {
	Name   string
	Grants []Grant
}

// Grant lets a function do some things with a table, or with its index only,
// by the names of DynamoDB's API. A transaction needs the right to each of its
// parts, and no other.
type Grant struct {
	Table   string
	Index   string // empty: the table itself
	Actions []string
}

// The names of the functions.
const (
	CollectFunction   = "collect"
	DecideFunction    = "decide"
	VisitorsFunction  = "visitors"
	ConfigureFunction = "configure"
)

// Every function has MemoryMB of memory and ends after TimeoutSeconds.
const (
	MemoryMB       = 256
	TimeoutSeconds = 10
)

// Functions returns the functions of a deployment. Only reports read whole
// tables, and only configure writes configuration.
func Functions() []Function {
	history := Grant{VisitorsTable, RecentIndex, []string{"Query"}}
	record := Grant{VisitorsTable, "", []string{"GetItem", "PutItem"}}
	report := Grant{VisitorsTable, "", []string{"GetItem", "PutItem", "Scan"}}
	snapshot := Grant{ConfigTable, "", []string{"GetItem", "Query"}}
	publish := Grant{ConfigTable, "", []string{"ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query"}}
	return []Function{
		{CollectFunction, []Grant{record, history, snapshot}},
		{DecideFunction, []Grant{record, history, snapshot}},
		{VisitorsFunction, []Grant{report, history, snapshot}},
		{ConfigureFunction, []Grant{publish}},
	}
}
