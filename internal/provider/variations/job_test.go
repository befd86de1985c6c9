// Package variations_test runs the provider's main job on each variation of the API, and on each pair of variations. The results are
// kept in matrix.md.
//
//	go test ./internal/provider/variations            compares all cells and matrix.md with the expectations
//	go test ./internal/provider/variations -update    writes matrix.md again
package variations_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// job is a Model-Prime and the Terraform that manages it, with its expected members and e-mails.
type job struct {
	*acctest.World
	tf      *drive.Terraform
	config  drive.Config
	members map[string]bool // by address, without the caller
	emails  map[string]int  // by address
}

// step is one part of the main job. afterError is a user's reaction to its error.
type step struct {
	name       string
	do         func(*job) error
	afterError func(*job)
}

func steps() []step {
	return []step{
		{"invite", (*job).invite, nil},
		{"invite again", (*job).inviteAgain, func(j *job) { delete(j.config[ada], "resend") }},
		{"accept", (*job).accept, nil},
		{"drift", (*job).drift, nil},
		{"import by ID", (*job).importByID, func(j *job) { delete(j.config, dee) }},
		{"leave outside Terraform", (*job).leaveElsewhere, func(j *job) { j.tf.Forget(bo); delete(j.config, bo) }},
		{"adopt", (*job).adopt, func(j *job) { delete(j.config, cy) }},
		{"audit", (*job).audit, nil},
		{"exclusive", (*job).exclusive, func(j *job) { delete(j.config, exclusive) }},
		{"absent", (*job).absent, func(j *job) { delete(j.config, absent) }},
		{"remove", (*job).remove, nil},
		{"invite a member", (*job).inviteMember, nil},
	}
}

const (
	ada = "modelprime_membership.ada"
	bo  = "modelprime_membership.bo"
	cy  = "modelprime_membership.cy"
	dee = "modelprime_membership.dee"
	eve = "modelprime_membership.eve"

	exclusive = "modelprime_exclusive_memberships.this"
	absent    = "modelprime_absent_memberships.this"
)

func person(address, role string) drive.Values {
	name := address[strings.LastIndex(address, ".")+1:]
	return drive.Values{"email": name + "@example.com", "name": strings.ToUpper(name[:1]) + name[1:] + " Gear", "roles": []string{role}}
}

// do runs the whole job with these variations. It returns each step's problem, nil if the step works.
func do(t *testing.T, variations sandbox.Variations) []*problem {
	t.Helper()
	w := acctest.NewWorldWith(t, sandbox.Options{Variations: variations})
	j := &job{World: w, tf: w.Terraform(drive.Values{"max_removals": "100%"}), config: drive.Config{}, members: map[string]bool{}, emails: map[string]int{}}
	j.tf.Parallelism = 1
	if variations["throttling"] != "" {
		for _, operation := range []string{"getOrganization", "getCurrentUser", "listUsers", "inviteUser", "getUser", "replaceUserRoles", "deleteUser"} {
			w.Throttle(operation, 1)
		}
	}
	for _, email := range []string{"cy@example.com", "dee@example.com"} {
		j.NewMember(email, "Somebody Else", "analyst")
		j.members[email] = true
	}
	var problems []*problem
	for _, s := range steps() {
		err := s.do(j)
		var p *problem
		if err != nil && !errors.As(err, &p) {
			t.Errorf("%s: %v", s.name, err)
		}
		if err != nil && s.afterError != nil {
			s.afterError(j)
		}
		problems = append(problems, p)
		j.checkPeople(s.name)
	}
	return problems
}

// checkPeople fails the test if a member was lost or e-countEmail by mistake.
func (j *job) checkPeople(step string) {
	j.T.Helper()
	members, emails := map[string]bool{}, map[string]int{}
	for _, m := range j.Members() {
		if m.Email != sandbox.DefaultEmail {
			members[m.Email] = true
		}
	}
	for _, e := range j.Emails() {
		emails[e.To]++
	}
	if !maps.Equal(members, j.members) {
		j.T.Fatalf("%s: the members are %v, want %v", step, members, j.members)
	}
	if !maps.Equal(emails, j.emails) {
		j.T.Fatalf("%s: the e-mails are %v, want %v", step, emails, j.emails)
	}
}

// problem is an error of the provider's, or a warning with a required action.
type problem struct{ summary, detail string }

func (p *problem) Error() string { return p.summary + ": " + p.detail }

// run plans and applies, and returns the first error.
func (j *job) run(options drive.Options) (*drive.Plan, error) {
	plan, report := j.tf.Run(j.T.Context(), j.config, options)
	if failed := append(plan.Errors(), report.Errors()...); len(failed) > 0 {
		return plan, &problem{failed[0].Summary, failed[0].Detail}
	}
	return plan, nil
}

// runAndSettle runs and checks that the next plan is empty.
func (j *job) runAndSettle() error {
	if _, err := j.run(drive.Options{}); err != nil {
		return err
	}
	return j.empty()
}

func (j *job) empty() error {
	plan := j.tf.Plan(j.T.Context(), j.config, drive.Options{})
	if failed := plan.Errors(); len(failed) > 0 {
		return &problem{failed[0].Summary, failed[0].Detail}
	}
	if !plan.Empty() {
		return fmt.Errorf("the next plan is to %v", plan.Changes())
	}
	return nil
}

func (j *job) status(address string) string {
	if object := j.tf.Object(address); object != nil {
		return object.Text("status")
	}
	return "not in the state"
}

func (j *job) wantStatus(want string, addresses ...string) error {
	for _, address := range addresses {
		if got := j.status(address); got != want {
			return fmt.Errorf("%s is %s", address, got)
		}
	}
	return nil
}

func (j *job) countEmail(address string) { j.emails[j.config[address]["email"].(string)]++ }
