package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// shape is one way to write a roster down.
type shape struct {
	title string
	files func(n int) map[string]string
}

// each is the resource of every shape.
func each(source string) string {
	return fmt.Sprintf(`resource "terraform_data" "m" {
  for_each = %s
  input    = each.value
}
`, source)
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

const decoded = "locals {\n  people = { for p in yamldecode(file(\"roster.yaml\")).people : p.email => p }\n}\n"

// shapes are held against count, which costs least and renumbers everybody behind somebody who leaves.
var shapes = []shape{
	{"`count`", func(n int) map[string]string {
		return map[string]string{"main.tf": fmt.Sprintf("resource \"terraform_data\" \"m\" {\n  count = %d\n  input = format(\"p%%05d\", count.index)\n}\n", n)}
	}},
	{"`for_each` over a local map", func(n int) map[string]string {
		return map[string]string{"main.tf": "locals {\n  people = " + mapOfPeople(n) + "}\n" + each("local.people")}
	}},
	{"`for_each` over a variable", func(n int) map[string]string {
		return map[string]string{"main.tf": "variable \"people\" {\n  type = map(object({ name = string, roles = set(string) }))\n}\n" + each("var.people"), "people.auto.tfvars": "people = " + mapOfPeople(n)}
	}},
	{"`for_each` over a decoded file", func(n int) map[string]string {
		return map[string]string{"main.tf": decoded + each("local.people"), "roster.yaml": yamlOfPeople(n)}
	}},
	{"`for_each` over the keys, looked up in the file", func(n int) map[string]string {
		return map[string]string{"main.tf": decoded + strings.Replace(each("toset(keys(local.people))"), "each.value", "local.people[each.key]", 1), "roster.yaml": yamlOfPeople(n)}
	}},
	{"`for_each` over a decoded file, ten resources", func(n int) map[string]string {
		files := map[string]string{"main.tf": decoded, "roster.yaml": yamlOfPeople(n)}
		for team := range 10 {
			files[fmt.Sprintf("team%d.tf", team)] = strings.Replace(
				each(fmt.Sprintf("{ for email, p in local.people : email => p if endswith(split(\"@\", email)[0], \"%d\") }", team)), `"m"`, fmt.Sprintf(`"m%d"`, team), 1)
		}
		return files
	}},
}

// shapes measures how a roster is best written at 1,000 people, with Terraform's own resource.
func (b *bench) shapes(ctx context.Context) error {
	const n = 1000
	b.printf("## The shape of a roster: a plan of %d `terraform_data`\n\n| shape | time | ratio to `count` |\n|---|---:|---:|\n", n)
	var first time.Duration
	for _, s := range shapes {
		space, err := newWorkspace(b.dir)
		if err != nil {
			return err
		}
		for file, content := range s.files(n) {
			if err := space.write(file, content); err != nil {
				return err
			}
		}
		runs := make([]measured, 0, b.runs)
		for range b.runs {
			m, err := b.real.run(ctx, space.dir, plan...)
			if err != nil {
				return fmt.Errorf("%s: %w", s.title, err)
			}
			runs = append(runs, m)
		}
		m := median(runs)
		if first == 0 {
			first = m.wall
		}
		b.printf("| %s | %s | %.1f |\n", s.title, seconds(m.wall), ratio(m.wall, first))
	}
	b.printf("\n")
	return nil
}
