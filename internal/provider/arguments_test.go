package provider_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is a kind of configuration, with the calls that take it.
type object struct {
	schema *tfprotov6.Schema
	valid  func(*tfprotov6.DynamicValue) []*tfprotov6.Diagnostic
	uses   map[string]func(*tfprotov6.DynamicValue) []*tfprotov6.Diagnostic
}

// objects are all kinds of configuration that the provider takes.
func (s *served) objects() map[string]object {
	ctx := s.t.Context()
	all := map[string]object{"provider": {
		schema: s.Schemas.Provider,
		valid: func(c *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			resp, err := s.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: c})
			return s.checked(resp.Diagnostics, err)
		},
		uses: map[string]func(*tfprotov6.DynamicValue) []*tfprotov6.Diagnostic{
			"configure": func(c *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
				resp, err := s.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: c})
				return s.checked(resp.Diagnostics, err)
			},
		},
	}}
	for name, schema := range s.Schemas.ResourceSchemas {
		null, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
		must(s.t, err)
		all["resource "+name] = object{
			schema: schema,
			valid: func(c *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
				resp, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: c})
				return s.checked(resp.Diagnostics, err)
			},
			uses: map[string]func(*tfprotov6.DynamicValue) []*tfprotov6.Diagnostic{
				"plan": func(c *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
					resp, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: c, ProposedNewState: c, PriorState: &null})
					return s.checked(resp.Diagnostics, err)
				},
				"apply": func(c *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
					resp, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: name, Config: c, PlannedState: c, PriorState: &null})
					return s.checked(resp.Diagnostics, err)
				},
			},
		}
	}
	for name, schema := range s.Schemas.DataSourceSchemas {
		all["data "+name] = object{
			schema: schema,
			valid: func(c *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
				resp, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: c})
				return s.checked(resp.Diagnostics, err)
			},
			uses: map[string]func(*tfprotov6.DynamicValue) []*tfprotov6.Diagnostic{
				"read": func(c *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
					resp, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: c})
					return s.checked(resp.Diagnostics, err)
				},
			},
		}
	}
	for name, schema := range s.Schemas.ListResourceSchemas {
		all["list "+name] = object{
			schema: schema,
			valid: func(c *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
				resp, err := s.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: name, Config: c})
				return s.checked(resp.Diagnostics, err)
			},
			uses: map[string]func(*tfprotov6.DynamicValue) []*tfprotov6.Diagnostic{
				"list": func(c *tfprotov6.DynamicValue) (diags []*tfprotov6.Diagnostic) {
					stream, err := s.ListResource(ctx, &tfprotov6.ListResourceRequest{TypeName: name, Config: c})
					s.checked(nil, err)
					for result := range stream.Results {
						diags = append(diags, result.Diagnostics...)
					}
					return s.checked(diags, nil)
				},
			},
		}
	}
	for name, schema := range s.Schemas.ActionSchemas {
		all["action "+name] = object{
			schema: schema.Schema,
			valid: func(c *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
				resp, err := s.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: c})
				return s.checked(resp.Diagnostics, err)
			},
			uses: map[string]func(*tfprotov6.DynamicValue) []*tfprotov6.Diagnostic{
				"plan": func(c *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
					resp, err := s.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: name, Config: c})
					return s.checked(resp.Diagnostics, err)
				},
				"invoke": func(c *tfprotov6.DynamicValue) (diags []*tfprotov6.Diagnostic) {
					stream, err := s.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: name, Config: c})
					s.checked(nil, err)
					for event := range stream.Events {
						if ended, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
							diags = append(diags, ended.Diagnostics...)
						}
					}
					return s.checked(diags, nil)
				},
			},
		}
	}
	return all
}

// checked returns the diagnostics, and fails the test if one could control a terminal or holds a part of a token.
func (s *served) checked(diags []*tfprotov6.Diagnostic, err error) []*tfprotov6.Diagnostic {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range diags {
		text := d.Summary + strings.ReplaceAll(d.Detail, "\n", "")
		if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\u00ad' }); i >= 0 {
			s.t.Errorf("%q holds %q", text, text[i:])
		}
		if strings.Contains(text, "0123456789abcdef") {
			s.t.Errorf("%q holds a part of a token", text)
		}
	}
	return diags
}

