// Package histories_test tests the provider's promises when requests fail, replies are lost, a run is interrupted, and members
// change meanwhile: no member is lost, no second e-mail is sent, no stranger is let in. Its tests drive the
// provider's server in process against an organization in memory, with their own clock.
//
// By default they run in a size for each change. MODELPRIME_FULL=1 runs them at full size, and -rapid.checks=N runs more random
// histories.
package histories_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
)

// world is an organization and the Terraform that manages it.
type world struct {
	*acctest.World
	tf *drive.Terraform
}

// newWorld makes an organization with only the caller, and an empty state. Any number of members may be removed: the caps have their
// own tests.
func newWorld(t acctest.TB, arguments drive.Values) *world {
	t.Helper()
	w := acctest.NewWorld(t)
	arguments = maps.Clone(arguments)
	if arguments == nil {
		arguments = drive.Values{}
	}
	arguments["max_removals"] = "100%"
	return &world{w, w.Terraform(arguments)}
}

// plan plans without an error.
func (w *world) plan(config drive.Config) *drive.Plan {
	w.T.Helper()
	p := w.tf.Plan(context.Background(), config, drive.Options{})
	w.Must(p.Err())
	return p
}

// run plans and applies.
func (w *world) run(config drive.Config) *drive.Report {
	w.T.Helper()
	_, report := w.tf.Run(context.Background(), config, drive.Options{})
	return report
}

// checkSettled fails the test unless the next plan is empty.
func (w *world) checkSettled(config drive.Config) *drive.Plan {
	w.T.Helper()
	p := w.plan(config)
	if !p.Empty() {
		w.T.Fatalf("the next plan is to %v", p.Changes())
	}
	return p
}

// mails counts the e-mails by address.
func (w *world) mails() map[string]int {
	count := map[string]int{}
	for _, mail := range w.Emails() {
		count[strings.ToLower(mail.To)]++
	}
	return count
}

// rolesOf are a member's roles, sorted; nil if there is no such member.
func (w *world) rolesOf(email string) []string {
	m, ok := w.Member(email)
	if !ok {
		return nil
	}
	slices.Sort(m.Roles)
	return m.Roles
}

func full() bool { return os.Getenv("MODELPRIME_FULL") != "" }

// crowd is the number of people in a large test.
func crowd() int {
	if full() {
		return 1000
	}
	return 120
}

func emailOf(i int) string { return fmt.Sprintf("person%d@example.com", i) }

func addressOf(i int) string { return fmt.Sprintf("modelprime_membership.team[%q]", emailOf(i)) }

// team is a membership for each of that many people.
func team(size int, roles ...string) drive.Config {
	config := drive.Config{}
	for i := range size {
		config[addressOf(i)] = drive.Values{"email": emailOf(i), "name": "One Of Many", "roles": roles}
	}
	return config
}
