package sandbox

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// BasePath is the path below which the nine operations are served.
const BasePath = "/api/oum/v1"

// The default credentials.
const (
	DefaultEmail = "robot@example.com"
	DefaultToken = "mpat_0123456789abcdefghijklmnopqrstuv"
)

const (
	defaultOwnerID    = "auth0|owner"
	defaultRedirectTo = "http://127.0.0.2:1/"
)

// The roles and connections that the API knows.
const (
	RoleAdmin     = "admin"
	RoleDeveloper = "developer"
	RoleAnalyst   = "analyst"

	ConnectionGoogle   = "google-oauth2"
	ConnectionPassword = "username-password" // null on the wire
)

// Organization is the organization in getOrganization.
type Organization struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ShortName string `json:"short_name"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
}

// User is a member of the organization.
type User struct {
	ID    string   `json:"id"`
	Email string   `json:"email"`
	Name  string   `json:"name"`
	Roles []string `json:"roles"`
}

// Options are the initial settings of a sandbox. The zero value is a working organization.
type Options struct {
	Organization Organization     // empty fields = those of Example Robotics
	Owner        User             // the member who owns the token; empty fields = the robot's; Roles nil = admin
	Token        string           // "" = DefaultToken
	Clock        func() time.Time // nil = time.Now; stamps e-mails and refills the rate limit
	Seed         uint64           // of the random numbers for Fault.Probability
	RedirectTo   string           // the target of the fault Redirect; "" = a loopback address without a server
	Variations   Variations       // differences from the decided points; an unknown one panics
}

// Sandbox is one organization. It is an http.Handler for the path "/", and
// safe for concurrent use.
type Sandbox struct {
	operations []operation
	clock      func() time.Time
	redirectTo string
	variations Variations

	mu        sync.Mutex
	world     world
	log       journal
	faults    faultRules
	limit     bucket
	throttled map[string]int // the number of requests to refuse, by operation
	latency   time.Duration
	onRequest func(op string, n int)
	onReply   func(Request)
}

// New returns an organization whose only member is the token's owner.
func New(opts Options) *Sandbox {
	s := empty(opts)
	s.world.organization = opts.Organization.or(defaultOrganization())
	s.world.token = orDefault(opts.Token, DefaultToken)
	owner := s.variations.ownerOrDefault(opts.Owner)
	s.world.owner = owner.ID
	s.world.join(owner)
	return s
}

func empty(opts Options) *Sandbox {
	if err := opts.Variations.check(); err != nil {
		panic("sandbox: " + err.Error())
	}
	s := &Sandbox{
		operations: operations(),
		clock:      opts.Clock,
		redirectTo: orDefault(opts.RedirectTo, defaultRedirectTo),
		variations: opts.Variations,
		world:      newWorld(opts.Variations),
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	s.faults.dice = rand.New(rand.NewPCG(opts.Seed, opts.Seed)) //nolint:gosec // a repeatable sequence is the point
	return s
}

// or fills the fields that are empty.
func (o Organization) or(other Organization) Organization {
	o.ID = orDefault(o.ID, other.ID)
	o.Name = orDefault(o.Name, other.Name)
	o.ShortName = orDefault(o.ShortName, other.ShortName)
	o.UpdatedAt = orDefault(o.UpdatedAt, orDefault(o.CreatedAt, other.UpdatedAt))
	o.CreatedAt = orDefault(o.CreatedAt, other.CreatedAt)
	return o
}

func defaultOrganization() Organization {
	const founded = "2024-03-01T09:00:00Z"
	return Organization{
		ID: "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90", Name: "Example Robotics", ShortName: "example-robotics", CreatedAt: founded, UpdatedAt: founded,
	}
}

func (v Variations) ownerOrDefault(u User) User {
	u.ID = orDefault(u.ID, v.ownerID())
	u.Email = orDefault(u.Email, DefaultEmail)
	u.Name = orDefault(u.Name, "Roster Robot")
	if u.Roles == nil {
		u.Roles = v.joining([]string{RoleAdmin})
	}
	return u
}

func orDefault(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// SetLatency delays each request by d before its execution.
func (s *Sandbox) SetLatency(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = d
}

// SetRateLimit allows a number of requests per second and refuses the others
// with 429 and "Retry-After: 1". Zero is no limit.
func (s *Sandbox) SetRateLimit(perSecond int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = newBucket(perSecond, s.clock())
}

// Throttle refuses the next requests of an operation as too many.
func (s *Sandbox) Throttle(operation string, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.throttled == nil {
		s.throttled = map[string]int{}
	}
	s.throttled[operation] = times
}

// OnRequest calls f before each request, with its operation and the number of
// requests of that operation so far, including this one. No lock is held, so f
// may change the organization, for example between two pages of a list.
func (s *Sandbox) OnRequest(f func(op string, n int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onRequest = f
}

// OnReply calls f with each log entry, before the client gets the response. No
// lock is held.
func (s *Sandbox) OnReply(f func(Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onReply = f
}

var _ http.Handler = (*Sandbox)(nil)
