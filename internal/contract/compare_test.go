package contract_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
)

var update = flag.Bool("update", false, "write the golden file anew")

func lines(found []contract.Difference) string {
	var text strings.Builder
	for _, difference := range found {
		text.WriteString(difference.String() + "\n")
	}
	return text.String()
}

func TestTheContractDoesNotDifferFromItself(t *testing.T) {
	if got := lines(contract.Compare(contract.Document(), contract.Document())); got != "" {
		t.Errorf("found\n%s", got)
	}
}

func TestDifferencesAreAllToldAndNothingElse(t *testing.T) {
	theirs, err := os.ReadFile("testdata/vendor-differs.json")
	if err != nil {
		t.Fatal(err)
	}
	got := lines(contract.Compare(parse(t, string(theirs)), contract.Document()))
	const golden = "testdata/vendor-differs.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("found\n%s\nwant\n%s", got, want)
	}
}

// The same contract, written the way other tools write it, differs in nothing.
func TestOtherWaysToWriteTheSameDoNotDiffer(t *testing.T) {
	source, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	type change struct{ old, new string }
	for name, changes := range map[string][]change{
		"3.1 type list": {
			{"openapi: 3.0.3", "openapi: 3.1.0"},
			{"type: string\n      nullable: true", "type: [string, \"null\"]"},
		},
		"3.1 union": {
			{"openapi: 3.0.3", "openapi: 3.1.0"},
			{"type: string\n      nullable: true", "anyOf: [{type: string, const: google-oauth2}, {type: \"null\"}]"},
			{"      enum: [google-oauth2, null]\n", ""},
		},
		"allOf around a reference": {
			{`connection: { $ref: "#/components/schemas/ConnectionType" }`, `connection: { allOf: [{ $ref: "#/components/schemas/ConnectionType" }] }`},
		},
		"base path in the paths": {
			{"https://api.model-prime.com/api/oum/v1", "https://api.model-prime.com/"},
			{"\n  /organization", "\n  /api/oum/v1/organization"},
			{"\n  /user", "\n  /api/oum/v1/user"},
		},
		"no host":                   {{"https://api.model-prime.com/api/oum/v1", "/api/oum/v1"}},
		"content type with charset": {{"application/json:", "application/json; charset=utf-8:"}},
		"other operation ids":       {{"operationId: ", "operationId: oum_"}},
		"other wording":             {{"description: The page.", "description: Whatever."}},
		"other names of path keys":  {{"List the users in", "Lists users of"}, {"operationId: listUsers", "operationId: users_index"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := string(source)
			for _, c := range changes {
				if !strings.Contains(text, c.old) {
					t.Fatalf("the contract has no %q", c.old)
				}
				text = strings.ReplaceAll(text, c.old, c.new)
			}
			if got := lines(contract.Compare(parse(t, text), contract.Document())); got != "" {
				t.Errorf("found\n%s", got)
			}
		})
	}
}

