// Package dynamo keeps the data of Wegweiser in Amazon DynamoDB. It is a
// store.Store over the tables of package topology.
//
// # Visitors
//
// All that is known of a visitor has one partition key. The local index
// "recent" sorts the touchpoints by time and id, and the counters and the
// profile behind them, and holds only what a decision reads: one Query, newest
// first, returns the profile, the counters and the window, whatever else the
// visitor did. Touchpoints of machines have no place in the index.
//
//	k             r                     holds
//	t#hash(id)    moment                p deciding fields, x expiry, b the rest
//	t#hash(id)    (none: a machine's)   the same, and the moment as m
//	profile       after every moment    p the profile, n its number
//	counters      before the profile    p a random version, the counters
//
// # Receipts
//
//	v       k                            holds
//	owner   d#id                         b a receipt, x expiry
//	owner   m#hash(message)#placement    b a result, d its decision, x expiry; of one
//	                                     that holds something g what, e when it ends
//
// # Statistics
//
//	v              k                   holds
//	budget#item    a period's name     n how many are taken, x expiry; g how many of
//	                                   them are held, h_… until which hour, u_… names
//	cell#name      a period's name     c_… counts, f_… up to where each feed is added, x expiry
//	summary        head                s the version of the newest summary, t its time
//	summary        whole               the same, and b the summary
//
// # Configuration
//
//	table          id                 holds
//	items          sofa-guide         a row: one attribute a column
//	snapshot#id    0000, 0001, …      b at most 256 KB each
//	snapshot#id    manifest           c how many chunks; written last
//	release        live               the live release and its number n
//	release        start              that again, and its snapshot b where it is one chunk
//	release        n000…              each release by its number
//	memo           a name             b a small value beside the rows
//
// People edit rows here by hand, as in the AWS console: under the name of the
// config table and the row's id, with a text, a number, true or false, or a
// list for a cell. What they type is read as the text of a CSV file is, so 7 as
// text and a|b for a list will do. An attribute that starts with _ is no column:
// _author, _at and _version tell of the last edit through the store, and count
// only while the columns are what it wrote.
//
// # Exactness
//
// A touchpoint is one conditional put. A milestone and its profile are one
// transaction that expects the profile at the number that was read, and so is
// every other change of a profile: a transaction carries a token, so that an
// answer that got lost is asked for again without being applied again.
//
// Counters are changed by one conditional put, which expects the version that
// was read and brings back the item where that is not so. Half the price of a
// transaction, it has no token: where an answer was lost, the random version
// tells whether what is there is our own; if somebody else has written since,
// nobody knows, and the call fails rather than count twice.
//
// A budget is claimed, and held, by one conditional update, which is not asked
// again where its answer was lost. What has run out is freed by whoever is
// refused, on the condition that it is as the refusal showed it. What was sent is
// taken from its result and from the budget in one transaction. A cell is added to by one update on the condition that
// its feed was not added that far. Results are put as touchpoints are, several of them in one
// transaction; the decision that each names tells whose they are.
//
// An edit of rows is one transaction. Where it expects a version, the row is
// read first, and every attribute that was read must still be there with its
// value: a direct change is not overwritten.
package dynamo
