package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// start measures the CLI's validate, which starts the provider for its schema, and the size of the stripped binary.
func (b *bench) start(ctx context.Context) error {
	validate := func(c cli, config string) (measured, error) {
		space, err := newWorkspace(b.dir)
		if err != nil {
			return measured{}, err
		}
		if err := space.write("main.tf", required+config); err != nil {
			return measured{}, err
		}
		runs := make([]measured, 0, 5*b.runs)
		for range 5 * b.runs {
			m, err := c.run(ctx, space.dir, "validate", "-no-color")
			if err != nil {
				return m, err
			}
			runs = append(runs, m)
		}
		return median(runs), nil
	}
	const one = "resource \"modelprime_membership\" \"m\" {\n  email = \"ada@example.com\"\n"
	smallest, err := validate(b.smallest, one+"}\n")
	if err != nil {
		return err
	}
	ours, err := validate(b.real, one+"  name = \"Ada\"\n  roles = [\"developer\"]\n}\n")
	if err != nil {
		return err
	}
	sizes := [2]int64{}
	for i, c := range []cli{b.smallest, b.real} {
		info, err := os.Stat(c.provider)
		if err != nil {
			return err
		}
		sizes[i] = info.Size()
	}
	b.printf("## Start and size\n\n| | smallest provider | this provider | ratio |\n|---|---:|---:|---:|\n")
	b.printf("| `validate` | %s | %s | %.2f |\n", seconds(smallest.wall), seconds(ours.wall), ratio(ours.wall, smallest.wall))
	b.printf("| stripped binary | %.1f MiB | %.1f MiB | %.2f |\n\n", mib(sizes[0]), mib(sizes[1]), float64(sizes[1])/float64(sizes[0]))
	return nil
}

// lines measures each line at each size, beside as many terraform_data.
func (b *bench) lines(ctx context.Context) error {
	b.printf("## Work, at %s a request\n\n| | members | managed | requests | bound | in flight | time | floor | ratio | provider's memory |\n"+
		"|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n", b.latency)
	for _, l := range lines {
		for _, n := range b.sizes {
			m, err := b.repeat(ctx, b.real, memberships, l, n, setting{latency: b.latency})
			if err != nil {
				return err
			}
			f, err := b.repeat(ctx, b.real, floor, l, n, setting{})
			if err != nil {
				return err
			}
			members := 1
			if l.joined {
				members += n
			}
			b.printf("| %s | %d | %d | %d | %d | %d | %s | %s | %.1f | %.0f MiB |\n", l.title, members, l.managed(n), m.requests,
				l.bound(l.managed(n), members), m.peak, seconds(m.wall), seconds(f.wall), ratio(m.wall, f.wall), mib(m.memory))
		}
	}
	b.printf("\n")
	return nil
}

// wire holds a plan with latency against the same plan without, and that against a provider that asks nobody.
func (b *bench) wire(ctx context.Context) error {
	const n = 1000
	active := lines[0]
	still, err := b.repeat(ctx, b.still, memberships, active, n, setting{})
	if err != nil {
		return err
	}
	b.printf("## The wire and the processor: a plan of %d active members\n\n| in flight | latency | time | what it is held against | | ratio |\n|---:|---:|---:|---|---:|---:|\n", n)
	for _, parallel := range []int{10, 50} {
		s := setting{
			args: []string{fmt.Sprintf("-parallelism=%d", parallel)},
			env:  []string{fmt.Sprintf("MODELPRIME_MAX_CONCURRENT_REQUESTS=%d", parallel)},
		}
		none, err := b.repeat(ctx, b.real, memberships, active, n, s)
		if err != nil {
			return err
		}
		if parallel == 10 {
			b.printf("| %d | 0 | %s | the same schema, Read returns its state | %s | %.2f |\n", parallel, seconds(none.wall), seconds(still.wall), ratio(none.wall, still.wall))
		}
		s.latency = b.latency
		with, err := b.repeat(ctx, b.real, memberships, active, n, s)
		if err != nil {
			return err
		}
		ideal := none.wall + n*b.latency/time.Duration(parallel)
		b.printf("| %d | %s | %s | without latency + %d × %s ÷ %d | %s | %.2f |\n", parallel, b.latency, seconds(with.wall), n, b.latency, parallel, seconds(ideal), ratio(with.wall, ideal))
	}
	b.printf("\n")
	return nil
}

// limit measures a plan against an API that allows a rate.
func (b *bench) limit(ctx context.Context) error {
	const n, perSecond = 1000, 20
	m, err := b.measure(ctx, b.real, memberships, lines[0], n, setting{perSecond: perSecond})
	if err != nil {
		return err
	}
	ideal := time.Second * n / perSecond
	b.printf("## A rate limit of %d requests a second\n\n| members | requests | refused | time | %d ÷ %d s | ratio |\n|---:|---:|---:|---:|---:|---:|\n", perSecond, n, perSecond)
	b.printf("| %d | %d | %d (%.1f %%) | %s | %s | %.2f |\n\n", n, m.requests, m.refused, 100*float64(m.refused)/float64(m.requests), seconds(m.wall), seconds(ideal), ratio(m.wall, ideal))
	return nil
}

func seconds(d time.Duration) string   { return fmt.Sprintf("%.2f s", d.Seconds()) }
func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
func mib(bytes int64) float64          { return float64(bytes) / (1 << 20) }
