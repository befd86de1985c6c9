terraform {
  required_providers {
    modelprime = {
      source  = "model-prime/modelprime"
      version = "~> 0.1"
    }
  }
}

# The endpoint and the credentials come from MODELPRIME_ENDPOINT, MODELPRIME_EMAIL and MODELPRIME_TOKEN.
provider "modelprime" {
  # A plan that removes more than one member is an error. To see it, accept the invitations, delete two people below and plan.
  # A person who has not joined is not a member yet.
  max_removals = 1
}

locals {
  people = {
    "noor.actuator@example.com" = { name = "Noor Actuator", roles = ["developer"] }
    "bram.flywheel@example.com" = { name = "Bram Flywheel", roles = ["analyst"] }
    "ines.lidar@example.com"    = { name = "Ines Lidar", roles = ["admin", "developer"] }
  }
}

resource "modelprime_membership" "this" {
  for_each = { for email, person in local.people : lower(email) => person }

  email = each.key
  name  = each.value.name
  roles = each.value.roles
}

# "invited" until the person accepts, then "active".
output "status" {
  value = { for email, membership in modelprime_membership.this : email => membership.status }
}
