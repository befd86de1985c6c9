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

# Only the people of the roster and the token's owner are members. The plan names every other member, and the apply removes them.
resource "modelprime_exclusive_memberships" "this" {
  emails = keys(local.roster)
}
