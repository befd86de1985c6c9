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

// newExclusiveMembershipsResource is the rule that only the listed people may be members.
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
			MarkdownDescription: "The rule that only the listed people, and the token's owner, may be members. **The apply removes every other member**: " +
				"the plan names them, and the apply removes exactly those, whatever `on_destroy` says in their `modelprime_membership`. " +
				"The rule never invites. Destroying it removes nobody. Use one per organization.",
			Attributes: map[string]schema.Attribute{
				"emails": schema.SetAttribute{
					Required:    true,
					ElementType: types.StringType,
					Validators:  []validator.Set{elements{rule: emailRule, atLeastOne: true}},
					MarkdownDescription: "E-mail addresses of the people who may be members. At least one. Case-insensitive. They must be known when the plan is made. " +
						"Taking an address out removes the member who has it, or who had it when they were last seen. " +
						"An invited person who has not joined changes nothing. A listed member who changes their own address stays, with a warning. " +
						"Where several members have one listed address, all of them stay, with a warning.",
				},
				"members": schema.MapAttribute{
					Computed:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "User ids of the listed people who are members, by their listed e-mail address. The rule knows them by these ids.",
				},
				"unlisted": schema.MapAttribute{
					Computed:    true,
					ElementType: types.StringType,
					MarkdownDescription: "E-mail addresses of the members who were not listed at the last read, by user id. A plan that refreshes sets it to empty, and its apply removes them. " +
						"The plan that creates the rule names in it the members whom the apply removes; they stay in it until the next read.",
				},
				"organization_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the organization. With the token of another organization, nothing is read or changed."},
			},
		},
	}
}
