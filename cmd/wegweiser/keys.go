package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"wegweiser/shared/gateway"
	"wegweiser/shared/local"
	"wegweiser/shared/topology"
)

func (p *program) keysCommand() *cobra.Command {
	var data string
	var export bool
	c := &cobra.Command{
		Use:   "keys",
		Short: "Show the keys of a data folder",
		Long: `Shows the keys that let callers in: those of the environment (` + topology.EnvPublishableKey + `,
` + topology.EnvSecretKey + `, ` + topology.EnvAdminKey + ` as name:key), and in place of what is not
set the ones that were made when the data folder was first served.`,
		Example: `  wegweiser keys
  eval "$(wegweiser keys --export)"`,
		Args: takes(),
		RunE: func(*cobra.Command, []string) error {
			secrets, err := local.ReadSecrets(data, p.lookup)
			if errors.Is(err, local.ErrNoKeys) {
				return fmt.Errorf("%s has no keys yet; `wegweiser serve` makes them at its first start", data)
			}
			if err != nil {
				return err
			}
			if export {
				return exportKeys(p.stdout, &secrets.Keys)
			}
			return tellKeys(p.stdout, &secrets.Keys)
		},
	}
	dataFlag(c.Flags(), &data)
	c.Flags().BoolVar(&export, "export", false, "write them as the shell's commands that set the variables")
	return c
}

// tellKeys writes a line for each key.
func tellKeys(w io.Writer, keys *gateway.Keys) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(kind, key, use string) {
		if key != "" {
			fmt.Fprintf(table, "%s\t%s\t%s\n", kind, key, use)
		}
	}
	line("publishable", keys.Publishable, "for web pages")
	line("secret", keys.Secret, "for servers")
	for _, admin := range keys.Admins {
		line("admin", admin.Key, "for configuration, of "+admin.Name)
	}
	return table.Flush()
}

func exportKeys(w io.Writer, keys *gateway.Keys) error {
	admins := make([]string, len(keys.Admins))
	for i, admin := range keys.Admins {
		admins[i] = admin.Name + ":" + admin.Key
	}
	for _, variable := range []struct{ name, value string }{
		{topology.EnvPublishableKey, keys.Publishable},
		{topology.EnvSecretKey, keys.Secret},
		{topology.EnvAdminKey, strings.Join(admins, ",")},
	} {
		if variable.value == "" {
			continue
		}
		quoted := "'" + strings.ReplaceAll(variable.value, "'", `'\''`) + "'"
		if _, err := fmt.Fprintf(w, "export %s=%s\n", variable.name, quoted); err != nil {
			return err
		}
	}
	return nil
}
