package provider_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const theKai = "modelprime_membership.kai"

// step is one run of Terraform after a change in the world.
type step struct {
	happens func(w *acctest.World)
	state   func(tf *drive.Terraform) // the effect of a CLI command:
	command []string
	config  drive.Config
	options drive.Options
}

// The driver under this provider's tests makes the same calls as the real CLI, in the same order, for each instance. Versions
// differ: Terraform 1.11 plans the destruction of a removed instance before it reads it, others read it first, and older ones
// start fewer providers.
func TestDriverMakesTheCLIsCalls(t *testing.T) {
	t.Parallel()
	acctest.NeedsTerraform(t, 5)
	adaIs := func(change drive.Values) drive.Config {
		values := drive.Values{"email": "ada@example.com", "name": "Ada Marsh", "roles": []string{"developer"}}
		for name, value := range change {
			values[name] = value
		}
		return drive.Config{theAda: values}
	}
	kai := drive.Values{"email": "kai@example.com", "name": "Kai Gripper", "roles": []string{"analyst"}}
	lin := drive.Values{"email": "lin@example.com", "name": "Lin Servo", "roles": []string{"analyst"}}
	accepted := func(w *acctest.World) { w.Accept("ada@example.com") }
	for title, steps := range map[string][]step{
		"create, read, change, remove": {
			{config: adaIs(nil)},
			{config: adaIs(nil)},
			{config: adaIs(drive.Values{"resend": "a", "login_connection": "username-password"})},
			{config: adaIs(drive.Values{"roles": []string{"admin", "analyst"}}), happens: accepted},
			{config: drive.Config{}},
			{config: drive.Config{}},
		},
		"removed after they joined": {
			{config: adaIs(nil)},
			{config: drive.Config{}, happens: accepted},
		},
		"removed after they left": {
			{config: adaIs(nil)},
			{config: adaIs(nil), happens: accepted},
			{config: drive.Config{}, happens: func(w *acctest.World) {
				m, _ := w.Member("ada@example.com")
				w.Must(w.Remove(m.ID))
			}},
		},
		"destroy": {
			{config: drive.Config{theAda: adaIs(nil)[theAda], theKai: kai}},
			{config: drive.Config{theAda: adaIs(nil)[theAda]}, happens: accepted, options: drive.Options{Destroy: true}},
		},
		"destroy without a refresh": {
			{config: adaIs(nil)},
			{config: adaIs(nil), happens: accepted, options: drive.Options{Destroy: true, NoRefresh: true}},
		},
		"another person's address replaces": {
			{config: adaIs(nil)},
			{config: adaIs(drive.Values{"email": "kai@example.com"}), happens: accepted},
		},
		"create before destroy": {
			{config: adaIs(nil)},
			{
				config: adaIs(drive.Values{"email": "kai@example.com"}), happens: accepted,
				options: drive.Options{CreateBeforeDestroy: []string{theAda}},
			},
		},
		"-replace": {
			{config: adaIs(drive.Values{"adopt_existing": true})},
			{config: adaIs(drive.Values{"adopt_existing": true}), happens: accepted, options: drive.Options{Replace: []string{theAda}}},
		},
		"-replace, create before destroy, of an invited person": {
			{config: adaIs(nil)},
			{config: adaIs(nil), options: drive.Options{Replace: []string{theAda}, CreateBeforeDestroy: []string{theAda}}},
		},
		"tainted": {
			{config: adaIs(nil)},
			{
				state: func(tf *drive.Terraform) { tf.Taint(theAda) }, command: []string{"taint", theAda},
				config: adaIs(nil),
			},
		},
		"moved": {
			{config: adaIs(nil)},
			{config: drive.Config{theKai: adaIs(nil)[theAda]}, options: drive.Options{Moved: map[string]string{theAda: theKai}}},
		},
		"imported and changed": {
			{
				happens: func(w *acctest.World) { w.NewMember("ada@example.com", "Ada Marsh", "analyst") },
				config:  adaIs(nil), options: drive.Options{Import: map[string]string{theAda: "ada@example.com"}},
			},
			{config: adaIs(nil), options: drive.Options{Import: map[string]string{theAda: "ada@example.com"}}},
		},
		"removed without destruction": {
			{config: adaIs(nil)},
			{config: drive.Config{}, options: drive.Options{Removed: []string{theAda}}},
		},
		"-refresh=false and -refresh-only": {
			{config: adaIs(nil)},
			{config: adaIs(drive.Values{"roles": []string{"admin"}}), happens: accepted, options: drive.Options{NoRefresh: true}},
			{config: adaIs(nil), options: drive.Options{RefreshOnly: true}},
		},
		"-refresh-only of what is no longer configured": {
			{config: adaIs(nil)},
			{config: drive.Config{}, options: drive.Options{RefreshOnly: true}},
		},
		"-minimal-refresh": {
			{config: adaIs(nil)},
			{config: adaIs(nil), happens: accepted, options: drive.Options{MinimalRefresh: true}},
			{config: adaIs(drive.Values{"roles": []string{"admin"}}), options: drive.Options{MinimalRefresh: true}},
			{config: adaIs(drive.Values{"email": "kai@example.com"}), options: drive.Options{MinimalRefresh: true}},
			{config: drive.Config{theAda: adaIs(nil)[theAda], theKai: lin}, options: drive.Options{MinimalRefresh: true, Replace: []string{theAda}}},
			{config: drive.Config{theAda: adaIs(nil)[theAda]}, options: drive.Options{MinimalRefresh: true}},
			{config: adaIs(nil), options: drive.Options{MinimalRefresh: true, Destroy: true}},
		},
		"-minimal-refresh of what is planned with an error": {
			{config: adaIs(nil)},
			{
				config:  adaIs(drive.Values{"email": "kai@example.com"}),
				happens: func(w *acctest.World) { w.NewMember("kai@example.com", "Kai Gripper", "analyst") },
				options: drive.Options{MinimalRefresh: true},
			},
		},
		"a deposed object goes with the next run": {
			{config: adaIs(nil)},
			{config: adaIs(nil), happens: accepted},
			{
				config:  adaIs(drive.Values{"email": "kai@example.com"}),
				happens: func(w *acctest.World) { w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "deleteUser"}) },
				options: drive.Options{CreateBeforeDestroy: []string{theAda}},
			},
			{
				config:  adaIs(drive.Values{"email": "kai@example.com"}),
				happens: (*acctest.World).ClearFaults,
				options: drive.Options{CreateBeforeDestroy: []string{theAda}},
			},
		},
		"create before destroy, and the creation fails": {
			{config: adaIs(nil)},
			{config: adaIs(nil), happens: accepted},
			{
				config:  adaIs(drive.Values{"email": "kai@example.com"}),
				happens: func(w *acctest.World) { w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "inviteUser"}) },
				options: drive.Options{CreateBeforeDestroy: []string{theAda}},
			},
			{config: adaIs(nil), happens: (*acctest.World).ClearFaults},
		},
		"destroy before create, and the destruction fails": {
			{config: adaIs(nil)},
			{config: adaIs(nil), happens: accepted},
			{
				config:  adaIs(drive.Values{"email": "kai@example.com"}),
				happens: func(w *acctest.World) { w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "deleteUser"}) },
			},
			{config: adaIs(nil), happens: (*acctest.World).ClearFaults},
		},
		"-target": {
			{config: drive.Config{theAda: adaIs(nil)[theAda], theKai: kai}, options: drive.Options{Targets: []string{theKai}}},
		},
		"removed elsewhere": {
			{config: adaIs(nil)},
			{config: adaIs(nil), happens: accepted},
			{config: adaIs(nil), happens: func(w *acctest.World) {
				m, _ := w.Member("ada@example.com")
				w.Must(w.Remove(m.ID))
			}},
		},
		"a failure beside a member": {
			{config: drive.Config{theAda: adaIs(nil)[theAda], theKai: kai}, happens: func(w *acctest.World) {
				w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "inviteUser", Match: about("kai@")})
			}},
			{config: drive.Config{theAda: adaIs(nil)[theAda], theKai: kai}, happens: (*acctest.World).ClearFaults},
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			if slices.ContainsFunc(steps, func(s step) bool { return s.options.Removed != nil }) {
				acctest.NeedsTerraform(t, 11) // older versions make other calls
			}
			if title == "-refresh-only of what is no longer configured" && acctest.Program(t).Minor > 11 {
				t.Skip("newer versions also plan its destruction, without effect")
			}
			if slices.ContainsFunc(steps, func(s step) bool { return s.options.MinimalRefresh }) {
				acctest.NeedsTerraform(t, 17)
			}
			compareCalls(t, steps)
		})
	}
}

