package histories_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// history is one organization's, with what is configured and what was applied last.
type history struct {
	*world
	config  drive.Config
	applied drive.Config
	lost    bool // an invitation went astray, so that no inbox tells what was sent
	late    bool // somebody joined between a plan and its apply
	twice   bool // -minimal-refresh comes first: what changes is planned twice, and what does not is not read
}

func newHistory(t acctest.TB, overdue, identity bool) *history {
	arguments := drive.Values{}
	if overdue {
		arguments["reinvite_after"] = "168h"
	}
	h := &history{world: newWorld(t, arguments), config: drive.Config{}, applied: drive.Config{}}
	h.tf.Parallelism, h.tf.Identity = 1, identity
	return h
}

// inOrder has Terraform look at the instances in random orders, for it has none of its own.
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

// acceptance has a person answer an invitation, if they have one.
func (h *history) acceptance(email string) { _, _ = h.Sandbox.Accept(email) }

// loseReply has the next request of an operation fail once; a retry may come.
func (h *history) loseReply(operation string, how sandbox.FaultKind) {
	h.lost = h.lost || operation == "inviteUser"
	h.Fail(sandbox.Fault{Kind: how, Operation: operation, Times: 1})
}

func (h *history) others() []sandbox.User {
	return slices.DeleteFunc(h.Members(), func(u sandbox.User) bool { return u.Email == sandbox.DefaultEmail })
}

func (h *history) having(email string) []sandbox.User {
	return slices.DeleteFunc(h.others(), func(u sandbox.User) bool { return !strings.EqualFold(u.Email, email) })
}

// apply plans and applies. A plan that fails for a good reason changes nothing, and its reason is taken away.
func (h *history) apply(options drive.Options) {
	h.T.Helper()
	if h.twice && !options.RefreshOnly && h.applyUnread(options) {
		options.Replace = nil
	}
	before, mails := h.others(), h.mails()
	h.ResetLog()
	p := h.tf.Plan(context.Background(), h.config, options)
	h.onlyRead()
	h.holdBindings(p)
	if errs := p.Errors(); len(errs) > 0 {
		h.excuse(errs)
		h.repair(errs, options.Moved)
		return
	}
	report := h.carryOut(p, before, mails)
	if options.RefreshOnly || options.Destroy || report.Err() != nil {
		return
	}
	h.applied = maps.Clone(h.config)
	h.holdDeclared()
	h.holdNothingLeft()
}

// applyUnread plans and applies with -minimal-refresh, and reports whether it did. What people did elsewhere may stay unseen.
func (h *history) applyUnread(options drive.Options) bool {
	h.T.Helper()
	before, mails := h.others(), h.mails()
	h.ResetLog()
	options.MinimalRefresh = true
	p := h.tf.Plan(context.Background(), h.config, options)
	h.onlyRead()
	if errs := p.Errors(); len(errs) > 0 {
		h.excuse(errs)
		return false
	}
	return h.carryOut(p, before, mails).Err() == nil
}

// carryOut applies a plan and holds what happened against it.
func (h *history) carryOut(p *drive.Plan, before []sandbox.User, mails map[string]int) *drive.Report {
	h.T.Helper()
	report := h.tf.Apply(context.Background(), p)
	h.excuseApply(report)
	h.ClearFaults()
	h.holdRemovals(p, before)
	h.holdMails(p, report, mails)
	return report
}

// applyLate applies a plan after somebody has joined whom it took for invited, and then once more.
func (h *history) applyLate(email string) {
	h.T.Helper()
	h.ResetLog()
	p := h.tf.Plan(context.Background(), h.config, drive.Options{})
	if p.Err() == nil {
		h.acceptance(email)
		h.late = true
		report := h.carryOut(p, h.others(), h.mails())
		h.late = false
		for address, action := range p.Changes() {
			if object := h.tf.Object(address); object != nil && action != drive.Delete && report.Err() == nil {
				h.holdRoles(address)
			}
		}
	}
	h.apply(drive.Options{})
}

