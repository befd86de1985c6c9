package pipeline

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	ada     = `"user_id": "auth0|ada", "email": "ada@example.com", "name": "Ada", "roles": ["developer"], "status": "active"`
	pending = `"user_id": null, "email": "ada@example.com", "name": "Ada", "roles": ["developer"], "status": "invited"`
)

// Each kind of change: a resource in the plan's JSON, and the report. A resource's address is its type, so that rules and memberships
// of one plan can be distinguished.
var changes = []struct{ name, changes, want string }{
	{"an invitation", membership(`["create"]`, `null`, `{"email": "ada@example.com", "name": "Ada", "roles": ["developer"]}`, `{"user_id": true}`), `
1 to invite
invite: ada@example.com  Ada  roles: developer  [membership]`},
	{"an adopted member", membership(`["create"]`, `null`, `{`+ada+`}`, `{}`), `
1 to adopt
adopt: ada@example.com  Ada  roles: developer  [membership]`},
	{"an import that changes roles", `{"type": "modelprime_membership", "mode": "managed", "address": "membership", "change": {"actions": ["update"], "importing": {"id": "x"},
		"before": {` + ada + `}, "after": {` + adaWith(`"roles": ["admin"]`) + `}, "after_unknown": {}}}`, `
1 to adopt
adopt: ada@example.com  Ada  roles: developer → admin  [membership]`},
	{"an import", `{"type": "modelprime_membership", "mode": "managed", "address": "membership", "change": {"actions": ["no-op"], "importing": {"id": "x"},
		"before": {` + ada + `}, "after": {` + ada + `}, "after_unknown": {}}}`, `
1 to adopt
adopt: ada@example.com  Ada  [membership]`},
	{"roles, a name and an address", membership(`["update"]`, `{`+ada+`}`, `{`+adaWith(`"roles": ["analyst", "admin"], "name": "Ada M.", "email": "ada.m@example.com"`)+`}`, `{}`), `
1 to change
change: ada.m@example.com  Ada M.  roles: developer → admin, analyst; email: ada@example.com → ada.m@example.com; name: Ada → Ada M.  [membership]`},
	{"a change of the state only", membership(`["update"]`, `{`+ada+`}`, `{`+ada+`, "on_destroy": "keep"}`, `{}`), `
1 to change
change: ada@example.com  Ada  on_destroy: none → keep  [membership]`},
	{"another invitation", membership(`["update"]`, `{`+pending+`}`, `{`+pending+`, "resend": "again"}`, `{"invitations_sent": true}`), `
1 to invite
invite: ada@example.com  Ada  resend: none → again  [membership]`},
	{"a removal", membership(`["delete"]`, `{`+ada+`, "on_destroy": "remove"}`, `null`, `{}`), `
1 to remove
remove: ada@example.com  Ada  roles: developer  [membership]`},
	{"an invited person who is removed", membership(`["delete"]`, `{`+pending+`}`, `null`, `{}`), `
1 to forget
forget: ada@example.com  Ada  has not joined; the invitation cannot be revoked  [membership]`},
	{"a member who is kept", membership(`["delete"]`, `{`+ada+`, "on_destroy": "keep"}`, `null`, `{}`), `
1 to keep but not manage
keep: ada@example.com  Ada  stays a member  [membership]`},
	{"a removed block", membership(`["forget"]`, `{`+ada+`}`, `null`, `{}`), `
1 to forget
forget: ada@example.com  Ada  stays as they are  [membership]`},
	{"a replacement", membership(`["delete", "create"]`, `{`+ada+`}`, `{"email": "bob@example.com", "name": "Bob", "roles": ["admin"]}`, `{"user_id": true}`), `
1 to remove, 1 to invite
remove: ada@example.com  Ada  roles: developer  [membership]
invite: bob@example.com  Bob  roles: admin  [membership]`},
	{"a replacement created first, of a kept member", membership(`["create", "delete"]`, `{`+ada+`, "on_destroy": "keep"}`, `{`+ada+`}`, `{}`), `
1 to keep but not manage, 1 to adopt
keep: ada@example.com  Ada  stays a member  [membership]
adopt: ada@example.com  Ada  roles: developer  [membership]`},
	{"a replacement that forgets", membership(`["create", "forget"]`, `{`+ada+`}`, `{"email": "bob@example.com", "name": "Bob", "roles": ["admin"]}`, `{"user_id": true}`), `
1 to forget, 1 to invite
forget: ada@example.com  Ada  stays as they are  [membership]
invite: bob@example.com  Bob  roles: admin  [membership]`},
	{"a move", membership(`["no-op"]`, `{`+ada+`}`, `{`+ada+`}`, `{}`), `
no changes`},

	{"an assignment", assignment(`["create"]`, `null`, `{`+adaWith(`"roles": []`)+`}`), `
1 to change
change: ada@example.com  Ada  roles → none  [role_assignment]`},
	{"a changed assignment", assignment(`["update"]`, `{`+ada+`}`, `{`+adaWith(`"roles": ["admin"]`)+`}`), `
1 to change
change: ada@example.com  Ada  roles: developer → admin  [role_assignment]`},
	{"an assignment that revokes", assignment(`["delete"]`, `{`+ada+`, "on_destroy": "revoke_roles"}`, `null`), `
1 to change
change: ada@example.com  Ada  roles: developer → none  [role_assignment]`},
	{"an assignment that keeps", assignment(`["delete"]`, `{`+ada+`, "on_destroy": "keep"}`, `null`), `
1 to keep but not manage
keep: ada@example.com  Ada  keeps the roles  [role_assignment]`},
	{"an assignment that is forgotten", assignment(`["forget"]`, `{`+ada+`}`, `null`), `
1 to forget
forget: ada@example.com  Ada  stays as they are  [role_assignment]`},
	{"an assignment of another person", assignment(`["delete", "create"]`, `{`+ada+`}`, `{"user_id": "auth0|bob", "email": "bob@example.com", "name": "Bob", "roles": ["admin"]}`), `
2 to change
change: ada@example.com  Ada  roles: developer → none  [role_assignment]
change: bob@example.com  Bob  roles → admin  [role_assignment]`},

	{"an assignment that is replaced", assignment(`["delete", "create"]`, `{`+ada+`}`, `{`+adaWith(`"roles": ["admin"]`)+`}`), `
1 to change
change: ada@example.com  Ada  roles: developer → none; roles → admin  [role_assignment]`},

	{"a new rule", exclusive(`["create"]`, `null`, `{"emails": ["ada@example.com"], "unlisted": {"1": "x@example.org", "2": "y@example.org"}}`), `
2 to remove
remove: x@example.org  is not listed  [exclusive_memberships]
remove: y@example.org  is not listed  [exclusive_memberships]`},
	{"a rule that is replaced", exclusive(`["delete", "create"]`, `{"emails": ["ada@example.com"], "unlisted": {}}`, `{"emails": ["ada@example.com"], "unlisted": {"1": "x@example.org"}}`), `
1 to remove
remove: x@example.org  is not listed  [exclusive_memberships]`},
	{"a stranger, a newly listed member, and one removed from the list", exclusive(`["update"]`,
		`{"emails": ["ada@example.com", "bob@example.com"], "unlisted": {"1": "x@example.org", "2": "Y@example.org"}, "members": {"ada@example.com": "3", "bob@example.com": "4"}}`,
		`{"emails": ["ada.m@example.com", "y@example.org"], "unlisted": {}, "members": {"ada.m@example.com": "3", "y@example.org": "2"}}`), `
2 to remove
remove: bob@example.com  is not listed  [exclusive_memberships]
remove: x@example.org  is not listed  [exclusive_memberships]`},
	{"a rule that ends", exclusive(`["delete"]`, `{"emails": ["ada@example.com"], "unlisted": {"1": "x@example.org"}}`, `null`), `
1 other
other: delete  [exclusive_memberships]`},
	{"a changed rule without removals", exclusive(`["update"]`, `{"emails": ["ada@example.com"], "unlisted": {}}`, `{"emails": ["bob@example.com"], "unlisted": {}}`), `
1 other
other: update  [exclusive_memberships]`},
	{"absent members, one removed from the list and one added", absent(`["update"]`,
		`{"emails": ["x@example.org", "y@example.org"], "present": {"1": "X@example.org", "2": "y@example.org"}}`,
		`{"emails": ["x@example.org", "z@example.org"], "present": {"3": "z@example.org"}}`), `
2 to remove
remove: X@example.org  is listed  [absent_memberships]
remove: z@example.org  is listed  [absent_memberships]`},
	{"a new absent rule", absent(`["create"]`, `null`, `{"emails": ["x@example.org"], "present": {"1": "x@example.org"}}`), `
1 to remove
remove: x@example.org  is listed  [absent_memberships]`},
	{"a member removed by two rules and kept by the membership", membership(`["delete"]`, `{`+ada+`, "on_destroy": "keep"}`, `null`, `{}`) + `,` +
		exclusive(`["create"]`, `null`, `{"emails": ["bob@example.com"], "unlisted": {"auth0|ada": "ada@example.com"}}`) + `,` +
		absent(`["create"]`, `null`, `{"emails": ["ada@example.com"], "present": {"auth0|ada": "ada@example.com"}}`), `
1 to remove
remove: ada@example.com  is not listed; is listed  [absent_memberships, exclusive_memberships]`},
	{"a member removed by a rule and a membership", exclusive(`["create"]`, `null`, `{"emails": ["bob@example.com"], "unlisted": {"auth0|ada": "ada@example.com"}}`) + `,` +
		membership(`["delete"]`, `{`+ada+`}`, `null`, `{}`), `
1 to remove
remove: ada@example.com  Ada  roles: developer; is not listed  [exclusive_memberships, membership]`},
	{"a member removed by a rule and forgotten by a removed block", membership(`["forget"]`, `{`+ada+`}`, `null`, `{}`) + `,` +
		exclusive(`["create"]`, `null`, `{"emails": ["bob@example.com"], "unlisted": {"auth0|ada": "ada@example.com"}}`), `
1 to remove
remove: ada@example.com  is not listed  [exclusive_memberships]`},
	{"a member with another address than the state's", membership(`["delete"]`, `{`+ada+`, "current_email": "zoe@example.com"}`, `null`, `{}`) + `,` +
		assignment(`["update"]`, `{`+adaWith(`"current_email": "zoe@example.com"`)+`}`, `{`+adaWith(`"current_email": "zoe@example.com", "roles": ["admin"]`)+`}`), `
1 to remove, 1 to change
remove: ada@example.com, now zoe@example.com  Ada  roles: developer  [membership]
change: ada@example.com, now zoe@example.com  Ada  roles: developer → admin  [role_assignment]`},
	{"a rule with unknown members", strings.Replace(exclusive(`["create"]`, `null`, `{"emails": ["ada@example.com"]}`), `"after_unknown": {}`, `"after_unknown": {"unlisted": true}`, 1), `
1 to remove
remove: (known after the apply)  is not listed  [exclusive_memberships]`},

	{"the caller's name", change("current_user", `["create"]`, `null`, `{"id": "auth0|ada", "email": null, "name": "Ada"}`, `{"id": true, "email": true}`), `
1 to change
change: (known after the apply)  Ada  email: none → (known after the apply); name: none → Ada  [current_user]`},
	{"a password reset", change("password_reset", `["delete", "create"]`, `{"user_id": "auth0|ada"}`, `{"user_id": "auth0|ada"}`, `{}`), `
1 to send a password reset
reset: auth0|ada  [password_reset]`},
	{"the caller's name and their membership's roles", change("current_user", `["update"]`, `{"id": "auth0|ada", "email": "ada@example.com", "name": "A"}`, `{"id": "auth0|ada", "email": "ada@example.com", "name": "Ada"}`, `{}`) + `,` +
		membership(`["update"]`, `{`+ada+`}`, `{`+adaWith(`"roles": ["admin"]`)+`}`, `{}`), `
1 to change
change: ada@example.com  A  name: A → Ada; roles: developer → admin  [current_user, membership]`},
	{"a password reset of an unknown user", change("password_reset", `["create"]`, `null`, `{}`, `{"user_id": true}`), `
1 to send a password reset
reset: (known after the apply)  [password_reset]`},
	{"a password reset that is sensitive", strings.Replace(change("password_reset", `["create"]`, `null`, `{"user_id": "auth0|ada"}`, `{}`), `"after_sensitive": {}`, `"after_sensitive": {"user_id": true}`, 1), `
1 to send a password reset
reset: (sensitive)  [password_reset]`},
	{"other resources", `{"type": "random_id", "mode": "managed", "address": "random_id.x", "change": {"actions": ["create"], "before": null, "after": {}, "after_unknown": {}}},
		{"type": "random_id", "mode": "managed", "address": "random_id.y", "change": {"actions": ["forget"], "before": {}, "after": null, "after_unknown": {}}},
		{"type": "random_id", "mode": "data", "address": "data.random_id.y", "change": {"actions": ["read"], "before": {}, "after": null, "after_unknown": {}}}`, `
2 other
other: create  [random_id.x]
other: forget  [random_id.y]`},
	{"sensitive values", `{"type": "modelprime_membership", "mode": "managed", "address": "membership", "change": {"actions": ["create"], "before": null, "before_sensitive": false,
		"after": {` + ada + `}, "after_sensitive": {"email": true, "name": true, "roles": [true]}, "after_unknown": {}}}`, `
1 to adopt
adopt: (sensitive)  (sensitive)  roles: (sensitive)  [membership]`},
}

