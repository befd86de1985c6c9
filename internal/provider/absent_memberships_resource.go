package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// newAbsentMembershipsResource returns the rule that the listed people must not be members.
func newAbsentMembershipsResource() resource.Resource {
	return &membershipRuleResource{
		kind:    guard.AbsentMemberships,
		removes: "present",
		summary: "Members who must be absent are removed",
		reason:  "emails lists the addresses of these members.",
		toKeep:  "To keep one of them, remove their address from emails.",
		read:    readAbsent,
		warnings: func(_, _ ruleReading, _, emails []string, caller modelprime.User) []warning {
			if len(missingFrom(emails, []string{caller.Email})) > 0 {
				return nil
			}
			return []warning{spared(caller)}
		},
		schema: schema.Schema{
			MarkdownDescription: "A rule: the people in `emails` must not be members. **The apply removes every member who has a listed address.** The plan names " +
				"these members, and the apply removes exactly them. An invitation cannot be revoked, so use the rule for people who left before they accepted " +
				"theirs. If one of them accepts later, the next plan that refreshes names them, and its apply removes them. The rule changes nothing for people who " +
				"are not listed. Destroying it removes nobody. You can use several.",
			Attributes: map[string]schema.Attribute{
				"emails": schema.SetAttribute{
					Required:   true,
					CustomType: addresses,
					Validators: []validator.Set{elements{rule: emailRule}},
					MarkdownDescription: "E-mail addresses of the people who must not be members. May be empty. Case-insensitive. They must be known when the plan is made. " +
						"A member is found by their address at the last read. For an address that is new in `emails`, the plan reads the members again. If several " +
						"members have one listed address, all of them are removed. The token's owner is never removed: if their address is listed, each plan warns.",
				},
				"present": schema.MapAttribute{
					Computed:    true,
					ElementType: types.StringType,
					MarkdownDescription: "The members who had a listed address at the last read: their e-mail addresses, by user ID. A plan that refreshes sets the " +
						"map to empty, and its apply removes these members. A plan that creates the rule, or adds an address, shows in the map the members that its " +
						"apply removes. They stay in the map until the next read.",
				},
				"organization_id": schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the organization. With a token of another organization, nothing is read or changed."},
			},
		},
	}
}
