package topology

// The environment variables that a program reads.
const (
	EnvPublishableKey = "WEGWEISER_PUBLISHABLE_KEY"
	EnvSecretKey      = "WEGWEISER_SECRET_KEY"
	EnvAdminKey       = "WEGWEISER_ADMIN_KEY"    // name:key,name:key
	EnvTokenSecret    = "WEGWEISER_TOKEN_SECRET" // the newest first, at most two, separated by a comma
	EnvDeadline       = "WEGWEISER_DEADLINE"     // a duration, 150ms where unset
	EnvBucket         = "WEGWEISER_BUCKET"       // with the files of batches
	EnvOrigins        = "WEGWEISER_ORIGINS"      // of web pages that may call, separated by commas; all where unset
)
