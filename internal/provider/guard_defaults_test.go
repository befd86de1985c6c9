package provider_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
)

// refused fails the test unless one of the errors holds all these texts and nothing was changed.
func refused(t *testing.T, w *acctest.World, report *drive.Report, texts ...string) {
	t.Helper()
	explained := slices.ContainsFunc(report.Errors(), func(d drive.Diag) bool {
		text := d.Summary + "\n" + d.Detail
		return !slices.ContainsFunc(texts, func(wanted string) bool { return !strings.Contains(text, wanted) })
	})
	if !explained {
		t.Errorf("want an error with %q, got %v", texts, report.Err())
	}
	w.Requested("deleteUser", 0)
	w.Requested("replaceUserRoles", 0)
}

func crewAddress(i int) string { return fmt.Sprintf("modelprime_membership.team[%q]", crew(i + 1)[i]) }

// crewConfig is the memberships of these members of the crew.
func crewConfig(members ...int) drive.Config {
	config := drive.Config{}
	for _, i := range members {
		config[crewAddress(i)] = drive.Values{"email": crew(i + 1)[i], "roles": []string{"developer"}}
	}
	return config
}

func upTo(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i)
	}
	return all
}

func with(config, more drive.Config) drive.Config {
	both := maps.Clone(config)
	maps.Copy(both, more)
	return both
}

// By default a run removes at most a quarter of the organization, by memberships and rules together.
func TestTheDefaultCapOnRemovals(t *testing.T) {
	t.Parallel()
	exclusive := func(emails ...string) drive.Config {
		return drive.Config{"modelprime_exclusive_memberships.all": {"emails": emails}}
	}
	absent := func(emails ...string) drive.Config {
		return drive.Config{"modelprime_absent_memberships.left": {"emails": emails}}
	}
	for name, row := range map[string]struct {
		size   int // beside the token's owner
		config drive.Config
		count  int // of members who would be removed
		limit  int // 0: it passes
	}{
		"an emptied roster":             {11, drive.Config{}, 11, 3},
		"half a file":                   {11, crewConfig(upTo(6)...), 5, 3},
		"a rule with one address":       {11, with(crewConfig(0), exclusive("crew0@example.com")), 10, 3},
		"a rule beside a roster":        {11, with(crewConfig(upTo(9)...), absent("crew9@example.com", "crew10@example.com")), 2, 0},
		"a group of leavers":            {11, with(drive.Config{}, absent(crew(11)...)), 11, 3},
		"memberships and a rule":        {11, with(crewConfig(upTo(9)...), absent("guest0@example.com", "guest1@example.com", "guest2@example.com")), 5, 4},
		"a shared member counts once":   {11, with(crewConfig(upTo(8)...), absent("crew8@example.com", "crew9@example.com", "crew10@example.com")), 3, 0},
		"a quarter":                     {11, crewConfig(upTo(8)...), 3, 0},
		"a quarter, rounded up":         {12, crewConfig(upTo(8)...), 4, 0},
		"half of a small organization":  {3, crewConfig(0), 2, 0},
		"more than half of a small one": {3, drive.Config{}, 3, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			tf := w.Terraform(nil)
			imports := map[string]string{}
			for i, email := range crew(row.size) {
				imports[crewAddress(i)] = w.NewMember(email, "One Of Crew", "developer")
			}
			_, report := tf.Run(context.Background(), crewConfig(upTo(row.size)...), drive.Options{Import: imports})
			w.Must(report.Err())
			if name == "memberships and a rule" {
				for i := range 3 {
					w.NewMember(fmt.Sprintf("guest%d@example.com", i), "Guest", "analyst")
				}
			}
			members := len(w.Members())
			w.ResetLog()
			for _, options := range []drive.Options{{}, {NoRefresh: true}, {MinimalRefresh: true}} {
				p := tf.Plan(context.Background(), row.config, options)
				if row.limit == 0 {
					w.Must(p.Err())
					continue
				}
				refused(t, w, &p.Report, tooManyRemovals, fmt.Sprintf("%d that max_removals allows (25%% of the organization's %d members)", row.limit, members),
					"the environment variable MODELPRIME_MAX_REMOVALS", `on_destroy = "keep"`)
			}
			if row.limit == 0 {
				_, report := tf.Run(context.Background(), row.config, drive.Options{})
				w.Must(report.Err())
				if gone := members - len(w.Members()); gone != row.count {
					t.Errorf("%d members were removed, want %d", gone, row.count)
				}
			}
		})
	}
}

// A member who has left already does not count as a removal, with or without a refresh.
func TestFormerMembersAreNotCounted(t *testing.T) {
	t.Parallel()
	const rule = "modelprime_absent_memberships.left"
	for name, options := range map[string]drive.Options{"refreshed": {}, "not refreshed": {NoRefresh: true}, "-minimal-refresh": {MinimalRefresh: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			tf := w.Terraform(drive.Values{"max_removals": "1"})
			guest := drive.Config{rule: {"emails": []string{"guest@example.com"}}}
			run := func(config drive.Config, options drive.Options) {
				t.Helper()
				_, report := tf.Run(context.Background(), config, options)
				w.Must(report.Err())
			}
			imports := map[string]string{}
			for i, email := range crew(3) {
				imports[crewAddress(i)] = w.NewMember(email, "One Of Crew", "developer")
			}
			run(with(guest, crewConfig(upTo(3)...)), drive.Options{Import: imports})
			gone := []string{imports[crewAddress(0)], imports[crewAddress(1)], w.NewMember("guest@example.com", "Guest", "analyst")}
			run(with(guest, crewConfig(upTo(3)...)), drive.Options{RefreshOnly: true})
			for _, id := range gone {
				w.Must(w.Remove(id))
			}
			run(guest, options)
			w.HasMembers()
		})
	}
}

