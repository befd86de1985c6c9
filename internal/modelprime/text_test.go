package modelprime

import (
	"context"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

const (
	hostile  = "A\u061c\u200e\u200f\x1b[2J\r\n\t\x00\x7f\u009b\u2028\u2029\u202a\u202e\u2066\u2069 \u00e9\u05d0\u200d\u2065Z"
	harmless = "A\uFFFD\uFFFD\uFFFD\uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD \u00e9\u05d0\u200d\u2065Z"
)

// Names and addresses in any reply cannot control a terminal or a log. IDs are kept as sent, because requests use them.
func TestNamesDoNotControlTheTerminal(t *testing.T) {
	ctx := context.Background()
	const id = "auth0|\u00e9 \u05d0\u200d"
	sent := map[string]any{"id": id, "email": hostile, "name": hostile, "short_name": hostile, "created_at": hostile, "updated_at": hostile, "roles": []string{"admin", hostile}}
	want := User{ID: id, Email: harmless, Name: harmless, Roles: []string{"admin", harmless}}
	for name, test := range map[string]struct {
		reply any
		call  func(c *Client) (any, error)
		want  any
	}{
		"organization": {sent, func(c *Client) (any, error) { return c.GetOrganization(ctx) }, Organization{id, harmless, harmless, harmless, harmless, true}},
		"user":         {sent, func(c *Client) (any, error) { return c.GetUser(ctx, id) }, want},
		"list": {
			map[string]any{"count": 1, "items": []any{sent}},
			func(c *Client) (any, error) { return c.ListUsers(ctx, ListUsersRequest{}) },
			UserPage{Count: 1, Items: []User{{ID: id, Email: harmless, Name: harmless}}},
		},
	} {
		body, _ := json.Marshal(test.reply)
		got, err := test.call(serve(t, answer(200, string(body))).client(t))
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+q, %v", name, got, err)
		}
	}
}

// An ID with such characters is refused, because plans and errors show it as it is.
func TestIDsDoNotControlTheTerminal(t *testing.T) {
	ctx := context.Background()
	sent := map[string]any{"id": hostile, "email": "ada@example.com", "name": "Ada", "roles": []string{}}
	for name, test := range map[string]struct {
		reply any
		call  func(c *Client) error
	}{
		"organization": {sent, func(c *Client) error { _, err := c.GetOrganization(ctx); return err }},
		"user":         {sent, func(c *Client) error { _, err := c.GetUser(ctx, hostile); return err }},
		"list": {
			map[string]any{"count": 1, "items": []any{sent}},
			func(c *Client) error { _, err := c.ListUsers(ctx, ListUsersRequest{}); return err },
		},
	} {
		body, _ := json.Marshal(test.reply)
		err := test.call(serve(t, answer(200, string(body))).client(t))
		if failure(t, err).Kind != KindReply || strings.ContainsAny(err.Error(), "\x1b\u202e") {
			t.Errorf("%s: got %q", name, err)
		}
	}
}

// A wait is given in one unit, rounded up.
func TestFormatWait(t *testing.T) {
	const day = 24 * time.Hour
	for wait, want := range map[time.Duration]string{
		0: "0 seconds", 1: "1 second", time.Second: "1 second", time.Second + 1: "2 seconds", 2 * time.Minute: "120 seconds",
		2*time.Minute + 1: "3 minutes", 2 * time.Hour: "120 minutes", 2*time.Hour + 1: "3 hours", 48 * time.Hour: "48 hours",
		48*time.Hour + 1: "3 days", 100 * day: "100 days", 100*day + 1: "more than 100 days", math.MaxInt64: "more than 100 days",
	} {
		if got := FormatWait(wait); got != want {
			t.Errorf("%d ns: %q, want %q", wait, got, want)
		}
	}
}
