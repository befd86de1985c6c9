// Package histories_test tests what the provider promises its users when requests fail, replies are lost, a run is
// interrupted, and the world changes meanwhile: nothing lost, nobody e-mailed twice, nobody let in. Its tests drive the
// provider's server in process against an organization in memory, with a clock of their own.
//
// They run in a size that suits every change. MODELPRIME_FULL=1 runs them at full size, and -rapid.checks=N more random
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

// newWorld makes an organization whose only member is the token's owner, and an empty state. Any number of members may be
// removed: the caps have tests of their own.
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

// plan plans and expects no error.
func (w *world) plan(config drive.Config) *drive.Plan {
	w.T.Helper()
	p := w.tf.Plan(context.Background(), config, drive.Options{})
	w.Must(p.Err())
	return p
}

// run plans and applies, whatever comes of it.
func (w *world) run(config drive.Config) *drive.Report {
	w.T.Helper()
	_, report := w.tf.Run(context.Background(), config, drive.Options{})
	return report
}

// settled fails the test unless there is nothing to do.
func (w *world) settled(config drive.Config) *drive.Plan {
	w.T.Helper()
	p := w.plan(config)
	if !p.Empty() {
		w.T.Fatalf("the next plan is to %v", p.Changes())
	}
	return p
}

// mails counts the e-mails that landed in each inbox.
func (w *world) mails() map[string]int {
	count := map[string]int{}
	for _, mail := range w.Emails() {
		count[strings.ToLower(mail.To)]++
	}
	return count
}

// rolesOf are a member's roles, sorted; nil for nobody.
func (w *world) rolesOf(email string) []string {
	m, ok := w.Member(email)
	if !ok {
		return nil
	}
	slices.Sort(m.Roles)
	return m.Roles
}

func full() bool { return os.Getenv("MODELPRIME_FULL") != "" }

// crowd is how many people a test of many is about.
func crowd() int {
	if full() {
		return 1000
	}
	return 120
}

func emailOf(i int) string { return fmt.Sprintf("person%d@example.com", i) }

func addressOf(i int) string { return fmt.Sprintf("modelprime_membership.team[%q]", emailOf(i)) }

// team is a membership for each of so many people.
func team(size int, roles ...string) drive.Config {
	config := drive.Config{}
	for i := range size {
		config[addressOf(i)] = drive.Values{"email": emailOf(i), "name": "One Of Many", "roles": roles}
	}
	return config
}
