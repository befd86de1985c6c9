package provider_test

import (
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// keeping sets on_destroy = "keep" in a configuration.
func keeping(config string) string {
	return strings.ReplaceAll(config, "roles ", "on_destroy = \"keep\"\n  roles ")
}

const keptAda = "destroying this membership does not remove the member"

// A destroyed membership with on_destroy = "keep" in the state removes and counts no member, in each way to destroy it, and the plan
// warns about it. The configured value does not count.
func TestDestroyedMembershipKeepsTheMember(t *testing.T) {
	t.Parallel()
	tainted := func(c *acctest.CLI) { c.Run("taint", theAda).OK() }
	for name, row := range map[string]struct {
		config    string
		before    func(c *acctest.CLI)
		arguments []string
		silent    bool // Terraform does not show warnings of a tainted or deposed instance
		mails     []string
	}{
		"the block is deleted":                 {config: ""},
		"the block is deleted, not refreshed":  {config: "", arguments: []string{"-refresh=false"}},
		"a tainted one is deleted":             {config: "", before: tainted},
		"terraform destroy":                    {config: keeping(ada), arguments: []string{"-destroy"}},
		"replaced by another person":           {config: forKai(keeping(ada)), mails: []string{"kai@example.com"}},
		"replaced by one that removes":         {config: forKai(ada), mails: []string{"kai@example.com"}},
		"replaced, created first, and deposed": {config: forKai(createdFirst(keeping(ada))), mails: []string{"kai@example.com"}},
		"replaced by force, and adopted":       {config: keeping(adopting), arguments: []string{"-replace=" + theAda}, silent: true},
		"tainted, and replaced by another":     {config: forKai(keeping(ada)), before: tainted, silent: true, mails: []string{"kai@example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, id := joinedAda(t)
			c.Config(keeping(ada))
			c.Apply().Quiet().Plans("update " + theAda)
			w.Requested("replaceUserRoles", 0)
			if row.before != nil {
				row.before(c)
			}
			c.Config(row.config, "max_removals = 0", "max_invitations = 1")
			if planned := c.Plan(row.arguments...).OK(); !row.silent {
				planned.Warns(keptAda, "ada@example.com", id)
			}
			w.ResetLog()
			c.ApplySaved().OK()
			w.Requested("deleteUser", 0)
			w.HasRoles("ada@example.com", "developer")
			w.Emailed(append(row.mails, "ada@example.com")...)
			c.Config(row.config, "max_removals = 0", "max_invitations = 0")
			if row.config != "" && row.arguments == nil {
				c.Plan().OK().Plans()
			}
		})
	}
}

// A destroyed invitation with on_destroy = "keep" reads no list and removes no member.
func TestDestroyedInvitationIsKeptWithoutAList(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(keeping(ada))
	c.Apply().Quiet()
	w.Accept("ada@example.com")
	w.ResetLog()
	c.Config("")
	c.Plan("-refresh=false").OK().Warns(keptAda, "ada@example.com").Warnings(1)
	c.ApplySaved().Quiet()
	w.Requested("listUsers", 0)
	w.Requested("deleteUser", 0)
	w.HasMembers("ada@example.com")
}

// One for_each key is kept with on_destroy = "keep", applied before the key is deleted. A removed block takes no instance key.
func TestOneForEachKeyIsKept(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 3)
	keepOne := strings.Replace(team(crew(3)...), "roles ", "on_destroy = each.key == \"crew1@example.com\" ? \"keep\" : \"remove\"\n  roles ", 1)
	c.Config(keepOne)
	c.Apply().Quiet().Plans(`update modelprime_membership.team["crew1@example.com"]`)
	c.Config(strings.Replace(team("crew2@example.com"), "roles ", "on_destroy = \"keep\"\n  roles ", 1), "max_removals = 1")
	c.Apply().OK().Warns("crew1@example.com", keptAda)
	w.HasMembers("crew1@example.com", "crew2@example.com") // crew0's state still said remove
}

func TestUnappliedOnDestroyDoesNotCount(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.Config(forKai(keeping(ada)))
	c.Apply().OK().Warns("ada@example.com is replaced by kai@example.com").Warnings(1)
	w.HasMembers()
	w.Requested("deleteUser", 1)
}

// A deposed object, whose removal failed, is removed and counted by the next run.
func TestDeposedMembershipIsRemovedByTheNextRun(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.Config(forKai(createdFirst(ada)))
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "deleteUser"})
	c.Apply().Fails("Could not remove the member", id, "403")
	w.ClearFaults()
	c.Config(forKai(createdFirst(ada)), "max_removals = 0")
	c.Plan().Fails(tooManyRemovals, id)
	c.Config(forKai(createdFirst(ada)), "max_removals = 1")
	c.Apply().OK()
	w.HasMembers()
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com", "kai@example.com")
}

// A destroyed assignment with on_destroy = "keep" in the state leaves the roles.
func TestDestroyedAssignmentKeepsTheRoles(t *testing.T) {
	t.Parallel()
	const keptRoles = "destroying this assignment does not revoke the roles"
	for name, row := range map[string]struct {
		config    string
		arguments []string
	}{
		"the block is deleted":                 {config: ""},
		"terraform destroy":                    {config: keeping(byEmail), arguments: []string{"-destroy"}},
		"replaced by another person":           {config: strings.Replace(keeping(byEmail), "Ada@", "kai@", 1)},
		"replaced, created first, and deposed": {config: strings.Replace(createdFirst(keeping(byEmail)), "Ada@", "kai@", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, id := assignedAda(t)
			w.NewMember("kai@example.com", "Kai Gripper", "developer")
			c.Config(keeping(byEmail))
			c.Apply().Quiet().Plans("update " + adasRoles)
			w.ResetLog()
			c.Config(row.config)
			c.Plan(row.arguments...).OK().Warns(keptRoles, "Ada@example.com", id)
			c.ApplySaved().OK()
			w.HasRoles("ada@example.com", "developer")
			w.Requested("replaceUserRoles", 0)
		})
	}
}
