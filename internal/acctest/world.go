// Package acctest has what tests share: a world (the sandbox, the provider and the clock), the real CLI, and its reports. Its folder
// drive plays Terraform's part in process.
package acctest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// TB is a test, or one run of a random test.
type TB interface {
	Helper()
	Cleanup(func())
	Context() context.Context
	Error(arguments ...any)
	Errorf(format string, arguments ...any)
	Fatal(arguments ...any)
	Fatalf(format string, arguments ...any)
}

// World is a test's organization, with the clock of the sandbox and the provider.
type World struct {
	*sandbox.Sandbox
	T     TB
	URL   string
	Clock *Clock

	varies bool // the sandbox varies from the contract
}

// NewWorld starts an organization with only the caller. Each exchange with it is checked against the contract, in both directions.
func NewWorld(t TB) *World {
	t.Helper()
	return NewWorldWith(t, sandbox.Options{})
}

// NewWorldWith is NewWorld with options.
func NewWorldWith(t TB, options sandbox.Options) *World {
	t.Helper()
	clock := NewClock()
	options.Clock = clock.Now
	w := &World{Sandbox: sandbox.New(options), T: t, Clock: clock, varies: len(options.Variations) > 0}
	server := httptest.NewServer(w.Handler())
	t.Cleanup(server.Close)
	w.URL = server.URL
	return w
}

// Handler is the organization's API, checked against the contract unless its options vary from it.
func (w *World) Handler() http.Handler {
	if w.varies {
		return w.Sandbox
	}
	return contract.Validate(w.Sandbox, sandbox.BasePath, func(err error) { w.T.Error(err) })
}

// Server is the shipped provider with the world's clock.
func (w *World) Server() (tfprotov6.ProviderServer, error) {
	return provider.NewServer(provider.New("test", provider.WithClock(w.Clock))())
}

// Providers serves the provider in this process.
func (w *World) Providers() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){"modelprime": w.Server}
}

// Terraform manages the world in process, with these additional arguments of the provider.
func (w *World) Terraform(arguments drive.Values) *drive.Terraform {
	w.T.Helper()
	email, token := w.Credentials()
	all := drive.Values{"endpoint": w.URL + sandbox.BasePath, "email": email, "token": token}
	maps.Copy(all, arguments)
	tf, err := drive.New(w.T.Context(), w.Server, all)
	w.Must(err)
	return tf
}

// HCL prepends the provider's configuration, with these additional arguments, to a configuration.
func (w *World) HCL(config string, arguments ...string) string {
	return fmt.Sprintf("provider \"modelprime\" {\n  endpoint = %q\n  email = %q\n  token = %q\n  %s\n}\n%s",
		w.URL+sandbox.BasePath, sandbox.DefaultEmail, sandbox.DefaultToken, strings.Join(arguments, "\n  "), config)
}

// NewMember adds a member and returns their ID.
func (w *World) NewMember(email, name string, roles ...string) string {
	w.T.Helper()
	return w.Add(sandbox.User{Email: email, Name: name, Roles: roles})
}

// Add adds a member and returns their ID.
func (w *World) Add(user sandbox.User) string {
	w.T.Helper()
	id, err := w.AddMember(user)
	w.Must(err)
	return id
}

// Must stops the test if there is an error.
func (w *World) Must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Accept accepts a person's invitation and returns their ID.
func (w *World) Accept(email string) string {
	w.T.Helper()
	id, err := w.Sandbox.Accept(email)
	w.Must(err)
	return id
}

// Emailed fails the test unless exactly these people were e-mailed, in any order.
func (w *World) Emailed(to ...string) {
	w.T.Helper()
	var sent []string
	for _, mail := range w.Emails() {
		sent = append(sent, mail.To)
	}
	EqualSets(w.T, "e-mails sent", sent, to)
}

// HasMembers fails the test unless exactly these people are members, besides the caller.
func (w *World) HasMembers(want ...string) {
	w.T.Helper()
	var got []string
	for _, m := range w.Members() {
		if m.Email != sandbox.DefaultEmail {
			got = append(got, m.Email)
		}
	}
	EqualSets(w.T, "members", got, want)
}

// HasRoles fails the test unless the member has exactly these roles.
func (w *World) HasRoles(email string, want ...string) {
	w.T.Helper()
	m, ok := w.Member(email)
	if !ok {
		w.T.Fatalf("%s is not a member", email)
	}
	EqualSets(w.T, "roles of "+email, m.Roles, want)
}

// Requested fails the test unless the operation was requested this number of times since the log was reset.
func (w *World) Requested(operation string, times int) {
	w.T.Helper()
	if got := w.Count(operation); got != times {
		w.T.Errorf("%s was requested %d times, want %d", operation, got, times)
	}
}

// RequestedNothing fails the test if there was a request since the log was reset.
func (w *World) RequestedNothing() {
	w.T.Helper()
	if got := w.Requests(); len(got) > 0 {
		w.T.Errorf("%d requests, want none: %v", len(got), got)
	}
}

// EqualSets fails the test unless both have the same texts, in any order.
func EqualSets(t TB, what string, got, want []string) {
	t.Helper()
	count := map[string]int{}
	for _, s := range got {
		count[s]++
	}
	for _, s := range want {
		count[s]--
	}
	for _, n := range count {
		if n != 0 {
			t.Fatalf("%s: got %v, want %v", what, got, want)
		}
	}
}

// Crowd adds this number of unmanaged members.
func (w *World) Crowd(size int) {
	w.T.Helper()
	for i := range size {
		w.NewMember(fmt.Sprintf("crowd%d@example.com", i), "One Of Many", "analyst")
	}
}

// FailOnce makes the operation answer 500 once, without executing it.
func (w *World) FailOnce(operation string) {
	w.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: operation, Times: 1})
}
