terraform {
  required_version = ">= 1.5"

  required_providers {
    modelprime = {
      source = "model-prime/modelprime"
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

module "roster" {
  source = "./modules/roster"

  teams           = yamldecode(file(var.roster_file)).teams
  company_domains = var.company_domains
  partner_domains = var.partner_domains
  adopt_existing  = var.adopt_existing
}

# Removes everybody whom the roster does not know. The plan names them.
resource "modelprime_exclusive_memberships" "roster" {
  count = var.exclusive ? 1 : 0

  emails = keys(module.roster.roles)
}
