package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A pull request that was planned before another one was merged has another main in it than there is now.
func TestAPlanOfOtherFilesIsRefused(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	first, planned := tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "      - { name: Hanna Brandvold, email: hanna.brandvold@example.com }\n", "")
	})
	planned.mustGo(t, true)
	second, planned := tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "Walter Grimm, email: walter.grimm@example.net }", "Walter Grimm, email: walter.grimm@example.net, roles: [developer] }")
	})
	planned.mustGo(t, true)
	tm.merge(t, first).mustGo(t, true)
	tm.world.ResetLog()

	merged := tm.merge(t, second).mustGo(t, false)
	wants(t, "the log", merged.log, []string{"The plan was made of other files than these. Plan again."})
	tm.wantRequests(t, map[string]int{})

	byHand := tm.onMain(t, "apply.yml", "workflow_dispatch").mustGo(t, true)
	wants(t, "the log", byHand.log, []string{"Plan: 0 to add, 1 to change, 0 to destroy.", "Apply complete!"})
	tm.wantRequests(t, map[string]int{"replaceUserRoles": 1})
}

// The state may change although the files do not: the nightly job has recorded who joined.
func TestAPlanOfAnotherStateIsRefused(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	plan := filepath.Join(tm.dir, "first")
	tm.run(t, "ci/plan.sh", plan)
	tm.run(t, "ci/apply.sh", plan)
	number, planned := tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "      - { name: Hanna Brandvold, email: hanna.brandvold@example.com }\n", "")
	})
	planned.mustGo(t, true)
	tm.everybodyAccepts(t)
	tm.onMain(t, "drift.yml", "schedule").mustGo(t, true)
	tm.world.ResetLog()

	merged := tm.merge(t, number).mustGo(t, false)
	wants(t, "the log", merged.log, []string{"Saved plan is stale"})
	tm.wantMembers(t, smallMembers())
	tm.wantRequests(t, map[string]int{})

	tm.onMain(t, "apply.yml", "workflow_dispatch").mustGo(t, true)
	tm.wantRequests(t, map[string]int{"deleteUser": 1})
}

func TestAPlanIsAppliedOnce(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	plan := filepath.Join(tm.dir, "plan")
	tm.run(t, "ci/plan.sh", plan)
	tm.run(t, "ci/apply.sh", plan)
	code, printed := tm.script(t, nil, "ci/apply.sh", plan)
	if code != 1 {
		t.Errorf("the second apply ended with %d", code)
	}
	wants(t, "the second apply", printed, []string{"Saved plan is stale"})
	tm.wantRequests(t, map[string]int{"inviteUser": 7})
}

// The second of two applies at once waits for the first one's lock, and then finds that its plan is stale.
func TestOfTwoAppliesAtOnceOneIsRefusedAndNothingIsHalfDone(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, exampleRoster(t))
	plan := filepath.Join(tm.dir, "plan")
	tm.run(t, "ci/plan.sh", plan)
	tm.world.SetLatency(100 * time.Millisecond)

	codes, said := make([]int, 2), make([]string, 2)
	var both sync.WaitGroup
	for i := range codes {
		copied := tm.copyOf(t, plan)
		clone := tm.cloneOf(t)
		both.Go(func() { codes[i], said[i] = clone.script(t, nil, "ci/apply.sh", copied) })
	}
	both.Wait()
	if codes[0]+codes[1] != 1 {
		t.Fatalf("exit codes %v, want one 0 and one 1:\n%s\n%s", codes, said[0], said[1])
	}
	refused := said[0]
	if codes[1] == 1 {
		refused = said[1]
	}
	wants(t, "the one that was refused", refused, []string{"Saved plan is stale"})
	tm.wantInvitedOnce(t, 40)
	wants(t, "the plan afterwards", tm.run(t, "ci/plan.sh", plan), []string{"No changes."})
}

// One that does not wait says who holds the lock, and leaves the other one alone.
func TestAnApplyThatDoesNotWaitFailsCleanly(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, exampleRoster(t))
	plan := filepath.Join(tm.dir, "plan")
	tm.run(t, "ci/plan.sh", plan)
	copied, clone := tm.copyOf(t, plan), tm.cloneOf(t)

	underWay, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	tm.world.OnRequest(func(operation string, _ int) {
		if operation == "inviteUser" {
			once.Do(func() { close(underWay) })
			<-goOn
		}
	})
	ended := make(chan string)
	go func() {
		_, printed := clone.script(t, nil, "ci/apply.sh", copied)
		ended <- printed
	}()
	select {
	case <-underWay:
	case printed := <-ended:
		t.Fatalf("the first apply ended before it invited anybody:\n%s", printed)
	}
	code, printed := tm.script(t, []string{"LOCK_TIMEOUT=0s"}, "ci/apply.sh", plan)
	close(goOn)
	wants(t, "the first apply", <-ended, []string{"Apply complete! Resources: 40 added, 0 changed, 0 destroyed."})
	if code != 1 {
		t.Errorf("the second apply ended with %d", code)
	}
	wants(t, "the second apply", printed, []string{"Error acquiring the state lock"})
	tm.wantInvitedOnce(t, 40)
}

// wantInvitedOnce wants so many people to have got one invitation each.
func (tm *team) wantInvitedOnce(t *testing.T, people int) {
	t.Helper()
	sent := map[string]int{}
	for _, email := range tm.world.Emails() {
		sent[strings.ToLower(email.To)]++
	}
	for to, n := range sent {
		if n != 1 {
			t.Errorf("%s got %d invitations", to, n)
		}
	}
	if len(sent) != people {
		t.Errorf("%d people were invited, want %d", len(sent), people)
	}
}

// copyOf is another job's download of the same plan.
func (tm *team) copyOf(t *testing.T, plan string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "plan")
	if err := os.CopyFS(to, os.DirFS(plan)); err != nil {
		t.Fatal(err)
	}
	return to
}

// cloneOf is another job's checkout of main.
func (tm *team) cloneOf(t *testing.T) *team {
	t.Helper()
	other := *tm
	other.desk = filepath.Join(t.TempDir(), "clone")
	tm.git(t, tm.dir, "clone", "--quiet", tm.remote, other.desk)
	return &other
}

func exampleRoster(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(realParts(t).root, "examples", "gitops", "roster.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
