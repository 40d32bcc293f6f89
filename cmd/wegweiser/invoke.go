package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/spf13/cobra"

	"wegweiser/shared/gateway"
	"wegweiser/shared/local"
	"wegweiser/shared/topology"
)

func (p *program) invokeCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "invoke FUNCTION EVENT.json",
		Short: "Send an event to the handler of a Lambda function",
		Long: `Runs one event of an API Gateway HTTP API (payload format 2.0) through the
handler of a function, and prints its answer. It works on an empty store that is
thrown away, or with --data on a data folder that no server has open. Keys are
those of the environment, as for the functions themselves.

EVENT.json may be -, for standard input.`,
		Example: `  WEGWEISER_SECRET_KEY=sk_test wegweiser invoke decide events/decide/decision.json`,
		Args:    takes("FUNCTION", "EVENT.json"),
		RunE: func(c *cobra.Command, args []string) error {
			if names := functionNames(); !slices.Contains(names, args[0]) {
				return usagef("there is no function %q; there are %s", args[0], strings.Join(names, ", "))
			}
			event, err := p.readEvent(args[1])
			if err != nil {
				return err
			}
			folder := data
			if folder == "" {
				if folder, err = os.MkdirTemp("", "wegweiser-invoke-"); err != nil {
					return err
				}
				defer os.RemoveAll(folder)
			}
			answer, err := p.invoke(c.Context(), args[0], folder, event)
			if err != nil {
				return err
			}
			encoder := json.NewEncoder(p.stdout)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			return encoder.Encode(answer)
		},
	}
	c.Flags().StringVar(&data, "data", "", "folder of the data; by default an empty one that is thrown away")
	return c
}

func functionNames() []string {
	var names []string
	for _, f := range topology.Functions() {
		names = append(names, f.Name)
	}
	return names
}

func (p *program) readEvent(path string) (event events.APIGatewayV2HTTPRequest, err error) {
	var text []byte
	if path == "-" {
		text, err = io.ReadAll(p.stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return event, fmt.Errorf("read the event: %w", err)
	}
	if err := json.Unmarshal(text, &event); err != nil {
		return event, fmt.Errorf("%s is not an event in JSON: %w", path, err)
	}
	return event, nil
}

func (p *program) invoke(ctx context.Context, function, folder string, event events.APIGatewayV2HTTPRequest) (answer events.APIGatewayV2HTTPResponse, err error) {
	store, err := openStore(folder)
	if err != nil {
		return answer, err
	}
	defer closing(&err, store.Close)
	secrets, err := local.MakeSecrets(folder, p.lookup)
	if err != nil {
		return answer, err
	}
	host, err := local.Open(ctx, store, secrets, nil)
	if err != nil {
		return answer, err
	}
	handler, err := gateway.New(host.Service, &gateway.Options{Function: function, Keys: secrets.Keys})
	if err != nil {
		return answer, err
	}
	return gateway.Lambda(handler)(ctx, event)
}

// closing closes something at the end of a function whose error is err.
func closing(err *error, close func() error) { *err = errors.Join(*err, close()) }
