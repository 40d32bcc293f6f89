// Package storetest is the contract of package store as a test suite. Every
// backend runs all of it:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) store.Store { … })
//	}
//
// A member of the suite is one claim about any store. The suite itself is
// tested against stores that are broken on purpose, each of which a member must
// catch; a bug that a store once had becomes a member.
package storetest

import (
	"slices"
	"testing"

	"wegweiser/shared/store"
)

// Run runs the suite. open returns an empty store, a new one each time, and
// closes it when its test ends. Members run in parallel.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, m := range members() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			m.run(&check{T: t, Store: open(t)})
		})
	}
}

// Isolated checks that two stores share nothing: for two workspaces in the
// same tables.
func Isolated(t *testing.T, a, b store.Store) {
	isolated(&check{T: t, Store: a}, &check{T: t, Store: b})
}

// T is what a member needs of a *testing.T.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// member is one claim about any store.
type member struct {
	name string
	run  func(*check)
}

func members() []member {
	return slices.Concat(historyMembers(), expiryMembers(), appendMembers(), raceMembers(),
		profileMembers(), counterMembers(), readingMembers(), rowMembers(), cellMembers(), releaseMembers(), memoMembers(), budgetMembers(), holdMembers(), modelMembers(), receiptMembers(), resultMembers(), statisticMembers(), summaryMembers(), contextMembers())
}

// check is a store under test.
type check struct {
	T
	store.Store
}
