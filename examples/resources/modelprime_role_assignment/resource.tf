# By e-mail address.
resource "modelprime_role_assignment" "ruth" {
  email = "ruth.abernathy@example.com"
  roles = ["admin", "analyst"]
}

# By user ID, which stays the same if the member changes their address. An empty set revokes all roles.
resource "modelprime_role_assignment" "walter" {
  user_id = "auth0|64f0c1d2e3a4b5c6d7e8f901"
  roles   = []
}
