package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"wegweiser/shared/gateway"
	"wegweiser/shared/local"
	"wegweiser/shared/topology"
	"wegweiser/web"
)

// serving is what the flags of serve say.
type serving struct {
	data   string
	store  string
	listen string
	demo   bool
	quiet  bool
}

func (p *program) serveCommand() *cobra.Command {
	var s serving
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the HTTP API from this machine",
		Long: `Serves the HTTP API on one machine, with all data in one folder. The first start
makes the folder and its keys; ` + topology.EnvPublishableKey + `, ` + topology.EnvSecretKey + ` and
` + topology.EnvAdminKey + ` (name:key,name:key) set other ones. Ctrl-C ends it when the
requests under way are answered.

With --store dynamodb any number of servers and functions share the tables. All
need the same ` + topology.EnvSecretKey + ` or ` + topology.EnvTokenSecret + `, as one answers
for a message what another has decided. Each publishes and counts as the functions
do, for which it reads the stream of the visitors table: beside the rights to the
tables that takes dynamodb:ListStreams, DescribeStream, GetShardIterator and
GetRecords.`,
		Example: `  wegweiser serve --demo
  wegweiser serve --data /var/lib/wegweiser --listen 127.0.0.1:9000`,
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) error { return p.serve(c.Context(), &s) },
	}
	dataFlag(c.Flags(), &s.data)
	storeFlag(c.Flags(), &s.store)
	c.Flags().StringVar(&s.listen, "listen", "127.0.0.1:8080", "address to serve on; port 0 takes any free one")
	c.Flags().BoolVar(&s.demo, "demo", false, "fill an empty folder with the demo shop first")
	c.Flags().BoolVar(&s.quiet, "quiet", false, "log no line for each request")
	return c
}

func (p *program) serve(ctx context.Context, s *serving) (err error) {
	deadline, err := p.deadline()
	if err != nil {
		return err
	}
	listener, err := listen(s.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	store, err := p.openStore(ctx, s.store, s.data)
	if err != nil {
		return err
	}
	defer closing(&err, store.Close)
	stream, err := p.openStream(s.store)
	if err != nil {
		return err
	}
	secrets, err := p.secretsOf(s.store, s.data)
	if err != nil {
		return err
	}
	p.collectLess()
	logs := newLogs(p.stderr, s.quiet)
	defer closing(&err, logs.Close)
	host, err := local.Open(ctx, store, secrets, &local.Options{
		Deadline: deadline, Origins: gateway.OriginsFromEnv(p.lookup), Log: logs.operators, Requests: logs.requests,
		Shared: s.store == dynamoStore, Stream: stream, Trees: map[string]fs.FS{topology.ConsolePath: web.Console()},
	})
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if s.demo {
		err := p.seedDemo(ctx, s.data, host.Service)
		if ctx.Err() != nil {
			return nil // the next start goes on with the demo shop
		}
		if err != nil {
			return err
		}
	}
	url := urlOf(listener.Addr())
	withdraw, err := local.Announce(s.data, url)
	if err != nil {
		return err
	}
	defer closing(&err, withdraw)
	p.greet(ctx, url, s, secrets, host.Service)
	return host.Serve(ctx, listener)
}

// urlOf returns where this machine reaches a listener, one on all addresses too.
func urlOf(address net.Addr) string {
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
	}
	return "http://" + address.String()
}

// How the garbage collector runs while serving: what lives is a few megabytes,
// so that collecting whenever as much is garbage costs a third of the answers.
// Waiting for ten times as much takes some 50 MB, and is bounded by an amount
// that any machine has.
const (
	collectAt    = 1000      // percent
	collectBelow = 120 << 20 // bytes
)

// collectLess sets that, unless the environment says otherwise.
func (p *program) collectLess() {
	if _, set := p.lookup("GOGC"); !set {
		debug.SetGCPercent(collectAt)
	}
	if _, set := p.lookup("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(collectBelow)
	}
}

func (p *program) deadline() (time.Duration, error) {
	text, ok := p.lookup(topology.EnvDeadline)
	if !ok || text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%s must be a duration, such as 150ms", topology.EnvDeadline)
	}
	return d, nil
}

// listen takes the address. Its errors are sentences for the person who
// started the program.
func listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	var port *net.AddrError
	var name *net.DNSError
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken by another program; name a free address with --listen (for make run, LISTEN=), such as 127.0.0.1:0", address)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("this user may not listen on %s; name a port over 1023 with --listen", address)
	case errors.As(err, &port), errors.As(err, &name):
		return nil, usagef("--listen must be an address of this machine and a port, such as 127.0.0.1:8080, not %q", address)
	}
	var system *net.OpError
	if errors.As(err, &system) {
		err = cmp.Or(system.Err, err)
	}
	return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
}
