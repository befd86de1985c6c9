package faults_test

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
)

// scenes are all places where the provider uses an operation, with their expected outcomes, written by hand.
func scenes() []scene {
	var all []scene
	for _, group := range [][]scene{
		organizationScenes(), callerScenes(), listScenes(), memberScenes(), profileScenes(), roleScenes(), removalScenes(), resetScenes(), invitationScenes(),
	} {
		all = append(all, group...)
	}
	return all
}

// readingScene is a scene that changes nothing under any fault.
func readingScene(name, operation, data string, values map[string]tftypes.Value, summary string) scene {
	return scene{
		name: "data source " + data, operation: operation, before: joined, look: lookup(data, values),
		fine:   outcome{truth: developer},
		failed: outcome{says: "error: " + summary, truth: developer},
	}.named(name)
}

func (s scene) named(more string) scene {
	if more != "" {
		s.name += ", " + more
	}
	return s
}

func invitedOnce(says string) outcome {
	return outcome{says: says, state: "invited", truth: onlyOwner + "; e-mails (invitation): 1", next: "no-op"}
}

// plannedCreation is a membership's creation that fails before the invitation.
func plannedCreation(operation string) scene {
	return scene{
		name: "membership: plan a creation", operation: operation, config: membership(nil, "developer"), state: holds(ada, "status"),
		fine:   invitedOnce(""),
		failed: outcome{says: "error: Could not plan the membership", state: noState, truth: onlyOwner, next: "create"},
	}
}

func appliedCreation(operation string) scene {
	s := plannedCreation(operation)
	s.name, s.planned = "membership: apply a planned creation, which plans it again", true
	return s
}

// refreshed is a member in the state.
func refreshed(operation string) scene {
	const known = "active [developer]"
	return scene{
		name: "membership: refresh a member", operation: operation, before: managed, config: membership(nil, "developer"), state: holds(ada, "status", "roles"),
		fine:   outcome{state: known, truth: developer, next: "no-op"},
		failed: outcome{says: "error: Could not read the membership", state: known, truth: developer, next: "no-op"},
	}
}

// organizationScenes fail in Configure.
func organizationScenes() []scene {
	all := []scene{plannedCreation("getOrganization"), appliedCreation("getOrganization"), refreshed("getOrganization")}
	for i := range all {
		all[i].failed.says = "error: Could not configure the provider"
	}
	return all
}

func callerScenes() []scene {
	return []scene{
		readingScene("", "getCurrentUser", "modelprime_current_user", nil, "Could not read the current user"),
		{
			name: "membership: plan a removal", operation: "getCurrentUser", before: managed, config: drive.Config{}, state: holds(ada, "status"),
			fine:   outcome{state: noState, truth: onlyOwner, next: "no-op"},
			failed: outcome{says: "error: Could not plan the removal", state: "active", truth: developer, next: "delete"},
		},
	}
}

func listScenes() []scene {
	roles := tftypes.Set{ElementType: tftypes.String}
	expected := tftypes.NewValue(tftypes.Map{ElementType: roles}, map[string]tftypes.Value{"ada@example.com": tftypes.NewValue(roles, []tftypes.Value{text("developer")})})
	return []scene{
		readingScene("", "listUsers", "modelprime_users", nil, "Could not list the members"),
		readingScene("by e-mail", "listUsers", "modelprime_user", map[string]tftypes.Value{"email": text("ada@example.com")}, "Could not find the member"),
		readingScene("", "listUsers", "modelprime_membership_audit", map[string]tftypes.Value{"expected": expected}, "Could not audit the members"),
		plannedCreation("listUsers"), appliedCreation("listUsers"),
		{
			name: "membership: refresh an invited person", operation: "listUsers", config: membership(nil, "developer"), state: holds(ada, "status"),
			before: func(w *world) { w.run(membership(nil, "developer")) },
			fine:   invitedOnce(""), failed: invitedOnce("error: Could not read the membership"),
		},
		ruleRefreshed("exclusive"), ruleRefreshed("absent"),
	}
}

func memberScenes() []scene {
	return []scene{
		readingScene("by ID", "getUser", "modelprime_user", map[string]tftypes.Value{"id": text(adaID)}, "Could not find the member"),
		refreshed("getUser"),
		{
			name: "role assignment: plan a creation", operation: "getUser", before: joined, config: assignment("analyst"), state: holds(adas, "roles"),
			fine:   outcome{state: "[analyst]", truth: analyst, next: "no-op"},
			failed: outcome{says: "error: Could not plan the role assignment", state: noState, truth: developer, next: "create"},
		},
	}
}

