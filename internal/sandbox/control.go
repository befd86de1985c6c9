package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ControlPath is the base path of Control.
const ControlPath = "/_sandbox/"

// controlRoute is one operation of Control.
type controlRoute struct {
	method, path string
	parameters   string // of the query, as in a URL; each must be given, and no other
	what         string
	serve        func(control, http.ResponseWriter, url.Values)
}

func controlRoutes() []controlRoute {
	return []controlRoute{
		{"GET", "members", "", "list the members", control.members},
		{"GET", "emails", "", "list the sent e-mails, oldest first", control.emails},
		{"GET", "requests", "", "list the API requests, oldest first", control.requests},
		{"POST", "accept", "?email=A", "accept an invitation", control.accept},
		{"POST", "accept-all", "", "accept all invitations", control.acceptAll},
		{"POST", "ignore", "?email=A", "ignore an invitation: it cannot be accepted later", control.ignore},
		{"POST", "add", "?email=A&name=N&roles=R,R", "add a member outside Terraform", control.add},
		{"POST", "remove", "?email=A", "remove a member", control.remove},
		{"POST", "roles", "?email=A&roles=R,R", "set a member's roles to exactly these", control.roles},
		{"POST", "email", "?email=A&new=B", "change a member's address", control.email},
	}
}

// Control is an HTTP interface for changes outside Terraform, for demonstrations and curl. It needs no credentials.
func Control(s *Sandbox) http.Handler {
	c := control{s}
	mux := http.NewServeMux()
	for _, route := range controlRoutes() {
		mux.HandleFunc(route.method+" "+ControlPath+route.path, func(w http.ResponseWriter, r *http.Request) {
			query, err := route.check(r.URL.RawQuery)
			if err != nil {
				problem(http.StatusBadRequest, err.Error()).write(w)
				return
			}
			route.serve(c, w, query)
		})
	}
	mux.HandleFunc("GET "+ControlPath+"{$}", func(w http.ResponseWriter, r *http.Request) {
		text(http.StatusOK, textType, ControlHelp("http://"+r.Host)).write(w)
	})
	return mux
}

// check compares a query with the parameters of the route.
func (r controlRoute) check(raw string) (url.Values, error) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return nil, errors.New("the query cannot be read")
	}
	takes, err := url.ParseQuery(strings.TrimPrefix(r.parameters, "?"))
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !takes.Has(name) {
			return nil, fmt.Errorf("unknown parameter %q; it is %s%s", name, r.path, r.parameters)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(takes)) {
		if len(query[name]) != 1 {
			return nil, fmt.Errorf("%s must be given once; it is %s%s", name, r.path, r.parameters)
		}
		if err := checkParameter(name, query.Get(name)); err != nil {
			return nil, err
		}
	}
	return query, nil
}

func checkParameter(name, value string) error {
	switch name {
	case "email", "new":
		if !IsAddress(value) {
			return fmt.Errorf("%s must be an e-mail address", name)
		}
	case "name":
		if strings.TrimSpace(value) == "" {
			return errors.New("name must not be empty")
		}
	case "roles":
		return KnownRoles(commaSeparated(value))
	}
	return nil
}

// ControlHelp lists the operations of Control at an address such as
// http://127.0.0.1:8085.
func ControlHelp(address string) string {
	var b strings.Builder
	b.WriteString("What happens without Terraform, for programs and for curl. The answers are JSON.\n\n")
	for _, route := range controlRoutes() {
		fmt.Fprintf(&b, "%-4s %-38s %s\n", route.method, ControlPath+route.path+route.parameters, route.what)
	}
	fmt.Fprintf(&b, `
A, B, N and R are an address, another, a name and a role, percent-encoded:

  curl %[1]s%[2]smembers
  curl -X POST '%[1]s%[2]saccept?email=ada%%40example.com'
  curl -X POST '%[1]s%[2]sadd?email=kai%%40example.com&name=Kai%%20Gripper&roles=admin,analyst'
`, address, ControlPath)
	return b.String()
}

type control struct{ s *Sandbox }

type joined struct {
	ID    string `json:"id"`
	Email string `json:"email"`
}

func (c control) members(w http.ResponseWriter, _ url.Values) {
	answer(c.s.Members()).write(w)
}

func (c control) emails(w http.ResponseWriter, _ url.Values) {
	answer(c.s.Emails()).write(w)
}

func (c control) requests(w http.ResponseWriter, _ url.Values) {
	answer(append([]Request{}, c.s.Requests()...)).write(w)
}

// POST accept?email=
func (c control) accept(w http.ResponseWriter, query url.Values) {
	email := query.Get("email")
	id, err := c.s.Accept(email)
	respond(w, joined{id, email}, err)
}

// POST accept-all accepts all pending invitations, in the order of the
// first invitations.
func (c control) acceptAll(w http.ResponseWriter, _ url.Values) {
	all := []joined{}
	for _, e := range c.s.Emails() {
		if !e.Waits() {
			continue
		}
		// A second invitation to the same address is answered by now.
		if id, err := c.s.Accept(e.To); err == nil {
			all = append(all, joined{id, e.To})
		}
	}
	respond(w, all, nil)
}

// POST ignore?email=
func (c control) ignore(w http.ResponseWriter, query url.Values) {
	email := query.Get("email")
	respond(w, struct {
		Email string `json:"email"`
	}{email}, c.s.Ignore(email))
}

// POST add?email=&name=&roles=a,b
func (c control) add(w http.ResponseWriter, query url.Values) {
	id, err := c.s.AddMember(User{Email: query.Get("email"), Name: query.Get("name"), Roles: commaSeparated(query.Get("roles"))})
	respond(w, joined{id, query.Get("email")}, err)
}

// POST remove?email=
func (c control) remove(w http.ResponseWriter, query url.Values) {
	c.change(w, query, func(u User) error { return c.s.Remove(u.ID) })
}

// POST roles?email=&roles=a,b
func (c control) roles(w http.ResponseWriter, query url.Values) {
	roles := commaSeparated(query.Get("roles"))
	c.change(w, query, func(u User) error { return c.s.SetRoles(u.ID, roles...) })
}

// POST email?email=&new=
func (c control) email(w http.ResponseWriter, query url.Values) {
	c.change(w, query, func(u User) error { return c.s.SetEmail(u.ID, query.Get("new")) })
}

func (c control) change(w http.ResponseWriter, query url.Values, f func(User) error) {
	email := query.Get("email")
	u, ok := c.s.Member(email)
	if !ok {
		problem(http.StatusNotFound, "no member has the address "+email).write(w)
		return
	}
	err := f(u)
	if after, ok := c.s.Member(cmp.Or(query.Get("new"), email)); ok {
		email = after.Email
	}
	respond(w, joined{u.ID, email}, err)
}

func respond(w http.ResponseWriter, v any, err error) {
	if err != nil {
		problem(http.StatusBadRequest, err.Error()).write(w)
		return
	}
	answer(v).write(w)
}

func commaSeparated(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
