// Package fit makes of what was shown and taken up what is believed of
// propensities: a Beta posterior for each item in each phase and segment, shrunk
// towards what is known of the item elsewhere, of the phase and of the segment.
// It is linked where statistics are gathered and reported. Functions that
// decide read only the quantiles that it publishes.
//
// # The model
//
// A cell c is an item i in a phase p and a segment s, with n impressions of
// which y were successes. Its propensity is taken to be m(i)·f(p,s): a rate of
// the item and a factor of where it is shown. All that follows is made without
// the cell itself, so that nothing counts twice, and then the cell's own n and y
// are added.
//
// The item's prior is a rate π worth w impressions: its columns, where a rate
// without a weight is worth two successes (w = 2/π); or else the rate of all
// other items, one in 20 before there is data, worth half a success (w = ½/π),
// as in the prior of Jeffreys. What nobody vouched for is so soon outweighed.
//
// The factor says how many successes there were for each that the items' rates
// r(i) made expect, where r(i) is m(i) of an item with a prior, and what was seen
// of one without: that an item does better than nobody said makes no phase a
// better one. That of a segment shrinks towards 1 and that of a phase in the
// segment towards the segment's, each by K = 5 expected successes:
//
//	f(s)   = (y(s) + K)        / (e(s) + K)          e(s)   = Σ n·r(i) over s
//	f(p,s) = (y(p,s) + K·f(s)) / (e(p,s) + K)        e(p,s) = Σ n·r(i) over p in s
//
// This is the empirical Bayes estimate of a relative risk, the posterior mean
// of a Gamma prior with Poisson counts (Clayton and Kaldor 1987, Biometrics
// 43:671). As the expectation is made of the items' own rates, a phase in which
// good items are shown does not pass for a good phase. The items' rates in turn
// are made of impressions weighed by the factors, in a few alternating rounds:
//
//	m(i) = (y(i) + w·π) / (e(i) + w)                 e(i) = Σ n·f(p,s) over i
//
// What the item did elsewhere (y', e') is borrowed, but however much there is,
// it counts for at most M impressions, as the item may do otherwise here (a power
// prior: Ibrahim and Chen 2000, Statistical Science 15:46):
//
//	δ  = M / (M + e')
//	α  = w·π + δ·y'              + y
//	α+β = (w + δ·e') / f(p,s)    + n
//
// M are the impressions in which 5 successes are expected, unless items do so
// differently from place to place that this would mislead. Then it is less, down
// to a tenth of a success, where each cell learns by itself: of some values the
// largest under which all cells, each foreseen from the others, are at most e
// times less probable than under the best.
//
// So a new item starts as others do in its phase and segment, one that is known
// elsewhere starts as it does there, and with impressions of its own a cell
// believes these. Each Posterior says how much each of the three counts.
//
// Taking an item out takes nothing from the others but its part of the factors
// and of the rate that new items start from. Cells of items that are gone may
// stay, and should.
package fit
