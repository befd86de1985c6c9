locals {
  roster = {
    "ada.moreau@example.com" = { name = "Ada Moreau", roles = ["developer"] }
  }

  # People who left. If one of them was invited and never accepted, the invitation still works.
  leavers = ["walter.grimm@example.net"]
}

resource "modelprime_membership" "this" {
  for_each = local.roster

  email = each.key
  name  = each.value.name
  roles = each.value.roles
}

# No leaver may be a member. The plan names the members that it removes.
resource "modelprime_absent_memberships" "leavers" {
  emails = local.leavers
}
