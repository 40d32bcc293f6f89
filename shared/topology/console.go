package topology

// ConsolePath is where the files of the marketer console are, on one machine
// and on AWS. It calls the API of its own origin.
const ConsolePath = "/console/"

// What comes with each file of the console, beside its content type and
// nosniff: its page loads and calls nothing but its own origin, stands in no
// other page's frame, and is asked for anew each time, with its ETag.
const (
	ConsoleSecurityPolicy = "default-src 'self'; connect-src 'self'; img-src 'self'; object-src 'none'; " +
		"base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	ConsoleReferrerPolicy = "no-referrer"
	ConsoleCacheControl   = "no-cache"
)
