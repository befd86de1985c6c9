package histories_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// history is an organization, with its current and its last applied configuration.
type history struct {
	*world
	config  drive.Config
	applied drive.Config
	rule    drive.Config // at most one rule; config has the memberships
	ruled   drive.Config // the last applied rule
	lost    bool         // an invitation may be lost, so the e-mails do not show what was sent
	late    bool         // a person joined between a plan and its apply
	first   bool         // removed instances are read before their destruction is planned
	twice   bool         // -minimal-refresh comes first: changes are planned twice, and unchanged instances are not read
}

func newHistory(t acctest.TB, overdue, identity bool) *history {
	arguments := drive.Values{}
	if overdue {
		arguments["reinvite_after"] = "168h"
	}
	h := &history{world: newWorld(t, arguments), config: drive.Config{}, applied: drive.Config{}, rule: drive.Config{}, ruled: drive.Config{}}
	h.tf.Parallelism, h.tf.Identity = 1, identity
	return h
}

// inOrder makes Terraform process the instances in random orders.
func (h *history) inOrder(seed uint64) {
	dice := rand.New(rand.NewPCG(seed, seed))
	h.tf.Order = func(addresses []string) {
		dice.Shuffle(len(addresses), func(i, j int) { addresses[i], addresses[j] = addresses[j], addresses[i] })
	}
}

func (h *history) declare(address string, values drive.Values) { h.config[address] = values }
func (h *history) drop(address string)                         { delete(h.config, address) }
func (h *history) lose(address string)                         { h.tf.Forget(address) }
func (h *history) wait()                                       { h.Clock.Advance(200 * time.Hour) }
func (h *history) leave(u sandbox.User)                        { h.Must(h.Remove(u.ID)) }
func (h *history) promote(u sandbox.User, roles []string)      { h.Must(h.SetRoles(u.ID, roles...)) }
func (h *history) readdress(u sandbox.User, email string)      { h.Must(h.SetEmail(u.ID, email)) }
func (h *history) arrive(email string, roles []string) {
	h.Add(sandbox.User{Email: email, Name: "Somebody Else", Roles: roles})
}

// acceptance accepts a person's invitation, if there is one.
func (h *history) acceptance(email string) { _, _ = h.Sandbox.Accept(email) }

// loseReply makes the next request of an operation fail once; there may be a retry.
func (h *history) loseReply(operation string, how sandbox.FaultKind) {
	h.lost = h.lost || operation == "inviteUser"
	h.Fail(sandbox.Fault{Kind: how, Operation: operation, Times: 1})
}

func (h *history) others() []sandbox.User {
	return slices.DeleteFunc(h.Members(), func(u sandbox.User) bool { return u.Email == sandbox.DefaultEmail })
}

func (h *history) having(email string) []sandbox.User { return withEmail(h.others(), email) }

func withEmail(members []sandbox.User, email string) []sandbox.User {
	return slices.DeleteFunc(slices.Clone(members), func(u sandbox.User) bool { return !strings.EqualFold(u.Email, email) })
}

// planned plans the whole configuration.
func (h *history) planned(options drive.Options) *drive.Plan {
	options.ReadFirst = h.first
	config := maps.Clone(h.config)
	maps.Copy(config, h.rule)
	return h.tf.Plan(context.Background(), config, options)
}

// apply plans and applies. A plan that fails for a valid reason changes nothing, and the reason is repaired.
func (h *history) apply(options drive.Options) {
	h.T.Helper()
	if h.twice && !options.RefreshOnly && h.applyUnread(options) {
		options.Replace = nil
	}
	before, mails := h.others(), h.mails()
	h.ResetLog()
	p := h.planned(options)
	h.checkOnlyRead()
	h.checkBindings(p)
	if errs := p.Errors(); len(errs) > 0 {
		h.excuse(errs)
		h.repair(errs, options.Moved)
		return
	}
	report := h.carryOut(p, before, mails)
	if options.RefreshOnly || options.Destroy || report.Err() != nil {
		return
	}
	h.applied, h.ruled = maps.Clone(h.config), maps.Clone(h.rule)
	h.checkDeclared()
	h.checkNothingLeft()
}

