package histories_test

import (
	"net/http"
	"slices"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// The checks after each plan and apply of a history.

// checkBindings fails if a member with fewer roles than the invitation was bound to it.
func (h *history) checkBindings(p *drive.Plan) {
	h.T.Helper()
	for _, address := range h.memberships() {
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

// checkOnlyRead fails if a plan changed anything.
func (h *history) checkOnlyRead() {
	h.T.Helper()
	for _, r := range h.Requests() {
		if r.Method != http.MethodGet {
			h.T.Fatalf("planning asked for %s %s", r.Method, r.Path)
		}
	}
}

// checkRemovals fails if a member was removed without a planned destruction.
func (h *history) checkRemovals(p *drive.Plan, before []sandbox.User) {
	h.T.Helper()
	for _, u := range before {
		if _, still := h.memberWith(u.ID); still || named(p, u) || namedByRule(p, u) {
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

// checkMails fails unless each new e-mail was planned and is counted in the state.
func (h *history) checkMails(p *drive.Plan, report *drive.Report, before map[string]int) {
	h.T.Helper()
	after := h.mails()
	allowed := map[string]int{}
	for address := range p.Changes() {
		if slices.ContainsFunc(report.Errors(), func(d drive.Diag) bool { return d.Address == address }) {
			continue // it is unchanged, and its e-mail may not have been sent
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

// counted is the number of additional e-mails in the state, and their address.
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

// expects reports whether the plan makes a user expect an e-mail.
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

// checkDeclared fails unless the state and the members are as declared.
func (h *history) checkDeclared() {
	h.T.Helper()
	if len(h.memberships()) != len(h.config) {
		h.T.Fatalf("the state holds %v\n%s", h.tf.Addresses(), h)
	}
	for address := range h.config {
		if h.tf.Object(address) == nil {
			h.T.Fatalf("%s is not in the state\n%s", address, h)
		}
		h.checkRoles(address)
	}
	h.checkRule()
}

// checkRoles fails unless an active membership is a member with the declared roles.
func (h *history) checkRoles(address string) {
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

// checkNothingLeft fails unless the next plan is empty.
func (h *history) checkNothingLeft() {
	h.T.Helper()
	next := h.planned(drive.Options{})
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
