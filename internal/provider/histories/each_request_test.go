package histories_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const (
	adaAddress    = "modelprime_membership.ada"
	adaAssignment = "modelprime_role_assignment.ada"
	onlyListed    = "modelprime_exclusive_memberships.all"
	profile       = "modelprime_current_user.robot"
	reset         = "modelprime_password_reset.ada"

	adaEmail = "ada@example.com"
	boEmail  = "bo@example.com"
)

// change is one change of one object: a world before it, and the result.
type change struct {
	prepare  func(w *world)
	config   drive.Config
	imported string         // the ID of an import
	members  []string       // members before and after, besides the caller and Bo
	mails    map[string]int // e-mails sent in total without a fault
	done     func(w *world) bool
}

func ada(values drive.Values) drive.Config {
	all := drive.Values{"email": adaEmail, "name": "Ada Marsh", "roles": []string{"developer"}}
	for name, value := range values {
		all[name] = value
	}
	return drive.Config{adaAddress: all}
}

func assigned(roles ...string) drive.Config {
	return drive.Config{adaAssignment: {"email": adaEmail, "roles": roles}}
}

func listed(emails ...string) drive.Config {
	return drive.Config{onlyListed: {"emails": append(emails, boEmail)}}
}

// changes are all changes of all objects.
func changes() map[string]change {
	invited := map[string]int{adaEmail: 1}
	isAda := func(w *world) {
		w.Add(sandbox.User{ID: "auth0|ada", Email: adaEmail, Name: "Ada Marsh", Roles: []string{"analyst"}})
	}
	applied := func(config drive.Config) func(w *world) {
		return func(w *world) { w.Must(w.run(config).Err()) }
	}
	joined := func(w *world) {
		applied(ada(nil))(w)
		w.Accept(adaEmail)
		applied(ada(nil))(w)
	}
	and := func(steps ...func(w *world)) func(w *world) {
		return func(w *world) {
			for _, step := range steps {
				step(w)
			}
		}
	}
	nothing := func(*world) {}
	status := func(status string) func(w *world) bool {
		return func(w *world) bool { o := w.tf.Object(adaAddress); return o != nil && o.Get("status") == status }
	}
	roles := func(roles ...string) func(w *world) bool {
		return func(w *world) bool { return slices.Equal(w.rolesOf(adaEmail), roles) }
	}
	gone := func(w *world) bool { return w.rolesOf(adaEmail) == nil }
	ownerIs := func(email, name string) func(w *world) bool {
		return func(w *world) bool { m, ok := w.Member(email); return ok && m.Name == name }
	}
	return map[string]change{
		"membership: invitation":     {prepare: nothing, config: ada(nil), mails: invited, done: status("invited")},
		"membership: adoption":       {prepare: isAda, config: ada(drive.Values{"adopt_existing": true}), members: []string{adaEmail}, done: roles("developer")},
		"membership: import":         {prepare: isAda, config: ada(drive.Values{"roles": []string{"analyst"}}), imported: adaEmail, members: []string{adaEmail}, done: status("active")},
		"membership: import by id":   {prepare: isAda, config: ada(drive.Values{"roles": []string{"analyst"}}), imported: "auth0|ada", members: []string{adaEmail}, done: status("active")},
		"membership: role change":    {prepare: joined, config: ada(drive.Values{"roles": []string{"admin"}}), mails: invited, members: []string{adaEmail}, done: roles("admin")},
		"membership: joined":         {prepare: and(applied(ada(nil)), func(w *world) { w.Accept(adaEmail) }), config: ada(nil), mails: invited, members: []string{adaEmail}, done: status("active")},
		"membership: resend":         {prepare: applied(ada(nil)), config: ada(drive.Values{"resend": "a"}), mails: map[string]int{adaEmail: 2}, done: status("invited")},
		"membership: removal":        {prepare: joined, config: drive.Config{}, mails: invited, done: gone},
		"membership: withdrawal":     {prepare: applied(ada(nil)), config: drive.Config{}, mails: invited, done: gone},
		"membership: late removal":   {prepare: and(applied(ada(nil)), func(w *world) { w.Accept(adaEmail) }), config: drive.Config{}, mails: invited, done: gone},
		"membership: replacement":    {prepare: joined, config: ada(drive.Values{"email": "kai@example.com"}), mails: map[string]int{adaEmail: 1, "kai@example.com": 1}, done: gone},
		"role_assignment: creation":  {prepare: isAda, config: assigned("admin", "developer"), members: []string{adaEmail}, done: roles("admin", "developer")},
		"role_assignment: change":    {prepare: and(isAda, applied(assigned("admin"))), config: assigned("developer"), members: []string{adaEmail}, done: roles("developer")},
		"role_assignment: deletion":  {prepare: and(isAda, applied(assigned("admin"))), config: drive.Config{}, members: []string{adaEmail}, done: roles()},
		"role_assignment: import":    {prepare: isAda, config: assigned("analyst"), imported: adaEmail, members: []string{adaEmail}, done: roles("analyst")},
		"exclusive: creation":        {prepare: isAda, config: listed(), done: gone},
		"exclusive: no removal":      {prepare: isAda, config: listed(adaEmail), members: []string{adaEmail}, done: roles("analyst")},
		"exclusive: a member joined": {prepare: and(applied(listed()), isAda), config: listed(), done: gone},
		"exclusive: taken off":       {prepare: and(isAda, applied(listed(adaEmail))), config: listed(), done: gone},
		"exclusive: forgotten":       {prepare: and(isAda, applied(listed(adaEmail))), config: drive.Config{}, members: []string{adaEmail}, done: roles("analyst")},
		"current_user: creation":     {prepare: nothing, config: drive.Config{profile: {"name": "Iron Robot"}}, done: ownerIs(sandbox.DefaultEmail, "Iron Robot")},
		"current_user: its address":  {prepare: applied(drive.Config{profile: {"name": "Iron Robot"}}), config: drive.Config{profile: {"name": "Tin Robot", "email": "tin@example.com"}}, done: ownerIs("tin@example.com", "Tin Robot")},
		"current_user: forgotten":    {prepare: applied(drive.Config{profile: {"name": "Iron Robot"}}), config: drive.Config{}, done: ownerIs(sandbox.DefaultEmail, "Iron Robot")},
		"password_reset: creation": {
			prepare: isAda, config: drive.Config{reset: {"user_id": "auth0|ada"}}, mails: invited, members: []string{adaEmail},
			done: func(w *world) bool { return w.tf.Object(reset) != nil },
		},
		"password_reset: deletion": {
			prepare: and(isAda, applied(drive.Config{reset: {"user_id": "auth0|ada"}})), config: drive.Config{}, mails: invited, members: []string{adaEmail},
			done: func(w *world) bool { return w.tf.Object(reset) == nil },
		},
	}
}

