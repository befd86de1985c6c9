# Tests the whole example in an organization in memory, with real plans and applies. `make sandbox` in the provider's
# repository starts one and prints the variables to export. In another organization the first run fails and invites no one.
#
#   terraform init
#   terraform test -test-directory=tests/sandbox

variables {
  organization_id = "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90" # the sandbox's
  roster_file     = "tests/roster.yaml"
  company_domains = ["example.com"]
  partner_domains = ["example.net"]
  adopt           = false
  audit           = false
  exclusive       = false
  max_removals    = "25%"
  max_invitations = 3
}

run "invites_the_roster" {
  assert {
    condition = output.status == {
      "ines.marchetti@example.com" = "invited"
      "jun.hasegawa@example.net"   = "invited"
      "yuki.tanabe@example.com"    = "invited"
    }
    error_message = "All people in the roster are invited."
  }
}

run "audit_finds_no_difference" {
  command = plan

  plan_options {
    mode = refresh-only
  }

  variables {
    audit = true
  }

  assert {
    condition     = alltrue([for kind, found in output.audit : length(found) == 0])
    error_message = "Invited people are neither missing nor unmanaged."
  }
}

run "exclusive_removes_no_listed_member" {
  variables {
    exclusive = true
  }

  assert {
    condition     = length(modelprime_exclusive_memberships.roster[0].unlisted) == 0
    error_message = "The token's owner is never removed, and there are no other members."
  }
}
