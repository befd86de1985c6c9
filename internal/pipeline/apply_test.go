package pipeline

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// A plan file contains its own configuration: with an edited one, Terraform itself sends the token to another endpoint.
func TestUnshownPlanIsRefused(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	planned := tm.planMain(t).must(t, true)
	checksum := outputOf(t, planned.folder, "checksum")

	var stolen atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Authorization"), tm.token) {
			stolen.Add(1)
		}
	}))
	t.Cleanup(elsewhere.Close)
	edited := editPlan(t, planned.folder, "provider \"modelprime\" {", fmt.Sprintf("provider \"modelprime\" {\n  endpoint = %q", elsewhere.URL+sandbox.BasePath))
	tm.run(t, "terraform", "init", "-no-color", "-input=false")
	if tm.script(t, nil, "terraform", "apply", "-no-color", "-input=false", filepath.Join(edited, "roster.tfplan")); stolen.Swap(0) == 0 {
		t.Fatal("this edited plan sends the token nowhere, so the test is void")
	}

	branch := tm.cloneOf(t)
	branch.edit(t, "roster.yaml", "walter.grimm@example.net }", "walter.grimm@example.net, roles: [admin] }")
	branch.run(t, "ci/plan.sh", filepath.Join(tm.dir, "of-a-branch"))

	for name, swapped := range map[string]struct{ folder, checksum string }{
		"with another endpoint": {edited, checksum},
		"a plan of a branch":    {filepath.Join(tm.dir, "of-a-branch"), checksum},
		"no checksum":           {planned.folder, ""},
		"no plan":               {t.TempDir(), checksum},
		"no plan, no checksum":  {t.TempDir(), ""},
	} {
		code, printed := tm.script(t, nil, "ci/apply.sh", swapped.folder, swapped.checksum)
		if code != 1 {
			t.Errorf("%s: the apply ended with %d", name, code)
		}
		wants(t, name, printed, []string{"This is not the plan that was shown. Plan again."})
	}
	if stolen.Load() > 0 {
		t.Error("the token was sent elsewhere")
	}
	tm.wantRequests(t, map[string]int{})
}

// editPlan copies a plan file with a changed text in its configuration.
func editPlan(t *testing.T, folder, from, to string) string {
	t.Helper()
	plan, err := zip.OpenReader(filepath.Join(folder, "roster.tfplan"))
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	var edited bytes.Buffer
	w := zip.NewWriter(&edited)
	for _, file := range plan.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		into, err := w.Create(file.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := into.Write(bytes.ReplaceAll(data, []byte(from), []byte(to))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	copied := t.TempDir()
	if err := os.WriteFile(filepath.Join(copied, "roster.tfplan"), edited.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return copied
}

// The plan of a pull request is not applied: main is planned again, and the summary shows the differences.
func TestMergeAppliesThePlanOfMain(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	number, planned := tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "      - { name: Hanna Brandvold, email: hanna.brandvold@example.com }\n", "")
		tm.edit(t, "roster.yaml", "caleb.osei@example.com }", "caleb.osei@example.com, roles: [analyst] }")
	})
	planned.must(t, true)
	wants(t, "the comment", planned.summary, []string{"### Roster: 1 to remove, 1 to change"})
	// Hanna is removed elsewhere, and Owen's roles are changed.
	tm.changeElsewhere(t, "hanna.brandvold@example.com", tm.world.Remove)
	tm.changeElsewhere(t, "owen.prichard@example.com", func(id string) error { return tm.world.SetRoles(id, "admin") })
	tm.world.ResetLog()

	merged := tm.merge(t, number).must(t, true)
	wants(t, "the summary", merged.summary, []string{
		"### Roster: 2 to change", "### Different from pull request 1",
		"- ### Roster: 1 to remove, 1 to change", "- remove hanna.brandvold@example.com", "+ change owen.prichard@example.com",
	}, "+ change caleb.osei@example.com")
	tm.wantRequests(t, map[string]int{"replaceUserRoles": 2})
}

// Two pull requests planned in parallel can be merged one after the other.
func TestTwoMergesInSequence(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	first, planned := tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "      - { name: Hanna Brandvold, email: hanna.brandvold@example.com }\n", "")
	})
	planned.must(t, true)
	second, planned := tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "walter.grimm@example.net }", "walter.grimm@example.net, roles: [developer] }")
	})
	planned.must(t, true)
	for _, number := range []int{first, second} {
		merged := tm.merge(t, number).must(t, true)
		wants(t, "the summary", merged.summary, []string{fmt.Sprintf("### Same as in pull request %d", number)})
	}
	tm.wantRequests(t, map[string]int{"deleteUser": 1, "replaceUserRoles": 1})
}

