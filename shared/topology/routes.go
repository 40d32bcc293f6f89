package topology

// Credential is what a route asks of its caller.
type Credential uint8

// The credentials, to be combined.
const (
	PublishableKey Credential = 1 << iota
	SecretKey
	AdminKey
	Nobody Credential = 0 // the route is open to all
)

// Route is one call of the HTTP API: the only list of them. Path variables
// stand in braces.
type Route struct {
	Method   string
	Path     string
	Function string
	Keys     Credential
}

// Methods returns the methods by which a route is called: its own and, where
// anybody may read it, HEAD too, which those ask who check a link before they
// follow it.
func (r Route) Methods() []string {
	if r.Method == "GET" && r.Keys == Nobody {
		return []string{"GET", "HEAD"}
	}
	return []string{r.Method}
}

// Routes returns every route, in the order of the documentation.
func Routes() []Route {
	return []Route{
		{"POST", "/v1/touchpoints", CollectFunction, PublishableKey | SecretKey},
		{"POST", "/v1/feedback", CollectFunction, PublishableKey | SecretKey},
		{"GET", "/v1/o/{token}", CollectFunction, Nobody},
		{"GET", "/v1/c/{token}", CollectFunction, Nobody},
		{"POST", "/v1/decisions", DecideFunction, PublishableKey | SecretKey},
		{"POST", "/v1/decisions/batch", DecideFunction, SecretKey},
		{"GET", "/v1/email/offer", DecideFunction, SecretKey},
		{"POST", "/v1/visitors", DecideFunction, PublishableKey},
		{"POST", "/v1/visitors/{id}/token", DecideFunction, SecretKey},
		{"GET", "/v1/visitors/{id}/journey", DecideFunction, SecretKey | AdminKey},
		{"POST", "/ofrep/v1/evaluate/flags", DecideFunction, PublishableKey | SecretKey},
		{"POST", "/ofrep/v1/evaluate/flags/{key}", DecideFunction, PublishableKey | SecretKey},
		{"PATCH", "/v1/visitors/{id}", VisitorsFunction, SecretKey},
		{"PUT", "/v1/visitors/{id}/consent", VisitorsFunction, SecretKey},
		{"GET", "/v1/decisions/{id}", VisitorsFunction, SecretKey | AdminKey},
		{"GET", "/v1/reports/phases", VisitorsFunction, SecretKey | AdminKey},
		{"GET", "/v1/reports/journey-map", VisitorsFunction, SecretKey | AdminKey},
		{"GET", "/v1/reports/funnel", VisitorsFunction, SecretKey | AdminKey},
		{"GET", "/v1/reports/items", VisitorsFunction, SecretKey | AdminKey},
		{"GET", "/v1/reports/decisions", VisitorsFunction, SecretKey | AdminKey},
		{"GET", "/v1/config/{table}", ConfigureFunction, AdminKey},
		{"GET", "/v1/config/{table}/{row}", ConfigureFunction, AdminKey},
		{"PUT", "/v1/config/{table}/{row}", ConfigureFunction, AdminKey},
		{"DELETE", "/v1/config/{table}/{row}", ConfigureFunction, AdminKey},
		{"PUT", "/v1/config", ConfigureFunction, AdminKey},
		{"POST", "/v1/config/check", ConfigureFunction, AdminKey},
		{"POST", "/v1/config/dry-run", ConfigureFunction, AdminKey},
		{"POST", "/v1/config/preview", ConfigureFunction, AdminKey},
		{"POST", "/v1/config/approve", ConfigureFunction, AdminKey},
		{"POST", "/v1/config/publish", ConfigureFunction, AdminKey},
		{"POST", "/v1/config/rollback", ConfigureFunction, AdminKey},
		{"GET", "/v1/config/snapshots", ConfigureFunction, AdminKey},
		{"GET", "/v1/config/diff", ConfigureFunction, AdminKey},
		{"GET", "/v1/health", DecideFunction, Nobody},
		{"GET", "/registry.json", ConfigureFunction, Nobody},
		{"GET", "/openapi.json", DecideFunction, Nobody},
	}
}
