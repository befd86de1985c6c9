package provider_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const anotherOrganization = "0b5a1c77-94de-4f60-8f0e-d1a2c3b4e5f6"

// A state of another organization or of none, and a creation planned for another one, is an error in each call about each resource,
// without a request and without a change.
func TestStateOfAnotherOrganizationIsAnError(t *testing.T) {
	for name := range serve(t, nil).Schemas.ResourceSchemas {
		sample, ok := samples()["resource "+name]
		if !ok {
			t.Fatalf("there is no sample of a %s", name)
		}
		for state, organization := range map[string]tftypes.Value{
			anotherOrganization: text(anotherOrganization), "no organization": tftypes.NewValue(tftypes.String, nil),
		} {
			for _, call := range []string{"read", "plan", "plan its destruction", "create", "update", "delete"} {
				t.Run(name+"/"+state+"/"+call, func(t *testing.T) {
					s := serve(t, nil)
					s.ResetLog()
					schema := s.resource(name)
					held := maps.Clone(sample)
					held["organization_id"] = organization
					delete(held, "on_destroy")
					if _, ok := held["user_id"]; !ok && schemaHas(schema, "user_id") {
						held["user_id"] = text("auth0|1")
					}
					prior, null := s.dynamic(schema, held), s.null(schema)
					diags, after := s.call(call, name, s.dynamic(schema, sample), prior, null)
					if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError || !strings.Contains(diags[0].Detail, "organization") {
						t.Errorf("want one error about the organization: %s", said(diags))
					}
					if state == anotherOrganization && !strings.Contains(said(diags), anotherOrganization) {
						t.Errorf("the organization of the state is not named: %s", said(diags))
					}
					if call != "create" && after != nil && !bytes.Equal(after.MsgPack, prior.MsgPack) {
						t.Error("the state has changed")
					}
					s.RequestedNothing()
				})
			}
		}
	}
}

func schemaHas(schema *tfprotov6.Schema, name string) bool {
	for _, attribute := range schema.Block.Attributes {
		if attribute.Name == name {
			return true
		}
	}
	return false
}

func (s *served) null(schema *tfprotov6.Schema) *tfprotov6.DynamicValue {
	s.t.Helper()
	null, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
	must(s.t, err)
	return &null
}

// call makes one call about a resource and returns its diagnostics and the new state, if there is one.
func (s *served) call(call, name string, config, prior, null *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, *tfprotov6.DynamicValue) {
	s.t.Helper()
	ctx := s.t.Context()
	switch call {
	case "read":
		resp, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: prior})
		must(s.t, err)
		return resp.Diagnostics, resp.NewState
	case "plan", "plan its destruction":
		proposed := prior
		if call != "plan" {
			config, proposed = null, null
		}
		resp, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: config, ProposedNewState: proposed, PriorState: prior})
		must(s.t, err)
		return resp.Diagnostics, nil
	}
	req := &tfprotov6.ApplyResourceChangeRequest{TypeName: name, Config: config, PlannedState: prior, PriorState: prior}
	switch call {
	case "create":
		req.PriorState = null
	case "delete":
		req.Config, req.PlannedState = null, null
	}
	resp, err := s.ApplyResourceChange(ctx, req)
	must(s.t, err)
	return resp.Diagnostics, resp.NewState
}

// An error of the provider's configuration is reported once, for any number of resources.
func TestOneErrorUnderAThousandResources(t *testing.T) {
	t.Parallel()
	const thousand = `
resource "modelprime_membership" "all" {
  for_each = toset([for i in range(1000) : "unit${i}@example.com"])
  email    = each.key
  name     = "One Of Many"
  roles    = ["analyst"]
}
`
	page := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		fmt.Fprint(rw, "<html><title>Sign in</title></html>")
	}))
	t.Cleanup(page.Close)
	for name, test := range map[string]struct {
		arguments string
		url       string
		says      []string
	}{
		"a revoked token":      {arguments: `max_retries = 0`, says: []string{"401", "Personal Access Tokens"}},
		"nobody listens":       {url: "http://127.0.0.1:1", says: []string{"http://127.0.0.1:1"}},
		"a proxy's page":       {url: page.URL, says: []string{"GET /organization", "endpoint"}},
		"another organization": {arguments: `organization_id = "` + anotherOrganization + `"`, says: []string{"Example Robotics", anotherOrganization}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			if name == "a revoked token" {
				w.Fail(sandbox.Fault{Kind: sandbox.Unauthorized401})
			}
			if test.url != "" {
				w.URL = test.url
			}
			w.CLI(thousand, test.arguments).Plan().Fails(test.says...)
			if got := len(w.Requests()); got > 1 {
				t.Errorf("%d requests", got)
			}
		})
	}
}

// Configure stops when its context is cancelled during a request.
func TestConfigureIsCancelled(t *testing.T) {
	s := serve(t, nil)
	requested := make(chan struct{}, 1)
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		requested <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(silent.Close)
	arguments := maps.Clone(samples()["provider"])
	delete(arguments, "organization_id")
	arguments["endpoint"] = text(silent.URL)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan []*tfprotov6.Diagnostic)
	go func() {
		resp, err := s.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: s.dynamic(s.Schemas.Provider, arguments)})
		if err != nil {
			t.Error(err)
		}
		ended <- resp.Diagnostics
	}()
	<-requested
	cancel()
	select {
	case diags := <-ended:
		s.fails(diags, "Could not configure the provider", "cancel")
	case <-time.After(10 * time.Second):
		t.Fatal("Configure was not cancelled")
	}
}
