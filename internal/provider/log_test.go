package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// At TRACE level, with faults: no log, output or state holds the token, and no line of the provider's own logger holds an address or
// ID. The own lines have method, path, status and attempt.
func TestLogsHoldNoToken(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.Installed("")
	path := filepath.Join(c.Dir, "trace.log")
	c.Env = []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + path, "MODELPRIME_TOKEN=robot@example.com:" + sandbox.DefaultToken}
	config := func(rest string) {
		c.File("main.tf", fmt.Sprintf("provider \"modelprime\" {\n  endpoint = %q\n}\n", w.URL+sandbox.BasePath)+rest)
	}
	config(ada)
	var said strings.Builder
	step := func(r *acctest.Report) { said.WriteString(r.Printed) }

	w.Fail(sandbox.Fault{Kind: sandbox.TooMany429, Operation: "getOrganization", Times: 1})
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "inviteUser", Times: 1})
	step(c.Plan())
	step(c.Run("show", "-json", acctest.SavedPlan))
	step(c.ApplySaved())
	w.Accept("ada@example.com")
	config(promoted)
	w.Fail(sandbox.Fault{Kind: sandbox.BadGatewayHTML502, Operation: "replaceUserRoles", Times: 1})
	step(c.Apply())
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "deleteUser", Times: 1})
	step(c.Destroy())
	step(c.Destroy())
	w.HasMembers()
	w.URL = echoServer(t, 401, 100)
	config(ada)
	step(c.Plan())

	trace, err := os.ReadFile(path)
	w.Must(err)
	state, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate.backup"))
	w.Must(err)
	for what, text := range map[string]string{"log": string(trace), "output": said.String(), "state": string(state)} {
		if strings.Contains(text, strings.TrimPrefix(sandbox.DefaultToken, "mpat_")) {
			t.Errorf("the token is in the %s", what)
		}
	}
	own := ownLines(t, trace)
	for _, line := range own {
		if strings.Contains(line, "@example.com") || strings.Contains(line, "google-oauth2|") || strings.Contains(line, "%7C") || strings.Contains(line, "Marsh") {
			t.Errorf("our own line names a person: %s", line)
		}
	}
	all := strings.Join(own, "\n")
	for _, wanted := range []string{
		"/users/invite", "/users/{id}/roles", "status=502", "status=429", "attempt=2", "duration_ms=", "method=DELETE", "failure=network", "status=403",
	} {
		if !strings.Contains(all, wanted) {
			t.Errorf("no line of our own says %s", wanted)
		}
	}
}

// ownLines are the lines of the provider's own logger.
func ownLines(t *testing.T, trace []byte) []string {
	t.Helper()
	var own []string
	for line := range bytes.Lines(trace) {
		if bytes.Contains(line, []byte("@module=modelprime")) {
			own = append(own, string(line))
		}
	}
	if len(own) < 10 {
		t.Fatalf("%d lines of our own in a log of %d bytes", len(own), len(trace))
	}
	return own
}

// A saved plan and the state hold no token.
func TestSavedPlanHoldsNoToken(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI("")
	c.File("main.tf", `
variable "token" {
  sensitive = true
}

variable "endpoint" {}

provider "modelprime" {
  endpoint = var.endpoint
  email    = "robot@example.com"
  token    = var.token
}
`+ada)
	c.Env = []string{"TF_VAR_token=" + sandbox.DefaultToken, "TF_VAR_endpoint=" + w.URL + sandbox.BasePath}
	c.Plan().Quiet()
	shown := c.Run("show", "-json", acctest.SavedPlan).OK()
	var plan struct {
		Changes json.RawMessage `json:"resource_changes"`
		Values  json.RawMessage `json:"planned_values"`
	}
	w.Must(json.Unmarshal([]byte(shown.Printed), &plan))
	if strings.Contains(string(plan.Changes)+string(plan.Values), "mpat_") {
		t.Error("the token is in the plan")
	}
	c.ApplySaved().Quiet()
	state, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate"))
	w.Must(err)
	if strings.Contains(string(state), "mpat_") {
		t.Error("the token is in the state")
	}
}

// As SECURITY.md says, Terraform's own log holds addresses: of errors at each level, of warnings from warn on.
func TestTerraformsLogHoldsAddresses(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	c := w.Installed("")
	logged := func(level, adopt string) string {
		path := filepath.Join(c.Dir, level+adopt+".log")
		c.Env = []string{"TF_LOG=" + level, "TF_LOG_PATH=" + path, "MODELPRIME_TOKEN=robot@example.com:" + sandbox.DefaultToken}
		c.File("main.tf", fmt.Sprintf("provider \"modelprime\" {\n  endpoint = %q\n}\n", w.URL+sandbox.BasePath)+
			strings.Replace(ada, "roles", "adopt_existing = "+adopt+"\n  roles", 1))
		c.Plan()
		text, err := os.ReadFile(path)
		w.Must(err)
		return string(text)
	}
	for _, c := range []struct {
		level, adopt string
		want         bool
	}{{"error", "false", true}, {"error", "true", false}, {"warn", "true", true}} {
		if got := strings.Contains(logged(c.level, c.adopt), "ada@example.com"); got != c.want {
			t.Errorf("TF_LOG=%s, adopt_existing = %s: an address is in the log: %t", c.level, c.adopt, got)
		}
	}
}
