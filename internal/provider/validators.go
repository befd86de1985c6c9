package provider

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// stringRule validates a string by a function that returns what is wrong with it, or "".
type stringRule struct {
	allowed string
	check   func(value string) string
	// secret keeps the value itself out of the message.
	secret bool
}

func (v stringRule) Description(context.Context) string         { return v.allowed }
func (v stringRule) MarkdownDescription(context.Context) string { return v.allowed }

func (v stringRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	problem := v.check(req.ConfigValue.ValueString())
	if problem == "" {
		return
	}
	detail := problem + " Allowed is " + v.allowed + "."
	if !v.secret {
		detail = "\"" + req.ConfigValue.ValueString() + "\": " + detail
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), detail)
}

// emailAddress accepts one plain address.
func emailAddress() validator.String {
	return stringRule{allowed: "one plain e-mail address, such as ada@example.com", check: modelprime.EmailProblem}
}

func isEmail(value string) bool { return modelprime.EmailProblem(value) == "" }

// personName accepts what can stand in an invitation.
func personName() validator.String {
	return stringRule{allowed: "a name of at least one visible character, without line breaks", check: modelprime.NameProblem}
}

// positiveDuration accepts a duration above zero.
func positiveDuration() validator.String {
	return stringRule{allowed: "a duration above zero, such as 30s, 10m or 168h", check: func(value string) string {
		if d, err := time.ParseDuration(value); err != nil || d <= 0 {
			return "This is no duration above zero."
		}
		return ""
	}}
}

// endpointURL accepts what the client accepts.
func endpointURL() validator.String {
	return stringRule{allowed: "an https URL (http on loopback only) without user info, query and fragment", check: func(value string) string {
		if _, err := modelprime.ParseEndpoint(value); err != nil {
			return sentence(err)
		}
		return ""
	}}
}

// tokenForm accepts both forms of a personal access token and never shows the value.
func tokenForm() validator.String {
	return stringRule{secret: true, allowed: "mpat_… together with email, or the whole owner@example.com:mpat_…", check: func(value string) string {
		email := "owner@example.com"
		if strings.Contains(value, ":") {
			email = ""
		}
		if _, err := modelprime.ParseCredentials(email, value); err != nil {
			return sentence(err)
		}
		return ""
	}}
}

// sentence makes a message of an error's text.
func sentence(err error) string {
	text := strings.TrimRight(err.Error(), ".")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
