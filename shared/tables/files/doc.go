// Package files reads and writes config rows as a folder of files, one a
// table: <table>.yaml or .yml, .json, or .csv. One text holds a table too, or
// several of them.
//
// # YAML
//
// A file is a list of rows, each with its id, or a mapping from ids to rows:
//
//	# placements.yaml
//	- id: home-hero
//	  kind: content
//	  fallback: welcome
//
// A cell is text, a number, true or false, or a list of these. Text that YAML
// would read as something else stands in quotes: channel: "*". What YAML has
// beyond that (anchors, tags, several documents) is refused with its place.
//
// A document of several tables is a mapping from their names to their rows.
//
// # JSON and CSV
//
// As package tables reads and writes them. CSV is always one table.
package files
