variable "teams" {
  description = "The teams by name: the roles and the login of their people, and who they are. What a person says for themselves takes the place of what the team says."
  type = map(object({
    roles            = set(string)
    login_connection = optional(string, "google-oauth2")
    people = list(object({
      name             = string
      email            = string
      roles            = optional(set(string))
      login_connection = optional(string)
    }))
  }))
  nullable = false
}

variable "company_domains" {
  description = "Domains of the company's own addresses. Whoever logs in with Google has one of these."
  type        = set(string)
  nullable    = false

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
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for d in var.partner_domains : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", d))])
    error_message = "Each domain is written in lower case without an @, such as \"example.net\"."
  }
}

variable "adopt_existing" {
  description = "Whether people who are members already are taken over without an e-mail. The plan names each of them."
  type        = bool
  default     = false
  nullable    = false
}
