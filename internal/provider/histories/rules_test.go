package histories_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// The two rules in the random histories.

const (
	exclusive = "modelprime_exclusive_memberships.rule"
	absent    = "modelprime_absent_memberships.rule"
)

// memberships are the addresses of the memberships in the state.
func (h *history) memberships() []string {
	return slices.DeleteFunc(h.tf.Addresses(), isRule)
}

func isRule(address string) bool { return address == exclusive || address == absent }

// removes reports whether the configured rule removes a member with that address.
func (h *history) removes(email string) bool {
	same := func(listed string) bool { return strings.EqualFold(listed, email) }
	for kind, values := range h.rule {
		return slices.ContainsFunc(values["emails"].([]string), same) == (kind == absent)
	}
	return false
}

// overrules reports whether the rule removes a membership's person, by any of their addresses.
func (h *history) overrules() bool {
	var known []string
	for _, values := range h.config {
		known = append(known, values["email"].(string))
	}
	for _, address := range h.memberships() {
		object := h.tf.Object(address)
		member, _ := h.memberWith(object.Text("user_id"))
		known = append(known, object.Text("email"), object.Text("current_email"), member.Email)
	}
	return slices.ContainsFunc(known, func(email string) bool { return email != "" && h.removes(email) })
}

// forgetRule removes the rule from the configuration and the state.
func (h *history) forgetRule() {
	for _, address := range []string{exclusive, absent} {
		h.tf.Forget(address)
	}
	h.rule, h.ruled = drive.Config{}, drive.Config{}
}

// namedByRule reports whether a warning of the plan's rule names the member.
func namedByRule(p *drive.Plan, u sandbox.User) bool {
	return slices.ContainsFunc(p.Warnings(), func(d drive.Diag) bool {
		return isRule(d.Address) && strings.Contains(d.Detail, "("+u.ID+")")
	})
}

// checkRule fails unless the rule holds for each member. An exclusive rule knows its listed members by ID.
func (h *history) checkRule() {
	h.T.Helper()
	for kind := range h.rule {
		known, _ := h.tf.Object(kind).Get("members").(drive.Values)
		for _, u := range h.others() {
			if byID := slices.Contains(slices.Collect(maps.Values(known)), any(u.ID)); h.removes(u.Email) && !byID {
				h.T.Fatalf("%s is a member in spite of %s\n%s", u.Email, kind, h)
			}
		}
	}
}