func profileScenes() []scene {
	const (
		second = "the owner is Robot the Second, robot@example.com"
		moved  = "the owner is Roster Robot, robot.two@example.com"
		failed = "error: Could not change the profile"
	)
	fine := outcome{state: "robot.two@example.com", truth: moved, next: "no-op"}
	return []scene{
		{
			name: "current user: change the name", operation: "updateCurrentUser", config: one(ownProfile, drive.Values{"name": "Robot the Second"}), state: holds(ownProfile, "name"),
			fine:   outcome{state: "Robot the Second", truth: second, next: "no-op"},
			failed: outcome{says: failed, state: noState, truth: onlyOwner, next: "create"},
			doubt:  outcome{says: failed, state: noState, truth: onlyOwner, next: "create"},
			done:   outcome{says: failed, state: noState, truth: second, next: "create"},
		},
		{
			// The client finds out which address is valid, so a lost reply does no harm. A second attempt under the old address is refused,
			// if its reply can be read.
			name: "current user: change the e-mail address", operation: "updateCurrentUser", planned: true,
			config: one(ownProfile, drive.Values{"email": "robot.two@example.com"}), state: holds(ownProfile, "email"),
			planWarning: "The e-mail address of the token's owner becomes robot.two@example.com",
			fine:        fine, done: fine,
			failed: outcome{says: failed, state: noState, truth: onlyOwner, next: "create"},
			doubt:  outcome{says: failed, state: noState, truth: onlyOwner, next: "create"},
		},
	}
}

func roleScenes() []scene {
	const (
		uncertain = "warning: The roles of ada@example.com are unconfirmed"
		update    = "error: Could not update the membership"
		revoke    = "error: Could not revoke the member's roles"
		roleless  = "Ada Servo has []"
	)
	adopted := membership(drive.Values{"adopt_existing": true}, "analyst")
	taken := func(says, truth, next string) outcome {
		return outcome{says: says, state: "active [analyst]", truth: truth, next: next}
	}
	assigned := func(says, truth, next string) outcome {
		return outcome{says: says, state: "[analyst]", truth: truth, next: next}
	}
	kept := func(says, truth, next string) outcome {
		return outcome{says: says, state: "active [developer]", truth: truth, next: next}
	}
	return []scene{
		{
			name: "membership: change the roles", operation: "replaceUserRoles", before: managed, config: membership(nil, "analyst"), state: holds(ada, "status", "roles"),
			fine: taken("", analyst, "no-op"), failed: kept(update, developer, "update"), doubt: kept(update, developer, "update"), done: kept(update, analyst, "no-op"),
		},
		{
			name: "membership: adopt a member", operation: "replaceUserRoles", before: joined, planned: true, config: adopted, state: holds(ada, "status", "roles"),
			planWarning: "ada@example.com is a member already and will be adopted",
			fine:        taken("", analyst, "no-op"),
			failed:      outcome{says: "error: Could not adopt the member", state: noState, truth: developer, next: "create"},
			doubt:       taken(uncertain, developer, "update"), done: taken(uncertain, analyst, "no-op"),
		},
		{
			name: "role assignment: create", operation: "replaceUserRoles", before: joined, config: assignment("analyst"), state: holds(adas, "roles"),
			fine:   assigned("", analyst, "no-op"),
			failed: outcome{says: "error: Could not assign the roles", state: noState, truth: developer, next: "create"},
			doubt:  assigned(uncertain, developer, "update"), done: assigned(uncertain, analyst, "no-op"),
		},
		{
			name: "role assignment: destroy", operation: "replaceUserRoles", config: drive.Config{}, state: holds(adas, "roles"),
			before: func(w *world) { joined(w); w.run(assignment("analyst")) },
			fine:   outcome{state: noState, truth: roleless, next: "no-op"},
			failed: assigned(revoke, analyst, "delete"),
			doubt:  assigned(revoke, analyst, "delete"),
			done:   assigned(revoke, roleless, "delete"),
		},
	}
}

func removalScenes() []scene {
	const removal = "error: Could not remove the member"
	scenes := []scene{
		{
			name: "membership: destroy", operation: "deleteUser", before: managed, config: drive.Config{}, state: holds(ada, "status"),
			fine:   at("", noState, onlyOwner, "no-op"),
			failed: at(removal, "active", developer, "delete"),
			doubt:  at(removal, "active", developer, "delete"),
			done:   at(removal, "active", onlyOwner, "no-op"),
		},
	}
	return append(append(scenes, ruleScenes("exclusive")...), ruleScenes("absent")...)
}

