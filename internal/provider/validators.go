package provider

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// The limits of texts, in characters: far above any useful value.
const (
	longestText = 200
	longestURL  = 2000
)

// The rules for the arguments, one for each kind of text.
var (
	emailRule = rule{
		allowed: "one plain e-mail address, such as ada@example.com",
		problem: modelprime.EmailProblem,
		ifNull:  "The current_email of a modelprime_membership is null until the person has joined: use its email.",
	}
	// callerEmailRule never shows the value, which may be a token in the wrong argument.
	callerEmailRule = rule{allowed: emailRule.allowed, problem: modelprime.EmailProblem, secret: true}

	nameRule = rule{allowed: "a name of at most 200 visible characters, on one line", problem: modelprime.NameProblem}
	idRule   = rule{
		allowed: "an ID as the API shows it, of at most 200 characters",
		problem: modelprime.IDProblem,
		ifNull:  "The user_id of a modelprime_membership is null until the person has joined.",
	}
	roleRule       = oneOf("a role", modelprime.Roles()...)
	statusRule     = oneOf("a status", statusInvited, statusUnconfirmed, statusOverdue, statusActive)
	connectionRule = oneOf("a login connection", modelprime.Connections()...)

	// noteRule is for a text whose only meaning is that it changes. An empty text is like null.
	noteRule = rule{allowed: "a text on one line, of at most 200 characters", problem: func(value string) string {
		if value == "" {
			return ""
		}
		return modelprime.TextProblem(value, longestText)
	}}
	nameSearchRule = rule{
		allowed: "three or more letters (a-z, A-Z) and spaces, the API's limits for a name search",
		problem: visible(longestText, func(value string) string {
			if !nameSearch.MatchString(value) {
				return "The API cannot search for this text."
			}
			return ""
		}),
	}
	durationRule = rule{
		allowed: "a duration above zero, such as 30s, 10m or 168h",
		problem: visible(longestText, func(value string) string {
			if d, err := time.ParseDuration(value); err != nil || d <= 0 {
				return "This is not a duration above zero."
			}
			return ""
		}),
	}
	endpointRule = rule{
		allowed: "an https URL (http on loopback only) without user info, query and fragment",
		problem: visible(longestURL, func(value string) string {
			_, err := modelprime.ParseEndpoint(value)
			return sentence(err)
		}),
		secret: true, // a URL may hold a password
	}
	tokenRule = rule{
		allowed: "mpat_… together with email, or the whole owner@example.com:mpat_…",
		problem: visible(longestURL, func(value string) string {
			email := "owner@example.com"
			if strings.Contains(value, ":") {
				email = ""
			}
			_, err := modelprime.ParseCredentials(email, value)
			return sentence(err)
		}),
		secret: true,
	}
	capRule = rule{
		allowed: guard.CapForm,
		problem: visible(longestText, func(value string) string {
			if _, err := guard.ParseCap(value); err != nil {
				return "This is not an allowed number or percentage."
			}
			return ""
		}),
	}
	countRule = rule{
		allowed: "a whole number from 0",
		problem: visible(longestText, func(value string) string {
			if n, err := strconv.ParseInt(value, 10, 64); err != nil || n < 0 {
				return "This is not a whole number from 0."
			}
			return ""
		}),
	}
)

// nameSearch matches the texts that the API can search for.
var nameSearch = regexp.MustCompile(`^[a-zA-Z ]{3,}$`)

// rule validates the text of an argument, an element or an environment variable.
type rule struct {
	// allowed follows "Allowed: ".
	allowed string
	// problem returns a sentence that says why a text is invalid, without the text; "" if it is valid.
	problem func(text string) string
	// ifNull is the advice for a null element.
	ifNull string
	// secret keeps the text itself out of messages.
	secret bool
}

// visible adds to problem: the text must be one line of visible characters.
func visible(limit int, problem func(string) string) func(string) string {
	return func(text string) string {
		if found := modelprime.TextProblem(text, limit); found != "" {
			return found
		}
		return problem(text)
	}
}

// oneOf allows only these texts. kind describes them, for the message.
func oneOf(kind string, texts ...string) rule {
	quotedTexts := make([]string, len(texts))
	for i, text := range texts {
		quotedTexts[i] = strconv.Quote(text)
	}
	last := len(texts) - 1
	return rule{
		allowed: strings.Join(quotedTexts[:last], ", ") + " or " + quotedTexts[last],
		problem: visible(longestText, func(text string) string {
			for _, allowed := range texts {
				if text == allowed {
					return ""
				}
			}
			return "This is not " + kind + "."
		}),
	}
}

// tell returns the invalid text with its problem; "" if it is valid.
func (r rule) tell(text string) string {
	problem := r.problem(text)
	if problem == "" || r.secret {
		return problem
	}
	return quoted(text) + ": " + problem
}

// Description implements validator.Describer.
func (r rule) Description(context.Context) string { return r.allowed }

// MarkdownDescription implements validator.Describer.
func (r rule) MarkdownDescription(context.Context) string { return r.allowed }

