package personalize

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize/receipt"
	"wegweiser/shared/rank"
	"wegweiser/shared/rule"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// Receipts are written beside answers: as many as came while the ones before
// them were stored go together. Of more than waitingReceipts, those that come
// are not kept, and what is not stored within receiptsWithin is not waited for.
const (
	waitingReceipts = 8192
	receiptsAtOnce  = 2048
	receiptsWithin  = 2 * time.Second
)

// receipts writes what decisions were made from.
type receipts struct {
	store store.Receipts
	seals []*receipt.Seal // the first closes, all open
	log   *slog.Logger

	lock    sync.Mutex
	waiting []store.Receipt
	lost    int           // since the last time that somebody was told
	idle    chan struct{} // closed once nothing waits; nil while nothing does
}

func newReceipts(s store.Receipts, keys [][]byte, log *slog.Logger) *receipts {
	r := &receipts{store: s, log: log}
	for _, key := range keys {
		r.seals = append(r.seals, receipt.NewSeal(key))
	}
	return r
}

// put takes a receipt to be stored soon, and does not wait for it.
func (r *receipts) put(one store.Receipt) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if len(r.waiting) >= waitingReceipts {
		r.lost++
		return
	}
	if r.waiting = append(r.waiting, one); r.idle == nil {
		r.idle = make(chan struct{})
		go r.write()
	}
}

// write stores what waits until nothing does.
func (r *receipts) write() {
	for {
		some, lost := r.next()
		if lost > 0 {
			r.log.Warn("receipts of decisions were not kept because too many waited", "receipts", lost)
		}
		if some == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), receiptsWithin)
		if err := r.store.PutReceipts(ctx, some); err != nil {
			r.log.Warn("receipts of decisions were not all stored", "receipts", len(some), "error", err.Error())
		}
		cancel()
	}
}

func (r *receipts) next() (some []store.Receipt, lost int) {
	r.lock.Lock()
	defer r.lock.Unlock()
	lost, r.lost = r.lost, 0
	count := min(len(r.waiting), receiptsAtOnce)
	if count == 0 {
		close(r.idle)
		r.idle, r.waiting = nil, nil
		return nil, lost
	}
	some, r.waiting = r.waiting[:count:count], r.waiting[count:]
	return some, lost
}

// Settle returns once the receipts of all decisions that were answered are
// stored, as far as they can be, or ctx ends.
func (s *Service) Settle(ctx context.Context) error {
	s.receipts.lock.Lock()
	idle := s.receipts.idle
	s.receipts.lock.Unlock()
	if idle == nil {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// keep has the receipt of a decision written: of those that are real, and of
// visitors of whom something may be kept.
func (d *deciding) keep(decision *Decision) {
	by := d.live.snapshot
	settings := by.Settings()
	if d.pretend || !d.mayKeep || !sampled(d.id, settings.ReceiptSample) {
		return
	}
	key, ok := receiptKeyOf(d.id)
	if !ok {
		return
	}
	made := &receipt.Receipt{
		Snapshot: decision.Snapshot, Visitor: d.visitor, Degraded: decision.Degraded,
		Context:   by.Kept(d.request.Context),
		Consulted: by.Consulted(d.in, &d.out, false),
		Input:     *d.in,
	}
	made.Input.History = decisive(d.in, settings.Traits)
	answer, err := json.Marshal(canonical(made, &d.out))
	if err != nil {
		d.s.warn("a receipt was not kept", err)
		return
	}
	made.Answer = receipt.DigestOf(answer)
	body := receipt.Pack(made, by, d.id)
	if len(body)+receipt.SealBytes > receipt.Most {
		body = receipt.Pack(made.Leaner(by, by.Consulted(d.in, &d.out, true)), by, d.id)
	}
	body = d.s.receipts.seals[0].Close(body, d.id)
	if len(body) > store.MaxReceiptBytes {
		d.s.log.Warn("a receipt was not kept because it is too large", "bytes", len(body))
		return
	}
	d.s.receipts.put(store.Receipt{ReceiptKey: key, Body: body, Expires: d.now.Add(settings.RetentionReceipts)})
}

// decisive returns what a decision read of a history: nothing where it was not
// personal, and of the traits those that are declared.
func decisive(in *snapshot.Input, declared map[string]rule.Type) *journey.History {
	if in.History == nil || in.Withheld != "" {
		return nil
	}
	history := *in.History
	history.Profile.Traits = maps.Clone(history.Profile.Traits)
	maps.DeleteFunc(history.Profile.Traits, func(name string, _ any) bool { _, is := declared[name]; return !is })
	return &history
}

// sampled reports whether a decision is among the share of which receipts are
// kept, by its id.
func sampled(decision string, share float64) bool {
	const salt = 0x726563656970740a
	return float64(rank.Seed(rank.Hash(decision), salt)>>11)/(1<<53) < share
}

// receiptKeyOf returns the key that a decision id carries, and whether it is
// such an id.
func receiptKeyOf(decision string) (store.ReceiptKey, bool) {
	id, ok := strings.CutPrefix(decision, decisionPrefix)
	if !ok || len(decision) != decisionLength || id[ulid.EncodedSize] != '_' {
		return store.ReceiptKey{}, false
	}
	key := store.ReceiptKey{ID: id[:ulid.EncodedSize], Owner: id[ulid.EncodedSize+1:]}
	read, err := ulid.ParseStrict(key.ID)
	return key, err == nil && read.String() == key.ID && strings.Trim(key.Owner, "0123456789abcdef") == ""
}

// Canonical is what a decision answered, without what each answer has of its
// own: its id, tokens, and what became of the touchpoints sent along. That of a
// decision and that of its replay are the same to the byte.
type Canonical struct {
	Visitor    string                         `json:"visitor"`
	Snapshot   string                         `json:"snapshot"`
	At         journey.Millis                 `json:"at"`
	Personal   bool                           `json:"personal"`
	Phase      *Phase                         `json:"phase"`
	Placements map[string]*snapshot.Placement `json:"placements"`
	Degraded   string                         `json:"degraded,omitempty"`
}

func canonical(made *receipt.Receipt, out *snapshot.Answer) *Canonical {
	c := &Canonical{
		Visitor: made.Visitor, Snapshot: made.Snapshot, At: made.Input.At, Personal: made.Input.Withheld == "",
		Phase: phaseOf(out.Phase), Degraded: made.Degraded,
		Placements: make(map[string]*snapshot.Placement, len(out.Placements)),
	}
	for i := range out.Placements {
		p := out.Placements[i]
		p.Items = slices.Clone(p.Items)
		for k := range p.Items {
			p.Items[k].Token = ""
		}
		c.Placements[p.Name] = &p
	}
	return c
}
