output "admins" {
  description = "The admins in the roster, who manage users and roles."
  value       = local.admins

  precondition {
    condition     = length(local.admins) > 0
    error_message = "The roster has no admin left. Give a person the role admin before the last one leaves."
  }
}

output "status" {
  description = "The status of each person: invited, unconfirmed, overdue or active."
  value       = { for email, m in modelprime_membership.this : email => m.status }
}

output "audit" {
  description = "How the organization differs from the roster. Null unless var.audit is true. ci/drift.sh reads it."
  value       = local.audit
}
