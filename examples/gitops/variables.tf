variable "roster_file" {
  description = "Path of the roster. Relative paths start at the working directory."
  type        = string
  default     = "roster.yaml"

  # What is no YAML passes here: main.tf says in which line.
  validation {
    condition     = !can(yamldecode(file(var.roster_file))) || can(keys(yamldecode(file(var.roster_file)).teams))
    error_message = "The roster has no teams. \"teams\" stands at its top, with each team by its name below it."
  }

  # Of two keys with one name YAML takes the last, and drops the first one's people without a word. Two branches that each
  # add a team are merged like that.
  validation {
    condition = try(
      length(regexall("\\bemail[\"']?[ \\t]*:", replace(file(var.roster_file), "/(?m)(^|[ \\t])#.*$/", ""))) <=
      sum([for team in yamldecode(file(var.roster_file)).teams : length(team.people)]),
      true,
    )
    error_message = "Not everybody whose email stands in the roster is read: two teams have one name, or somebody has two emails."
  }

  validation {
    condition = alltrue(flatten([
      for team in try(merge(yamldecode(file(var.roster_file)).teams), {}) : [
        for person in try(concat(team.people), [null]) : try(person.name != null && person.email != null, false)
      ]
    ]))
    error_message = "A team has a list of people, and each of them a name and an email. Look at: ${join(", ", flatten([
      for name, team in try(merge(yamldecode(file(var.roster_file)).teams), {}) : [
        for i, person in try(concat(team.people), [null]) :
        "${try(tostring(coalesce(person.email)), tostring(coalesce(person.name)), "number ${i + 1}")} (team ${name})"
        if !try(person.name != null && person.email != null, false)
      ]
    ]))}."
  }

  # Terraform drops what it does not know: "role: [analyst]" would leave somebody with their team's roles.
  validation {
    condition = length(flatten([
      for team in try(merge(yamldecode(file(var.roster_file)).teams), {}) : [
        setsubtract(try(keys(team), []), ["roles", "login_connection", "people"]),
        [for person in try(concat(team.people), []) : setsubtract(try(keys(person), []), ["name", "email", "roles", "login_connection"])],
      ]
    ])) == 0
    error_message = "A key in the roster is misspelt: ${join(", ", flatten([
      for name, team in try(merge(yamldecode(file(var.roster_file)).teams), {}) : [
        [for key in setsubtract(try(keys(team), []), ["roles", "login_connection", "people"]) : "${key} (team ${name})"],
        [for i, person in try(concat(team.people), []) : [
          for key in setsubtract(try(keys(person), []), ["name", "email", "roles", "login_connection"]) :
          "${key} (${try(tostring(coalesce(person.email)), "number ${i + 1}")}, team ${name})"
        ]],
      ]
    ]))}. Teams have roles, login_connection and people; people have name, email, roles and login_connection."
  }
}

variable "organization_id" {
  description = "Id of the organization the roster is for. When set, a token of another organization is refused."
  type        = string
  default     = null

  validation {
    condition = (
      var.organization_id == null ||
      can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.organization_id))
    )
    error_message = "An organization id is a UUID in lower case, as the data source modelprime_organization shows it."
  }
}

variable "company_domains" {
  description = "Domains of the company's own addresses. Whoever logs in with Google has one of these."
  type        = set(string)
  default     = ["example.com"]
}

variable "partner_domains" {
  description = "Domains of contractors' addresses. Their people log in with a password."
  type        = set(string)
  default     = ["example.net"]
}

variable "adopt_existing" {
  description = "Whether people who are members already are taken over without an e-mail. The plan names each of them."
  type        = bool
  default     = false
}

variable "exclusive" {
  description = "Whether everybody whom the roster does not know is removed. Without it they are only reported."
  type        = bool
  default     = false
}

variable "audit" {
  description = "Whether the members are held against the roster. See ci/drift.sh."
  type        = bool
  default     = false
}

variable "max_removals" {
  description = "How many people one run may remove. A plan that removes more is an error: a truncated roster empties no organization."
  type        = number
  default     = 5
}

variable "max_invitations" {
  description = "How many people one run may e-mail an invitation. A plan that e-mails more is an error."
  type        = number
  default     = 50
}

variable "reinvite_after" {
  description = "Age at which an invitation that nobody answered is sent again, such as \"168h\". Without it, it is not."
  type        = string
  default     = null
}
