// Package rollup counts what became of items that were shown, and makes of that
// what is believed of them: the statistics that deciding functions rank by, and
// the report on items. Functions that decide do not link it.
//
// # What is counted
//
// Each reaction counts one, in the cell of its item, the month (UTC) in which it
// was told, and the phase and the segment of the visitor to whom the item was
// shown. Cells are kept for 400 days after their month, as touchpoints are.
// Counting is exactly once, however often and in whatever pieces a feed is read:
// see store.Statistics.
//
// # What counts as taken up
//
// Conversions, once items of the kind have at least one for every hundred clicks
// together, and clicks before: that few would only be noise. It is one measure
// for all items of a kind, because those compete with each other. A dismissal is
// an impression that was not taken up.
package rollup
