# Without an argument, its current value stays.
resource "modelprime_current_user" "robot" {
  name = "Roster Robot"
}
