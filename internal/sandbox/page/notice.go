package page

import (
	"strconv"
	"sync"
)

// The page's sections, by their ids.
const (
	sectionOutbox   = "outbox"
	sectionMembers  = "members"
	sectionRequests = "requests"
)

// notice says what came of a form, in the section it belongs to.
type notice struct {
	Section string
	Text    string
	Failed  bool
}

const maxNotices = 20

// notices keeps what a redirect has to say until the next page says it, once.
// They stay on this side, so that no link can put words into the page.
type notices struct {
	mu   sync.Mutex
	last int
	kept map[string]notice
}

func (n *notices) keep(what notice) (key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.kept == nil {
		n.kept = map[string]notice{}
	}
	n.last++
	delete(n.kept, strconv.Itoa(n.last-maxNotices))
	key = strconv.Itoa(n.last)
	n.kept[key] = what
	return key
}

func (n *notices) take(key string) notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	what := n.kept[key]
	delete(n.kept, key)
	return what
}