// applyTaken applies a plan after a member has taken the address of somebody pending, and then once more. The member is
// neither removed nor given roles for it, unless the plan is about them.
func (h *history) applyTaken(email string, taker sandbox.User) {
	h.T.Helper()
	h.ResetLog()
	p := h.tf.Plan(context.Background(), h.config, drive.Options{})
	if p.Err() == nil {
		h.readdress(taker, email)
		h.late = true
		h.carryOut(p, h.others(), h.mails())
		h.late = false
		after, still := h.memberWith(taker.ID)
		if about(p, taker) {
			still, after.Roles = true, taker.Roles
		}
		if !still || !slices.Equal(slices.Sorted(slices.Values(after.Roles)), slices.Sorted(slices.Values(taker.Roles))) {
			h.T.Fatalf("%s took the address %s: is a member: %v, had the roles %v and has %v\n%s", taker.Email, email, still, taker.Roles, after.Roles, h)
		}
	}
	h.apply(drive.Options{})
}

// about reports whether a plan changes the instance of a member.
func about(p *drive.Plan, u sandbox.User) bool {
	for address, action := range p.Changes() {
		if prior := p.Prior(address); action != drive.Create && prior != nil && prior.Text("user_id") == u.ID {
			return true
		}
	}
	return false
}

// holdBindings fails if anybody was taken for an invited person who holds fewer roles than their invitation gave.
func (h *history) holdBindings(p *drive.Plan) {
	h.T.Helper()
	for _, address := range h.tf.Addresses() {
		before, bound := h.tf.Object(address), p.Prior(address)
		if before.Get("status") != "invited" || bound == nil || bound.Get("status") != "active" {
			continue
		}
		roles := bound.Texts("roles")
		given := slices.ContainsFunc(h.Emails(), func(mail sandbox.Email) bool {
			fewer := slices.ContainsFunc(mail.Roles, func(role string) bool { return !slices.Contains(roles, role) })
			return strings.EqualFold(mail.To, before.Text("email")) && !fewer
		})
		if !given && !h.lost {
			h.T.Fatalf("%s was taken for the person invited at %s\n%s", bound.Text("user_id"), address, h)
		}
	}
}

// onlyRead fails if planning changed anything.
func (h *history) onlyRead() {
	h.T.Helper()
	for _, r := range h.Requests() {
		if r.Method != http.MethodGet {
			h.T.Fatalf("planning asked for %s %s", r.Method, r.Path)
		}
	}
}

// excuse fails unless each error has a good reason.
func (h *history) excuse(errs []drive.Diag) {
	h.T.Helper()
	for _, d := range errs {
		if !h.excused(d) {
			h.T.Fatalf("there is no reason for this:\n%s\n%s", d, h)
		}
	}
}

func (h *history) excused(d drive.Diag) bool {
	email, _ := h.config[d.Address]["email"].(string)
	switch d.Summary {
	case "Already a member":
		return len(h.having(email)) > 0
	case "A member is replaced by themselves":
		object := h.tf.Object(d.Address)
		return h.config[d.Address]["adopt_existing"] != true && object != nil && slices.ContainsFunc(h.others(), func(u sandbox.User) bool {
			return u.ID == object.Get("user_id") || strings.EqualFold(u.Email, object.Text("email"))
		})
	case "Could not plan the membership", "The state does not know the member's new address":
		return h.twice && h.unseen()
	case "Several members have that address":
		return len(h.having(email)) > 1
	case "Somebody has the address of an invited person":
		return slices.ContainsFunc(h.tf.Addresses(), func(address string) bool {
			object := h.tf.Object(address)
			return object.Get("status") != "active" && len(h.having(object.Text("email"))) > 0
		})
	case "Two resources manage one person", "One person is destroyed and created in one run", "One person is destroyed and kept in one run", "The member is managed already":
		return h.overlaps()
	}
	return false
}

// unseen reports whether the state takes a person for invited whose address a member has, or a member has another address
// than the state says.
func (h *history) unseen() bool {
	return slices.ContainsFunc(h.tf.Addresses(), func(address string) bool {
		object := h.tf.Object(address)
		if object.Get("status") != "active" {
			return len(h.having(object.Text("email"))) > 0
		}
		member, ok := h.memberWith(object.Text("user_id"))
		return ok && !strings.EqualFold(member.Email, object.Text("current_email"))
	})
}

