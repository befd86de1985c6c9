package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

// session is one configured provider in one run. Configure makes it, and it holds everything that is cached.
type session struct {
	client *modelprime.Client
	roster *roster.Roster
	ledger *guard.Ledger
	clock  modelprime.Clock

	// organization is the token's organization. Configure reads it once: GET /organization.
	organization modelprime.Organization
	// foundForeign says that an instance of another organization was found.
	foundForeign atomic.Bool

	// reinviteAfter is the age at which an invitation is overdue; 0 is never.
	reinviteAfter time.Duration
	reinviteLimit int64

	// unknown names the provider's unknown arguments; if there are any, there is no client.
	unknown []string
}

// known reports whether requests can be sent; if not, it adds an error.
func (s *session) known(diags *diag.Diagnostics) bool {
	if len(s.unknown) == 0 {
		return true
	}
	diags.AddError("The provider is not configured yet", fmt.Sprintf(
		"The provider's %s will be known only after an apply, but this operation needs the API now. "+
			"Apply the resource that creates the value first (-target), or set the value from a variable or the environment.",
		strings.Join(s.unknown, ", ")))
	return false
}

func personOf(user modelprime.User) guard.Person {
	return guard.Person{ID: user.ID, Email: user.Email}
}

// claim reports a planned instance's effect on people to the guards, and returns their refusal.
func (s *session) claim(ctx context.Context, instance string, c guard.Claim) error {
	org, err := s.guarded(ctx, s.ledger.NeedsCaller(c), c.NeedsMembers())
	if err != nil {
		return err
	}
	return s.ledger.Claim(instance, c, org)
}

// addReplaced adds the person of the prior state to the claim of a new instance, if this run has already planned the same
// instance: it is then the second half of a replacement. It returns the claim of the first half.
func (s *session) addReplaced(instance string, c *guard.Claim) (first guard.Claim, ok bool) {
	first, _ = s.ledger.Claimed(instance)
	replaced, ok := first.Person()
	if ok {
		c.Before, c.OnDestroy = []guard.Person{replaced}, first.OnDestroy
	}
	return first, ok
}

// guarded reads the facts about the organization that the guards need.
func (s *session) guarded(ctx context.Context, caller, members bool) (guard.Organization, error) {
	var org guard.Organization
	if caller {
		user, err := s.roster.Caller(ctx)
		if err != nil {
			return org, err
		}
		org.Caller, org.CallerIsAdmin = personOf(user), slices.Contains(user.Roles, modelprime.RoleAdmin)
	}
	if members {
		first, err := s.roster.AtFirst(ctx)
		if err != nil {
			return org, err
		}
		org.Members, org.Lacks = len(first), func(id string) bool { _, ok := first[id]; return !ok }
	}
	return org, nil
}

// errTakenOver says that a member was not removed.
var errTakenOver = errors.New("another instance in this run now manages the same person")

// mayRemove asks the guards before the apply sends a removal.
func (s *session) mayRemove(ctx context.Context, p guard.Person) error {
	removal := guard.Claim{Before: []guard.Person{p}, OnDestroy: guard.Remove}
	org, err := s.guarded(ctx, s.ledger.NeedsCaller(removal), removal.NeedsMembers())
	if err != nil {
		return err
	}
	return s.ledger.MayRemove(p, org)
}

// removeMember removes a member if the guards allow it. The ledger records the removal before a list can show it. If another
// instance now manages the member, the member stays, and the error is errTakenOver.
func (s *session) removeMember(ctx context.Context, p guard.Person) error {
	if err := s.mayRemove(ctx, p); err != nil {
		return err
	}
	if !s.ledger.Removing(p) {
		return errTakenOver
	}
	return s.roster.Remove(ctx, p.ID)
}

// mayDemote asks the guards whether a member may have roles without admin.
func (s *session) mayDemote(ctx context.Context, p guard.Person) error {
	org, err := s.guarded(ctx, s.ledger.NeedsCaller(guard.Claim{After: &p, DropsAdmin: true}), false)
	if err != nil {
		return err
	}
	return s.ledger.MayDemote(p, org)
}

// dropsAdmin reports whether a change of roles leaves a member without admin.
func dropsAdmin(before, after []string) bool {
	return !roster.SameRoles(before, after) && !slices.Contains(after, modelprime.RoleAdmin)
}

// errNoOrganization is the error for an edited state without an organization ID.
var errNoOrganization = errors.New("the state has no organization_id, so its organization is unknown")

