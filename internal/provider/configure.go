package provider

import (
	"cmp"
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
	defaultRequestTimeout        = 30 * time.Second
	defaultMaxRetries            = 8
	defaultMaxConcurrentRequests = 16
	defaultReinviteLimit         = 3
)

// settings reads the provider's arguments and their environment variables. It collects invalid variables and the names of unknown
// arguments. The arguments themselves are validated before.
type settings struct {
	diags   *diag.Diagnostics
	unknown []string
}

// text returns an argument, else its environment variable, else "".
func (s *settings) text(name string, value types.String, variable string, r rule) string {
	if value.IsUnknown() {
		s.unknown = append(s.unknown, name)
	}
	if !value.IsNull() || variable == "" {
		return value.ValueString()
	}
	text := os.Getenv(variable)
	if text == "" {
		return ""
	}
	if problem := r.tell(text); problem != "" {
		s.diags.AddAttributeError(path.Root(name), "Invalid "+name, fmt.Sprintf("The environment variable %s: %s Allowed: %s.", variable, problem, r.allowed))
		return ""
	}
	return text
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

// limit returns an optional number; nil is no limit.
func (s *settings) limit(name string, value types.Int64, variable string) *int64 {
	if value.IsUnknown() || !value.IsNull() {
		number := s.number(name, value, 0)
		return &number
	}
	number, err := strconv.ParseInt(s.text(name, types.StringNull(), variable, countRule), 10, 64)
	if err != nil {
		return nil
	}
	return &number
}

func (s *settings) duration(name string, value types.String, fallback time.Duration) time.Duration {
	d, err := time.ParseDuration(s.text(name, value, "", durationRule))
	if err != nil {
		return fallback
	}
	return d
}

func (s *settings) removals(value types.String) guard.Cap {
	most, err := guard.ParseCap(s.text("max_removals", value, "MODELPRIME_MAX_REMOVALS", capRule))
	if err != nil {
		return guard.DefaultCap
	}
	return most
}

// ids returns a set of user IDs, which must all be known.
func (s *settings) ids(name string, value types.Set) []string {
	if !setKnown(value) {
		s.unknown = append(s.unknown, name)
	}
	return textsOf(value)
}

// credentials reads the owner's e-mail and the token.
func (s *settings) credentials(config providerModel) modelprime.Credentials {
	before := s.diags.ErrorsCount()
	token := s.text("token", config.Token, "MODELPRIME_TOKEN", tokenRule)
	email := s.text("email", config.Email, "MODELPRIME_EMAIL", callerEmailRule)
	if config.Token.IsUnknown() || config.Email.IsUnknown() || s.diags.ErrorsCount() > before {
		return modelprime.Credentials{}
	}
	if token == "" {
		s.diags.AddAttributeError(path.Root("token"), "Missing token",
			"No personal access token is configured. Set the provider's argument token or the environment variable MODELPRIME_TOKEN "+
				"to mpat_… (with email), or to the whole owner@example.com:mpat_….")
		return modelprime.Credentials{}
	}
	credentials, err := modelprime.ParseCredentials(email, token)
	problem := sentence(err)
	if err == nil {
		problem = modelprime.EmailProblem(credentials.Email)
	}
	if problem != "" {
		summary := "Invalid email"
		if email == "" {
			summary = "Missing email"
		}
		s.diags.AddAttributeError(path.Root("email"), summary, problem+" Set the provider's argument email or the environment variable MODELPRIME_EMAIL "+
			"to the address of the token's owner, or pass the token as a whole: owner@example.com:mpat_….")
	}
	return credentials
}

// newSession makes the session of a configuration without sending a request. It also returns the configured organization_id, or
// "".
func (p *modelprimeProvider) newSession(config providerModel, terraformVersion string, diags *diag.Diagnostics) (made *session, organizationID string) {
	read := &settings{diags: diags}
	clientConfig := modelprime.Config{
		Endpoint:              cmp.Or(read.text("endpoint", config.Endpoint, "MODELPRIME_ENDPOINT", endpointRule), modelprime.DefaultEndpoint),
		Credentials:           read.credentials(config),
		UserAgent:             fmt.Sprintf("terraform-provider-modelprime/%s (terraform/%s)", p.version, terraformVersion),
		RequestTimeout:        read.duration("request_timeout", config.RequestTimeout, defaultRequestTimeout),
		MaxRetries:            int(read.number("max_retries", config.MaxRetries, defaultMaxRetries)),
		MaxConcurrentRequests: int(read.number("max_concurrent_requests", config.MaxConcurrentRequests, defaultMaxConcurrentRequests)),
		Clock:                 p.clock,
		Observe:               logAttempt,
	}
	organizationID = read.text("organization_id", config.OrganizationID, "MODELPRIME_ORGANIZATION_ID", idRule)
	s := &session{
		clock:         p.clock,
		reinviteAfter: read.duration("reinvite_after", config.ReinviteAfter, 0),
		reinviteLimit: read.number("reinvite_limit", config.ReinviteLimit, defaultReinviteLimit),
		ledger: guard.NewLedger(guard.Limits{
			LockoutProtection: config.LockoutProtection.IsNull() || config.LockoutProtection.IsUnknown() || config.LockoutProtection.ValueBool(),
			RequiredAdmins:    read.ids("required_admins", config.RequiredAdmins),
			MaxRemovals:       read.removals(config.MaxRemovals),
			MaxInvitations:    read.limit("max_invitations", config.MaxInvitations, "MODELPRIME_MAX_INVITATIONS"),
		}),
		unknown: read.unknown,
	}
	if diags.HasError() || len(s.unknown) > 0 {
		return s, organizationID
	}
	client, err := modelprime.New(clientConfig)
	if err != nil {
		diags.AddError("Could not configure the client", sentence(err))
		return s, organizationID
	}
	s.client = client
	s.roster = roster.New(client)
	return s, organizationID
}

// askOrganization reads the token's organization before any other request. So a wrong token, endpoint or organization is a single
// error of the provider.
func (s *session) askOrganization(ctx context.Context, want string, diags *diag.Diagnostics) {
	organization, err := s.client.GetOrganization(ctx)
	if err != nil {
		diags.AddError("Could not configure the provider", explain("", fmt.Errorf("get organization: %w", err))+
			"\n\nThe provider asks for the organization before anything else. Nothing else was read, and nothing was changed.")
		return
	}
	if want != "" && want != organization.ID {
		diags.AddAttributeError(path.Root("organization_id"), "The token belongs to another organization", fmt.Sprintf(
			"The provider is configured for organization %s. The token belongs to %s. Nothing was read or changed. "+
				"Use a token of the configured organization, or correct organization_id (MODELPRIME_ORGANIZATION_ID).", want, organizationName(organization)))
		return
	}
	s.organization = organization
}

// logAttempt logs one attempt of a request. The provider's own log lines contain no ID, e-mail address or token.
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