// A plan is refused if the state changed since, here because the nightly job recorded who joined.
func TestStalePlanIsRefused(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.planAndApply(t, filepath.Join(tm.dir, "first"))
	tm.edit(t, "roster.yaml", "      - { name: Hanna Brandvold, email: hanna.brandvold@example.com }\n", "")
	tm.git(t, tm.desk, "commit", "--quiet", "-a", "-m", "Hanna leaves")
	tm.git(t, tm.desk, "push", "--quiet", "origin", "main")
	f := tm.planMain(t).must(t, true)
	wants(t, "the summary", f.summary, []string{"### Roster: 1 to forget", "### No pull request showed this plan"})
	tm.acceptAll(t)
	tm.night(t).must(t, true)
	tm.world.ResetLog()

	tm.apply(t, &f)
	wants(t, "the log", f.must(t, false).log, []string{"Error: Saved plan is stale"})
	tm.wantMembers(t, smallMembers())
	tm.wantRequests(t, map[string]int{})

	f = tm.planMain(t).must(t, true)
	tm.apply(t, &f)
	f.must(t, true)
	tm.wantRequests(t, map[string]int{"deleteUser": 1})
}

// A repeated run of an older commit is refused, whole or only its apply: it would undo a later change.
func TestRepeatedRunOfOlderCommitIsRefused(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	const before, raised = "walter.grimm@example.net }", "walter.grimm@example.net, roles: [admin] }"
	number, planned := tm.pullRequest(t, func() { tm.edit(t, "roster.yaml", before, raised) })
	planned.must(t, true)
	old := tm.planMerge(t, number).must(t, true) // the reviewers refuse it
	number, planned = tm.pullRequest(t, func() { tm.edit(t, "roster.yaml", raised, before) })
	planned.must(t, true)
	tm.merge(t, number).must(t, true)

	tm.apply(t, &old)
	wants(t, "the log", old.must(t, false).log, []string{"Main has a newer commit."})
	if job := tm.cloneOf(t); old.script(t, job, onGitHub, "ci/github.sh", "newest", old.commit) {
		t.Error("the plan of an older commit is made anew")
	}
	tm.wantRequests(t, map[string]int{})
}

// The second of two parallel applies waits for the lock, and is then refused because its plan is stale.
func TestParallelApplies(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, exampleRoster(t))
	plan := filepath.Join(tm.dir, "plan")
	tm.run(t, "ci/plan.sh", plan)
	tm.world.SetLatency(100 * time.Millisecond)

	codes, said := make([]int, 2), make([]string, 2)
	var both sync.WaitGroup
	for i := range codes {
		copied, clone := artifact(t, plan), tm.cloneOf(t)
		both.Go(func() { codes[i], said[i] = clone.script(t, nil, "ci/apply.sh", copied, outputOf(t, plan, "checksum")) })
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
	if changes := outputOf(t, plan, "changes"); changes != "false" {
		t.Errorf("the plan afterwards says changes=%s", changes)
	}
}

// An apply that does not wait for the lock fails with its holder, and does not disturb the other apply.
func TestApplyWithoutWaitingForTheLock(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, exampleRoster(t))
	plan := filepath.Join(tm.dir, "plan")
	tm.run(t, "ci/plan.sh", plan)
	checksum := outputOf(t, plan, "checksum")
	copied, clone := artifact(t, plan), tm.cloneOf(t)

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
		_, printed := clone.script(t, nil, "ci/apply.sh", copied, checksum)
		ended <- printed
	}()
	select {
	case <-underWay:
	case printed := <-ended:
		t.Fatalf("the first apply ended before an invitation:\n%s", printed)
	}
	code, printed := tm.script(t, []string{"LOCK_TIMEOUT=0s"}, "ci/apply.sh", plan, checksum)
	close(goOn)
	wants(t, "the first apply", <-ended, []string{"Apply complete! Resources: 41 added, 0 changed, 0 destroyed."})
	if code != 1 {
		t.Errorf("the second apply ended with %d", code)
	}
	wants(t, "the second apply", printed, []string{"Error acquiring the state lock"})
	tm.wantInvitedOnce(t, 40)
}

// wantInvitedOnce checks that this many people got one invitation each.
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

func exampleRoster(t *testing.T) string {
	t.Helper()
	return readFile(t, realParts(t).root, "examples", "gitops", "roster.yaml")
}
