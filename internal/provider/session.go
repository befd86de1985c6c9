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

// caller returns the token's owner for the guards.
func (s *session) caller(ctx context.Context) (modelprime.User, error) {
	if !s.ledger.LockoutProtection() {
		return modelprime.User{}, nil
	}
	return s.roster.Caller(ctx)
}

func personOf(user modelprime.User) guard.Person {
	return guard.Person{ID: user.ID, Email: user.Email}
}

// keepCaller is the guard against the removal of oneself.
func (s *session) keepCaller(ctx context.Context, p guard.Person) error {
	caller, err := s.caller(ctx)
	if err != nil {
		return err
	}
	return s.ledger.KeepCaller(personOf(caller), p)
}

// keepAdmin is the guard against taking one's own admin role away. A state that nobody refreshed may not know of the
// role, so what the API says of the caller counts as well.
func (s *session) keepAdmin(ctx context.Context, p guard.Person, before, after []string) error {
	caller, err := s.caller(ctx)
	if err != nil {
		return err
	}
	return s.ledger.KeepAdmin(personOf(caller), p, slices.Concat(before, caller.Roles), after)
}

// mayRemove asks the guards about a removal.
func (s *session) mayRemove(ctx context.Context, p guard.Person) error {
	if err := s.keepCaller(ctx, p); err != nil {
		return err
	}
	return s.ledger.Remove(p)
}

// errTakenOver says that somebody was not removed.
var errTakenOver = errors.New("another instance in this run has taken over the same person")

// removeMember removes somebody if the guards allow it, and has the ledger know of it before a list can show it. Whoever
// another instance has taken over in this run stays: errTakenOver.
func (s *session) removeMember(ctx context.Context, p guard.Person) error {
	if err := s.mayRemove(ctx, p); err != nil {
		return err
	}
	if !s.ledger.Removing(p) {
		return errTakenOver
	}
	return s.roster.Remove(ctx, p.ID)
}

// plannedOrganization returns the organization, if it is the one that the plan of a creation was made for.
func (s *session) plannedOrganization(ctx context.Context, planned types.String) (modelprime.Organization, error) {
	organization, err := s.roster.Organization(ctx)
	if err == nil {
		err = s.roster.Belongs(ctx, planned.ValueString())
	}
	return organization, err
}

// putRoles gives a member exactly these roles, by one request if they differ from those before.
func (s *session) putRoles(ctx context.Context, p guard.Person, before, after []string) error {
	if roster.SameRoles(before, after) {
		return nil
	}
	if err := s.keepAdmin(ctx, p, before, after); err != nil {
		return err
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
