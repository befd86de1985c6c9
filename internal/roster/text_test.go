package roster

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// goodTexts are rosters and their values.
var goodTexts = map[string]struct {
	text string
	want Text
}{
	"teams, people and leavers": {
		`teams:
  perception:
    roles: [developer]
    login_connection: username-password
    people:
      - { name: Yuki Tanabe, email: Yuki.Tanabe@Example.com }
      - { name: Ines Marchetti, email: ines@example.com, roles: [admin, developer], login_connection: google-oauth2 }
  safety:
    people: [{ name: Noor Haddad, email: noor@example.com, roles: [analyst] }]
people:
  - name: Walter Grimm
    email: walter@example.net
    roles: [analyst]
    until: 2027-03-31
leavers: [Dee@example.com, caleb@example.com]
`,
		Text{
			People: map[string]Person{
				"yuki.tanabe@example.com": {Email: "Yuki.Tanabe@Example.com", Name: "Yuki Tanabe", Roles: []string{"developer"}, LoginConnection: "username-password", Team: "perception"},
				"ines@example.com":        {Email: "ines@example.com", Name: "Ines Marchetti", Roles: []string{"admin", "developer"}, LoginConnection: "google-oauth2", Team: "perception"},
				"noor@example.com":        {Email: "noor@example.com", Name: "Noor Haddad", Roles: []string{"analyst"}, Team: "safety"},
				"walter@example.net":      {Email: "walter@example.net", Name: "Walter Grimm", Roles: []string{"analyst"}, Until: "2027-03-31T23:59:59Z"},
			},
			Leavers: []string{"dee@example.com", "caleb@example.com"},
		},
	},
	"JSON in one line": {
		`{"teams":null,"people":[{"name":"Ada \ud83d\ude00 \u003cM\u003e \\ud83d","email":"ada@example.com","roles":["admin"],"login_connection":null,"until":""}],"leavers":[]}`,
		Text{People: map[string]Person{"ada@example.com": {Email: "ada@example.com", Name: `Ada 😀 <M> \ud83d`, Roles: []string{"admin"}}}},
	},
	"JSON with tabs": {
		"{\n\t\"people\": [\n\t\t{\n\t\t\t\"name\": \"Ada\",\n\t\t\t\"email\": \"ada@example.com\",\n\t\t\t\"roles\": [\"admin\"]\n\t\t}\n\t]\n}\n",
		Text{People: map[string]Person{"ada@example.com": {Email: "ada@example.com", Name: "Ada", Roles: []string{"admin"}}}},
	},
	"what yamlencode writes": {
		"\"people\":\n- \"email\": \"ada@example.com\"\n  \"login_connection\": null\n  \"name\": \"null\"\n  \"roles\":\n  - \"admin\"\n  \"until\": \"2027-03-31T17:00:00+02:00\"\n",
		Text{People: map[string]Person{"ada@example.com": {Email: "ada@example.com", Name: "null", Roles: []string{"admin"}, Until: "2027-03-31T15:00:00Z"}}},
	},
	"a byte order mark and Windows' line ends": {
		"\ufeffpeople:\r\n  - name: Ada\r\n    email: ada@example.com\r\n    roles: [admin]\r\n",
		Text{People: map[string]Person{"ada@example.com": {Email: "ada@example.com", Name: "Ada", Roles: []string{"admin"}}}},
	},
	"plain scalars are text": {
		`people:
  - { name: No, email: no@example.com, roles: [admin] }
  - { name: 123, email: 123@example.com, roles: [admin] }
  - { name: 0x1F, email: hex@example.com, roles: [admin] }
  - { name: true, email: true@example.com, roles: [admin] }
  - { name: 2027-03-31, email: date@example.com, roles: [admin] }
`,
		Text{People: map[string]Person{
			"no@example.com":   {Email: "no@example.com", Name: "No", Roles: []string{"admin"}},
			"123@example.com":  {Email: "123@example.com", Name: "123", Roles: []string{"admin"}},
			"hex@example.com":  {Email: "hex@example.com", Name: "0x1F", Roles: []string{"admin"}},
			"true@example.com": {Email: "true@example.com", Name: "true", Roles: []string{"admin"}},
			"date@example.com": {Email: "date@example.com", Name: "2027-03-31", Roles: []string{"admin"}},
		}},
	},
	"a team without people": {
		"teams:\n  idle: { roles: [analyst], people: [] }\n  gone:\n  2027: {}\npeople: [{ name: Ada, email: ada@example.com, roles: [admin] }]\n",
		Text{People: map[string]Person{"ada@example.com": {Email: "ada@example.com", Name: "Ada", Roles: []string{"admin"}}}},
	},
}

