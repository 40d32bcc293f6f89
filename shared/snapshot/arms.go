package snapshot

import (
	"wegweiser/shared/rank"
	"wegweiser/shared/tables"
)

// armsOf returns the arms that a person is in.
func (s *Snapshot) armsOf(person string) rank.Arms {
	shares := rank.Shares{Holdout: s.settings.Holdout, NoPhase: s.settings.NoPhase}
	if person == "" || shares == (rank.Shares{}) {
		return rank.Arms{}
	}
	return rank.ArmsOf(person, shares)
}

// The names of arms, as the settings that fill them.
const (
	holdoutArm = "holdout"
	noPhaseArm = "no_phase"
)

func (d *decision) armNames() []string {
	var names []string
	if d.arms.Holdout {
		names = append(names, holdoutArm)
	}
	if d.arms.NoPhase {
		names = append(names, noPhaseArm)
	}
	return names
}

// checkArms warns of arms that leave nobody to be compared with.
func (c *compiler) checkArms() {
	if c.rows.Settings.Holdout == 1 {
		c.warn(tables.SettingsTable, holdoutArm, "value", "everybody sees only fallbacks; 1 is all persons, and 0.01 one in a hundred")
	}
	if c.rows.Settings.NoPhase == 1 {
		c.warn(tables.SettingsTable, noPhaseArm, "value", "the phase is used for nobody; 1 is all persons, and 0.01 one in a hundred")
	}
}
