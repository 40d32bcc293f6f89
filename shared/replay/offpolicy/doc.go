// Package offpolicy says what another way of choosing items would have earned,
// from decisions that were logged with their probabilities: off-policy
// evaluation. It is arithmetic on what it is given.
//
// # Estimates
//
// Of n decisions, the k-th showed an item that was chosen with probability p(k)
// and earned the reward r(k). The policy that is valued, the target, would have
// shown it with probability π(k). With the weights w = π/p:
//
//	IPS      mean of w·r                             Horvitz and Thompson 1952, JASA 47:663
//	SNIPS    Σ w·r / Σ w                             Swaminathan and Joachims 2015, NIPS
//	clipped  mean of min(w, c)·r                     Ionides 2008, JCGS 17:295
//	direct   mean of q̄                               q̄ = Σ π(a)·q(a) over the target's items a
//	DR       mean of q̄ + w·(r − q)                   Dudík, Langford and Li 2011, ICML
//
// IPS is right on average where the log could have shown all that the target
// would, and swings with the largest weights. SNIPS and the clipped one swing
// less and are a little off. The direct one believes a model q of rewards: the
// mean of an item in a place, shrunk to that of the place and of all, and made
// of other fifths of the log than the one that it is asked about (Chernozhukov
// et al. 2018, Econometrics Journal 21:C1). DR is right on average where either
// the probabilities or the model are.
//
// Intervals are those of the central limit theorem, that of SNIPS by the delta
// method with residuals w·(r − SNIPS). They lie within what rewards can be:
// not below 0 where no reward is. Decisions that belong together, and stand next
// to each other, count as one for them (Liang and Zeger 1986, Biometrika 73:13).
//
// # Support
//
// A log says nothing of what it never could have shown. Evaluate refuses with
// ErrNoSupport
//
//   - where an item was shown with a probability that is not known or 0,
//     though the target would show it;
//   - where the target never does what was done;
//   - where more than a part (one in ten) of what the target would show is said
//     to have been impossible, or must have been: weights are 1 on average
//     where all was possible, and here they are less by far more than chance.
//
// Short of that, a Report tells its doubts: of how many decisions the weights
// leave the worth (the effective sample size, (Σw)²/Σw², Kish 1965), what is
// unseen in the log, and on how few rewards the figures rest.
//
// # Memory
//
// Evaluate has all decisions at hand. A log that does not fit in memory is read
// twice: Rewards learn from it, and a Valuation adds up what each decision says,
// where the caller puts it in a fold. What they keep grows with the places and
// their items alone. A Contrast of two valuations compares two policies by the
// same decisions, with an interval of their difference.
//
// Where a placement shows several items, each is a decision of its own, with
// its probability given those before it.
package offpolicy
