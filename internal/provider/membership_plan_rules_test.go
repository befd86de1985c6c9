package provider

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// Whatever is configured over whatever there was: Terraform accepts the plan, an apply that knows more keeps its
// promises, and planned once more nothing changes. A member is never sent anything.
func TestPlanMembershipHoldsTerraformsRules(t *testing.T) {
	const limit = 3
	priors := []*membershipModel{nil}
	for _, m := range []membershipModel{
		adaInvited(), adaInvited(resend("a"), connection("username-password"), onDestroy("keep")), adaInvited(status(statusUnconfirmed)),
		adaInvited(status(statusOverdue)), adaInvited(status(statusOverdue), sent(limit)),
		adaJoined(), adaJoined(currentEmail("marsh@example.com"), resend("a")), adaImported(), adaJoined(noAdopt),
	} {
		priors = append(priors, &m)
	}
	for _, prior := range priors {
		for _, config := range membershipConfigs() {
			holdMembershipRules(t, config, prior, limit)
		}
	}
}

// membershipConfigs is every combination of what each argument can be.
func membershipConfigs() []membershipModel {
	configs := []membershipModel{adaConfig()}
	for _, choices := range [][]edit{
		{email("ada@example.com"), email("ADA@example.com"), email("marsh@example.com"), email("kai@example.com"), anyEmail},
		{roles("developer"), roles("admin", "analyst"), anyRoles},
		{noName, name("Ada Fell"), anyName},
		{noConnection, connection("google-oauth2"), connection("username-password"), anyConnection},
		{noAdopt, adopt(true), anyAdopt},
		{noResend, resend("a"), resend(""), anyResend},
	} {
		var more []membershipModel
		for _, config := range configs {
			for _, choose := range choices {
				more = append(more, edited(config, []edit{choose}))
			}
		}
		configs = more
	}
	return configs
}

func holdMembershipRules(t *testing.T, config membershipModel, prior *membershipModel, limit int64) {
	t.Helper()
	p := planMembership(config, prior, true, limit)
	before := membershipModel{Roles: types.SetNull(types.StringType)}
	if prior != nil {
		before = *prior
	}
	allowed(t, config, before, p.model, "name", "login_connection", "adopt_existing", "on_destroy", "status", "user_id", "current_email",
		"invited_at", "invitations_sent", "organization_id")
	if before.joined() && p.invites {
		t.Fatalf("a member would be sent an invitation: %+v", config)
	}

	known := resolved(config)
	final := planMembership(known, prior, true, limit)
	if final.replace != p.replace {
		return // Terraform stops it
	}
	kept(t, p.model, final.model)
	if final.replace {
		return // the second half plans a new membership
	}
	state := applied(final)
	again := planMembership(known, &state, true, limit)
	if d := differing(again.model, state); len(d) > 0 || again.replace || again.invites {
		t.Fatalf("planned again, %v would change (replaces: %v, invites: %v): configured %+v, before %+v", d, again.replace, again.invites, known, before)
	}
}

// resolved is the configuration as it is once everything is known.
func resolved(config membershipModel) membershipModel {
	for unknown, value := range map[*types.String]string{
		&config.Email: "ada@example.com", &config.Name: "Ada Fell", &config.LoginConnection: "google-oauth2", &config.Resend: "b",
	} {
		if unknown.IsUnknown() {
			*unknown = text(value)
		}
	}
	if config.Roles.IsUnknown() {
		config.Roles = set("admin")
	}
	if config.AdoptExisting.IsUnknown() {
		config.AdoptExisting = types.BoolValue(true)
	}
	return config
}

// applied is the state after the plan was carried out.
func applied(p membershipPlan) membershipModel {
	m := p.model
	if m.Status.IsUnknown() {
		if m.LoginConnection.IsUnknown() {
			m.LoginConnection = text(modelprime.ConnectionGoogle)
		}
		m.setInvited(false, time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), 0)
	}
	if m.Name.IsUnknown() {
		m.Name = text("Ada Marsh")
	}
	if m.OrganizationID.IsUnknown() {
		m.OrganizationID = text("org")
	}
	return m
}
