package page

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// The limits of the page's lists.
const (
	maxRequests = 50
	maxOthers   = 50
	maxBody     = 2000
)

// view is the template's data.
type view struct {
	Style        template.CSS
	Organization sandbox.Organization
	Endpoint     string
	Enter        string // the commands to enter the workspace, if there is one
	Email, Token string
	Notice       notice
	Members      []member
	Waiting      []mail // the last invitation to each address, newest first
	Others       []mail // every other e-mail, newest first
	OthersTotal  int
	Requests     []request // newest first
	Total        int       // of all requests in the log
	Member       *member   // the member of this page; nil on the organization's page

	entered url.Values // by a form that was refused
}

type member struct {
	sandbox.User
	Owner bool // of the token
}

type mail struct {
	sandbox.Email
	Again bool // a later invitation to the same address waits instead of this one
}

type request struct {
	sandbox.Request
	Number int
}

func (p *page) view(host string, n notice) *view {
	s := p.sandbox
	v := &view{
		Style:        template.CSS(style), //nolint:gosec // it is ours
		Organization: s.Organization(),
		Endpoint:     "http://" + host + sandbox.BasePath,
		Enter:        p.enter,
		Notice:       n,
	}
	v.Email, v.Token = s.Credentials()
	owner, _ := s.Owner()
	for _, u := range s.Members() {
		v.Members = append(v.Members, member{User: u, Owner: u.ID == owner.ID})
	}
	v.sort(s.Emails())
	v.enter(s.Requests())
	return v
}

// sort separates pending invitations from the other e-mails.
func (v *view) sort(emails []sandbox.Email) {
	for _, e := range slices.Backward(emails) {
		again := slices.ContainsFunc(v.Waiting, func(later mail) bool { return sandbox.SameAddress(later.To, e.To) })
		if e.Waits() && !again {
			v.Waiting = append(v.Waiting, mail{Email: e})
			continue
		}
		v.OthersTotal++
		if v.OthersTotal <= maxOthers {
			v.Others = append(v.Others, mail{Email: e, Again: again && e.Waits()})
		}
	}
}

func (v *view) enter(requests []sandbox.Request) {
	v.Total = len(requests)
	for i, r := range slices.Backward(requests) {
		if len(v.Requests) == maxRequests {
			return
		}
		v.Requests = append(v.Requests, request{Request: r, Number: i + 1})
	}
}

// turnTo makes this the page of the member with this ID, if there is one.
func (v *view) turnTo(id string) bool {
	i := slices.IndexFunc(v.Members, func(m member) bool { return m.ID == id })
	if i < 0 {
		return false
	}
	v.Member = &v.Members[i]
	return true
}

// NoticeIn returns the notice, if it belongs to this section.
func (v *view) NoticeIn(section string) notice {
	if v.Notice.Section != section {
		return notice{}
	}
	return v.Notice
}

// Refused reports whether this form was refused.
func (v *view) Refused(form string) bool {
	return v.entered.Get("do") == form
}

// Value is the initial value of a form field: the input, if the form was
// refused, else the current value.
func (v *view) Value(form, field, otherwise string) string {
	if v.Refused(form) {
		return v.entered.Get(field)
	}
	return otherwise
}

// Choices returns the roles of a form. They include the member's unknown
// roles, so that a change does not drop them.
func (v *view) Choices(form string, present []string) []choice {
	if v.Refused(form) {
		present = v.entered["roles"]
	}
	all := []string{sandbox.RoleAdmin, sandbox.RoleDeveloper, sandbox.RoleAnalyst}
	for _, role := range present {
		if !slices.Contains(all, role) {
			all = append(all, role)
		}
	}
	var choices []choice
	for _, role := range all {
		choices = append(choices, choice{role, slices.Contains(present, role)})
	}
	return choices
}

type choice struct {
	Role   string
	Chosen bool
}

// Link is the address of the member's own page.
func (m member) Link() string {
	return Path + "?" + url.Values{"member": {m.ID}}.Encode()
}

// Login is the member's login connection, from the ID.
func (m member) Login() string {
	switch prefix, _, _ := strings.Cut(m.ID, "|"); prefix {
	case "google-oauth2":
		return "Google"
	case "auth0":
		return "password"
	default:
		return prefix
	}
}

// Login is the login connection of the invitation.
func (m mail) Login() string {
	if m.Connection == sandbox.ConnectionGoogle {
		return "Google"
	}
	return "password"
}

// Subject is the e-mail's subject.
func (m mail) Subject() string {
	if m.Kind == sandbox.KindPasswordReset {
		return "Password reset"
	}
	return "Invitation"
}

// Fate is the status of the e-mail.
func (m mail) Fate() string {
	switch {
	case m.Kind == sandbox.KindPasswordReset:
		return "Sent"
	case m.Answered:
		return "Accepted"
	case m.Ignored:
		return "Ignored"
	case m.Again:
		return "Sent again later"
	default:
		return "Waiting"
	}
}

// Sent is the time for display; Stamp is the exact time.
func (m mail) Sent() string  { return m.At.Format("2 Jan 2006, 15:04:05") }
func (m mail) Stamp() string { return m.At.Format(time.RFC3339) }

// Outcome describes the response.
func (r request) Outcome() string {
	if r.Status == 0 {
		return "no reply"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status)))
}

// Failed reports whether the client got no success.
func (r request) Failed() bool { return r.Status < 200 || r.Status >= 300 }

// Asked is the operation, if there is one.
func (r request) Asked() string {
	if r.Operation == "" {
		return "no such operation"
	}
	return r.Operation
}

// Where is the path and the query, without the base path.
func (r request) Where() string {
	where := r.Path
	if rest, ok := strings.CutPrefix(where, sandbox.BasePath); ok && rest != "" {
		where = rest
	}
	if r.Query != "" {
		where += "?" + r.Query
	}
	return where
}

// Excerpt is the start of the body.
func (r request) Excerpt() string {
	if len(r.Body) <= maxBody {
		return r.Body
	}
	return strings.ToValidUTF8(r.Body[:maxBody], "") + " …"
}

// parts splits an address where a narrow column may break it.
func parts(address string) []string { return strings.Split(address, "@") }

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Quote quotes a text as one word of a shell.
func Quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// sentence returns an error's text as a sentence.
func sentence(err error) string {
	text := err.Error()
	text = strings.ToUpper(text[:1]) + text[1:]
	if strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}
