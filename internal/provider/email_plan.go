package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// planEmail plans a configured address of a known person. If only the case differs, the prior spelling stays. The address that
// the member has now is the same person; any other known address is a different person. An unknown address counts as the same
// person: if it proves to be a different one, Terraform stops the apply.
func planEmail(config, prior, current types.String) (planned types.String, differentPerson bool) {
	switch {
	case config.IsUnknown():
		return config, false
	case modelprime.SameEmail(config.ValueString(), prior.ValueString()):
		return prior, false
	case modelprime.SameEmail(config.ValueString(), current.ValueString()):
		return config, false
	}
	return config, true
}

// renamedWarnings warns that a member has another address than the configured one.
func renamedWarnings(email, current, id types.String) []warning {
	if email.IsUnknown() || current.ValueString() == "" || modelprime.SameEmail(email.ValueString(), current.ValueString()) {
		return nil
	}
	return []warning{{
		fmt.Sprintf("The member %s is now %s", email.ValueString(), current.ValueString()),
		fmt.Sprintf("The person (%s) has changed their own e-mail address. They stay the same member, and nothing is planned for it. Write the new address into the "+
			"configuration: that updates the state only. If the address is also a for_each key, add a moved block from the old key to the new one.", id.ValueString()),
	}}
}

// replacedWarnings warns that a different configured address replaces the member.
func replacedWarnings(prior, config membershipModel) []warning {
	return []warning{{
		fmt.Sprintf("%s is replaced by %s", prior.Email.ValueString(), config.Email.ValueString()),
		fmt.Sprintf("A different address is a different person, so the membership of the member %s (%s) is destroyed and another one is created. "+
			"If it is the same person, they change their address in Model-Prime first: after that, the new address in the configuration updates the state only.",
			prior.Name.ValueString(), prior.UserID.ValueString()),
	}}
}
