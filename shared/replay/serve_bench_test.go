package replay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/replay"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

const (
	loadConnections = 32
	loadDuration    = time.Second
	loadTurns       = 8
	secretKey       = "sk_bench"
)

// BenchmarkServe asks one process for decisions over HTTP from another, with
// receipts and without them, beside an empty handler on the same path. They are
// asked in turns, the first of which does not count, so that what else the
// machine does falls on all; the figures are medians.
func BenchmarkServe(b *testing.B) {
	programs := b.TempDir()
	wegweiser := build(b, programs, "wegweiser/cmd/wegweiser")
	empty := build(b, programs, "wegweiser/shared/replay/testdata/empty")

	const visitors = 1000
	data, withReceipts := filepath.Join(b.TempDir(), "data"), filepath.Join(b.TempDir(), "receipts")
	fill(b, data, visitors, 40, 0)
	fill(b, withReceipts, visitors, 40, 1)
	header := http.Header{"Authorization": {"Bearer " + secretKey}, "Content-Type": {"application/json"}}
	requests := make([][]byte, visitors)
	for i := range requests {
		body := fmt.Sprintf(`{"visitor":%q,"placements":["home-hero"]}`, visitor(i))
		requests[i] = replay.Post("/v1/decisions", header, []byte(body))
	}
	servers := []*loaded{
		{name: "empty", command: []string{empty}},
		{name: "decide", command: []string{wegweiser, "serve", "--data", data, "--listen"}},
		{name: "receipts", command: []string{wegweiser, "serve", "--data", withReceipts, "--listen"}},
	}
	for _, s := range servers {
		addr, _ := serve(b, s.command)
		s.load = replay.Load{
			Addr: addr, Connections: loadConnections, Duration: loadDuration,
			Request: func(connection, n int) []byte { return requests[(connection*31+n)%visitors] },
		}
	}
	for turn := range loadTurns + 1 {
		for _, s := range servers {
			s.run(b, turn > 0)
		}
	}
	for _, s := range servers {
		b.Run(s.name, func(b *testing.B) {
			for b.Loop() { // it was measured in turns
			}
			b.ReportMetric(median(s.perSecond), "answers/s")
			b.ReportMetric(median(s.p99), "p99-ns")
			b.ReportMetric(median(s.p50), "p50-ns")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// loaded is a server with what it did under load.
type loaded struct {
	name                string
	command             []string
	load                replay.Load
	perSecond, p50, p99 []float64
}

func (s *loaded) run(b *testing.B, counts bool) {
	figures, err := s.load.Run(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if figures.Refused > 0 {
		b.Fatalf("%d of %d requests were refused", figures.Refused, figures.Answers+figures.Refused)
	}
	if counts {
		s.perSecond = append(s.perSecond, figures.PerSecond)
		s.p50 = append(s.p50, float64(figures.P50))
		s.p99 = append(s.p99, float64(figures.P99))
	}
}

func median(of []float64) float64 { return slices.Sorted(slices.Values(of))[len(of)/2] }

// BenchmarkServeMemory is what a server with many visitors on disk holds for
// itself after it has answered for each of them.
func BenchmarkServeMemory(b *testing.B) {
	const visitors = 100_000
	wegweiser := build(b, b.TempDir(), "wegweiser/cmd/wegweiser")
	data := filepath.Join(b.TempDir(), "data")
	fill(b, data, visitors, 5, 0)
	header := http.Header{"Authorization": {"Bearer " + secretKey}}
	addr, pid := serve(b, []string{wegweiser, "serve", "--data", data, "--listen"})
	load := replay.Load{
		Addr: addr, Connections: loadConnections, Duration: 4 * loadDuration,
		Request: func(connection, n int) []byte {
			body := fmt.Sprintf(`{"visitor":%q,"placements":["home-hero"]}`, visitor((n*loadConnections+connection)%visitors))
			return replay.Post("/v1/decisions", header, []byte(body))
		},
	}
	for b.Loop() {
		if _, err := load.Run(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(anonymousBytes(b, pid), "anonymous-bytes")
	b.ReportMetric(0, "ns/op")
}

func build(b *testing.B, dir, pkg string) string {
	b.Helper()
	program := filepath.Join(dir, filepath.Base(pkg))
	if out, err := exec.Command("go", "build", "-o", program, pkg).CombinedOutput(); err != nil {
		b.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	return program
}

func visitor(i int) string { return fmt.Sprintf("v_%026d", i) }

// fill makes a store of visitors with some touchpoints each and a small shop
// that keeps receipts of a share of its decisions.
func fill(b *testing.B, data string, visitors, touchpoints int, receipts float64) {
	b.Helper()
	s, err := embedded.Open(data)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	publish(b, s, receipts)
	types := []string{"page_view", "product_view", "search", "compare", "cart_add", "email_click"}
	now := journey.At(time.Now())
	var batch []store.Recording
	for i := range visitors {
		for j := range touchpoints {
			batch = append(batch, store.Recording{
				Touchpoint: journey.Touchpoint{
					ID: fmt.Sprintf("e_%026d", j), Visitor: visitor(i), Type: types[j%len(types)], Channel: "web",
					Item: "sofa-" + strconv.Itoa(j%9), At: now.Add(-time.Duration(j) * time.Hour),
				},
				Expires: now.Add(400 * 24 * time.Hour),
			})
		}
		if len(batch) >= 10_000 || i == visitors-1 {
			if _, err := s.Append(context.Background(), now, batch); err != nil {
				b.Fatal(err)
			}
			batch = batch[:0]
		}
	}
}

func publish(b *testing.B, s store.Store, receipts float64) {
	b.Helper()
	ctx := context.Background()
	service := personalize.New(s, &personalize.Options{Parse: parse.Parse})
	if err := service.Start(ctx); err != nil {
		b.Fatal(err)
	}
	var edits personalize.ConfigEdits
	if err := json.Unmarshal(fmt.Appendf(nil, `{"rows":[
	 {"table":"settings","row":{"id":"receipt_sample","value":%g}},
	 {"table":"placements","row":{"id":"home-hero","kind":"content","fallback":"welcome"}},
	 {"table":"items","row":{"id":"welcome","kind":"content","content.title":"Welcome"}},
	 {"table":"items","row":{"id":"guide","kind":"content","content.title":"How to choose a sofa"}},
	 {"table":"rules","row":{"id":"researching","order":1,"placements":["home-hero"],"phases":["consideration"],"items":["guide"]}}]}`, receipts), &edits); err != nil {
		b.Fatal(err)
	}
	caller := personalize.Caller{Key: personalize.Admin, Name: "bench"}
	if _, err := service.EditConfig(ctx, caller, edits); err != nil {
		b.Fatal(err)
	}
	if _, err := service.PublishConfig(ctx, caller, service.Health(ctx).Snapshot, personalize.PublishRequest{}); err != nil {
		b.Fatal(err)
	}
}

// serve starts a program on a free port, which comes as its last argument, and
// stops it when the benchmark ends.
func serve(b *testing.B, command []string) (addr string, pid int) {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr = listener.Addr().String()
	listener.Close()
	process := exec.Command(command[0], append(command[1:], addr)...)
	process.Env = append(os.Environ(),
		"WEGWEISER_SECRET_KEY="+secretKey, "WEGWEISER_PUBLISHABLE_KEY=pk_bench", "WEGWEISER_ADMIN_KEY=ada:ak_bench")
	if err := process.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = process.Process.Signal(syscall.SIGTERM)
		_ = process.Wait()
	})
	for range 200 {
		if answer, err := http.Get("http://" + addr + "/v1/health"); err == nil {
			answer.Body.Close()
			return addr, process.Process.Pid
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.Fatalf("%s does not answer on %s", command[0], addr)
	return "", 0
}

// anonymousBytes is the memory of a process that no file backs.
func anonymousBytes(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kilobytes, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			if err != nil {
				b.Fatal(err)
			}
			return kilobytes * 1024
		}
	}
	b.Fatal("the kernel does not say RssAnon")
	return 0
}
