package variations_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
)

// invite returns the warning of an unconfirmed invitation, which is not an error.
func (j *job) invite() error {
	j.config[ada], j.config[bo] = person(ada, "developer"), person(bo, "analyst")
	j.config[bo]["login_connection"] = "username-password"
	if err := j.runAndSettle(); err != nil {
		return err
	}
	j.countEmail(bo)
	if j.status(ada) == "unconfirmed" {
		plan := j.tf.Plan(j.T.Context(), j.config, drive.Options{})
		for _, warning := range plan.Warnings() {
			return errors.Join(&problem{warning.Summary, warning.Detail}, j.wantStatus("invited", bo))
		}
	}
	j.countEmail(ada)
	return j.wantStatus("invited", ada, bo)
}

func (j *job) inviteAgain() error {
	j.config[ada]["resend"] = "1"
	if err := j.runAndSettle(); err != nil {
		return err
	}
	j.countEmail(ada)
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
	if err := j.runAndSettle(); err != nil {
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

// leaveElsewhere removes a member outside Terraform. The list then has two pages, and another member leaves during the read, so the
// second page is empty.
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
		return fmt.Errorf("the member who left is planned as %s: %v", plan.Change(bo).Action, plan.Warnings())
	}
	delete(j.config, bo)
	return j.runAndSettle()
}

func (j *job) adopt() error {
	j.config[cy] = person(cy, "developer")
	j.config[cy]["adopt_existing"] = true
	if err := j.runAndSettle(); err != nil {
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

// exclusive removes an uninvited member.
func (j *job) exclusive() error {
	stranger := j.NewMember("stranger@example.com", "Somebody Else", "admin")
	defer func() { _ = j.Remove(stranger) }() // if the rule did not
	var emails []string
	for email := range j.members {
		emails = append(emails, email)
	}
	j.config[exclusive] = drive.Values{"emails": emails}
	return j.ruled(exclusive, "stranger@example.com")
}

// absent removes a member who joins although the rule forbids it.
func (j *job) absent() error {
	j.config[absent] = drive.Values{"emails": []string{"leaver@example.com"}}
	if err := j.runAndSettle(); err != nil {
		return err
	}
	j.NewMember("leaver@example.com", "Somebody Else", "analyst")
	return j.ruled(absent, "leaver@example.com")
}

// ruled runs, checks that the rule named and removed the member, and removes the rule, which removes no member.
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
	return j.runAndSettle()
}

func (j *job) remove() error {
	before := maps.Clone(j.config)
	for _, address := range []string{ada, cy, dee} {
		delete(j.config, address)
	}
	if err := j.runAndSettle(); err != nil {
		return err
	}
	for _, address := range []string{ada, cy, dee} {
		if values, managed := before[address]; managed {
			delete(j.members, values["email"].(string))
		}
	}
	return nil
}

// inviteMember invites a person who joins at that moment. Either the invitation is refused and they are adopted, or they are e-countEmail
// and found to have joined.
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
		j.countEmail(eve)
	} else if j.config[eve]["adopt_existing"] = true; j.tf.Object(eve) != nil {
		return fmt.Errorf("refused, and in the state: %w", err)
	}
	if err := j.runAndSettle(); err != nil {
		return err
	}
	return j.wantStatus("active", eve)
}
