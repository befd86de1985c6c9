package main

import (
	"context"
	"fmt"
	"strings"
)

// shape is one way to write a roster.
type shape struct {
	title string
	files func(n int) map[string]string
	place func(i int) place
}

// place is a person's address in the state.
type place struct {
	module, name string
	key          any
}

// each returns the resource of all shapes except count.
func each(name, source string) string {
	return fmt.Sprintf("resource \"terraform_data\" %q {\n  for_each = %s\n  input    = each.value.name\n}\n", name, source)
}

func byEmail(i int) place { return place{name: "m", key: email(i)} }

// Ten teams, in turn.
func team(i int) int { return i % 10 }

func ofTeam(t, n int) string {
	return "people:\n" + rosterOf(n, func(i int) string {
		if team(i) != t {
			return ""
		}
		return fmt.Sprintf("  - {email: %s, name: %q, roles: [developer]}\n", email(i), name(i))
	})
}

func rosterOf(n int, person func(i int) string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(person(i))
	}
	return all.String()
}

func mapOfPeople(n int) string {
	return "{\n" + rosterOf(n, func(i int) string {
		return fmt.Sprintf("  %q = { name = %q, roles = [\"developer\"] }\n", email(i), name(i))
	}) + "}\n"
}

func yamlOfPeople(n int) string {
	return "people:\n" + rosterOf(n, func(i int) string {
		return fmt.Sprintf("  - {email: %s, name: %q, roles: [developer]}\n", email(i), name(i))
	})
}

// decodedFrom is a map by address, out of a file.
func decodedFrom(file string) string {
	return fmt.Sprintf("{ for p in yamldecode(file(%q)).people : p.email => p }", file)
}

// aModule is a module with the resource and a variable for the people.
var aModule = "variable \"people\" {\n  type = map(object({ name = string, roles = set(string) }))\n}\n" + each("m", "var.people")

// withTeams returns the roster files of ten teams, and one more file for each team.
func withTeams(n int, more func(t int) string) map[string]string {
	files := map[string]string{"team/main.tf": aModule}
	for t := range 10 {
		files[fmt.Sprintf("team%d.yaml", t)] = ofTeam(t, n)
		if text := more(t); text != "" {
			files[fmt.Sprintf("team%d.tf", t)] = text
		}
	}
	return files
}

func teamFile(t int) string { return fmt.Sprintf("team%d.yaml", t) }

const decoded = "locals {\n  people = { for p in yamldecode(file(\"roster.yaml\")).people : p.email => p }\n}\n"

// shapes are compared with count, the cheapest one. With count, a leaver changes the index of all people after them.
var shapes = []shape{
	{"`count`", func(n int) map[string]string {
		return map[string]string{"main.tf": fmt.Sprintf("resource \"terraform_data\" \"m\" {\n  count = %d\n  input = format(\"Person %%05d\", count.index)\n}\n", n)}
	}, func(i int) place { return place{name: "m", key: i} }},
	{"`for_each` over a local map", func(n int) map[string]string {
		return map[string]string{"main.tf": "locals {\n  people = " + mapOfPeople(n) + "}\n" + each("m", "local.people")}
	}, byEmail},
	{"`for_each` over a variable", func(n int) map[string]string {
		return map[string]string{"main.tf": aModule, "people.auto.tfvars": "people = " + mapOfPeople(n)}
	}, byEmail},
	{"`for_each` over a decoded file", func(n int) map[string]string {
		return map[string]string{"main.tf": decoded + each("m", "local.people"), "roster.yaml": yamlOfPeople(n)}
	}, byEmail},
	{"`for_each` over the keys, looked up in the file", func(n int) map[string]string {
		return map[string]string{"main.tf": decoded + strings.Replace(each("m", "toset(keys(local.people))"), "each.value", "local.people[each.key]", 1), "roster.yaml": yamlOfPeople(n)}
	}, byEmail},
	{"a module with `for_each` inside, given a decoded file", func(n int) map[string]string {
		return map[string]string{
			"main.tf": "module \"roster\" {\n  source = \"./team\"\n  people = " + decodedFrom("roster.yaml") + "\n}\n", "team/main.tf": aModule, "roster.yaml": yamlOfPeople(n),
		}
	}, func(i int) place { return place{"module.roster", "m", email(i)} }},
	{"ten teams: a file and a resource each", func(n int) map[string]string {
		return withTeams(n, func(t int) string { return each(fmt.Sprintf("m%d", t), decodedFrom(teamFile(t))) })
	}, func(i int) place { return place{name: fmt.Sprintf("m%d", team(i)), key: email(i)} }},
	{"ten teams: a file and a module each", func(n int) map[string]string {
		return withTeams(n, func(t int) string {
			return fmt.Sprintf("module \"team%d\" {\n  source = \"./team\"\n  people = %s\n}\n", t, decodedFrom(teamFile(t)))
		})
	}, func(i int) place { return place{fmt.Sprintf("module.team%d", team(i)), "m", email(i)} }},
	{"ten teams: a file each, one module with `for_each`", func(n int) map[string]string {
		files := withTeams(n, func(int) string { return "" })
		files["main.tf"] = "module \"team\" {\n  source   = \"./team\"\n  for_each = fileset(path.module, \"*.yaml\")\n  people   = { for p in yamldecode(file(each.key)).people : p.email => p }\n}\n"
		return files
	}, func(i int) place { return place{fmt.Sprintf("module.team[%q]", teamFile(team(i))), "m", email(i)} }},
}

