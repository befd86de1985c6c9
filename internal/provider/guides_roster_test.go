package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// The claims of the guides on adopting an organization and on GitOps.

// A query imports all members, with limits that forbid invitations and removals.
func TestGuideAdoptsByAQuery(t *testing.T) {
	t.Parallel()
	acctest.NeedsTerraform(t, 14)
	w := worldOf(t, moreau, abernathy)
	c := guided(w, adoptingAll, "Adopting an existing organization", "By a query")
	c.Run("query", "-no-color", "-generate-config-out=members.tf").OK()
	c.Plan().Quiet().Plans("import modelprime_membership.all_0", "import modelprime_membership.all_1", "import modelprime_membership.all_2")
	c.ApplySaved().Quiet()
	c.Plan().Quiet().Plans()
	changedNoMember(w)
}

// The script writes a roster of thirty members, which are imported without an e-mail or a change.
func TestGuideAdoptsByARoster(t *testing.T) {
	t.Parallel()
	acctest.NeedsFunctions(t)
	w := worldOf(t, moreau, abernathy)
	w.Must(w.SetEmail(abernathy.ID, "Ruth.Abernathy@example.com"))
	w.NewMember("idle@example.com", "Idle Wheel")
	imports := []string{`import modelprime_membership.this["ada.moreau@example.com"]`, `import modelprime_membership.this["ruth.abernathy@example.com"]`}
	names := []string{"No", "null", "123", "~", "Ada: Moreau #1", `Bo "Q" O'Hara`, "- Cy", "[Dee]", "@eve", "*fay", "<b>&amp;", "Zoë", "李小龍", "😀 Grin", "%{if}${x}"}
	for i := len(names); i < 28; i++ {
		names = append(names, fmt.Sprintf("Member %d", i))
	}
	for i, name := range names {
		w.NewMember(fmt.Sprintf("member.%d@example.com", i), name, []string{"admin", "developer", "analyst"}[i%3:]...)
		imports = append(imports, fmt.Sprintf("import modelprime_membership.this[\"member.%d@example.com\"]", i))
	}

	const limits, write = "Adopting an existing organization", "Write the roster"
	c := guided(w, adoptingAll)
	w.Must(os.Mkdir(filepath.Join(c.Dir, "adopt"), 0o700))
	c.File("adopt/main.tf", sections(t, filepath.Join(guides, adoptingAll))[write]["terraform"][0])
	shell(c, 0, adoptingAll, write)
	roster := readText(t, filepath.Join(c.Dir, "roster.yaml"))
	if !strings.Contains(roster, `, login_connection: username-password }`) || !strings.Contains(roster, `  # No role, but a roster requires one: { name: "Idle Wheel"`) {
		t.Errorf("the roster is\n%s", roster)
	}

	follow(c, adoptingAll, limits, "Import it")
	c.Plan().Quiet().Plans(imports...)
	c.ApplySaved().Quiet()
	c.Plan().Quiet().Plans()
	changedNoMember(w)
	w.Emailed()

	c.File("roster.yaml", roster+"  - { name: Noor Haddad, email: noor@example.com, roles: [analyst] }\n")
	c.Plan().Fails("noor@example.com", "max_invitations")
	w.Must(w.SetEmail(moreau.ID, "ruth.abernathy@example.com"))
	shell(c, 0, adoptingAll, write)
	c.Plan().Fails("line 33: Ada Moreau (ruth.abernathy@example.com): The person is listed twice, first on line 32.")
}

// Before Terraform 1.8, the guide's own expressions give the same memberships as the function.
func TestGuideReadsARosterWithoutFunctions(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := guided(w, gitops, "Before Terraform 1.8")
	c.File("roster.yaml", exampleText(t, "gitops/tests/roster.yaml"))
	c.Apply().Quiet()
	c.Holds(`modelprime_membership.this["ines.marchetti@example.com"]`, acctest.Values{"email": "Ines.Marchetti@Example.com", "roles": []string{"admin"}, "login_connection": "google-oauth2"})
	c.Holds(`modelprime_membership.this["jun.hasegawa@example.net"]`, acctest.Values{"roles": []string{"analyst"}, "login_connection": "username-password"})
}

func TestGuideAdoptsPersonByPerson(t *testing.T) {
	t.Parallel()
	w := worldOf(t, moreau, grimm)
	c := guided(w, adoptingAll, "Person by person")
	c.Plan().OK().Warns(grimm.Email, "will be adopted").Warnings(1)
	c.ApplySaved().OK()
	w.Emailed()
	w.HasMembers(moreau.Email, grimm.Email)
	w.HasRoles(moreau.Email, "developer")
	w.HasRoles(grimm.Email, "analyst")
	c.Plan().Quiet().Plans()
}

// worldOf makes an organization with these members.
func worldOf(t *testing.T, members ...sandbox.User) *acctest.World {
	t.Helper()
	w := acctest.NewWorld(t)
	for _, member := range members {
		w.Add(member)
	}
	return w
}

// changedNoMember fails the test if a member was invited, changed or removed.
func changedNoMember(w *acctest.World) {
	w.T.Helper()
	for _, operation := range []string{"inviteUser", "replaceUserRoles", "deleteUser", "updateCurrentUser"} {
		w.Requested(operation, 0)
	}
}

