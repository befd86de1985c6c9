variable "roster_file" {
  description = "Path of the roster. Relative paths start at the working directory."
  type        = string
  default     = "roster.yaml"

  validation {
    condition     = can(yamldecode(file(var.roster_file)).teams)
    error_message = "The roster must be a readable YAML file with \"teams\" at its top."
  }

  # Terraform drops what it does not know: "role: [analyst]" would leave somebody with their team's roles.
  validation {
    condition = !can(yamldecode(file(var.roster_file)).teams) || length(setsubtract(
      flatten([for team in yamldecode(file(var.roster_file)).teams : [keys(team), [for person in team.people : keys(person)]]]),
      ["people", "roles", "login_connection", "name", "email"],
    )) == 0
    error_message = "A key in the roster is misspelt. Teams have roles, login_connection and people; people have name, email, roles and login_connection."
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
