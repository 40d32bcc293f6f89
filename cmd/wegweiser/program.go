package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"wegweiser/shared/personalize"
	"wegweiser/shared/rule"
)

// program is the command line with what it reads and writes, so that a test
// can run it.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	lookup         func(string) (string, bool) // of the environment
}

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1 // or something is wrong with the input
	exitUsage       = 2
	exitUnavailable = 3
)

// run carries out one command and returns its exit code.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	command, err := root.ExecuteContextC(ctx)
	return p.exit(command, err)
}

// usageError is a wrong use of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// textOrJSON refuses what -o of a command cannot be.
func textOrJSON(format string) error {
	if format != "text" && format != "json" {
		return usagef("-o must be text or json, not %q", format)
	}
	return nil
}

// errTold ends a command whose output has already said what is wrong.
var errTold = errors.New("problems were found")

func (p *program) exit(command *cobra.Command, err error) int {
	var refusal *personalize.Error
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errTold):
		return exitFailed
	case errors.As(err, &usageError{}):
		fmt.Fprintf(p.stderr, "%s: %v\n\n%s --help shows how to use it.\n", command.CommandPath(), err, command.CommandPath())
		return exitUsage
	}
	fmt.Fprintf(p.stderr, "%s: %v\n", command.CommandPath(), err)
	if !errors.As(err, &refusal) {
		return exitFailed
	}
	for _, f := range refusal.Fields {
		if line := f.Field + " " + f.Message; line != refusal.Message {
			fmt.Fprintf(p.stderr, "  %s\n", line)
		}
	}
	for _, problem := range refusal.Problems {
		fmt.Fprintf(p.stderr, "  %s\n", problem)
	}
	if refusal.Kind == personalize.Unavailable {
		return exitUnavailable
	}
	return exitFailed
}

const about = `Wegweiser works out where each visitor stands on the customer journey, and answers
with the content, offer or message that fits.

Commands work on the data folder (--data): through the server that has it open,
or else in this process. --url names a server elsewhere.

Exit codes: 0 done; 1 something is wrong with the input, or it failed; 2 wrong
use of the command line; 3 the server or the store does not answer.`

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "wegweiser",
		Short:         "Personalization by where visitors stand on their journey",
		Long:          about,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		p.serveCommand(),
		p.importCommand(),
		p.batchCommand(),
		p.configCommand(),
		p.reportCommand(),
		p.replayCommand(),
		p.invokeCommand(),
		p.keysCommand(),
		p.versionCommand(),
	)
	group(root)
	return root
}

// group makes a command one that has only commands below it: without one it
// shows them, and an unknown one is named with the nearest that there is.
func group(c *cobra.Command) {
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return c.Help()
		}
		var names []string
		for _, below := range c.Commands() {
			names = append(names, below.Name())
		}
		if nearest, ok := rule.Nearest(args[0], names); ok {
			return usagef("there is no command %q; did you mean %q?", args[0], nearest)
		}
		return usagef("there is no command %q; there are %s", args[0], strings.Join(names, ", "))
	}
}

// takes checks the number of arguments, which are called so.
func takes(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return usagef("%s is missing", names[len(args)])
		}
		return takesUpTo(names...)(c, args)
	}
}

// takesUpTo is takes for arguments that may be left out.
func takesUpTo(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > len(names) {
			return usagef("%q is one argument too many", args[len(names)])
		}
		return nil
	}
}
