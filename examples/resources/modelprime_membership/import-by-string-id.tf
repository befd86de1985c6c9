import {
  to = modelprime_membership.ada
  id = "ada.moreau@example.com"
}
