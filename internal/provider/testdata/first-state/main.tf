resource "modelprime_membership" "invited" {
  email = "Ada@example.com"
  name  = "Ada Marsh"
  roles = ["developer", "analyst"]
}
resource "modelprime_membership" "active" {
  email            = "ben@example.com"
  name             = "Ben Kato"
  roles            = ["analyst"]
  login_connection = "username-password"
}
resource "modelprime_membership" "adopted" {
  email          = "cleo@example.com"
  roles          = ["admin"]
  adopt_existing = true
}
