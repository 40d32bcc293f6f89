// Package pack turns what a store keeps of a visitor into compact bytes and
// back: the keys by which touchpoints are found and sorted, their deciding
// fields (journey.Trace), the rest of them, and profiles. Both backends keep
// these same bytes, so that a decision reads little and what one wrote the
// other can read.
//
// Every value starts with the version of its format. Reading never fails
// halfway into wrong data: bytes that are cut short or of a later version are
// ErrCorrupt.
package pack
