// Package dynamo keeps the data of Wegweiser in Amazon DynamoDB. It is a
// store.Store over the tables of package topology.
//
// # Visitors
//
// All that is known of a visitor has one partition key. The local index
// "recent" sorts the touchpoints by time and id, and the profile behind them,
// and holds only what a decision reads: one Query, newest first, returns the
// profile and the window, whatever else the visitor did. Touchpoints of
// machines have no place in the index.
//
//	k             r                     holds
//	t#hash(id)    moment                p deciding fields, x expiry, b the rest
//	t#hash(id)    (none: a machine's)   the same, and the moment as m
//	profile       after every moment    p the profile, n its number
//
// # Configuration
//
//	v              k                  holds
//	rows           table#id           b body, h version, a author, t time
//	snapshot#id    0000, 0001, …      b at most 256 KB each
//	snapshot#id    manifest           c how many chunks; written last
//	release        live               the live release and its number n
//	release        n000…              each release by its number
//
// # Exactness
//
// A touchpoint is one conditional put. A milestone and its profile are one
// transaction that expects the profile at the number that was read, and so is
// every other change of a profile: a transaction carries a token, so that an
// answer that got lost is asked for again without being applied again.
package dynamo
