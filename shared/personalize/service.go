// Package personalize holds the use cases: it loads what a decision needs in
// one round trip, calls the pure core, and records what must be kept. It knows
// no protocol and no backend; the gateway serves it over HTTP, the client has
// the same methods over the wire.
//
// # Consent
//
// Whether a call may use what is known of a visitor is decided in this order:
// the call's own consent, the Sec-GPC header (a refusal), what is stored, and
// the setting. Where the call alone refuses, nothing of the visitor is read or
// written. Recording touchpoints needs the purpose personalization or
// measurement, a personal decision needs personalization, and an item that names
// a purpose needs that besides. Where the setting asks for no consent, every
// purpose counts as granted.
//
// # What would be
//
// DryRun and Preview decide with any snapshot, also with the draft, on what is
// stored, and write nothing. What they say of a draft is what Decide answers
// once it is live, to a call that names the same moment: what is hypothetical
// draws ranked choices by the visitor and the moment, and what is not by its own
// id. What a dry run says of recorded decisions is what the draft makes of what
// they were made from. Whatever reads all visitors or all receipts answers in
// pages (Walk, WalkDecisions).
//
// # Faults of the store
//
// A decision is never failed by the store: it answers from the snapshot in
// memory, says Degraded, and hands back what was not stored. Every other call
// answers with an Unavailable error.
package personalize

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// DefaultDeadline bounds a decision from its start to its answer.
const DefaultDeadline = 150 * time.Millisecond

// Options are what a Service may be told. Every zero field has a default.
type Options struct {
	// Clock is the time of day; time.Now by default.
	Clock func() time.Time
	// Entropy is where ids come from; the system's random source by default.
	Entropy io.Reader
	// HashKey keys the hash of a visitor's id that decision ids carry, so that
	// the id cannot be guessed from them. Functions of one deployment share it.
	HashKey []byte
	// FormerHashKeys are those that HashKey replaced. Receipts that were sealed
	// under them are still read, and messages that were decided under them are
	// answered and sent as before.
	FormerHashKeys [][]byte
	// TokenSecrets sign the tokens of shown items: the first signs new ones, all
	// verify. Without any, items have no tokens and feedback is refused.
	TokenSecrets [][]byte
	// Deadline bounds a decision; two thirds of it are the store's share.
	Deadline time.Duration
	// Ranks says that decisions are made here: rules that rank do so by the
	// newest statistics, which are read beside decisions and never waited for.
	Ranks bool
	// Parse reads conditions. Only programs where configuration is edited set
	// it; without it, every condition of a draft is an error.
	Parse snapshot.Parser
	// Log takes what operators should know; nothing personal is written.
	Log *slog.Logger
}

// Service is the use cases on one store. It is safe for concurrent use.
type Service struct {
	store    store.Store
	spent    spentBudgets
	clock    func() time.Time
	owners   *sync.Pool   // of *mac: keyed hashes of visitors
	former   []*sync.Pool // the same, of the keys that were replaced
	tokens   *itemTokens
	deadline time.Duration
	parse    snapshot.Parser
	log      *slog.Logger
	ranks    bool
	live     live
	drafted  atomic.Pointer[drafted]
	receipts *receipts
	walked   atomic.Pointer[statistics] // by which the last page of a dry run ranked

	entropyLock sync.Mutex
	entropy     io.Reader
}

// New returns a Service on s. Call Start before the first request.
func New(s store.Store, o *Options) *Service {
	if o == nil {
		o = &Options{}
	}
	service := &Service{
		store: s, clock: o.Clock, owners: macsOf(o.HashKey), tokens: newItemTokens(o.TokenSecrets), deadline: o.Deadline,
		parse: o.Parse, log: o.Log, entropy: o.Entropy, ranks: o.Ranks,
		live: live{builtin: sync.OnceValues(snapshot.Builtin)},
	}
	if service.clock == nil {
		service.clock = time.Now
	}
	if service.entropy == nil {
		service.entropy = bufio.NewReader(rand.Reader)
	}
	if service.deadline <= 0 {
		service.deadline = DefaultDeadline
	}
	if service.log == nil {
		service.log = slog.New(slog.DiscardHandler)
	}
	for _, key := range o.FormerHashKeys {
		service.former = append(service.former, macsOf(key))
	}
	service.receipts = newReceipts(s, append([][]byte{o.HashKey}, o.FormerHashKeys...), service.log)
	return service
}

// Start loads the live snapshot, or takes the built-in one where none was
// published. A store that does not answer is no error: the built-in snapshot
// serves until it does, and Health says so.
func (s *Service) Start(ctx context.Context) error {
	now := s.clock()
	first, err := s.loadFirst(ctx)
	seen := err == nil
	if !seen {
		s.log.Warn("configuration was not loaded", "error", err.Error())
		builtin, err := s.live.builtin()
		if err != nil {
			return err
		}
		first = &known{snapshot: builtin}
	}
	first.at, first.seen = now, seen
	s.live.current.Store(first)
	return nil
}

func (s *Service) now() journey.Millis { return journey.At(s.clock()) }

func unavailable(attempt string, err error) error {
	return &Error{
		Kind: Unavailable, Code: "store_unavailable",
		Message: attempt + " failed because the store does not answer; try again in a moment", Err: err,
	}
}

// warn tells operators that the store did not do what was asked. That a caller
// did not wait for it is none of the store's faults.
func (s *Service) warn(message string, err error) {
	if !errors.Is(err, context.Canceled) {
		s.log.Warn(message, "error", err.Error())
	}
}

// isTimeout tells a store that was too slow from one that failed.
func isTimeout(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
