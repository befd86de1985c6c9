package roster

import (
	"cmp"
	"fmt"

	"go.yaml.in/yaml/v4"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// textParser walks a roster's nodes and collects its mistakes.
type textParser struct {
	text     Text
	mistakes []Mistake
	lines    map[string]int // where each address is listed first
}

// subject names the part of the roster that has a mistake.
type subject interface{ String() string }

// mistake records a mistake. The text says what is wrong and what is allowed.
func (p *textParser) mistake(line int, about subject, format string, args ...any) {
	p.mistakes = append(p.mistakes, Mistake{Line: max(line, 1), Message: about.String() + ": " + fmt.Sprintf(format, args...)})
}

func (p *textParser) roster(root *yaml.Node) {
	fields := p.fields(root, theRoster, "teams", "people", "leavers")
	if teams := fields["teams"]; p.is(yaml.MappingNode, teams, theRoster, "teams", "Write each team under its name.") {
		p.teams(teams)
	}
	p.people(fields["people"], theRoster, team{})
	if leavers := fields["leavers"]; p.is(yaml.SequenceNode, leavers, theRoster, "leavers", "Write a list of addresses.") {
		p.leavers(leavers)
	}
}

// team holds the values that its people share. The zero team is for people without a team.
type team struct {
	name       string
	roles      []string
	hasRoles   bool // also true for invalid roles, so that they are one mistake instead of one for each person
	connection string
}

func (p *textParser) teams(n *yaml.Node) {
	lines := map[string]int{}
	for key, value := range pairs(n) {
		name, ok := p.scalar(key, theRoster, "the name of a team")
		if !ok {
			continue
		}
		about := named("team " + shown(name))
		if problem := modelprime.NameProblem(name); problem != "" || isNull(key) {
			about = named("team " + quoted(name))
			p.mistake(key.Line, about, "%s", cmp.Or(problem, "The name is empty."))
		}
		if first, repeated := lines[name]; repeated {
			p.mistake(key.Line, about, "The team is listed twice, first on line %d. Put its people together.", first)
		} else {
			lines[name] = key.Line
		}
		p.team(value, about, name)
	}
}

func (p *textParser) team(n *yaml.Node, about named, name string) {
	fields := p.fields(n, about, "roles", "login_connection", "people")
	t := team{name: name, hasRoles: fields["roles"] != nil}
	t.roles = p.roles(fields["roles"], about)
	t.connection = p.connection(fields["login_connection"], about)
	p.people(fields["people"], about, t)
}

func (p *textParser) people(n *yaml.Node, of named, t team) {
	if !p.is(yaml.SequenceNode, n, of, "people", "Write a list of people.") {
		return
	}
	for i, item := range n.Content {
		about := person{place: fmt.Sprintf("person %d of %s", i+1, of)}
		about.Team = t.name
		if isNull(item) {
			p.mistake(item.Line, about, "The entry is empty.")
			continue
		}
		about.Name, about.Email = valueOf(item, "name"), valueOf(item, "email")
		p.person(item, about, t)
	}
}

func (p *textParser) person(n *yaml.Node, about person, t team) {
	fields := p.fields(n, about, "name", "email", "roles", "login_connection", "until")
	if fields == nil {
		return
	}
	read := Person{Team: t.name, Roles: t.roles, LoginConnection: t.connection}
	read.Name = p.required(fields["name"], n.Line, about, "name", modelprime.NameProblem)
	read.Email = p.required(fields["email"], n.Line, about, "email", emailProblem)
	if roles := fields["roles"]; roles != nil {
		read.Roles = p.roles(roles, about)
	} else if !t.hasRoles {
		p.mistake(n.Line, about, "No role. Write roles, with at least one of %s.", inWords(modelprime.Roles()))
	}
	if connection := p.connection(fields["login_connection"], about); connection != "" {
		read.LoginConnection = connection
	}
	read.Until = p.until(fields["until"], about)
	if read.Email == "" {
		return
	}
	key := modelprime.FoldEmail(read.Email)
	if first, repeated := p.lines[key]; repeated {
		p.mistake(n.Line, about, "The person is listed twice, first %s. Keep one entry. Upper and lower case are the same address.", p.place(key, first))
		return
	}
	p.lines[key] = n.Line
	p.text.People[key] = read
}

// place returns where an address is listed, for messages.
func (p *textParser) place(key string, line int) string {
	if team := p.text.People[key].Team; team != "" {
		return fmt.Sprintf("on line %d, in team %s", line, shown(team))
	}
	return fmt.Sprintf("on line %d", line)
}

func (p *textParser) leavers(n *yaml.Node) {
	lines := map[string]int{}
	for i, item := range n.Content {
		about := named(fmt.Sprintf("leaver %d", i+1))
		if item.Kind == yaml.ScalarNode && !isEmpty(item) {
			about = named("leaver " + shown(item.Value))
		}
		email := p.required(item, item.Line, about, "address", emailProblem)
		if email == "" {
			continue
		}
		key := modelprime.FoldEmail(email)
		if first, repeated := lines[key]; repeated {
			p.mistake(item.Line, about, "The address is in leavers twice, first on line %d. Keep one.", first)
			continue
		}
		lines[key] = item.Line
		if line, listed := p.lines[key]; listed {
			p.mistake(item.Line, about, "The person is also listed %s. Keep one of the two.", p.place(key, line))
		}
		p.text.Leavers = append(p.text.Leavers, key)
	}
}
