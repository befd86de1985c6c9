// Package variations_test does the provider's main job on each plausible Model-Prime, and on each pair of them. What
// comes of it is kept in matrix.md for people to read.
//
//	go test ./internal/provider/variations            holds all cells, and matrix.md, against the expectations
//	go test ./internal/provider/variations -update    writes matrix.md anew
package variations_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// job is one Model-Prime and the Terraform that manages it, with what must be true of it whatever happens.
type job struct {
	*acctest.World
	tf      *drive.Terraform
	config  drive.Config
	members map[string]bool // by address, beside the token's owner
	emails  map[string]int  // by address
}

// step is one part of the main job. Where it ends with an error, goOn is what a user does about it.
type step struct {
	name string
	do   func(*job) error
	goOn func(*job)
}

func steps() []step {
	return []step{
		{"invite", (*job).invite, nil},
		{"invite again", (*job).inviteAgain, func(j *job) { delete(j.config[ada], "resend") }},
		{"accept", (*job).accept, nil},
		{"drift", (*job).drift, nil},
		{"import by ID", (*job).importByID, func(j *job) { delete(j.config, dee) }},
		{"leave outside Terraform", (*job).leaveElsewhere, func(j *job) { j.tf.Forget(bo); delete(j.config, bo) }},
		{"adopt", (*job).adopt, func(j *job) { delete(j.config, cy) }},
		{"audit", (*job).audit, nil},
		{"exclusive", (*job).exclusive, func(j *job) { delete(j.config, exclusive) }},
		{"absent", (*job).absent, func(j *job) { delete(j.config, absent) }},
		{"remove", (*job).remove, nil},
		{"invite a member", (*job).inviteMember, nil},
	}
}

const (
	ada = "modelprime_membership.ada"
	bo  = "modelprime_membership.bo"
	cy  = "modelprime_membership.cy"
	dee = "modelprime_membership.dee"
	eve = "modelprime_membership.eve"

	exclusive = "modelprime_exclusive_memberships.this"
	absent    = "modelprime_absent_memberships.this"
)

func person(address, role string) drive.Values {
	name := address[strings.LastIndex(address, ".")+1:]
	return drive.Values{"email": name + "@example.com", "name": strings.ToUpper(name[:1]) + name[1:] + " Gear", "roles": []string{role}}
}

// do does the whole job on a Model-Prime with these variations. It returns what each step came to, nil where it works.
func do(t *testing.T, variations sandbox.Variations) []*problem {
	t.Helper()
	w := acctest.NewWorldWith(t, sandbox.Options{Variations: variations})
	j := &job{World: w, tf: w.Terraform(drive.Values{"max_removals": "100%"}), config: drive.Config{}, members: map[string]bool{}, emails: map[string]int{}}
	j.tf.Parallelism = 1
	if variations["throttling"] != "" {
		for _, operation := range []string{"getOrganization", "getCurrentUser", "listUsers", "inviteUser", "getUser", "replaceUserRoles", "deleteUser"} {
			w.Throttle(operation, 1)
		}
	}
	for _, email := range []string{"cy@example.com", "dee@example.com"} {
		j.NewMember(email, "Somebody Else", "analyst")
		j.members[email] = true
	}
	var problems []*problem
	for _, s := range steps() {
		err := s.do(j)
		var p *problem
		if err != nil && !errors.As(err, &p) {
			t.Errorf("%s: %v", s.name, err)
		}
		if err != nil && s.goOn != nil {
			s.goOn(j)
		}
		problems = append(problems, p)
		j.holdPeople(s.name)
	}
	return problems
}

// holdPeople fails the test if somebody was lost or e-mailed who should not have been.
func (j *job) holdPeople(step string) {
	j.T.Helper()
	members, emails := map[string]bool{}, map[string]int{}
	for _, m := range j.Members() {
		if m.Email != sandbox.DefaultEmail {
			members[m.Email] = true
		}
	}
	for _, e := range j.Emails() {
		emails[e.To]++
	}
	if !maps.Equal(members, j.members) {
		j.T.Fatalf("%s: the members are %v, want %v", step, members, j.members)
	}
	if !maps.Equal(emails, j.emails) {
		j.T.Fatalf("%s: the e-mails are %v, want %v", step, emails, j.emails)
	}
}

// problem is an error of the provider's, or a warning that asks for something to be done.
type problem struct{ summary, detail string }

func (p *problem) Error() string { return p.summary + ": " + p.detail }

// run plans and applies. Its error is the first of the provider's.
func (j *job) run(options drive.Options) (*drive.Plan, error) {
	plan, report := j.tf.Run(j.T.Context(), j.config, options)
	if failed := append(plan.Errors(), report.Errors()...); len(failed) > 0 {
		return plan, &problem{failed[0].Summary, failed[0].Detail}
	}
	return plan, nil
}

