// Package stream reads the stream of the visitors table in a process that
// serves, as Lambda does for the function that counts. Functions do not link it.
//
// A feed is a shard under its own name, as in the calls of Lambda. So any number
// of processes and the function may read one stream, and what they tell of
// counts once: see store.Statistics. Each reads every record that is still kept,
// those of a day at the start. Were one to begin later, it could move a count
// beyond records that nobody has counted yet, and they would be lost.
package stream