// failure is one fault of one request.
type failure struct {
	kind    sandbox.FaultKind
	retries int
}

// failures are the faults of a request that can have different results; at full size all, with and without retries.
func failures(r sandbox.Request) []failure {
	var all []failure
	for _, kind := range []sandbox.FaultKind{
		sandbox.LostReply, sandbox.Internal500, sandbox.Forbidden403, sandbox.ResetBefore, sandbox.CutShort,
		sandbox.LostBadGateway502, sandbox.TooMany429, sandbox.NotFoundHTML404,
	} {
		all = append(all, failure{kind, 0}, failure{kind, 3})
	}
	switch {
	case full():
		return all
	case r.Method == http.MethodGet: // a failed read is never unconfirmed
		return []failure{{sandbox.Internal500, 0}, {sandbox.CutShort, 3}}
	}
	return all[:10]
}

// Each request of each change fails once, with each fault, with and without retries: nothing is tainted, the state is true, members
// stay, no second e-mail is sent, and the next apply completes the change.
func TestEachRequestOfEachChangeFailsOnce(t *testing.T) {
	t.Parallel()
	for name, change := range changes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n, request := range requestsOf(t, change) {
				for _, failure := range failures(request) {
					title := fmt.Sprintf("%d %s %s, %d retries", n+1, request.Operation, failure.kind, failure.retries)
					t.Run(title, func(t *testing.T) { failOnce(t, change, n, failure) })
				}
			}
		})
	}
}

// due is a world in which the change is due. Bo is an unmanaged member who stays.
func due(t *testing.T, change change, retries int) *world {
	w := newWorld(t, drive.Values{"max_retries": retries})
	w.tf.Parallelism = 1
	w.Add(sandbox.User{ID: "auth0|bo", Email: boEmail, Name: "Bo Gasket", Roles: []string{"admin"}})
	change.prepare(w)
	w.ResetLog()
	return w
}

