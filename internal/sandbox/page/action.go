package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const maxForm = 64 << 10

// action executes a form and returns a notice.
type action struct {
	section string
	do      func(*sandbox.Sandbox, url.Values) (string, error)
}

// actions are the forms, by the value of their field "do".
func actions() map[string]action {
	return map[string]action{
		"accept":     {sectionOutbox, accept},
		"accept-all": {sectionOutbox, acceptAll},
		"ignore":     {sectionOutbox, ignore},
		"add":        {sectionMembers, add},
		"roles":      {sectionMembers, ofMember(setRoles)},
		"email":      {sectionMembers, ofMember(setEmail)},
		"name":       {sectionMembers, ofMember(setName)},
		"remove":     {sectionMembers, ofMember(remove)},
		"clear-log":  {sectionRequests, clearLog},
	}
}

// act redirects to the page after a change, so that a reload does not repeat
// it. A form that is refused is shown again with what was entered.
func (p *page) act(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form cannot be read.", http.StatusBadRequest)
		return
	}
	chosen, ok := actions()[r.PostForm.Get("do")]
	if !ok {
		http.Error(w, "There is no such form.", http.StatusBadRequest)
		return
	}
	said, err := chosen.do(p.sandbox, r.PostForm)
	if err != nil {
		p.refuse(w, r, notice{Section: chosen.section, Text: sentence(err), Failed: true})
		return
	}
	key := p.notices.keep(notice{Section: chosen.section, Text: said})
	http.Redirect(w, r, Path+"?"+url.Values{"notice": {key}}.Encode()+"#notice", http.StatusSeeOther)
}

func (p *page) refuse(w http.ResponseWriter, r *http.Request, why notice) {
	v := p.view(r.Host, why)
	v.entered = r.PostForm
	v.turnTo(r.PostForm.Get("id"))
	p.render(w, http.StatusUnprocessableEntity, v)
}

func accept(s *sandbox.Sandbox, form url.Values) (string, error) {
	email := form.Get("email")
	if _, err := s.Accept(email); err != nil {
		return "", fmt.Errorf("there is no pending invitation to %s", email)
	}
	return email + " accepted, and is a member now.", nil
}

func acceptAll(s *sandbox.Sandbox, _ url.Values) (string, error) {
	joined := 0
	for _, e := range s.Emails() {
		if !e.Waits() {
			continue
		}
		// A second invitation to the same address is answered by now.
		if _, err := s.Accept(e.To); err == nil {
			joined++
		}
	}
	if joined == 0 {
		return "", errors.New("there is no pending invitation")
	}
	return counted(joined, "person", "people") + " accepted.", nil
}

func ignore(s *sandbox.Sandbox, form url.Values) (string, error) {
	email := form.Get("email")
	if err := s.Ignore(email); err != nil {
		return "", fmt.Errorf("there is no pending invitation to %s", email)
	}
	return email + " ignored the invitation. It cannot be accepted later.", nil
}

func add(s *sandbox.Sandbox, form url.Values) (string, error) {
	email, err := address(form)
	if err != nil {
		return "", err
	}
	name, err := fullName(form)
	if err != nil {
		return "", err
	}
	if err := sandbox.KnownRoles(form["roles"]); err != nil {
		return "", err
	}
	if _, err := s.AddMember(sandbox.User{Email: email, Name: name, Roles: form["roles"]}); err != nil {
		return "", err
	}
	return name + " is a member now, without an invitation.", nil
}

// ofMember looks up the form's member, who may have left since the page was rendered.
func ofMember(do func(*sandbox.Sandbox, sandbox.User, url.Values) (string, error)) func(*sandbox.Sandbox, url.Values) (string, error) {
	return func(s *sandbox.Sandbox, form url.Values) (string, error) {
		u, ok := find(s.Members(), form.Get("id"))
		if !ok {
			return "", errors.New("no member has this ID; were they removed?")
		}
		return do(s, u, form)
	}
}

func setRoles(s *sandbox.Sandbox, u sandbox.User, form url.Values) (string, error) {
	if err := sandbox.KnownRoles(form["roles"], u.Roles...); err != nil {
		return "", err
	}
	if len(form["roles"]) == 0 {
		return u.Name + " has no role now.", s.SetRoles(u.ID)
	}
	return u.Name + " has these roles now: " + strings.Join(form["roles"], ", ") + ".", s.SetRoles(u.ID, form["roles"]...)
}

func setEmail(s *sandbox.Sandbox, u sandbox.User, form url.Values) (string, error) {
	email, err := address(form)
	if err != nil {
		return "", err
	}
	return u.Name + " has the address " + email + " now.", s.SetEmail(u.ID, email)
}

func setName(s *sandbox.Sandbox, u sandbox.User, form url.Values) (string, error) {
	name, err := fullName(form)
	if err != nil {
		return "", err
	}
	return u.Name + " is called " + name + " now.", s.SetName(u.ID, name)
}

func remove(s *sandbox.Sandbox, u sandbox.User, _ url.Values) (string, error) {
	return u.Name + " is no longer a member.", s.Remove(u.ID)
}

func clearLog(s *sandbox.Sandbox, _ url.Values) (string, error) {
	s.ResetLog()
	return "The log is empty.", nil
}

func address(form url.Values) (string, error) {
	email := strings.TrimSpace(form.Get("email"))
	if !sandbox.IsAddress(email) {
		return "", errors.New("the e-mail must be an address, such as ada@example.com")
	}
	return email, nil
}

func fullName(form url.Values) (string, error) {
	name := strings.TrimSpace(form.Get("name"))
	if name == "" {
		return "", errors.New("the name must not be empty")
	}
	return name, nil
}

func find(members []sandbox.User, id string) (sandbox.User, bool) {
	i := slices.IndexFunc(members, func(u sandbox.User) bool { return u.ID == id })
	if i < 0 {
		return sandbox.User{}, false
	}
	return members[i], true
}
