package pipeline

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A pull request's plan only reads the state. Write access to the state would give power over members.
func TestPullRequestsPlanOnlyReadsTheState(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	reader := *tm
	reader.database = tm.readOnly(t)
	reader.env = append(reader.env, "PG_SKIP_SCHEMA_CREATION=true", "PG_SKIP_TABLE_CREATION=true", "PG_SKIP_INDEX_CREATION=true")
	reader.edit(t, "roster.yaml", "      - { name: Noor Haddad, email: noor.haddad@example.com }\n", "")
	plan := filepath.Join(tm.dir, "plan")
	wants(t, "the plan", reader.run(t, "ci/plan.sh", plan), []string{"1 to remove"})

	_, printed := reader.script(t, nil, "terraform", "state", "rm", "-no-color", `modelprime_membership.this["noor.haddad@example.com"]`)
	wants(t, "the reader", printed, []string{"permission denied"})
	tm.git(t, tm.desk, "checkout", "--quiet", ".")
	wants(t, "the plan afterwards", tm.run(t, "ci/plan.sh", plan), []string{"no changes"})
}

// readOnly makes the README's read-only role with its statements, and returns its database URL.
func (tm *team) readOnly(t *testing.T) string {
	t.Helper()
	const statements = `CREATE ROLE roster_reader LOGIN PASSWORD '…';
GRANT USAGE ON SCHEMA terraform_remote_state TO roster_reader;
GRANT SELECT ON terraform_remote_state.states TO roster_reader;`
	if indented := strings.ReplaceAll("\n"+statements, "\n", "\n    "); !strings.Contains(readFile(t, example, "README.md"), indented) {
		t.Errorf("the README has no%s", indented)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(tm.postgres.programs, "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", tm.database)
	cmd.Stdin = strings.NewReader(strings.Replace(statements, "…", "read", 1))
	if printed, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	_, after, _ := strings.Cut(tm.database, "@127.0.0.1:"+strconv.Itoa(tm.postgres.port))
	return "postgres://roster_reader:read@127.0.0.1:" + strconv.Itoa(tm.postgres.port) + after
}
