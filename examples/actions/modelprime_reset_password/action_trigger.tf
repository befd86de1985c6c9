# Send the e-mail in an apply: when the resource is created, and each time that the date changes.
resource "terraform_data" "password_reset" {
  input = "2026-03-01"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.modelprime_reset_password.fiona]
    }
  }
}

action "modelprime_reset_password" "fiona" {
  config {
    email = "fiona.mackenna@example.net"
  }
}
