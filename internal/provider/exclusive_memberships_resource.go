package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
)

var (
	_ resource.ResourceWithConfigure  = (*exclusiveMembershipsResource)(nil)
	_ resource.ResourceWithModifyPlan = (*exclusiveMembershipsResource)(nil)
)

func newExclusiveMembershipsResource() resource.Resource { return &exclusiveMembershipsResource{} }

// exclusiveMembershipsResource is the rule that nobody but the listed is a member.
type exclusiveMembershipsResource struct{ resourceSession }

const keyCensus = "census"

func (r *exclusiveMembershipsResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_exclusive_memberships"
}

func (r *exclusiveMembershipsResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The rule that nobody but the listed people is a member. **Everybody else is removed**: the plan names them by e-mail address, " +
			"and the apply removes exactly those. It invites nobody, and never removes the token's owner. Destroying it removes nobody. One per organization.",
		Attributes: map[string]schema.Attribute{
			"emails": schema.SetAttribute{
				Required:    true,
				ElementType: types.StringType,
				Validators:  []validator.Set{elements{rule: emailRule}},
				MarkdownDescription: "E-mail addresses of those who may be members, in any case; the addresses must be known when the plan is made. " +
					"A member who is not in it shows in the plan as an address that is taken out, and is removed. Somebody listed who has not joined changes nothing. " +
					"Somebody listed who has changed their own address, once they were seen, is known by id and stays. " +
					"Where several members have one listed address, all of them stay, and a warning names them.",
			},
			"unlisted": schema.SetAttribute{
				Computed:    true,
				ElementType: types.StringType,
				MarkdownDescription: "E-mail addresses of the members who were not listed at the last reading. When the resource is created these are the people who are removed; " +
					"the apply is refused if they have changed since the plan.",
			},
			"unlisted_ids": schema.SetAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Ids of the members in `unlisted`: an address can be another person's by the time of the apply.",
			},
			"members": schema.MapAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Ids of the listed people who are members, by their listed address.",
			},
			"organization_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the organization. With another organization's token nothing is read or changed."},
		},
	}
}

// ModifyPlan decides by what the last reading found, so that the apply cannot contradict it. Only a creation, which has
// no reading, asks the API; Terraform itself refuses its apply when the answer has changed.
func (r *exclusiveMembershipsResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.session == nil || !r.stateBelongs(ctx, req.State, &resp.Diagnostics) || req.Plan.Raw.IsNull() {
		return
	}
	var config, prior *exclusiveModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() || !r.emailsKnown(config, &resp.Diagnostics) || !r.known(&resp.Diagnostics) {
		return
	}
	instance := r.instanceID(ctx, guard.ExclusiveMemberships, guard.Person{}, resp.Private, &resp.Diagnostics)
	err := r.ledger.ClaimSingleton(guard.ExclusiveMemberships, instance)
	if err == nil && prior == nil {
		err = r.planCreate(ctx, instance, config, &resp.Diagnostics)
	} else if err == nil {
		var seen census
		getPrivate(ctx, req.Private, keyCensus, &seen, &resp.Diagnostics)
		err = r.planChange(ctx, instance, config, prior, seen, &resp.Diagnostics)
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not plan the exclusive memberships", "", err)
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, config)...)
}

