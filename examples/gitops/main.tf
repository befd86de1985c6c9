terraform {
  required_version = ">= 1.7" # OpenTofu 1.7 or Terraform 1.8, for provider functions

  required_providers {
    modelprime = {
      source  = "model-prime/modelprime"
      version = "~> 0.1"
    }
  }
}

# The token and its owner's e-mail come from MODELPRIME_TOKEN and MODELPRIME_EMAIL.
provider "modelprime" {
  organization_id = var.organization_id
  max_removals    = var.max_removals
  max_invitations = var.max_invitations
  reinvite_after  = var.reinvite_after
}

locals {
  # Every mistake in the roster is an error here, with its line.
  roster = provider::modelprime::roster(file(var.roster_file))

  # The first apply after a person's last day removes them.
  ended = setsubtract(keys(local.roster.people), keys(local.people))
  people = {
    for email, person in local.roster.people : email => person
    if person.until == null ? true : timecmp(plantimestamp(), person.until) <= 0
  }

  admins = [for email, person in local.people : email if contains(person.roles, "admin")]
}

resource "modelprime_membership" "this" {
  for_each = local.people

  email            = each.value.email
  name             = each.value.name
  roles            = each.value.roles
  login_connection = each.value.login_connection

  lifecycle {
    precondition {
      condition     = contains(setunion(var.company_domains, var.partner_domains), split("@", each.key)[1])
      error_message = "${each.value.name} (${each.key}) has an address outside the company and its partners. Allowed domains: ${join(", ", setunion(var.company_domains, var.partner_domains))}."
    }

    precondition {
      condition     = !contains(var.partner_domains, split("@", each.key)[1]) || each.value.login_connection == "username-password"
      error_message = "${each.value.name} (${each.key}) has a partner's address. Partners have no account in the company's Google Workspace: set login_connection to username-password."
    }
  }
}

# An invitation cannot be revoked. If a person who left accepts theirs later, the next apply removes them.
resource "modelprime_absent_memberships" "leavers" {
  emails = setunion(local.roster.leavers, local.ended)
}

# Removes all members who are not in the roster. The plan names them.
resource "modelprime_exclusive_memberships" "roster" {
  count = var.exclusive ? 1 : 0

  emails = keys(local.people)
}
