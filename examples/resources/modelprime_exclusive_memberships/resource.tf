locals {
  roster = {
    "ada.moreau@example.com"   = { name = "Ada Moreau", roles = ["developer"] }
    "walter.grimm@example.net" = { name = "Walter Grimm", roles = ["analyst"] }
  }
}

resource "modelprime_membership" "this" {
  for_each = { for email, person in local.roster : lower(email) => person }

  email = each.key
  name  = each.value.name
  roles = each.value.roles
}

# Nobody else is a member, the token's owner excepted. The plan names whom it removes.
resource "modelprime_exclusive_memberships" "this" {
  emails = keys(local.roster)
}
