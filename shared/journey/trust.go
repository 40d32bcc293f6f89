package journey

// Trust says how sure we are that a human did it.
type Trust uint8

// The grades of trust. The zero value is Human.
const (
	Human Trust = iota
	Likely
	Reported
	Imported
	Machine
	trusts
)

var trustNames = [trusts]string{"human", "likely", "reported", "imported", "machine"}

var trustWeights = [trusts]float64{1, 0.6, 0.8, 1, 0}

// Weight is the factor that t puts on evidence, 0 to 1. It is 0 for a machine
// and for a grade that is not one of ours.
func (t Trust) Weight() float64 {
	if t >= trusts {
		return 0
	}
	return trustWeights[t]
}

func (t Trust) String() string {
	if t >= trusts {
		return "unknown"
	}
	return trustNames[t]
}

// MarshalText writes the name of t.
func (t Trust) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads one of the five names.
func (t *Trust) UnmarshalText(text []byte) error {
	for i, name := range trustNames {
		if name == string(text) {
			*t = Trust(i)
			return nil
		}
	}
	return fault("trust", "bad_trust", "must be one of human, likely, reported, imported, machine")
}
