list "modelprime_role_assignment" "walters" {
  provider = modelprime

  config {
    name_search = "walter"
  }
}
