package provider

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

const (
	defaultMaxRetries            = 8
	defaultMaxConcurrentRequests = 16
	defaultReinviteLimit         = 3
)

// settings reads the provider's arguments one by one, with their environment variables and defaults, and collects
// what is wrong or not known yet.
type settings struct {
	diags   *diag.Diagnostics
	unknown []string
}

func (s *settings) text(name string, value types.String, variable, fallback string) string {
	switch {
	case value.IsUnknown():
		s.unknown = append(s.unknown, name)
		return fallback
	case !value.IsNull():
		return value.ValueString()
	}
	if fromEnvironment := os.Getenv(variable); variable != "" && fromEnvironment != "" {
		return fromEnvironment
	}
	return fallback
}

func (s *settings) number(name string, value types.Int64, fallback int64) int64 {
	if value.IsUnknown() {
		s.unknown = append(s.unknown, name)
	}
	if value.IsUnknown() || value.IsNull() {
		return fallback
	}
	return value.ValueInt64()
}

// limit is a number without a default: nil is no limit.
func (s *settings) limit(name string, value types.Int64, variable string) *int64 {
	if value.IsUnknown() {
		s.unknown = append(s.unknown, name)
		return nil
	}
	if !value.IsNull() {
		return value.ValueInt64Pointer()
	}
	text := os.Getenv(variable)
	if text == "" {
		return nil
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < 0 {
		s.diags.AddAttributeError(path.Root(name), "Invalid "+name,
			fmt.Sprintf("The environment variable %s is %q. Allowed is a whole number, 0 or above.", variable, text))
		return nil
	}
	return &number
}

// duration reads a duration that validation has already seen, if it was known then.
func (s *settings) duration(name string, value types.String, fallback time.Duration) time.Duration {
	text := s.text(name, value, "", "")
	if text == "" {
		return fallback
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		s.diags.AddAttributeError(path.Root(name), "Invalid "+name,
			fmt.Sprintf("%q is no duration above zero. Allowed is a duration above zero, such as 30s, 10m or 168h.", text))
	}
	return d
}

// credentials reads the owner's e-mail and the token, together.
func (s *settings) credentials(config providerModel) modelprime.Credentials {
	token := s.text("token", config.Token, "MODELPRIME_TOKEN", "")
	email := s.text("email", config.Email, "MODELPRIME_EMAIL", "")
	if config.Token.IsUnknown() || config.Email.IsUnknown() {
		return modelprime.Credentials{}
	}
	if token == "" {
		s.diags.AddAttributeError(path.Root("token"), "Missing token",
			"No personal access token is configured. Set the provider's argument token or the environment variable MODELPRIME_TOKEN "+
				"to mpat_… (with email), or to the whole owner@example.com:mpat_….")
		return modelprime.Credentials{}
	}
	credentials, err := modelprime.ParseCredentials(email, token)
	if err == nil && !isEmail(credentials.Email) {
		err = fmt.Errorf("the token's owner %q is no e-mail address", credentials.Email)
	}
	if err != nil {
		s.credentialsError(email, token, err)
	}
	return credentials
}

// credentialsError names the argument that is to be mended: the token's form is wrong with any address, or the address
// is missing or wrong.
func (s *settings) credentialsError(email, token string, err error) {
	name, variable := "token", "MODELPRIME_TOKEN"
	if problem := tokenForm().(stringRule).check(token); problem == "" {
		name, variable = "email", "MODELPRIME_EMAIL"
	}
	summary := "Invalid " + name
	if name == "email" && email == "" {
		summary = "Missing email"
	}
	s.diags.AddAttributeError(path.Root(name), summary,
		sentence(err)+fmt.Sprintf(" Set the provider's argument %s or the environment variable %s.", name, variable))
}

// newSession makes what a configuration stands for, without a request. Mistakes are errors that name the argument.
func (p *modelprimeProvider) newSession(config providerModel, terraformVersion string, diags *diag.Diagnostics) *session {
	read := &settings{diags: diags}
	endpoint := read.text("endpoint", config.Endpoint, "MODELPRIME_ENDPOINT", modelprime.DefaultEndpoint)
	if _, err := modelprime.ParseEndpoint(endpoint); err != nil {
		diags.AddAttributeError(path.Root("endpoint"), "Invalid endpoint",
			sentence(err)+" Set the provider's argument endpoint or the environment variable MODELPRIME_ENDPOINT to an https URL.")
	}
	clientConfig := modelprime.Config{
		Endpoint:              endpoint,
		Credentials:           read.credentials(config),
		UserAgent:             fmt.Sprintf("terraform-provider-modelprime/%s (terraform/%s)", p.version, terraformVersion),
		RequestTimeout:        read.duration("request_timeout", config.RequestTimeout, 30*time.Second),
		MaxRetries:            int(read.number("max_retries", config.MaxRetries, defaultMaxRetries)),
		MaxConcurrentRequests: int(read.number("max_concurrent_requests", config.MaxConcurrentRequests, defaultMaxConcurrentRequests)),
		Clock:                 p.clock,
		Observe:               logAttempt,
	}
	organizationID := read.text("organization_id", config.OrganizationID, "MODELPRIME_ORGANIZATION_ID", "")
	lockout := config.LockoutProtection.IsNull() || config.LockoutProtection.IsUnknown() || config.LockoutProtection.ValueBool()
	s := &session{
		clock:         p.clock,
		reinviteAfter: read.duration("reinvite_after", config.ReinviteAfter, 0),
		reinviteLimit: read.number("reinvite_limit", config.ReinviteLimit, defaultReinviteLimit),
		ledger: guard.NewLedger(guard.Limits{
			LockoutProtection: lockout,
			MaxRemovals:       capOf(read.limit("max_removals", config.MaxRemovals, "MODELPRIME_MAX_REMOVALS")),
			MaxInvitations:    read.limit("max_invitations", config.MaxInvitations, "MODELPRIME_MAX_INVITATIONS"),
		}),
		unknown: read.unknown,
	}
	if diags.HasError() || len(s.unknown) > 0 {
		return s
	}
	client, err := modelprime.New(clientConfig)
	if err != nil {
		diags.AddError("Could not configure the client", sentence(err))
		return nil
	}
	s.client = client
	s.roster = roster.New(client, organizationID)
	return s
}

// capOf makes a cap of a number; nil is no limit.
func capOf(number *int64) guard.Cap {
	text := "100%"
	if number != nil {
		text = strconv.FormatInt(*number, 10)
	}
	removals, _ := guard.ParseCap(text)
	return removals
}

// logAttempt logs one attempt of a request. No line of the provider's own holds an id, an e-mail address or a token.
func logAttempt(ctx context.Context, a modelprime.Attempt) {
	fields := map[string]any{
		"method":      a.Method,
		"path":        a.Template,
		"status":      a.Status,
		"attempt":     a.Number,
		"duration_ms": a.Duration.Milliseconds(),
	}
	if a.Kind != "" {
		fields["failure"] = a.Kind
	}
	tflog.Debug(ctx, "request", fields)
}
