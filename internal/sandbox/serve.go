package sandbox

import (
	"context"
	"io"
	"net/http"
	"time"
)

// ServeHTTP answers one request. It decides and logs the result before it sends the first byte, so that a client with a response
// finds its log entry.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := s.newCall(r)
	s.arrive(c)
	fault, refused := s.admit(c, r)
	if fault.Kind == ResetBefore {
		s.drop(c, fault.Kind)
		reset(w)
		return
	}
	c.readBody(r.Body)
	if s.wait(r.Context()) != nil {
		s.drop(c, "")
		panic(http.ErrAbortHandler)
	}
	rep := s.handle(c, fault, refused)
	s.send(w, r, rep, fault)
}

// arrive counts the request and calls the hook.
func (s *Sandbox) arrive(c *call) {
	s.mu.Lock()
	n := s.log.arrive(c.operation.name)
	hook := s.onRequest
	s.mu.Unlock()
	if hook != nil {
		hook(c.operation.name, n)
	}
}

// admit applies the rate limit and selects the request's fault, before the operation reads the body.
func (s *Sandbox) admit(c *call, r *http.Request) (fault Fault, refused bool) {
	s.mu.Lock()
	refused = !s.limit.take(s.clock()) || s.throttled[c.operation.name] > 0
	if s.throttled[c.operation.name] > 0 {
		s.throttled[c.operation.name]--
	}
	rules := s.faults.list()
	s.mu.Unlock()
	if refused {
		return Fault{}, true
	}
	candidates := matching(rules, c.operation.name, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.pick(candidates), false
}

func (s *Sandbox) wait(ctx context.Context) error {
	s.mu.Lock()
	d := s.latency
	s.mu.Unlock()
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// handle executes the request, unless a fault or the rate limit prevents it.
func (s *Sandbox) handle(c *call, fault Fault, refused bool) reply {
	return s.conclude(c, fault.Kind, func() (reply, bool) {
		rep, carried := s.outcome(c, fault, refused)
		return s.variations.reshape(rep), carried
	})
}

// drop ends a request without a result.
func (s *Sandbox) drop(c *call, fault FaultKind) {
	s.conclude(c, fault, func() (reply, bool) { return reply{}, false })
}

// conclude executes and logs under one lock, so that the log has the order of
// the changes.
func (s *Sandbox) conclude(c *call, fault FaultKind, decide func() (rep reply, carried bool)) reply {
	rep, entry, hook := s.decideAndLog(c, fault, decide)
	if hook != nil {
		hook(entry)
	}
	return rep
}

func (s *Sandbox) decideAndLog(c *call, fault FaultKind, decide func() (reply, bool)) (reply, Request, func(Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rep, carried := decide()
	status := rep.status
	if fault == LostReply {
		status = 0
	}
	return rep, s.log.add(c, status, fault, carried), s.onReply
}

func (s *Sandbox) outcome(c *call, fault Fault, refused bool) (rep reply, carried bool) {
	if refused {
		return s.variations.throttled(s.clock()), false
	}
	if fault.Kind != "" && !fault.Kind.carriedOut() {
		return s.instead(fault), false
	}
	rep = s.run(c)
	carried = rep.status < 300
	switch fault.Kind {
	case WrongOrganization:
		if carried {
			rep = s.world.anotherOrganization()
		}
	case LostBadGateway502:
		rep = badGateway()
	case Trickle, HugeReply:
		rep.status = withBody(rep.status)
	}
	return rep, carried
}

// run makes the checks of all operations and executes the operation.
func (s *Sandbox) run(c *call) reply {
	if c.operation.run == nil {
		return c.unrouted
	}
	caller, ok := s.world.caller(c.authorization)
	if !ok {
		return problem(http.StatusUnauthorized, "the token is not valid")
	}
	if c.operation.admin && !has(caller.Roles, RoleAdmin) {
		return problem(http.StatusForbidden, "only an admin may do this")
	}
	if err := c.check(); err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}
	return c.operation.run(s, c)
}

const maxBody = 1 << 20

func (c *call) readBody(body io.Reader) {
	c.body, c.bodyErr = io.ReadAll(io.LimitReader(body, maxBody+1))
}
