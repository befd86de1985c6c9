# All members with their roles. The roles need one more request for each member.
data "modelprime_users" "all" {
  with_roles = true
}

output "admins" {
  value = [for user in data.modelprime_users.all.users : user.email if contains(user.roles, "admin")]
}
