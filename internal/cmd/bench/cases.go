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
			m, err := b.repeat(ctx, b.next, memberships, l, n, setting{latency: b.latency})
			if err != nil {
				return err
			}
			f, err := b.repeat(ctx, b.next, floor, l, n, setting{})
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
	for _, n := range b.sizes {
		bound := 2*pages(people{members: n}) + 4
		for rule, first := range map[string]int{"exclusive_memberships": 0, "absent_memberships": n} {
			addresses := listOf(first, n)
			m, err := b.ruled(ctx, n, fmt.Sprintf("%s\nresource \"modelprime_%s\" \"this\" {\n  emails = %s\n}\n", required, rule, addresses))
			if err != nil {
				return fmt.Errorf("%s of %d: %w", rule, n, err)
			}
			f, err := b.ruled(ctx, 0, fmt.Sprintf("resource \"terraform_data\" \"this\" {\n  input = toset(%s)\n}\n", addresses))
			if err != nil {
				return err
			}
			b.printf("| %s | %s | %s | %s | %s | %s | %s | %.1f |\n", number(n), rule, number(n), number(m.requests), held(m.requests, bound),
				seconds(m.wall), seconds(f.wall), ratio(m.wall, f.wall))
		}
	}
	b.printf("\n")
	return nil
}

// listOf returns the addresses of this number of people in HCL. Terraform's range ends at 1,024.
func listOf(first, n int) string {
	quoted := make([]string, n)
	for i := range quoted {
		quoted[i] = strconv.Quote(email(first + i))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// ruled creates the resources of a configuration, and measures the next plan.
func (b *bench) ruled(ctx context.Context, members int, config string) (measured, error) {
	w, space, err := b.beside(members, setting{})
	if err != nil {
		return measured{}, err
	}
	defer w.server.Close()
	if err := space.write("main.tf", config); err != nil {
		return measured{}, err
	}
	c := b.real.against(w)
	if _, err := c.run(ctx, space.dir, apply...); err != nil {
		return measured{}, err
	}
	w.SetLatency(b.latency)
	return medianOf(b.runs, func() (measured, error) {
		w.ResetLog()
		m, err := c.run(ctx, space.dir, append(slices.Clone(plan), "-detailed-exitcode")...) // a change is also an error
		m.requests = len(w.Requests())
		return m, err
	})
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
