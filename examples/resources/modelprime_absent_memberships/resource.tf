locals {
  roster = {
    "ada.moreau@example.com" = { name = "Ada Moreau", roles = ["developer"] }
  }

  # People who left. An invitation that one of them never answered still works.
  leavers = ["walter.grimm@example.net"]
}

resource "modelprime_membership" "this" {
  for_each = local.roster

  email = each.key
  name  = each.value.name
  roles = each.value.roles
}

# No leaver is a member. The plan names the members whom it removes.
resource "modelprime_absent_memberships" "leavers" {
  emails = local.leavers
}
