# Destroying this assignment does not change the roles. Apply "keep" before you delete the block.
resource "modelprime_role_assignment" "ada" {
  email      = "ada.moreau@example.com"
  roles      = ["developer"]
  on_destroy = "keep"
}