func compareCalls(t *testing.T, steps []step) {
	minor := acctest.Program(t).Minor
	ours, theirs := acctest.NewWorld(t), acctest.NewWorld(t)
	mine, log := &callLog{}, &callLog{}
	tf, err := drive.New(t.Context(), func() (tfprotov6.ProviderServer, error) {
		server, err := ours.Server()
		return mine.between(server), err
	}, drive.Values{"endpoint": ours.URL + sandbox.BasePath, "email": sandbox.DefaultEmail, "token": sandbox.DefaultToken})
	ours.Must(err)
	c := theirs.CLI("")
	c.Listen = log.between
	for number, s := range steps {
		if s.happens != nil {
			s.happens(ours)
			s.happens(theirs)
		}
		if s.state != nil {
			s.state(tf)
			c.Run(s.command...).OK()
		}
		mine.take()
		log.take()
		s.options.ReadFirst = minor != 11
		p, run := tf.Run(t.Context(), s.config, s.options)
		c.Config(written(s.config, s.options))
		told := c.Apply(flags(s.options)...)
		want, got := log.take(), mine.take()
		if minor < 11 { // it starts fewer providers
			_, want, _ = strings.Cut(want, "\n")
			_, got, _ = strings.Cut(got, "\n")
		}
		if want != got {
			t.Fatalf("step %d: only the CLI calls:\n%s\nonly the driver calls:\n%s", number, more(want, got), more(got, want))
		}
		if (told.Code == 0) != (run.Err() == nil) {
			t.Fatalf("step %d: the CLI says %s\n\nand the driver %v", number, told, run.Err())
		}
		sameState(t, c, tf)
		sameWarnings(t, told, p, run)
	}
}

