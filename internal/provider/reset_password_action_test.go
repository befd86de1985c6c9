package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const resetPassword = "modelprime_reset_password"

func (s *served) action(config values) *tfprotov6.DynamicValue {
	return s.dynamic(s.Schemas.ActionSchemas[resetPassword].Schema, config)
}

// planAction validates and plans the action.
func (s *served) planAction(config values) []*tfprotov6.Diagnostic {
	s.t.Helper()
	planned, err := s.PlanAction(s.t.Context(), &tfprotov6.PlanActionRequest{ActionType: resetPassword, Config: s.action(config)})
	s.fine(err, nil)
	return planned.Diagnostics
}

// invoke invokes the action and returns its progress messages and diagnostics.
func (s *served) invoke(config values) (progress []string, diags []*tfprotov6.Diagnostic) {
	s.t.Helper()
	stream, err := s.InvokeAction(s.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: resetPassword, Config: s.action(config)})
	s.fine(err, nil)
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = event.Diagnostics
		}
	}
	return progress, diags
}

// reset fails the test unless resets were sent to exactly these addresses.
func (s *served) reset(want ...string) {
	s.t.Helper()
	var got []string
	for _, email := range s.Emails() {
		got = append(got, email.Kind+" "+email.To)
	}
	for i := range want {
		want[i] = sandbox.KindPasswordReset + " " + want[i]
	}
	if len(got) != len(want) {
		s.t.Fatalf("sent were %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			s.t.Errorf("sent were %v, want %v", got, want)
		}
	}
}

// Each invocation sends one e-mail, to the member with that ID or address.
func TestResetPasswordAction(t *testing.T) {
	s := staffed(t)
	for _, config := range []values{{"user_id": text("auth0|2")}, {"email": text("CY@example.com")}} {
		s.fine(nil, s.planAction(config))
		progress, diags := s.invoke(config)
		s.fine(nil, diags)
		if len(progress) != 1 {
			t.Errorf("said %q", progress)
		}
	}
	s.reset("ben@example.com", "cy@example.com")
	s.Requested("resetUserPassword", 2)
}

// Exactly one of user_id and email is required.
func TestResetPasswordActionNeedsOneKey(t *testing.T) {
	s := staffed(t)
	s.fails(s.planAction(nil), "user_id", "email")
	s.fails(s.planAction(values{"user_id": text("auth0|2"), "email": text("ben@example.com")}), "user_id", "email")
	s.fails(s.planAction(values{"email": text("ben")}), "not an e-mail address")
	s.fine(nil, s.planAction(values{"email": unknownText}))
}

// A Google account has no password to reset: an error in the plan by ID, in the apply by address.
func TestResetPasswordActionOfAGoogleAccount(t *testing.T) {
	s := staffed(t)
	byID, byEmail := values{"user_id": text("google-oauth2|1")}, values{"email": text("ada@example.com")}
	s.fails(s.planAction(byID), "No password to reset", "google-oauth2|1")
	s.fine(nil, s.planAction(byEmail))
	for _, config := range []values{byID, byEmail} {
		_, diags := s.invoke(config)
		s.fails(diags, "No password to reset", "google-oauth2|1")
	}
	s.Requested("resetUserPassword", 0)
}

// An unknown or ambiguous member is an error and no e-mail is sent.
func TestResetPasswordActionOfUnknownMember(t *testing.T) {
	s := staffed(t)
	_, diags := s.invoke(values{"email": text("nobody@example.com")})
	s.fails(diags, "Could not find the member", "nobody@example.com")
	s.member("auth0|4", "BEN@example.com", "Another Ben", "analyst")
	s.member("auth0|5", "dee@example.com", "Dee Stray", "analyst")
	fresh := staffed(t)
	fresh.member("auth0|4", "BEN@example.com", "Another Ben", "analyst")
	_, diags = fresh.invoke(values{"email": text("ben@example.com")})
	fresh.fails(diags, "Could not find the member", "auth0|2", "auth0|4")
	_, diags = fresh.invoke(values{"user_id": text("auth0|nobody")})
	fresh.fails(diags, "Could not send the password reset", "auth0|nobody", "404")
	s.reset()
	fresh.reset()
}

// Without a known token the action is an error.
func TestResetPasswordActionWithUnknownToken(t *testing.T) {
	s := serve(t, values{"token": unknownText})
	_, diags := s.invoke(values{"user_id": text("auth0|2")})
	s.fails(diags, "not configured yet", "token")
}
