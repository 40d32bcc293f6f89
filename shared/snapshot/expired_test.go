package snapshot

import (
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/tables"
)

func TestExpired(t *testing.T) {
	set := tables.Set{
		tables.ItemsTable: {
			row(tables.ItemsTable, "summer", "kind", "content", "tags", "season", "ends", "2026-08-31"),
			row(tables.ItemsTable, "spring", "kind", "content", "ends", "2026-05-31"),
			row(tables.ItemsTable, "winter", "kind", "content", "tags", "season", "ends", "2027-02-28"),
			row(tables.ItemsTable, "off", "kind", "content", "tags", "season", "ends", "2026-01-01", "enabled", "false"),
		},
		tables.SettingsTable: {
			row(tables.SettingsTable, "zone", "value", "Europe/Vienna"),
			row(tables.SettingsTable, "boost.season", "value", "50 until 2026-05-31 18:00"),
			row(tables.SettingsTable, "boost.later", "value", "50 from 2026-12-01 until 2026-12-24"),
			row(tables.SettingsTable, "boost.always", "value", "50"),
		},
		tables.RulesTable: {
			row(tables.RulesTable, "seasons", "items", "tag:season"),
			row(tables.RulesTable, "spring", "items", "spring", "ends", "2026-05-31 18:00", "zone", "Europe/Vienna"),
			row(tables.RulesTable, "switched-off", "items", "spring", "ends", "2026-05-31", "enabled", "false"),
		},
	}
	for _, c := range []struct {
		now  time.Time
		want string
	}{
		{time.Date(2026, 5, 31, 15, 59, 59, 0, time.UTC), ""},
		{time.Date(2026, 5, 31, 16, 0, 0, 0, time.UTC), `rules/spring.ends: warning: rule spring is over since 2026-05-31T16:00:00Z and never wins again; give it a later end, or take it out
settings/boost.season.value: warning: the boost of season is over since 2026-05-31T16:00:00Z and changes nothing any more; give it a later until, or take it out
`},
		{noon.Time(), `items/summer.ends: warning: item summer is over since 2026-08-31T22:00:00Z and is never shown again, though there are rules that would choose it; give it a later end, or take it out of them
rules/spring.ends: warning: rule spring is over since 2026-05-31T16:00:00Z and never wins again; give it a later end, or take it out
settings/boost.season.value: warning: the boost of season is over since 2026-05-31T16:00:00Z and changes nothing any more; give it a later until, or take it out
`},
	} {
		if got := lines(Expired(set, journey.At(c.now))); got != c.want {
			t.Errorf("at %s: got\n%s\nwant\n%s", c.now, got, c.want)
		}
	}
}
