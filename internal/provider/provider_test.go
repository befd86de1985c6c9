package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// The provider can be configured by environment variables alone.
func TestConfigurationFromTheEnvironment(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.Installed("")
	c.File("main.tf", "provider \"modelprime\" {}\n"+ada) // without the block Terraform adds an error of its own
	c.Env = []string{
		"MODELPRIME_ENDPOINT=" + w.URL + sandbox.BasePath, "MODELPRIME_EMAIL=" + sandbox.DefaultEmail, "MODELPRIME_TOKEN=" + sandbox.DefaultToken,
		"MODELPRIME_ORGANIZATION_ID=5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90",
	}
	c.Apply().Quiet()
	w.Emailed("ada@example.com")

	c.Env = append(c.Env, "MODELPRIME_ORGANIZATION_ID=0b5a1c77-94de-4f60-8f0e-d1a2c3b4e5f6")
	c.Plan().Fails("0b5a1c77-94de-4f60-8f0e-d1a2c3b4e5f6", "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90", "MODELPRIME_ORGANIZATION_ID")
}

// An argument takes precedence over its environment variable.
func TestArgumentsComeBeforeTheEnvironment(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.Installed(ada)
	c.Env = []string{
		"MODELPRIME_ENDPOINT=https://nowhere.example.com", "MODELPRIME_EMAIL=nobody@example.com", "MODELPRIME_TOKEN=mpat_nothing",
	}
	c.Apply().Quiet()
	w.Emailed("ada@example.com")
}

// The token may start with its owner's address.
func TestWholeToken(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string]string{
		"alone":                 `token = "robot@example.com:` + sandbox.DefaultToken + `"`,
		"beside the same owner": "token = \"robot@example.com:" + sandbox.DefaultToken + "\"\n  email = \"ROBOT@example.com\"",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.CLI("")
			c.File("main.tf", fmt.Sprintf("provider \"modelprime\" {\n  endpoint = %q\n  %s\n}\n%s", w.URL+sandbox.BasePath, arguments, ada))
			c.Apply().Quiet()
			w.Emailed("ada@example.com")
		})
	}
}

// A token may have any length.
func TestTokenOfAnyLength(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"mpat_x", "mpat_" + strings.Repeat("y", 500)} {
		w := acctest.NewWorldWith(t, sandbox.Options{Token: token})
		c := w.CLI("")
		c.File("main.tf", fmt.Sprintf("provider \"modelprime\" {\n  endpoint = %q\n  email = %q\n  token = %q\n}\n%s",
			w.URL+sandbox.BasePath, sandbox.DefaultEmail, token, ada))
		c.Apply().Quiet()
		w.Emailed("ada@example.com")
	}
}

// A missing argument is an error that names the argument and the environment variable.
func TestMissingCredentials(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments string
		says      []string
	}{
		"no token":         {`email = "robot@example.com"`, []string{"Missing token", "argument token", "MODELPRIME_TOKEN"}},
		"an empty token":   {"email = \"robot@example.com\"\n  token = \"\"", []string{"token", "mpat_"}},
		"no e-mail":        {`token = "mpat_x"`, []string{"Missing email", "argument email", "MODELPRIME_EMAIL"}},
		"nothing":          {"", []string{"Missing token", "argument token", "MODELPRIME_TOKEN"}},
		"null credentials": {"email = null\n  token = null", []string{"Missing token", "MODELPRIME_TOKEN"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.Installed("")
			c.File("main.tf", fmt.Sprintf("provider \"modelprime\" {\n  endpoint = %q\n  %s\n}\n%s", w.URL+sandbox.BasePath, test.arguments, ada))
			c.Plan().Fails(test.says...)
			w.RequestedNothing()
		})
	}
}

