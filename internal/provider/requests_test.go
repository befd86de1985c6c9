package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

const many = 250

// roster is a configuration of 250 memberships.
const roster = `
variable "role" {
  default = "analyst"
}

locals {
  people = toset([for i in range(250) : "crowd${i}@example.com"])
}

resource "modelprime_membership" "all" {
  for_each       = local.people
  email          = each.key
  name           = "One Of Many"
  roles          = [var.role]
  adopt_existing = true
}
`

// requestsAtMost fails the test if there were more requests since the last reset, and resets the log.
func requestsAtMost(w *acctest.World, limit int, what string) {
	w.T.Helper()
	counts := map[string]int{}
	for _, r := range w.Requests() {
		counts[r.Operation]++
	}
	if got := len(w.Requests()); got > limit {
		w.T.Errorf("%s took %d requests, want %d at most: %v", what, got, limit, counts)
	}
	w.ResetLog()
}

// pages is the number of pages of a list of that many members.
func pages(members int) int { return (members + 99) / 100 }

// A member costs one request to refresh, one to change and one to remove; the list is read once.
func TestRequestsForMembers(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Crowd(many)
	all := pages(many + 1)
	c := w.CLI(roster)
	c.Apply().OK()
	requestsAtMost(w, 3*many+2*all+4, "adopting")
	w.Emailed()

	c.Plan().Quiet().Plans()
	requestsAtMost(w, many+all+2, "refreshing")

	c.Plan("-refresh=false", "-var=role=developer").Quiet()
	requestsAtMost(w, all+2, "planning a change without a refresh")
	c.ApplySaved().Quiet()
	requestsAtMost(w, many+all+2, "changing roles")

	c.Config(roster, `max_removals = "100%"`)
	c.Plan("-refresh=false", "-var=role=developer", "-destroy").Quiet()
	requestsAtMost(w, all+2, "planning the removal without a refresh")
	c.ApplySaved().Quiet()
	requestsAtMost(w, many+all+2, "removing")
	w.HasMembers()
}

// An invitation costs one request. All invited people are looked up in one list.
func TestRequestsForInvitedPeople(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	crowdOfOthers(w, 120)
	all := pages(121)
	c := w.CLI(roster)
	c.Apply().Quiet()
	requestsAtMost(w, many+2*all+4, "inviting")
	if got := len(w.Emails()); got != many {
		t.Errorf("%d e-mails, want %d", got, many)
	}

	c.Plan().Quiet().Plans()
	requestsAtMost(w, all+2, "refreshing")

	for i := range 10 {
		w.Accept(fmt.Sprintf("crowd%d@example.com", i))
	}
	c.Plan().Quiet().Plans()
	requestsAtMost(w, pages(131)+2+10, "refreshing when ten have joined")
}

// Data sources and resources share one list, and one read of each person who joined.
func TestResourcesAndDataSourcesShareTheList(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	few := strings.ReplaceAll(roster, "range(250)", "range(20)")
	c := w.CLI(few)
	c.Apply().Quiet()
	w.ResetLog()
	c.Config(few + allUsers + `
data "modelprime_user" "robot" {
  email = "robot@example.com"
}

data "modelprime_organization" "this" {}

data "modelprime_current_user" "me" {}
`)
	c.Plan().Quiet().Plans()
	w.Requested("getOrganization", 1)
	requestsAtMost(w, 2*pages(1)+2+1, "one plan of all")
}

// A list is read twice; roles cost one request a member.
func TestRequestsForLists(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Crowd(many)
	all := pages(many + 1)
	w.CLI(allUsers).Plan().Quiet()
	requestsAtMost(w, 2*all+2, "listing")
	w.CLI("data \"modelprime_users\" \"all\" {\n  with_roles = true\n}\n").Plan().Quiet()
	requestsAtMost(w, 2*all+2+many+1, "listing with roles")
	w.CLI("data \"modelprime_users\" \"all\" {\n  name_search = \"One Of\"\n}\n").Plan().Quiet()
	requestsAtMost(w, 2*pages(many)+2, "searching")
}

// After a removal in the same run, the list is read again.
func TestListIsReadAgainAfterRemoval(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.Config(`
resource "terraform_data" "after" {
  input = "x"
}
`)
	c.Apply().Quiet()
	c.Lacks(theAda)
	w.ResetLog()
	w.NewMember("grace@example.com", "Grace Hub", "developer")
	c.Config(`
resource "modelprime_membership" "grace" {
  email          = "grace@example.com"
  roles          = ["developer"]
  adopt_existing = true
}
`)
	c.Apply().OK()
	c.Config(`
resource "modelprime_membership" "grace" {
  email          = "kai@example.com"
  name           = "Kai Gripper"
  roles          = ["developer"]
  adopt_existing = true
}

data "modelprime_users" "all" {
  depends_on = [modelprime_membership.grace]
}
`)
	c.Apply().OK()
	if listed := listedUsers(c); listed["grace@example.com"] || len(listed) != 1 {
		t.Errorf("after the removal %v are listed", listed)
	}
}

// A rate limit slows the run down and loses or repeats no invitation.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.SetRateLimit(10)
	c := w.CLI(strings.ReplaceAll(roster, "range(250)", "range(60)"))
	c.Apply().Quiet()
	if got := len(w.Emails()); got != 60 {
		t.Errorf("%d e-mails", got)
	}
	c.Plan().Quiet().Plans()
}

// crowdOfOthers adds members who are not in the roster.
func crowdOfOthers(w *acctest.World, size int) {
	w.T.Helper()
	for i := range size {
		w.NewMember(fmt.Sprintf("other%d@example.com", i), "One Of Others", "analyst")
	}
}
