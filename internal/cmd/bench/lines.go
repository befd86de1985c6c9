package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const organizationID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"

// people says how many of the same numbered people, from the first on, have each property in a line.
type people struct {
	members    int // members of the organization; other people in the state are invited
	configured int
	known      int // in the state
	kept       int // with unchanged roles
}

// line is one measured operation.
type line struct {
	title  string
	people func(n int) people
	args   []string
	bound  func(p people) int // requests, at most
	most   int                // the largest measured size; 0 is any
}

func pages(p people) int { return (p.members + 1 + 99) / 100 } // including the token's owner

var (
	plan    = []string{"plan", "-input=false", "-no-color"}
	apply   = []string{"apply", "-input=false", "-no-color", "-auto-approve"}
	destroy = []string{"destroy", "-input=false", "-no-color", "-auto-approve"}
)

// managing is a line with some managed members and no change.
func managing(managed int) func(n int) people {
	return func(n int) people {
		m := n * managed / 100
		return people{members: n, configured: m, known: m, kept: m}
	}
}

// The bounds. A bound of an apply is for its plan and its apply together.
func refreshBound(p people) int { return min(p.known, p.members) + pages(p) + 2 }
func createBound(p people) int  { return refreshBound(p) + p.configured - p.known + pages(p) + 2 }
func roleBound(p people) int    { return refreshBound(p) + p.configured - p.kept + pages(p) + 2 }
func removeBound(p people) int  { return refreshBound(p) + p.known - p.configured + pages(p) + 2 }
func destroyBound(p people) int { return refreshBound(p) + p.known + pages(p) + 4 }

// lines are the measured operations. Terraform's own time for an apply grows with the square of the changes, because it copies
// the state after each change. So all people change only in small organizations, and one in a hundred in all sizes.
var lines = []line{
	{"plan, all active", managing(100), plan, refreshBound, 0},
	{"plan, all invited", func(n int) people { return people{0, n, n, n} }, plan, func(p people) int { return pages(p) + 2 }, 0},
	{"plan, half managed", managing(50), plan, refreshBound, 0},
	{"plan, 1 % managed", managing(1), plan, refreshBound, 0},
	{"apply, 1 % created", func(n int) people { return people{n - n/100, n, n - n/100, n} }, apply, createBound, 0},
	{"apply, 1 % other roles", func(n int) people { return people{n, n, n, n - n/100} }, apply, roleBound, 0},
	{"apply, 1 % removed", func(n int) people { return people{n, n - n/100, n, n} }, apply, removeBound, 0},
	{"apply, all created", func(n int) people { return people{0, n, 0, n} }, apply, createBound, 1000},
	{"apply, all other roles", func(n int) people { return people{n, n, n, 0} }, apply, roleBound, 1000},
	{"destroy", func(n int) people { return people{n, n, n, n} }, destroy, destroyBound, 1000},
}

// minimalLines are measured with -minimal-refresh: unchanged instances are not read.
var minimalLines = []line{
	{"plan, all active", managing(100), minimalRefresh(plan), func(people) int { return 1 }, 0},
	{"apply, 1 % other roles", lines[5].people, minimalRefresh(apply), func(p people) int { return 2 * (p.configured - p.kept + pages(p) + 2) }, 0},
}

func minimalRefresh(args []string) []string { return append(slices.Clone(args), "-minimal-refresh") }

// setting is the environment of a measurement.
type setting struct {
	latency   time.Duration
	perSecond int
	args      []string
	env       []string
}

// world is the organization of one run.
type world struct {
	*sandbox.Sandbox
	server *httptest.Server
}

// newWorld makes an organization with the token's owner and this number of members.
func newWorld(members int, s setting) (world, error) {
	box := sandbox.New(sandbox.Options{Organization: sandbox.Organization{ID: organizationID, Name: "Example Robotics", ShortName: "example"}})
	for i := range members {
		if _, err := box.AddMember(sandbox.User{ID: userID(i), Email: email(i), Name: name(i), Roles: []string{"developer"}}); err != nil {
			return world{}, err
		}
	}
	box.SetLatency(s.latency)
	if s.perSecond > 0 {
		box.SetRateLimit(s.perSecond)
	}
	return world{box, httptest.NewServer(http.Handler(box))}, nil
}

// beside makes an organization and a folder. The caller closes the organization's server.
func (b *bench) beside(members int, s setting) (world, workspace, error) {
	w, err := newWorld(members, s)
	if err != nil {
		return world{}, workspace{}, err
	}
	space, err := newWorkspace(b.dir)
	if err != nil {
		w.server.Close()
	}
	return w, space, err
}

// measure runs a line once in a new world.
func (b *bench) measure(ctx context.Context, c cli, k kind, l line, n int, s setting) (measured, error) {
	p := l.people(n)
	w, space, err := b.beside(p.members, s)
	if err != nil {
		return measured{}, err
	}
	defer w.server.Close()
	if err := space.fill(k, p); err != nil {
		return measured{}, err
	}
	c = c.against(w)
	c.Env = append(c.Env, s.env...)
	m, err := c.run(ctx, space.dir, append(append([]string{}, l.args...), s.args...)...)
	if err != nil {
		return m, err
	}
	requests := w.Requests()
	m.requests, m.peak = len(requests), w.PeakInFlight()
	for _, r := range requests {
		if r.Status == http.StatusTooManyRequests {
			m.refused++
		}
	}
	return m, nil
}

// repeat measures a line several times and returns the median.
func (b *bench) repeat(ctx context.Context, c cli, k kind, l line, n int, s setting) (measured, error) {
	m, err := medianOf(b.runsOf(n), func() (measured, error) { return b.measure(ctx, c, k, l, n, s) })
	if err != nil {
		return measured{}, fmt.Errorf("%s of %d: %w", l.title, n, err)
	}
	return m, nil
}

// withFloor measures a line at the benchmark's latency, and its floor, which sends no requests.
func (b *bench) withFloor(ctx context.Context, c cli, k, floor kind, l line, n int) (m, f measured, err error) {
	if m, err = b.repeat(ctx, c, k, l, n, setting{latency: b.latency}); err != nil {
		return m, f, err
	}
	f, err = b.repeat(ctx, c, floor, l, n, setting{})
	return m, f, err
}
