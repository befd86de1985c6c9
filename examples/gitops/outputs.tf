output "admins" {
  description = "Who manages users and roles, by the roster."
  value       = local.admins

  precondition {
    condition     = length(local.admins) > 0
    error_message = "The roster has no admin left. Give somebody the role admin before the last one leaves."
  }
}

output "status" {
  description = "How far everybody is: invited, unconfirmed, overdue or active."
  value       = { for email, m in modelprime_membership.this : email => m.status }
}

output "audit" {
  description = "How the organization differs from the roster; null unless it was asked for. ci/drift.sh reads it."
  value       = local.audit
}
