package provider

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

type edit func(m *membershipModel)

func edited(m membershipModel, edits []edit) membershipModel {
	for _, e := range edits {
		e(&m)
	}
	return m
}

func adaConfig(edits ...edit) membershipModel {
	return edited(membershipModel{Email: text("ada@example.com"), Roles: set("developer"), Name: text("Ada Marsh")}, edits)
}

// adaInvited is the state after Ada's invitation.
func adaInvited(edits ...edit) membershipModel {
	return edited(membershipModel{
		Email: text("ada@example.com"), Roles: set("developer"), Name: text("Ada Marsh"),
		LoginConnection: text("google-oauth2"), AdoptExisting: types.BoolValue(false), OnDestroy: text("remove"), Status: text(statusInvited),
		InvitedAt: text("2026-03-01T09:00:00Z"), InvitationsSent: types.Int64Value(1), OrganizationID: text("org"),
	}, edits)
}

// adaJoined is the state after Ada joined, with a password and another name.
func adaJoined(edits ...edit) membershipModel {
	return edited(adaInvited(func(m *membershipModel) {
		m.Name, m.LoginConnection, m.Status = text("A. M. Marsh"), text("username-password"), text(statusActive)
		m.UserID, m.CurrentEmail = text("auth0|ada"), text("ada@example.com")
	}), edits)
}

// adaImported is the state after an import, which has no invitation.
func adaImported(edits ...edit) membershipModel {
	return edited(adaJoined(func(m *membershipModel) {
		m.InvitedAt, m.InvitationsSent = types.StringNull(), types.Int64Value(0)
	}), edits)
}

func email(s string) edit              { return func(m *membershipModel) { m.Email = text(s) } }
func name(s string) edit               { return func(m *membershipModel) { m.Name = text(s) } }
func noName(m *membershipModel)        { m.Name = types.StringNull() }
func anyName(m *membershipModel)       { m.Name = types.StringUnknown() }
func connection(s string) edit         { return func(m *membershipModel) { m.LoginConnection = text(s) } }
func anyConnection(m *membershipModel) { m.LoginConnection = types.StringUnknown() }
func roles(r ...string) edit           { return func(m *membershipModel) { m.Roles = set(r...) } }
func anyRoles(m *membershipModel)      { m.Roles = unknownSet() }
func adopt(b bool) edit                { return func(m *membershipModel) { m.AdoptExisting = types.BoolValue(b) } }
func noAdopt(m *membershipModel)       { m.AdoptExisting = types.BoolNull() }
func anyAdopt(m *membershipModel)      { m.AdoptExisting = types.BoolUnknown() }
func resend(s string) edit             { return func(m *membershipModel) { m.Resend = text(s) } }
func keeps(m *membershipModel)         { m.OnDestroy = text("keep") }
func anyResend(m *membershipModel)     { m.Resend = types.StringUnknown() }
func anyEmail(m *membershipModel)      { m.Email = types.StringUnknown() }
func status(s string) edit             { return func(m *membershipModel) { m.Status = text(s) } }
func sent(n int64) edit                { return func(m *membershipModel) { m.InvitationsSent = types.Int64Value(n) } }

func currentEmail(s string) edit { return func(m *membershipModel) { m.CurrentEmail = text(s) } }

// unknownInvitation marks as unknown what an invitation sets at the apply.
func unknownInvitation(m *membershipModel) {
	m.Status, m.UserID, m.CurrentEmail = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.InvitedAt, m.InvitationsSent = types.StringUnknown(), types.Int64Unknown()
}

// unknownMember marks as unknown all that a new membership sets at the apply.
func unknownMember(m *membershipModel) {
	unknownInvitation(m)
	m.OrganizationID = types.StringUnknown()
	if m.OnDestroy.IsNull() {
		m.OnDestroy = text("remove")
	}
}

