package drive_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
)

const one = "thing.one"

func named(name string) drive.Config { return drive.Config{one: {"name": name}} }

func failure(resp *tfprotov6.ApplyResourceChangeResponse) {
	resp.Diagnostics = append(resp.Diagnostics, &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: "failed"})
}

// A provider that breaks a rule of Terraform's gets an error, and the state holds what Terraform keeps.
func TestProviderBreaksRules(t *testing.T) {
	planned := 0
	for title, row := range map[string]struct {
		provider things
		config   drive.Config
		says     string
		held     bool // by the state
		tainted  bool
	}{
		"keeps the rules": {config: named("a"), held: true},
		"plans a value that is not configured": {
			provider: things{plan: func(after map[string]tftypes.Value, _ bool) bool { after["name"] = text("b"); return false }},
			config:   named("a"), says: "Provider produced invalid plan",
		},
		"plans another value at the apply": {
			provider: things{plan: func(after map[string]tftypes.Value, _ bool) bool {
				planned++
				after["note"] = text(string(rune('a' + planned)))
				return false
			}},
			config: named("a"), says: "Provider produced inconsistent final plan",
		},
		"returns another value than planned": {
			provider: things{apply: func(_ *tfprotov6.ApplyResourceChangeResponse, after map[string]tftypes.Value) {
				after["name"] = text("b")
			}},
			config: named("a"), says: "Provider produced inconsistent result after apply", held: true, tainted: true,
		},
		"leaves a value unknown": {
			provider: things{apply: func(_ *tfprotov6.ApplyResourceChangeResponse, after map[string]tftypes.Value) {
				after["id"] = unknown()
			}},
			config: named("a"), says: "Provider returned invalid result object after apply", held: true, tainted: true,
		},
		"fails with a new state": {
			provider: things{apply: func(resp *tfprotov6.ApplyResourceChangeResponse, _ map[string]tftypes.Value) { failure(resp) }},
			config:   named("a"), says: "failed", held: true, tainted: true,
		},
		"fails without a state": {
			provider: things{apply: func(resp *tfprotov6.ApplyResourceChangeResponse, _ map[string]tftypes.Value) {
				failure(resp)
				resp.NewState = nil
			}},
			config: named("a"), says: "failed",
		},
	} {
		t.Run(title, func(t *testing.T) {
			tf := row.provider.terraform(t)
			_, report := tf.Run(t.Context(), row.config, drive.Options{})
			said := slices.ContainsFunc(report.Errors(), func(d drive.Diag) bool { return d.Summary == row.says })
			if said != (row.says != "") || len(report.Errors()) > 1 {
				t.Errorf("it says %v", report.Errors())
			}
			object := tf.Object(one)
			if (object != nil) != row.held || row.held && object.Tainted != row.tainted {
				t.Errorf("the state holds %+v", object)
			}
		})
	}
}

// A Later value is unknown in the plan and known at the apply.
func TestLaterValue(t *testing.T) {
	tf := (&things{}).terraform(t)
	config := drive.Config{one: {"name": drive.Later{Value: "a"}, "tags": []any{"x", drive.Later{Value: "y"}}}}
	p := tf.Plan(t.Context(), config, drive.Options{})
	if name := p.Change(one).After()["name"]; name != (drive.Unknown{}) {
		t.Errorf("the name is planned as %v", name)
	}
	if err := tf.Apply(t.Context(), p).Err(); err != nil {
		t.Fatal(err)
	}
	if object := tf.Object(one); object.Get("name") != "a" || !slices.Equal(object.Texts("tags"), []string{"x", "y"}) {
		t.Errorf("the state holds %v", object.Values())
	}
}

// A plan is applied once, and only to the state it was made of.
func TestStalePlan(t *testing.T) {
	tf := (&things{}).terraform(t)
	p := tf.Plan(t.Context(), named("a"), drive.Options{})
	if err := tf.Apply(t.Context(), p).Err(); err != nil {
		t.Fatal(err)
	}
	if errs := tf.Apply(t.Context(), p).Errors(); len(errs) != 1 || errs[0].Summary != "Saved plan is stale" {
		t.Errorf("a second apply says %v", errs)
	}
}

// A failed update leaves the object unchanged and untainted.
func TestFailedUpdate(t *testing.T) {
	provider := &things{}
	tf := provider.terraform(t)
	if _, report := tf.Run(t.Context(), named("a"), drive.Options{}); report.Err() != nil {
		t.Fatal(report.Err())
	}
	provider.apply = func(resp *tfprotov6.ApplyResourceChangeResponse, _ map[string]tftypes.Value) {
		failure(resp)
		resp.NewState = nil
	}
	p, report := tf.Run(t.Context(), named("b"), drive.Options{})
	if p.Change(one).Action != drive.Update || report.Err() == nil {
		t.Errorf("the plan is to %v, the apply says %v", p.Changes(), report.Diags)
	}
	if object := tf.Object(one); object.Tainted || object.Get("name") != "a" || object.Get("id") != "made" {
		t.Errorf("the state holds %v, tainted: %v", object.Values(), object.Tainted)
	}
}

// With -minimal-refresh an instance is read only if it would change; a destroyed one is not read.
func TestMinimalRefresh(t *testing.T) {
	reads, planned := 0, 0
	provider := &things{}
	tf := provider.terraform(t)
	if _, report := tf.Run(t.Context(), named("a"), drive.Options{}); report.Err() != nil {
		t.Fatal(report.Err())
	}
	elsewhere := pack(tftypes.NewValue(thing, map[string]tftypes.Value{
		"name": text("c"), "note": text("made"), "id": text("made"), "tags": tftypes.NewValue(thing.AttributeTypes["tags"], nil),
	}))
	provider.read = func() *tfprotov6.DynamicValue { reads++; return elsewhere }
	provider.plan = func(map[string]tftypes.Value, bool) bool { planned++; return false }
	for _, row := range []struct {
		config         drive.Config
		reads, planned int
		action         drive.Action
	}{
		{named("a"), 0, 1, drive.NoOp},
		{named("b"), 1, 2, drive.Update},
		{named("c"), 1, 2, drive.NoOp}, // after the second plan
		{drive.Config{}, 0, 0, drive.Delete},
	} {
		reads, planned = 0, 0
		p := tf.Plan(t.Context(), row.config, drive.Options{MinimalRefresh: true})
		if action := p.Change(one).Action; p.Err() != nil || action != row.action || reads != row.reads || planned != row.planned {
			t.Errorf("%v: to %s, %d times read and %d planned: %v", row.config, action, reads, planned, p.Err())
		}
	}
}

// RequiresReplace replaces only if the attribute changes.
func TestReplacement(t *testing.T) {
	provider := &things{plan: func(map[string]tftypes.Value, bool) bool { return true }}
	tf := provider.terraform(t)
	if _, report := tf.Run(t.Context(), named("a"), drive.Options{}); report.Err() != nil {
		t.Fatal(report.Err())
	}
	if p := tf.Plan(t.Context(), named("a"), drive.Options{}); !p.Empty() {
		t.Errorf("without a change the plan is to %v", p.Changes())
	}
	if p := tf.Plan(t.Context(), named("b"), drive.Options{}); p.Change(one).Action != drive.DeleteThenCreate {
		t.Errorf("with one it is to %v", p.Changes())
	}
}
