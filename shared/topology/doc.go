// Package topology is the shape of a deployment as plain data: functions,
// routes, tables, indexes and the names of environment variables. The gateway,
// the stores, the one-machine host and the CDK app all read it here, so that
// they cannot drift apart.
package topology
