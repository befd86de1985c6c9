package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

var (
	_ resource.ResourceWithConfigure  = (*currentUserResource)(nil)
	_ resource.ResourceWithModifyPlan = (*currentUserResource)(nil)
)

func newCurrentUserResource() resource.Resource { return &currentUserResource{} }

// currentUserResource manages the profile of the token's owner.
type currentUserResource struct{ resourceSession }

type currentUserModel struct {
	ID             types.String `tfsdk:"id"`
	Email          types.String `tfsdk:"email"`
	Name           types.String `tfsdk:"name"`
	Roles          types.Set    `tfsdk:"roles"`
	OrganizationID types.String `tfsdk:"organization_id"`
}

func (r *currentUserResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_current_user"
}

func (r *currentUserResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The profile of the token's owner, which is the same in all of their organizations. Only the arguments that are set are changed. Only " +
			"an account that logs in with a username and password can be changed. Destroying the resource changes nothing. Use one per provider configuration.",
		Attributes: map[string]schema.Attribute{
			"email": schema.StringAttribute{
				Optional: true, Computed: true, Validators: []validator.String{emailRule},
				MarkdownDescription: "The owner's e-mail address. Case-insensitive. A change takes effect at once: the rest of the run authenticates with the new " +
					"address. Set the provider's `email` to it before the next run. When null, the address stays unchanged.",
			},
			"name": schema.StringAttribute{
				Optional: true, Computed: true, Validators: []validator.String{nameRule},
				MarkdownDescription: "The owner's name. A change renames the account in all of its organizations. When null, the name stays unchanged.",
			},
			"id":              schema.StringAttribute{Computed: true, MarkdownDescription: "The owner's user ID."},
			"roles":           schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The owner's roles, which are the token's."},
			"organization_id": schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the organization. With a token of another organization, nothing is read or changed."},
		},
	}
}

// planCurrentUser plans from configuration and state alone. prior is nil for a profile that is not managed yet.
func planCurrentUser(config currentUserModel, prior *currentUserModel) currentUserModel {
	if prior == nil {
		return currentUserModel{
			ID: types.StringUnknown(), Roles: types.SetUnknown(types.StringType), OrganizationID: types.StringUnknown(),
			Email: orUnknown(config.Email), Name: orUnknown(config.Name),
		}
	}
	m := *prior
	if !config.Name.IsNull() {
		m.Name = config.Name
	}
	if !config.Email.IsNull() && (config.Email.IsUnknown() || !modelprime.SameEmail(config.Email.ValueString(), prior.Email.ValueString())) {
		m.Email = config.Email
	}
	return m
}

