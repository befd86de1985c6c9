locals {
  roster = provider::modelprime::roster(file("${path.module}/roster.yaml"))
}

resource "modelprime_membership" "this" {
  for_each = local.roster.people

  email            = each.value.email
  name             = each.value.name
  roles            = each.value.roles
  login_connection = each.value.login_connection
}

# People who left before they accepted their invitation. An invitation cannot be revoked.
resource "modelprime_absent_memberships" "leavers" {
  emails = local.roster.leavers
}