func TestPlanMembership(t *testing.T) {
	const limit = 3
	prior := func(m membershipModel) *membershipModel { return &m }
	// Of a replacement only the address is planned here; Terraform plans the rest as a new membership.
	for title, row := range map[string]struct {
		config   membershipModel
		prior    *membershipModel
		off      bool // reinvite_after is not set
		want     membershipModel
		replaces bool
		invites  bool
		warns    []string
	}{
		"new": {
			config: adaConfig(),
			want:   adaConfig(connection("google-oauth2"), adopt(false), unknownMember),
		},
		"new, with a login connection": {
			config: adaConfig(connection("username-password")),
			want:   adaConfig(connection("username-password"), adopt(false), unknownMember),
		},
		"new, may be adopted: name and login connection are unknown": {
			config: adaConfig(noName, adopt(true)),
			want:   adaConfig(anyName, anyConnection, adopt(true), unknownMember),
		},
		"new, adopt_existing unknown": {
			config: adaConfig(anyAdopt),
			want:   adaConfig(anyConnection, anyAdopt, unknownMember),
		},
		"new, to be kept": {
			config: adaConfig(keeps),
			want:   adaConfig(connection("google-oauth2"), adopt(false), keeps, unknownMember),
		},
		"new, address unknown": {
			config: adaConfig(anyEmail, anyRoles, anyName, resend("a")),
			want:   adaConfig(anyEmail, anyRoles, anyName, resend("a"), connection("google-oauth2"), adopt(false), unknownMember),
		},

		"active, as configured": {
			config: adaConfig(), prior: prior(adaJoined()),
			want: adaJoined(),
		},
		"active, roles drifted": {
			config: adaConfig(), prior: prior(adaJoined(roles("developer", "admin"))),
			want: adaJoined(),
		},
		"active, with a role outside the contract": {
			config: adaConfig(), prior: prior(adaJoined(roles("developer", "auditor"))),
			want: adaJoined(),
		},
		"active, roles unknown": {
			config: adaConfig(anyRoles), prior: prior(adaJoined()),
			want: adaJoined(anyRoles),
		},
		"active, configured name and login connection are ignored": {
			config: adaConfig(name("Ada Marsh-Fell"), connection("google-oauth2")), prior: prior(adaJoined()),
			want: adaJoined(),
		},
		"active, name and login connection unknown": {
			config: adaConfig(anyName, anyConnection), prior: prior(adaJoined()),
			want: adaJoined(),
		},
		"active, adopt_existing is ignored": {
			config: adaConfig(adopt(true)), prior: prior(adaJoined()),
			want: adaJoined(),
		},
		"active, resend changes the state only": {
			config: adaConfig(resend("b")), prior: prior(adaJoined(resend("a"))),
			want: adaJoined(resend("b")),
		},
		"active, resend removed": {
			config: adaConfig(), prior: prior(adaJoined(resend("a"))),
			want: adaJoined(),
		},
		"active, on_destroy changes the state only": {
			config: adaConfig(keeps), prior: prior(adaJoined()),
			want: adaJoined(keeps),
		},
		"active, on_destroy left out is the default again": {
			config: adaConfig(), prior: prior(adaJoined(keeps)),
			want: adaJoined(),
		},
		"active, address in another case": {
			config: adaConfig(email("Ada@Example.com")), prior: prior(adaJoined()),
			want: adaJoined(),
		},
		"active, address unknown": {
			config: adaConfig(anyEmail), prior: prior(adaJoined()),
			want: adaJoined(anyEmail),
		},
		"active, address changed by the member": {
			config: adaConfig(), prior: prior(adaJoined(currentEmail("marsh@example.com"))),
			want:  adaJoined(currentEmail("marsh@example.com")),
			warns: []string{"The member ada@example.com is now marsh@example.com"},
		},
		"active, address changed by the member, roles changed: the guards report both addresses": {
			config: adaConfig(roles("admin")), prior: prior(adaJoined(currentEmail("marsh@example.com"))),
			want: adaJoined(roles("admin"), currentEmail("marsh@example.com")),
		},
		"active, case of the address changed by the member": {
			config: adaConfig(), prior: prior(adaJoined(currentEmail("ADA@example.com"))),
			want: adaJoined(currentEmail("ADA@example.com")),
		},
		"active, the member's new address is configured": {
			config: adaConfig(email("Marsh@example.com")), prior: prior(adaJoined(currentEmail("marsh@example.com"))),
			want: adaJoined(email("Marsh@example.com"), currentEmail("marsh@example.com")),
		},
		"active, another person's address is configured": {
			config: adaConfig(email("kai@example.com"), name("Kai Gripper")), prior: prior(adaJoined()),
			want:     adaJoined(email("kai@example.com")),
			replaces: true,
			warns:    []string{"If it is the same person, they change their address in Model-Prime first"},
		},
		"active and renamed, another person's address is configured": {
			config: adaConfig(email("kai@example.com"), noName, adopt(true)), prior: prior(adaJoined(currentEmail("marsh@example.com"))),
			want:     adaJoined(email("kai@example.com"), currentEmail("marsh@example.com")),
			replaces: true,
			warns:    []string{"ada@example.com is replaced by kai@example.com"},
		},
		"imported, as configured": {
			config: adaConfig(), prior: prior(adaImported()),
			want: adaImported(),
		},
		"imported, with every optional argument": {
			config: adaConfig(name("Ada"), connection("google-oauth2"), adopt(true)), prior: prior(adaImported()),
			want: adaImported(),
		},
		"imported, with resend: the only difference": {
			config: adaConfig(resend("a")), prior: prior(adaImported()),
			want: adaImported(resend("a")),
		},
		"state without adopt_existing": {
			config: adaConfig(adopt(true)), prior: prior(adaJoined(noAdopt)),
			want: adaJoined(adopt(true)),
		},
		"state without adopt_existing, none configured": {
			config: adaConfig(), prior: prior(adaJoined(noAdopt)),
			want: adaJoined(adopt(false)),
		},

		"invited, as configured": {
			config: adaConfig(), prior: prior(adaInvited()),
			want: adaInvited(),
		},
		"invited, address in another case": {
			config: adaConfig(email("ADA@example.com")), prior: prior(adaInvited()),
			want: adaInvited(),
		},
		"invited, name left out": {
			config: adaConfig(noName), prior: prior(adaInvited()),
			want: adaInvited(),
		},
		"invited, changed roles wait": {
			config: adaConfig(roles("admin")), prior: prior(adaInvited()),
			want:  adaInvited(roles("admin")),
			warns: []string{"The first apply after that sets the configured roles"},
		},
		"invited, roles unknown": {
			config: adaConfig(anyRoles), prior: prior(adaInvited()),
			want:  adaInvited(anyRoles),
			warns: []string{"ada@example.com has not joined yet: the changed roles wait"},
		},
		"invited, changed name waits": {
			config: adaConfig(name("Ada Fell")), prior: prior(adaInvited()),
			want:  adaInvited(name("Ada Fell")),
			warns: []string{"ada@example.com has not joined yet: the changed name waits"},
		},
		"invited, another login connection sends again": {
			config: adaConfig(connection("username-password")), prior: prior(adaInvited()),
			want:    adaInvited(connection("username-password"), unknownInvitation),
			invites: true,
			warns:   []string{"number 2, because the login connection changes"},
		},
		"invited, the login connection left out is the default again": {
			config: adaConfig(), prior: prior(adaInvited(connection("username-password"))),
			want:    adaInvited(unknownInvitation),
			invites: true,
			warns:   []string{"Another invitation is sent to ada@example.com"},
		},
		"invited, unknown login connection": {
			config: adaConfig(anyConnection), prior: prior(adaInvited()),
			want:    adaInvited(anyConnection, unknownInvitation),
			invites: true,
			warns:   []string{"Another invitation may be sent to ada@example.com"},
		},
		"invited, resend sends again, with the changed roles and name": {
			config: adaConfig(resend("b"), roles("admin"), name("Ada Fell")), prior: prior(adaInvited(resend("a"))),
			want:    adaInvited(resend("b"), roles("admin"), name("Ada Fell"), unknownInvitation),
			invites: true,
			warns:   []string{"Another invitation is sent to ada@example.com"},
		},
		"invited, first resend sends again, over the limit too": {
			config: adaConfig(resend("a")), prior: prior(adaInvited(sent(limit + 5))),
			want:    adaInvited(resend("a"), sent(limit+5), unknownInvitation),
			invites: true,
			warns:   []string{"number 9, because resend has a new value"},
		},
		"invited, the same resend sends nothing": {
			config: adaConfig(resend("a")), prior: prior(adaInvited(resend("a"))),
			want: adaInvited(resend("a")),
		},
		"invited, resend removed sends nothing": {
			config: adaConfig(), prior: prior(adaInvited(resend("a"))),
			want: adaInvited(),
		},
		"invited, an empty resend sends nothing": {
			config: adaConfig(resend("")), prior: prior(adaInvited()),
			want: adaInvited(resend("")),
		},
		"invited, resend emptied sends nothing": {
			config: adaConfig(resend("")), prior: prior(adaInvited(resend("a"))),
			want: adaInvited(resend("")),
		},
		"invited, resend after an empty one": {
			config: adaConfig(resend("a")), prior: prior(adaInvited(resend(""))),
			want:    adaInvited(resend("a"), unknownInvitation),
			invites: true,
			warns:   []string{"because resend has a new value"},
		},
		"invited, on_destroy changes the state only": {
			config: adaConfig(keeps), prior: prior(adaInvited()),
			want: adaInvited(keeps),
		},
		"invited, resend unknown": {
			config: adaConfig(anyResend), prior: prior(adaInvited()),
			want:    adaInvited(anyResend, unknownInvitation),
			invites: true,
			warns:   []string{"Another invitation may be sent to ada@example.com"},
		},
		"invited, address unknown": {
			config: adaConfig(anyEmail), prior: prior(adaInvited()),
			want: adaInvited(anyEmail),
		},
		"invited, another person's address is configured": {
			config: adaConfig(email("kai@example.com"), noName), prior: prior(adaInvited()),
			want:     adaInvited(email("kai@example.com")),
			replaces: true,
		},
		"unconfirmed: a warning, no invitation": {
			config: adaConfig(), prior: prior(adaInvited(status(statusUnconfirmed))),
			want:  adaInvited(status(statusUnconfirmed)),
			warns: []string{"The invitation to ada@example.com is unconfirmed"},
		},
		"unconfirmed, changed roles: two warnings": {
			config: adaConfig(roles("admin")), prior: prior(adaInvited(status(statusUnconfirmed))),
			want:  adaInvited(status(statusUnconfirmed), roles("admin")),
			warns: []string{"unconfirmed", "the changed roles wait"},
		},
		"unconfirmed, resend": {
			config: adaConfig(resend("a")), prior: prior(adaInvited(status(statusUnconfirmed))),
			want:    adaInvited(resend("a"), unknownInvitation),
			invites: true,
			warns:   []string{"Another invitation is sent to ada@example.com"},
		},
		"overdue sends again": {
			config: adaConfig(), prior: prior(adaInvited(status(statusOverdue))),
			want:    adaInvited(unknownInvitation),
			invites: true,
			warns:   []string{"number 2, because the last one is overdue"},
		},
		"overdue once more, below the limit": {
			config: adaConfig(), prior: prior(adaInvited(status(statusOverdue), sent(limit-1))),
			want:    adaInvited(unknownInvitation),
			invites: true,
			warns:   []string{"Another invitation is sent to ada@example.com"},
		},
		"overdue, the limit is reached": {
			config: adaConfig(), prior: prior(adaInvited(status(statusOverdue), sent(limit))),
			want:  adaInvited(status(statusOverdue), sent(limit)),
			warns: []string{"reinvite_limit is 3"},
		},
		"overdue, the limit is reached, resend": {
			config: adaConfig(resend("a")), prior: prior(adaInvited(status(statusOverdue), sent(limit))),
			want:    adaInvited(resend("a"), unknownInvitation),
			invites: true,
			warns:   []string{"Another invitation is sent to ada@example.com"},
		},
		"overdue, reinvite_after removed from the configuration": {
			config: adaConfig(), prior: prior(adaInvited(status(statusOverdue), sent(limit))), off: true,
			want: adaInvited(status(statusOverdue), sent(limit)),
		},
		"invited over the limit, and not overdue": {
			config: adaConfig(), prior: prior(adaInvited(sent(limit + 1))),
			want: adaInvited(sent(limit + 1)),
		},
	} {
		t.Run(title, func(t *testing.T) {
			p := planMembership(row.config, row.prior, !row.off, limit)
			sameModel(t, p.model, row.want)
			if p.replace != row.replaces || p.invites != row.invites {
				t.Errorf("replaces: %v, invites: %v; want %v, %v", p.replace, p.invites, row.replaces, row.invites)
			}
			sameWarnings(t, p.warnings, row.warns)
		})
	}
}

