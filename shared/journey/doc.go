// Package journey holds the vocabulary of Wegweiser as types: visitors, their
// touchpoints, the profile that is kept beside them, and the limits that each
// must keep. Every other package speaks these words; this one imports none of
// ours.
//
// # Time
//
// Every time is UTC and exact to the millisecond. Where many are compared they
// are kept as Millis, milliseconds since 1970-01-01T00:00:00Z.
//
// # What a decision reads
//
// A Touchpoint is what a sender gives us. A Trace is the part of it that
// phases and conditions read; a History is a profile with the newest traces up
// to a moment, and is all that a store returns to a decision.
package journey