func (r *exclusiveMembershipsResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m exclusiveModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) {
		return
	}
	err := r.belongs(m.OrganizationID)
	var found census
	if err == nil {
		found, err = r.look(ctx, textsOf(m.Emails), nil)
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not make the memberships exclusive", "", err)
		return
	}
	emails := textsOf(m.Emails)
	strangers := found.strangers(emails)
	named := among(strangers, textsOf(m.UnlistedIDs))
	failed := r.remove(ctx, named, &resp.Diagnostics)
	if len(failed) > 0 && len(failed) == len(named) && !failed.inDoubt() {
		addError(&resp.Diagnostics, "Could not remove the unlisted members", "", failed)
		return
	}
	// An error beside the state would taint the rule. Who is left shows in the next plan.
	for _, failure := range failed {
		resp.Diagnostics.AddWarning("Not removed: "+failure.who(), explain("", failure)+"\n\nThe next plan shows who is left.")
	}
	addWarnings(&resp.Diagnostics, unnamedWarnings(strangers, named))
	left := found.without(strangers).with(failed.people())
	m.Members = mapValue(left.members(emails))
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyInstance, guard.NewID())...)
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyCensus, left.relisted(emails))...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *exclusiveMembershipsResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m exclusiveModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || r.notRefreshed("The exclusive memberships", &resp.Diagnostics) || !r.stateBelongs(ctx, req.State, &resp.Diagnostics) {
		return
	}
	r.readInstanceID(ctx, guard.ExclusiveMemberships, guard.Person{}, resp.Private, &resp.Diagnostics)
	var before census
	getPrivate(ctx, req.Private, keyCensus, &before, &resp.Diagnostics)
	listed := before.listedOf(textsOf(m.Emails))
	found, err := r.look(ctx, listed, mapOf(m.Members))
	if err != nil {
		addError(&resp.Diagnostics, "Could not read the members", "", err)
		return
	}
	strangers := found.strangers(listed)
	m.Unlisted, m.UnlistedIDs = setValue(emailsOf(strangers)), setValue(sortedKeys(strangers))
	m.Emails = setValue(append(listed, textsOf(m.Unlisted)...))
	m.Members = mapValue(found.members(listed))
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyCensus, found)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *exclusiveMembershipsResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m, prior exclusiveModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) {
		return
	}
	if err := r.belongs(prior.OrganizationID); err != nil {
		addError(&resp.Diagnostics, "Could not remove the unlisted members", "", err)
		return
	}
	var seen census
	getPrivate(ctx, req.Private, keyCensus, &seen, &resp.Diagnostics)
	emails := textsOf(m.Emails)
	strangers := seen.strangers(emails)
	failed := r.remove(ctx, strangers, &resp.Diagnostics)
	left := seen.without(strangers).with(failed.people())
	if len(failed) > 0 {
		m.Unlisted, m.UnlistedIDs = setValue(emailsOf(failed.people())), setValue(sortedKeys(failed.people()))
		m.Emails = setValue(append(slices.Clone(emails), textsOf(m.Unlisted)...))
		addError(&resp.Diagnostics, "Could not remove all unlisted members", "", failed)
	}
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyCensus, left.relisted(emails))...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// Delete forgets the rule and removes nobody.
func (r *exclusiveMembershipsResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.stateBelongs(ctx, req.State, &resp.Diagnostics)
}

// emailsKnown refuses a plan that could not name whom it removes.
func (r *exclusiveMembershipsResource) emailsKnown(config *exclusiveModel, diags *diag.Diagnostics) bool {
	if setKnown(config.Emails) {
		return true
	}
	diags.AddAttributeError(path.Root("emails"), "The listed addresses are not known yet",
		"Some of the e-mail addresses will be known only after an apply, so the plan could not name whom it removes. "+
			"Take the addresses from variables, files or locals, or apply first what makes them (-target).")
	return false
}

// look reads the members, of a list that two passes agreed on.
func (r *exclusiveMembershipsResource) look(ctx context.Context, listed []string, known map[string]string) (census, error) {
	members, caller, err := r.roster.MembersAndCaller(ctx)
	if err != nil {
		return census{}, err
	}
	return takeCensus(members, listed, known, caller.ID), nil
}

// planCreate puts whom the creation removes into the plan, by address for the reader and by id for the apply.
func (r *exclusiveMembershipsResource) planCreate(ctx context.Context, instance string, config *exclusiveModel, diags *diag.Diagnostics) error {
	found, err := r.look(ctx, textsOf(config.Emails), nil)
	if err != nil {
		return err
	}
	strangers := found.strangers(textsOf(config.Emails))
	named := r.alreadyRemoved(found, textsOf(config.Emails))
	maps.Copy(named, strangers)
	config.Unlisted, config.UnlistedIDs = setValue(emailsOf(named)), setValue(sortedKeys(named))
	config.Members = types.MapUnknown(types.StringType)
	config.OrganizationID = types.StringValue(r.organization.ID)
	addWarnings(diags, found.sharedWarnings(textsOf(config.Emails)))
	return r.planRemovals(ctx, instance, strangers, diags)
}

// planChange turns the configuration into the plan of a rule that exists.
func (r *exclusiveMembershipsResource) planChange(ctx context.Context, instance string, config, prior *exclusiveModel, seen census, diags *diag.Diagnostics) error {
	emails := textsOf(config.Emails)
	if sameFolded(emails, textsOf(prior.Emails)) {
		config.Emails = prior.Emails
		emails = textsOf(prior.Emails)
	}
	config.Unlisted, config.UnlistedIDs = prior.Unlisted, prior.UnlistedIDs
	if seen.holdsUnlisted() {
		config.Unlisted, config.UnlistedIDs = setValue(nil), setValue(nil)
	}
	config.Members = mapValue(seen.members(emails))
	config.OrganizationID = prior.OrganizationID
	renamed := seen.renamed(emails)
	for _, id := range sortedKeys(renamed) {
		p := renamed[id]
		addWarnings(diags, renamedWarnings(types.StringValue(p.Listed), types.StringValue(p.Email), types.StringValue(id)))
	}
	addWarnings(diags, seen.sharedWarnings(emails))
	addWarnings(diags, seen.escapedWarnings(emails))
	return r.planRemovals(ctx, instance, seen.strangers(emails), diags)
}
