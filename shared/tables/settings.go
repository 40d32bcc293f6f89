package tables

import (
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

const day = 24 * 60 * 60 // seconds

// DefaultExploration is Settings.Exploration where nobody says otherwise.
const DefaultExploration = 0.05

// settings are the rows that the settings table may hold. Name is the row's
// id; the other fields describe its value cell.
var settings = []Column{
	{
		Name: "window", Type: Integer, Default: float64(journey.DefaultWindow), Min: 1, Max: journey.MaxWindow, Example: "100",
		Doc: "How many of a visitor's newest touchpoints decide.",
	},
	{
		Name: "consent", Type: Word, Words: []string{string(ConsentBrowser), string(ConsentStrict), string(ConsentOptOut)}, Default: string(ConsentBrowser), Example: "strict",
		Doc: "Who must have agreed to personalization before it happens: visitors in a browser, every visitor, or all but those who refused.",
	},
	{
		Name: "publish", Type: Word, Words: []string{string(PublishManual), string(PublishAuto)}, Default: string(PublishManual), Example: "auto",
		Doc: "Whether somebody publishes by hand or every change goes live by itself.",
	},
	{
		Name: "approvals", Type: Integer, Default: 0.0, Max: 1, Example: "1",
		Doc: "How many others must approve before a publish.",
	},
	{
		Name: "zone", Type: Zone, Default: "UTC", Example: "Europe/Vienna",
		Doc: "The time zone of schedules, caps and budgets where nothing nearer names one.",
	},
	{
		Name: "locales", Type: Locales, Example: "de|en",
		Doc: "The languages in which content is looked for, in this order, when there is none in the visitor's own.",
	},
	{
		Name: "currency", Type: Currency, Default: "EUR", Example: "EUR",
		Doc: "The currency of values, costs and spent().",
	},
	{
		Name: "retention.touchpoints", Type: Duration, Default: "400d", Min: day, Max: 3650 * day, Example: "400d",
		Doc: "How long touchpoints are kept, from when they were recorded.",
	},
	{
		Name: "retention.machine", Type: Duration, Default: "7d", Min: day, Max: 3650 * day, Example: "7d",
		Doc: "How long touchpoints of machines are kept.",
	},
	{
		Name: "retention.receipts", Type: Duration, Default: "30d", Min: day, Max: 3650 * day, Example: "30d",
		Doc: "How long the receipts of decisions are kept.",
	},
	{
		Name: "receipt_sample", Type: Number, Default: 1.0, Max: 1, Example: "0.1",
		Doc: "For which share of decisions a receipt is kept: 1 all, 0 none.",
	},
	{
		Name: "exploration", Type: Number, Default: DefaultExploration, Max: 1, Example: "0.1",
		Doc: "Which share of the choices of rules with choose rank is spread evenly over their items, so that it stays known what the others would earn.",
	},
	{
		Name: "holdout", Type: Number, Default: 0.0, Max: 1, Example: "0.05",
		Doc: "Which share of persons sees only fallbacks, so that the effect of everything else can be measured.",
	},
	{
		Name: "no_phase", Type: Number, Default: 0.0, Max: 1, Example: "0.05",
		Doc: "For which share of persons the phase is not used, so that its effect can be measured.",
	},
	{
		Name: CapPrefix + "all.<period>", Type: Integer, Min: 1, Max: 1e6, Example: "3",
		Doc: "How many offers and messages one visitor is shown in all, over all channels, in a period: day, week, month or life.",
	},
	{
		Name: CapPrefix + "channel.<channel>.<period>", Type: Integer, Min: 1, Max: 1e6, Example: "2",
		Doc: "How many offers and messages one visitor is shown on that channel in a period: day, week, month or life.",
	},
	{
		Name: CapPrefix + "group.<group>.<period>", Type: Integer, Min: 1, Max: 1e6, Example: "1",
		Doc: "How many items of that group one visitor is shown in a period: day, week, month or life.",
	},
	{
		Name: BoostPrefix + "<tag>", Type: Boosting, Min: MinBoost, Max: MaxBoost, Example: "50 until 2026-12-24",
		Doc: "By how many percent the weight of every item with that tag is raised, or lowered with a minus, and for how long; several boosts of one item add up.",
	},
	{
		Name: "trait.<name>", Type: Word, Words: valueKinds, Example: "text",
		Doc: "Declares a trait of visitors and its type, so that conditions and messages can use visitor.<name>.",
	},
	{
		Name: "context.<name>", Type: Word, Words: valueKinds, Example: "text",
		Doc: "Declares a value that decision calls send along and its type, so that conditions and messages can use context.<name>.",
	},
}

var valueKinds = []string{rule.Text.String(), rule.Number.String(), rule.Bool.String(), rule.Time.String()}

// Setting describes the value of the setting of that id.
func Setting(id string) (*Column, bool) { return column(settings, id) }

// decodeSettings reads the settings that are there over the defaults.
func decodeSettings(rows []Row) Settings {
	r := reader{table: &Table{Columns: settings}, row: Row{Cells: map[string]any{}}}
	for _, row := range sorted(rows) {
		r.row.Cells[row.ID] = row.Cells["value"]
	}
	s := Settings{
		Window: r.int("window"), Consent: ConsentMode(r.text("consent")),
		Publish: PublishMode(r.text("publish")), Approvals: r.int("approvals"),
		Zone: r.text("zone"), Locales: r.texts("locales"), Currency: r.text("currency"),
		RetentionTouchpoints: r.duration("retention.touchpoints"),
		RetentionMachine:     r.duration("retention.machine"),
		RetentionReceipts:    r.duration("retention.receipts"),
		ReceiptSample:        r.number("receipt_sample"),
		Exploration:          r.number("exploration"), Holdout: r.number("holdout"), NoPhase: r.number("no_phase"),
		Traits: map[string]rule.Type{}, Context: map[string]rule.Type{},
	}
	zone, err := loadZone(s.Zone)
	if err != nil {
		s.Zone, zone = "UTC", time.UTC
	}
	s.Boosts = boosts(sorted(rows), zone)
	s.Caps = caps(sorted(rows))
	for id, cell := range r.row.Cells {
		text, _ := cell.(string)
		kind, declares := rule.ParseType(text)
		if name, ok := strings.CutPrefix(id, "trait."); ok && declares {
			s.Traits[name] = kind
		}
		if name, ok := strings.CutPrefix(id, "context."); ok && declares {
			s.Context[name] = kind
		}
	}
	return s
}
