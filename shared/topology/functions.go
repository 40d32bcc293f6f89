package topology

// Function is one Lambda function: its folder under functions/, and the names
// of the tables (see Tables) that it may read and write.
type Function struct {
	Name   string
	Reads  []string
	Writes []string
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

// Functions returns the functions of a deployment.
func Functions() []Function {
	return []Function{
		{Name: CollectFunction, Reads: []string{"visitors", "config"}, Writes: []string{"visitors"}},
		{Name: DecideFunction, Reads: []string{"visitors", "config"}, Writes: []string{"visitors"}},
		{Name: VisitorsFunction, Reads: []string{"visitors", "config"}, Writes: []string{"visitors"}},
		{Name: ConfigureFunction, Reads: []string{"config"}, Writes: []string{"config"}},
	}
}