func membership(actions, before, after, unknown string) string {
	return change("membership", actions, before, after, unknown)
}

func assignment(actions, before, after string) string {
	return change("role_assignment", actions, before, after, `{}`)
}

func exclusive(actions, before, after string) string {
	return change("exclusive_memberships", actions, before, after, `{}`)
}

func absent(actions, before, after string) string {
	return change("absent_memberships", actions, before, after, `{}`)
}

func change(kind, actions, before, after, unknown string) string {
	return fmt.Sprintf(`{"type": "modelprime_%s", "mode": "managed", "address": %[1]q, "change": {"actions": %s, "before": %s, "after": %s, "after_unknown": %s, "before_sensitive": false, "after_sensitive": {}}}`,
		kind, actions, before, after, unknown)
}

// adaWith adds other values to Ada's: of a repeated key JSON uses the last.
func adaWith(others string) string { return ada + ", " + others }

func TestEachKindOfChangeIsReported(t *testing.T) {
	t.Parallel()
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := jq(t, "people", "input | fromjson | people | title, text", strings.ReplaceAll(`{"resource_changes": [`+c.changes+`]}`, "\n", " "))
			if want := strings.TrimPrefix(c.want, "\n") + "\n"; got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// The counts of real plans match what their applies do.
func TestReportsCountWhatAppliesDo(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	tm.join(t, "integrator@example.org")
	integrator, _ := tm.world.Member("integrator@example.org")
	walter, _ := tm.world.Member("walter.grimm@example.net")
	plan := filepath.Join(tm.dir, "plan")
	const rule = `resource "modelprime_exclusive_memberships" "one" {
  emails = keys(local.people)
}`
	for _, step := range []struct {
		name, more, args string
		want             []string
		requests         map[string]int
	}{
		{"an assignment and a reset", fmt.Sprintf(`resource "modelprime_role_assignment" "integrator" {
  user_id = %q
  roles   = ["analyst"]
}
resource "modelprime_password_reset" "walter" {
  user_id = %q
}`, integrator.ID, walter.ID), "", []string{"1 to change, 1 to send a password reset", "change: " + integrator.ID + " Integrator roles → analyst"}, map[string]int{"replaceUserRoles": 1, "resetUserPassword": 1}},
		{"their end", "", "", []string{"1 to change, 1 other", "roles: analyst → none"}, map[string]int{"replaceUserRoles": 1}},
		{"a new rule", rule, "", []string{"1 to remove", "remove: integrator@example.org"}, map[string]int{"deleteUser": 1}},
		{"a replaced rule", rule, "-replace=modelprime_exclusive_memberships.one", []string{"1 to remove", "remove: another@example.org"}, map[string]int{"deleteUser": 1}},
	} {
		if step.name == "a replaced rule" {
			tm.join(t, "another@example.org")
		}
		tm.world.ResetLog()
		tm.write(t, "more.tf", step.more)
		code, printed := tm.script(t, []string{"TF_CLI_ARGS_plan=" + step.args}, "ci/plan.sh", plan)
		if code != 0 {
			t.Fatalf("%s: the plan ended with %d:\n%s", step.name, code, printed)
		}
		wants(t, step.name, printed, step.want)
		tm.run(t, "ci/apply.sh", plan, outputOf(t, plan, "checksum"))
		tm.wantRequests(t, step.requests)
	}
}

// An action is not a resource, but sends an e-mail, so it is reported, too.
func TestActionIsReported(t *testing.T) {
	t.Parallel()
	action := func(kind, more string) string {
		return fmt.Sprintf(`{"address": "action.%[1]s.x", "type": %[1]q, "name": "x"%[2]s}`, kind, more)
	}
	for name, c := range map[string]struct{ action, want string }{
		"by address":     {action("modelprime_reset_password", `, "config_values": {"email": "ada@example.com"}`), "1 to send a password reset\nreset: ada@example.com  [action.modelprime_reset_password.x]\n"},
		"by id":          {action("modelprime_reset_password", `, "config_values": {"user_id": "auth0|ada"}`), "1 to send a password reset\nreset: auth0|ada  [action.modelprime_reset_password.x]\n"},
		"not known yet":  {action("modelprime_reset_password", ``), "1 to send a password reset\nreset: (known after the apply)  [action.modelprime_reset_password.x]\n"},
		"sensitive":      {action("modelprime_reset_password", `, "config_values": {"email": "ada@example.com"}, "config_sensitive": {"email": true}`), "1 to send a password reset\nreset: (sensitive)  [action.modelprime_reset_password.x]\n"},
		"of another one": {action("local_command", ``), "1 other\nother: action  [action.local_command.x]\n"},
	} {
		if got := jq(t, "people", "input | fromjson | people | title, text", `{"resource_changes": [], "action_invocations": [`+c.action+`]}`); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", name, got, c.want)
		}
	}
}

