package modelprime

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"
)

const (
	hostile  = "A\x1b[2J\r\n\t\x00\x7f\u009b\u2028\u2029\u202a\u202e\u2066\u2069 \u00e9\u05d0\u200d\u2065Z"
	harmless = "A\uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD \u00e9\u05d0\u200d\u2065Z"
)

// What people are called cannot rewrite a terminal or a log, whichever reply it comes in. Ids are as they were sent.
func TestNamesCannotRewriteATerminal(t *testing.T) {
	ctx := context.Background()
	sent := map[string]any{"id": hostile, "email": hostile, "name": hostile, "short_name": hostile, "roles": []string{"admin", hostile}}
	want := User{ID: hostile, Email: harmless, Name: harmless, Roles: []string{"admin", harmless}}
	for name, test := range map[string]struct {
		reply any
		call  func(c *Client) (any, error)
		want  any
	}{
		"organization": {sent, func(c *Client) (any, error) { return c.GetOrganization(ctx) }, Organization{ID: hostile, Name: harmless, ShortName: harmless}},
		"user":         {sent, func(c *Client) (any, error) { return c.GetUser(ctx, hostile) }, want},
		"profile":      {sent, func(c *Client) (any, error) { return c.UpdateCurrentUser(ctx, CurrentUserUpdate{}) }, want},
		"list": {
			map[string]any{"count": 1, "items": []any{sent}},
			func(c *Client) (any, error) { return c.ListUsers(ctx, ListUsersRequest{}) },
			UserPage{Count: 1, Items: []User{want}},
		},
	} {
		body, _ := json.Marshal(test.reply)
		got, err := test.call(serve(t, answer(200, string(body))).client(t))
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+q, %v", name, got, err)
		}
	}
}
