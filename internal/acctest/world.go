// Package acctest holds what tests share: a world (the sandbox, the provider and the clock), the real CLI, and what it
// says. Its folder drive plays Terraform's part in process.
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

// TB is what fails: a test, or one of the many tries of a random test.
type TB interface {
	Helper()
	Cleanup(func())
	Context() context.Context
	Error(arguments ...any)
	Errorf(format string, arguments ...any)
	Fatal(arguments ...any)
	Fatalf(format string, arguments ...any)
}

// World is an organization of one test, with the clock that it and the provider see.
type World struct {
	*sandbox.Sandbox
	T     TB
	URL   string
	Clock *Clock

	varies bool // from the contract
}

// NewWorld starts an organization whose only member is the token's owner. Each exchange with it is held against the
// contract, in both directions.
func NewWorld(t TB) *World {
	t.Helper()
	return NewWorldWith(t, sandbox.Options{})
}

// NewWorldWith is NewWorld for an organization that is out of the ordinary.
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

// Handler is the organization's API, each exchange held against the contract where it keeps to that.
func (w *World) Handler() http.Handler {
	if w.varies {
		return w.Sandbox
	}
	return contract.Validate(w.Sandbox, sandbox.BasePath, func(err error) { w.T.Error(err) })
}

// Server is the provider as it is shipped, with the world's clock.
func (w *World) Server() (tfprotov6.ProviderServer, error) {
	return provider.NewServer(provider.New("test", provider.WithClock(w.Clock))())
}

// Providers serves the provider in this process.
func (w *World) Providers() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){"modelprime": w.Server}
}

// Terraform manages the world in process, with these arguments of the provider more.
func (w *World) Terraform(arguments drive.Values) *drive.Terraform {
	w.T.Helper()
	email, token := w.Credentials()
	all := drive.Values{"endpoint": w.URL + sandbox.BasePath, "email": email, "token": token}
	maps.Copy(all, arguments)
	tf, err := drive.New(w.T.Context(), w.Server, all)
	w.Must(err)
	return tf
}

// HCL puts the provider's configuration, with these arguments more, before a configuration.
func (w *World) HCL(config string, arguments ...string) string {
	return fmt.Sprintf("provider \"modelprime\" {\n  endpoint = %q\n  email = %q\n  token = %q\n  %s\n}\n%s",
		w.URL+sandbox.BasePath, sandbox.DefaultEmail, sandbox.DefaultToken, strings.Join(arguments, "\n  "), config)
}

// NewMember adds somebody who is in the organization already, and returns their id.
func (w *World) NewMember(email, name string, roles ...string) string {
	w.T.Helper()
	return w.Add(sandbox.User{Email: email, Name: name, Roles: roles})
}

// Add adds a member, and returns their id.
func (w *World) Add(user sandbox.User) string {
	w.T.Helper()
	id, err := w.AddMember(user)
	w.Must(err)
	return id
}

// Must fails the test if there is an error.
func (w *World) Must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Accept has a person answer their invitation.
func (w *World) Accept(email string) string {
	w.T.Helper()
	id, err := w.Sandbox.Accept(email)
	w.Must(err)
	return id
}

// Emailed fails the test unless exactly these people were e-mailed since the start, in any order.
func (w *World) Emailed(to ...string) {
	w.T.Helper()
	var sent []string
	for _, mail := range w.Emails() {
		sent = append(sent, mail.To)
	}
	EqualSets(w.T, "e-mails sent", sent, to)
}

// HasMembers fails the test unless exactly these people are in the organization beside the token's owner.
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
		w.T.Fatalf("%s is no member", email)
	}
	EqualSets(w.T, "roles of "+email, m.Roles, want)
}

// Requested fails the test unless the operation was requested exactly so many times since the log was reset.
func (w *World) Requested(operation string, times int) {
	w.T.Helper()
	if got := w.Count(operation); got != times {
		w.T.Errorf("%s was requested %d times, want %d", operation, got, times)
	}
}

// RequestedNothing fails the test if anything was requested since the log was reset.
func (w *World) RequestedNothing() {
	w.T.Helper()
	if got := w.Requests(); len(got) > 0 {
		w.T.Errorf("%d requests, want none: %v", len(got), got)
	}
}

// EqualSets fails the test unless the two hold the same texts, in any order.
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

// Crowd adds so many members that nothing manages.
func (w *World) Crowd(size int) {
	w.T.Helper()
	for i := range size {
		w.NewMember(fmt.Sprintf("crowd%d@example.com", i), "One Of Many", "analyst")
	}
}

// FailOnce has the operation answer 500 once, without being carried out.
func (w *World) FailOnce(operation string) {
	w.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: operation, Times: 1})
}
