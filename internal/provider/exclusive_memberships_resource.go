package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// newExclusiveMembershipsResource returns the rule that only the listed people may be members.
func newExclusiveMembershipsResource() resource.Resource {
	return &membershipRuleResource{
		kind:    guard.ExclusiveMemberships,
		removes: "unlisted",
		knows:   true,
		summary: "Members who are not listed are removed",
		reason:  "emails does not list these members.",
		toKeep:  "To keep one of them, add their address to emails.",
		read:    readExclusive,
		warnings: func(before, after ruleReading, emailsBefore, emails []string, caller modelprime.User) []warning {
			warnings := slices.Concat(after.renamed(), after.shared(emails), after.escaped(before, emailsBefore))
			if before.people()[caller.ID] != "" && after.remove[caller.ID] != "" {
				warnings = append(warnings, spared(caller))
			}
			return warnings
		},
		schema: schema.Schema{
			MarkdownDescription: "A rule: only the people in `emails` and the token's owner may be members. **The apply removes every other member.** The plan names " +
				"these members, and the apply removes exactly them, even if their `modelprime_membership` has `on_destroy = \"keep\"`. The rule never invites. " +
				"Destroying it removes nobody. Use one per organization.",
			Attributes: map[string]schema.Attribute{
				"emails": schema.SetAttribute{
					Required:   true,
					CustomType: addresses,
					Validators: []validator.Set{elements{rule: emailRule, atLeastOne: true}},
					MarkdownDescription: "E-mail addresses of the people who may be members. At least one. Case-insensitive. They must be known when the plan is made. " +
						"If you remove an address from `emails`, the member who has it, or had it at the last read, is removed from the organization. A listed " +
						"person who has not joined yet causes no change. A listed member who changes their own address stays, with a warning. If several members " +
						"have one listed address, all of them stay, with a warning.",
				},
				"members": schema.MapAttribute{
					Computed:    true,
					ElementType: types.StringType,
					MarkdownDescription: "The listed people who are members: their user IDs, by listed e-mail address. The rule recognizes a member by this ID, also " +
						"after they change their address.",
				},
				"unlisted": schema.MapAttribute{
					Computed:    true,
					ElementType: types.StringType,
					MarkdownDescription: "The members who were not listed at the last read: their e-mail addresses, by user ID. A plan that refreshes sets the map " +
						"to empty, and its apply removes these members. The plan that creates the rule shows in the map the members that its apply removes. They " +
						"stay in the map until the next read.",
				},
				"organization_id": schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the organization. With a token of another organization, nothing is read or changed."},
			},
		},
	}
}
