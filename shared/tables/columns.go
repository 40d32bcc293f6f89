package tables

// The columns of every table, as DESIGN's table of config tables names them.
var registry = []Table{
	{Name: PhasesTable, Doc: "The phases of the customer journey.", Columns: []Column{
		idColumn("A short name that conditions and other tables use.", "consideration"),
		{
			Name: "order", Type: Integer, Needed: true, Min: -1e6, Max: 1e6, Example: "20",
			Doc: "Where the phase stands on the journey; the lowest is where everybody starts, and ties go to the lower one.",
		},
		{
			Name: "label.<locale>", Type: Text, Example: "Researching",
			Doc: "What reports and the console call the phase in that language.",
		},
		{
			Name: "gate", Type: Word, Words: []string{string(GatePurchase)}, Example: "purchase",
			Doc: "Who can be in the phase: empty for everybody, purchase for those with a purchase that was not returned.",
		},
		{
			Name: "min_evidence", Type: Number, Default: 0.5, Max: 1e6, Example: "0.5",
			Doc: "How much evidence there must be, over all phases, before anybody leaves the first phase for this one.",
		},
		{
			Name: "margin", Type: Number, Default: 0.1, Max: 1, Example: "0.1",
			Doc: "By how much of a share this phase must lead before it takes over, so that visitors do not flap.",
		},
	}},
	{Name: SignalsTable, Doc: "What a touchpoint says about a phase.", Columns: []Column{
		idColumn("A name for the row, to find it by.", "compare-consideration"),
		{Name: "type", Type: Name, Needed: true, Example: "compare", Doc: "The touchpoint type."},
		{
			Name: "channel", Type: Name, Default: "*", Example: "web",
			Doc: "The channel on which it happened; * is any, and a row that names the channel wins over it.",
		},
		{Name: "phase", Type: ID, Needed: true, Refers: PhasesTable, Example: "consideration", Doc: "The phase that it speaks for."},
		{
			Name: "weight", Type: Number, Needed: true, Max: 1e6, Example: "2",
			Doc: "How strongly it speaks for the phase, compared with other touchpoints.",
		},
		{
			Name: "half_life", Type: Duration, Default: "14d", Min: 60, Max: 3650 * day, Example: "14d",
			Doc: "After how long it counts half.",
		},
		{
			Name: "carry", Type: Number, Default: 1.0, Max: 1, Example: "0.05",
			Doc: "What remains of the evidence for the other phases when this happens: 1 all of it, 0 nothing.",
		},
	}},
	{Name: SegmentsTable, Doc: "Named audiences.", Columns: []Column{
		idColumn("The audience's name, used by items, rules and conditions.", "critics"),
		{Name: "when", Type: Condition, Needed: true, Example: `count("review_written", "90d") >= 1`, Doc: "The condition that makes a visitor one of them."},
	}},
	{Name: PlacementsTable, Doc: "Places to be filled.", Columns: []Column{
		idColumn("The name that pages and mail templates ask for.", "home-hero"),
		{Name: "kind", Type: Word, Words: kinds, Example: "content", Doc: "What may be shown there; empty for anything."},
		{Name: "size", Type: Text, Example: "1200x480", Doc: "How large the place is, for those who make the items."},
		{Name: "count", Type: Integer, Default: 1.0, Min: 1, Max: MaxPlacings, Example: "2", Doc: "How many items are shown there."},
		{
			Name: "fallback", Type: ID, Needed: true, Refers: ItemsTable, Example: "welcome",
			Doc: "The item that is shown when no rule fits, or when nothing may be known about the visitor.",
		},
	}},
	{Name: ItemsTable, Doc: "Things that can be shown.", Columns: []Column{
		idColumn("The name by which rules and reports mean the item.", "sofa-guide"),
		{Name: "kind", Type: Word, Words: kinds, Needed: true, Example: "content", Doc: "Whether it is content, an offer or a message."},
		{Name: "url", Type: URL, Example: "https://shop.example/guides/sofa", Doc: "Where a click leads."},
		{
			Name: "content.<field>[.<locale>]", Type: Text, Example: "Find the sofa that fits",
			Doc: "What is shown, field by field, such as content.title.de; without a language it serves all that have none of their own.",
		},
		{Name: "tags", Type: Tags, Example: "guide|sofas", Doc: "Words by which rules can name many items at once, as tag:guide."},
		phasesColumn, standingsColumn, segmentsColumn, whenColumn, startsColumn, endsColumn, zoneColumn,
		{Name: "value", Type: Number, Max: 1e12, Example: "49.90", Doc: "What it is worth when it is taken up, in the workspace's currency."},
		{Name: "cost", Type: Number, Max: 1e12, Example: "5", Doc: "What it costs when it is taken up, in the workspace's currency."},
		{
			Name: "prior", Type: Number, Min: 1e-6, Max: 0.999, Example: "0.04",
			Doc: "How often it is taken up when it is shown, as you expect it before there are figures (0.04 is 4 in 100), for rules with choose rank.",
		},
		{
			Name: "prior_weight", Type: Number, Min: 0.1, Max: 1e9, Example: "200",
			Doc: "As how many impressions prior counts, beside those that it gets; empty for as many as are taken up twice.",
		},
		{Name: "group", Type: ID, Example: "sofa-offers", Doc: "Items that stand for each other, such as two prices of one sofa, share a group: one of them is shown in an answer."},
		{Name: "purpose", Type: Word, Words: purposes, Example: "advertising", Doc: "What the visitor must have agreed to beyond personalization."},
		capColumn("cap_day", "a day"), capColumn("cap_week", "a week, from Monday"),
		capColumn("cap_month", "a calendar month"), capColumn("cap_life", "all time"),
		{Name: "budget", Type: Integer, Min: 1, Max: 1e12, Example: "500", Doc: "How often it is shown to all visitors together in a budget period."},
		{Name: "budget_period", Type: Word, Words: periods, Default: string(Day), Example: "week", Doc: "The period of the budget."},
		{
			Name: "transactional", Type: Bool, Default: false, Example: "true",
			Doc: "Whether it belongs to an order or a contract, so that caps and budgets do not hold it back.",
		},
		enabledColumn,
	}},
	{Name: RulesTable, Doc: "Who sees which items where.", Columns: []Column{
		idColumn("The rule's name; answers and reports give it as the reason.", "research-phase"),
		{Name: "order", Type: Integer, Default: 0.0, Min: -1e6, Max: 1e6, Example: "10", Doc: "Rules are tried from the lowest order up; ties by id."},
		{Name: "placements", Type: IDs, Refers: PlacementsTable, Example: "home-hero|mail-offer", Doc: "The placements that it fills; empty for all."},
		phasesColumn, standingsColumn, segmentsColumn,
		{Name: "channels", Type: Names, Example: "web|app", Doc: "The channels on which it holds; empty for all."},
		{Name: "locales", Type: Locales, Example: "de|de-AT", Doc: "The visitor's languages for which it holds; de also means de-AT and all other kinds of German."},
		{Name: "countries", Type: Countries, Example: "AT|DE", Doc: "The visitor's countries for which it holds, as two capital letters."},
		whenColumn,
		{
			Name: "items", Type: Picks, Needed: true, Refers: ItemsTable, Example: "sofa-guide|tag:guide",
			Doc: "The items to choose from; tag:guide means every item with that tag.",
		},
		{
			Name: "choose", Type: Word, Words: []string{string(Fixed), string(Weighted), string(Rank)}, Default: string(Fixed), Example: "weighted",
			Doc: "How to choose: in the order given, by weight (the same for a person each time), or by what is worth most.",
		},
		{Name: "weights", Type: Numbers, Max: 1e6, Example: "70|30", Doc: "For weighted and rank, a number for each member of items in the same order, by which it is multiplied; empty gives all the same weight."},
		startsColumn, endsColumn, zoneColumn, enabledColumn,
		{Name: "note", Type: Text, Example: "Agreed with the shop team in October", Doc: "Why the rule is there."},
	}},
	{Name: SettingsTable, Doc: "What holds for the whole workspace.", Columns: []Column{
		idColumn("The name of the setting.", "window"),
		{Name: "value", Type: Text, Needed: true, Example: "100", Doc: "What the setting says."},
	}},
}

