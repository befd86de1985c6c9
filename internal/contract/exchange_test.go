package contract_test

import (
	"context"
	"maps"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// exchange is the client and the sandbox with the contract between them.
type exchange struct {
	world  *sandbox.Sandbox
	client *modelprime.Client
	got    reports

	mu       sync.Mutex
	attempts []modelprime.Attempt
}

func newExchange(t *testing.T, change func(*modelprime.Config)) *exchange {
	t.Helper()
	e := &exchange{world: sandbox.New(sandbox.Options{Clock: func() time.Time { return time.Unix(1_790_000_000, 0) }})}
	server := httptest.NewServer(contract.Validate(e.world, sandbox.BasePath, e.got.add))
	t.Cleanup(server.Close)
	config := modelprime.Config{
		Endpoint:    server.URL + sandbox.BasePath,
		Credentials: modelprime.Credentials{Email: sandbox.DefaultEmail, Token: sandbox.DefaultToken},
		UserAgent:   "exchange",
		Observe:     e.observe,
	}
	if change != nil {
		change(&config)
	}
	client, err := modelprime.New(config)
	if err != nil {
		t.Fatal(err)
	}
	e.client = client
	return e
}

func (e *exchange) observe(_ context.Context, a modelprime.Attempt) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.attempts = append(e.attempts, a)
}

func (e *exchange) member(t *testing.T, id, email string) {
	t.Helper()
	if _, err := e.world.AddMember(sandbox.User{ID: id, Email: email, Name: "Ada Rivet", Roles: []string{sandbox.RoleAnalyst}}); err != nil {
		t.Fatal(err)
	}
}

const memberID = "auth0|64f0/c2 %7C"

// calls are the client's methods by operation.
var calls = map[string]func(context.Context, *modelprime.Client) error{
	"getOrganization": func(ctx context.Context, c *modelprime.Client) error {
		_, err := c.GetOrganization(ctx)
		return err
	},
	"getCurrentUser": func(ctx context.Context, c *modelprime.Client) error {
		_, err := c.GetCurrentUser(ctx)
		return err
	},
	"updateCurrentUser": func(ctx context.Context, c *modelprime.Client) error {
		name := "Roster Robot II"
		return c.UpdateCurrentUser(ctx, modelprime.CurrentUserUpdate{Name: &name})
	},
	"listUsers": func(ctx context.Context, c *modelprime.Client) error {
		_, err := c.ListUsers(ctx, modelprime.ListUsersRequest{PageNumber: 1, PageSize: 100, NameSearch: "ada riv"})
		return err
	},
	"getUser": func(ctx context.Context, c *modelprime.Client) error {
		_, err := c.GetUser(ctx, memberID)
		return err
	},
	"deleteUser": func(ctx context.Context, c *modelprime.Client) error { return c.DeleteUser(ctx, memberID) },
	"resetUserPassword": func(ctx context.Context, c *modelprime.Client) error {
		return c.ResetUserPassword(ctx, memberID)
	},
	"replaceUserRoles": func(ctx context.Context, c *modelprime.Client) error {
		return c.ReplaceUserRoles(ctx, memberID, modelprime.Roles())
	},
	"inviteUser": func(ctx context.Context, c *modelprime.Client) error {
		return c.InviteUser(ctx, modelprime.Invitation{
			Connection: modelprime.ConnectionPassword, Email: "bo@example.com", Name: "Bo Servo", Roles: modelprime.Roles(),
		})
	},
}

