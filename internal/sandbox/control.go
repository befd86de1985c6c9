package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
)

// ControlPath is the path below which Control answers.
const ControlPath = "/_sandbox/"

// controlRoute is one thing that Control does.
type controlRoute struct {
	method, path string
	parameters   string // of the query, as in a URL
	what         string
	serve        func(control, http.ResponseWriter, *http.Request)
}

func controlRoutes() []controlRoute {
	return []controlRoute{
		{"GET", "members", "", "who is a member", control.members},
		{"GET", "emails", "", "what was e-mailed, oldest first", control.emails},
		{"GET", "requests", "", "what the API was asked, oldest first", control.requests},
		{"POST", "accept", "?email=A", "the person accepts their invitation", control.accept},
		{"POST", "accept-all", "", "everybody accepts", control.acceptAll},
		{"POST", "ignore", "?email=A", "the person will never answer", control.ignore},
		{"POST", "add", "?email=A&name=N&roles=R,R", "somebody becomes a member without Terraform", control.add},
		{"POST", "remove", "?email=A", "a member is removed", control.remove},
		{"POST", "roles", "?email=A&roles=R,R", "a member has these roles and no other", control.roles},
		{"POST", "email", "?email=A&new=B", "a member changes their own address", control.email},
	}
}

// Control is the world outside as an HTTP interface below ControlPath, for
// demonstrations and for people with curl. It asks for no credentials.
func Control(s *Sandbox) http.Handler {
	c := control{s}
	mux := http.NewServeMux()
	for _, route := range controlRoutes() {
		mux.HandleFunc(route.method+" "+ControlPath+route.path, func(w http.ResponseWriter, r *http.Request) {
			route.serve(c, w, r)
		})
	}
	mux.HandleFunc("GET "+ControlPath+"{$}", func(w http.ResponseWriter, r *http.Request) {
		text(http.StatusOK, textType, ControlHelp("http://"+r.Host)).write(w)
	})
	return mux
}

// ControlHelp lists what Control does at an address such as
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

func (c control) members(w http.ResponseWriter, _ *http.Request) {
	answer(c.s.Members()).write(w)
}

func (c control) emails(w http.ResponseWriter, _ *http.Request) {
	answer(c.s.Emails()).write(w)
}

func (c control) requests(w http.ResponseWriter, _ *http.Request) {
	answer(append([]Request{}, c.s.Requests()...)).write(w)
}

// POST accept?email=
func (c control) accept(w http.ResponseWriter, r *http.Request) {
	email := r.URL.Query().Get("email")
	id, err := c.s.Accept(email)
	respond(w, joined{id, email}, err)
}

// POST accept-all has everybody accept who was invited, in the order of the
// first invitations.
func (c control) acceptAll(w http.ResponseWriter, _ *http.Request) {
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
func (c control) ignore(w http.ResponseWriter, r *http.Request) {
	email := r.URL.Query().Get("email")
	respond(w, struct {
		Email string `json:"email"`
	}{email}, c.s.Ignore(email))
}

// POST add?email=&name=&roles=a,b
func (c control) add(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	id, err := c.s.AddMember(User{Email: q.Get("email"), Name: q.Get("name"), Roles: commaSeparated(q.Get("roles"))})
	respond(w, joined{id, q.Get("email")}, err)
}

// POST remove?email=
func (c control) remove(w http.ResponseWriter, r *http.Request) {
	c.change(w, r, func(u User) error { return c.s.Remove(u.ID) })
}

// POST roles?email=&roles=a,b
func (c control) roles(w http.ResponseWriter, r *http.Request) {
	roles := commaSeparated(r.URL.Query().Get("roles"))
	c.change(w, r, func(u User) error { return c.s.SetRoles(u.ID, roles...) })
}

// POST email?email=&new=
func (c control) email(w http.ResponseWriter, r *http.Request) {
	address := r.URL.Query().Get("new")
	if !IsAddress(address) {
		problem(http.StatusBadRequest, "new must be an e-mail address").write(w)
		return
	}
	c.change(w, r, func(u User) error { return c.s.SetEmail(u.ID, address) })
}

func (c control) change(w http.ResponseWriter, r *http.Request, f func(User) error) {
	email := r.URL.Query().Get("email")
	u, ok := c.s.Member(email)
	if !ok {
		problem(http.StatusNotFound, "no member has the address "+email).write(w)
		return
	}
	err := f(u)
	if after, ok := c.s.Member(cmp.Or(r.URL.Query().Get("new"), email)); ok {
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
