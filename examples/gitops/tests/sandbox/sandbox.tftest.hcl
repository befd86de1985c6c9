# The whole example in an organization in memory, with real plans and applies: `make sandbox` in the provider's repository
# starts one and prints what to export. In a real organization this would invite people; the first run refuses.
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
    error_message = "Everybody in the roster is invited."
  }
}

run "finds_nothing_to_do" {
  command = plan

  plan_options {
    mode = refresh-only
  }

  variables {
    audit = true
  }

  assert {
    condition     = alltrue([for kind, found in output.audit : length(found) == 0])
    error_message = "People who were invited are neither missing nor unmanaged."
  }
}

run "keeps_everybody_when_exclusive" {
  variables {
    exclusive = true
  }

  assert {
    condition     = length(modelprime_exclusive_memberships.roster[0].unlisted) == 0
    error_message = "The owner of the token is always listed, and there is nobody else."
  }
}
