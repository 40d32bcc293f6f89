package snapshot

import (
	"sort"
	"strings"
)

// Link returns where an item leads, empty where it leads nowhere. It reports
// false for what is no item. An item that is not shown now leads on: it may
// stand in a mail from before.
func (s *Snapshot) Link(id string) (url string, known bool) {
	at, known := s.find(id)
	if !known {
		return "", false
	}
	return s.items[at].url, true
}

// find returns where an item is among all.
func (s *Snapshot) find(id string) (at int, known bool) {
	return sort.Find(len(s.items), func(i int) int { return strings.Compare(id, s.items[i].id) })
}