func TestGoodTexts(t *testing.T) {
	for name, test := range goodTexts {
		t.Run(name, func(t *testing.T) {
			got, err := ParseText(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*got, test.want) {
				t.Errorf(" got: %+v\nwant: %+v", *got, test.want)
			}
		})
	}
}

// A person may be called Null. YAML's rules make editors read it as null.
func TestPersonNamedNull(t *testing.T) {
	got, err := ParseText("people: [{ name: Null, email: null@example.com, roles: [admin] }]")
	if err != nil || got.People["null@example.com"].Name != "Null" {
		t.Error(got, err)
	}
}

const ada = "{ name: Ada, email: ada@example.com, roles: [admin] }"

// badTexts are rosters that are refused with exactly these mistakes.
var badTexts = map[string]struct {
	text     string
	mistakes string
	unseen   bool // the schema does not find it
}{
	"no text":              {"", "line 1: the roster: The roster lists no people. Write people, or teams with people.", false},
	"only a comment":       {"# Nobody yet.\n", "line 1: the roster: The roster lists no people. Write people, or teams with people.", false},
	"empty lists":          {"people: []\nteams: {}\n", "line 1: the roster: The roster lists no people. Write people, or teams with people.", false},
	"teams without people": {"teams: { fleet: { roles: [admin], people: [] }, gone: }\n", "line 1: the roster: The roster lists no people. Write people, or teams with people.", false},
	"only leavers":         {"leavers: [ada@example.com]\n", "line 1: the roster: The roster lists no people. Write people, or teams with people.", false},
	"text alone":           {"hello", "line 1: the roster: The entry is text. Write the keys teams, people and leavers.", false},
	"a list alone":         {"- " + ada, "line 1: the roster: The entry is a list. Write the keys teams, people and leavers.", false},
	"an unknown key":       {"people: [" + ada + "]\nteam: {}\n", `line 2: the roster: The key "team" is not known. Keys are teams, people and leavers.`, false},
	"a key in capitals":    {"People: [" + ada + "]\n", `line 1: the roster: The key "People" is not known. Keys are teams, people and leavers.`, false},
	"a key that is a list": {"people: [" + ada + "]\n? [a]\n: b\n", `line 2: the roster: A key is a list. Write text.`, true},
	"a repeated key":       {"people: [" + ada + "]\npeople: []\n", "line 2: the roster: The key people is used twice, first on line 1. Keep one.", true},
	"people as a mapping": {
		"people: { ada: " + ada + " }\n",
		"line 1: the roster: people is a mapping. Write a list of people.", false,
	},
	"teams as a list": {"teams: [" + ada + "]\n", "line 1: the roster: teams is a list. Write each team under its name.", false},
	"mistakes in another order than they are found": {
		"leavers: [ada]\npeople: [{ name: Ada, email: ada, roles: [admin] }]\n",
		"line 1: leaver ada: This is not an e-mail address. Write one plain address, such as ada@example.com.\n" +
			"line 2: Ada (ada): This is not an e-mail address. Write one plain address, such as ada@example.com.", false,
	},
	"a name of a hundred characters": {
		"people: [{ name: " + strings.Repeat("a", 100) + ", email: ada@example.com, roles: [boss] }]\n",
		"line 1: " + strings.Repeat("a", 100) + ` (ada@example.com): The role "boss" is not known. Roles are admin, developer and analyst.`, false,
	},
	"a team as a list": {
		"teams:\n  fleet:\n    - " + ada + "\n",
		"line 3: team fleet: The entry is a list. Write the keys roles, login_connection and people.", false,
	},
	"a team's unknown key": {
		"teams:\n  fleet:\n    role: [admin]\n    people: [" + ada + "]\n",
		`line 3: team fleet: The key "role" is not known. Keys are roles, login_connection and people.`, false,
	},
	"a team twice": {"teams:\n  fleet:\n    people: [" + ada + "]\n  fleet:\n    people:\n      - { name: Bo, email: bo@example.com }\n", strings.Join([]string{
		"line 4: team fleet: The team is listed twice, first on line 2. Put its people together.",
		"line 6: Bo (bo@example.com, team fleet): No role. Write roles, with at least one of admin, developer and analyst.",
	}, "\n"), true},
	"a team without a name": {"teams:\n  '': { people: [" + ada + "] }\n", `line 2: team "": The name is empty.`, false},
	"a team named null":     {"teams:\n  ~: { people: [" + ada + "] }\n", `line 2: team "~": The name is empty.`, true},
	"a team's name in two lines": {
		"teams:\n  \"fl\\neet\": { people: [" + ada + "] }\n",
		"line 2: team \"fl\ufffdeet\": Character 3 of the name is a line feed (U+000A).", true,
	},
	"a team's roles, once": {
		"teams:\n  fleet:\n    roles: [captain]\n    people:\n      - { name: Bo, email: bo@example.com }\n      - { name: Cy, email: cy@example.com }\n",
		`line 3: team fleet: The role "captain" is not known. Roles are admin, developer and analyst.`, false,
	},

	"an unknown key of a person": {
		"people:\n  - { name: Ada, email: ada@example.com, role: [admin], roles: [admin] }\n",
		`line 2: Ada (ada@example.com): The key "role" is not known. Keys are name, email, roles, login_connection and until.`, false,
	},
	"two emails": {
		"people:\n  - name: Ada\n    email: ada@example.com\n    roles: [admin]\n    email: moreau@example.com\n",
		"line 5: Ada (ada@example.com): The key email is used twice, first on line 3. Keep one.", true,
	},
	"no email": {"people:\n  - { name: Ada, roles: [admin] }\n", "line 2: Ada: The email is missing.", false},
	"no name":  {"people:\n  - { email: ada@example.com, roles: [admin] }\n", "line 2: ada@example.com: The name is missing.", false},
	"an empty name": {
		"teams:\n  fleet:\n    roles: [admin]\n    people:\n      - name: null\n        email: ada@example.com\n",
		"line 5: ada@example.com (team fleet): The name is missing.", false,
	},
	"a blank name": {"people: [{ name: \" \", email: ada@example.com, roles: [admin] }]\n", "line 1: ada@example.com: Character 1 of the name, its only one, is a space (U+0020).", false},
	"a name in two lines": {
		"people:\n  - name: |\n      Ada\n    email: ada@example.com\n    roles: [admin]\n",
		"line 2: Ada\ufffd (ada@example.com): Character 4 of the name, its last, is a line feed (U+000A).", false,
	},
	"a name with a blank": {"people: [{ name: 'Ada ', email: ada@example.com, roles: [admin] }]\n", "line 1: Ada  (ada@example.com): Character 4 of the name, its last, is a space (U+0020).", false},
	"a name that is too long": {
		"people: [{ name: " + strings.Repeat("a", 201) + ", email: ada@example.com, roles: [admin] }]\n",
		"line 1: " + strings.Repeat("a", 100) + "… (ada@example.com): The name has 201 characters; the limit is 200.", false,
	},
	"neither name nor email": {"teams:\n  fleet:\n    people:\n      - {}\n", strings.Join([]string{
		"line 4: person 1 of team fleet: The name is missing.",
		"line 4: person 1 of team fleet: The email is missing.",
		"line 4: person 1 of team fleet: No role. Write roles, with at least one of admin, developer and analyst.",
	}, "\n"), false},
	"an empty entry":  {"people:\n  - " + ada + "\n  -\n", "line 3: person 2 of the roster: The entry is empty.", false},
	"a name alone":    {"people:\n  - Ada\n", "line 2: person 1 of the roster: The entry is text. Write the keys name, email, roles, login_connection and until.", false},
	"a list as name":  {"people:\n  - { name: [Ada], email: ada@example.com, roles: [admin] }\n", "line 2: ada@example.com: name is a list. Write text.", false},
	"a list as email": {"people:\n  - { name: Ada, email: [ada@example.com], roles: [admin] }\n", "line 2: Ada: email is a list. Write text.", false},

	"no role": {
		"people: [{ name: Ada, email: ada@example.com }]\n",
		"line 1: Ada (ada@example.com): No role. Write roles, with at least one of admin, developer and analyst.", false,
	},
	"no role in a team without": {
		"teams: { fleet: { people: [{ name: Ada, email: ada@example.com, roles: null }] } }\n",
		"line 1: Ada (ada@example.com, team fleet): No role. Write roles, with at least one of admin, developer and analyst.", false,
	},
	"an empty list of roles": {
		"teams: { fleet: { roles: [admin], people: [{ name: Ada, email: ada@example.com, roles: [] }] } }\n",
		"line 1: Ada (ada@example.com, team fleet): The list of roles is empty. Roles are admin, developer and analyst.", false,
	},
	"an unknown role": {
		"people: [{ name: Ada, email: ada@example.com, roles: [Admin] }]\n",
		`line 1: Ada (ada@example.com): The role "Admin" is not known. Roles are admin, developer and analyst.`, false,
	},
	"an empty role": {"people: [{ name: Ada, email: ada@example.com, roles: [admin, ~, ''] }]\n", strings.Join([]string{
		"line 1: Ada (ada@example.com): A role is empty. Roles are admin, developer and analyst.",
		"line 1: Ada (ada@example.com): A role is empty. Roles are admin, developer and analyst.",
	}, "\n"), false},
	"a role twice":   {"people: [{ name: Ada, email: ada@example.com, roles: [admin, admin] }]\n", "line 1: Ada (ada@example.com): The role admin is listed twice. Keep one.", false},
	"a role as text": {"people: [{ name: Ada, email: ada@example.com, roles: admin }]\n", "line 1: Ada (ada@example.com): roles is text. Write a list, such as [developer].", false},
	"an unknown connection": {
		"people: [{ name: Ada, email: ada@example.com, roles: [admin], login_connection: github }]\n",
		`line 1: Ada (ada@example.com): The login_connection "github" is not known. Connections are google-oauth2 and username-password.`, false,
	},
	"a team's unknown connection": {
		"teams: { fleet: { login_connection: github, people: [" + ada + "] } }\n",
		`line 1: team fleet: The login_connection "github" is not known. Connections are google-oauth2 and username-password.`, false,
	},
	"a list as connection": {"teams: { fleet: { login_connection: [github], people: [" + ada + "] } }\n", "line 1: team fleet: login_connection is a list. Write text.", false},

	"no address": {
		"people: [{ name: Ada, email: ada.example.com, roles: [admin] }]\n",
		"line 1: Ada (ada.example.com): This is not an e-mail address. Write one plain address, such as ada@example.com.", false,
	},
	"an address with a name": {
		"people: [{ name: Ada, email: Ada <ada@example.com>, roles: [admin] }]\n",
		"line 1: Ada (Ada <ada@example.com>): Character 4 of the address is a space (U+0020). Write one plain address, such as ada@example.com.", false,
	},
	"an invisible character": {
		"people:\n  - name: Dee\n    email: \"dee@example.com\\u200b\"\n    roles: [admin]\n",
		"line 3: Dee (dee@example.com\u200b): Character 16 of the address, its last, is a zero width space (U+200B). Write one plain address, such as ada@example.com.", false,
	},
	"a no-break space": {
		"people: [{ name: Dee, email: dee\u00a0@example.com, roles: [admin] }]\n",
		"line 1: Dee (dee\u00a0@example.com): Character 4 of the address is a no-break space (U+00A0). Write one plain address, such as ada@example.com.", false,
	},
	"a carriage return": {
		"{\"people\": [{\"name\": \"Dee\", \"roles\": [\"admin\"],\n \"email\": \"dee@example.com\\r\"}]}",
		"line 2: Dee (dee@example.com\ufffd): Character 16 of the address, its last, is a carriage return (U+000D). Write one plain address, such as ada@example.com.", false,
	},
	"a long address": {
		"people: [{ name: Dee, email: " + strings.Repeat("a", 300) + "@example.com, roles: [admin] }]\n",
		"line 1: Dee (" + strings.Repeat("a", 100) + "…): The address has 312 characters; the limit is 254. Write one plain address, such as ada@example.com.", false,
	},

	"a person twice": {
		"teams:\n  fleet:\n    people:\n      - " + ada + "\n  safety:\n    people:\n      - { name: Moreau, email: ADA@Example.com, roles: [admin] }\n",
		"line 7: Moreau (ADA@Example.com, team safety): The person is listed twice, first on line 4, in team fleet. Keep one entry. Upper and lower case are the same address.", true,
	},
	"a person in a team and outside": {"people:\n  - " + ada + "\n  - " + ada + "\nteams: { fleet: { people: [" + ada + "] } }\n", strings.Join([]string{
		"line 2: Ada (ada@example.com): The person is listed twice, first on line 4, in team fleet. Keep one entry. Upper and lower case are the same address.",
		"line 3: Ada (ada@example.com): The person is listed twice, first on line 4, in team fleet. Keep one entry. Upper and lower case are the same address.",
	}, "\n"), true},
	"a leaver who is listed": {
		"leavers:\n  - Ada@example.com\npeople:\n  - " + ada + "\n",
		"line 2: leaver Ada@example.com: The person is also listed on line 4. Keep one of the two.", true,
	},
	"a leaver twice":      {"people: [" + ada + "]\nleavers:\n  - bo@example.com\n  - bo@example.com\n", "line 4: leaver bo@example.com: The address is in leavers twice, first on line 3. Keep one.", false},
	"a leaver with blank": {"people: [" + ada + "]\nleavers: ['bo@example.com ']\n", "line 2: leaver bo@example.com : Character 15 of the address, its last, is a space (U+0020). Write one plain address, such as ada@example.com.", false},
	"a leaver as a mapping": {"people: [" + ada + "]\nleavers: [{ email: bo@example.com }, ~]\n", strings.Join([]string{
		"line 2: leaver 1: address is a mapping. Write text.", "line 2: leaver 2: The address is missing.",
	}, "\n"), false},
	"leavers as text": {"people: [" + ada + "]\nleavers: bo@example.com\n", "line 2: the roster: leavers is text. Write a list of addresses.", false},

	"a German date": {
		"people:\n  - name: Ada\n    email: ada@example.com\n    roles: [admin]\n    until: 31.3.2027\n",
		`line 5: Ada (ada@example.com): The until "31.3.2027" is not a date or time. Write a date such as 2027-03-31, or a time such as 2027-03-31T17:00:00Z.`, false,
	},
	"a day that does not exist": {
		"people: [{ name: Ada, email: ada@example.com, roles: [admin], until: 2027-02-30 }]\n",
		`line 1: Ada (ada@example.com): The until "2027-02-30" is not a date or time. Write a date such as 2027-03-31, or a time such as 2027-03-31T17:00:00Z.`, false,
	},
	"a time without a zone": {
		"people: [{ name: Ada, email: ada@example.com, roles: [admin], until: '2027-03-31T17:00:00' }]\n",
		`line 1: Ada (ada@example.com): The until "2027-03-31T17:00:00" is not a date or time. Write a date such as 2027-03-31, or a time such as 2027-03-31T17:00:00Z.`, false,
	},
	"a time after the year 9999": {
		"people: [{ name: Ada, email: ada@example.com, roles: [admin], until: '9999-12-31T23:59:59-01:00' }]\n",
		`line 1: Ada (ada@example.com): The until "9999-12-31T23:59:59-01:00" is not a date or time. Write a date such as 2027-03-31, or a time such as 2027-03-31T17:00:00Z.`, true,
	},

	"an alias": {
		"people:\n  - { name: &ada Ada, email: ada@example.com, roles: [admin] }\n  - { name: *ada, email: bo@example.com, roles: [admin] }\n",
		"line 3: bo@example.com: name is the alias *ada. Aliases are not supported. Write text.", true,
	},
	"a merge key": {
		"people:\n  - &ada " + ada + "\n  - { <<: *ada, email: bo@example.com, roles: [admin], name: Bo }\n",
		`line 3: Bo (bo@example.com): The key "<<" is not known. Keys are name, email, roles, login_connection and until.`, true,
	},
	"a tag": {
		"people: [{ name: !!binary QWRh, email: ada@example.com, roles: [admin] }]\n",
		"line 1: QWRh (ada@example.com): name has the tag !!binary. Tags are not supported. Write text.", true,
	},
	"two documents": {"people: [" + ada + "]\n---\npeople: []\n", "line 2: the text: A second YAML document begins here. Write only one.", true},

	"no YAML": {
		"people:\n  - { name: Ada, email: ada@example.com, roles: [admin }\n",
		"line 2: the text: This is not YAML. A comma or the closing ] is missing.", true,
	},
	"tabs": {
		"people:\n\t- " + ada + "\n",
		"line 2: the text: This is not YAML. Indent with spaces, not with tabs.", true,
	},
	"an at sign": {
		"people:\n  - { name: @ada, email: ada@example.com, roles: [admin] }\n",
		"line 2: the text: This is not YAML. A value cannot begin with this character. Put the value in quotes.", true,
	},
	"a colon": {
		"people:\n  - name: Ada: Moreau\n",
		"line 2: the text: This is not YAML. A colon is not allowed here. Indent the line like the lines around it, begin an entry with a dash and a space, or put a value that holds a colon in quotes.", true,
	},
	"a line with another indentation": {
		"people:\n  - name: Ada\n   email: ada@example.com\n",
		"line 3: the text: This is not YAML. Indent the line like the lines around it, and begin an entry with a dash and a space. The mistake is in the block that begins on line 2.", true,
	},
	"half of a file": {
		"people:\n  - { name: Ada, email: ada@example.com,\n\n",
		"line 2: the text: This is not YAML. A value or a closing ] or } is missing.", true,
	},
	"no closing quotation mark": {"people:\n  - name: \"Ada\n    email: ada@example.com\n\n", "line 3: the text: This is not YAML. A closing quotation mark is missing. The mistake is in the block that begins on line 2.", true},
	"an unknown alias":          {"people:\n  - { name: *ada }\n", "line 2: the text: This is not YAML. unknown anchor 'ada' referenced.", true},
	"a merge conflict": {
		"people:\n<<<<<<< HEAD\n  - " + ada + "\n=======\n  - " + ada + "\n>>>>>>> topic\n",
		"line 2: the text: A merge conflict begins here. Keep one of its two versions, without the lines of <, = and >.", true,
	},
	"no closing bracket, far above": {
		"teams:\n  a: # {\n    people:\n      - { name: '[Ada', roles: [admin], email: ada@example.com\n      - " + ada + "\n      - " + ada + "\npeople:\n  - " + ada + "\n",
		"line 4: the text: This is not YAML. The { is not closed.", true,
	},
	"a colon in a value between brackets": {
		"people:\n  - { name: Ada: Moreau, email: ada@example.com, roles: [admin] }\n",
		"line 2: the text: This is not YAML. A comma or the closing } is missing, or a value that holds a colon or a quotation mark is not in quotes.", true,
	},
	"two commas": {
		"people:\n  - { name: Ada, , email: ada@example.com }\n",
		"line 2: the text: This is not YAML. A value or a closing ] or } is missing.", true,
	},
	"no dash": {
		"people:\n  - " + ada + "\n  " + ada + "\n  - " + ada + "\n",
		"line 3: the text: This is not YAML. A key has no colon, or an entry does not begin with a dash and a space.", true,
	},
	"half of a key": {
		"people:\n  - name: Ada\n    email: ada@example.com\n    rol",
		"line 4: the text: This is not YAML. A key has no colon, or an entry does not begin with a dash and a space.", true,
	},
	"an ampersand": {
		"people:\n  - { name: & co, email: ada@example.com, roles: [admin] }\n",
		"line 2: the text: This is not YAML. A value cannot begin with this character. Put the value in quotes.", true,
	},
	"a backslash": {
		"people:\n  - { name: \"A\\da\", email: ada@example.com, roles: [admin] }\n",
		`line 2: the text: This is not YAML. A \ in double quotes begins an escape. Put the value in single quotes.`, true,
	},
	"control characters": {"people:\n  - { name: A\x1bda, email: ada@example.com }\r\n# \u202e\u2028\x00\n", strings.Join([]string{
		"line 2: the text: Character 14 of the line is an escape character (U+001B). Remove it.",
		"line 3: the text: Character 3 of the line is the invisible character U+202E. Remove it.",
		"line 3: the text: Character 4 of the line is a line separator (U+2028). Remove it.",
		"line 3: the text: Character 5 of the line is the invisible character U+0000. Remove it.",
	}, "\n"), true},
	"Latin-1": {"people: [{ name: Zo\xeb }]", "line 1: the text: Character 20 of the line is not valid UTF-8. Save the text as UTF-8.", true},
}

func TestBadTexts(t *testing.T) {
	for name, test := range badTexts {
		t.Run(name, func(t *testing.T) {
			got, err := ParseText(test.text)
			if err == nil {
				t.Fatalf("read as %+v", got)
			}
			if err.Error() != test.mistakes {
				t.Errorf(" got: %s\nwant: %s", err, test.mistakes)
			}
			var all *TextError
			if !errors.As(err, &all) {
				t.Errorf("a %T", err)
			}
		})
	}
}
