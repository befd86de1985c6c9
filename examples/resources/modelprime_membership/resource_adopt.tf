# Adopts an existing member and sets their roles. No e-mail is sent, and the plan names the member.
resource "modelprime_membership" "ruth" {
  email          = "ruth.abernathy@example.com"
  roles          = ["admin", "analyst"]
  adopt_existing = true
}
