package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const organizationID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"

// line is one kind of work at one size.
type line struct {
	title   string
	managed func(n int) int // how many of an organization of n the configuration holds
	joined  bool            // they are members; else they were invited
	exist   bool            // they are in the state
	role    string          // which the configuration gives them; the state says developer
	args    []string
	bound   func(managed, members int) int // requests, at most
}

func all(n int) int { return n }

func pages(members int) int { return (members + 99) / 100 }

var (
	plan    = []string{"plan", "-input=false", "-no-color"}
	apply   = []string{"apply", "-input=false", "-no-color", "-auto-approve"}
	destroy = []string{"destroy", "-input=false", "-no-color", "-auto-approve"}
)

// lines are the work that is measured. The bounds of an apply are those of the plan and the apply that it consists of.
var lines = []line{
	{"plan, all active", all, true, true, "developer", plan, func(n, m int) int { return n + pages(m) + 2 }},
	{"plan, all invited", all, false, true, "developer", plan, func(_, m int) int { return pages(m) + 2 }},
	{"plan, half managed", func(n int) int { return n / 2 }, true, true, "developer", plan, func(n, m int) int { return n + pages(m) + 2 }},
	{"plan, 1 % managed", func(n int) int { return n / 100 }, true, true, "developer", plan, func(n, m int) int { return n + pages(m) + 2 }},
	{"apply, create", all, false, false, "developer", apply, func(n, m int) int { return n + 2*pages(m) + 4 }},
	{"apply, role change", all, true, true, "analyst", apply, func(n, m int) int { return 2*n + 2*pages(m) + 4 }},
	{"destroy", all, true, true, "developer", destroy, func(n, m int) int { return 2*n + 2*pages(m) + 6 }},
}

// setting is the world that a line is measured in.
type setting struct {
	latency   time.Duration
	perSecond int
	args      []string
	env       []string
}

// world is an organization of one run.
type world struct {
	*sandbox.Sandbox
	server *httptest.Server
}

// newWorld fills an organization with the token's owner and as many members as told.
func newWorld(members int, s setting) (world, []sandbox.User, error) {
	box := sandbox.New(sandbox.Options{Organization: sandbox.Organization{ID: organizationID, Name: "Example Robotics", ShortName: "example"}})
	people := make([]sandbox.User, members)
	for i := range people {
		people[i] = sandbox.User{ID: fmt.Sprintf("google-oauth2|%021d", i+1), Email: email(i), Name: name(i), Roles: []string{"developer"}}
		if _, err := box.AddMember(people[i]); err != nil {
			return world{}, nil, err
		}
	}
	box.SetLatency(s.latency)
	if s.perSecond > 0 {
		box.SetRateLimit(s.perSecond)
	}
	return world{box, httptest.NewServer(http.Handler(box))}, people, nil
}

// measure runs a line once in a world of its own.
func (b *bench) measure(ctx context.Context, c cli, k kind, l line, n int, s setting) (measured, error) {
	members := 0
	if l.joined {
		members = n
	}
	w, people, err := newWorld(members, s)
	if err != nil {
		return measured{}, err
	}
	defer w.server.Close()
	space, err := newWorkspace(b.dir)
	if err != nil {
		return measured{}, err
	}
	if err := space.fill(k, l.managed(n), l.role, l.exist, people); err != nil {
		return measured{}, err
	}
	c.env = append([]string{
		"MODELPRIME_ENDPOINT=" + w.server.URL + sandbox.BasePath,
		"MODELPRIME_EMAIL=" + sandbox.DefaultEmail,
		"MODELPRIME_TOKEN=" + sandbox.DefaultToken,
	}, s.env...)
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

// repeat measures a line some times and returns the median.
func (b *bench) repeat(ctx context.Context, c cli, k kind, l line, n int, s setting) (measured, error) {
	runs := make([]measured, 0, b.runs)
	for range b.runsOf(n) {
		m, err := b.measure(ctx, c, k, l, n, s)
		if err != nil {
			return measured{}, fmt.Errorf("%s of %d: %w", l.title, n, err)
		}
		runs = append(runs, m)
	}
	return median(runs), nil
}
