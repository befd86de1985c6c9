package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
)

const readsRoster = `
terraform {
  required_providers {
    modelprime = {
      source = "model-prime/modelprime"
    }
  }
}

output "roster" {
  value = provider::modelprime::roster(file("${path.module}/roster.yaml"))
}
`

// The function returns the documented type, in a configuration without a token.
func TestRosterFunction(t *testing.T) {
	t.Parallel()
	acctest.NeedsFunctions(t)
	w := acctest.NewWorld(t)
	c := w.CLI("")
	c.File("main.tf", readsRoster)
	c.File("roster.yaml", exampleText(t, "functions/roster/roster.yaml"))
	c.Apply().Quiet()
	var outputs map[string]struct{ Type, Value json.RawMessage }
	w.Must(json.Unmarshal([]byte(c.Run("output", "-json").OK().Printed), &outputs))
	got := outputs["roster"]
	person := `["object",{"email":"string","login_connection":"string","name":"string","roles":["set","string"],"team":"string","until":"string"}]`
	sameJSON(t, string(got.Type), `["object",{"leavers":["set","string"],"people":["map",`+person+`]}]`)
	sameJSON(t, string(got.Value), `{
  "people": {
    "yuki.tanabe@example.com": {"email": "yuki.tanabe@example.com", "name": "Yuki Tanabe", "roles": ["developer"], "team": "perception", "login_connection": null, "until": null},
    "ines.marchetti@example.com": {"email": "ines.marchetti@example.com", "name": "Ines Marchetti", "roles": ["admin", "developer"], "team": "perception", "login_connection": null, "until": null},
    "walter.grimm@example.net": {"email": "walter.grimm@example.net", "name": "Walter Grimm", "roles": ["analyst"], "team": "contractors", "login_connection": "username-password", "until": "2027-03-31T23:59:59Z"},
    "ruth.abernathy@example.com": {"email": "ruth.abernathy@example.com", "name": "Ruth Abernathy", "roles": ["analyst"], "team": null, "login_connection": null, "until": null}
  },
  "leavers": ["caleb.osei@example.com"]
}`)
	w.RequestedNothing()
}

func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var a, b any
	if json.Unmarshal([]byte(got), &a) != nil || json.Unmarshal([]byte(want), &b) != nil {
		t.Fatalf("no JSON: %s %s", got, want)
	}
	one, _ := json.Marshal(a)
	other, _ := json.Marshal(b)
	if !bytes.Equal(one, other) {
		t.Errorf(" got: %s\nwant: %s", one, other)
	}
}

// terraform validate prints the mistakes as the function's page shows them, one a line.
func TestRosterFunctionListsMistakes(t *testing.T) {
	t.Parallel()
	acctest.NeedsFunctions(t)
	_, shown, _ := strings.Cut(readText(t, "../../docs/functions/roster.md"), "```text\nInvalid value")
	shown, _, found := strings.Cut(shown, "```")
	if !found {
		t.Fatal("the page shows no mistakes")
	}
	c := acctest.NewWorld(t).CLI("")
	c.File("main.tf", readsRoster)
	c.File("roster.yaml", strings.NewReplacer(
		"email: yuki.tanabe@example.com", "email: yuki.tanabe@example.com, roles: [developper]",
		"2027-03-31", "31.3.2027",
		"ruth.abernathy@example.com", "yuki.tanabe@example.com",
	).Replace(exampleText(t, "functions/roster/roster.yaml")))
	printed := c.Run("validate", "-no-color").Printed
	if !strings.Contains(printed, shown) {
		t.Errorf("printed:\n%s\nwhile the page shows:\n%s", printed, shown)
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// BenchmarkRosterFunction calls the function as Terraform does, with the result encoded for the protocol.
func BenchmarkRosterFunction(b *testing.B) {
	server, err := provider.NewServer(provider.New("test")())
	if err != nil {
		b.Fatal(err)
	}
	for _, people := range []int{1_000, 10_000} {
		var text strings.Builder
		text.WriteString("people:\n")
		for i := range people {
			fmt.Fprintf(&text, "  - { name: Person %d, email: person.%d@example.com, roles: [developer, analyst], until: 2027-03-31 }\n", i, i)
		}
		argument, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, text.String()))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			for b.Loop() {
				called, err := server.CallFunction(context.Background(), &tfprotov6.CallFunctionRequest{
					Name: "roster", Arguments: []*tfprotov6.DynamicValue{&argument},
				})
				if err != nil || called.Error != nil {
					b.Fatal(err, called.Error)
				}
			}
		})
	}
}