// samples are valid arguments for each object. Together they hold each argument that contains text.
func samples() map[string]values {
	set := func(texts ...string) tftypes.Value {
		return collection(tftypes.Set{ElementType: tftypes.String}, texts...)
	}
	roles := tftypes.Set{ElementType: tftypes.String}
	expected := tftypes.NewValue(tftypes.Map{ElementType: roles}, map[string]tftypes.Value{"ada@example.com": set("admin")})
	membership := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"email": tftypes.String, "user_id": tftypes.String, "status": tftypes.String}}
	memberships := tftypes.NewValue(tftypes.Map{ElementType: membership}, map[string]tftypes.Value{
		"ada": tftypes.NewValue(membership, map[string]tftypes.Value{"email": text("ada@example.com"), "user_id": text("auth0|1"), "status": text("active")}),
	})
	member := values{"user_id": text("auth0|1")}
	search := values{"name_search": text("Marsh"), "except": collection(tftypes.List{ElementType: tftypes.String}, "ada@example.com")}
	return map[string]values{
		"provider": {
			"endpoint": text("https://api.example.com/v1"), "email": text("robot@example.com"), "token": text("mpat_0123456789abcdef"),
			"organization_id": text("5f0c5a4e"), "request_timeout": text("30s"), "reinvite_after": text("168h"),
			"required_admins": set("auth0|1"), "max_removals": text("25%"),
		},
		"resource modelprime_membership": {
			"email": text("ada@example.com"), "name": text("Ada Marsh"), "roles": set("admin", "developer"),
			"login_connection": text("google-oauth2"), "resend": text("2026-03-01"), "on_destroy": text("keep"),
		},
		"resource modelprime_role_assignment": {
			"user_id": text("auth0|1"), "email": text("ada@example.com"), "roles": set("analyst"), "on_destroy": text("keep"),
		},
		"resource modelprime_absent_memberships":     {"emails": set("ada@example.com")},
		"resource modelprime_exclusive_memberships":  {"emails": set("ada@example.com")},
		"resource modelprime_current_user":           {"email": text("robot@example.com"), "name": text("Robot")},
		"resource modelprime_password_reset":         member,
		"data modelprime_organization":               {},
		"data modelprime_current_user":               {},
		"data modelprime_user":                       {"id": text("auth0|1")},
		"data modelprime_user by e-mail":             {"email": text("ada@example.com")},
		"data modelprime_users":                      {"name_search": text("Marsh")},
		"data modelprime_membership_audit":           {"expected": expected, "memberships": memberships},
		"list modelprime_membership":                 search,
		"list modelprime_role_assignment":            search,
		"action modelprime_reset_password":           member,
		"action modelprime_reset_password by e-mail": {"email": text("ada@example.com")},
	}
}

// untested are the arguments that take any text: only a change of them counts.
var untested = []string{"resource modelprime_password_reset.triggers"}

func collection(kind tftypes.Type, texts ...string) tftypes.Value {
	elements := make([]tftypes.Value, len(texts))
	for i, t := range texts {
		elements[i] = text(t)
	}
	return tftypes.NewValue(kind, elements)
}

// badTexts are invalid variants of a valid text, with what their error says.
func badTexts(good string) map[string]string {
	return map[string]string{
		"":                        "empty",
		" ":                       "U+0020",
		"\t":                      "U+0009",
		good + " ":                "U+0020",
		good + "\u00a0":           "U+00A0",
		good + "\r":               "U+000D",
		good + "\u200b":           "U+200B",
		"\ufeff" + good:           "U+FEFF",
		"\x1b[31m" + good:         "U+001B",
		"\u202e" + good:           "U+202E",
		"e\u0301" + good:          "NFC",
		strings.Repeat("a", 5000): "",
		"mpat_0123456789abcdef\n": "U+000A",
	}
}

