package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

var (
	_ resource.ResourceWithConfigure        = (*roleAssignmentResource)(nil)
	_ resource.ResourceWithConfigValidators = (*roleAssignmentResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*roleAssignmentResource)(nil)
	_ resource.ResourceWithIdentity         = (*roleAssignmentResource)(nil)
	_ resource.ResourceWithImportState      = (*roleAssignmentResource)(nil)
	_ resource.ResourceWithMoveState        = (*roleAssignmentResource)(nil)
)

func newRoleAssignmentResource() resource.Resource { return &roleAssignmentResource{} }

// roleAssignmentResource manages the whole role set of a person who is a member already.
type roleAssignmentResource struct{ resourceSession }

func (r *roleAssignmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role_assignment"
	// The identity never changes, but the framework's check would print the values of an edited state unescaped.
	resp.ResourceBehavior.MutableIdentity = true
}

func (r *roleAssignmentResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The whole set of roles of a person who is a member already. It never invites and never removes a person.\n\n~> **Destroying a role " +
			"assignment revokes all of the member's roles; the member stays.** To keep the roles, set `on_destroy` to `keep` and apply that first.",
		Attributes: map[string]schema.Attribute{
			"user_id": schema.StringAttribute{
				Optional: true, Computed: true,
				Validators: []validator.String{idRule},
				MarkdownDescription: "The member's user ID. Set at least one of `user_id` and `email`. When null, the member is looked up by `email`. " +
					"A different user ID replaces the assignment, which revokes the first member's roles.",
			},
			"email": schema.StringAttribute{
				Optional: true, Computed: true,
				Validators: []validator.String{emailRule},
				MarkdownDescription: "The member's e-mail address. Case-insensitive. Set at least one of `user_id` and `email`. When null, it is the address that the member " +
					"had when the assignment was created or imported. A change to the member's `current_email` updates the state only. " +
					"Any other address replaces the assignment, which revokes the first member's roles. With `user_id`, an address that is not that member's is an error.",
			},
			"roles": schema.SetAttribute{
				Required:    true,
				ElementType: types.StringType,
				Validators:  []validator.Set{elements{rule: roleRule}},
				MarkdownDescription: "The member's whole set of roles, each one of " + codeList(modelprime.Roles()) + "; it may be empty. " +
					"A change replaces the member's roles.",
			},
			"on_destroy": schema.StringAttribute{
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(string(guard.RevokeRoles)),
				Validators: []validator.String{oneOf("a value of on_destroy", string(guard.RevokeRoles), string(guard.Keep))},
				MarkdownDescription: "What destroying the assignment does: `revoke_roles` revokes all roles of the member, `keep` keeps the roles and only stops managing them. " +
					"The value in the state counts, so apply a change before deleting the block or the key of a `for_each`. A replacement destroys by the same rule. When null, `revoke_roles`.",
			},
			"name":            schema.StringAttribute{Computed: true, MarkdownDescription: "The member's name at the last read. Members can change it themselves."},
			"current_email":   schema.StringAttribute{Computed: true, MarkdownDescription: "The member's e-mail address at the last read. Members can change it themselves."},
			"organization_id": schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the organization. With a token of another organization, nothing is read or changed."},
		},
	}
}

func (r *roleAssignmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"user_id": identityschema.StringAttribute{RequiredForImport: true, Description: "The member's user ID."},
	}}
}

func (r *roleAssignmentResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{assignedMember}
}

// assignedMember validates the member's user ID and e-mail. Both are allowed, because Terraform generates both from an import.
var assignedMember = memberKey{id: "user_id", orBoth: true}

// ModifyPlan takes the plan from planRoleAssignment and asks the guards.
func (r *roleAssignmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.session == nil {
		return
	}
	var config, prior *roleAssignmentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() || prior != nil && !r.instanceBelongs(prior.OrganizationID, &resp.Diagnostics) {
		return
	}
	if config == nil || req.Plan.Raw.IsNull() {
		if err := r.guardPlan(ctx, prior, nil, resp); err != nil {
			addError(&resp.Diagnostics, "Could not plan the revocation of the roles", prior.person().String(), err)
		}
		return
	}
	if !assignedMember.check(config.UserID, config.Email, &resp.Diagnostics) {
		return
	}
	p := planRoleAssignment(*config, prior)
	if p.foreignEmail {
		addError(&resp.Diagnostics, "Could not plan the role assignment", prior.person().String(), foreignEmail(prior.person(), config.Email.ValueString()))
		return
	}
	if err := r.guardPlan(ctx, prior, &p, resp); err != nil {
		addError(&resp.Diagnostics, "Could not plan the role assignment", p.model.person().String(), err)
	}
	addWarnings(&resp.Diagnostics, p.warnings...)
	if proposesChange(req) || !unchanged(&p.model, prior) {
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &p.model)...)
	}
	if p.replace != "" {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root(p.replace))
	}
}

func (r *roleAssignmentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m roleAssignmentModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) {
		return
	}
	if err := r.assign(ctx, &m, &resp.Diagnostics); err != nil {
		addError(&resp.Diagnostics, "Could not assign the roles", m.person().String(), err)
		return
	}
	r.ledger.Created(m.person())
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyInstance, guard.NewID())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

