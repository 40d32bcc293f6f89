// Package personalize holds the use cases: it loads what a decision needs in
// one round trip, calls the pure core, and records what must be kept. It knows
// no protocol and no backend.
package personalize