func TestGuideAuditIsReadInsteadOfTheExitCode(t *testing.T) {
	t.Parallel()
	w := worldOf(t)
	const section = "A warning is not an exit code"
	c := guided(w, gitops, section)
	c.Apply().Quiet()
	id := w.Accept(moreau.Email)
	c.Apply("-refresh-only").Quiet()
	shell(c, 0, gitops, section)

	stranger := w.NewMember("mallory@example.org", "Mallory Stone", "analyst")
	if got := c.Plan("-detailed-exitcode", "-refresh=false").Code; got == 1 {
		t.Error("the plan fails")
	}
	shell(c, 1, gitops, section)
	w.Must(w.Remove(stranger))
	shell(c, 0, gitops, section)
	w.Must(w.SetRoles(id, "admin"))
	shell(c, 1, gitops, section)
	w.Must(w.SetRoles(id, "developer"))
	w.Must(w.Remove(id))
	shell(c, 1, gitops, section)
}

// A failed check leaves the exit code 0.
func TestGuideCheckLeavesTheExitCode(t *testing.T) {
	t.Parallel()
	w := worldOf(t, abernathy)
	w.Add(sandbox.User{Email: moreau.Email, Name: moreau.Name, Roles: []string{"developer"}})
	c := guided(w, choosing, "Only report them")
	got := c.Plan("-detailed-exitcode")
	got.Warns(abernathy.Email)
	if got.Code != 0 {
		t.Error(got)
	}
}

// A member whose joining was not recorded in time cannot be distinguished from a stranger. A refresh-only apply records it.
func TestGuideRecordsAcceptances(t *testing.T) {
	t.Parallel()
	for _, recorded := range []bool{false, true} {
		w := acctest.NewWorld(t)
		c := guided(w, choosing, "Joining and leaving happen here: membership")
		c.Apply().Quiet()
		id := w.Accept(moreau.Email)
		c.Plan().Quiet().Plans()
		if recorded {
			c.Apply("-refresh-only").Quiet()
			if got := c.ApplySaved(); got.Code == 0 || !strings.Contains(got.String(), "stale") {
				t.Error(got)
			}
		}
		w.Must(w.SetRoles(id, "analyst"))
		if !recorded {
			c.Plan().Fails(id, "import")
			w.Must(w.SetEmail(id, "ada@example.org"))
			c.Apply("-refresh-only").OK()
			c.Holds(adaMoreau, acctest.Values{"status": "invited"})
			rewrite(c, moreau.Email, "ada@example.org")
			c.Run("state", "rm", adaMoreau).OK()
			w.ResetLog()
			c.Import(adaMoreau, id).OK()
			c.Holds(adaMoreau, acctest.Values{"status": "active", "user_id": id})
			changedNoMember(w)
			w.Must(w.SetRoles(id, "developer"))
			c.Plan().Quiet().Plans()
			continue
		}
		w.Must(w.SetEmail(id, "ada@example.org"))
		c.Plan().OK().Plans("update " + adaMoreau)
	}
}

func TestGuideContractorsLeaveAfterTheirLastDay(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	const noor, walter = `modelprime_membership.contractor["noor.haddad@example.net"]`, `modelprime_membership.contractor["walter.grimm@example.net"]`
	c := guided(w, temporary, "Contractors with an end date")
	rewrite(c, "2030-03-31", day(2), "2030-06-30", day(300))
	c.Apply().OK().Plans("create "+noor, "create "+walter).Warns("Noor Haddad on " + day(2)).Warnings(1)
	w.Accept("noor.haddad@example.net")
	w.Accept("walter.grimm@example.net")
	c.Plan().OK().Plans()

	c.Apply("-refresh-only").OK()
	rewrite(c, `"`+day(2), `"`+day(-1))
	c.Apply().Quiet().Plans("delete " + noor)
	w.HasMembers("walter.grimm@example.net")
	rewrite(c, `"`+day(300), `"`+day(0))
	c.Plan().OK().Plans()
}

// A revert restores the configuration and sends a new invitation.
func TestGuideRevertOfAnOffboarding(t *testing.T) {
	t.Parallel()
	const section = "Joining and leaving happen here: membership"
	w := acctest.NewWorld(t)
	c := guided(w, choosing, section)
	c.Apply().Quiet()
	w.Accept(moreau.Email)
	c.Apply("-refresh-only").Quiet()
	follow(c, choosing)
	c.Apply().Quiet().Plans("delete " + adaMoreau)
	w.HasMembers()
	follow(c, choosing, section)
	c.Plan().OK().Plans("create " + adaMoreau)
	c.ApplySaved().Quiet()
	c.Holds(adaMoreau, acctest.Values{"status": "invited"})
	w.Emailed(moreau.Email, moreau.Email)

	// They leave before they answered, and join after that.
	follow(c, choosing)
	c.Apply().OK().Warns("cannot be revoked")
	w.Accept(moreau.Email)
	w.HasMembers(moreau.Email)
	follow(c, choosing, section)
	c.Plan().Fails("Already a member", "import {")
}

// A configured member who was removed elsewhere is invited by the next apply.
func TestGuideRemovedByHand(t *testing.T) {
	t.Parallel()
	const section = "Joining and leaving happen here: membership"
	w := acctest.NewWorld(t)
	c := guided(w, choosing, section)
	c.Apply().Quiet()
	id := w.Accept(moreau.Email)
	c.Apply("-refresh-only").Quiet()
	rewrite(c, `"developer"`, `"admin"`)
	c.Plan().Quiet().Plans("update " + adaMoreau)
	w.Must(w.Remove(id))
	if got := c.ApplySaved(); got.Code == 0 {
		t.Error("the saved plan changed a removed member's roles")
	}
	c.Plan().OK().Plans("create "+adaMoreau).Warns(moreau.Email, "no longer a member")
	w.Emailed(moreau.Email)
	c.ApplySaved().OK()
	w.Emailed(moreau.Email, moreau.Email)
}
