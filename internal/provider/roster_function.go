package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

var _ function.Function = (*rosterFunction)(nil)

func newRosterFunction() function.Function { return &rosterFunction{} }

// rosterFunction reads the text of a roster. It needs no configured provider.
type rosterFunction struct{}

func (*rosterFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "roster"
}

var (
	personTypes = map[string]attr.Type{
		"email": types.StringType, "name": types.StringType, "roles": types.SetType{ElemType: types.StringType},
		"login_connection": types.StringType, "team": types.StringType, "until": types.StringType,
	}
	personType  = types.ObjectType{AttrTypes: personTypes}
	rosterTypes = map[string]attr.Type{
		"people": types.MapType{ElemType: personType}, "leavers": types.SetType{ElemType: types.StringType},
	}
)

func (*rosterFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Reads a roster and reports every mistake in it, with its line",
		MarkdownDescription: "Reads the text of a roster, in YAML or JSON: `teams`, `people` and `leavers`. People without values of their own get those of their " +
			"team. Every mistake is reported at once, each with its line. The function needs no configured provider and no network, and works in `terraform " +
			"validate`.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "text",
			MarkdownDescription: "The roster, such as `file(\"${path.module}/roster.yaml\")`, or `jsonencode({ people = … })` for people from another source.",
		}},
		Return: function.ObjectReturn{AttributeTypes: rosterTypes},
	}
}

func (*rosterFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	read, err := roster.ParseText(text)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, mistakes(err))
		return
	}
	people := make(map[string]attr.Value, len(read.People))
	for email, person := range read.People {
		people[email] = types.ObjectValueMust(personTypes, map[string]attr.Value{
			"email": types.StringValue(person.Email), "name": types.StringValue(person.Name), "roles": setValue(person.Roles),
			"login_connection": textOrNull(person.LoginConnection), "team": textOrNull(person.Team), "until": textOrNull(person.Until),
		})
	}
	resp.Error = resp.Result.Set(ctx, types.ObjectValueMust(rosterTypes, map[string]attr.Value{
		"people": types.MapValueMust(personType, people), "leavers": setValue(read.Leavers),
	}))
}

// mistakes lists the mistakes of a roster. Terraform puts the text into a sentence and adds the period. Lines that start with a
// space are not wrapped.
func mistakes(err error) string {
	lines := strings.Split(err.Error(), "\n")
	count := "1 mistake"
	if len(lines) > 1 {
		count = fmt.Sprintf("%d mistakes", len(lines))
	}
	return strings.TrimSuffix(fmt.Sprintf("the roster has %s:\n\n  %s", count, strings.Join(lines, "\n  ")), ".")
}

// textOrNull returns null for an empty text.
func textOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
