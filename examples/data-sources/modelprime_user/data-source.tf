data "modelprime_user" "ada" {
  email = "ada.moreau@example.com"
}

output "roles_of_ada" {
  value = data.modelprime_user.ada.roles
}
