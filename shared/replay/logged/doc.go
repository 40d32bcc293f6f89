// Package logged values another way of choosing on a log of decisions, whoever
// wrote it: a file of rows, each with an item that was shown, the probability of
// that choice and what it earned. The estimates, and when they are refused, are
// those of package offpolicy; how a file becomes rows is package ingest's.
//
// The policies that can be valued are those of this package: Logged, Uniform,
// Order, Column, Table, Ranking and Rules. What a policy learns of the log it
// learns from other folds than the one that it is asked about, and the rows of
// one visitor, or else of one decision, are in one fold.
//
// A log is read twice and as a stream.
package logged
