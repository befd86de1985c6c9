# Tests the configuration with a mock of the provider. Needs Terraform 1.8 or OpenTofu 1.8.
#
#   terraform init
#   terraform test

mock_provider "modelprime" {}

variables {
  roster_file     = "tests/roster.yaml"
  company_domains = ["example.com"]
  partner_domains = ["example.net"]
  adopt           = false
  audit           = false
  exclusive       = true
}

run "a_person_inherits_from_the_team" {
  command = plan

  assert {
    condition = { for email, m in modelprime_membership.this : email => m.roles } == {
      "yuki.tanabe@example.com"    = toset(["developer"])
      "ines.marchetti@example.com" = toset(["admin"])
      "jun.hasegawa@example.net"   = toset(["analyst"])
    }
    error_message = "A person has their own roles, or else the team's."
  }

  assert {
    condition     = modelprime_membership.this["ines.marchetti@example.com"].email == "Ines.Marchetti@Example.com"
    error_message = "The key is the address in lower case, the address itself is as written."
  }

  assert {
    condition     = modelprime_membership.this["jun.hasegawa@example.net"].login_connection == "username-password"
    error_message = "Partners log in with a password, because their team says so."
  }

  assert {
    condition     = output.admins == ["ines.marchetti@example.com"]
    error_message = "Only people with the role admin are admins."
  }
}

run "people_leave_after_their_last_day" {
  command = plan

  assert {
    condition     = modelprime_absent_memberships.leavers.emails == toset(["caleb.osei@example.com", "walter.grimm@example.net"])
    error_message = "They must not be members, like all people in leavers."
  }

  assert {
    condition     = modelprime_exclusive_memberships.roster[0].emails == toset(keys(modelprime_membership.this))
    error_message = "The rule lists the people who are still in the roster."
  }
}

run "a_foreign_address" {
  command = plan

  variables {
    company_domains = ["example.org"]
  }

  expect_failures = [modelprime_membership.this]
}

run "an_invalid_domain" {
  command = plan

  variables {
    company_domains = ["Example.com"]
    partner_domains = ["@example.net"]
  }

  expect_failures = [var.company_domains, var.partner_domains]
}

run "a_partner_with_google" {
  command = plan

  variables {
    company_domains = []
    partner_domains = ["example.com", "example.net"]
  }

  expect_failures = [modelprime_membership.this]
}

run "no_admin_left" {
  command = plan

  variables {
    roster_file = "tests/no-admin.yaml"
  }

  expect_failures = [output.admins]
}
