# Invites one person, who logs in with Google.
resource "modelprime_membership" "ada" {
  email = "ada.moreau@example.com"
  name  = "Ada Moreau"
  roles = ["analyst", "developer"]
}
