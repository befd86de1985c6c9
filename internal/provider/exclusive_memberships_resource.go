package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
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
				Validators:  []validator.Set{setvalidator.ValueStringsAre(emailAddress())},
				MarkdownDescription: "E-mail addresses of those who may be members, in any case; the addresses must be known when the plan is made. " +
					"A member who is not in it shows in the plan as an address that is taken out, and is removed. Somebody listed who has not joined changes nothing. " +
					"Somebody listed who has changed their own address, once they were seen, is known by id and stays.",
			},
			"unlisted": schema.SetAttribute{
				Computed:    true,
				ElementType: types.StringType,
				MarkdownDescription: "E-mail addresses of the members who were not listed at the last reading. When the resource is created these are the people who are removed; " +
					"the apply is refused if they have changed since the plan.",
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
	if r.session == nil || req.Plan.Raw.IsNull() {
		return
	}
	var config, prior *exclusiveModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() || !r.emailsKnown(config, &resp.Diagnostics) || !r.known(&resp.Diagnostics) {
		return
	}
	token, err := r.ledger.Sole(tokenOf(ctx, req.Private, &resp.Diagnostics))
	if err == nil && prior == nil {
		err = r.planCreate(ctx, config)
	} else if err == nil {
		var seen census
		getPrivate(ctx, req.Private, keyCensus, &seen, &resp.Diagnostics)
		err = r.planChange(ctx, config, prior, seen, &resp.Diagnostics)
		resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyToken, token)...)
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
	found, err := r.look(ctx, m.OrganizationID, textsOf(m.Emails), nil)
	if err != nil {
		addError(&resp.Diagnostics, "Could not make the memberships exclusive", "", err)
		return
	}
	planned := foldedSet(textsOf(m.Unlisted))
	strangers := found.strangers(textsOf(m.Emails))
	for id, p := range strangers {
		if !planned[foldedEmail(p)] {
			delete(strangers, id) // whom the plan did not name is the next plan's to show
		}
	}
	removed, failures := r.remove(ctx, strangers, &resp.Diagnostics)
	if len(failures) > 0 && len(removed) == 0 {
		addError(&resp.Diagnostics, "Could not remove the unlisted members", "", errors.Join(failures...))
		return
	}
	// An error beside the state would taint the rule. Who is left shows in the next plan.
	for _, failure := range failures {
		resp.Diagnostics.AddWarning("Not removed: "+subjectOf(failure), explain("", failure)+"\n\nThe next plan shows who is left.")
	}
	left := found.without(removed)
	m.Members = mapValue(left.members(textsOf(m.Emails)))
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyCensus, left.relisted(textsOf(m.Emails)))...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *exclusiveMembershipsResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m exclusiveModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || r.notRefreshed("The exclusive memberships", &resp.Diagnostics) {
		return
	}
	var before census
	getPrivate(ctx, req.Private, keyCensus, &before, &resp.Diagnostics)
	listed := before.listedOf(textsOf(m.Emails))
	found, err := r.look(ctx, m.OrganizationID, listed, mapOf(m.Members))
	if err != nil {
		addError(&resp.Diagnostics, "Could not read the members", "", err)
		return
	}
	strangers := emailsOf(found.strangers(listed))
	m.Emails = setValue(append(listed, strangers...))
	m.Unlisted = setValue(strangers)
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
	if err := r.roster.Belongs(ctx, prior.OrganizationID.ValueString()); err != nil {
		addError(&resp.Diagnostics, "Could not remove the unlisted members", "", err)
		return
	}
	var seen census
	getPrivate(ctx, req.Private, keyCensus, &seen, &resp.Diagnostics)
	emails := textsOf(m.Emails)
	removed, failures := r.remove(ctx, seen.strangers(emails), &resp.Diagnostics)
	left := seen.without(removed)
	if strangers := emailsOf(left.strangers(emails)); len(failures) > 0 {
		m.Emails = setValue(append(slices.Clone(emails), strangers...))
		m.Unlisted = setValue(strangers)
		addError(&resp.Diagnostics, "Could not remove all unlisted members", "", errors.Join(failures...))
	}
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyCensus, left.relisted(emails))...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// Delete forgets the rule and removes nobody.
func (r *exclusiveMembershipsResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
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
func (r *exclusiveMembershipsResource) look(ctx context.Context, organization types.String, listed []string, known map[string]string) (census, error) {
	if _, err := r.plannedOrganization(ctx, organization); err != nil {
		return census{}, err
	}
	caller, err := r.roster.Caller(ctx)
	if err != nil {
		return census{}, err
	}
	members, err := r.roster.Members(ctx)
	if err != nil {
		return census{}, err
	}
	return takeCensus(members, listed, known, caller.ID), nil
}

// planCreate puts whom the creation removes into the plan.
func (r *exclusiveMembershipsResource) planCreate(ctx context.Context, config *exclusiveModel) error {
	organization, err := r.roster.Organization(ctx)
	if err != nil {
		return err
	}
	found, err := r.look(ctx, types.StringNull(), textsOf(config.Emails), nil)
	if err != nil {
		return err
	}
	strangers := found.strangers(textsOf(config.Emails))
	config.Unlisted = setValue(emailsOf(strangers))
	config.Members = types.MapUnknown(types.StringType)
	config.OrganizationID = types.StringValue(organization.ID)
	return r.planRemovals(ctx, strangers)
}

// planChange turns the configuration into the plan of a rule that exists.
func (r *exclusiveMembershipsResource) planChange(ctx context.Context, config, prior *exclusiveModel, seen census, diags *diag.Diagnostics) error {
	emails := textsOf(config.Emails)
	if sameFolded(emails, textsOf(prior.Emails)) {
		config.Emails = prior.Emails
		emails = textsOf(prior.Emails)
	}
	config.Unlisted = setValue(nil)
	config.Members = mapValue(seen.members(emails))
	config.OrganizationID = prior.OrganizationID
	for id, p := range seen.renamed(emails) {
		addWarnings(diags, renamedWarnings(types.StringValue(p.Listed), types.StringValue(p.Email), types.StringValue(id)))
	}
	return r.planRemovals(ctx, seen.strangers(emails))
}

func (r *exclusiveMembershipsResource) planRemovals(ctx context.Context, strangers map[string]person) error {
	var refused []error
	for _, id := range sortedKeys(strangers) {
		p := strangers[id].guarded(id)
		if _, err := r.ledger.LetGo(guard.ExclusiveMemberships, p); err != nil {
			refused = append(refused, err)
		} else if err := r.mayRemove(ctx, p); err != nil {
			refused = append(refused, err)
		}
	}
	return errors.Join(refused...)
}

// remove removes people by the ids that the plan saw, and tells who was removed and who could not be.
func (r *exclusiveMembershipsResource) remove(ctx context.Context, people map[string]person, diags *diag.Diagnostics) (removed map[string]person, failures []error) {
	removed = map[string]person{}
	for _, id := range sortedKeys(people) {
		p := people[id].guarded(id)
		if r.ledger.HeldByCreated(p) {
			diags.AddWarning(fmt.Sprintf("%s was not removed", p.Email), "Another resource in this run has taken over the same person.")
			continue
		}
		err := r.mayRemove(ctx, p)
		if err == nil {
			err = r.roster.Remove(ctx, id)
		}
		if err != nil {
			failures = append(failures, &removalError{person: p.String(), err: err})
			continue
		}
		removed[id] = people[id]
	}
	return removed, failures
}

// removalError names whom a failure is about.
type removalError struct {
	person string
	err    error
}

func (e *removalError) Error() string { return e.person + ": " + e.err.Error() }
func (e *removalError) Unwrap() error { return e.err }

func subjectOf(err error) string {
	var removal *removalError
	if errors.As(err, &removal) {
		return removal.person
	}
	return strings.SplitN(err.Error(), ":", 2)[0]
}
