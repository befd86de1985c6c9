package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
	_ resource.ResourceWithConfigure   = (*membershipResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*membershipResource)(nil)
	_ resource.ResourceWithIdentity    = (*membershipResource)(nil)
	_ resource.ResourceWithImportState = (*membershipResource)(nil)
	_ resource.ResourceWithMoveState   = (*membershipResource)(nil)
)

func newMembershipResource() resource.Resource { return &membershipResource{} }

// membershipResource manages one person's membership, from the invitation to the removal.
type membershipResource struct{ resourceSession }

func (r *membershipResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_membership"
	// The identity is the configured address, which can change when the person changes theirs.
	resp.ResourceBehavior.MutableIdentity = true
}

func (r *membershipResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One person's membership in the organization. Creating it sends an invitation, or adopts a person who is a member already " +
			"(`adopt_existing`). The apply does not wait: the person joins when they accept the invitation.\n\n!> **Destroying a membership removes the person from " +
			"the organization**, unless `on_destroy` is `keep`. An invitation cannot be revoked: if the person has not joined, destroying the membership removes it " +
			"from the state only, and the plan warns.",
		Attributes: map[string]schema.Attribute{
			"email": schema.StringAttribute{
				Required:   true,
				Validators: []validator.String{emailRule},
				MarkdownDescription: "The member's e-mail address. Case-insensitive. If members change their own address, write the new one (`current_email`) here: " +
					"that updates the state only. Any other address is a different person and replaces the membership.",
			},
			"roles": schema.SetAttribute{
				Required:    true,
				ElementType: types.StringType,
				Validators:  []validator.Set{elements{rule: roleRule, atLeastOne: true}},
				MarkdownDescription: "The member's whole set of roles, at least one of " + codeList(modelprime.Roles()) + ". A change replaces the roles of a " +
					"member. If the person has not joined yet, a change sends nothing: the first apply after they join sets the roles.",
			},
			"name": schema.StringAttribute{
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{nameRule},
				MarkdownDescription: "The name in the invitation. Required when an invitation must be sent. If the person has not joined yet, a change sends " +
					"nothing: the new name is used if another invitation is sent. Once the person has joined, it is their own name, which only they can change; a " +
					"different configured name is ignored. When null, the name stays unchanged.",
			},
			"login_connection": schema.StringAttribute{
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{connectionRule},
				MarkdownDescription: "How an invited person logs in: " + codeList(modelprime.Connections()) + ". When null, `" + modelprime.ConnectionGoogle + "`. " +
					"If the person has not joined yet, a change sends another invitation. For a member it is derived from the user ID; a different configured value is ignored.",
			},
			"adopt_existing": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Whether to adopt a person who is a member already, and set their roles, instead of failing. The plan names the member by " +
					"`user_id`, and the apply adopts only this member. Used at creation only: a later change has no effect. When null, `false`.",
			},
			"resend": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{noteRule},
				MarkdownDescription: "Any text, such as a date. If the person has not joined yet, a new non-empty value sends another invitation. For a member it " +
					"updates the state only. Null and the empty string send nothing.",
			},
			"on_destroy": schema.StringAttribute{
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(string(guard.Remove)),
				Validators: []validator.String{oneOf("a value of on_destroy", string(guard.Remove), string(guard.Keep))},
				MarkdownDescription: "What destroying the membership does: `remove` removes the member from the organization, `keep` leaves them there and only stops managing them. " +
					"The value in the state counts, so apply a change before deleting the block or the key of a `for_each`. A replacement destroys by the same rule. When null, `remove`.",
			},
			"status": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "`invited`: the invitation was sent. `unconfirmed`: it is unknown whether the invitation was sent. `overdue`: it is older than the provider's " +
					"`reinvite_after`. `active`: the person is a member.",
			},
			"user_id": schema.StringAttribute{Computed: true, MarkdownDescription: "The member's user ID. Null until the person has joined."},
			"current_email": schema.StringAttribute{Computed: true, MarkdownDescription: "The member's present e-mail address, which they can change themselves. " +
				"Null until the person has joined."},
			"invited_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The time when the last invitation was sent, in RFC 3339 and UTC. Null for adopted and imported members.",
			},
			"invitations_sent": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "The number of invitations that were sent, including unconfirmed ones. 0 for adopted and imported members.",
			},
			"organization_id": schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the organization. With a token of another organization, nothing is read or changed."},
		},
	}
}

func (r *membershipResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"email": identityschema.StringAttribute{RequiredForImport: true, Description: "The member's e-mail address."},
	}}
}