// badValues calls is with invalid variants of a valid value: bad texts and null elements, with what their error says.
func badValues(t *testing.T, good tftypes.Value, is func(string, tftypes.Value, string)) {
	t.Helper()
	kind := good.Type()
	switch {
	case kind.Is(tftypes.String):
		var sample string
		must(t, good.As(&sample))
		for bad, says := range badTexts(sample) {
			is(bad, text(bad), says)
		}
	case kind.Is(tftypes.Set{}), kind.Is(tftypes.List{}):
		var elements []tftypes.Value
		must(t, good.As(&elements))
		is("null", tftypes.NewValue(kind, []tftypes.Value{tftypes.NewValue(elements[0].Type(), nil)}), "null")
		is("null and more", tftypes.NewValue(kind, append(slices.Clone(elements), tftypes.NewValue(elements[0].Type(), nil))), "null")
		badValues(t, elements[0], func(name string, bad tftypes.Value, says string) {
			is(name, tftypes.NewValue(kind, append(slices.Clone(elements[1:]), bad)), says)
		})
	case kind.Is(tftypes.Map{}):
		var elements map[string]tftypes.Value
		must(t, good.As(&elements))
		for key, element := range elements {
			with := func(key string, element tftypes.Value) tftypes.Value {
				return tftypes.NewValue(kind, map[string]tftypes.Value{key: element})
			}
			is("null", with(key, tftypes.NewValue(element.Type(), nil)), "null")
			for bad, says := range badTexts(key) {
				if !element.Type().Is(tftypes.Object{}) { // a map of objects may have any keys
					is("key "+bad, with(bad, element), says)
				}
			}
			badValues(t, element, func(name string, bad tftypes.Value, says string) { is(name, with(key, bad), says) })
		}
	case kind.Is(tftypes.Object{}):
		var attributes map[string]tftypes.Value
		must(t, good.As(&attributes))
		for name, attribute := range attributes {
			with := func(value tftypes.Value) tftypes.Value {
				changed := maps.Clone(attributes)
				changed[name] = value
				return tftypes.NewValue(kind, changed)
			}
			if name != "user_id" { // null until the person has joined
				is(name+" null", with(tftypes.NewValue(attribute.Type(), nil)), "null")
			}
			badValues(t, attribute, func(bad string, value tftypes.Value, says string) { is(name+" "+bad, with(value), says) })
		}
	default:
		t.Fatalf("no bad values of %s are known", kind)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// holdsTexts reports whether a type contains strings.
func holdsTexts(kind tftypes.Type) bool {
	switch kind := kind.(type) {
	case tftypes.Set:
		return holdsTexts(kind.ElementType)
	case tftypes.List:
		return holdsTexts(kind.ElementType)
	case tftypes.Map:
		return true
	case tftypes.Object:
		return true
	}
	return kind.Is(tftypes.String)
}

// Every argument of every object refuses null and empty elements, and texts that are empty, blank, invisible, decomposed, too
// long or control a terminal. The error's static summary names the argument, its detail the character. A value that becomes known at
// the apply is refused there, before any request.
func TestArgumentsRefuseBadValues(t *testing.T) {
	s := serve(t, nil)
	s.ResetLog()
	tested := map[string]bool{}
	for name, sample := range samples() {
		name, _, _ := strings.Cut(name, " by ")
		o, ok := s.objects()[name]
		if !ok {
			t.Errorf("there is no %s", name)
			continue
		}
		if diags := o.valid(s.dynamic(o.schema, sample)); len(diags) > 0 {
			t.Fatalf("%s: the sample is refused: %s", name, said(diags))
		}
		for argument, good := range sample {
			tested[name+"."+argument] = true
			badValues(t, good, func(bad string, value tftypes.Value, says string) {
				if bad == "" && argument == "resend" {
					return // like null: an empty cell of a table sends nothing
				}
				arguments := maps.Clone(sample)
				arguments[argument] = value
				config := s.dynamic(o.schema, arguments)
				refused := o.valid(config)
				if len(refused) != 1 || refused[0].Summary != "Invalid "+argument || !strings.Contains(refused[0].Detail, says) {
					t.Errorf("%s.%s of %.40q is not refused with %q: %s", name, argument, bad, says, said(refused))
				}
				for call, use := range o.uses {
					if again := use(config); said(again) != said(refused) {
						t.Errorf("%s.%s of %.40q: %s does not refuse it alike: %s", name, argument, bad, call, said(again))
					}
				}
			})
		}
	}
	for name, o := range s.objects() {
		for _, attribute := range o.schema.Block.Attributes {
			argument := name + "." + attribute.Name
			if (attribute.Required || attribute.Optional) && holdsTexts(attribute.Type) && !tested[argument] && !slices.Contains(untested, argument) {
				t.Errorf("no sample has %s", argument)
			}
		}
	}
	s.RequestedNothing()
	s.Emailed()
}

// An environment variable is checked by its argument's rule, and the error names the variable.
func TestEnvironmentVariablesRefuseBadValues(t *testing.T) {
	good := samples()["provider"]
	good["max_invitations"] = text("3")
	for _, attribute := range serve(t, nil).Schemas.Provider.Block.Attributes {
		variable := regexp.MustCompile("MODELPRIME_[A-Z_]+").FindString(attribute.Description)
		if variable == "" {
			continue
		}
		var sample string
		must(t, good[attribute.Name].As(&sample))
		for bad, says := range badTexts(sample) {
			if bad == "" {
				continue // an empty variable counts as unset
			}
			t.Run(variable+" "+says, func(t *testing.T) {
				s := serve(t, nil)
				s.ResetLog()
				t.Setenv(variable, bad)
				arguments := maps.Clone(samples()["provider"])
				delete(arguments, attribute.Name)
				refused := s.objects()["provider"].uses["configure"](s.dynamic(s.Schemas.Provider, arguments))
				if len(refused) != 1 || refused[0].Summary != "Invalid "+attribute.Name || !strings.Contains(refused[0].Detail, says) || !strings.Contains(refused[0].Detail, variable) {
					t.Errorf("%.40q is not refused with %q: %s", bad, says, said(refused))
				}
				s.RequestedNothing()
			})
		}
	}
}

// A number out of range is an error that gives the range.
func TestNumbersOutOfRange(t *testing.T) {
	s := serve(t, nil)
	for _, test := range []struct {
		argument string
		number   int
		says     string
	}{
		{"max_retries", -1, "between 0 and 100"},
		{"max_retries", 101, "between 0 and 100"},
		{"max_concurrent_requests", 0, "between 1 and 1000"},
		{"reinvite_limit", 0, "at least 1"},
		{"max_invitations", -1, "at least 0"},
	} {
		arguments := maps.Clone(samples()["provider"])
		arguments[test.argument] = tftypes.NewValue(tftypes.Number, test.number)
		s.fails(s.objects()["provider"].uses["configure"](s.dynamic(s.Schemas.Provider, arguments)), test.argument, test.says)
	}
}
