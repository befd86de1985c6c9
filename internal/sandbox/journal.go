package sandbox

import (
	"slices"
	"time"
)

// Request is an entry of the request log.
type Request struct {
	Method    string `json:"method"`
	Path      string `json:"path"` // as it was sent
	Query     string `json:"query,omitempty"`
	Template  string `json:"template"`        // "/users/{id}"; "" for an unknown path
	Operation string `json:"operation"`       // "getUser"; "" without an operation
	Status    int    `json:"status"`          // 0 if no status was sent
	Fault     string `json:"fault,omitempty"` // the kind of fault injected
	Body      string `json:"body,omitempty"`
	Carried   bool   `json:"carried"` // the operation was executed, whatever the client saw
}

// The kinds of e-mail.
const (
	KindInvitation    = "invitation"
	KindPasswordReset = "password_reset"
)

// Email is an e-mail that the API sent.
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

// add ends the request's time in flight before the response is sent: the
// client's next request must not count as concurrent.
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

// Requests returns the requests since the start or ResetLog, in the order in
// which they were handled.
func (s *Sandbox) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log.requests)
}

// Count returns the number of requests of an operation, executed or not.
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

// PeakInFlight returns the highest number of concurrent requests.
func (s *Sandbox) PeakInFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.peak
}

// ResetLog clears the requests, their counts and the peak. It keeps the
// e-mails.
func (s *Sandbox) ResetLog() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.requests, s.log.arrived, s.log.peak = nil, nil, s.log.inFlight
}

// Emails returns all sent e-mails, in order.
func (s *Sandbox) Emails() []Email {
	s.mu.Lock()
	defer s.mu.Unlock()
	emails := []Email{}
	for _, e := range s.world.emails {
		emails = append(emails, e.copy())
	}
	return emails
}

// Waits reports whether this is an invitation that can still be accepted.
func (e *Email) Waits() bool {
	return e.Kind == KindInvitation && !e.Answered && !e.Ignored
}

func (e *Email) copy() Email {
	c := *e
	c.Roles = slices.Clone(e.Roles)
	return c
}
