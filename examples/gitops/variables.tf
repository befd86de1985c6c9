variable "roster_file" {
  description = "Path of the roster. Relative paths start at the working directory."
  type        = string
  default     = "roster.yaml"

  validation {
    condition     = can(yamldecode(file(var.roster_file)).teams)
    error_message = "The roster must be a readable YAML file with \"teams\" at its top."
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

  validation {
    condition     = alltrue([for d in var.company_domains : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", d))])
    error_message = "Each domain is written in lower case without an @, such as \"example.com\"."
  }

  validation {
    condition     = length(var.company_domains) > 0
    error_message = "The company has at least one domain."
  }
}

variable "partner_domains" {
  description = "Domains of contractors' addresses. Their people log in with a password."
  type        = set(string)
  default     = ["example.net"]

  validation {
    condition     = alltrue([for d in var.partner_domains : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", d))])
    error_message = "Each domain is written in lower case without an @, such as \"example.net\"."
  }
}