var (
	kinds     = []string{string(Content), string(Offer), string(Message)}
	periods   = []string{string(Day), string(Week), string(Month), string(Life)}
	purposes  = []string{"personalization", "measurement", "advertising"}
	standings = []string{"prospect", "active", "cooling", "lapsed"}
)

// Columns that items and rules share.
var (
	phasesColumn = Column{
		Name: "phases", Type: IDs, Refers: PhasesTable, Example: "consideration|decision",
		Doc: "The phases in which it may be shown; empty for all.",
	}
	standingsColumn = Column{
		Name: "standings", Type: Words, Words: standings, Example: "cooling|lapsed",
		Doc: "The standings in which it may be shown; empty for all.",
	}
	segmentsColumn = Column{
		Name: "segments", Type: IDs, Refers: SegmentsTable, Example: "critics",
		Doc: "The segments of which the visitor must belong to at least one; empty for everybody.",
	}
	whenColumn = Column{
		Name: "when", Type: Condition, Example: `count("cart_add", "7d") >= 1`,
		Doc: "A condition that must hold besides the other columns.",
	}
	startsColumn = Column{
		Name: "starts", Type: Time, Example: "2026-11-23 09:00",
		Doc: "From when it counts, in the row's zone; a date alone means from its first moment.",
	}
	endsColumn = Column{
		Name: "ends", Type: Time, Example: "2026-11-29",
		Doc: "Until when it counts, in the row's zone; a date alone means until that day is over.",
	}
	zoneColumn = Column{
		Name: "zone", Type: Zone, Example: "Europe/Vienna",
		Doc: "The time zone of starts and ends; empty for the workspace's zone.",
	}
	enabledColumn = Column{Name: "enabled", Type: Bool, Default: true, Example: "false", Doc: "Whether the row counts at all."}
)

func idColumn(doc, example string) Column {
	return Column{Name: "id", Type: ID, Needed: true, Doc: doc, Example: example}
}

func capColumn(name, period string) Column {
	return Column{Name: name, Type: Integer, Min: 1, Max: 1e6, Example: "3", Doc: "How often one visitor is shown it in " + period + "; empty for no limit."}
}
