data "modelprime_user" "walter" {
  email = "walter.grimm@example.net"
}

# A new value in triggers sends another e-mail. With Terraform 1.14 or newer, you can use the action modelprime_reset_password instead.
resource "modelprime_password_reset" "walter" {
  user_id = data.modelprime_user.walter.id
  triggers = {
    asked_on = "2026-03-01"
  }
}
