package histories_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// Random changes of the configuration, the state and the members. After each apply the next plan is empty, the members are as
// declared, and only people named in the plan were e-mailed or removed.
func TestRandomHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t, rapid.Bool().Draw(t, "invitations get overdue"), rapid.Bool().Draw(t, "identity"))
		h.inOrder(rapid.Uint64().Draw(t, "order"))
		h.first, h.twice = rapid.Bool().Draw(t, "read first"), rapid.Bool().Draw(t, "planned twice")
		h.begin(t)
		t.Repeat(map[string]func(*rapid.T){
			"declare": func(t *rapid.T) { h.declare(h.someSlot(t), h.draw(t)) },
			"change":  h.change,
			"drop":    func(t *rapid.T) { h.drop(h.someDeclared(t)) },
			"rule":    h.declareRule,
			"swap":    h.swap,
			"rename":  h.rename,
			"apply":   func(*rapid.T) { h.apply(drive.Options{}) },
			"late":    func(t *rapid.T) { h.applyLate(h.somePending(t)) },
			"take":    func(t *rapid.T) { h.applyTaken(h.somePending(t), h.someMember(t)) },
			"neglect": h.neglect,
			"replace": func(t *rapid.T) { h.apply(h.replacement(t)) },
			"refresh": func(*rapid.T) { h.apply(drive.Options{RefreshOnly: true}) },
			"destroy": func(t *rapid.T) { h.destroy(t) },
			"lose":    func(t *rapid.T) { h.lose(h.someSlot(t)) },
			"accept":  func(t *rapid.T) { h.acceptance(h.someInvited(t)) },
			"answer":  func(t *rapid.T) { h.acceptance(h.someInvited(t)) },
			"arrive":  func(t *rapid.T) { h.arrive(h.elsewhere(t), h.someRoles(t)) },
			"leave":   func(t *rapid.T) { h.leave(h.someMember(t)) },
			"promote": func(t *rapid.T) { h.promote(h.someMember(t), h.someRoles(t)) },
			"readdress": func(t *rapid.T) {
				h.readdress(h.someMember(t), h.elsewhere(t))
			},
			"call oneself": func(t *rapid.T) {
				w := h.someMember(t)
				h.Must(h.SetName(w.ID, rapid.SampledFrom(names).Draw(t, "name")))
			},
			"wait": func(*rapid.T) { h.wait() },
			"lose a reply": func(t *rapid.T) {
				h.loseReply(rapid.SampledFrom(writes).Draw(t, "operation"), rapid.SampledFrom(losses).Draw(t, "how"))
			},
		})
		h.apply(drive.Options{})
	})
}

var (
	slots  = []string{"a", "b", "c", "d"}
	emails = []string{"ada@example.com", "bo@example.com", "cy@example.com", "di@example.com", "ada.new@example.com"}
	names  = []string{"Ada Marsh", "Bo Gasket"}
	sets   = [][]string{{"admin"}, {"developer"}, {"analyst"}, {"admin", "analyst"}, {"analyst", "developer"}}
	writes = []string{"inviteUser", "inviteUser", "replaceUserRoles", "deleteUser"}
	losses = []sandbox.FaultKind{sandbox.LostReply, sandbox.LostBadGateway502, sandbox.Internal500, sandbox.ResetBefore, sandbox.TooMany429}
)

func (h *history) someSlot(t *rapid.T) string  { return slot(rapid.SampledFrom(slots).Draw(t, "slot")) }
func (h *history) someEmail(t *rapid.T) string { return rapid.SampledFrom(emails).Draw(t, "email") }
func (h *history) someRoles(t *rapid.T) []string {
	return rapid.SampledFrom(sets).Draw(t, "roles")
}

// elsewhere is an address that a member has or takes outside Terraform, sometimes another member's.
func (h *history) elsewhere(t *rapid.T) string {
	if rapid.IntRange(0, 3).Draw(t, "collides") == 0 {
		return h.someEmail(t)
	}
	return rapid.SampledFrom([]string{"ada.new@example.com", "guest@example.com", "visitor@example.com"}).Draw(t, "address")
}

func (h *history) someInvited(t *rapid.T) string {
	var open []string
	for _, mail := range h.Emails() {
		if !mail.Answered {
			open = append(open, mail.To)
		}
	}
	if len(open) == 0 {
		t.Skip("no person is invited")
	}
	return rapid.SampledFrom(open).Draw(t, "invited")
}

func slot(name string) string { return "modelprime_membership." + name }

func (h *history) someDeclared(t *rapid.T) string {
	declared := slices.Sorted(maps.Keys(h.config))
	if len(declared) == 0 {
		t.Skip("nothing is declared")
	}
	return rapid.SampledFrom(declared).Draw(t, "declared")
}

// someMember is a member other than the caller.
func (h *history) someMember(t *rapid.T) sandbox.User {
	members := h.others()
	if len(members) == 0 {
		t.Skip("there are no other members")
	}
	return rapid.SampledFrom(members).Draw(t, "member")
}

func (h *history) draw(t *rapid.T) drive.Values {
	values := drive.Values{"email": h.someEmail(t), "name": rapid.SampledFrom(names).Draw(t, "name"), "roles": h.someRoles(t)}
	if rapid.IntRange(0, 2).Draw(t, "adopts") == 0 {
		values["adopt_existing"] = true
	}
	return values
}

