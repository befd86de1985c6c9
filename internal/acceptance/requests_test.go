package acceptance

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const many = 250

// roster is a configuration of so many people, of whom Go knows the addresses too.
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

// requestsAtMost fails the test if more was asked since the log was reset, and resets it.
func (w *world) requestsAtMost(limit int, what string) {
	w.t.Helper()
	counts := map[string]int{}
	for _, r := range w.Requests() {
		counts[r.Operation]++
	}
	if got := len(w.Requests()); got > limit {
		w.t.Errorf("%s took %d requests, want %d at most: %v", what, got, limit, counts)
	}
	w.ResetLog()
}

// pages is how many pages there are of so many members.
func pages(members int) int { return (members + 99) / 100 }

// A member costs one request to refresh, one to change and one to remove; the list is read once.
func TestRequestsForMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowd(many)
	all := pages(many + 1)
	c := w.cli(roster)
	c.apply().ok()
	w.requestsAtMost(3*many+2*all+4, "adopting")
	w.mails()

	c.plan().quiet().plans()
	w.requestsAtMost(many+all+2, "refreshing")

	c.plan("-refresh=false", "-var=role=developer").quiet()
	w.requestsAtMost(2, "planning a change without a refresh")
	c.applySaved().quiet()
	w.requestsAtMost(many+2, "changing roles")

	w.SetListRoles(true)
	c.plan("-var=role=developer").quiet().plans()
	w.requestsAtMost(all+2, "refreshing from a list with roles")
	w.SetListRoles(false)

	c.plan("-refresh=false", "-var=role=developer", "-destroy").quiet()
	w.requestsAtMost(2, "planning the removal without a refresh")
	c.applySaved().quiet()
	w.requestsAtMost(many+2, "removing")
	w.members()
}

// An invitation costs one request; invited people are all looked up in one list.
func TestRequestsForInvitedPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowdOfOthers(120)
	all := pages(121)
	c := w.cli(roster)
	c.apply().quiet()
	w.requestsAtMost(many+2*all+4, "inviting")
	if got := len(w.Emails()); got != many {
		t.Errorf("%d e-mails, want %d", got, many)
	}

	c.plan().quiet().plans()
	w.requestsAtMost(all+2, "refreshing")

	for i := range 10 {
		w.accept(fmt.Sprintf("crowd%d@example.com", i))
	}
	c.plan().quiet().plans()
	w.requestsAtMost(pages(131)+2+10, "refreshing when ten have joined")
}

// Data sources and resources share one list, and one reading of each who joined.
func TestResourcesAndDataSourcesShareTheList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	few := strings.ReplaceAll(roster, "range(250)", "range(20)")
	c := w.cli(few)
	c.apply().quiet()
	w.ResetLog()
	c.config(few + everybody + `
data "modelprime_user" "robot" {
  email = "robot@example.com"
}

data "modelprime_organization" "this" {}

data "modelprime_current_user" "me" {}
`)
	c.plan().quiet().plans()
	w.asked("getOrganization", 1)
	w.requestsAtMost(2*pages(1)+2+1, "one plan of all")
}

// A list that is handed on is read twice; its roles are one request each.
func TestRequestsForAList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowd(many)
	all := pages(many + 1)
	w.cli(everybody).plan().quiet()
	w.requestsAtMost(2*all+2, "listing")
	w.cli("data \"modelprime_users\" \"all\" {\n  with_roles = true\n}\n").plan().quiet()
	w.requestsAtMost(2*all+2+many+1, "listing with roles")
	w.cli("data \"modelprime_users\" \"all\" {\n  name_search = \"One Of\"\n}\n").plan().quiet()
	w.requestsAtMost(2*pages(many)+2, "searching")
}

// The list is not older than the run's own removals.
func TestListIsReadAgainAfterARemoval(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.config(`
resource "terraform_data" "after" {
  input = "x"
}
`)
	c.apply().quiet()
	c.lacks(theAda)
	w.ResetLog()
	w.member("grace@example.com", "Grace Hub", "developer")
	c.config(`
resource "modelprime_membership" "grace" {
  email          = "grace@example.com"
  roles          = ["developer"]
  adopt_existing = true
}
`)
	c.apply().ok()
	c.config(`
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
	c.apply().quiet()
	if listed := c.listed(); listed["grace@example.com"] || len(listed) != 1 {
		t.Errorf("after the removal %v are listed", listed)
	}
}

// In flight are as many as Terraform's parallelism lets be, up to max_concurrent_requests.
func TestRequestsInFlight(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		parallelism int
		arguments   []string
		want        int
	}{
		"as many as Terraform lets be": {8, nil, 8},
		"sixteen at most":              {50, nil, 16},
		"fewer when configured":        {50, []string{"max_concurrent_requests = 3"}, 3},
		"more when configured":         {50, []string{"max_concurrent_requests = 24"}, 24},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.cli(strings.ReplaceAll(roster, "range(250)", "range(80)"), test.arguments...)
			c.plan().quiet()
			w.ResetLog()
			w.SetLatency(100 * time.Millisecond)
			c.applySaved(fmt.Sprintf("-parallelism=%d", test.parallelism)).quiet()
			if got := w.PeakInFlight(); got != test.want {
				t.Errorf("%d requests were in flight, want %d", got, test.want)
			}
			if got := len(w.Emails()); got != 80 {
				t.Errorf("%d e-mails", got)
			}
		})
	}
}

// A rate limit slows the run down and breaks nothing: nobody is e-mailed twice, nobody left out.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	now := newClock()
	w := newWorldWith(t, sandbox.Options{Clock: now.Now})
	w.clock = now
	w.SetRateLimit(10)
	c := w.cli(strings.ReplaceAll(roster, "range(250)", "range(60)"))
	c.apply().quiet()
	if got := len(w.Emails()); got != 60 {
		t.Errorf("%d e-mails", got)
	}
	c.plan().quiet().plans()
}

// crowdOfOthers adds members whom no roster names.
func (w *world) crowdOfOthers(size int) {
	w.t.Helper()
	for i := range size {
		w.member(fmt.Sprintf("other%d@example.com", i), "One Of Others", "analyst")
	}
}
