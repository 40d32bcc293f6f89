package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"wegweiser/shared/gateway"
	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
	"wegweiser/shared/measure/rollup"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
)

// Options of a Host. Every zero field has a default.
type Options struct {
	Clock    func() time.Time // time.Now by default
	Entropy  io.Reader        // of the ids of decisions; the system's by default
	Deadline time.Duration    // of a decision
	Origins  []string         // of web pages that may call; all by default
	// Trees are folders of static files, each served under the path that is its
	// key, such as /console/, whose index is the file index.html.
	Trees map[string]fs.FS
	// Shared says that others may change rows in the store, too.
	Shared bool
	// Stream tells of what is stored, where the store has no journal that does.
	Stream store.Stream
	// Log takes what operators should know, and Requests one line a request;
	// nothing is logged where they are nil.
	Log      *slog.Logger
	Requests *slog.Logger
}

// Host is one store with its use cases and its HTTP API.
type Host struct {
	Service *measure.Service
	Handler http.Handler
	Rollup  *rollup.Rollup // counts what the store tells while the host serves

	store   store.Store
	stream  store.Stream
	shared  bool
	changed chan struct{} // a row may have changed
	clock   func() time.Time
	log     *slog.Logger
}

// Open makes a host of a store, which stays the caller's to close, and loads
// the live snapshot.
func Open(ctx context.Context, s store.Store, secrets *Secrets, o *Options) (*Host, error) {
	if o == nil {
		o = &Options{}
	}
	h := &Host{store: s, stream: o.Stream, shared: o.Shared, changed: make(chan struct{}, 1), clock: o.Clock, log: o.Log}
	if h.clock == nil {
		h.clock = time.Now
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	h.Service = &measure.Service{Service: personalize.New(&telling{s, h.changed}, &personalize.Options{
		Clock: h.clock, Entropy: o.Entropy, HashKey: secrets.HashKey, FormerHashKeys: secrets.FormerHashKeys, TokenSecrets: secrets.TokenSecrets, Deadline: o.Deadline, Parse: parse.Parse, Log: h.log,
		Ranks: true,
	})}
	if err := h.Service.Start(ctx); err != nil {
		return nil, fmt.Errorf("start the service: %w", err)
	}
	h.Rollup = rollup.Of(s, h.Service.Newest, h.clock)
	h.Service.Believer = h.Rollup
	if journal, ok := s.(store.Journal); ok {
		// The journal begins here: from now on, what is stored is in it.
		if _, err := journal.Changes(ctx, 0); err != nil {
			return nil, fmt.Errorf("begin the journal: %w", err)
		}
	}
	files, err := readTrees(o.Trees)
	if err != nil {
		return nil, fmt.Errorf("read the static files: %w", err)
	}
	h.Handler, err = gateway.New(h.Service, &gateway.Options{
		Keys: secrets.Keys, Origins: o.Origins, Log: o.Requests, Clock: h.clock, Files: files,
	})
	return h, err
}

// The patience of the server. A request has to arrive and its answer to leave
// in these times; at the end, requests under way have endingTime to finish.
const (
	headerTime = 5 * time.Second
	bodyTime   = 30 * time.Second
	answerTime = 60 * time.Second
	idleTime   = 2 * time.Minute
	endingTime = 10 * time.Second
	maxHeader  = 64 << 10
)

// Serve answers requests until ctx ends, and does meanwhile what streams and
// schedules do on AWS. Then it takes no new requests, lets those under way
// finish, and returns nil.
func (h *Host) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           h.Handler,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       bodyTime,
		WriteTimeout:      answerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	}
	background, stop := context.WithCancel(ctx)
	var others sync.WaitGroup
	others.Go(func() { h.sweep(background) })
	others.Go(func() { h.publish(background) })
	others.Go(func() { h.count(background) })
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()

	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), endingTime)
		defer cancel()
		if err = server.Shutdown(patience); errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
	}
	stop()
	others.Wait()
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), endingTime)
	defer cancel()
	if unsettled := h.Service.Settle(patience); unsettled != nil {
		h.log.Warn("receipts of the last decisions were not stored", "error", unsettled.Error())
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// sweepEvery is how often the space of what has expired is given back.
const sweepEvery = time.Hour

// sweeper is a store that does not forget by itself.
type sweeper interface {
	Sweep(ctx context.Context, now journey.Millis) (removed int, err error)
}

func (h *Host) sweep(ctx context.Context) {
	s, ok := h.store.(sweeper)
	if !ok {
		return
	}
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		removed, err := s.Sweep(ctx, journey.At(h.clock()))
		switch {
		case err != nil && ctx.Err() == nil:
			h.log.Warn("what has expired was not removed", "error", err.Error())
		case removed > 0:
			h.log.Info("removed what has expired", "touchpoints", removed)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
