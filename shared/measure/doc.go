// Package measure counts what visitors do on their journeys: the reports that
// read every visitor's history.
//
// # Who is counted
//
// A report is about a window of time, both ends included. It counts every
// visitor who left a touchpoint within the window and stood in a phase by its
// end. One id is one visitor: an anonymous visitor is one for each browser.
// What machines did is nobody's touchpoint, and whoever left nothing but
// touchpoints that weigh nothing stands nowhere and is not counted.
//
// # Where they stand
//
// Phases are worked out by the snapshot that is live now, as they stood at the
// end of the window, on the newest touchpoints up to then (settings.window). A
// visitor is in a phase within the window if it is named once a touchpoint of
// the window has counted, or at the end of the window. An entry into a phase
// is dated as in the path of a journey.
//
// # Pages
//
// A report comes in pages, each over other visitors, and every figure is a sum
// over visitors: the pages of a report add up to it wherever it is cut (see
// Add). So there are counts and no shares, sums and no means.
package measure
