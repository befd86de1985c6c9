# A partner without a Google account. They choose a password when they accept the invitation.
resource "modelprime_membership" "walter" {
  email            = "walter.grimm@example.net"
  name             = "Walter Grimm"
  roles            = ["analyst"]
  login_connection = "username-password"
}