// Client, sandbox and document each have a table of routes; all three are the same.
func TestClientAndSandboxKeepTheContract(t *testing.T) {
	if !slices.Equal(slices.Sorted(maps.Keys(calls)), slices.Sorted(maps.Keys(ninePlaces))) {
		t.Fatal("the calls are not the contract's operations")
	}
	for id, call := range calls {
		t.Run(id, func(t *testing.T) {
			e := newExchange(t, nil)
			e.member(t, memberID, "ada@example.com")
			if err := call(t.Context(), e.client); err != nil {
				t.Error(err)
			}
			check(t, e.got.text(), "", "")
			served := e.world.Requests()
			if len(e.attempts) != 1 || len(served) != 1 {
				t.Fatalf("the client made %d attempts, the sandbox saw %d", len(e.attempts), len(served))
			}
			if place := e.attempts[0].Method + " " + e.attempts[0].Template; place != ninePlaces[id] {
				t.Errorf("the client's route is %s, the contract's %s", place, ninePlaces[id])
			}
			if s := served[0]; s.Operation != id || s.Method+" "+s.Template != ninePlaces[id] || !s.Carried {
				t.Errorf("the sandbox took it for %+v", s)
			}
		})
	}
}

// The sandbox's own refusals, unlike injected faults, follow the contract.
func TestRefusalsKeepTheContract(t *testing.T) {
	revoked := func(c *modelprime.Config) { c.Credentials.Token = "mpat_revoked" }
	for name, c := range map[string]struct {
		change func(*modelprime.Config)
		call   func(context.Context, *exchange) error
	}{
		"401": {revoked, func(ctx context.Context, e *exchange) error { return calls["getOrganization"](ctx, e.client) }},
		"403": {nil, func(ctx context.Context, e *exchange) error {
			if err := e.world.SetRoles("auth0|owner", sandbox.RoleAnalyst); err != nil {
				return nil
			}
			return calls["inviteUser"](ctx, e.client)
		}},
		"404": {nil, func(ctx context.Context, e *exchange) error { return calls["deleteUser"](ctx, e.client) }},
		"429": {nil, func(ctx context.Context, e *exchange) error {
			e.world.SetRateLimit(1)
			_ = calls["getCurrentUser"](ctx, e.client)
			return calls["getCurrentUser"](ctx, e.client)
		}},
		"google password": {nil, func(ctx context.Context, e *exchange) error {
			if _, err := e.world.AddMember(sandbox.User{ID: "google-oauth2|1", Email: "ada@example.com", Name: "Ada Rivet"}); err != nil {
				return nil
			}
			return e.client.ResetUserPassword(ctx, "google-oauth2|1")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			e := newExchange(t, c.change)
			if err := c.call(t.Context(), e); err == nil {
				t.Error("it was not refused")
			}
			check(t, e.got.text(), "", "")
		})
	}
}

func TestInjectedFaultsPassUnreported(t *testing.T) {
	for _, kind := range sandbox.FaultKinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			e := newExchange(t, func(c *modelprime.Config) {
				if kind == sandbox.Trickle {
					c.RequestTimeout = 200 * time.Millisecond
				}
			})
			e.world.Fail(sandbox.Fault{Kind: kind})
			err := calls["getOrganization"](t.Context(), e.client)
			if (err == nil) != (kind == sandbox.WrongOrganization) {
				t.Errorf("the client's error is %v", err)
			}
			check(t, e.got.text(), "", "")
		})
	}
}

func TestIDPrefixesFollowTheContract(t *testing.T) {
	connections, _ := contract.Document().Components.Schemas["UserId"].Value.Extensions["x-connections"].(map[string]any)
	if len(connections) != len(modelprime.Connections()) {
		t.Errorf("the contract has the prefixes %v", connections)
	}
	for prefix, connection := range connections {
		if got := modelprime.ConnectionOf(prefix + "|1"); got != connection {
			t.Errorf("the client reads %s as %s, the contract as %v", prefix, got, connection)
		}
	}
}

func TestRolesAndConnectionsFollowTheContract(t *testing.T) {
	schemas := contract.Document().Components.Schemas
	var roles []any
	for _, role := range modelprime.Roles() {
		roles = append(roles, role)
	}
	if !slices.Equal(roles, schemas["PermissionRole"].Value.Enum) {
		t.Errorf("the client knows the roles %v, the contract %v", roles, schemas["PermissionRole"].Value.Enum)
	}
	if !slices.Contains(schemas["ConnectionType"].Value.Enum, any(modelprime.ConnectionGoogle)) {
		t.Errorf("the contract does not know %s", modelprime.ConnectionGoogle)
	}
}