// begin lets some people join first.
func (h *history) begin(t *rapid.T) {
	for i, name := range slots {
		if joined := rapid.IntRange(0, 2).Draw(t, "at first"); joined > 0 {
			values := h.draw(t)
			values["email"] = emails[i]
			h.declare(slot(name), values)
			h.apply(drive.Options{})
			if joined > 1 {
				h.acceptance(emails[i])
			}
		}
	}
}

// neglect lets some weeks pass without an answer.
func (h *history) neglect(t *rapid.T) {
	for range rapid.IntRange(1, 4).Draw(t, "weeks") {
		h.wait()
		h.apply(drive.Options{})
	}
}

// somePending is a declared person who has not joined. Their declaration may change before they do.
func (h *history) somePending(t *rapid.T) string {
	var pending []string
	for address := range h.config {
		if object := h.tf.Object(address); object != nil && object.Get("status") != "active" {
			pending = append(pending, address)
		}
	}
	if len(pending) == 0 {
		t.Skip("no invitation is pending")
	}
	slices.Sort(pending)
	address := rapid.SampledFrom(pending).Draw(t, "pending")
	if rapid.Bool().Draw(t, "changes") {
		values := maps.Clone(h.config[address])
		values["roles"], values["resend"] = h.someRoles(t), rapid.SampledFrom([]string{"4", "5", "6"}).Draw(t, "resend")
		h.declare(address, values)
	}
	return h.tf.Object(address).Text("email")
}

// change changes one argument of a declared membership.
func (h *history) change(t *rapid.T) { h.changeOf(t, h.someDeclared(t)) }

func (h *history) changeOf(t *rapid.T, address string) {
	values := maps.Clone(h.config[address])
	switch rapid.SampledFrom([]string{"roles", "name", "connection", "resend", "case", "email", "adopt", "destroy"}).Draw(t, "argument") {
	case "roles":
		values["roles"] = h.someRoles(t)
	case "name":
		values["name"] = rapid.SampledFrom(names).Draw(t, "name")
	case "connection":
		values["login_connection"] = rapid.SampledFrom([]any{nil, "google-oauth2", "username-password"}).Draw(t, "connection")
	case "resend":
		values["resend"] = rapid.SampledFrom([]any{nil, "1", "2", "3"}).Draw(t, "resend")
	case "case":
		values["email"] = swapCase(values["email"].(string))
	case "email":
		values["email"] = h.someEmail(t)
	case "destroy":
		values["on_destroy"] = rapid.SampledFrom([]any{nil, "keep", "remove"}).Draw(t, "on destroy")
	case "adopt":
		values["adopt_existing"] = rapid.SampledFrom([]any{nil, true, false}).Draw(t, "adopts")
	}
	h.declare(address, values)
}

func swapCase(email string) string {
	if email == strings.ToLower(email) {
		return strings.ToUpper(email[:1]) + email[1:]
	}
	return strings.ToLower(email)
}

// swap exchanges two instances, which Terraform plans as two replacements.
func (h *history) swap(t *rapid.T) {
	one, other := h.someDeclared(t), h.someDeclared(t)
	h.config[one], h.config[other] = h.config[other], h.config[one]
	h.apply(drive.Options{})
}

// rename moves an instance to another address, with or without a moved block, and applies.
func (h *history) rename(t *rapid.T) {
	from, to := h.someDeclared(t), h.someSlot(t)
	if _, taken := h.config[to]; taken || h.tf.Object(to) != nil {
		t.Skip("the address is taken")
	}
	h.config[to] = h.config[from]
	delete(h.config, from)
	options := drive.Options{}
	if rapid.Bool().Draw(t, "moved") {
		options.Moved = map[string]string{from: to}
	}
	h.apply(options)
}

// declareRule replaces the rule. Most rules agree with the memberships.
func (h *history) declareRule(t *rapid.T) {
	kind := rapid.SampledFrom([]string{"", exclusive, absent}).Draw(t, "rule")
	h.rule = drive.Config{}
	if kind == "" {
		return
	}
	listed := rapid.SliceOfDistinct(rapid.SampledFrom(append(emails, "guest@example.com", "visitor@example.com")), rapid.ID).Draw(t, "listed")
	if rapid.IntRange(0, 4).Draw(t, "disagrees") > 0 {
		for _, values := range h.config {
			same := func(email string) bool { return strings.EqualFold(email, values["email"].(string)) }
			listed = slices.DeleteFunc(listed, same)
			if kind == exclusive {
				listed = append(listed, values["email"].(string))
			}
		}
	}
	if kind == exclusive && len(listed) == 0 {
		listed = emails[:1]
	}
	h.rule[kind] = drive.Values{"emails": listed}
}

func (h *history) replacement(t *rapid.T) drive.Options {
	address := h.someDeclared(t)
	if other := h.someSlot(t); h.config[other] == nil {
		h.declare(other, h.draw(t)) // so that the list of members is read before the replacement
	}
	options := drive.Options{Replace: []string{address}}
	if rapid.IntRange(0, 2).Draw(t, "create before destroy") == 0 {
		options.CreateBeforeDestroy = []string{address}
	}
	return options
}

func (h *history) destroy(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "destroys") > 0 {
		t.Skip("not yet")
	}
	h.apply(drive.Options{Destroy: true})
	if len(h.tf.Addresses()) == 0 {
		h.config, h.rule = drive.Config{}, drive.Config{}
	}
}
