// Package ingest turns files of events into touchpoints, and logs of decisions
// into choices: CSV and JSON Lines, plain or gzip, whatever their columns are
// called.
//
// # Mapping files
//
// A mapping file, in YAML, says what becomes of a row:
//
//	format: csv                      # or jsonl; where absent, the file's first byte tells
//	visitor: "{user_id}"
//	id: "{hash}-{repeat}"
//	at: {from: "{timestamp}", format: YYYY-MM-DD hh:mm:ss, zone: Europe/Vienna}
//	type:
//	  from: "{event}"
//	  values: {catalog: page_view, add_to_cart: cart_add, error_page: drop}
//	channel: web
//
// A text is a template: {name} stands for the column of that name, and in JSON
// for the field of that name, or path of names joined by dots. A template is
// empty as a whole where one of its columns is. {row} is the number of the row
// in the file, {index} that of the member with each, both from 1; {hash}
// stands for the row's content; {repeat} counts, from 1, the rows that would
// otherwise share a visitor and an id. An id of columns, {hash} and {repeat}
// is the same whatever the order of rows, so a file may be imported again in
// any order; one with {row} asks for the same file.
//
// Every field is a template, a table, or cases:
//
//	type: {from: "{event}", values: {view: product_view}, other: drop}
//	type:
//	  - when: {column: InvoiceNo, matches: ^C}
//	    is: return
//	  - is: purchase
//
// A table without other refuses the values that it does not list; drop, in a
// table or as a case's result, leaves the row out. Of cases the first that
// holds counts; without one the field is empty.
//
// The keys: format, delimiter and decimal (of CSV), each, keep, drop, merge,
// consent, and the fields visitor, id, type, channel, at, source, item,
// category, campaign, value, trust (imported where absent) and props.
//
//   - at has from, format (RFC3339, unix_s, unix_ms, or a pattern of YYYY, MM,
//     M, MMM, DD, D, hh, h, mm, ss, SSS, AM and ZZ) and zone (UTC where absent).
//   - value has amount, a template or a list of them that are multiplied, and
//     currency.
//   - keep and drop are lists of conditions on a column: is, in, matches,
//     empty, above, below, at_least, at_most. A row must meet all of keep and
//     none of drop.
//   - each names a list within a JSON line whose members are the rows; the
//     line's own fields are then parent.<name>.
//   - merge: true makes one touchpoint of all rows with one visitor and id (the
//     lines of an order): the earliest time, the sum of the values, and the
//     first row's other fields. With each, all rows of one line.
//   - consent is the consent that the file's visitors gave, where the
//     workspace asks for one with every call.
//
// # Logs of decisions
//
// A log of decisions becomes choices, for package replay/logged: LoadChoices
// reads its mapping, which has format, delimiter, decimal, each, keep and drop as
// above, and the fields decision, visitor, at, place, position, item, probability,
// reward, candidates, phase, standing and context, a list of keys with their
// texts, or one text that is a JSON object. Item and reward are needed. Without a mapping the columns
// are called as the fields are, and those of the context context.<key>.
// Candidates are names with | between them, or a JSON list.
//
// # Memory
//
// A file is read as a stream. {repeat} keeps a few bytes a row, and merge
// without each keeps every touchpoint until the end of the file.
package ingest
