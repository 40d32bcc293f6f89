// Package tables holds the configuration as marketers write it: rows of
// tables, what each column may hold, and the two text forms, JSON and CSV,
// that carry rows without losing anything.
//
// # From text to meaning
//
// Text is read into a [Set]: the rows of each table with their cells. Reading
// finds only what is wrong with the text itself. [Set.Decode] then gives a
// [Workspace], the same rows as Go types with every default filled in, and
// every [Problem] of every cell at once. What one row says about another (a
// fallback that is not an item) is not looked at here; a snapshot's compiler
// does that.
//
// # Cells
//
// Tables and [Table.Column] are the one description of tables and columns:
// the codecs, the checks, forms and documentation read it. Whatever text a
// cell came from, it has one form in a Set: text, a number, true or false, or
// a list of texts or of numbers. An empty cell is left out and means any, or
// the column's default. Equal rows are therefore equal bytes in every codec.
//
// # Presets
//
// A workspace picks a phase model by containing its rows. [Preset] gives the
// rows of the shipped models, to be copied into a workspace. [Builtin] is what
// serves where nothing was ever published, and what stands in for phases or
// signals where a workspace has no row of them.
package tables
