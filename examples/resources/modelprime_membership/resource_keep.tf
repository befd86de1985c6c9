# Destroying this membership does not remove the person: they stay a member. Apply "keep" before you delete the block.
resource "modelprime_membership" "noor" {
  email      = "noor.haddad@example.com"
  name       = "Noor Haddad"
  roles      = ["developer"]
  on_destroy = "keep"
}
