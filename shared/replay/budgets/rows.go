package main

// Where the benchmarks stand.
const (
	peersPackage       = "shared/rule/peers"
	snapshotPackage    = "shared/snapshot"
	functionsPackage   = "functions"
	embeddedPackage    = "shared/store/embedded"
	personalizePackage = "shared/personalize"
	replayPackage      = "shared/replay"
)

// budgets is what the design promises, in its order.
func budgets(t template) []row {
	ns := func(pkg, name string) metric { return metric{benchmark{pkg, name}, "ns/op"} }
	function := func(name, unit string) metric { return metric{benchmark{functionsPackage, name}, unit} }

	const decide = "BenchmarkDecide/window=200/rules=100/placements=4"
	rows := []row{
		{
			what: "snapshot.Decide: window of 200, 100 rules, 500 items, 4 placements", unit: "ns",
			figure: ns(snapshotPackage, decide), floor: ns(snapshotPackage, "BenchmarkDecideFloor"),
			limit: atMost(50_000, "ns"),
		},
		{
			what: "snapshot.Decide: 1,000 rules against 100", unit: "ns",
			figure: ns(snapshotPackage, "BenchmarkDecide/window=200/rules=1000/placements=4"),
			floor:  ns(snapshotPackage, decide), limit: atMostTimesFloor(2),
		},
		{
			what: "snapshot.Decide: a rule that ranks 32 items, against their order", unit: "ns",
			figure: ns(snapshotPackage, "BenchmarkRank/ranked=32"), floor: ns(snapshotPackage, "BenchmarkRank/floor=fixed"),
			limit: atMost(20_000, "ns"),
		},
		{
			what:   "snapshot.Decide: allocations of the same",
			figure: metric{benchmark{snapshotPackage, "BenchmarkRank/ranked=32"}, "allocs/op"},
			floor:  metric{benchmark{snapshotPackage, "BenchmarkRank/floor=fixed"}, "allocs/op"}, limit: atMostTimesFloor(1),
		},
		{
			what: "a condition of five parts", unit: "ns",
			figure: ns(peersPackage, "BenchmarkPeers/wegweiser/again"), floor: ns(peersPackage, "BenchmarkPeers/if"),
			limit: atMost(30, "ns"),
		},
		{
			what:   "a condition of five parts: allocations",
			figure: metric{benchmark{peersPackage, "BenchmarkPeers/wegweiser/again"}, "allocs/op"}, limit: atMost(0, ""),
		},
		{
			what: "decide: CPU of the whole function a decision", unit: "ns",
			figure: function("BenchmarkCall/decide-full-window", "cpu-ns/call"),
			floor:  function("BenchmarkCall/empty", "cpu-ns/call"), limit: atMost(1e6, "ns"),
		},
		{
			what: "decide: CPU of the same, of a store that answers at once", unit: "ns",
			figure: function("BenchmarkCall/decide-full-window-recalled", "cpu-ns/call"),
			floor:  function("BenchmarkCall/empty", "cpu-ns/call"), limit: beside,
		},
		{
			what: "decide: CPU with 10 placements against 1", unit: "ns",
			figure: function("BenchmarkCall/decide-10-placements", "cpu-ns/call"),
			floor:  function("BenchmarkCall/decide-full-window", "cpu-ns/call"), limit: atMostTimesFloor(1.5),
		},
		{
			what:   "decide: queries a decision",
			figure: function("BenchmarkCall/decide-full-window", "queries/call"), limit: atMost(1, ""),
		},
		{
			what:   "decide: read units, full window",
			figure: function("BenchmarkCall/decide-full-window", readUnits), limit: atMost(2, ""),
		},
		{
			what:   "decide: read units, 40 touchpoints",
			figure: function("BenchmarkCall/decide-40-touchpoints", readUnits), limit: atMost(1, ""),
		},
		{
			what: "decide: start to ready, 5,000 rows, connection open", unit: "ns",
			figure: function("BenchmarkStart/decide", "median-ns"), floor: function("BenchmarkStart/empty", "median-ns"),
			limit: atMostTimesFloor(3),
		},
		{
			what: "a function that only reads the same: start to ready", unit: "ns",
			figure: function("BenchmarkStart/reads", "median-ns"), floor: function("BenchmarkStart/empty", "median-ns"),
			limit: beside,
		},
		{
			what: "decide: start to ready, of a store that answers at once", unit: "ns",
			figure: function("BenchmarkStart/decide-recalled", "median-ns"), floor: function("BenchmarkStart/empty", "median-ns"),
			limit: beside,
		},
		{
			what: "a function that only reads: start to ready, of a store that answers at once", unit: "ns",
			figure: function("BenchmarkStart/reads-recalled", "median-ns"), floor: function("BenchmarkStart/empty", "median-ns"),
			limit: beside,
		},
		{
			what: "decide: CPU of a start", unit: "ns",
			figure: function("BenchmarkStart/decide", "cpu-ns"), floor: function("BenchmarkStart/empty", "cpu-ns"),
			limit: beside,
		},
		{
			what: "decide: resident memory, started", unit: "bytes",
			figure: function("BenchmarkStart/decide", "resident-bytes"), floor: function("BenchmarkStart/empty", "resident-bytes"),
			limit: atMost(40e6, "bytes"),
		},
		{
			what: "decide: resident memory, after calls", unit: "bytes",
			figure: function("BenchmarkCall/decide-full-window", "resident-bytes"), floor: function("BenchmarkCall/empty", "resident-bytes"),
			limit: atMost(40e6, "bytes"),
		},
	}
	for _, peer := range []string{"wegweiser/first", "expr", "cel-go", "growthbook"} {
		rows = append(rows, row{
			what: "the same condition: " + peer, unit: "ns",
			figure: ns(peersPackage, "BenchmarkPeers/"+peer), floor: ns(peersPackage, "BenchmarkPeers/if"), limit: beside,
		})
	}
	served := func(what, unit string) metric {
		return metric{benchmark{replayPackage, "BenchmarkServe/" + what}, unit}
	}
	return append(rows,
		row{
			what: "decide: zip", unit: "bytes",
			figure: function("BenchmarkZip/decide", "zip-bytes"), limit: atMost(5e6, "bytes"),
		},
		row{
			what: "store: a visitor with 100,000 touchpoints against a full window", unit: "ns",
			figure: ns(embeddedPackage, "BenchmarkHistory/of100000/window100"),
			floor:  ns(embeddedPackage, "BenchmarkHistory/of100/window100"), limit: atMostTimesFloor(1.3),
		},
		row{
			what: "serve: decisions a second, 40 touchpoints, no receipts", unit: "/s",
			figure: served("decide", "answers/s"), floor: served("empty", "answers/s"), limit: atLeastTimesFloor(0.4),
		},
		row{
			what: "serve: p99 of a decision", unit: "ns",
			figure: served("decide", "p99-ns"), floor: served("empty", "p99-ns"), limit: atMostTimesFloor(5),
		},
		row{
			what: "serve: decisions a second, each with a receipt", unit: "/s",
			figure: served("receipts", "answers/s"), floor: served("empty", "answers/s"), limit: beside,
		},
		row{
			what: "dry run: all visitors asked of two snapshots, against the walk over their histories", unit: "ns",
			figure: ns(personalizePackage, "BenchmarkDryRun/moment"), floor: ns(personalizePackage, "BenchmarkDryRun/floor"),
			limit: atMostTimesFloor(5),
		},
		row{
			what: "dry run: recorded decisions made again by two snapshots, against the walk that restores them", unit: "ns",
			figure: ns(personalizePackage, "BenchmarkDryRunDecisions/compared"), floor: ns(personalizePackage, "BenchmarkDryRunDecisions/restored"),
			limit: atMostTimesFloor(5),
		},
		row{
			what: "the walk that restores recorded decisions, against reading their receipts and histories", unit: "ns",
			figure: ns(personalizePackage, "BenchmarkDryRunDecisions/restored"), floor: ns(personalizePackage, "BenchmarkDryRunDecisions/floor"),
			limit: atMostTimesFloor(5),
		},
		row{
			what: "serve: anonymous memory with 100,000 visitors on disk", unit: "bytes",
			figure: metric{benchmark{replayPackage, "BenchmarkServeMemory"}, "anonymous-bytes"}, limit: atMost(150e6, "bytes"),
		},
		row{
			what: "dollars per million decisions, full window, no receipts", unit: "$",
			figure: dollars{t, benchmark{functionsPackage, "BenchmarkCall/decide-full-window"}, 1, 1}, limit: atMost(1.50, "$"),
		},
		row{ // of a batch, 64 are under way at a time
			what: "dollars per million decisions, batch of 100", unit: "$",
			figure: dollars{t, benchmark{functionsPackage, "BenchmarkCall/decide-batch"}, 100, 2}, limit: atMost(0.30, "$"),
		},
		row{ // each reads, and then keeps its result
			what: "dollars per million decisions, batch of 100, each with its message", unit: "$",
			figure: dollars{t, benchmark{functionsPackage, "BenchmarkCall/decide-messages"}, 100, 4}, limit: atMost(1.10, "$"),
		},
	)
}
