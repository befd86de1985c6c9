output "admins" {
  description = "Who manages users and roles, by the roster."
  value       = local.admins

  precondition {
    condition     = length(local.admins) > 0
    error_message = "The roster has no admin left. Give somebody the role admin before the last one leaves."
  }
}

output "invited" {
  description = "Who has an invitation and has not joined yet."
  value       = [for m in modelprime_membership.this : m.email if contains(["invited", "overdue"], m.status)]
}

output "unconfirmed" {
  description = "Whose invitation may have been lost on the way. Ask them; if nothing came, set resend on their membership."
  value       = [for m in modelprime_membership.this : m.email if m.status == "unconfirmed"]
}

output "active" {
  description = "Who has joined."
  value       = [for m in modelprime_membership.this : m.email if m.status == "active"]
}

output "moved_address" {
  description = "Who has joined and changed their own e-mail since: the roster's address and the present one. Update the roster."
  value = {
    for m in modelprime_membership.this : m.email => m.current_email
    if lower(coalesce(m.current_email, m.email)) != lower(m.email)
  }
}

# Everybody in the organization whose address the roster does not know, but for the token's owner: strangers,
# and those whom moved_address lists.
output "not_in_roster" {
  description = "Addresses in the organization that the roster does not know."
  value = [
    for user in data.modelprime_users.all.users : user.email
    if !contains(keys(local.members), lower(user.email)) && user.id != data.modelprime_current_user.owner.id
  ]
}

data "modelprime_users" "all" {}

data "modelprime_current_user" "owner" {}