// For an unchanged member the plan uses the state instead of the configuration. The result is the same.
func TestPlanOfUnchangedMemberUsesState(t *testing.T) {
	renamed := adaJoined(currentEmail("ada@example.org"))
	for name, prior := range map[string]membershipModel{
		"joined": adaJoined(), "imported": adaImported(), "renamed": renamed, "resent": adaJoined(resend("once")), "adopted": adaJoined(adopt(true)),
	} {
		// Without a change, an optional and computed value is null or equal to the state's.
		bare := membershipModel{Email: prior.Email, Roles: prior.Roles, Resend: prior.Resend}
		full := bare
		full.Name, full.LoginConnection, full.AdoptExisting, full.OnDestroy = prior.Name, prior.LoginConnection, prior.AdoptExisting, prior.OnDestroy
		for kind, config := range map[string]membershipModel{"bare": bare, "full": full} {
			t.Run(name+" "+kind, func(t *testing.T) {
				want := planMembership(config, &prior, true, 3)
				got := planMembership(prior, &prior, true, 3)
				sameModel(t, got.model, want.model)
				if !unchanged(&got.model, &prior) || got.replace != want.replace || got.invites != want.invites || !slices.Equal(got.warnings, want.warnings) {
					t.Errorf("planned %+v, want %+v", got, want)
				}
			})
		}
	}
}
