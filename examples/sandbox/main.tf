terraform {
  required_providers {
    modelprime = {
      source = "model-prime/modelprime"
    }
  }
}

# Where it is and who asks comes from MODELPRIME_ENDPOINT, MODELPRIME_EMAIL and MODELPRIME_TOKEN.
provider "modelprime" {}

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
