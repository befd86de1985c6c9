package sandbox_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestRateLimitUsesTheClock(t *testing.T) {
	clock := newClock()
	f := start(t, sandbox.Options{Clock: clock.read})
	f.SetRateLimit(2)
	wantStatuses(t, f.statuses("/user", 4), 200, 200, 429, 429)
	res := f.expect(429, "POST", "/users/invite", validInvitation)
	if res.header.Get("Retry-After") != "1" || len(f.Emails()) != 0 {
		t.Errorf("header %v, e-mails %v", res.header, f.Emails())
	}
	if last := f.Requests()[4]; last.Status != 429 || last.Carried || last.Fault != "" {
		t.Errorf("logged as %+v", last)
	}
	clock.forward(500 * time.Millisecond)
	wantStatuses(t, f.statuses("/user", 2), 200, 429)
	clock.forward(time.Hour)
	wantStatuses(t, f.statuses("/user", 3), 200, 200, 429)
	f.SetRateLimit(0)
	wantStatuses(t, f.statuses("/user", 3), 200, 200, 200)
}

func TestThrottledRequestUsesUpNoFault(t *testing.T) {
	clock := newClock()
	f := start(t, sandbox.Options{Clock: clock.read})
	f.SetRateLimit(1)
	f.Fail(sandbox.Fault{Kind: sandbox.Internal500, Skip: 1, Times: 1})
	wantStatuses(t, f.statuses("/user", 2), 200, 429)
	clock.forward(time.Second)
	wantStatuses(t, f.statuses("/user", 1), 500)
}

func TestLatencyDelaysEveryRequest(t *testing.T) {
	f := start(t, sandbox.Options{})
	const latency = 40 * time.Millisecond
	f.SetLatency(latency)
	began := time.Now()
	f.expect(200, "GET", "/user", "")
	if took := time.Since(began); took < latency {
		t.Errorf("answered after %v", took)
	}
}

func TestRequestCancelledDuringLatency(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.SetLatency(time.Hour)
	ctx, giveUp := context.WithCancel(t.Context())
	logged := make(chan sandbox.Request, 1)
	f.OnRequest(func(string, int) { giveUp() })
	f.OnReply(func(r sandbox.Request) { logged <- r })
	if _, err := f.fail(ctx); err == nil {
		t.Error("there was a reply")
	}
	entry := <-logged
	if entry.Status != 0 || entry.Carried || entry.Operation != "inviteUser" || len(f.Emails()) != 0 {
		t.Errorf("logged as %+v", entry)
	}
}

func TestRequestIsLoggedBeforeTheReply(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.addMany(100) // a reply that exceeds the server's buffers
	for i := range 50 {
		f.expect(200, "GET", "/users", "")
		if n := f.Count("listUsers"); n != i+1 {
			t.Fatalf("%d entries after %d replies", n, i+1)
		}
	}
	if peak := f.PeakInFlight(); peak != 1 {
		t.Errorf("%d in flight in sequence", peak)
	}
}

func TestPeakInFlight(t *testing.T) {
	f := start(t, sandbox.Options{})
	const clients = 10
	var together sync.WaitGroup
	together.Add(clients)
	f.OnRequest(func(string, int) {
		together.Done()
		together.Wait()
	})
	f.each(clients, func(int) { f.expect(200, "GET", "/user", "") })
	if peak := f.PeakInFlight(); peak != clients {
		t.Errorf("%d at one time, want %d", peak, clients)
	}
	f.OnRequest(nil)
	f.ResetLog()
	f.expect(200, "GET", "/user", "")
	if peak := f.PeakInFlight(); peak != 1 {
		t.Errorf("after ResetLog: %d", peak)
	}
}

// each runs that many clients in parallel.
func (f *fixture) each(clients int, do func(i int)) {
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() { do(i) })
	}
	all.Wait()
}

func TestFiftyClientsInParallel(t *testing.T) {
	const clients = 50
	f := start(t, sandbox.Options{})
	f.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: "getOrganization", Probability: 0.5})
	f.each(clients, func(i int) { f.live(fmt.Sprintf("unit%d@example.com", i)) })
	if n := len(f.Members()); n != 1+clients {
		t.Errorf("%d members", n)
	}
	if n := len(f.Emails()); n != 2*clients {
		t.Errorf("%d e-mails", n)
	}
	for operation, times := range map[string]int{"inviteUser": 2, "replaceUserRoles": 1, "deleteUser": 1, "getUser": 1, "listUsers": 1, "getOrganization": 1} {
		if n := f.Count(operation); n != times*clients {
			t.Errorf("%s: %d times, want %d", operation, n, times*clients)
		}
	}
}

// live runs through a member's life: invited, changed, removed, invited again.
func (f *fixture) live(email string) {
	f.invite(email)
	id, err := f.Accept(email)
	if err != nil {
		f.t.Error(err)
		return
	}
	for _, r := range []*http.Request{
		f.request("PUT", user(id)+"/roles", `["developer"]`), f.request("GET", user(id), ""), f.request("GET", "/users?page_size=3", ""),
		f.request("GET", "/organization", ""), f.request("DELETE", user(id), ""),
	} {
		if res := f.send(r); res.status >= 400 && res.status != 500 {
			f.t.Errorf("%s %s: status %d", r.Method, r.URL, res.status)
		}
	}
	f.invite(email)
	if again, err := f.Accept(email); err != nil || again == id {
		f.t.Errorf("joined again as %s: %v", again, err)
	}
	if _, err := f.Snapshot(); err != nil {
		f.t.Error(err)
	}
}
