terraform {
  required_version = ">= 1.5"

  required_providers {
    modelprime = {
      source = "model-prime/modelprime"
    }
  }
}

locals {
  known_roles       = ["admin", "developer", "analyst"]
  known_connections = ["google-oauth2", "username-password"]
  allowed_domains   = setunion(var.company_domains, var.partner_domains)

  # Everybody with what their team says where they say nothing themselves.
  people = flatten([
    for team_name, team in var.teams : [
      for person in team.people : {
        team             = team_name
        name             = person.name
        email            = person.email
        domain           = lower(element(split("@", person.email), 1))
        roles            = person.roles == null ? team.roles : person.roles
        login_connection = coalesce(person.login_connection, team.login_connection)
      }
    ]
  ])

  # Upper and lower case are one address, so they are one key. Whoever stands in the roster twice is
  # kept here with both entries, for the precondition below to name them.
  entries = { for person in local.people : lower(person.email) => person... }
  members = { for email, entries in local.entries : email => entries[0] }
  admins  = [for email, person in local.members : email if contains(person.roles, "admin")]
}

resource "modelprime_membership" "this" {
  for_each = local.members

  email            = each.value.email
  name             = each.value.name
  roles            = each.value.roles
  login_connection = each.value.login_connection
  adopt_existing   = var.adopt_existing

  lifecycle {
    precondition {
      condition     = length(local.entries[each.key]) == 1
      error_message = "${each.key} stands in the roster ${length(local.entries[each.key])} times, in: ${join(", ", local.entries[each.key][*].team)}. Keep one entry; upper and lower case are the same address."
    }

    precondition {
      condition     = length(setsubtract(each.value.roles, local.known_roles)) == 0
      error_message = "${each.value.name} (${each.key}, team ${each.value.team}) has an unknown role: ${join(", ", setsubtract(each.value.roles, local.known_roles))}. Roles are: ${join(", ", local.known_roles)}."
    }

    precondition {
      condition     = length(each.value.roles) > 0
      error_message = "${each.value.name} (${each.key}, team ${each.value.team}) has no role. To let somebody go, remove their line from the roster."
    }

    precondition {
      condition     = contains(local.known_connections, each.value.login_connection)
      error_message = "${each.value.name} (${each.key}, team ${each.value.team}) has an unknown login_connection: ${each.value.login_connection}. It is one of: ${join(", ", local.known_connections)}."
    }

    precondition {
      condition     = contains(local.allowed_domains, each.value.domain)
      error_message = "${each.value.name} (${each.key}, team ${each.value.team}) has an address outside the company and its partners. Allowed domains: ${join(", ", local.allowed_domains)}."
    }

    precondition {
      condition     = !contains(var.partner_domains, each.value.domain) || each.value.login_connection == "username-password"
      error_message = "${each.value.name} (${each.key}, team ${each.value.team}) is of a partner, whose people have no account in the company's Google Workspace. Set login_connection to username-password."
    }
  }
}
