package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

// session is what Configure makes and everything that is cached hangs on: one configured provider in one run.
type session struct {
	client *modelprime.Client
	roster *roster.Roster
	ledger *guard.Ledger
	clock  modelprime.Clock

	// reinviteAfter is the age at which an invitation is overdue; 0 is never.
	reinviteAfter time.Duration
	reinviteLimit int64

	// unknown names the arguments that another resource is yet to make; there is no client then.
	unknown []string
}

// known reports whether requests can be made; if not, the error says why.
func (s *session) known(diags *diag.Diagnostics) bool {
	if len(s.unknown) == 0 {
		return true
	}
	diags.AddError("The provider is not configured yet", fmt.Sprintf(
		"The provider's %s will be known only after an apply, and this operation has to ask the API now. "+
			"Apply what makes the value first (-target), or take it from a variable or the environment.",
		strings.Join(s.unknown, ", ")))
	return false
}

func personOf(user modelprime.User) guard.Person {
	return guard.Person{ID: user.ID, Email: user.Email}
}

// claim tells the guards what the plan of an instance makes of people, and returns their refusal.
func (s *session) claim(ctx context.Context, instance string, c guard.Claim) error {
	org, err := s.guarded(ctx, s.ledger.NeedsCaller(c), s.ledger.NeedsMembers(c))
	if err != nil {
		return err
	}
	return s.ledger.Claim(instance, c, org)
}

// guarded reads what the guards have to know of the organization.
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
		size, err := s.roster.Size(ctx)
		if err != nil {
			return org, err
		}
		org.Members = size
	}
	return org, nil
}

// errTakenOver says that a member was not removed.
var errTakenOver = errors.New("another instance in this run has taken over the same person")

// mayRemove asks the guards about a removal that the apply is about to send.
func (s *session) mayRemove(ctx context.Context, p guard.Person) error {
	removal := guard.Claim{Before: []guard.Person{p}, OnDestroy: guard.Remove}
	org, err := s.guarded(ctx, s.ledger.NeedsCaller(removal), s.ledger.NeedsMembers(removal))
	if err != nil {
		return err
	}
	return s.ledger.MayRemove(p, org)
}

// removeMember removes a member if the guards allow it, and has the ledger know of it before a list can show it. A member
// whom another instance has taken over in this run stays: errTakenOver.
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

// plannedOrganization returns the organization, if it is the one that the plan of a creation was made for.
func (s *session) plannedOrganization(ctx context.Context, planned types.String) (modelprime.Organization, error) {
	organization, err := s.roster.Organization(ctx)
	if err == nil {
		err = s.roster.Belongs(ctx, planned.ValueString())
	}
	return organization, err
}

// errNoOrganization refuses a state that was edited.
var errNoOrganization = errors.New("the state does not say which organization the person belongs to, so nothing is changed: " +
	"take the instance out of the state (terraform state rm) and import it again")

// belongs checks that a state is one of this organization.
func (s *session) belongs(ctx context.Context, stated types.String) error {
	if stated.ValueString() == "" {
		return errNoOrganization
	}
	return s.roster.Belongs(ctx, stated.ValueString())
}

// warnOfAnother warns if the list of members shows a member, whom the plan changes, under another address or name than the
// state does. Members can rename themselves; an edited state can hold another person's ID.
func (s *session) warnOfAnother(ctx context.Context, p guard.Person, email, name, does string, diags *diag.Diagnostics) error {
	user, ok, err := s.roster.WithID(ctx, p.ID)
	if err != nil || !ok || modelprime.SameEmail(user.Email, email) && (name == "" || name == user.Name) {
		return err
	}
	diags.AddWarning(fmt.Sprintf("%s is %s (%s) in the organization", email, user.Email, user.Name), fmt.Sprintf(
		"The state says %s, %s. The list of members shows the member %s as %s, %s. The plan %s. Members can change their own address and name, "+
			"and a state that was edited can hold another person's user ID: make sure that it is the person who is meant.",
		name, email, p.ID, user.Name, user.Email, does))
	return nil
}

// putRoles gives a member exactly these roles, by one request if they differ from those before.
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

// notRefreshed says that a read has to leave the state as it is, while the provider is not configured.
func (s *session) notRefreshed(who string, diags *diag.Diagnostics) bool {
	if len(s.unknown) == 0 {
		return false
	}
	diags.AddWarning(who+" was not refreshed", fmt.Sprintf(
		"The provider's %s will be known only after an apply; until then the state stands as it is.", strings.Join(s.unknown, ", ")))
	return true
}

// fromProvider takes the session out of what Terraform hands over; it is nil while the provider is not configured.
func fromProvider(data any, diags *diag.Diagnostics) *session {
	if data == nil {
		return nil
	}
	s, ok := data.(*session)
	if !ok {
		diags.AddError("Could not configure the provider's parts", fmt.Sprintf("Expected a session, got %T: a defect of the provider.", data))
	}
	return s
}

// resourceSession gives a resource its session.
type resourceSession struct{ *session }

func (r *resourceSession) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.session = fromProvider(req.ProviderData, &resp.Diagnostics)
}

// dataSourceSession gives a data source its session.
type dataSourceSession struct{ *session }

func (d *dataSourceSession) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.session = fromProvider(req.ProviderData, &resp.Diagnostics)
}
