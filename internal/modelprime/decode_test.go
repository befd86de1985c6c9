package modelprime

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// A successful reply is read as the contract says and survives a round trip, or it is one error.
func FuzzReplies(f *testing.F) {
	for _, seed := range []string{
		ada, page, `{"id":"7d0c","name":"Example Robotics"}`, `{"count":0,"items":[]}`, "", "null", "[]", "{", `{"id":1}`,
		`{"count":1,"items":[null]}`, `{"count":-1,"items":[]}`, `{"count":1e99,"items":[]}`, `{"ID":"auth0|64f0","Email":"x@example.com"}`,
		`{"id":"auth0|64f0","email":"x@example.com","roles":null}`, "\xff{}", strings.Repeat("[", 10_000),
	} {
		f.Add([]byte(seed))
	}
	var body []byte
	c, err := New(Config{
		Credentials: testCredentials,
		Transport:   roundTripper(func(*http.Request) (*http.Response, error) { return plainResponse(200, string(body), nil), nil }),
	})
	if err != nil {
		f.Fatal(err)
	}
	ctx := context.Background()
	f.Fuzz(func(t *testing.T, reply []byte) {
		body = reply
		organization, err := c.GetOrganization(ctx)
		holdReply(t, organization, err, func() bool { return organization.ID != "" })
		user, err := c.GetUser(ctx, "auth0|64f0")
		holdReply(t, user, err, func() bool { return user.ID == "auth0|64f0" && user.Email != "" })
		list, err := c.ListUsers(ctx, ListUsersRequest{PageNumber: 1, PageSize: 100})
		holdReply(t, list, err, func() bool {
			for _, u := range list.Items {
				if u.ID == "" || u.Email == "" {
					return false
				}
			}
			return list.Count >= 0 && list.Items != nil
		})
		if _, err := c.GetCurrentUser(ctx); err == nil && !json.Valid(reply) {
			t.Errorf("%q was taken for JSON", reply)
		}
	})
}

// holdReply fails the test unless a reply is complete and survives a round trip, or is an error without a value.
func holdReply[T any](t *testing.T, got T, err error, whole func() bool) {
	t.Helper()
	var nothing, again T
	switch {
	case err != nil && (failure(t, err).Kind != KindReply || !reflect.DeepEqual(got, nothing) || len(err.Error()) > longestMessage+200):
		t.Errorf("got %+v beside %v", got, err)
	case err == nil && !whole():
		t.Errorf("got %+v", got)
	case err == nil:
		sent, _ := json.Marshal(got)
		if json.Unmarshal(sent, &again) != nil || !reflect.DeepEqual(got, again) {
			t.Errorf("got %+v, and %+v after a round trip", got, again)
		}
	}
}

// A reply's header is limited like its body.
func TestEndlessHeads(t *testing.T) {
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		defer conn.Close()
		_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		for i := 0; err == nil && i < 1<<20; i++ {
			_, err = io.WriteString(conn, "X-More: "+strings.Repeat("a", 1000)+"\r\n")
		}
	})
	used := allocated(func() {
		_, err := srv.client(t).GetCurrentUser(context.Background())
		if lost := failure(t, err); lost.Kind != KindNetwork || lost.Attempts != 3 {
			t.Errorf("got %v", err)
		}
	})
	if used > 32<<20 {
		t.Errorf("%d bytes allocated", used)
	}
}

// Values that take many times their size once decoded are counted first, or not read.
func TestEmptyItemsAndRoles(t *testing.T) {
	ctx := context.Background()
	roles := strings.Replace(ada, `"developer"`, strings.Repeat(`"",`, longestReply/3-100)+`""`, 1)
	list := func(c *Client) error {
		_, err := c.ListUsers(ctx, ListUsersRequest{PageNumber: 1, PageSize: 100})
		return err
	}
	for name, test := range map[string]struct {
		body string
		call func(*Client) error
		says string // "" for a success
	}{
		"items of a page":   {`{"count":5,"items":[` + strings.Repeat("{},", longestReply/3-20) + `{}]}`, list, "more than 10000 items"},
		"roles on a page":   {`{"count":1,"items":[` + roles + `]}`, list, ""},
		"roles of a member": {roles, func(c *Client) error { _, err := c.GetUser(ctx, "auth0|64f0"); return err }, "more than 1000 items"},
	} {
		c := serve(t, answer(200, test.body)).client(t)
		var err error
		used := allocated(func() { err = test.call(c) })
		if used > 10<<20 || (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %d bytes allocated: %v", name, used, err)
		}
	}
	all := strings.Replace(ada, `"developer"`, strings.Repeat(`"x",`, mostRoles-1)+`"x"`, 1)
	if user, err := serve(t, answer(200, all)).client(t).GetUser(ctx, "auth0|64f0"); err != nil || len(user.Roles) != mostRoles {
		t.Errorf("%d roles: %v", len(user.Roles), err)
	}
}

// A switch to another protocol is an error: its connection has no timeout. The request is unconfirmed.
func TestSwitchOfProtocol(t *testing.T) {
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		_, _ = conn.Read(make([]byte, 1)) // until the client closes it
	})
	c := srv.client(t)
	if _, err := c.GetOrganization(context.Background()); failure(t, err).Kind != KindReply || !strings.Contains(err.Error(), "another protocol") {
		t.Errorf("got %v", err)
	}
	if err := c.InviteUser(context.Background(), invitation()); !IsUnconfirmed(err) || len(srv.requests()) != 2 {
		t.Errorf("got %v after %d requests", err, len(srv.requests()))
	}
}

// allocated returns how much memory f allocates in total.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// torrent is an endless body, as fast as it is read.
type torrent struct{ read int }

func (b *torrent) Read(p []byte) (int, error) {
	clear(p)
	b.read += len(p)
	return len(p), nil
}

func (b *torrent) Close() error { return nil }

// For each operation and status, a reply is read only as far as needed, with limited memory.
func TestRepliesWithoutAnEnd(t *testing.T) {
	for _, status := range []int{200, 201, 302, 400, 404, 500, 503} {
		for _, op := range operations() {
			var bodies []*torrent
			endless := roundTripper(func(*http.Request) (*http.Response, error) {
				bodies = append(bodies, &torrent{})
				return &http.Response{StatusCode: status, Header: http.Header{}, Body: bodies[len(bodies)-1]}, nil
			})
			c := serve(t, dropped).client(t, through(endless))
			var err error
			if used := allocated(func() { err = op.call(context.Background(), c) }); used > 32<<20 {
				t.Errorf("%s, %d: %d bytes allocated", op.route.operation, status, used)
			}
			if err != nil && len(err.Error()) > longestMessage+200 {
				t.Errorf("%s, %d: %d bytes of text", op.route.operation, status, len(err.Error()))
			}
			for _, body := range bodies {
				if body.read > 2*longestReply {
					t.Errorf("%s, %d: %d bytes read", op.route.operation, status, body.read)
				}
			}
		}
	}
}
