package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
)

// state is the file's format; the package's documentation describes it.
type state struct {
	Organization Organization `json:"organization"`
	Owner        string       `json:"owner"`
	Token        string       `json:"token"`
	Members      []User       `json:"members"`
	Emails       []Email      `json:"emails"`
	FormerIDs    []string     `json:"former_ids"`
}

// Snapshot returns the state as JSON: members, invitations and e-mails, but not
// faults, limits and the log.
func (s *Sandbox) Snapshot() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &s.world
	out := state{
		Organization: w.organization,
		Owner:        w.owner,
		Token:        w.token,
		Members:      []User{},
		Emails:       []Email{},
		FormerIDs:    slices.Sorted(maps.Keys(w.former)),
	}
	for _, m := range w.members {
		out.Members = append(out.Members, *m)
	}
	for _, e := range w.emails {
		out.Emails = append(out.Emails, *e)
	}
	data, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return append(data, '\n'), nil
}

// Load returns a sandbox from a snapshot or a seed file. Missing values come from the options.
func Load(data []byte, opts Options) (*Sandbox, error) {
	in, err := decodeState(data)
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	s := empty(opts)
	if err := s.restore(in, opts); err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	return s, nil
}

func decodeState(data []byte) (state, error) {
	var in state
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return state{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return state{}, errors.New("there is text after the JSON object")
	}
	return in, nil
}

func (s *Sandbox) restore(in state, opts Options) error {
	w, owner := &s.world, s.variations.ownerOrDefault(opts.Owner)
	w.organization = in.Organization.or(opts.Organization).or(defaultOrganization())
	w.token = orDefault(in.Token, orDefault(opts.Token, DefaultToken))
	w.owner = orDefault(in.Owner, owner.ID)
	for _, id := range in.FormerIDs {
		w.former[id] = true
	}
	if in.Owner == "" && !w.former[w.owner] && !lists(in.Members, w.owner) {
		w.join(owner)
	}
	if err := w.restoreMembers(in.Members); err != nil {
		return err
	}
	if w.byID[w.owner] == nil && !w.former[w.owner] {
		return fmt.Errorf("the owner %q is not a member", w.owner)
	}
	credentials := w.token
	if owner := w.byID[w.owner]; owner != nil {
		credentials += owner.Email
	}
	if strings.ContainsFunc(credentials, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return errors.New("the token or its owner's email holds an invisible character: they are printed, and sent in a header")
	}
	return w.restoreEmails(in.Emails, s.clock())
}

func (w *world) restoreMembers(members []User) error {
	for i, m := range members {
		if m.Email == "" {
			return fmt.Errorf("member %d has no email", i+1)
		}
		if w.byID[m.ID] != nil {
			return fmt.Errorf("two members have the id %q", m.ID)
		}
		if m.ID == "" {
			m.ID = w.newIDBeside(members)
		}
		w.join(m)
	}
	return nil
}

// newIDBeside avoids the IDs of later members in the file.
func (w *world) newIDBeside(members []User) string {
	for {
		if id := w.newID(ConnectionPassword); !lists(members, id) {
			return id
		}
	}
}

func (w *world) restoreEmails(emails []Email, now time.Time) error {
	for i, e := range emails {
		if e.Kind != KindInvitation && e.Kind != KindPasswordReset {
			return fmt.Errorf("e-mail %d is of the unknown kind %q", i+1, e.Kind)
		}
		if e.At.IsZero() {
			e.At = now
		}
		w.emails = append(w.emails, &e)
	}
	return nil
}

func lists(members []User, id string) bool {
	return slices.ContainsFunc(members, func(m User) bool { return m.ID == id })
}