// stateOf returns the state of all people.
func (s shape) stateOf(n int) []any {
	instances := map[place][]any{}
	var order []place
	for i := range n {
		at := s.place(i)
		key := at.key
		at.key = nil
		if instances[at] == nil {
			order = append(order, at)
		}
		value := map[string]any{"value": name(i), "type": "string"}
		instances[at] = append(instances[at], map[string]any{"index_key": key, "schema_version": 0, "sensitive_attributes": []any{}, "attributes": map[string]any{
			"id": fmt.Sprintf("00000000-0000-4000-8000-%012d", i), "input": value, "output": value, "triggers_replace": nil,
		}})
	}
	var resources []any
	for _, at := range order {
		resource := map[string]any{"mode": "managed", "type": "terraform_data", "name": at.name, "provider": `provider["terraform.io/builtin/terraform"]`, "instances": instances[at]}
		if at.module != "" {
			resource["module"] = at.module
		}
		resources = append(resources, resource)
	}
	return resources
}

// shapes measures the shapes of a roster of 1,000 people with Terraform's own resource, in turn, because a machine's speed
// changes.
func (b *bench) shapes(ctx context.Context) error {
	const n = 1000
	spaces := make([]workspace, len(shapes))
	for i, s := range shapes {
		space, err := b.written(ctx, s, n)
		if err != nil {
			return fmt.Errorf("%s: %w", s.title, err)
		}
		spaces[i] = space
	}
	runs := make([][]measured, len(shapes))
	for range b.runs {
		for i, space := range spaces {
			m, err := b.real.run(ctx, space.dir, append(append([]string{}, plan...), "-detailed-exitcode")...)
			if err != nil {
				return fmt.Errorf("%s: %w", shapes[i].title, err) // also for a change
			}
			runs[i] = append(runs[i], m)
		}
	}
	b.printf("## The shape of a roster: a plan of %s unchanged `terraform_data`\n\n| shape | time | relative to `count` | processor time, relative to `count` |\n|---|---:|---:|---:|\n", number(n))
	count := median(runs[0])
	for i, s := range shapes {
		m := median(runs[i])
		b.printf("| %s | %s | %.1f | %.1f |\n", s.title, seconds(m.wall), ratio(m.wall, count.wall), ratio(m.busy, count.busy))
	}
	b.printf("\n")
	return nil
}

// written makes a folder with a roster of that shape and a state of all people.
func (b *bench) written(ctx context.Context, s shape, n int) (workspace, error) {
	space, err := newWorkspace(b.dir)
	if err != nil {
		return space, err
	}
	for file, content := range s.files(n) {
		if err := space.write(file, content); err != nil {
			return space, err
		}
	}
	if err := space.writeState(s.stateOf(n)); err != nil {
		return space, err
	}
	_, err = b.real.run(ctx, space.dir, "init", "-no-color")
	return space, err
}
