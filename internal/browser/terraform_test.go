package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The whole way of somebody who tries it: Terraform invites, they accept in the browser, they make drift there.
func TestWhomTerraformInvitesAcceptsByClick(t *testing.T) {
	workspace := filepath.Join(scratch, "workspace")
	o := found(t, readyToApply, "-workspace", workspace, "-cli", cli())
	apply(t, workspace, "init", "-no-color", "-input=false", "-lockfile=readonly")
	apply(t, workspace, "apply", "-no-color", "-input=false", "-auto-approve")

	b := openBrowser(t)
	b.open(o.address)
	keepReadmePicture(b)
	b.named("button", "Accept the invitation of Noor Actuator, noor.actuator@example.com").click()
	b.find("//*[@role='status'][contains(., 'noor.actuator@example.com accepted')]")
	b.named("button", "Everybody accepts").click()
	b.find("//*[@role='status'][contains(., '2 people accepted.')]")
	wantPlan(t, workspace, 0)

	b.named("a", "Change Noor Actuator, noor.actuator@example.com").click()
	b.named("label", "admin").click()
	b.named("button", "Set these roles").click()
	b.find("//*[@role='status'][contains(., 'Noor Actuator has these roles now: admin, developer.')]")
	o.wantRoles("noor.actuator@example.com", "admin,developer")
	wantPlan(t, workspace, 2)
	apply(t, workspace, "apply", "-no-color", "-input=false", "-auto-approve")
	wantPlan(t, workspace, 0)

	b.named("a", "Reload").click()
	b.find("//tr[contains(., 'Noor Actuator')][.//li='developer'][not(.//li='admin')]")
	b.find("//section[@id='requests']//tr[contains(., 'PUT')][contains(., 'replaceUserRoles')]")
}

func apply(t *testing.T, workspace string, args ...string) {
	t.Helper()
	printed, code := terraform(t, workspace, args...)
	if code != 0 || strings.Contains(printed, "Warning") {
		t.Fatalf("%s ended with %d:\n%s", args[0], code, printed)
	}
}

// wantPlan wants 0, nothing to do, or 2, something.
func wantPlan(t *testing.T, workspace string, want int) {
	t.Helper()
	if printed, code := terraform(t, workspace, "plan", "-no-color", "-input=false", "-detailed-exitcode"); code != want {
		t.Fatalf("plan ended with %d, want %d:\n%s", code, want, printed)
	}
}

// keepReadmePicture is how examples/sandbox/screenshot.png comes about.
func keepReadmePicture(b *browser) {
	b.t.Helper()
	b.resize(1200, 1280)
	b.prefer("light")
	keep(b.t, "readme.png", b.screenshot())
}

func keep(t *testing.T, name string, picture []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}
