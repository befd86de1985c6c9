package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// start measures the CLI's validate, which starts the provider for its schema, and the size of the stripped binary.
func (b *bench) start(ctx context.Context) error {
	const one = "resource \"modelprime_membership\" \"m\" {\n  email = \"ada@example.com\"\n"
	walls, err := b.validate(ctx, []cli{b.smallest, b.real}, []string{one + "}\n", one + "  name = \"Ada\"\n  roles = [\"developer\"]\n}\n"})
	if err != nil {
		return err
	}
	smallest, ours := walls[0], walls[1]
	sizes := [2]int64{}
	for i, c := range []cli{b.smallest, b.real} {
		info, err := os.Stat(c.provider)
		if err != nil {
			return err
		}
		sizes[i] = info.Size()
	}
	b.printf("## Start and size\n\n| | smallest provider | this provider | ratio | target |\n|---|---:|---:|---:|---|\n")
	b.printf("| `validate` | %s | %s | %.2f | %s |\n", seconds(smallest.wall), seconds(ours.wall), ratio(ours.wall, smallest.wall), target(ratio(ours.wall, smallest.wall), 1.1))
	size := float64(sizes[1]) / float64(sizes[0])
	b.printf("| stripped binary | %.1f MiB | %.1f MiB | %.2f | %s |\n\n", mib(sizes[0]), mib(sizes[1]), size, target(size, 1.15))
	return nil
}

// validate measures the CLI's validate with several providers in turn, because a machine's speed changes.
func (b *bench) validate(ctx context.Context, providers []cli, configs []string) ([]measured, error) {
	runs := make([][]measured, len(providers))
	for range 5 * b.runs {
		for i, c := range providers {
			space, err := newWorkspace(b.dir)
			if err != nil {
				return nil, err
			}
			if err := space.write("main.tf", required+configs[i]); err != nil {
				return nil, err
			}
			m, err := c.run(ctx, space.dir, "validate", "-no-color")
			if err != nil {
				return nil, err
			}
			runs[i] = append(runs[i], m)
		}
	}
	medians := make([]measured, len(providers))
	for i := range runs {
		medians[i] = median(runs[i])
	}
	return medians, nil
}

// lines measures each line at each size, next to the same number of terraform_data.
func (b *bench) lines(ctx context.Context) error {
	b.printf("## Work, at %s a request\n\n| members | | managed | requests | bound | in flight | time | floor | ratio | time per member, relative to 1,000 | provider's memory |\n"+
		"|---:|---|---:|---:|---|---:|---:|---:|---:|---:|---:|\n", b.latency)
	thousand := map[string]time.Duration{} // by title, the time per member at 1,000
	exceeded := 0
	for _, n := range b.sizes {
		for _, l := range lines {
			if !strings.Contains(l.title, b.only) || l.most > 0 && n > max(l.most, b.most) {
				continue
			}
			m, f, err := b.withFloor(ctx, b.real, memberships, floor, l, n)
			if err != nil {
				return err
			}
			p := l.people(n)
			bound := l.bound(p)
			if m.requests > bound {
				exceeded++
			}
			if l.title == lines[0].title {
				b.times = append(b.times, point{n, m.wall, f.wall, time.Duration(n) * b.latency / 10})
			}
			part := m.wall / time.Duration(n)
			if n == 1000 {
				thousand[l.title] = part
			}
			b.printf("| %s | %s | %s | %s | %s | %d | %s | %s | %.1f | %s | %.0f MiB |\n", number(n), l.title, number(max(p.configured, p.known)), number(m.requests),
				held(m.requests, bound), m.peak, seconds(m.wall), seconds(f.wall), ratio(m.wall, f.wall), growth(part, thousand[l.title]), mib(m.memory))
		}
	}
	b.printf("\nBounds exceeded: %d.\n\n", exceeded)
	return nil
}

// held formats a bound and whether it holds.
func held(requests, bound int) string {
	if requests > bound {
		return "**exceeded: " + number(bound) + "**"
	}
	return "≤ " + number(bound)
}

// target formats a target and whether the ratio meets it.
func target(got, most float64) string {
	if got > most {
		return fmt.Sprintf("**missed: %.2f**", most)
	}
	return fmt.Sprintf("≤ %.2f", most)
}

