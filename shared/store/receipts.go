package store

import (
	"context"
	"fmt"
	"iter"

	"wegweiser/shared/journey"
)

// Receipts keeps what decisions were made from, and what messages were
// answered with. Both belong to the keyed hash of a visitor's id, so that who
// reads the table alone cannot tell whose they are.
type Receipts interface {
	// PutReceipts stores receipts, each by itself and all at the same time. Of
	// two with one key the last counts, though a decision has only one. The
	// error is the first failure; which of the others are stored is not said.
	// ErrInvalid: a key is none, or a body is over MaxReceiptBytes.
	PutReceipts(ctx context.Context, receipts []Receipt) error

	// Receipt returns the receipt of a decision, or ErrNotFound where there is
	// none or it is expired at now. It reads consistently.
	Receipt(ctx context.Context, key ReceiptKey, now journey.Millis) (Receipt, error)

	// ReceiptsOf yields the receipts of one owner that are not expired at now,
	// by id from the last to the first: with ULIDs, newest first. It reads
	// consistently. An error is the last thing that an iterator yields.
	ReceiptsOf(ctx context.Context, owner string, now journey.Millis) iter.Seq2[Receipt, error]

	// AllReceipts yields every receipt that is not expired at now and stands
	// behind after, once. The order is the store's own and the same at each
	// call, and every key has its place in it, stored or not: whoever stops at
	// one goes on behind it. After the zero key come all. It reads the table
	// from there on, as Visitors.All does. ErrInvalid: after is no key.
	AllReceipts(ctx context.Context, after ReceiptKey, now journey.Millis) iter.Seq2[Receipt, error]

	// PutResults stores what the placements of a message are answered with, all
	// where there is nothing for any of them yet, and returns nil. Otherwise it
	// stores nothing and returns those that are there, for the caller to answer
	// with: of any number of calls at once exactly one stores its own. What is
	// expired at now counts as absent. Results of the same decision are the
	// caller's own: putting them again changes nothing and returns nil, so that
	// it may be asked again after ErrUnavailable.
	//
	// It costs one write for one placement and a transaction, twice the price,
	// for more, and no read. ErrInvalid: more than MaxResults, none, two for one
	// placement, a key is none, or a body is over MaxResultBytes.
	PutResults(ctx context.Context, now journey.Millis, m Message, results []Result) ([]Result, error)

	// Results returns what is stored for a message and not expired at now, in
	// order of placement: one read whatever the number of placements. It reads
	// consistently.
	Results(ctx context.Context, m Message, now journey.Millis) ([]Result, error)
}

// Limits of receipts and results.
const (
	MaxReceiptBytes = 32 << 10
	MaxResultBytes  = 16 << 10
	MaxResults      = 50 // in one call
)

// ReceiptKey is that of a decision: its id has both parts.
type ReceiptKey struct {
	Owner string // the keyed hash of the visitor
	ID    string // a ULID
}

// Receipt is what a decision was made from, as its maker packs it.
type Receipt struct {
	ReceiptKey
	Body []byte
	// Expires is the first moment at which the receipt is gone, cut to the
	// second. Zero: never.
	Expires journey.Millis
}

// Message is one message to one visitor.
type Message struct {
	Owner string // as in ReceiptKey
	ID    string // of the message
}

// Result is what one placement of a message is answered with.
type Result struct {
	Placement string
	Decision  string // the decision that it came from; each attempt has its own
	Body      []byte
	Expires   journey.Millis // as in Receipt
	// Holds are what is held of budgets for this result, for Commit to find
	// also when the result itself is expired. A result that is put later in its
	// place takes them from it. At most MaxHolds, each of another budget.
	Holds []Hold
}

// CheckReceiptKey returns ErrInvalid around what is wrong with a key.
func CheckReceiptKey(k ReceiptKey) error {
	if err := checkID("owner", k.Owner); err != nil {
		return err
	}
	return checkID("id", k.ID)
}

// CheckReceipts returns ErrInvalid around what is wrong with receipts.
func CheckReceipts(receipts []Receipt) error {
	for i := range receipts {
		r := &receipts[i]
		if err := CheckReceiptKey(r.ReceiptKey); err != nil {
			return err
		}
		if len(r.Body) > MaxReceiptBytes {
			return fmt.Errorf("%w: receipt %s has %d bytes; it may have %d", ErrInvalid, r.ID, len(r.Body), MaxReceiptBytes)
		}
	}
	return nil
}

// CheckOwner returns ErrInvalid around what is wrong with an owner.
func CheckOwner(owner string) error { return checkID("owner", owner) }

// CheckMessage returns ErrInvalid around what is wrong with a message's key.
func CheckMessage(m Message) error {
	if err := CheckOwner(m.Owner); err != nil {
		return err
	}
	return checkID("message", m.ID)
}

// CheckResults returns ErrInvalid around what is wrong with the results of a
// call.
func CheckResults(m Message, results []Result) error {
	if err := CheckMessage(m); err != nil {
		return err
	}
	if len(results) < 1 || len(results) > MaxResults {
		return fmt.Errorf("%w: a message has 1 to %d results at once, not %d", ErrInvalid, MaxResults, len(results))
	}
	seen := make(map[string]bool, len(results))
	for i := range results {
		r := &results[i]
		if err := checkID("placement", r.Placement); err != nil {
			return err
		}
		if err := checkID("decision", r.Decision); err != nil {
			return err
		}
		if len(r.Body) > MaxResultBytes {
			return fmt.Errorf("%w: the result for %s has %d bytes; it may have %d", ErrInvalid, r.Placement, len(r.Body), MaxResultBytes)
		}
		if seen[r.Placement] {
			return fmt.Errorf("%w: two results for %s", ErrInvalid, r.Placement)
		}
		seen[r.Placement] = true
		if err := CheckHolds(r.Holds); err != nil {
			return err
		}
	}
	return nil
}

// Others returns nil where what is there for a message is of the decision whose
// results are put, and what is there otherwise. Backends call it before they
// refuse to put results.
func Others(there, put []Result) []Result {
	for i := range there {
		if there[i].Decision != put[0].Decision {
			return there
		}
	}
	return nil
}
