package sandbox

import (
	"slices"
	"time"
)

// Request is an entry of the log of what was asked.
type Request struct {
	Method    string `json:"method"`
	Path      string `json:"path"` // as it was sent
	Query     string `json:"query,omitempty"`
	Template  string `json:"template"`        // "/users/{id}"; "" where nothing is at that path
	Operation string `json:"operation"`       // "getUser"; "" where no operation answers
	Status    int    `json:"status"`          // 0 where no status left the sandbox
	Fault     string `json:"fault,omitempty"` // the kind of fault injected
	Body      string `json:"body,omitempty"`
	Carried   bool   `json:"carried"` // the operation was carried out, whatever the client saw
}

// The kinds of e-mail.
const (
	KindInvitation    = "invitation"
	KindPasswordReset = "password_reset"
)

// Email is something that landed in a person's inbox.
type Email struct {
	Kind       string    `json:"kind"`
	To         string    `json:"to"`
	Name       string    `json:"name"`
	Roles      []string  `json:"roles,omitempty"`      // an invitation's
	Connection string    `json:"connection,omitempty"` // an invitation's; ConnectionPassword for null
	At         time.Time `json:"at"`
	Answered   bool      `json:"answered"`
	Ignored    bool      `json:"ignored,omitempty"` // an invitation that is never answered
}

// journal is the log. The sandbox's lock guards it.
type journal struct {
	requests []Request
	arrived  map[string]int
	inFlight int
	peak     int
}

func (j *journal) arrive(operation string) int {
	if j.arrived == nil {
		j.arrived = map[string]int{}
	}
	j.arrived[operation]++
	j.inFlight++
	j.peak = max(j.peak, j.inFlight)
	return j.arrived[operation]
}

// add ends the request's time in flight: once the reply is on its way the
// client may send the next, which must not count as a second one.
func (j *journal) add(c *call, status int, fault FaultKind, carried bool) Request {
	entry := Request{
		Method:    c.method,
		Path:      c.path,
		Query:     c.rawQuery,
		Template:  c.operation.template,
		Operation: c.operation.name,
		Status:    status,
		Fault:     string(fault),
		Body:      string(c.body),
		Carried:   carried,
	}
	j.requests = append(j.requests, entry)
	j.inFlight--
	return entry
}

// Requests is the log of what was asked since the start or ResetLog, in the
// order in which it was handled.
func (s *Sandbox) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log.requests)
}

// Count is how many requests of an operation the log holds, carried out or not.
func (s *Sandbox) Count(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.log.requests {
		if r.Operation == operation {
			n++
		}
	}
	return n
}

// PeakInFlight is how many requests were being handled at one time, at most.
func (s *Sandbox) PeakInFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.peak
}

// ResetLog forgets the requests, their counts and the peak. E-mails stay
// where they are: in people's inboxes.
func (s *Sandbox) ResetLog() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.requests, s.log.arrived, s.log.peak = nil, nil, s.log.inFlight
}

// Emails is everything that was ever sent, in order.
func (s *Sandbox) Emails() []Email {
	s.mu.Lock()
	defer s.mu.Unlock()
	emails := []Email{}
	for _, e := range s.world.emails {
		emails = append(emails, e.copy())
	}
	return emails
}

// Waits tells whether this is an invitation that still can be accepted.
func (e *Email) Waits() bool {
	return e.Kind == KindInvitation && !e.Answered && !e.Ignored
}

func (e *Email) copy() Email {
	c := *e
	c.Roles = slices.Clone(e.Roles)
	return c
}
