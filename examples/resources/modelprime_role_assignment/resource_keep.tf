# Destroying this assignment leaves the roles as they are. Apply "keep" before you delete the block.
resource "modelprime_role_assignment" "ada" {
  email      = "ada.moreau@example.com"
  roles      = ["developer"]
  on_destroy = "keep"
}