// rules are the two rules that do not allow Ada, the computed map with her ID, and the plan's warning.
var rules = map[string]struct {
	address, removes, planWarning string
	config                        drive.Config
}{
	"exclusive": {
		"modelprime_exclusive_memberships.all", "unlisted", "Members who are not listed are removed: ada@example.com",
		one("modelprime_exclusive_memberships.all", drive.Values{"emails": []string{"robot@example.com"}}),
	},
	"absent": {
		"modelprime_absent_memberships.all", "present", "Members who must be absent are removed: ada@example.com",
		one("modelprime_absent_memberships.all", drive.Values{"emails": []string{"ada@example.com"}}),
	},
}

func at(says, state, truth, next string) outcome {
	return outcome{says: says, state: state, truth: truth, next: next}
}

func ruleRefreshed(name string) scene {
	r := rules[name]
	return scene{
		name: name + " memberships: refresh", operation: "listUsers", config: r.config, state: holds(r.address, r.removes),
		before: func(w *world) { w.run(r.config) },
		fine:   at("", "[]", onlyOwner, "no-op"),
		failed: at("error: Could not read the members", "[]", onlyOwner, "no-op"),
	}
}

func ruleScenes(name string) []scene {
	const (
		notRemoved = "warning: ada@example.com was not removed"
		rest       = "error: Could not remove the members"
		nobody     = "[]"
		hers       = "[" + adaID + ":ada@example.com]"
	)
	r := rules[name]
	return []scene{
		{
			name: name + " memberships: create, with a member to remove", operation: "deleteUser", before: joined, config: r.config, state: holds(r.address, r.removes),
			fine:        at("", hers, onlyOwner, "no-op"),
			planWarning: r.planWarning,
			failed:      at(rest, noState, developer, "create"),
			doubt:       at(notRemoved, hers, developer, "update"),
			done:        at(notRemoved, hers, onlyOwner, "no-op"),
		},
		{
			name: name + " memberships: a member to remove has joined", operation: "deleteUser", config: r.config, state: holds(r.address, r.removes),
			before:      func(w *world) { w.run(r.config); joined(w) },
			fine:        at("", nobody, onlyOwner, "no-op"),
			planWarning: r.planWarning,
			failed:      at(rest, hers, developer, "update"),
			doubt:       at(rest, hers, developer, "update"),
			done:        at(rest, hers, onlyOwner, "no-op"),
		},
	}
}

func resetScenes() []scene {
	const (
		failed   = "error: Could not send the password reset"
		doubtful = "warning: The password reset of " + adaID + " is unconfirmed"
		mailed   = developer + "; e-mails (password reset): 1"
	)
	return []scene{
		{
			name: "password reset: create", operation: "resetUserPassword", before: joined, config: one(reset, drive.Values{"user_id": adaID}), state: holds(reset, "user_id"),
			fine:   outcome{state: adaID, truth: mailed, next: "no-op"},
			failed: outcome{says: failed, state: noState, truth: developer, next: "create"},
			doubt:  outcome{says: doubtful, state: adaID, truth: developer, next: "no-op"},
			done:   outcome{says: doubtful, state: adaID, truth: mailed, next: "no-op"},
		},
		{
			name: "action modelprime_reset_password", operation: "resetUserPassword", before: joined, look: invoke,
			fine:   outcome{truth: mailed},
			failed: outcome{says: failed, truth: developer},
			doubt:  outcome{says: doubtful, truth: developer},
			done:   outcome{says: doubtful, truth: mailed},
		},
	}
}

func invitationScenes() []scene {
	const doubtful = "warning: The invitation to ada@example.com is unconfirmed"
	mails := func(n string) string {
		if n == "0" {
			return onlyOwner
		}
		return onlyOwner + "; e-mails (invitation): " + n
	}
	again := membership(drive.Values{"resend": "once more"}, "developer")
	return []scene{
		{
			name: "membership: invite", operation: "inviteUser", config: membership(nil, "developer"), state: holds(ada, "status"),
			fine:   invitedOnce(""),
			failed: outcome{says: "error: Could not invite the member", state: noState, truth: mails("0"), next: "create"},
			doubt:  outcome{says: doubtful, state: "unconfirmed", truth: mails("0"), next: "no-op"},
			done:   outcome{says: doubtful, state: "unconfirmed", truth: mails("1"), next: "no-op"},
		},
		{
			name: "membership: invite again, for a new resend", operation: "inviteUser", config: again, state: holds(ada, "status", "resend"),
			before: func(w *world) { w.run(membership(nil, "developer")) }, planWarning: "Another invitation is sent to ada@example.com",
			fine:   outcome{state: "invited once more", truth: mails("2"), next: "no-op"},
			failed: outcome{says: "error: Could not update the membership", state: "invited", truth: mails("1"), next: "update"},
			doubt:  outcome{says: doubtful, state: "unconfirmed once more", truth: mails("1"), next: "no-op"},
			done:   outcome{says: doubtful, state: "unconfirmed once more", truth: mails("2"), next: "no-op"},
		},
	}
}