// carryOut plans and applies the change, with its import.
func (c change) carryOut(w *world) *drive.Report {
	options := drive.Options{}
	if c.imported != "" {
		options.Import = map[string]string{}
		for address := range c.config {
			options.Import[address] = c.imported
		}
	}
	_, report := w.tf.Run(context.Background(), c.config, options)
	return report
}

func requestsOf(t *testing.T, change change) []sandbox.Request {
	t.Helper()
	w := due(t, change, 0)
	w.Must(change.carryOut(w).Err())
	if !change.done(w) {
		t.Fatal("the change is not done without a fault")
	}
	return w.Requests()
}

func failOnce(t *testing.T, change change, n int, failure failure) {
	w := due(t, change, failure.retries)
	w.Fail(sandbox.Fault{Kind: failure.kind, Skip: n, Times: 1})
	first := change.carryOut(w)
	faulty := slices.IndexFunc(w.Requests(), func(r sandbox.Request) bool { return r.Fault != "" })
	if faulty < 0 {
		t.Fatal("the fault did not happen")
	}
	hit := w.Requests()[faulty]
	if repeatable(hit, failure.kind) && failure.retries > 0 {
		w.Must(first.Err())
	}
	// A removal whose reply is lost, without a retry, is an error; the next read corrects the state.
	if removed := hit.Operation == "deleteUser" && hit.Carried && first.Err() != nil; !removed {
		w.checkMembership(adaAddress)
	}
	w.checkNoHarm(change)
	w.checkCreated(change, hit)

	w.ClearFaults()
	w.Must(change.carryOut(w).Err())
	w.checkMembership(adaAddress)
	w.checkNoHarm(change)
	if !change.done(w) && !w.unsent() {
		t.Error("the change is not done after the next apply")
	}
	w.checkSettled(change.config)
}

// checkCreated fails if an executed invitation or change of roles is not in the state.
func (w *world) checkCreated(change change, hit sandbox.Request) {
	w.T.Helper()
	if hit.Operation != "inviteUser" && hit.Operation != "replaceUserRoles" || !hit.Carried {
		return
	}
	for address := range change.config {
		if w.tf.Object(address) == nil {
			w.T.Errorf("%s was carried out, and %s is not in the state", hit.Operation, address)
		}
	}
}

// repeatable reports whether the client may repeat the request.
func repeatable(r sandbox.Request, kind sandbox.FaultKind) bool {
	if kind == sandbox.Forbidden403 || kind == sandbox.NotFoundHTML404 {
		return false
	}
	return r.Method != http.MethodPost || kind == sandbox.TooMany429
}

// unsent reports whether an invitation is unconfirmed that was not sent: only a user can find that out.
func (w *world) unsent() bool {
	object := w.tf.Object(adaAddress)
	return object != nil && object.Get("status") == "unconfirmed"
}

// checkNoHarm fails if a member was lost or e-mailed by mistake, and updates the caller's address.
func (w *world) checkNoHarm(change change) {
	w.T.Helper()
	w.tf.Provider["email"], _ = w.Credentials()
	for _, email := range append([]string{boEmail}, change.members...) {
		if w.rolesOf(email) == nil {
			w.T.Errorf("%s is no longer a member", email)
		}
	}
	for email, sent := range w.mails() {
		if sent > change.mails[email] {
			w.T.Errorf("%s was sent %d e-mails, want %d at most", email, sent, change.mails[email])
		}
	}
	for _, address := range w.tf.Addresses() {
		if w.tf.Object(address).Tainted {
			w.T.Errorf("%s is tainted", address)
		}
	}
}

// checkMembership fails unless the state of a membership is true.
func (w *world) checkMembership(address string) {
	w.T.Helper()
	object := w.tf.Object(address)
	if object == nil {
		return
	}
	email := object.Text("email")
	sent, _ := object.Get("invitations_sent").(int64)
	switch status := object.Get("status"); {
	case status == "active" && w.rolesOf(object.Text("current_email")) == nil:
		w.T.Errorf("%s is active in the state and not a member", email)
	case status == "invited" && int64(w.mails()[email]) != sent:
		w.T.Errorf("%s is invited with %d e-mails in the state, and was sent %d", email, sent, w.mails()[email])
	case status == "unconfirmed" && int64(w.mails()[email]) > sent:
		w.T.Errorf("%s was sent %d e-mails, the state knows of %d", email, w.mails()[email], sent)
	}
}
