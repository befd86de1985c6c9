# All members, as configuration: terraform query -generate-config-out=members.tf
list "modelprime_membership" "all" {
  provider = modelprime
  limit    = 1000
}