// settled runs, and wants the next plan to be empty.
func (j *job) settled() error {
	if _, err := j.run(drive.Options{}); err != nil {
		return err
	}
	return j.empty()
}

func (j *job) empty() error {
	plan := j.tf.Plan(j.T.Context(), j.config, drive.Options{})
	if failed := plan.Errors(); len(failed) > 0 {
		return &problem{failed[0].Summary, failed[0].Detail}
	}
	if !plan.Empty() {
		return fmt.Errorf("the next plan is to %v", plan.Changes())
	}
	return nil
}

func (j *job) status(address string) string {
	if object := j.tf.Object(address); object != nil {
		return object.Text("status")
	}
	return "not in the state"
}

func (j *job) wantStatus(want string, addresses ...string) error {
	for _, address := range addresses {
		if got := j.status(address); got != want {
			return fmt.Errorf("%s is %s", address, got)
		}
	}
	return nil
}

func (j *job) mailed(address string) { j.emails[j.config[address]["email"].(string)]++ }

// invite tells of an invitation that is unconfirmed, which is no error.
func (j *job) invite() error {
	j.config[ada], j.config[bo] = person(ada, "developer"), person(bo, "analyst")
	j.config[bo]["login_connection"] = "username-password"
	if err := j.settled(); err != nil {
		return err
	}
	j.mailed(bo)
	if j.status(ada) == "unconfirmed" {
		plan := j.tf.Plan(j.T.Context(), j.config, drive.Options{})
		for _, warning := range plan.Warnings() {
			return errors.Join(&problem{warning.Summary, warning.Detail}, j.wantStatus("invited", bo))
		}
	}
	j.mailed(ada)
	return j.wantStatus("invited", ada, bo)
}

func (j *job) inviteAgain() error {
	j.config[ada]["resend"] = "1"
	if err := j.settled(); err != nil {
		return err
	}
	j.mailed(ada)
	return j.wantStatus("invited", ada)
}

func (j *job) accept() error {
	for _, address := range []string{ada, bo} {
		email := j.config[address]["email"].(string)
		if j.emails[email] > 0 {
			j.Accept(email)
			j.members[email] = true
		}
	}
	if err := j.settled(); err != nil {
		return err
	}
	return j.wantStatus("active", ada, bo)
}

func (j *job) drift() error {
	if m, ok := j.Member("ada@example.com"); ok {
		j.Must(j.SetRoles(m.ID, "admin"))
	}
	plan, err := j.run(drive.Options{})
	if err != nil {
		return err
	}
	if plan.Change(ada).Action != drive.Update {
		return fmt.Errorf("the drift is planned as %s", plan.Change(ada).Action)
	}
	if m, _ := j.Member("ada@example.com"); !slices.Equal(m.Roles, []string{"developer"}) {
		return fmt.Errorf("the roles are %v", m.Roles)
	}
	return j.empty()
}

func (j *job) importByID() error {
	m, _ := j.Member("dee@example.com")
	j.config[dee] = person(dee, "analyst")
	plan, err := j.run(drive.Options{Import: map[string]string{dee: m.ID}})
	switch {
	case err != nil:
		return err
	case !plan.Empty():
		return fmt.Errorf("the import plans to %v", plan.Changes())
	case j.tf.Object(dee).Text("user_id") != m.ID:
		return fmt.Errorf("the user ID is %s", j.tf.Object(dee).Text("user_id"))
	}
	return j.empty()
}

// leaveElsewhere has somebody leave. The list has two pages then, and somebody else leaves while they are read, so that the
// second is empty.
func (j *job) leaveElsewhere() error {
	if m, ok := j.Member("bo@example.com"); ok {
		j.Must(j.Remove(m.ID))
		delete(j.members, "bo@example.com")
	}
	var last string
	for i := 0; len(j.Members()) < 101; i++ {
		last = j.NewMember(fmt.Sprintf("crowd%d@example.com", i), "One Of Many", "analyst")
	}
	first := true
	j.OnRequest(func(operation string, _ int) {
		requests := j.Requests()
		if operation == "listUsers" && first && len(requests) > 0 && strings.Contains(requests[len(requests)-1].Query, "page_number=1") {
			first = false
			j.Must(j.Remove(last))
		}
	})
	defer func() {
		j.OnRequest(nil)
		for _, m := range j.Members() {
			if strings.HasPrefix(m.Email, "crowd") {
				j.Must(j.Remove(m.ID))
			}
		}
	}()
	plan := j.tf.Plan(j.T.Context(), j.config, drive.Options{})
	if failed := plan.Errors(); len(failed) > 0 {
		return &problem{failed[0].Summary, failed[0].Detail}
	}
	if plan.Change(bo).Action != drive.Create || !plan.Warns("bo@example.com") {
		return fmt.Errorf("who left is planned as %s: %v", plan.Change(bo).Action, plan.Warnings())
	}
	delete(j.config, bo)
	return j.settled()
}

