data "modelprime_user" "walter" {
  email = "walter.grimm@example.net"
}

# A new value sends another e-mail. From Terraform 1.14 on there is the action modelprime_reset_password as well.
resource "modelprime_password_reset" "walter" {
  user_id = data.modelprime_user.walter.id
  triggers = {
    asked_on = "2026-03-01"
  }
}