func (r *roleAssignmentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m roleAssignmentModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !r.instanceBelongs(m.OrganizationID, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...) // the framework requires an identity
		return
	}
	if r.notRefreshed(m.person().String(), &resp.Diagnostics) {
		return
	}
	imported, prior := m.imported(), m
	instance := r.readInstanceID(ctx, guard.RoleAssignment, m.person(), resp.Private, &resp.Diagnostics)
	err := r.refresh(ctx, &m)
	gone := errors.Is(err, roster.ErrGone)
	switch {
	case gone && imported:
		addNobodyToImport(&resp.Diagnostics, m.UserID.ValueString())
		return
	case err != nil && !gone:
		addError(&resp.Diagnostics, "Could not read the member's roles", m.person().String(), err)
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
	if gone {
		r.ledger.Left(instance, m.person())
		resp.Diagnostics.AddWarning(fmt.Sprintf("%s is no longer a member", m.Email.ValueString()), fmt.Sprintf(
			"The member %s was removed outside Terraform, and the assignment leaves the state. Remove it from the configuration, or invite the person again.", m.person()))
		resp.State.RemoveResource(ctx)
		return
	}
	if !unchanged(&m, &prior) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *roleAssignmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m, prior roleAssignmentModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) {
		return
	}
	err := r.belongs(prior.OrganizationID)
	if err == nil {
		err = r.putRoles(ctx, prior.person(), textsOf(prior.Roles), textsOf(m.Roles))
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not change the member's roles", prior.person().String(), err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

func (r *roleAssignmentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m roleAssignmentModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || m.onDestroy() == guard.Keep || !r.known(&resp.Diagnostics) {
		return
	}
	if r.ledger.ManagedByCreated(m.person()) {
		resp.Diagnostics.AddWarning(fmt.Sprintf("The roles of %s were not revoked", m.Email.ValueString()),
			"Another resource instance in this run now manages the same person. This one is removed from the state only, and the person's roles stay.")
		return
	}
	err := r.belongs(m.OrganizationID)
	if err == nil {
		err = r.revoke(ctx, m)
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not revoke the member's roles", m.person().String(), err)
	}
}

func (r *roleAssignmentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.importMember(ctx, req, "user_id", "Could not import the role assignment", resp)
}

func (r *roleAssignmentResource) MoveState(context.Context) []resource.StateMover {
	return refuseMove("modelprime_membership", "modelprime_role_assignment")
}

// refresh updates the state of an assignment. The error is roster.ErrGone if the person is no longer a member.
func (r *roleAssignmentResource) refresh(ctx context.Context, m *roleAssignmentModel) error {
	user, err := r.roster.Member(ctx, m.UserID.ValueString())
	if err != nil {
		return err
	}
	m.setMember(user, r.organization.ID)
	m.Roles = setValue(user.Roles)
	return nil
}

// member finds the member of an assignment, with their roles.
func (r *roleAssignmentResource) member(ctx context.Context, m *roleAssignmentModel) (modelprime.User, error) {
	id := m.UserID.ValueString()
	if id == "" {
		found, err := r.roster.One(ctx, m.Email.ValueString())
		var several *roster.SeveralError
		if errors.As(err, &several) {
			return found, fmt.Errorf("%w: set user_id instead of email", err)
		}
		if err != nil {
			return found, err
		}
		id = found.ID
	}
	user, err := r.roster.Member(ctx, id)
	if err == nil && isSet(m.Email) && !modelprime.SameEmail(m.Email.ValueString(), user.Email) {
		err = foreignEmail(personOf(user), m.Email.ValueString())
	}
	return user, err
}

// tellOfAnother warns if the member has the address of a member who left since the last run, because the resource would give the
// new member the same roles.
func (r *roleAssignmentResource) tellOfAnother(user modelprime.User, roles types.Set, diags *diag.Diagnostics) {
	left, ok := r.ledger.PreviousHolder(personOf(user))
	if !ok {
		return
	}
	addWarnings(diags, warning{
		fmt.Sprintf("%s is a different member now", user.Email), fmt.Sprintf(
			"The state has %s, who has left the organization. The address now belongs to %s (%s), who has these roles: %s. The apply %s. Members can give "+
				"themselves any address: make sure that this is the right person.",
			left, user.Name, user.ID, listed(user.Roles), roleChange(user.Roles, roles)),
	})
}

// foreignEmail is the error for a configured user ID and address of different members.
func foreignEmail(member guard.Person, email string) error {
	return fmt.Errorf("user_id belongs to %s, and email is %s, which is not that member's address. user_id identifies the member: correct email, or remove it", member, email)
}

// assign sets a member's roles to the planned ones. An unconfirmed change is a warning: an error together with the state would
// taint the assignment, and the next apply would revoke all roles.
func (r *roleAssignmentResource) assign(ctx context.Context, m *roleAssignmentModel, diags *diag.Diagnostics) error {
	if err := r.belongs(m.OrganizationID); err != nil {
		return err
	}
	user, err := r.member(ctx, m)
	if err != nil {
		return err
	}
	err = r.putRoles(ctx, guard.Person{ID: user.ID, Email: user.Email}, user.Roles, textsOf(m.Roles))
	if modelprime.IsUnconfirmed(err) {
		addUnconfirmedRoles(diags, user.Email, err)
		err = nil
	}
	planned := m.Name
	m.setMember(user, r.organization.ID)
	if isSet(planned) {
		m.Name = planned // Terraform requires the planned value for this apply; the next read corrects it
	}
	return err
}

// revoke revokes all roles of a member, also roles that the state does not have. If the member is gone, there is no error.
func (r *roleAssignmentResource) revoke(ctx context.Context, m roleAssignmentModel) error {
	if err := r.mayDemote(ctx, m.person()); err != nil {
		return err
	}
	return r.roster.RevokeRoles(ctx, m.UserID.ValueString())
}
