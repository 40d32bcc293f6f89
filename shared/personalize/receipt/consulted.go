package receipt

import (
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
)

// consulted writes which items took part, or else all that were consulted, and
// of each what was believed, unless that is nothing. Of items that nobody was
// shown yet the same is believed often: that is said once.
func (w *writer) consulted(c *snapshot.Consulted) {
	if w.flag(c != nil); c == nil {
		return
	}
	w.quantiles(&c.Nothing)
	w.flag(c.Competed != nil)
	list := make([]int, 0, max(len(c.Competed), len(c.Items)))
	if c.Competed != nil {
		for _, at := range c.Competed {
			list = append(list, int(at))
		}
	} else {
		for i := range c.Items {
			list = append(list, int(c.Items[i].At))
		}
	}
	w.rising(list)
	last, items := c.Nothing, c.Items
	for _, at := range list {
		var believed rank.Quantiles
		if len(items) > 0 && int(items[0].At) == at {
			believed, items = items[0].Believed, items[1:]
		}
		is := believed != (rank.Quantiles{})
		if w.flag(is); !is {
			continue
		}
		if w.flag(believed == last); believed != last {
			w.quantiles(&believed)
		}
		last = believed
	}
}

func (r *reader) consulted() *snapshot.Consulted {
	if !r.flag() {
		return nil
	}
	c := &snapshot.Consulted{Nothing: r.quantiles()}
	competed := r.flag()
	if competed {
		c.Competed = []int32{}
	}
	last := c.Nothing
	for _, at := range r.rising() {
		if competed {
			c.Competed = append(c.Competed, int32(at))
		}
		believed := rank.Quantiles{}
		if r.flag() {
			if !r.flag() {
				last = r.quantiles()
			}
			believed = last
		} else if competed {
			continue
		}
		c.Items = append(c.Items, snapshot.ConsultedItem{At: int32(at), Believed: believed})
	}
	return c
}
