package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// assignment is the state of Ada's assignment.
func assignment(edits ...func(*roleAssignmentModel)) roleAssignmentModel {
	m := roleAssignmentModel{
		UserID: text("auth0|ada"), Email: text("ada@example.com"), Name: text("Ada Marsh"), Roles: set("developer"),
		OnDestroy: text("revoke_roles"), CurrentEmail: text("ada@example.com"), OrganizationID: text("org"),
	}
	for _, edit := range edits {
		edit(&m)
	}
	return m
}

func byEmail(email types.String, roles types.Set) roleAssignmentModel {
	return roleAssignmentModel{Email: email, Roles: roles}
}

func byID(id types.String, roles types.Set) roleAssignmentModel {
	return roleAssignmentModel{UserID: id, Roles: roles}
}

func byBoth(id, email string) roleAssignmentModel {
	return roleAssignmentModel{UserID: text(id), Email: text(email), Roles: set("developer")}
}

func keepingRoles(m roleAssignmentModel) roleAssignmentModel {
	m.OnDestroy = text("keep")
	return m
}

func TestPlanRoleAssignment(t *testing.T) {
	unknown := types.StringUnknown()
	renamed := assignment(func(m *roleAssignmentModel) { m.CurrentEmail = text("marsh@example.com") })
	prior := assignment()
	for title, row := range map[string]struct {
		config   roleAssignmentModel
		prior    *roleAssignmentModel
		want     roleAssignmentModel
		replaces string
		foreign  bool
		warns    []string
	}{
		"new, by e-mail": {
			config: byEmail(text("Ada@example.com"), set("admin")),
			want:   roleAssignmentModel{UserID: unknown, Email: text("Ada@example.com"), Roles: set("admin"), Name: unknown, OnDestroy: text("revoke_roles"), CurrentEmail: unknown, OrganizationID: unknown},
		},
		"new, by id, without a role": {
			config: byID(text("auth0|ada"), set()),
			want:   roleAssignmentModel{UserID: text("auth0|ada"), Email: unknown, Roles: set(), Name: unknown, OnDestroy: text("revoke_roles"), CurrentEmail: unknown, OrganizationID: unknown},
		},
		"new, all unknown": {
			config: byID(unknown, unknownSet()),
			want:   roleAssignmentModel{UserID: unknown, Email: unknown, Roles: unknownSet(), Name: unknown, OnDestroy: text("revoke_roles"), CurrentEmail: unknown, OrganizationID: unknown},
		},
		"by e-mail, as configured": {
			config: byEmail(text("ada@example.com"), set("developer")), prior: &prior,
			want: prior,
		},
		"by e-mail in another case": {
			config: byEmail(text("ADA@example.com"), set("developer")), prior: &prior,
			want: prior,
		},
		"by id, as configured": {
			config: byID(text("auth0|ada"), set("developer")), prior: &prior,
			want: prior,
		},
		"by the other key": {
			config: byID(text("auth0|ada"), set("developer")), prior: &renamed,
			want: renamed,
		},
		"by both, as configured": {
			config: byBoth("auth0|ada", "ADA@example.com"), prior: &prior,
			want: prior,
		},
		"by both, address changed by the member": {
			config: byBoth("auth0|ada", "ada@example.com"), prior: &renamed,
			want:  renamed,
			warns: []string{"The member ada@example.com is now marsh@example.com"},
		},
		"by both, the member's new address is configured": {
			config: byBoth("auth0|ada", "marsh@example.com"), prior: &renamed,
			want: assignment(func(m *roleAssignmentModel) {
				m.Email, m.CurrentEmail = text("marsh@example.com"), text("marsh@example.com")
			}),
		},
		"by both, another person's address": {
			config: byBoth("auth0|ada", "kai@example.com"), prior: &prior,
			want:    assignment(func(m *roleAssignmentModel) { m.Email = text("kai@example.com") }),
			foreign: true,
		},
		"by both, another person's id": {
			config: byBoth("auth0|kai", "ada@example.com"), prior: &prior,
			want: roleAssignmentModel{
				UserID: text("auth0|kai"), Email: text("ada@example.com"), Roles: set("developer"), Name: unknown, OnDestroy: text("revoke_roles"), CurrentEmail: unknown, OrganizationID: unknown,
			},
			replaces: "user_id",
		},
		"on_destroy changes the state only": {
			config: keepingRoles(byEmail(text("ada@example.com"), set("developer"))), prior: &prior,
			want: keepingRoles(prior),
		},
		"changed roles, address changed by the member: the guards report both addresses": {
			config: byEmail(text("ada@example.com"), set("admin")), prior: &renamed,
			want: assignment(func(m *roleAssignmentModel) { m.Roles, m.CurrentEmail = set("admin"), text("marsh@example.com") }),
		},
		"changed roles": {
			config: byEmail(text("ada@example.com"), set("admin")), prior: &prior,
			want: assignment(func(m *roleAssignmentModel) { m.Roles = set("admin") }),
		},
		"all roles removed": {
			config: byID(text("auth0|ada"), set()), prior: &prior,
			want: assignment(func(m *roleAssignmentModel) { m.Roles = set() }),
		},
		"roles unknown": {
			config: byID(text("auth0|ada"), unknownSet()), prior: &prior,
			want: assignment(func(m *roleAssignmentModel) { m.Roles = unknownSet() }),
		},
		"by e-mail, address changed by the member": {
			config: byEmail(text("ada@example.com"), set("developer")), prior: &renamed,
			want:  renamed,
			warns: []string{"The member ada@example.com is now marsh@example.com"},
		},
		"by e-mail, the member's new address is configured": {
			config: byEmail(text("Marsh@example.com"), set("developer")), prior: &renamed,
			want: assignment(func(m *roleAssignmentModel) {
				m.Email, m.CurrentEmail = text("Marsh@example.com"), text("marsh@example.com")
			}),
		},
		"by e-mail, unknown": {
			config: byEmail(unknown, set("developer")), prior: &prior,
			want: assignment(func(m *roleAssignmentModel) { m.Email = unknown }),
		},
		"by id, unknown": {
			config: byID(unknown, set("developer")), prior: &prior,
			want: assignment(func(m *roleAssignmentModel) { m.UserID = unknown }),
		},
		"another person's e-mail": {
			config: byEmail(text("kai@example.com"), set("developer")), prior: &prior,
			want:     roleAssignmentModel{UserID: unknown, Email: text("kai@example.com"), Roles: set("developer"), Name: unknown, OnDestroy: text("revoke_roles"), CurrentEmail: unknown, OrganizationID: unknown},
			replaces: "email",
		},
		"another person's id": {
			config: byID(text("auth0|kai"), set("developer")), prior: &prior,
			want:     roleAssignmentModel{UserID: text("auth0|kai"), Email: unknown, Roles: set("developer"), Name: unknown, OnDestroy: text("revoke_roles"), CurrentEmail: unknown, OrganizationID: unknown},
			replaces: "user_id",
		},
		"an id in another case is another id": {
			config: byID(text("auth0|ADA"), set("developer")), prior: &prior,
			want:     roleAssignmentModel{UserID: text("auth0|ADA"), Email: unknown, Roles: set("developer"), Name: unknown, OnDestroy: text("revoke_roles"), CurrentEmail: unknown, OrganizationID: unknown},
			replaces: "user_id",
		},
	} {
		t.Run(title, func(t *testing.T) {
			p := planRoleAssignment(row.config, row.prior)
			sameModel(t, p.model, row.want)
			if p.replace != row.replaces {
				t.Errorf("replaces by %q, want %q", p.replace, row.replaces)
			}
			if p.foreignEmail != row.foreign {
				t.Errorf("the address is another person's: %v, want %v", p.foreignEmail, row.foreign)
			}
			sameWarnings(t, p.warnings, row.warns)
		})
	}
}
