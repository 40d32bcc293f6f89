// Package local is the one-machine host: it serves the HTTP API of the Lambda
// functions from one process, and runs in it what the cloud does beside them.
//
// The data folder holds the store's file and two of this package: the keys that
// were made at the first start (readable by its owner alone), and while a
// server runs its address, so that the command line finds it.
package local