// ModifyPlan takes the plan from planMembership and asks the guards. A new membership is also compared with the organization's
// members.
func (r *membershipResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.session == nil {
		return
	}
	changes := proposesChange(req)
	config, prior := configAndPrior(ctx, req, changes, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || prior != nil && !r.instanceBelongs(prior.OrganizationID, &resp.Diagnostics) {
		return
	}
	if config == nil || req.Plan.Raw.IsNull() {
		if err := r.guardPlan(ctx, nil, prior, nil, resp); err != nil {
			addError(&resp.Diagnostics, "Could not plan the removal", prior.person().String(), err)
		}
		return
	}
	p := planMembership(*config, prior, r.reinviteAfter > 0, r.reinviteLimit)
	if err := r.guardPlan(ctx, config, prior, &p, resp); err != nil {
		addError(&resp.Diagnostics, "Could not plan the membership", config.Email.ValueString(), err)
	}
	addWarnings(&resp.Diagnostics, p.warnings...)
	if changes || !unchanged(&p.model, prior) {
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &p.model)...)
	}
	if p.replace {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("email"))
	}
}

// guardPlan asks the guards about a plan; p is nil for a destroy. An instance without an ID gets one.
func (r *membershipResource) guardPlan(ctx context.Context, config, prior *membershipModel, p *membershipPlan, resp *resource.ModifyPlanResponse) error {
	if len(r.unknown) > 0 {
		return nil
	}
	var person guard.Person
	if prior != nil {
		person = prior.person()
	}
	instance := r.instanceID(ctx, guard.Membership, person, resp.Private, &resp.Diagnostics)
	switch {
	case p == nil:
		return r.planDestroy(ctx, instance, prior, resp.Private, &resp.Diagnostics)
	case prior == nil:
		return r.planCreate(ctx, instance, config, p, resp.Private, &resp.Diagnostics)
	default:
		return r.planChange(ctx, instance, p, prior, resp.Private, &resp.Diagnostics)
	}
}

// configAndPrior decodes the configuration and the state; nil if there is none. For a member without a proposed change, the
// state contains everything that the plan needs, so the configuration is not decoded.
func configAndPrior(ctx context.Context, req resource.ModifyPlanRequest, changes bool, diags *diag.Diagnostics) (config, prior *membershipModel) {
	diags.Append(req.State.Get(ctx, &prior)...)
	if !changes && prior != nil && prior.joined() {
		return prior, prior
	}
	diags.Append(req.Config.Get(ctx, &config)...)
	return config, prior
}

func (r *membershipResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m membershipModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) {
		return
	}
	if err := r.belongs(m.OrganizationID); err != nil {
		addError(&resp.Diagnostics, "Could not create the membership", m.Email.ValueString(), err)
		return
	}
	m.OrganizationID = types.StringValue(r.organization.ID)
	record, err := r.inviteOrAdopt(ctx, &m, &resp.Diagnostics)
	if err != nil {
		addError(&resp.Diagnostics, "Could not create the membership", m.Email.ValueString(), err)
		return
	}
	r.ledger.Created(m.person())
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyInstance, guard.NewID())...)
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyInvitations, record)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

func (r *membershipResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m membershipModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !r.instanceBelongs(m.OrganizationID, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...) // the framework requires an identity
		return
	}
	imported, prior := m.imported(), m
	record := recordOf(ctx, req.Private, &m, &resp.Diagnostics)
	instance := r.readInstanceID(ctx, guard.Membership, m.person(), resp.Private, &resp.Diagnostics)
	found, err := r.refresh(ctx, &m, record, &resp.Diagnostics)
	switch {
	case err != nil:
		addReadError(&resp.Diagnostics, &m, err)
		return
	case !found && imported:
		addNobodyToImport(&resp.Diagnostics, m.UserID.ValueString())
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
	if !found {
		r.ledger.Left(instance, m.person())
		resp.Diagnostics.AddWarning(fmt.Sprintf("%s is no longer a member", m.Email.ValueString()), fmt.Sprintf(
			"The member %s (%s) was removed outside Terraform, and the membership leaves the state. While it is configured, the next apply invites the person again.", m.Name.ValueString(), m.UserID.ValueString()))
		resp.State.RemoveResource(ctx)
		return
	}
	if !unchanged(&m, &prior) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
	if m.joined() && len(record.Before) > 0 {
		record.Before = nil // not needed after the person has joined
		resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyInvitations, record)...)
	}
}

