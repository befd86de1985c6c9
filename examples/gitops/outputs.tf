output "admins" {
  description = "Who manages users and roles, by the roster."
  value       = module.roster.admins
}

output "status" {
  description = "How far everybody is: invited, unconfirmed, overdue or active."
  value       = module.roster.status
}

output "audit" {
  description = "How the organization differs from the roster; null unless it was asked for. ci/drift.sh reads it."
  value       = local.audit
}
