package tables

func (s Set) check() []Problem { return nil }
