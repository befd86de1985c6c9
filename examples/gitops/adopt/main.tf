# Writes a roster of all current members. It only reads the organization:
#
#   terraform -chdir=adopt init
#   terraform -chdir=adopt apply && terraform -chdir=adopt output -raw roster >roster.yaml
#
# Then sort the people into teams, or leave them as they are, and import them: terraform plan -var=adopt=true.

terraform {
  required_providers {
    modelprime = {
      source  = "model-prime/modelprime"
      version = "~> 0.1"
    }
  }
}

data "modelprime_current_user" "robot" {}

data "modelprime_users" "all" {
  with_roles = true
}

locals {
  # All members except the token's owner, sorted by address.
  members = {
    for user in data.modelprime_users.all.users : "${lower(user.email)} ${user.id}" => {
      # A JSON string is also a YAML string, whatever characters a name has.
      entry = "name: ${jsonencode(user.name)}, email: ${jsonencode(user.email)}, roles: [${join(", ", sort(user.roles))}]"
      login = startswith(user.id, "auth0|") ? ", login_connection: username-password" : ""
      roles = length(user.roles)
    } if user.id != data.modelprime_current_user.robot.id
  }
}

output "roster" {
  description = "The members, in the form that provider::modelprime::roster reads."
  value = join("\n", concat(
    ["# yaml-language-server: $schema=./roster.schema.json", "", "people:"],
    [for member in local.members : "  - { ${member.entry}${member.login} }" if member.roles > 0],
    [for member in local.members : "  # No role, but a roster requires one: { ${member.entry}${member.login} }" if member.roles == 0],
    [""],
  ))
}
