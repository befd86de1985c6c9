locals {
  roster = {
    "ada.moreau@example.com"   = { name = "Ada Moreau", roles = ["developer"] }
    "walter.grimm@example.net" = { name = "Walter Grimm", roles = ["analyst"] }
  }
}

resource "modelprime_membership" "this" {
  for_each = local.roster

  email = each.key
  name  = each.value.name
  roles = each.value.roles
}

data "modelprime_membership_audit" "this" {
  expected = merge(
    { for email, person in local.roster : email => person.roles },
    { "robot@example.com" = ["admin"] }, # the token's owner is a member too
  )

  # With the memberships, an invited person may be missing, and a member who changed their own address is found by their ID.
  memberships = modelprime_membership.this
}

# Each plan warns of members who are not in the roster, and of roles that differ from the roster. It changes nothing.
check "roster" {
  assert {
    condition     = length(data.modelprime_membership_audit.this.unmanaged) == 0
    error_message = "Not in the roster: ${join(", ", data.modelprime_membership_audit.this.unmanaged)}."
  }

  assert {
    condition     = length(data.modelprime_membership_audit.this.role_drift) == 0
    error_message = "Roles differ: ${join(", ", keys(data.modelprime_membership_audit.this.role_drift))}."
  }
}
