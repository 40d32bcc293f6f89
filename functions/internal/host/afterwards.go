package host

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Lambda stops a process between one answer and the next event, but not as long
// as an extension is at work. The function is its own extension (an internal
// one, of the Lambda Extensions API): an answer leaves at once, and what was
// begun beside it ends before the process is stopped.
const (
	runtimeVariable = "AWS_LAMBDA_RUNTIME_API"
	extensionPath   = "/2020-01-01/extension/"
	extensionName   = "afterwards"
	extensionID     = "Lambda-Extension-Identifier"

	// afterwardsWithin bounds what an answer leaves to be done.
	afterwardsWithin = 2 * time.Second
)

// afterwards has settle called after each answer of h, before Lambda stops the
// process. Where there is no Lambda, or one that knows no extensions, nobody
// stops the process, and h is returned as it is.
func afterwards(ctx context.Context, h http.Handler, settle func(context.Context) error, lookup func(string) (string, bool), log *slog.Logger) http.Handler {
	address, ok := lookup(runtimeVariable)
	if !ok || address == "" {
		return h
	}
	e := &extension{base: "http://" + address + extensionPath, answered: make(chan struct{}, 1), settle: settle, log: log}
	if err := e.register(ctx); err != nil {
		log.Warn("what is done after answers may have to wait for the next event", "cause", err.Error())
		return h
	}
	go e.run()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		select {
		case e.answered <- struct{}{}:
		default:
		}
	})
}

// extension is what keeps the process running after an answer.
type extension struct {
	base, id string
	answered chan struct{} // a sign for each event
	settle   func(context.Context) error
	log      *slog.Logger
}

func (e *extension) register(ctx context.Context) error {
	answer, err := e.call(ctx, http.MethodPost, "register", `{"events":["INVOKE"]}`)
	if err != nil {
		return err
	}
	e.id = answer.Get(extensionID)
	return nil
}

// run tells Lambda that it is at rest, which ends with the next event, and does
// what that event leaves to be done.
func (e *extension) run() {
	for {
		if _, err := e.call(context.Background(), http.MethodGet, "event/next", ""); err != nil {
			e.log.Error("Lambda does not tell of events any more", "cause", err.Error())
			return
		}
		<-e.answered
		ctx, cancel := context.WithTimeout(context.Background(), afterwardsWithin)
		if err := e.settle(ctx); err != nil {
			e.log.Warn("not all was done after an answer", "cause", err.Error())
		}
		cancel()
	}
}

func (e *extension) call(ctx context.Context, method, path, body string) (http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, method, e.base+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Lambda-Extension-Name", extensionName)
	if e.id != "" {
		request.Header.Set(extensionID, e.id)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s %s: status %d", method, path, response.StatusCode)
	}
	return response.Header, nil
}
