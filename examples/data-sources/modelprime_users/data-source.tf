# Everybody, with roles: one more request for each of them.
data "modelprime_users" "all" {
  with_roles = true
}

output "admins" {
  value = [for user in data.modelprime_users.all.users : user.email if contains(user.roles, "admin")]
}
