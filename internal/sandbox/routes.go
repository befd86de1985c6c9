package sandbox

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// operation is one of the nine operations. The table below is the sandbox's
// only list of methods and paths.
type operation struct {
	name, method, template string
	admin                  bool     // only for an admin
	takesBody              bool     // a JSON body is required; otherwise none is allowed
	query                  []string // the parameters it knows
	run                    func(*Sandbox, *call) reply
}

func operations() []operation {
	return []operation{
		{name: "getOrganization", method: http.MethodGet, template: "/organization", run: (*Sandbox).getOrganization},
		{name: "getCurrentUser", method: http.MethodGet, template: "/user", run: (*Sandbox).getCurrentUser},
		{name: "updateCurrentUser", method: http.MethodPatch, template: "/user", takesBody: true, run: (*Sandbox).updateCurrentUser},
		{name: "listUsers", method: http.MethodGet, template: "/users", query: []string{"page_number", "page_size", "name_search"}, run: (*Sandbox).listUsers},
		{name: "inviteUser", method: http.MethodPost, template: "/users/invite", admin: true, takesBody: true, run: (*Sandbox).inviteUser},
		{name: "getUser", method: http.MethodGet, template: "/users/{id}", run: (*Sandbox).getUser},
		{name: "deleteUser", method: http.MethodDelete, template: "/users/{id}", admin: true, run: (*Sandbox).deleteUser},
		{name: "resetUserPassword", method: http.MethodPost, template: "/users/{id}/reset_password", admin: true, run: (*Sandbox).resetUserPassword},
		{name: "replaceUserRoles", method: http.MethodPut, template: "/users/{id}/roles", admin: true, takesBody: true, run: (*Sandbox).replaceUserRoles},
	}
}

// call is a request in the sandbox.
type call struct {
	operation     operation // without run if no operation matches
	unrouted      reply     // the response in that case
	id            string
	method, path  string
	rawQuery      string
	contentType   string
	authorization string
	body          []byte
	bodyErr       error
}

func (s *Sandbox) newCall(r *http.Request) *call {
	c := &call{
		method:        r.Method,
		path:          r.URL.EscapedPath(),
		rawQuery:      r.URL.RawQuery,
		contentType:   r.Header.Get("Content-Type"),
		authorization: strings.Join(r.Header.Values("Authorization"), ", "),
	}
	s.route(c)
	return c
}

// route finds the operation. A path without a parameter takes precedence, so that "invite" is never an ID.
func (s *Sandbox) route(c *call) {
	var allowed []string
	for _, op := range s.operations {
		id, ok := match(op.template, c.path)
		if !ok || (c.operation.template != "" && c.operation.template != op.template) {
			continue
		}
		c.operation.template, c.id = op.template, id
		if op.method == c.method {
			c.operation = op
			return
		}
		allowed = append(allowed, op.method)
	}
	c.unrouted = problem(http.StatusNotFound, "there is nothing at this path")
	if len(allowed) > 0 {
		c.unrouted = problem(http.StatusMethodNotAllowed, c.method+" is not allowed here").with("Allow", strings.Join(allowed, ", "))
	}
}

// match compares escaped segments: an encoded slash does not end a segment.
func match(template, path string) (id string, ok bool) {
	rest, found := strings.CutPrefix(path, BasePath)
	want, got := strings.Split(template, "/"), strings.Split(rest, "/")
	if !found || len(want) != len(got) {
		return "", false
	}
	for i := range want {
		segment, err := url.PathUnescape(got[i])
		switch {
		case err != nil:
			return "", false
		case want[i] == "{id}" && segment != "":
			id = segment
		case want[i] != segment:
			return "", false
		}
	}
	return id, true
}

// check compares a call with what its operation accepts.
func (c *call) check() error {
	query, err := url.ParseQuery(c.rawQuery)
	if err != nil {
		return errors.New("the query cannot be read")
	}
	for name, values := range query {
		if !slices.Contains(c.operation.query, name) {
			return fmt.Errorf("unknown query parameter %q", name)
		}
		if len(values) > 1 {
			return fmt.Errorf("query parameter %q is given more than once", name)
		}
	}
	return c.checkBody()
}

func (c *call) checkBody() error {
	switch {
	case c.bodyErr != nil:
		return errors.New("the body cannot be read")
	case len(c.body) > maxBody:
		return errors.New("the body is too large")
	case !c.operation.takesBody && len(c.body) > 0:
		return errors.New("this operation takes no body")
	case !c.operation.takesBody:
		return nil
	}
	if media, _, err := mime.ParseMediaType(c.contentType); err != nil || media != "application/json" {
		return errors.New("the content type must be application/json")
	}
	return nil
}

func (c *call) query() url.Values {
	query, _ := url.ParseQuery(c.rawQuery) // check has validated it
	return query
}
