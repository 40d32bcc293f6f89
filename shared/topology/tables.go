package topology

import "fmt"

// Table is one DynamoDB table: on-demand, encrypted, with what is said here.
type Table struct {
	Name      string // as Grant.Table names it
	Env       string // of the deployed name
	Partition Key
	Sort      Key
	Index     *Index // local; nil where there is none
	TTL       string // the attribute with the second of expiry; empty where nothing expires
	Stream    string // its view type; empty where there is none
}

// Every table can be recovered to any second of this many days.
const RecoveryDays = 7

// Key is a key attribute and its type: S (text), B (bytes) or N (number).
type Key struct {
	Name string
	Type string
}

// Index is a local secondary index: the table's partition key, another sort
// key, and the attributes that it projects beside the keys.
type Index struct {
	Name     string
	Sort     Key
	Projects []string
}

// The names of the tables.
const (
	VisitorsTable   = "visitors"
	ConfigTable     = "config"
	ReceiptsTable   = "receipts"
	StatisticsTable = "statistics"
)

// The environment variables with the deployed names of the tables.
const (
	EnvVisitorsTable   = "WEGWEISER_TABLE_VISITORS"
	EnvConfigTable     = "WEGWEISER_TABLE_CONFIG"
	EnvReceiptsTable   = "WEGWEISER_TABLE_RECEIPTS"
	EnvStatisticsTable = "WEGWEISER_TABLE_STATISTICS"
)

// The attributes that keys, indexes and expiry name. An item is charged for
// the names of its attributes too, and a decision reads a hundred items, so
// they have one letter.
const (
	PartitionAttribute = "v"
	SortAttribute      = "k"
	RecentAttribute    = "r" // event time and id, or what comes after every time
	PackedAttribute    = "p" // the deciding fields
	ExpiryAttribute    = "x" // seconds since 1970
)

// RecentIndex is the local index that a decision reads.
const RecentIndex = "recent"

// The keys of the config table are words, as people edit its rows by hand: a
// row is under the name of its config table and its id, and every other
// attribute that does not start with OwnAttribute is a column of it.
const (
	TableAttribute = "table"
	RowAttribute   = "id"
	OwnAttribute   = "_"
)

// LiveRow of ReleasePartition says in the config table which snapshot is live:
// it changes with every publish and rollback. No config table has that name.
const (
	ReleasePartition = "release"
	LiveRow          = "live"
)

// Workspace starts every partition key. It is empty: a deployment has one
// workspace, whose tables are its own, and a partition has the plain name of
// what it holds.
const Workspace = ""

// Tables returns the tables of a deployment.
func Tables() []Table {
	text, bytes := Key{PartitionAttribute, "S"}, Key{SortAttribute, "B"}
	return []Table{
		{
			Name: VisitorsTable, Env: EnvVisitorsTable, Partition: text, Sort: bytes,
			Index: &Index{
				Name: RecentIndex, Sort: Key{RecentAttribute, "B"},
				Projects: []string{PackedAttribute, ExpiryAttribute},
			},
			TTL: ExpiryAttribute, Stream: "NEW_AND_OLD_IMAGES",
		},
		{
			Name: ConfigTable, Env: EnvConfigTable, Partition: Key{TableAttribute, "S"}, Sort: Key{RowAttribute, "S"},
			Stream: "NEW_AND_OLD_IMAGES",
		},
		{Name: ReceiptsTable, Env: EnvReceiptsTable, Partition: text, Sort: Key{SortAttribute, "S"}, TTL: ExpiryAttribute},
		{Name: StatisticsTable, Env: EnvStatisticsTable, Partition: text, Sort: Key{SortAttribute, "S"}, TTL: ExpiryAttribute},
	}
}

// TableNames are the deployed names of the tables, by Table.Name.
type TableNames map[string]string

// TableNamesFrom reads the deployed names from the environment variables that
// Tables lists. lookup is os.LookupEnv or stands in for it.
func TableNamesFrom(lookup func(string) (string, bool)) (TableNames, error) {
	names := TableNames{}
	for _, t := range Tables() {
		name, ok := lookup(t.Env)
		if !ok || name == "" {
			return nil, fmt.Errorf("%s is not set: it must be the name of the %s table", t.Env, t.Name)
		}
		names[t.Name] = name
	}
	return names, nil
}
