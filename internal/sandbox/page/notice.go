package page

import (
	"strconv"
	"sync"
)

// The IDs of the page's sections.
const (
	sectionOutbox   = "outbox"
	sectionMembers  = "members"
	sectionRequests = "requests"
)

// notice is the result of a form, shown in the form's section.
type notice struct {
	Section string
	Text    string
	Failed  bool
}

const maxNotices = 20

// notices keeps a redirect's notice until the next page shows it once.
// The server keeps them, so that no link can put text into the page.
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
