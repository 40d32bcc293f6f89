package topology

// Function is one Lambda function: its folder under functions/, and everything
// that it may do in DynamoDB. It ends after TimeoutSeconds.
type Function struct {
	Name           string
	TimeoutSeconds int
	Grants         []Grant
	Stream         *Stream // whose records it is called with; nil where it has none
	Batches        bool    // it is called with the steps of batches, and has their bucket
}

// Stream is the stream of a table, as a function is called with it. Whoever
// reads for the function needs the rights beside its grants.
type Stream struct {
	Table string
	// BatchSize is how many records a call has at most, RetryAttempts how often
	// a call is repeated that did not end well, and MaxAgeSeconds how old a
	// record may grow by that.
	BatchSize, RetryAttempts, MaxAgeSeconds int
	// WindowSeconds is how long a window of time is, at whose end a function is
	// called once more, with the name of the shard in each call; zero for none.
	WindowSeconds int
}

// StreamActions are the rights that reading a stream takes.
func StreamActions() []string {
	return []string{"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
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
	PublishFunction   = "publish"
	RollupFunction    = "rollup"
	BatchFunction     = "batch"
)

// MemoryMB is the memory of every function.
const MemoryMB = 256

// How long functions may take: one that answers, one that waits until rows
// are at rest (8 s at most), until somebody has ended a larger change (30 s
// after the last sign of life), and until all of it is compiled, and one that
// puts millions of rows together.
const (
	answerSeconds = 10
	waitSeconds   = 90
	countSeconds  = 60
	filesSeconds  = 900
)

// Functions returns the functions of a deployment. Only reports and dry runs
// read whole tables, and only configure and publish write configuration.
func Functions() []Function {
	history := Grant{VisitorsTable, RecentIndex, []string{"Query"}}
	record := Grant{VisitorsTable, "", []string{"GetItem", "PutItem"}}
	counted := Grant{VisitorsTable, "", []string{"PutItem"}}
	report := Grant{VisitorsTable, "", []string{"GetItem", "PutItem", "Query", "Scan"}}
	everybody := Grant{VisitorsTable, "", []string{"Query", "Scan"}}
	answer := Grant{ReceiptsTable, "", []string{"PutItem", "Query"}}
	sent := Grant{ReceiptsTable, "", []string{"Query", "UpdateItem"}}
	final := Grant{StatisticsTable, "", []string{"UpdateItem"}} // what a message holds that was sent
	replay := Grant{ReceiptsTable, "", []string{"GetItem", "Scan"}}
	recorded := Grant{ReceiptsTable, "", []string{"Scan"}}
	snapshot := Grant{ConfigTable, "", []string{"GetItem"}}
	publish := Grant{ConfigTable, "", []string{"ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query"}}
	publishes := Grant{ConfigTable, "", append([]string{"BatchGetItem"}, publish.Actions...)}
	heads := Grant{ConfigTable, "", []string{"BatchGetItem", "GetItem"}}
	ranked := Grant{StatisticsTable, "", []string{"BatchGetItem", "GetItem", "UpdateItem"}} // and budgets
	claimed := Grant{StatisticsTable, "", []string{"GetItem"}}
	summarize := Grant{StatisticsTable, "", []string{"BatchGetItem", "PutItem", "Query"}}
	count := Grant{StatisticsTable, "", []string{"BatchGetItem", "PutItem", "Query", "UpdateItem"}}
	believed := Grant{StatisticsTable, "", []string{"Query"}}
	return []Function{
		{Name: CollectFunction, TimeoutSeconds: answerSeconds, Grants: []Grant{record, history, snapshot, sent, final}},
		{Name: DecideFunction, TimeoutSeconds: answerSeconds, Grants: []Grant{record, history, heads, ranked, answer}},
		{Name: VisitorsFunction, TimeoutSeconds: answerSeconds, Grants: []Grant{report, history, snapshot, replay, believed}},
		{Name: ConfigureFunction, TimeoutSeconds: answerSeconds, Grants: []Grant{publish, everybody, history, recorded, claimed}},
		{
			Name: PublishFunction, TimeoutSeconds: waitSeconds, Grants: []Grant{publishes, summarize},
			Stream: &Stream{Table: ConfigTable, BatchSize: 1000, RetryAttempts: 20, MaxAgeSeconds: 3600},
		},
		{
			// A record is tried again for as long as the stream keeps it: each counts.
			Name: RollupFunction, TimeoutSeconds: countSeconds, Grants: []Grant{heads, count},
			Stream: &Stream{Table: VisitorsTable, BatchSize: 1000, RetryAttempts: 10_000, MaxAgeSeconds: 24 * 3600, WindowSeconds: 15},
		},
		{Name: BatchFunction, TimeoutSeconds: filesSeconds, Grants: []Grant{counted, history, heads, ranked, answer}, Batches: true},
	}
}