func (r *currentUserResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.session == nil || !r.stateBelongs(ctx, req.State, &resp.Diagnostics) || len(r.unknown) > 0 || req.Plan.Raw.IsNull() {
		return
	}
	var config, prior *currentUserModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m := planCurrentUser(*config, prior)
	err := r.ledger.ClaimSingleton(guard.CurrentUser, r.instanceID(ctx, guard.CurrentUser, guard.Person{}, resp.Private, &resp.Diagnostics))
	if err == nil {
		err = r.planProfile(ctx, config, prior, &resp.Diagnostics)
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not plan the profile", "", err)
		return
	}
	if prior == nil {
		m.OrganizationID = types.StringValue(r.organization.ID)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
}

// planProfile checks and announces a change. The plan itself does not depend on its requests.
func (r *currentUserResource) planProfile(ctx context.Context, config, prior *currentUserModel, diags *diag.Diagnostics) error {
	before := prior
	if before == nil {
		owner, err := r.roster.Caller(ctx)
		if err != nil {
			return err
		}
		before = &currentUserModel{ID: types.StringValue(owner.ID), Email: types.StringValue(owner.Email), Name: types.StringValue(owner.Name)}
	}
	update := profileUpdate(*config, *before)
	if update.Email == nil && update.Name == nil {
		return nil
	}
	if !refusesProfile(before.ID.ValueString(), diags) && update.Email != nil {
		diags.AddWarning(fmt.Sprintf("The e-mail address of the token's owner becomes %s", *update.Email), fmt.Sprintf(
			"The owner's e-mail address is part of the credentials. After the change, this run authenticates with %s instead of %s. Before the next run, set the "+
				"provider's email (MODELPRIME_EMAIL) to the new address, or write it into the token if the token contains the address.",
			*update.Email, before.Email.ValueString()))
	}
	return nil
}

// profileUpdate returns the configured values that differ.
func profileUpdate(want, have currentUserModel) modelprime.CurrentUserUpdate {
	var update modelprime.CurrentUserUpdate
	if isSet(want.Email) && !modelprime.SameEmail(want.Email.ValueString(), have.Email.ValueString()) {
		update.Email = want.Email.ValueStringPointer()
	}
	if isSet(want.Name) && !want.Name.Equal(have.Name) {
		update.Name = want.Name.ValueStringPointer()
	}
	return update
}

func isSet(value types.String) bool { return !value.IsNull() && !value.IsUnknown() }

// refusesProfile adds an error for an account whose identity provider keeps the profile.
func refusesProfile(id string, diags *diag.Diagnostics) bool {
	if modelprime.ConnectionOf(id) != modelprime.ConnectionGoogle {
		return false
	}
	diags.AddError("The profile cannot be changed here", fmt.Sprintf(
		"The token's owner (%s) logs in through %s, which keeps their name and e-mail address. The API can change only an account with a username and password.",
		id, modelprime.ConnectionGoogle))
	return true
}

func (r *currentUserResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m currentUserModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) {
		return
	}
	err := r.belongs(m.OrganizationID)
	owner := modelprime.User{}
	if err == nil {
		owner, err = r.roster.Caller(ctx)
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not read the profile", "", err)
		return
	}
	have := currentUserModel{Email: types.StringValue(owner.Email), Name: types.StringValue(owner.Name)}
	if !r.change(ctx, &m, have, owner.ID, &resp.Diagnostics) {
		return
	}
	m.fill(owner)
	m.OrganizationID = types.StringValue(r.organization.ID)
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyInstance, guard.NewID())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *currentUserResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m currentUserModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || r.notRefreshed("The profile", &resp.Diagnostics) || !r.stateBelongs(ctx, req.State, &resp.Diagnostics) {
		return
	}
	r.readInstanceID(ctx, guard.CurrentUser, guard.Person{}, resp.Private, &resp.Diagnostics)
	owner, err := r.owner(ctx, m)
	if err != nil {
		addError(&resp.Diagnostics, "Could not read the profile", "", err)
		return
	}
	if !modelprime.SameEmail(m.Email.ValueString(), owner.Email) {
		m.Email = types.StringValue(owner.Email)
	}
	m.Name, m.Roles = types.StringValue(owner.Name), setValue(owner.Roles)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *currentUserResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m, prior currentUserModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) {
		return
	}
	if _, err := r.owner(ctx, prior); err != nil {
		addError(&resp.Diagnostics, "Could not change the profile", prior.ID.ValueString(), err)
		return
	}
	if r.change(ctx, &m, prior, prior.ID.ValueString(), &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// Delete removes the profile from the state only.
func (r *currentUserResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.stateBelongs(ctx, req.State, &resp.Diagnostics)
}

// owner returns the token's owner, who must be the owner in the state.
func (r *currentUserResource) owner(ctx context.Context, state currentUserModel) (modelprime.User, error) {
	if err := r.belongs(state.OrganizationID); err != nil {
		return modelprime.User{}, err
	}
	owner, err := r.roster.Caller(ctx)
	if err == nil && owner.ID != state.ID.ValueString() {
		err = fmt.Errorf("the token belongs to %s (%s), but the state holds the profile of %s: use that person's token, or remove the profile from the state "+
			"(terraform state rm)",
			owner.Email, owner.ID, state.ID.ValueString())
	}
	return owner, err
}

// change sends the values that differ.
func (r *currentUserResource) change(ctx context.Context, m *currentUserModel, have currentUserModel, id string, diags *diag.Diagnostics) bool {
	update := profileUpdate(*m, have)
	if update.Email == nil && update.Name == nil {
		return true
	}
	if refusesProfile(id, diags) {
		return false
	}
	err := r.roster.UpdateCaller(ctx, update)
	if err == nil {
		return true
	}
	detail := explain(id, err)
	if update.Email != nil && modelprime.IsUnconfirmed(err) {
		detail += fmt.Sprintf("\n\nThe change of the address is unconfirmed. If the API no longer accepts the credentials, set the provider's email "+
			"(MODELPRIME_EMAIL) to %s.", *update.Email)
	}
	diags.AddError("Could not change the profile", detail)
	return false
}

// fill sets the unknown values of a plan to the API's values.
func (m *currentUserModel) fill(owner modelprime.User) {
	m.ID = types.StringValue(owner.ID)
	m.Roles = setValue(owner.Roles)
	if m.Email.IsUnknown() {
		m.Email = types.StringValue(owner.Email)
	}
	if m.Name.IsUnknown() {
		m.Name = types.StringValue(owner.Name)
	}
}