// more are the lines of a after the common beginning with b.
func more(a, b string) string {
	left, right := strings.Split(a, "\n"), strings.Split(b, "\n")
	for len(left) > 0 && len(right) > 0 && left[0] == right[0] {
		left, right = left[1:], right[1:]
	}
	return strings.Join(left, "\n")
}

func sameState(t *testing.T, c *acctest.CLI, tf *drive.Terraform) {
	t.Helper()
	stored := c.State()
	if tf.Deposed() > 0 {
		return // the CLI's state lists deposed objects with the others
	}
	if len(stored) != len(tf.Addresses()) {
		t.Fatalf("the CLI holds %v, the driver %v", stored, tf.Addresses())
	}
	for address, is := range stored {
		object := tf.Object(address)
		if object == nil || acctest.InJSON(is.Values) != acctest.InJSON(object.Values()) || is.Tainted != object.Tainted {
			t.Fatalf("%s: the CLI holds\n%+v, the driver\n%+v", address, is, object)
		}
	}
}

func sameWarnings(t *testing.T, told *acctest.Report, p *drive.Plan, run *drive.Report) {
	t.Helper()
	var want, got []string
	terraforms := regexp.MustCompile(`is in effect$|may be incomplete$|no longer be managed by Terraform$`)
	for _, d := range told.All("warning") {
		if !terraforms.MatchString(d.Summary) {
			want = append(want, d.Summary)
		}
	}
	for _, d := range append(p.Warnings(), run.Warnings()...) {
		got = append(got, d.Summary)
	}
	for _, list := range []*[]string{&want, &got} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	if !slices.Equal(want, got) {
		t.Fatalf("the CLI warns %q, the driver %q", want, got)
	}
}

// written is the configuration in HCL.
func written(config drive.Config, options drive.Options) string {
	var b strings.Builder
	for address, values := range config {
		kind, name, _ := strings.Cut(address, ".")
		fmt.Fprintf(&b, "resource %q %q {\n", kind, name)
		for attribute, value := range values {
			fmt.Fprintf(&b, "  %s = %s\n", attribute, acctest.InJSON(value))
		}
		if slices.Contains(options.CreateBeforeDestroy, address) {
			b.WriteString("  lifecycle { create_before_destroy = true }\n")
		}
		b.WriteString("}\n")
	}
	for from, to := range options.Moved {
		fmt.Fprintf(&b, "moved {\n  from = %s\n  to = %s\n}\n", from, to)
	}
	for to, id := range options.Import {
		fmt.Fprintf(&b, "import {\n  to = %s\n  id = %q\n}\n", to, id)
	}
	for _, from := range options.Removed {
		fmt.Fprintf(&b, "removed {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n", from)
	}
	return b.String()
}

func flags(options drive.Options) []string {
	arguments := []string{"-parallelism=1"}
	for flag, on := range map[string]bool{"-destroy": options.Destroy, "-refresh-only": options.RefreshOnly, "-refresh=false": options.NoRefresh, "-minimal-refresh": options.MinimalRefresh} {
		if on {
			arguments = append(arguments, flag)
		}
	}
	for _, target := range options.Targets {
		arguments = append(arguments, "-target="+target)
	}
	for _, address := range options.Replace {
		arguments = append(arguments, "-replace="+address)
	}
	return arguments
}

// about matches requests whose body holds a text.
func about(text string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		body, err := io.ReadAll(r.Body)
		return err == nil && strings.Contains(string(body), text)
	}
}
