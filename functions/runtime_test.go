package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience bounds everything that a test waits for. Nothing takes that long
// unless it is broken.
const patience = 30 * time.Second

// environment is one execution environment of Lambda: a process of the
// function, and the Runtime API that it polls for events, one at a time.
type environment struct {
	process *exec.Cmd
	server  *httptest.Server
	output  lockedBuffer

	ready     chan struct{} // closed by the first poll
	readyOnce sync.Once
	started   time.Time
	readyIn   time.Duration

	events  chan invocation
	answers chan answer
	exited  chan error
	served  int
	within  time.Duration // that an answer may take

	extension *extension
}

type invocation struct {
	id    string
	event []byte
}

// answer is what a function said to an event, or how it failed.
type answer struct {
	body   []byte
	failed bool
}

const apiVersion = "/2018-06-01/runtime/"

// start runs binary as Lambda does. variables are added to an environment that
// holds nothing of this process's own.
func start(tb testing.TB, binary string, variables ...string) *environment {
	tb.Helper()
	e := &environment{
		ready: make(chan struct{}), events: make(chan invocation),
		answers: make(chan answer, 1), exited: make(chan error, 1), within: 10 * time.Second,
	}
	api := http.NewServeMux()
	api.HandleFunc("GET "+apiVersion+"invocation/next", e.next)
	api.HandleFunc("POST "+apiVersion+"invocation/{id}/response", e.respond(false))
	api.HandleFunc("POST "+apiVersion+"invocation/{id}/error", e.respond(true))
	api.HandleFunc("POST "+apiVersion+"init/error", e.respond(true))
	e.extension = newExtension(api)
	e.server = httptest.NewServer(api)

	e.process = exec.Command(binary)
	e.process.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(e.server.URL, "http://"),
		"AWS_LAMBDA_FUNCTION_NAME=under-test",
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
		"AWS_LAMBDA_LOG_FORMAT=JSON",
		"AWS_LAMBDA_LOG_LEVEL=INFO",
		"AWS_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID=test",
		"AWS_SECRET_ACCESS_KEY=test",
		"_HANDLER=bootstrap",
		"PATH=" + os.Getenv("PATH"),
	}, variables...)
	e.process.Stdout, e.process.Stderr = &e.output, &e.output
	e.started = time.Now()
	if err := e.process.Start(); err != nil {
		tb.Fatalf("start %s: %v", binary, err)
	}
	go func() { e.exited <- e.process.Wait() }()
	tb.Cleanup(e.stop)
	return e
}

func (e *environment) stop() {
	_ = e.process.Process.Kill() // it may have ended by itself
	<-e.exited
	e.exited <- nil
	e.server.CloseClientConnections()
	e.server.Close()
}

// next is the poll: it holds the process until there is an event for it.
func (e *environment) next(w http.ResponseWriter, r *http.Request) {
	e.readyOnce.Do(func() {
		e.readyIn = time.Since(e.started)
		close(e.ready)
	})
	select {
	case i := <-e.events:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(e.within).UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:000000000000:function:under-test")
		w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0")
		_, _ = w.Write(i.event) // a process that is gone is told by exited
	case <-r.Context().Done():
	}
}

func (e *environment) respond(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			body, failed = []byte(err.Error()), true
		}
		w.WriteHeader(http.StatusAccepted)
		e.answers <- answer{body, failed}
	}
}

// wait returns how long the start took, from the process's first moment to its
// first poll.
func (e *environment) wait(tb testing.TB) time.Duration {
	tb.Helper()
	select {
	case <-e.ready:
		return e.readyIn
	case err := <-e.exited:
		e.exited <- err
		tb.Fatalf("the function ended before it was ready: %v\n%s", err, e.output.String())
	case a := <-e.answers:
		tb.Fatalf("the function could not start: %s\n%s", a.body, e.output.String())
	case <-time.After(patience):
		tb.Fatalf("the function was not ready after %v\n%s", patience, e.output.String())
	}
	return 0
}

// invoke sends an event and returns the API Gateway response to it.
func (e *environment) invoke(tb testing.TB, event []byte) response {
	tb.Helper()
	var r response
	body := e.send(tb, event)
	if err := json.Unmarshal(body, &r); err != nil {
		tb.Fatalf("the function answered what is no response: %v\n%s", err, body)
	}
	return r
}

// send sends an event and returns what the function answers.
func (e *environment) send(tb testing.TB, event []byte) []byte {
	tb.Helper()
	body, failed := e.try(tb, event)
	if failed {
		tb.Fatalf("the function failed: %s\n%s", body, e.output.String())
	}
	return body
}

// try sends an event and returns what the function answers, or its error.
func (e *environment) try(tb testing.TB, event []byte) (body []byte, failed bool) {
	tb.Helper()
	e.served++
	e.extension.begin(tb)
	select {
	case e.events <- invocation{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", e.served), event: event}:
	case <-time.After(patience):
		tb.Fatalf("the function does not take an event\n%s", e.output.String())
	}
	select {
	case a := <-e.answers:
		e.extension.end(tb)
		return a.body, a.failed
	case err := <-e.exited:
		e.exited <- err
		tb.Fatalf("the function ended instead of answering: %v\n%s", err, e.output.String())
	case <-time.After(patience + e.within):
		tb.Fatalf("no answer after %v\n%s", patience+e.within, e.output.String())
	}
	return nil, true
}

// response is an API Gateway response of payload format 2.0.
type response struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

// resident is the memory that the process holds, in bytes; 0 where the system
// does not say.
func (e *environment) resident() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", e.process.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kilobytes, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return kilobytes * 1024
		}
	}
	return 0
}

// build compiles a package for this machine as `make build` does for Lambda.
func build(tb testing.TB, dir, pkg string) string {
	tb.Helper()
	binary := dir + "/" + strings.ReplaceAll(pkg, "/", "-")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w", "-o", binary, "./"+pkg)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		tb.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	return binary
}

// lockedBuffer gathers what a process prints while the test may read it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// says waits until the process has written text: its output may arrive behind
// its answer.
func (e *environment) says(tb testing.TB, text string) {
	tb.Helper()
	for end := time.Now().Add(patience); !strings.Contains(e.output.String(), text); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			tb.Fatalf("the function does not say %q, but\n%s", text, e.output.String())
		}
	}
}