// No resource removes a required admin or their admin role, whatever lockout_protection says.
func TestRequiredAdminsStay(t *testing.T) {
	t.Parallel()
	const boss = "modelprime_membership.boss"
	const bossRoles = "modelprime_role_assignment.boss"
	values := func(email string, roles ...string) drive.Values {
		return drive.Values{"email": email, "name": "The Boss", "roles": roles}
	}
	change := func(values drive.Values, name string, value any) drive.Values {
		values = maps.Clone(values)
		values[name] = value
		return values
	}
	managed := drive.Config{boss: values("boss@example.com", "admin")}
	assigned := drive.Config{bossRoles: {"email": "boss@example.com", "roles": []string{"admin"}}}
	unmanaged := drive.Config{}
	for name, row := range map[string]struct {
		before  drive.Config
		after   drive.Config
		options drive.Options
		removes bool
	}{
		"deleted":              {managed, unmanaged, drive.Options{}, true},
		"destroyed":            {managed, managed, drive.Options{Destroy: true}, true},
		"replaced":             {managed, drive.Config{boss: values("kai@example.com", "admin")}, drive.Options{}, true},
		"replaced by force":    {managed, managed, drive.Options{Replace: []string{boss}}, true},
		"not listed by a rule": {unmanaged, drive.Config{"modelprime_exclusive_memberships.all": {"emails": []string{"kai@example.com"}}}, drive.Options{}, true},
		"listed as absent":     {unmanaged, drive.Config{"modelprime_absent_memberships.left": {"emails": []string{"boss@example.com"}}}, drive.Options{}, true},
		"demoted":              {managed, drive.Config{boss: values("boss@example.com", "developer")}, drive.Options{}, false},
		"adopted and demoted":  {unmanaged, drive.Config{boss: change(values("boss@example.com", "developer"), "adopt_existing", true)}, drive.Options{}, false},
		"demoted by roles":     {assigned, drive.Config{bossRoles: {"email": "boss@example.com", "roles": []string{"analyst"}}}, drive.Options{}, false},
		"assigned no roles":    {unmanaged, drive.Config{bossRoles: {"email": "boss@example.com", "roles": []string{}}}, drive.Options{}, false},
		"revoked":              {assigned, unmanaged, drive.Options{}, false},
		"assigned elsewhere":   {assigned, drive.Config{bossRoles: {"email": "robot@example.com", "roles": []string{"admin"}}}, drive.Options{}, false},
		"assigned anew":        {assigned, assigned, drive.Options{Replace: []string{bossRoles}}, false},
		"assigned anew, by an address that is not known yet": {
			before: assigned, after: drive.Config{bossRoles: change(assigned[bossRoles], "email", drive.Later{Value: "boss@example.com"})},
			options: drive.Options{Replace: []string{bossRoles}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			id := w.NewMember("boss@example.com", "The Boss", "admin")
			w.NewMember("kai@example.com", "Kai Gripper", "admin")
			tf := w.Terraform(drive.Values{"required_admins": []string{id}, "lockout_protection": false, "max_removals": "100%"})
			imports := map[string]string{}
			for address := range row.before {
				imports[address] = id
			}
			_, report := tf.Run(context.Background(), row.before, drive.Options{Import: imports})
			w.Must(report.Err())
			w.ResetLog()
			summary := "Refusing to take the admin role from a required admin"
			if row.removes {
				summary = "Refusing to remove a required admin"
			}
			for _, options := range []drive.Options{{}, {NoRefresh: true}, {MinimalRefresh: true}} {
				options.Destroy, options.Replace = row.options.Destroy, row.options.Replace
				p := tf.Plan(context.Background(), row.after, options)
				refused(t, w, &p.Report, summary, id, "required_admins in the provider's configuration")
			}
			if len(row.before) == 0 {
				return
			}
			kept := drive.Config{}
			for address, values := range row.before {
				kept[address] = change(values, "on_destroy", "keep")
			}
			_, report = tf.Run(context.Background(), kept, drive.Options{})
			w.Must(report.Err())
			_, report = tf.Run(context.Background(), unmanaged, drive.Options{})
			w.Must(report.Err())
			w.HasRoles("boss@example.com", "admin")
		})
	}
}

// The private state of an invited person is small, however large the organization is.
func TestPrivateStateOfInvitedPeopleIsSmall(t *testing.T) {
	t.Parallel()
	invited := crewConfig(upTo(3)...)
	for _, values := range invited {
		values["name"] = "One Of Crew"
	}
	w := acctest.NewWorld(t)
	w.Crowd(2000)
	tf := w.Terraform(nil)
	_, report := tf.Run(context.Background(), invited, drive.Options{})
	w.Must(report.Err())
	for name, plan := range map[string]struct {
		config  drive.Config
		options drive.Options
	}{
		"deleted": {drive.Config{}, drive.Options{}}, "destroyed": {invited, drive.Options{Destroy: true}},
		"replaced": {invited, drive.Options{Replace: slices.Collect(maps.Keys(invited))}},
	} {
		p := tf.Plan(context.Background(), plan.config, plan.options)
		w.Must(p.Err())
		for address := range invited {
			for place, kept := range map[string][]byte{"plan": p.Change(address).Private(), "state": tf.Object(address).Private} {
				if len(kept) == 0 || len(kept) > 1024 {
					t.Errorf("%s, the %s keeps %d bytes of %s", name, place, len(kept), address)
				}
			}
		}
	}
}