// Credentials from another resource are unknown in the first plan. They work at the apply.
func TestCredentialsFromAnotherResource(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI("")
	config := func(version, rest string) string {
		return fmt.Sprintf(`
resource "terraform_data" "made" {
  triggers_replace = %q
  input = {
    endpoint = %q, email = %q, token = %q, organization = "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90", after = "168h", timeout = "30s", many = 3, yes = true
  }
}

provider "modelprime" {
  endpoint                = terraform_data.made.output.endpoint
  email                   = terraform_data.made.output.email
  token                   = terraform_data.made.output.token
  organization_id         = terraform_data.made.output.organization
  request_timeout         = terraform_data.made.output.timeout
  reinvite_after          = terraform_data.made.output.after
  reinvite_limit          = terraform_data.made.output.many
  max_retries             = terraform_data.made.output.many
  max_concurrent_requests = terraform_data.made.output.many
  max_removals            = terraform_data.made.output.many
  max_invitations         = terraform_data.made.output.many
  lockout_protection      = terraform_data.made.output.yes
}
`, version, w.URL+sandbox.BasePath, sandbox.DefaultEmail, sandbox.DefaultToken) + rest
	}
	c.File("main.tf", config("1", ada))
	c.Run("validate").OK()
	c.Plan().Quiet().Plans("create terraform_data.made", "create "+theAda)
	w.RequestedNothing()
	c.ApplySaved().Quiet()
	c.Holds(theAda, acctest.Values{"status": "invited", "organization_id": "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90"})
	w.Emailed("ada@example.com")
	c.Plan().Quiet().Plans()

	// Replaced credentials are unknown again: the state is not refreshed, with a warning.
	w.Accept("ada@example.com")
	c.File("main.tf", config("2", ada))
	w.ResetLog()
	c.Plan().OK().Plans("replace terraform_data.made").Warns("ada@example.com was not refreshed", "token")
	w.RequestedNothing()
	c.ApplySaved().OK()
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"status": "active"})

	// A data source needs the API now, so it is an error.
	c.File("main.tf", config("3", ada+"data \"modelprime_organization\" \"this\" {}\n"))
	c.Plan().Fails("The provider is not configured yet", "token", "-target")
	w.Emailed("ada@example.com")
}

// With unknown credentials, an existing member is found at the apply.
func TestUnknownCredentialsHideNoMember(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	c := w.CLI("")
	c.File("main.tf", fmt.Sprintf(`
resource "terraform_data" "token" {
  input = %q
}

provider "modelprime" {
  endpoint = %q
  email    = %q
  token    = terraform_data.token.output
}
`, sandbox.DefaultToken, w.URL+sandbox.BasePath, sandbox.DefaultEmail)+ada)
	c.Apply().Fails("Already a member", id, "import {")
	c.Lacks(theAda)
	w.Emailed()
	w.HasRoles("ada@example.com", "analyst")
}

// A server that answers each path but is not this API is an error, and the state stays.
func TestResponsesOfAnotherServer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]struct{ kind, body string }{
		"a page to log in":            {"text/html", "<html><title>Sign in</title></html>"},
		"an empty object":             {"application/json", "{}"},
		"an organization without id":  {"application/json", `{"name": "Example Robotics"}`},
		"something that is not JSON":  {"application/json", "ok"},
		"nothing":                     {"application/json", ""},
		"a list where an object goes": {"application/json", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, _ := joinedAda(t)
			before := c.State()[theAda].Values
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", answer.kind)
				fmt.Fprint(rw, answer.body)
			}))
			t.Cleanup(server.Close)
			w.URL = server.URL
			c.Config(ada)
			c.Apply().Fails("Could not configure the provider", "GET /organization", "unexpected response", "endpoint")
			c.Config("")
			c.Apply("-refresh=false").Fails("Could not configure the provider", "unexpected response")
			c.Holds(theAda, before)
		})
	}
}

// A request ends after request_timeout and is retried max_retries times.
func TestRequestTimeoutAndRetries(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.SetLatency(time.Minute)
	c := w.CLI(ada, `request_timeout = "100ms"`, "max_retries = 2")
	c.Plan().Fails("Could not configure the provider", "GET /organization", "100ms", "after 3 attempts", "did not answer in time", "request_timeout")
	w.Requested("getOrganization", 3)
}

// The default of max_retries is eight.
func TestDefaultRetries(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Fail(sandbox.Fault{Kind: sandbox.Unavailable503})
	w.CLI(ada).Plan().Fails("503", "after 9 attempts")
	w.Requested("getOrganization", 9)
	if w.Clock.Slept > 8*30*time.Second {
		t.Errorf("waited for %s", w.Clock.Slept)
	}
}

func TestUnreachableEndpoint(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.URL = "http://127.0.0.1:1"
	w.CLI(ada).Plan().Fails("Could not configure the provider", "GET /organization", "No connection could be made to the endpoint http://127.0.0.1", "HTTPS_PROXY", "after 3 attempts")
}
