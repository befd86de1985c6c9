package sandbox

import (
	"net/http"
	"strings"
)

// ControlPath is the path below which Control answers.
const ControlPath = "/_sandbox/"

// Control is the world outside as an HTTP interface below ControlPath, for
// demonstrations and for people with curl. It asks for no credentials.
func Control(s *Sandbox) http.Handler {
	c := control{s}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+ControlPath+"members", c.members)
	mux.HandleFunc("GET "+ControlPath+"emails", c.emails)
	mux.HandleFunc("GET "+ControlPath+"requests", c.requests)
	mux.HandleFunc("POST "+ControlPath+"accept", c.accept)
	mux.HandleFunc("POST "+ControlPath+"accept-all", c.acceptAll)
	mux.HandleFunc("POST "+ControlPath+"ignore", c.ignore)
	mux.HandleFunc("POST "+ControlPath+"add", c.add)
	mux.HandleFunc("POST "+ControlPath+"remove", c.remove)
	mux.HandleFunc("POST "+ControlPath+"roles", c.roles)
	mux.HandleFunc("POST "+ControlPath+"email", c.email)
	return mux
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
	respond(w, joined{u.ID, email}, f(u))
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
