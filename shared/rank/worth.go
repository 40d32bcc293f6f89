package rank

import "math"

// Worth is what makes a priority of a propensity: the margin of the item and
// how much it is to count here.
//
//	priority = propensity × context × (value − cost) × max(0, 1 + levers/100)
//
// Both the value and the cost come when the item is taken up, so that without
// context and levers a priority is an expected gain, in the workspace's
// currency. An item with neither is worth 1: among such items the propensity
// alone decides.
type Worth struct {
	Context float64 // the weight that the rule gives the item; 1 changes nothing
	Value   float64 // of the item, when it is taken up
	Cost    float64 // likewise
	Levers  float64 // the sum of its levers, in percent; 0 changes nothing
}

// Margin is what remains of the value after the cost.
func (w Worth) Margin() float64 {
	if w.Value == 0 && w.Cost == 0 {
		return 1
	}
	return w.Value - w.Cost
}

// Lever is the factor that the levers make.
func (w Worth) Lever() float64 { return max(0, 1+w.Levers/100) }

// Weight is what a propensity is multiplied by. Where it is not above 0 (a
// loss at each success, a weight of 0, or levers that sum to -100), the item is
// not to be shown.
func (w Worth) Weight() float64 {
	weight := w.Context * w.Margin() * w.Lever()
	if math.IsNaN(weight) {
		return 0
	}
	return weight
}
