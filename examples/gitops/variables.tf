variable "roster_file" {
  description = "Path of the roster. Relative paths start at the working directory."
  type        = string
  default     = "roster.yaml"
}

variable "organization_id" {
  description = "ID of the organization. If set, a token of another organization is an error."
  type        = string
  default     = null
}

variable "company_domains" {
  description = "Domains of the company's own addresses, in lower case."
  type        = set(string)
  default     = ["example.com"]

  validation {
    condition     = alltrue([for domain in var.company_domains : domain == lower(domain) && !strcontains(domain, "@")])
    error_message = "Write each domain in lower case and without @, such as example.com."
  }
}

variable "partner_domains" {
  description = "Domains of contractors' addresses, in lower case. Their people log in with a password."
  type        = set(string)
  default     = ["example.net"]

  validation {
    condition     = alltrue([for domain in var.partner_domains : domain == lower(domain) && !strcontains(domain, "@")])
    error_message = "Write each domain in lower case and without @, such as example.com."
  }
}

variable "adopt" {
  description = "Whether people in the roster who are members already are imported. Nobody is e-mailed, and the plan names them."
  type        = bool
  default     = false
}

variable "exclusive" {
  description = "Whether members who are not in the roster are removed. If false, they are only reported."
  type        = bool
  default     = false
}

variable "audit" {
  description = "Whether the members are compared with the roster. See ci/drift.sh."
  type        = bool
  default     = false
}

variable "max_removals" {
  description = "How many people one run may remove, as a number or a percentage of the organization. A plan that removes more is an error. Set a number if the roster is a small part of a large organization."
  type        = string
  default     = "25%"
}

variable "max_invitations" {
  description = "How many people one run may invite. A plan that invites more is an error."
  type        = number
  default     = 50
}

variable "reinvite_after" {
  description = "Age at which an unanswered invitation is sent again, such as \"168h\". If null, it is not sent again."
  type        = string
  default     = null
}
