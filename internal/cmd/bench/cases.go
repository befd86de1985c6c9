package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// minimal measures plans with -minimal-refresh, if a CLI with this option is given.
func (b *bench) minimal(ctx context.Context) error {
	if b.next.Path == "" {
		return nil
	}
	b.printf("## With -minimal-refresh (%s), at %s a request\n\n| members | | requests | bound | time | floor | ratio |\n|---:|---|---:|---:|---:|---:|---:|\n",
		versionOf(ctx, b.next), b.latency)
	for _, n := range b.sizes {
		for _, l := range minimalLines {
			m, f, err := b.withFloor(ctx, b.next, memberships, floor, l, n)
			if err != nil {
				return err
			}
			b.printf("| %s | %s | %s | %s | %s | %s | %.1f |\n", number(n), l.title, number(m.requests), held(m.requests, l.bound(l.people(n))),
				seconds(m.wall), seconds(f.wall), ratio(m.wall, f.wall))
		}
	}
	b.printf("\n")
	return nil
}

// destroys measures the destroy of 1,000 memberships of people who have not joined, and the size of Terraform's files.
func (b *bench) destroys(ctx context.Context) error {
	const n = 1000
	b.printf("## Destroying %s memberships of people who have not joined, at %s a request\n\n"+
		"| members of the organization | plan | requests | apply | requests | saved plan | state |\n|---:|---:|---:|---:|---:|---:|---:|\n", number(n), b.latency)
	for _, members := range []int{0, 10 * n} {
		if err := b.forget(ctx, n, members); err != nil {
			return err
		}
	}
	b.printf("\n")
	return nil
}

func (b *bench) forget(ctx context.Context, n, members int) error {
	w, space, err := b.beside(members, setting{latency: b.latency})
	if err != nil {
		return err
	}
	defer w.server.Close()
	if err := space.fill(invitedBeside, people{members: members, known: n}); err != nil {
		return err
	}
	const saved = "out.tfplan"
	c := b.real.against(w)
	planned, err := c.run(ctx, space.dir, append(slices.Clone(plan), "-destroy", "-out="+saved)...)
	if err != nil {
		return err
	}
	asked := len(w.Requests())
	var sizes [2]float64
	for i, name := range []string{saved, "terraform.tfstate"} {
		info, err := os.Stat(filepath.Join(space.dir, name))
		if err != nil {
			return err
		}
		sizes[i] = float64(info.Size()) / (1 << 10)
	}
	applied, err := c.run(ctx, space.dir, "apply", "-input=false", "-no-color", saved)
	if err != nil {
		return err
	}
	b.printf("| %s | %s | %d | %s | %d | %.0f KiB | %.0f KiB |\n", number(members+1), seconds(planned.wall), asked, seconds(applied.wall), len(w.Requests())-asked, sizes[0], sizes[1])
	return nil
}

// rules measures a plan of each rule with nothing to remove, next to a terraform_data with the same addresses.
func (b *bench) rules(ctx context.Context) error {
	b.printf("## Rules with nothing to remove, at %s a request\n\n| members | | addresses | requests | bound | time | floor | ratio |\n|---:|---|---:|---:|---:|---:|---:|---:|\n", b.latency)
	one := line{
		title:  "plan, one rule",
		people: func(n int) people { return people{members: n, configured: 1, known: 1} },
		args:   append(slices.Clone(plan), "-detailed-exitcode"), // a change is also an error
		bound:  func(p people) int { return 2*pages(p) + 4 },
	}
	for _, n := range b.sizes {
		for _, rule := range []kind{exclusiveRule(n), absentRule(n)} {
			m, f, err := b.withFloor(ctx, b.real, rule, addressesAlone(n), one, n)
			if err != nil {
				return err
			}
			b.printf("| %s | %s | %s | %s | %s | %s | %s | %.1f |\n", number(n), rule.name, number(n), number(m.requests), held(m.requests, one.bound(one.people(n))),
				seconds(m.wall), seconds(f.wall), ratio(m.wall, f.wall))
		}
	}
	b.printf("\n")
	return nil
}

// exclusiveRule is the kind for a rule that lists all members. Its state is written, not applied, because Terraform compares all
// pairs of a set's elements after an apply: minutes for 10,000 addresses.
func exclusiveRule(n int) kind {
	ids := map[string]string{}
	for i := range n {
		ids[email(i)] = userID(i)
	}
	return rule("modelprime_exclusive_memberships", emails(0, n), map[string]any{"members": ids, "unlisted": map[string]string{}})
}

// absentRule is the kind for a rule that lists nobody who is a member.
func absentRule(n int) kind {
	return rule("modelprime_absent_memberships", emails(n, n), map[string]any{"present": map[string]string{}})
}

func rule(name string, emails []string, state map[string]any) kind {
	state["emails"], state["organization_id"] = emails, organizationID
	return kind{
		header: required, name: name, provider: memberships.provider, private: memberships.private,
		arguments: func(int, int) string { return fmt.Sprintf("  emails = %s\n", list(emails)) },
		state:     func(int, int) map[string]any { return state },
	}
}

// addressesAlone is the floor of a rule.
func addressesAlone(n int) kind {
	addresses := emails(0, n)
	return kind{
		name: floor.name, provider: floor.provider,
		arguments: func(int, int) string { return fmt.Sprintf("  input = toset(%s)\n", list(addresses)) },
		state:     func(i, _ int) map[string]any { return terraformData(i, addresses, []string{"set", "string"}) },
	}
}

func emails(first, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = email(first + i)
	}
	return all
}

// list returns texts in HCL. Terraform's range ends at 1,024.
func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = strconv.Quote(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// roster measures a plan that reads a roster with the function, next to one with yamldecode.
func (b *bench) roster(ctx context.Context) error {
	b.printf("## The function roster, compared with yamldecode of the same file\n\n| people | roster | yamldecode | ratio |\n|---:|---:|---:|---:|\n")
	for _, n := range b.sizes {
		var took [2]measured
		for i, read := range []string{"provider::modelprime::roster", "yamldecode"} {
			m, err := b.decoded(ctx, n, read)
			if err != nil {
				return err
			}
			took[i] = m
		}
		b.printf("| %s | %s | %s | %.1f |\n", number(n), seconds(took[0].wall), seconds(took[1].wall), ratio(took[0].wall, took[1].wall))
	}
	b.printf("\n")
	return nil
}

func (b *bench) decoded(ctx context.Context, n int, function string) (measured, error) {
	space, err := newWorkspace(b.dir)
	if err != nil {
		return measured{}, err
	}
	config := fmt.Sprintf("%s\noutput \"people\" {\n  value = length(%s(file(\"roster.yaml\")).people)\n}\n", required, function)
	for name, text := range map[string]string{"roster.yaml": yamlOfPeople(n), "main.tf": config} {
		if err := space.write(name, text); err != nil {
			return measured{}, err
		}
	}
	return medianOf(b.runs, func() (measured, error) { return b.real.run(ctx, space.dir, plan...) })
}

// against points a CLI's provider to an organization.
func (c cli) against(w world) cli {
	c.Env = slices.Concat(c.Env, []string{
		"MODELPRIME_ENDPOINT=" + w.server.URL + sandbox.BasePath,
		"MODELPRIME_EMAIL=" + sandbox.DefaultEmail,
		"MODELPRIME_TOKEN=" + sandbox.DefaultToken,
		"MODELPRIME_MAX_REMOVALS=100%",
	})
	return c
}
