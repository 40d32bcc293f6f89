package tables

import (
	"slices"
	"strings"

	"wegweiser/shared/journey"
)

// CapPrefix starts the id of a setting that is a cap: cap.all.<period>,
// cap.channel.<channel>.<period> or cap.group.<group>.<period>.
const CapPrefix = "cap."

// CapOf says what the impressions that a cap counts have in common.
type CapOf string

// What caps of the settings are of. Those of items are columns.
const (
	CapAll     CapOf = "all"     // offers and messages, on whatever channel
	CapChannel CapOf = "channel" // offers and messages on a channel
	CapGroup   CapOf = "group"   // items of a group
)

// Cap is how often one visitor is shown what it is of in a period.
type Cap struct {
	Of     CapOf
	Name   string // of the channel or the group; empty for CapAll
	Period Period
	Most   int
}

// Setting returns the id of the cap's row.
func (c *Cap) Setting() string {
	if c.Of == CapAll {
		return CapPrefix + string(c.Of) + "." + string(c.Period)
	}
	return CapPrefix + string(c.Of) + "." + c.Name + "." + string(c.Period)
}

// capOf reads the id of a row that is a cap.
func capOf(id string) (Cap, bool) {
	rest, ok := strings.CutPrefix(id, CapPrefix)
	end := strings.LastIndexByte(rest, '.')
	if !ok || end < 0 || !slices.Contains(periods, rest[end+1:]) {
		return Cap{}, false
	}
	of, name, named := strings.Cut(rest[:end], ".")
	c := Cap{Of: CapOf(of), Name: name, Period: Period(rest[end+1:])}
	switch c.Of {
	case CapAll:
		return c, !named
	case CapChannel:
		return c, journey.CheckName("channel", name) == nil
	case CapGroup:
		return c, isID(name)
	}
	return Cap{}, false
}

// caps returns the caps among the settings, whose rows are in order.
func caps(rows []Row) []Cap {
	var list []Cap
	for _, row := range rows {
		c, ok := capOf(row.ID)
		most, isNumber := row.Cells["value"].(float64)
		if column, _ := Setting(row.ID); ok && isNumber && most >= column.Min && most <= column.Max {
			c.Most = int(most)
			list = append(list, c)
		}
	}
	return list
}
