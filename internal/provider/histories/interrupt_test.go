package histories_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// interrupts are the ways to stop a run.
func interrupts() map[string]func(w *world, cancel func()) {
	return map[string]func(w *world, cancel func()){
		"Ctrl-C":                  func(w *world, _ func()) { w.tf.Stop(context.Background()) },
		"the end of the context":  func(_ *world, cancel func()) { cancel() },
		"Ctrl-C, and then a kill": func(w *world, cancel func()) { w.tf.Stop(context.Background()); cancel() },
	}
}

// interrupted starts a run, stops it at a point, and returns its report. It must end soon.
func interrupted(t *testing.T, w *world, config drive.Config, point <-chan struct{}, stop func(w *world, cancel func())) *drive.Report {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p := w.tf.Plan(ctx, config, drive.Options{})
	w.Must(p.Err())
	ended := make(chan *drive.Report)
	go func() { ended <- w.tf.Apply(ctx, p) }()
	within(t, "the run comes to the point", point)
	stop(w, cancel)
	return within(t, "the run ends", ended)
}

func within[T any](t *testing.T, what string, happens <-chan T) T {
	t.Helper()
	select {
	case v := <-happens:
		return v
	case <-time.After(30 * time.Second):
		t.Fatalf("waited in vain until %s", what)
	}
	panic("unreachable")
}

// A run in a back-off ends at once. A throttled invitation was not sent, and is not in the state.
func TestInterruptedInABackOff(t *testing.T) {
	t.Parallel()
	for name, stop := range interrupts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.Fail(sandbox.Fault{Kind: sandbox.TooManyRetryAfter429, Operation: "inviteUser"})
			report := interrupted(t, w, team(30, "developer"), w.Clock.Stop(w.tf.Parallelism), stop)
			if report.Err() == nil {
				t.Error("the run reports no error")
			}
			if held := w.tf.Addresses(); len(held) != 0 || len(w.Emails()) != 0 {
				t.Errorf("the state holds %v, %d e-mails were sent", held, len(w.Emails()))
			}
			w.ClearFaults()
			w.Must(w.run(team(30, "developer")).Err())
			w.checkSettled(team(30, "developer"))
			for email, sent := range w.mails() {
				if sent != 1 {
					t.Errorf("%s was sent %d e-mails", email, sent)
				}
			}
		})
	}
}

// holdReplies keeps back the reply to an executed operation until the test ends.
func (w *world) holdReplies(t *testing.T, operation string) <-chan struct{} {
	carried, over := make(chan struct{}, 1000), make(chan struct{})
	var once sync.Once
	release := func() { once.Do(func() { close(over) }) }
	t.Cleanup(release)
	w.OnReply(func(r sandbox.Request) {
		if r.Operation == operation {
			carried <- struct{}{}
			<-over
		}
	})
	return carried
}

// A run with a request in flight ends at once. The request's possible effect is in the state or an error: no second e-mail, no lost
// member, no taint.
func TestInterruptedInFlight(t *testing.T) {
	t.Parallel()
	all := changes()
	for name, operation := range map[string]string{
		"membership: invitation":    "inviteUser",
		"membership: resend":        "inviteUser",
		"membership: adoption":      "replaceUserRoles",
		"membership: role change":   "replaceUserRoles",
		"membership: removal":       "deleteUser",
		"membership: replacement":   "deleteUser",
		"role_assignment: creation": "replaceUserRoles",
		"role_assignment: deletion": "replaceUserRoles",
		"exclusive: creation":       "deleteUser",
		"exclusive: taken off":      "deleteUser",
		"current_user: creation":    "updateCurrentUser",
		"current_user: its address": "updateCurrentUser",
		"password_reset: creation":  "resetUserPassword",
	} {
		change, ok := all[name]
		if !ok {
			t.Fatalf("there is no change %q", name)
		}
		for how, stop := range interrupts() {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				w := due(t, change, 8)
				point := w.holdReplies(t, operation)
				interrupted(t, w, change.config, point, stop)
				w.checkNoHarm(change)

				w.OnReply(nil)
				w.Must(change.carryOut(w).Err())
				w.checkNoHarm(change)
				w.checkMembership(adaAddress)
				if !change.done(w) && !w.unsent() {
					t.Error("it is not done after the next apply")
				}
				w.checkSettled(change.config)
			})
		}
	}
}

// An invitation in flight at an interrupt is unconfirmed. The person is found once they join.
func TestInvitationInFlightIsUnconfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	report := interrupted(t, w, ada(nil), w.holdReplies(t, "inviteUser"), interrupts()["Ctrl-C"])
	if !report.Warns("The invitation to " + adaEmail + " is unconfirmed") {
		t.Errorf("the invitation is not reported as unconfirmed: %v", report.Diags)
	}
	w.OnReply(nil)
	if p := w.checkSettled(ada(nil)); !p.Warns("The invitation to " + adaEmail + " is unconfirmed") {
		t.Errorf("the next plan does not report the invitation as unconfirmed: %v", p.Diags)
	}
	w.Accept(adaEmail)
	w.Must(w.run(ada(nil)).Err())
	if status := w.tf.Object(adaAddress).Get("status"); status != "active" {
		t.Errorf("the status is %v", status)
	}
}

// gather holds an operation's requests until this number of them have come.
func (w *world) gather(operation string, number int) {
	var come atomic.Int32
	enough := make(chan struct{})
	w.OnRequest(func(op string, _ int) {
		if op != operation {
			return
		}
		if come.Add(1) == int32(number) {
			close(enough)
		}
		<-enough
	})
}

// For any parallelism of Terraform, the requests in flight reach the cap and do not exceed it.
func TestInFlightStaysBelowTheCap(t *testing.T) {
	t.Parallel()
	for limit, arguments := range map[int]drive.Values{1: {"max_concurrent_requests": 1}, 5: {"max_concurrent_requests": 5}, 16: nil} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, arguments)
			w.tf.Parallelism = 50
			w.SetLatency(time.Millisecond)
			w.gather("inviteUser", limit)
			config := team(100, "developer")
			w.Must(w.run(config).Err())
			if peak := w.PeakInFlight(); peak != limit {
				t.Errorf("%d requests were in flight, want %d", peak, limit)
			}
		})
	}
}
