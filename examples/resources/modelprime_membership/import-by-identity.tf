import {
  to = modelprime_membership.ada
  identity = {
    email = "ada.moreau@example.com"
  }
}
