// Package batch decides for files of recipients: as many rows come out as went
// in, in their order, each with its answer and its status.
//
// The command wegweiser batch works through a file by itself, with Rows and
// Ask. On AWS a file is worked on in parts, by many at the same time: Batches
// has the steps, and Files is where the rows are and the answers go. Each step
// may be repeated, at any time and by anybody: what was decided for a message
// is decided, and parts that are done are not asked for again.
package batch
