data "modelprime_current_user" "owner" {}

# The token's owner must be an admin to manage other members.
check "token" {
  assert {
    condition     = contains(data.modelprime_current_user.owner.roles, "admin")
    error_message = "The token of ${data.modelprime_current_user.owner.email} does not belong to an admin."
  }
}