// A row's length is limited. A long name or address does not cut off the roles.
func TestLongTextHidesNoRole(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 300)
	for name, plan := range map[string]string{
		"an address": membership(`["update"]`, `{`+ada+`}`, `{`+adaWith(`"roles": ["admin"], "email": "`+long+`@example.com"`)+`}`, `{}`),
		"a name":     membership(`["update"]`, `{`+ada+`}`, `{`+adaWith(`"roles": ["admin"], "name": "`+long+`"`)+`}`, `{}`),
		"a role":     assignment(`["update"]`, `{`+adaWith(`"roles": ["`+long+`"]`)+`}`, `{`+adaWith(`"roles": ["`+long+`", "admin"]`)+`}`),
	} {
		row := jq(t, "people", "input | fromjson | people | table", `{"resource_changes": [`+plan+`]}`)
		if !regexp.MustCompile("roles: [a…]+ → [a…]*[, ]*admin|roles: developer → admin").MatchString(row) || strings.Contains(row, long) {
			t.Errorf("%s: %s", name, row)
		}
	}
	audit := `{"unmanaged": [], "missing": [], "ended": [], "moved_address": {}, "role_drift": {"ada@example.com": {"actual": ["` + long + `", "admin"], "expected": ["analyst"]}}}`
	if told := jq(t, "differences", "input | fromjson | differences(code)", audit); !strings.Contains(told, "…, admin</code> instead") {
		t.Error(told)
	}
}

// GitLab shows three numbers; a forgotten member counts as deleted.
func TestGitLabCountsForgottenMembers(t *testing.T) {
	t.Parallel()
	plan := `{"resource_changes": [` + membership(`["forget"]`, `{`+ada+`}`, `null`, `{}`) + `]}`
	if got := jq(t, "people", "input | fromjson | people | gitlab | tojson", plan); got != `{"create":0,"update":0,"delete":1}`+"\n" {
		t.Error(got)
	}
}