func (j *job) adopt() error {
	j.config[cy] = person(cy, "developer")
	j.config[cy]["adopt_existing"] = true
	if err := j.settled(); err != nil {
		return err
	}
	if m, _ := j.Member("cy@example.com"); !slices.Equal(m.Roles, []string{"developer"}) {
		return fmt.Errorf("the roles are %v", m.Roles)
	}
	return nil
}

func (j *job) audit() error {
	const name = "modelprime_membership_audit"
	server := j.Configured(nil)
	roles := tftypes.Set{ElementType: tftypes.String}
	expected := map[string]tftypes.Value{}
	for email := range j.members {
		m, _ := j.Member(email)
		var values []tftypes.Value
		for _, role := range m.Roles {
			values = append(values, tftypes.NewValue(tftypes.String, role))
		}
		expected[email] = tftypes.NewValue(roles, values)
	}
	schema := server.Schemas.DataSourceSchemas[name].ValueType()
	read, err := server.ReadDataSource(j.T.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: name, Config: j.Object(schema, acctest.Attributes{"expected": tftypes.NewValue(tftypes.Map{ElementType: roles}, expected)}),
	})
	j.Must(err)
	for _, d := range read.Diagnostics {
		return &problem{d.Summary, d.Detail}
	}
	state, err := read.State.Unmarshal(schema)
	j.Must(err)
	var attributes map[string]tftypes.Value
	var unmanaged, missing []tftypes.Value
	j.Must(state.As(&attributes))
	j.Must(attributes["unmanaged"].As(&unmanaged))
	j.Must(attributes["missing"].As(&missing))
	if len(unmanaged) != 1 || len(missing) != 0 {
		return fmt.Errorf("unmanaged are %v, missing are %v", unmanaged, missing)
	}
	return nil
}

// exclusive removes somebody whom nobody invited.
func (j *job) exclusive() error {
	stranger := j.NewMember("stranger@example.com", "Somebody Else", "admin")
	defer func() { _ = j.Remove(stranger) }() // where the rule did not
	var emails []string
	for email := range j.members {
		emails = append(emails, email)
	}
	j.config[exclusive] = drive.Values{"emails": emails}
	return j.ruled(exclusive, "stranger@example.com")
}

// absent removes somebody who joins though they are to stay away.
func (j *job) absent() error {
	j.config[absent] = drive.Values{"emails": []string{"leaver@example.com"}}
	if err := j.settled(); err != nil {
		return err
	}
	j.NewMember("leaver@example.com", "Somebody Else", "analyst")
	return j.ruled(absent, "leaver@example.com")
}

// ruled runs, wants the rule to have named and removed the person, and takes it out again, which removes nobody.
func (j *job) ruled(address, email string) error {
	plan, err := j.run(drive.Options{})
	if err != nil {
		return err
	}
	if _, still := j.Member(email); still || !plan.Warns(email) {
		return fmt.Errorf("%s is a member: %v; warned: %v", email, still, plan.Warnings())
	}
	if err := j.empty(); err != nil {
		return err
	}
	delete(j.config, address)
	return j.settled()
}

func (j *job) remove() error {
	before := maps.Clone(j.config)
	for _, address := range []string{ada, cy, dee} {
		delete(j.config, address)
	}
	if err := j.settled(); err != nil {
		return err
	}
	for _, address := range []string{ada, cy, dee} {
		if values, managed := before[address]; managed {
			delete(j.members, values["email"].(string))
		}
	}
	return nil
}

// inviteMember invites somebody who joins just then. Either that is refused, and they are adopted, or they are e-mailed and
// found to have joined.
func (j *job) inviteMember() error {
	j.config[eve] = person(eve, "analyst")
	j.config[eve]["login_connection"] = "username-password"
	j.OnRequest(func(operation string, _ int) {
		if operation == "inviteUser" {
			j.NewMember("eve@example.com", "Eve Gear", "analyst")
			j.members["eve@example.com"] = true
		}
	})
	_, err := j.run(drive.Options{})
	j.OnRequest(nil)
	if _, asked := j.Member("eve@example.com"); err != nil && !asked {
		return err
	}
	if err == nil {
		j.mailed(eve)
	} else if j.config[eve]["adopt_existing"] = true; j.tf.Object(eve) != nil {
		return fmt.Errorf("refused, and in the state: %w", err)
	}
	if err := j.settled(); err != nil {
		return err
	}
	return j.wantStatus("active", eve)
}
