# Send the e-mail: terraform apply -invoke=action.modelprime_reset_password.walter
action "modelprime_reset_password" "walter" {
  config {
    email = "walter.grimm@example.net"
  }
}
