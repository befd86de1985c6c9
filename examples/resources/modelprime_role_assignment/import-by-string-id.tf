import {
  to = modelprime_role_assignment.ruth
  id = "ruth.abernathy@example.com"
}
