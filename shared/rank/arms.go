package rank

// Arms is what a person is kept from, so that its worth can be measured on
// those who are not. A person is in both arms as often as chance would have it.
type Arms struct {
	Holdout bool // is shown the fallback everywhere
	NoPhase bool // is decided for as if nobody knew their phase
}

// Shares are the parts of all persons that each arm takes, from 0 to 1.
type Shares struct {
	Holdout float64
	NoPhase float64
}

// Each arm hashes a person anew, so that the arms are independent.
const (
	holdoutSalt = 0x686f6c646f757400
	noPhaseSalt = 0x6e6f706861736500
)

// ArmsOf says which arms a person is in, by the oldest of their ids. It depends
// on nothing else, so that it stays; a share that grows keeps everybody whom it
// had, and one that shrinks adds nobody.
func ArmsOf(person string, shares Shares) Arms {
	h := Hash(person)
	return Arms{
		Holdout: uniform(h^holdoutSalt) < shares.Holdout,
		NoPhase: uniform(h^noPhaseSalt) < shares.NoPhase,
	}
}
