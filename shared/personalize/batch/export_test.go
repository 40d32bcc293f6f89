package batch

// InPartsOf changes how many rows a part has.
func (b *Batches) InPartsOf(rows int) *Batches {
	b.partRows = rows
	return b
}
