output "roles" {
  description = "Everybody's roles by e-mail in lower case, as the roster says. Known in every plan."
  value       = { for email, person in local.members : email => person.roles }
}

output "admins" {
  description = "Who manages users and roles, by the roster."
  value       = local.admins

  precondition {
    condition     = length(local.admins) > 0
    error_message = "The roster has no admin left. Give somebody the role admin before the last one leaves."
  }
}

output "status" {
  description = "How far everybody is, by e-mail in lower case: invited, unconfirmed, overdue or active."
  value       = { for email, m in modelprime_membership.this : email => m.status }
}

output "moved_address" {
  description = "Who has changed their own e-mail since they joined: the roster's address and the present one."
  value = {
    for email, m in modelprime_membership.this : email => m.current_email
    if lower(coalesce(m.current_email, email)) != email
  }
}