// ValidateString implements validator.String.
func (r rule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !isSet(req.ConfigValue) {
		return
	}
	if problem := r.tell(req.ConfigValue.ValueString()); problem != "" {
		addInvalid(&resp.Diagnostics, req.Path, []string{problem}, r)
	}
}

// elements validates each text of a set or a list.
type elements struct {
	rule
	atLeastOne bool
}

// ValidateSet implements validator.Set.
func (e elements) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	addInvalid(&resp.Diagnostics, req.Path, e.problems(req.ConfigValue), e.rule)
}

// ValidateList implements validator.List.
func (e elements) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	addInvalid(&resp.Diagnostics, req.Path, e.problems(req.ConfigValue), e.rule)
}

func (e elements) problems(collection interface {
	attr.Value
	Elements() []attr.Value
},
) []string {
	if collection.IsNull() || collection.IsUnknown() {
		return nil
	}
	var problems []string
	if e.atLeastOne && len(collection.Elements()) == 0 {
		problems = append(problems, "The set is empty. At least one element is required.")
	}
	for _, element := range collection.Elements() {
		if problem := e.ofElement(element); problem != "" {
			problems = append(problems, problem)
		}
	}
	return problems
}

func (r rule) ofElement(element attr.Value) string {
	text, isText := element.(types.String)
	switch {
	case element.IsUnknown():
		return ""
	case element.IsNull() || !isText:
		return strings.TrimRight("A value is null. "+r.ifNull, " ")
	}
	return r.tell(text.ValueString())
}

// entries validates a map whose keys are texts and whose values are sets of texts.
type entries struct {
	keys   rule
	values elements
}

// Description implements validator.Describer.
func (e entries) Description(context.Context) string {
	return "each key: " + e.keys.allowed + "; each element: " + e.values.allowed
}

// MarkdownDescription implements validator.Describer.
func (e entries) MarkdownDescription(ctx context.Context) string { return e.Description(ctx) }

// ValidateMap implements validator.Map.
func (e entries) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	values := req.ConfigValue.Elements()
	for _, key := range sortedKeys(values) {
		if problem := e.keys.tell(key); problem != "" {
			addInvalid(&resp.Diagnostics, req.Path, []string{problem}, e.keys)
			continue
		}
		set, isSet := values[key].(types.Set)
		problems := e.values.problems(set)
		if isSet && set.IsNull() {
			problems = []string{"The set is null."}
		}
		for i := range problems {
			problems[i] = quoted(key) + ": " + problems[i]
		}
		addInvalid(&resp.Diagnostics, req.Path, problems, e.values.rule)
	}
}

// records validates a map of objects whose attributes are texts. The optional attribute may be null.
type records struct {
	attributes map[string]rule
	optional   string
}

// Description implements validator.Describer.
func (r records) Description(context.Context) string {
	return "objects of " + strings.Join(sortedKeys(r.attributes), ", ")
}

// MarkdownDescription implements validator.Describer.
func (r records) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateMap implements validator.Map.
func (r records) ValidateMap(ctx context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	var problems []string
	for key, element := range req.ConfigValue.Elements() {
		object, isObject := element.(types.Object)
		if isObject && object.IsNull() {
			problems = append(problems, quoted(key)+": The object is null.")
		}
		for name, value := range object.Attributes() {
			if value.IsNull() && name == r.optional {
				continue
			}
			if problem := r.attributes[name].ofElement(value); problem != "" {
				problems = append(problems, fmt.Sprintf("%s: %s: %s", quoted(key), name, problem))
			}
		}
	}
	slices.Sort(problems)
	addInvalid(&resp.Diagnostics, req.Path, problems, rule{allowed: r.Description(ctx)})
}

// mostProblems limits the invalid elements of one argument in a message.
const mostProblems = 10

// addInvalid adds an error for an invalid argument. The summary is static: it contains no value.
func addInvalid(diags *diag.Diagnostics, at path.Path, problems []string, r rule) {
	if len(problems) == 0 {
		return
	}
	if more := len(problems) - mostProblems; more > 0 {
		problems = append(problems[:mostProblems:mostProblems], fmt.Sprintf("%d more elements are invalid.", more))
	}
	name := argumentName(at)
	diags.AddAttributeError(path.Root(name), "Invalid "+name, strings.Join(problems, "\n")+" Allowed: "+r.allowed+".")
}

// argumentName returns the name of the argument at the start of a path.
func argumentName(at path.Path) string {
	if first, ok := at.Steps()[0].(path.PathStepAttributeName); ok {
		return string(first)
	}
	return ""
}

// quoted prepares a configured text for a message: quoted, on one line, escaped, of limited length, and without the secret part
// of a token.
func quoted(text string) string {
	if at := strings.Index(text, "mpat_"); at >= 0 {
		text = text[:at] + "mpat_…"
	}
	if characters := []rune(text); len(characters) > longestText {
		text = string(characters[:longestText]) + "…"
	}
	return strconv.Quote(text)
}

// sentence returns an error's text as a sentence.
func sentence(err error) string {
	if err == nil {
		return ""
	}
	text := strings.TrimRight(err.Error(), ".")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