// overlaps reports whether any two addresses are, or were, about one person.
func (h *history) overlaps() bool {
	about := map[string]string{}
	shared := false
	note := func(address, key string) {
		key = strings.ToLower(key)
		if other, ok := about[key]; key != "" && ok && other != address {
			shared = true
		}
		about[key] = address
	}
	for address, values := range h.config {
		note(address, values["email"].(string))
	}
	for _, address := range h.tf.Addresses() {
		object := h.tf.Object(address)
		for _, attribute := range []string{"email", "current_email", "user_id"} {
			note(address, object.Text(attribute))
		}
		if object.Get("status") == "active" { // the address that they have by now
			for _, u := range h.others() {
				if u.ID == object.Text("user_id") {
					note(address, u.Email)
				}
			}
		}
	}
	return shared
}

// repair takes away what a plan failed for, as a user would: back to what was applied, an import, a state rm.
func (h *history) repair(errs []drive.Diag, moved map[string]string) {
	h.T.Helper()
	h.config = maps.Clone(h.applied)
	for _, d := range errs {
		address := d.Address
		for from, to := range moved {
			if to == address {
				address = from
			}
		}
		_, declared := h.config[address]
		switch {
		case d.Summary == "Already a member" && declared && h.tf.Object(address) == nil:
			h.reimport(address)
		case d.Summary == "A member is replaced by themselves":
		case d.Summary != "Already a member":
			h.forget(address)
		}
	}
}

// forget lets go of an instance without a destruction.
func (h *history) forget(address string) {
	h.tf.Forget(address)
	delete(h.config, address)
	delete(h.applied, address)
}

// reimport brings back a state that was lost.
func (h *history) reimport(address string) {
	h.T.Helper()
	members := h.having(h.config[address]["email"].(string))
	if len(members) != 1 {
		h.forget(address)
		return
	}
	report := h.tf.Import(context.Background(), address, members[0].ID)
	h.Must(report.Err())
	h.onlyRead()
}

// tooLate is what an apply may say of people who have an address that they did not have when the plan was made.
var tooLate = []string{"Already a member", "Several members have that address", "Could not update the membership", "Could not remove the member", "Could not plan the membership", "Provider produced inconsistent final plan"}

// excuseApply fails on an error of an apply, but for those about people who came or took an address after the plan.
func (h *history) excuseApply(report *drive.Report) {
	h.T.Helper()
	for _, d := range report.Errors() {
		if !h.late || !slices.Contains(tooLate, d.Summary) {
			h.T.Fatalf("the apply failed:\n%s\n%s", d, h)
		}
	}
	if h.tf.Deposed() > 0 {
		h.T.Fatalf("%d deposed objects are left\n%s", h.tf.Deposed(), h)
	}
	for _, address := range h.tf.Addresses() {
		if h.tf.Object(address).Tainted {
			h.T.Fatalf("%s is tainted\n%s", address, h)
		}
	}
}

// holdRemovals fails if anybody was removed whom no planned destruction is about.
func (h *history) holdRemovals(p *drive.Plan, before []sandbox.User) {
	h.T.Helper()
	for _, u := range before {
		if _, still := h.memberWith(u.ID); still || named(p, u) {
			continue
		}
		h.T.Fatalf("%s was removed, and the plan is to %v\n%s", u.Email, p.Changes(), h)
	}
}

func (h *history) memberWith(id string) (sandbox.User, bool) {
	i := slices.IndexFunc(h.others(), func(u sandbox.User) bool { return u.ID == id })
	if i < 0 {
		return sandbox.User{}, false
	}
	return h.others()[i], true
}

func named(p *drive.Plan, u sandbox.User) bool {
	for address, action := range p.Changes() {
		prior := p.Prior(address)
		destroys := action == drive.Delete || action == drive.DeleteThenCreate || action == drive.CreateThenDelete
		if !destroys || prior == nil || prior.Get("on_destroy") != "remove" {
			continue
		}
		if prior.Text("user_id") == u.ID || prior.Text("user_id") == "" && strings.EqualFold(prior.Text("email"), u.Email) {
			return true
		}
	}
	return false
}