// Each of these is the contract with one thing changed, and one line has to say so.
func TestOneChangeIsOneDifference(t *testing.T) {
	source, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string][2]string{
		`server: theirs is https://api.model-prime.com/oum, ours is https://api.model-prime.com/api/oum/v1`:                              {"https://api.model-prime.com/api/oum/v1", "https://api.model-prime.com/oum"},
		`inviteUser: path: theirs is /invitations, ours is /users/invite`:                                                                {"  /users/invite:", "  /invitations:"},
		`replaceUserRoles: method: theirs is POST, ours is PUT`:                                                                          {"    put:", "    post:"},
		`updateCurrentUser: method: theirs is PUT, ours is PATCH`:                                                                        {"    patch:", "    put:"},
		`inviteUser: request body: field "connection": theirs is not nullable, ours is`:                                                  {"      nullable: true\n", ""},
		`inviteUser: request body: field "connection": theirs is not required, ours is`:                                                  {"required: [connection, ", "required: ["},
		`inviteUser: request body: field "connection": theirs has no default, ours "google-oauth2"`:                                      {"      default: google-oauth2\n", ""},
		`listUsers: query parameter "page_number": theirs has default 0, ours 1`:                                                         {"minimum: 1, default: 1", "minimum: 1, default: 0"},
		`listUsers: query parameter "page_size": theirs has maximum 1000, ours 100`:                                                      {"maximum: 100,", "maximum: 1000,"},
		`listUsers: query parameter "name_search": theirs has minLength 1, ours 3`:                                                       {"minLength: 3", "minLength: 1"},
		`listUsers: query parameter "q": only theirs, optional` + "\n" + `listUsers: query parameter "name_search": only ours, optional`: {"name: name_search", "name: q"},
		`getOrganization: response 200: field "short_name": theirs is not required, ours is`:                                             {"[id, name, short_name, ", "[id, name, "},
		`listUsers: query parameter "page_number": theirs has minimum 1 (exclusive), ours 1`:                                             {"minimum: 1, default: 1", "minimum: 1, exclusiveMinimum: true, default: 1"},
		`updateCurrentUser: response 200: field "email": theirs is not required, ours is
updateCurrentUser: response 200: field "id": theirs is not required, ours is
updateCurrentUser: response 200: field "name": theirs is not required, ours is`: {
			`schema: { $ref: "#/components/schemas/UserSummary" }`,
			`schema: { anyOf: [{ $ref: "#/components/schemas/UserSummary" }, { $ref: "#/components/schemas/CurrentUserUpdate" }] }`,
		},
		`getOrganization: response 200: field "id": theirs has no format, ours uuid`: {", format: uuid", ""},
		`listUsers: response 200: field "count": theirs is string, ours is integer`:  {"          type: integer\n          minimum: 0\n", "          type: string\n"},
	} {
		t.Run(want, func(t *testing.T) {
			text := strings.Replace(string(source), change[0], change[1], 1)
			if text == string(source) {
				t.Fatalf("the contract has no %q", change[0])
			}
			got := lines(contract.Compare(parse(t, text), contract.Document()))
			if len(strings.Split(got, "\n")) != len(strings.Split(want, "\n"))+1 {
				t.Errorf("found\n%s", got)
			}
			for _, line := range strings.Split(want, "\n") {
				if !strings.Contains(got, line+"\n") {
					t.Errorf("found\n%snot\n%s", got, line)
				}
			}
		})
	}
}

// Schemas that contain each other in many ways are still compared in no time.
func TestSchemasMayContainThemselves(t *testing.T) {
	const self = `{"$ref": "#/components/schemas/Self"}`
	fields := `"a": ` + self + `, "b": ` + self + `, "c": ` + self + `, "d": ` + self + `, "e": ` + self + `, "f": ` + self
	theirs := parse(t, `{"openapi": "3.0.3", "info": {"title": "t", "version": "1"},
		"components": {"schemas": {"Self": {"type": "object", "properties": {`+fields+`}, "allOf": [`+self+`], "items": `+self+`}}},
		"paths": {"/user": {"get": {"responses": {"200": {"description": "d", "content": {"application/json": {"schema": `+self+`}}}}}}}}`)
	if got := lines(contract.Compare(theirs, contract.Document())); !strings.Contains(got, `getCurrentUser: response 200: field "f": only theirs`) {
		t.Errorf("found\n%s", got)
	}
}

// A specification may be as odd as it likes; what cannot be read is an error, and the rest is compared.
func FuzzCompare(f *testing.F) {
	for _, name := range []string{"openapi.yaml", "testdata/vendor-differs.json"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, operation := range []string{
		`{"get": null}`,
		`{"get": {"responses": {"200": null, "default": null}}}`,
		`{"get": {"parameters": [null, {}], "requestBody": {}, "responses": {"200": {"content": {"application/json": null}}}}}`,
		`{"get": {"requestBody": {"content": {"application/json": {"schema": {"allOf": [null], "items": null, "properties": {"a": null}}}}}}}`,
	} {
		f.Add([]byte(`{"openapi": "3.1.0", "paths": {"/users": ` + operation + `}, "servers": [null]}`))
		f.Add([]byte(`{"openapi": "3.0.0", "paths": {"/users": ` + operation + `, "/user": null}}`))
	}
	f.Fuzz(func(_ *testing.T, text []byte) {
		if theirs, err := contract.Parse(text); err == nil {
			_ = lines(contract.Compare(theirs, contract.Document()))
		}
	})
}

func parse(t *testing.T, text string) *openapi3.T {
	t.Helper()
	document, err := contract.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return document
}