func (r *membershipResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m, prior membershipModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) {
		return
	}
	if err := r.update(ctx, &m, &prior, resp); err != nil {
		addError(&resp.Diagnostics, "Could not update the membership", m.Email.ValueString(), err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

func (r *membershipResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m membershipModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	note := r.takeNote(ctx, resp.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || m.onDestroy() == guard.Keep || !r.known(&resp.Diagnostics) {
		return
	}
	var record invitationRecord
	recorded := getPrivate(ctx, req.Private, keyInvitations, &record, &resp.Diagnostics)
	err := r.belongs(m.OrganizationID)
	switch {
	case err != nil:
	case !recorded && !m.joined():
		addWarnings(&resp.Diagnostics, forgottenTainted(&m))
	default:
		err = r.removeOrForget(ctx, &m, recordOf(ctx, req.Private, &m, &resp.Diagnostics), note, &resp.Diagnostics)
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not remove the member", m.person().String(), err)
	}
}

func (r *membershipResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.importMember(ctx, req, "email", "Could not import the membership", resp)
}

func (r *membershipResource) MoveState(context.Context) []resource.StateMover {
	return refuseMove("modelprime_role_assignment", "modelprime_membership")
}

// refresh updates the state of an instance. found is false if the member is gone.
func (r *membershipResource) refresh(ctx context.Context, m *membershipModel, record invitationRecord, diags *diag.Diagnostics) (found bool, err error) {
	if r.notRefreshed(m.person().String(), diags) {
		return true, nil
	}
	if !m.joined() {
		user, err := r.findJoined(ctx, m.Email.ValueString(), record)
		if err != nil {
			return false, err
		}
		if user == nil {
			m.Status = types.StringValue(r.pendingStatus(m, record))
			return true, nil
		}
		addWarnings(diags, record.doubts(m.Email.ValueString(), *user)...)
		m.setMember(*user, r.organization.ID)
		r.ledger.Read(m.person())
		return true, nil
	}
	user, err := r.roster.Member(ctx, m.UserID.ValueString())
	if errors.Is(err, roster.ErrGone) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m.setMember(user, r.organization.ID)
	r.ledger.Read(m.person())
	return true, nil
}

// nobodyHas returns an error if a member has the address.
func (r *membershipResource) nobodyHas(ctx context.Context, email string) error {
	members, err := r.roster.WithEmail(ctx, email)
	if err != nil || len(members) == 0 {
		return err
	}
	return &joinedError{members[0]}
}

// update changes the roles, sends another invitation, or changes the state only.
func (r *membershipResource) update(ctx context.Context, m, prior *membershipModel, resp *resource.UpdateResponse) error {
	if err := r.belongs(prior.OrganizationID); err != nil {
		return err
	}
	if prior.joined() {
		return r.putRoles(ctx, m.person(), textsOf(prior.Roles), textsOf(m.Roles))
	}
	record := recordOf(ctx, resp.Private, prior, &resp.Diagnostics)
	var err error
	switch {
	case invitesAgain(*m, *prior, r.reinviteAfter > 0, r.reinviteLimit):
		record, err = r.inviteAgain(ctx, m, prior, record, &resp.Diagnostics)
	case record.raises(textsOf(m.Roles)):
		record, err = r.recordExistingMembers(ctx, m.Email.ValueString(), record)
	default:
		return nil
	}
	if err == nil {
		resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyInvitations, record)...)
	}
	return err
}

// recordExistingMembers records the present members, because the configured roles exceed every invitation. If one of these members
// takes the address, they must not get the roles.
func (r *membershipResource) recordExistingMembers(ctx context.Context, email string, record invitationRecord) (invitationRecord, error) {
	if err := r.nobodyHas(ctx, email); err != nil {
		return record, err
	}
	ids, err := r.roster.OtherIDs(ctx, email)
	return record.noting(ids), err
}

func addReadError(diags *diag.Diagnostics, m *membershipModel, err error) {
	var refused *roster.NotBoundError
	if errors.As(err, &refused) {
		diags.AddError("A member has the address of an invited person", fmt.Sprintf(
			"%s was invited. Now %s. Members can give themselves any address, so the address alone does not prove that it is the invited person. If it is, "+
				"remove the membership from the state (terraform state rm) and import it by user ID:\n\n%s\n"+
				"If it is not, ask the member to change their address back. Or remove the membership from the configuration and apply with -refresh=false: that "+
				"removes it from the state only, and nobody loses their membership.",
			m.Email.ValueString(), refused.Error(), importBlock("modelprime_membership", refused.Members[0].ID)))
		return
	}
	addError(diags, "Could not read the membership", m.person().String(), err)
}

func codeList(values []string) string { return "`" + strings.Join(values, "`, `") + "`" }