// holdMails fails unless each new e-mail is one that the plan was to send, and is counted in a state.
func (h *history) holdMails(p *drive.Plan, report *drive.Report, before map[string]int) {
	h.T.Helper()
	after := h.mails()
	allowed := map[string]int{}
	for address := range p.Changes() {
		if slices.ContainsFunc(report.Errors(), func(d drive.Diag) bool { return d.Address == address }) {
			continue // it stayed as it was, and may not have been sent anything
		}
		sent, email := h.counted(p, address)
		if sent > 1 {
			h.T.Fatalf("%s counts %d e-mails more at once\n%s", address, sent, h)
		}
		if sent == 0 {
			continue
		}
		if !expects(p, address) {
			h.T.Fatalf("%s was sent an e-mail without a reason\n%s", email, h)
		}
		allowed[email]++
		if status := h.tf.Object(address).Get("status"); status == "invited" && after[email] == before[email] {
			h.T.Fatalf("%s is invited, and no e-mail was sent\n%s", email, h)
		}
	}
	for email, count := range after {
		if count-before[email] > allowed[email] {
			h.T.Fatalf("%s was sent %d e-mails, %d are accounted for\n%s", email, count-before[email], allowed[email], h)
		}
	}
}

// counted is how many e-mails more a state counts, and to whom.
func (h *history) counted(p *drive.Plan, address string) (sent int64, email string) {
	object := h.tf.Object(address)
	if object == nil {
		return 0, ""
	}
	sent, _ = object.Get("invitations_sent").(int64)
	if p.Change(address).Action == drive.Update {
		earlier, _ := p.Prior(address).Get("invitations_sent").(int64)
		sent -= earlier
	}
	return sent, strings.ToLower(object.Text("email"))
}

// expects reports whether a user who reads the configuration and the plan's prior state expects an e-mail.
func expects(p *drive.Plan, address string) bool {
	c := p.Change(address)
	if c.Action != drive.Update {
		return true
	}
	before, after := c.Before(), c.After()
	overdue := before["status"] == "overdue" && before["invitations_sent"].(int64) < 3
	resent := after["resend"] != nil && before["resend"] != after["resend"]
	return before["user_id"] == nil && (resent || before["login_connection"] != after["login_connection"] || overdue)
}

// holdDeclared fails unless the state and the members are as declared.
func (h *history) holdDeclared() {
	h.T.Helper()
	if len(h.tf.Addresses()) != len(h.config) {
		h.T.Fatalf("the state holds %v\n%s", h.tf.Addresses(), h)
	}
	for address := range h.config {
		if h.tf.Object(address) == nil {
			h.T.Fatalf("%s is not in the state\n%s", address, h)
		}
		h.holdRoles(address)
	}
}

// holdRoles fails unless somebody who is active in the state is a member, with the declared roles.
func (h *history) holdRoles(address string) {
	h.T.Helper()
	object := h.tf.Object(address)
	if object.Get("status") != "active" {
		return
	}
	member, ok := h.memberWith(object.Text("user_id"))
	roles := slices.Sorted(slices.Values(member.Roles))
	if want := slices.Sorted(slices.Values(h.config[address]["roles"].([]string))); !ok || !slices.Equal(roles, want) {
		h.T.Fatalf("%s is a member: %v, with %v, want %v\n%s", address, ok, roles, want, h)
	}
}

// holdNothingLeft fails unless the next plan is empty.
func (h *history) holdNothingLeft() {
	h.T.Helper()
	next := h.tf.Plan(context.Background(), h.config, drive.Options{})
	if errs := next.Errors(); len(errs) > 0 {
		h.excuse(errs)
		h.repair(errs, nil)
		return
	}
	if !next.Empty() {
		h.T.Fatalf("the next plan is to %v\n%s", next.Changes(), h)
	}
	for address := range h.config {
		object := h.tf.Object(address)
		if told := next.Warns("The invitation to " + object.Text("email") + " is unconfirmed"); told != (object.Get("status") == "unconfirmed") {
			h.T.Fatalf("%s is %v, and told of: %v\n%s", address, object.Get("status"), told, h)
		}
	}
}

// String shows everything there is, for a failure.
func (h *history) String() string {
	var b strings.Builder
	for _, address := range slices.Sorted(maps.Keys(h.config)) {
		fmt.Fprintf(&b, "configured %s %v\n", address, h.config[address])
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
