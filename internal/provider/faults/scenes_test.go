package faults_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// scene is one place where the provider uses an operation, with its outcome for each class of fault.
type scene struct {
	name, operation string
	before          func(w *world) // without a fault

	// A resource is planned and applied with this configuration; with planned set, the plan is made before the fault.
	config  drive.Config
	planned bool
	// planWarning is the warning of each plan of it.
	planWarning string
	// look makes another call, such as a lookup.
	look func(w *world) []drive.Diag

	// state describes the instance in the state; nil if there is none.
	state func(w *world) string

	// The outcomes: without a fault; if nothing was changed; and if the change is unconfirmed, and was not or was made.
	fine, failed, doubt, done outcome
}

// outcome is the messages, the state, the organization, and the next plan's action.
type outcome struct {
	says  string // severity and summary; "" is none
	state string
	truth string
	next  string
}

// expects is the outcome for a class of fault and a verb.
func (s scene) expects(v verb, c class) outcome {
	switch {
	case v == reads, c == refused, c == unknown, c == throttled, c == unreachable:
		return s.failed
	case lasting[c][v].result == "ok":
		return s.fine
	case c == failing:
		return s.doubt
	}
	return s.done
}

const (
	ada        = "modelprime_membership.ada"
	adas       = "modelprime_role_assignment.ada"
	ownProfile = "modelprime_current_user.me"
	reset      = "modelprime_password_reset.ada"

	noState   = "empty"
	onlyOwner = "no other members"
	developer = "Ada Servo has [developer]"
	analyst   = "Ada Servo has [analyst]"
)

func one(address string, values drive.Values) drive.Config { return drive.Config{address: values} }

func membership(more drive.Values, roles ...string) drive.Config {
	values := drive.Values{"email": "ada@example.com", "name": "Ada Servo", "roles": roles}
	for name, value := range more {
		values[name] = value
	}
	return one(ada, values)
}

func assignment(roles ...string) drive.Config {
	return one(adas, drive.Values{"email": "ada@example.com", "roles": roles})
}

func joined(w *world) {
	w.Add(sandbox.User{ID: adaID, Email: "ada@example.com", Name: "Ada Servo", Roles: []string{"developer"}})
}

// managed makes Ada a member in the state.
func managed(w *world) {
	joined(w)
	w.Must(w.tf.Import(w.T.Context(), ada, adaID).Err())
}

// act is the run or call in which the operation fails.
func (s scene) act(w *world, plan *drive.Plan) []drive.Diag {
	switch {
	case s.look != nil:
		return s.look(w)
	case plan != nil:
		return w.tf.Apply(w.T.Context(), plan).Diags
	}
	_, report := w.tf.Run(w.T.Context(), s.config, drive.Options{})
	return report.Diags
}

// lookup reads a data source.
func lookup(name string, values map[string]tftypes.Value) func(*world) []drive.Diag {
	return func(w *world) []drive.Diag {
		server := w.configured()
		read, err := server.ReadDataSource(w.T.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: name, Config: w.Object(server.Schemas.DataSourceSchemas[name].ValueType(), values),
		})
		w.Must(err)
		return diagsOf(read.Diagnostics)
	}
}

// invoke invokes the action that resets a password.
func invoke(w *world) []drive.Diag {
	const name = "modelprime_reset_password"
	server := w.configured()
	config := w.Object(server.Schemas.ActionSchemas[name].Schema.ValueType(), acctest.Attributes{"user_id": text(adaID)})
	stream, err := server.InvokeAction(w.T.Context(), &tfprotov6.InvokeActionRequest{ActionType: name, Config: config})
	w.Must(err)
	var diags []drive.Diag
	for event := range stream.Events {
		if completed, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
			diags = diagsOf(completed.Diagnostics)
		}
	}
	return diags
}

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func diagsOf(from []*tfprotov6.Diagnostic) []drive.Diag {
	var diags []drive.Diag
	for _, d := range from {
		diags = append(diags, drive.Diag{Error: d.Severity == tfprotov6.DiagnosticSeverityError, Summary: d.Summary, Detail: d.Detail})
	}
	return diags
}

// configured is a server for calls that are not about a resource.
func (w *world) configured() *acctest.Configured {
	w.T.Helper()
	arguments := acctest.Attributes{"max_retries": tftypes.NewValue(tftypes.Number, int64(retries))}
	for _, name := range []string{"endpoint", "email", "token", "request_timeout"} {
		if value, ok := w.tf.Provider[name].(string); ok {
			arguments[name] = text(value)
		}
	}
	return w.Configured(arguments)
}

// holds describes an instance in the state by these attributes.
func holds(address string, attributes ...string) func(*world) string {
	return func(w *world) string {
		object := w.tf.Object(address)
		if object == nil {
			return noState
		}
		var parts []string
		for _, name := range attributes {
			switch value := object.Get(name).(type) {
			case string:
				parts = append(parts, value)
			case []any:
				texts := object.Texts(name)
				slices.Sort(texts)
				parts = append(parts, "["+strings.Join(texts, ", ")+"]")
			case drive.Values:
				parts = append(parts, strings.TrimPrefix(fmt.Sprint(value), "map"))
			}
		}
		if object.Tainted {
			parts = append(parts, "TAINTED")
		}
		return strings.Join(parts, " ")
	}
}
