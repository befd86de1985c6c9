package provider_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

// recordedCalls notes what Terraform asks of the provider, in short words.
type recordedCalls struct {
	tfprotov6.ProviderServer

	mu    *sync.Mutex
	heard *[]string
}

// record has the CLI's calls recorded. The function returns those since it was asked last.
func record(c *acctest.CLI) func() []string {
	var mu sync.Mutex
	var heard []string
	c.Listen = func(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
		return &recordedCalls{server, &mu, &heard}
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		since := heard
		heard = nil
		return since
	}
}

func (s *recordedCalls) note(call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*s.heard = append(*s.heard, call)
}

func (s *recordedCalls) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.note("configure")
	return s.ProviderServer.ConfigureProvider(ctx, req)
}

func (s *recordedCalls) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if !strings.HasPrefix(req.TypeName, "modelprime_") {
		return s.ProviderServer.PlanResourceChange(ctx, req)
	}
	call := "plan change"
	before, after := null(req.PriorState), null(req.ProposedNewState)
	switch {
	case after:
		call = "plan destroy"
	case before && len(req.PriorPrivate) > 0:
		call = "plan create with private state"
	case before:
		call = "plan create"
	}
	s.note(call)
	return s.ProviderServer.PlanResourceChange(ctx, req)
}

func (s *recordedCalls) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	switch {
	case null(req.PlannedState):
		s.note("destroy")
	case null(req.PriorState):
		s.note("create")
	default:
		s.note("update")
	}
	return s.ProviderServer.ApplyResourceChange(ctx, req)
}

func null(value *tfprotov6.DynamicValue) bool {
	isNull, err := value.IsNull()
	return err == nil && isNull
}

// The guards rest on how Terraform asks for a plan. Should a CLI ask in another way, this is the test that says so:
// a run configures the provider anew for each walk; only a replacement's second planning call has no prior state and
// yet private state; a tainted instance is planned like a new one; of what is destroyed, only an instance that was created
// anew first is planned again at the apply.
func TestHowTerraformPlans(t *testing.T) {
	t.Parallel()
	const replaceAda = "-replace=" + theAda
	cbd := strings.Replace(ada, "roles = ", "lifecycle {\n    create_before_destroy = true\n  }\n  roles = ", 1)
	kai := func(config string) string { return strings.ReplaceAll(config, "ada@example.com", "kai@example.com") }
	for name, row := range map[string]struct {
		config    string
		before    func(c *acctest.CLI)
		arguments []string
		plan      []string
		apply     []string
	}{
		"no change": {
			config: ada,
			plan:   []string{"configure", "plan change"},
			apply:  []string{"configure"},
		},
		"update": {
			config: strings.ReplaceAll(ada, "developer", "analyst"),
			plan:   []string{"configure", "plan change"},
			apply:  []string{"configure", "plan change", "update"},
		},
		"replacement": {
			config: kai(ada),
			plan:   []string{"configure", "plan change", "plan create with private state"},
			apply:  []string{"configure", "destroy", "plan create", "create"},
		},
		"replacement, created first": {
			config: kai(cbd),
			plan:   []string{"configure", "plan change", "plan create with private state"},
			apply:  []string{"configure", "plan create", "create", "plan destroy", "destroy"},
		},
		"replacement by force": {
			config: ada, arguments: []string{replaceAda},
			plan:  []string{"configure", "plan change", "plan create with private state"},
			apply: []string{"configure", "destroy", "plan create", "create"},
		},
		"tainted": {
			config: ada, before: func(c *acctest.CLI) { c.Run("taint", theAda).OK() },
			plan:  []string{"configure", "plan create"},
			apply: []string{"configure", "destroy", "plan create", "create"},
		},
		"taken out of the configuration": {
			config: "",
			plan:   []string{"configure", "plan destroy"},
			apply:  []string{"configure", "destroy"},
		},
		"everything destroyed: planned as ever first, in a walk of its own": {
			config: ada, arguments: []string{"-destroy"},
			plan:  []string{"configure", "plan change", "configure", "plan destroy"},
			apply: []string{"configure", "destroy"},
		},
		"everything destroyed without a refresh": {
			config: ada, arguments: []string{"-destroy", "-refresh=false"},
			plan:  []string{"configure", "plan destroy"},
			apply: []string{"configure", "destroy"},
		},
		"moved": {
			config: strings.ReplaceAll(ada, `"ada"`, `"lovelace"`) + "moved {\n  from = " + theAda + "\n  to = modelprime_membership.lovelace\n}\n",
			plan:   []string{"configure", "plan change"},
			apply:  []string{"configure"},
		},
		"forgotten": {
			config: "removed {\n  from = " + theAda + "\n  lifecycle {\n    destroy = false\n  }\n}\n",
			plan:   []string{"configure"},
			apply:  []string{"configure"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.CLI(ada)
			c.Apply().Quiet()
			if strings.HasPrefix(row.config, "removed") {
				acctest.NeedsRemoved(t)
			}
			if row.before != nil {
				row.before(c)
			}
			c.Config(row.config)
			since := record(c)
			c.Plan(row.arguments...).OK()
			if got := since(); !slices.Equal(got, row.plan) {
				t.Errorf("to plan, Terraform asks %q, want %q", got, row.plan)
			}
			c.ApplySaved().OK()
			got := since()
			if len(got) == 0 && slices.Equal(row.apply, []string{"configure"}) {
				return // Terraform 1.5 and OpenTofu start no provider where there is nothing to do
			}
			if !slices.Equal(got, row.apply) {
				t.Errorf("to apply, Terraform asks %q, want %q", got, row.apply)
			}
		})
	}
}