// growth is the time per member relative to 1,000 members: 1 for linear growth.
func growth(part, thousand time.Duration) string {
	if thousand == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", ratio(part, thousand))
}

// wire compares a plan with latency with the same plan without, and that with a provider that sends no requests.
func (b *bench) wire(ctx context.Context) error {
	const n = 1000
	active := lines[0]
	b.printf("## Network and processor: a plan of %s active members\n\n| in flight | latency | time | compared with | | ratio | processor time | target |\n|---:|---:|---:|---|---:|---:|---:|---|\n", number(n))
	none, err := b.processor(ctx, active, n)
	if err != nil {
		return err
	}
	for _, w := range []struct {
		parallel int
		most     float64
	}{{10, 1.1}, {50, 1.25}} {
		s := inFlight(w.parallel)
		if w.parallel != 10 {
			if none, err = b.repeat(ctx, b.real, memberships, active, n, s); err != nil {
				return err
			}
		}
		s.latency = b.latency
		with, err := b.repeat(ctx, b.real, memberships, active, n, s)
		if err != nil {
			return err
		}
		ideal := none.wall + n*b.latency/time.Duration(w.parallel)
		b.printf("| %d | %s | %s | no latency + %d × %s ÷ %d | %s | %.2f | | %s |\n", w.parallel, b.latency, seconds(with.wall), n, b.latency, w.parallel,
			seconds(ideal), ratio(with.wall, ideal), target(ratio(with.wall, ideal), w.most))
	}
	b.printf("\n")
	return nil
}

func inFlight(parallel int) setting {
	return setting{
		args: []string{fmt.Sprintf("-parallelism=%d", parallel)},
		env:  []string{fmt.Sprintf("MODELPRIME_MAX_CONCURRENT_REQUESTS=%d", parallel)},
	}
}

// processor measures a plan without latency next to providers that send no requests, in turn, because a machine's speed
// changes.
func (b *bench) processor(ctx context.Context, l line, n int) (measured, error) {
	providers := []cli{b.real, b.still, b.stillServed}
	runs := make([][]measured, len(providers))
	for range 2*b.runs - 1 {
		for i, c := range providers {
			m, err := b.measure(ctx, c, memberships, l, n, inFlight(10))
			if err != nil {
				return m, err
			}
			runs[i] = append(runs[i], m)
		}
	}
	none := median(runs[0])
	for i, what := range []string{"the same schema, Read returns its state", "the same, with this provider's server"} {
		still := median(runs[i+1])
		wanted := target(ratio(none.wall, still.wall), 1.15)
		if i == 1 {
			wanted = ""
		}
		b.printf("| 10 | 0 | %s | %s | %s | %.2f | %.2f | %s |\n", seconds(none.wall), what, seconds(still.wall), ratio(none.wall, still.wall),
			ratio(none.busy, still.busy), wanted)
	}
	return none, nil
}

// limit measures a plan with an API that has a rate limit.
func (b *bench) limit(ctx context.Context) error {
	const n, perSecond = 1000, 20
	b.printf("## A rate limit of %d requests a second\n\n| members | requests | refused | target | time | %s ÷ %d s | ratio | target |\n|---:|---:|---:|---|---:|---:|---:|---|\n",
		perSecond, number(n), perSecond)
	m, err := b.measure(ctx, b.real, memberships, lines[0], n, setting{perSecond: perSecond})
	if err != nil {
		return err
	}
	ideal := time.Second * n / perSecond
	refused := 100 * float64(m.refused) / float64(m.requests)
	wanted := "< 5 %"
	if refused >= 5 {
		wanted = "**missed: < 5 %**"
	}
	b.printf("| %s | %s | %d (%.1f %%) | %s | %s | %s | %.2f | %s |\n\n", number(n), number(m.requests), m.refused, refused, wanted,
		seconds(m.wall), seconds(ideal), ratio(m.wall, ideal), target(ratio(m.wall, ideal), 1.1))
	return nil
}

// number formats a number with thousands separators.
func number(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", number(n/1000), n%1000)
}

func seconds(d time.Duration) string   { return fmt.Sprintf("%.2f s", d.Seconds()) }
func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
func mib(bytes int64) float64          { return float64(bytes) / (1 << 20) }
