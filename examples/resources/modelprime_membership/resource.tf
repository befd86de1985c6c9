# Somebody who logs in with Google.
resource "modelprime_membership" "ada" {
  email = "ada.moreau@example.com"
  name  = "Ada Moreau"
  roles = ["analyst", "developer"]
}

# Somebody without a Google account makes a password when they accept.
resource "modelprime_membership" "walter" {
  email            = "walter.grimm@example.net"
  name             = "Walter Grimm"
  roles            = ["analyst"]
  login_connection = "username-password"
}

# Somebody who is a member already: taken over as they are, with the roles put right, and sent no e-mail.
resource "modelprime_membership" "ruth" {
  email          = "ruth.abernathy@example.com"
  roles          = ["admin", "analyst"]
  adopt_existing = true
}
