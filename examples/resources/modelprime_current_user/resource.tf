# An argument that is not set stays as it is.
resource "modelprime_current_user" "robot" {
  name = "Roster Robot"
}