// applyUnread plans and applies with -minimal-refresh, and reports whether it succeeded. It may miss changes made elsewhere.
func (h *history) applyUnread(options drive.Options) bool {
	h.T.Helper()
	before, mails := h.others(), h.mails()
	h.ResetLog()
	options.MinimalRefresh = true
	p := h.planned(options)
	h.checkOnlyRead()
	if errs := p.Errors(); len(errs) > 0 {
		h.excuse(errs)
		return false
	}
	return h.carryOut(p, before, mails).Err() == nil
}

// carryOut applies a plan and compares the result with it.
func (h *history) carryOut(p *drive.Plan, before []sandbox.User, mails map[string]int) *drive.Report {
	h.T.Helper()
	report := h.tf.Apply(context.Background(), p)
	h.excuseApply(report, before)
	h.ClearFaults()
	h.checkRemovals(p, before)
	h.checkMails(p, report, mails)
	return report
}

// applyLate applies a plan after an invited person has joined, and then plans and applies again.
func (h *history) applyLate(email string) {
	h.T.Helper()
	h.ResetLog()
	p := h.planned(drive.Options{})
	if p.Err() == nil {
		h.acceptance(email)
		h.late = true
		report := h.carryOut(p, h.others(), h.mails())
		h.late = false
		for address, action := range p.Changes() {
			if object := h.tf.Object(address); object != nil && action != drive.Delete && report.Err() == nil {
				h.checkRoles(address)
			}
		}
	}
	h.apply(drive.Options{})
}

// applyTaken applies a plan after a member has taken an invited person's address, and then plans and applies again. The member is
// neither removed nor given roles, unless the plan is about them.
func (h *history) applyTaken(email string, taker sandbox.User) {
	h.T.Helper()
	h.ResetLog()
	p := h.planned(drive.Options{})
	if p.Err() == nil {
		h.readdress(taker, email)
		h.late = true
		h.carryOut(p, h.others(), h.mails())
		h.late = false
		after, still := h.memberWith(taker.ID)
		if about(p, taker) || namedByRule(p, taker) {
			still, after.Roles = true, taker.Roles
		}
		if !still || !slices.Equal(slices.Sorted(slices.Values(after.Roles)), slices.Sorted(slices.Values(taker.Roles))) {
			h.T.Fatalf("%s took the address %s: is a member: %v, had the roles %v and has %v\n%s", taker.Email, email, still, taker.Roles, after.Roles, h)
		}
	}
	h.apply(drive.Options{})
}

// about reports whether a plan changes a member's instance.
func about(p *drive.Plan, u sandbox.User) bool {
	for address, action := range p.Changes() {
		if prior := p.Prior(address); action != drive.Create && prior != nil && prior.Text("user_id") == u.ID {
			return true
		}
	}
	return false
}

// forget removes an instance from the state and the configuration.
func (h *history) forget(address string) {
	h.tf.Forget(address)
	delete(h.config, address)
	delete(h.applied, address)
}

// reimport imports an instance that was lost from the state.
func (h *history) reimport(address string) {
	h.T.Helper()
	members := h.having(h.config[address]["email"].(string))
	if len(members) != 1 {
		h.forget(address)
		return
	}
	report := h.tf.Import(context.Background(), address, members[0].ID)
	h.Must(report.Err())
	h.checkOnlyRead()
}

// String shows the whole history for a failure.
func (h *history) String() string {
	var b strings.Builder
	for _, config := range []drive.Config{h.config, h.rule} {
		for _, address := range slices.Sorted(maps.Keys(config)) {
			fmt.Fprintf(&b, "configured %s %v\n", address, config[address])
		}
	}
	for _, address := range h.tf.Addresses() {
		fmt.Fprintf(&b, "state %s %v\n", address, h.tf.Object(address).Values())
	}
	for _, u := range h.others() {
		fmt.Fprintf(&b, "member %+v\n", u)
	}
	for _, mail := range h.Emails() {
		fmt.Fprintf(&b, "e-mail to %s, answered: %v\n", mail.To, mail.Answered)
	}
	for _, r := range h.Requests() {
		fmt.Fprintf(&b, "request %s %s %d %s\n", r.Method, r.Path, r.Status, r.Fault)
	}
	return b.String()
}
