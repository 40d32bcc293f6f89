package host

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"wegweiser/shared/store/embedded"
	"wegweiser/shared/topology"
)

// from looks names up in a map, as os.LookupEnv does in the environment.
func from(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}

func openEmbedded(t *testing.T) Open[*embedded.Store] {
	return func(context.Context, func(string) (string, bool)) (*embedded.Store, error) {
		s, err := embedded.Open(t.TempDir())
		if err == nil {
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		return s, err
	}
}

func TestHandlerServesItsFunction(t *testing.T) {
	h, err := handler(t.Context(), topology.DecideFunction, openEmbedded(t), nil, from(map[string]string{
		topology.EnvSecretKey: "sk", topology.EnvTokenSecret: "a secret of some length for tokens", topology.EnvDeadline: "1s",
	}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/v1/health": http.StatusOK, "/v1/reports/phases": http.StatusNotFound} {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		if answer.Code != want {
			t.Errorf("%s: got %d, want %d", path, answer.Code, want)
		}
	}
}

func TestHandlerSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		variables map[string]string
		open      Open[*embedded.Store]
		want      string
	}{
		"Keys":     {map[string]string{topology.EnvAdminKey: "nameless"}, openEmbedded(t), topology.EnvAdminKey},
		"Deadline": {map[string]string{topology.EnvDeadline: "soon"}, openEmbedded(t), "150ms"},
		"Negative": {map[string]string{topology.EnvDeadline: "-1s"}, openEmbedded(t), "150ms"},
		"Store": {nil, func(context.Context, func(string) (string, bool)) (*embedded.Store, error) {
			return nil, errors.New("no tables")
		}, "no tables"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := handler(t.Context(), topology.DecideFunction, c.open, nil, from(c.variables), slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one that says %q", err, c.want)
			}
		})
	}
}

func TestDeadline(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 0, "80ms": 80 * time.Millisecond} {
		got, err := deadline(from(map[string]string{topology.EnvDeadline: text}))
		if err != nil || got != want {
			t.Errorf("%q: got %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestLoggerKeepsToTheLevelOfTheFunction(t *testing.T) {
	for level, want := range map[string]string{
		"": "INFO WARN ERROR", "DEBUG": "DEBUG INFO WARN ERROR", "INFO": "INFO WARN ERROR", "WARN": "WARN ERROR", "FATAL": "ERROR",
	} {
		var out strings.Builder
		log := logger(&out, from(map[string]string{"AWS_LAMBDA_LOG_LEVEL": level}))
		log.Debug("DEBUG")
		log.Info("INFO")
		log.Warn("WARN")
		log.Error("ERROR")
		var got []string
		for line := range strings.Lines(out.String()) {
			_, message, _ := strings.Cut(line, `"msg":"`)
			message, _, _ = strings.Cut(message, `"`)
			got = append(got, message)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("level %q: got %v, want %s", level, got, want)
		}
	}
}
