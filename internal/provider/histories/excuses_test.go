package histories_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// The valid reasons for a failed plan or apply of a history.

// excuse fails unless each error has a valid reason.
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
	case "The same member would be removed and invited again":
		object := h.tf.Object(d.Address)
		return h.config[d.Address]["adopt_existing"] != true && object != nil && slices.ContainsFunc(h.others(), func(u sandbox.User) bool {
			return u.ID == object.Get("user_id") || strings.EqualFold(u.Email, object.Text("email"))
		})
	case "Could not plan the membership", "The state does not know the member's new address":
		return h.twice && h.unseen()
	case "Several members have that address":
		return len(h.having(email)) > 1
	case "A member has the address of an invited person":
		return slices.ContainsFunc(h.memberships(), func(address string) bool {
			object := h.tf.Object(address)
			return object.Get("status") != "active" && len(h.having(object.Text("email"))) > 0
		})
	case "One person is removed and kept in one run":
		return h.overrules()
	case "Two resources manage one person", "One person is destroyed and created in one run", "One person is destroyed and kept in one run", "The member is managed already":
		return h.overlaps()
	}
	return false
}

// unseen reports whether the state has an invited person whose address a member has, or a member whose address has changed.
func (h *history) unseen() bool {
	return slices.ContainsFunc(h.memberships(), func(address string) bool {
		object := h.tf.Object(address)
		if object.Get("status") != "active" {
			return len(h.having(object.Text("email"))) > 0
		}
		member, ok := h.memberWith(object.Text("user_id"))
		return ok && !strings.EqualFold(member.Email, object.Text("current_email"))
	})
}

// overlaps reports whether two addresses are, or were, for one person.
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
	for _, address := range h.memberships() {
		object := h.tf.Object(address)
		for _, attribute := range []string{"email", "current_email", "user_id"} {
			note(address, object.Text(attribute))
		}
		if object.Get("status") == "active" { // their current address
			for _, u := range h.others() {
				if u.ID == object.Text("user_id") {
					note(address, u.Email)
				}
			}
		}
	}
	return shared
}

// repair removes the cause of a failed plan, as a user would: by the last applied configuration, an import, or a state rm.
func (h *history) repair(errs []drive.Diag, moved map[string]string) {
	h.T.Helper()
	h.config, h.rule = maps.Clone(h.applied), maps.Clone(h.ruled)
	for _, d := range errs {
		address := d.Address
		for from, to := range moved {
			if to == address {
				address = from
			}
		}
		_, declared := h.config[address]
		switch {
		case d.Summary == "One person is removed and kept in one run":
			h.forgetRule()
		case d.Summary == "Already a member" && declared && h.tf.Object(address) == nil:
			h.reimport(address)
		case d.Summary == "The same member would be removed and invited again":
		case d.Summary != "Already a member":
			h.forget(address)
		}
	}
}

// wasShared reports whether several members had the address of an instance.
func (h *history) wasShared(address string, before []sandbox.User) bool {
	object := h.tf.Object(address)
	return object != nil && len(withEmail(before, object.Text("email"))) > 1
}

// tooLate are errors of an apply about people who took an address after the plan.
var tooLate = []string{"Already a member", "Several members have that address", "Could not update the membership", "Could not remove the member", "Could not plan the membership", "Provider produced inconsistent final plan"}

// excuseApply fails on an apply's errors, except those about people who joined or took an address after the plan, and about an
// invited person whose address two members had in the plan: once the apply has removed one of the two, the other is found.
func (h *history) excuseApply(report *drive.Report, before []sandbox.User) {
	h.T.Helper()
	for _, d := range report.Errors() {
		late := h.late && slices.Contains(tooLate, d.Summary)
		found := d.Summary == "Could not remove the member" && h.wasShared(d.Address, before)
		if !late && !found {
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
