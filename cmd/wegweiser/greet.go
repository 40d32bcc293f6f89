package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"wegweiser/shared/gateway"
	"wegweiser/shared/journey"
	"wegweiser/shared/local"
	"wegweiser/shared/tables"
	"wegweiser/shared/topology"
)

// greet prints where the server and its console are, its keys as far as they
// were made here, and three calls to paste.
func (p *program) greet(ctx context.Context, url string, s *serving, secrets *local.Secrets, service gateway.Service) {
	fmt.Fprintf(p.stdout, "Wegweiser serves on %s, with its data in %s.\n", url, s.data)
	fmt.Fprintf(p.stdout, "The console for marketers is on %s%s; an admin key signs in.\n", url, topology.ConsolePath)
	if made := madeKeys(secrets); made != "" {
		fmt.Fprintf(p.stdout, "\nKeys, kept in %s:\n\n%s", filepath.Join(s.data, local.KeysFile), made)
	}
	key := "$" + topology.EnvSecretKey
	if secrets.Kept.Secret {
		key = secrets.Secret
	}
	now := journey.At(time.Now()).Time().Truncate(time.Second).Format(time.RFC3339)
	call := func(path, body string) {
		fmt.Fprintf(p.stdout, "curl -s %s%s -H \"Authorization: Bearer %s\"", url, path, key)
		if body != "" {
			fmt.Fprintf(p.stdout, " -d '%s'", body)
		}
		fmt.Fprint(p.stdout, "\n\n")
	}
	fmt.Fprint(p.stdout, "\nThree calls to paste: something happened, what fits now, and why.\n\n")
	call("/v1/touchpoints", fmt.Sprintf(`{"touchpoints":[{"id":"e_1","visitor":"v_1","type":"compare","channel":"web","at":%q,"item":"sofa-3","category":"sofas"}]}`, now))
	call("/v1/decisions", fmt.Sprintf(`{"visitor":"v_1","placements":%s}`, somePlacements(ctx, service)))
	call("/v1/visitors/v_1/journey", "")
	fmt.Fprint(p.stdout, "Ctrl-C ends it.\n")
}

// madeKeys returns the lines of those keys that are kept in the folder.
func madeKeys(secrets *local.Secrets) string {
	var made gateway.Keys
	if secrets.Kept.Publishable {
		made.Publishable = secrets.Publishable
	}
	if secrets.Kept.Secret {
		made.Secret = secrets.Secret
	}
	if secrets.Kept.Admin {
		made.Admins = secrets.Admins
	}
	var lines strings.Builder
	_ = tellKeys(&lines, &made)
	return lines.String()
}

// somePlacements returns a JSON list of placements for content and offers that
// a decision can fill: none where nothing is configured.
func somePlacements(ctx context.Context, service gateway.Service) []byte {
	names := []string{}
	if rows, err := service.ConfigRows(ctx, tables.PlacementsTable); err == nil {
		for _, row := range rows.Rows {
			var placement struct{ ID, Kind string }
			if json.Unmarshal(row.Row, &placement) == nil && len(names) < 2 && placement.Kind != "" && placement.Kind != string(tables.Message) {
				names = append(names, placement.ID)
			}
		}
	}
	list, _ := json.Marshal(names)
	return list
}