// wrongOrganizationError says that a state, or the plan of a creation, has another organization than the token's.
type wrongOrganizationError struct {
	got  modelprime.Organization
	want string
}

func (e *wrongOrganizationError) Error() string {
	return fmt.Sprintf("the token belongs to organization %s, not to %s", organizationName(e.got), quoted(e.want))
}

func organizationName(o modelprime.Organization) string { return fmt.Sprintf("%s (%s)", o.ID, o.Name) }

// belongs checks that a state, or the plan of a creation, has the token's organization. The organization is unknown only in a
// plan that was made while the provider was not configured.
func (s *session) belongs(organizationID types.String) error {
	switch {
	case organizationID.IsUnknown() || organizationID.ValueString() == s.organization.ID:
		return nil
	case organizationID.ValueString() == "":
		return errNoOrganization
	}
	return &wrongOrganizationError{got: s.organization, want: organizationID.ValueString()}
}

// stateBelongs is instanceBelongs for an undecoded state.
func (s *session) stateBelongs(ctx context.Context, state tfsdk.State, diags *diag.Diagnostics) bool {
	if state.Raw.IsNull() {
		return true
	}
	var organizationID types.String
	diags.Append(state.GetAttribute(ctx, path.Root("organization_id"), &organizationID)...)
	return !diags.HasError() && s.instanceBelongs(organizationID, diags)
}

// instanceBelongs is belongs for the state of a read or a plan. It checks nothing while the provider is not configured. In a
// state of another organization only the first instance is an error, which stops the run; the others stay unchanged.
func (s *session) instanceBelongs(organizationID types.String, diags *diag.Diagnostics) bool {
	if len(s.unknown) > 0 {
		return true
	}
	err := s.belongs(organizationID)
	var wrong *wrongOrganizationError
	if err != nil && (!errors.As(err, &wrong) || s.foundForeign.CompareAndSwap(false, true)) {
		addError(diags, "The state does not belong to the token's organization", "", err)
	}
	return err == nil
}

// warnOfAnother warns if the list of members shows a changed member under another address or name than the state. Members can
// rename themselves; an edited state can hold another person's ID.
func (s *session) warnOfAnother(ctx context.Context, p guard.Person, email, name, does string, diags *diag.Diagnostics) error {
	user, ok, err := s.roster.WithID(ctx, p.ID)
	if err != nil || !ok || modelprime.SameEmail(user.Email, email) && (name == "" || name == user.Name) {
		return err
	}
	stated := email
	if name != "" {
		stated = name + ", " + email
	}
	diags.AddWarning(fmt.Sprintf("%s is %s (%s) in the organization", email, user.Email, user.Name), fmt.Sprintf(
		"The state says %s. The list of members shows the member %s as %s, %s. The plan %s. Members can change their own address and name, "+
			"and an edited state can hold another person's user ID: make sure that this is the right person.",
		stated, p.ID, user.Name, user.Email, does))
	return nil
}

// putRoles sets a member's roles, with one request if they change.
func (s *session) putRoles(ctx context.Context, p guard.Person, before, after []string) error {
	if roster.SameRoles(before, after) {
		return nil
	}
	if dropsAdmin(before, after) {
		if err := s.mayDemote(ctx, p); err != nil {
			return err
		}
	}
	return s.roster.SetRoles(ctx, p.ID, after)
}

// notRefreshed reports whether a read must keep the state, because the provider is not configured. If so, it warns.
func (s *session) notRefreshed(who string, diags *diag.Diagnostics) bool {
	if len(s.unknown) == 0 {
		return false
	}
	diags.AddWarning(who+" was not refreshed", fmt.Sprintf(
		"The provider's %s will be known only after an apply; until then the state stays unchanged.", strings.Join(s.unknown, ", ")))
	return true
}

// fromProvider returns the session in the provider data, or nil before Configure.
func fromProvider(data any, diags *diag.Diagnostics) *session {
	if data == nil {
		return nil
	}
	s, ok := data.(*session)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected a session, got %T. This is a bug in the provider.", data))
	}
	return s
}

// resourceSession holds the session of a resource.
type resourceSession struct{ *session }

func (r *resourceSession) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.session = fromProvider(req.ProviderData, &resp.Diagnostics)
}

// dataSourceSession holds the session of a data source.
type dataSourceSession struct{ *session }

func (d *dataSourceSession) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.session = fromProvider(req.ProviderData, &resp.Diagnostics)
}
