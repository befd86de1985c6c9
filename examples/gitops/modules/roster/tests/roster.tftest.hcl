# What the module makes of a roster, without any Model-Prime: the provider is a mock. Terraform 1.7 or OpenTofu 1.8.
#
#   terraform -chdir=modules/roster init
#   terraform -chdir=modules/roster test

mock_provider "modelprime" {}

variables {
  company_domains = ["example.com"]
  partner_domains = ["example.net"]

  teams = {
    perception = {
      roles = ["developer"]
      people = [
        { name = "Yuki Tanabe", email = "Yuki.Tanabe@Example.com" },
        { name = "Ines Marchetti", email = "ines.marchetti@example.com", roles = ["admin"] },
      ]
    }
    contractors = {
      roles            = ["analyst"]
      login_connection = "username-password"
      people           = [{ name = "Jun Hasegawa", email = "jun.hasegawa@example.net" }]
    }
  }
}

run "a_team_speaks_for_its_people" {
  command = plan

  assert {
    condition     = modelprime_membership.this["yuki.tanabe@example.com"].email == "Yuki.Tanabe@Example.com"
    error_message = "The key is the address in lower case, the address itself is as written."
  }

  assert {
    condition = output.roles == {
      "yuki.tanabe@example.com"    = toset(["developer"])
      "ines.marchetti@example.com" = toset(["admin"])
      "jun.hasegawa@example.net"   = toset(["analyst"])
    }
    error_message = "A person's own roles take the place of the team's, and everybody else has the team's."
  }

  assert {
    condition     = { for email, m in modelprime_membership.this : email => m.login_connection if m.login_connection != "google-oauth2" } == { "jun.hasegawa@example.net" = "username-password" }
    error_message = "Partners log in with a password, because their team says so, and all others with Google."
  }

  assert {
    condition     = toset(output.admins) == toset(["ines.marchetti@example.com"])
    error_message = "Only those with the role admin are admins."
  }
}

run "one_person_twice" {
  command = plan

  variables {
    teams = {
      perception = { roles = ["admin"], people = [{ name = "Yuki Tanabe", email = "yuki.tanabe@example.com" }] }
      safety     = { roles = ["analyst"], people = [{ name = "Yuki Tanabe", email = "YUKI.tanabe@example.com" }] }
    }
  }

  expect_failures = [modelprime_membership.this]
}

run "an_unknown_role" {
  command = plan

  variables {
    teams = {
      perception = { roles = ["admin", "developper"], people = [{ name = "Yuki Tanabe", email = "yuki.tanabe@example.com" }] }
    }
  }

  expect_failures = [modelprime_membership.this]
}

run "no_role" {
  command = plan

  variables {
    teams = {
      perception = {
        roles = ["admin"]
        people = [
          { name = "Ines Marchetti", email = "ines.marchetti@example.com" },
          { name = "Yuki Tanabe", email = "yuki.tanabe@example.com", roles = [] },
        ]
      }
    }
  }

  expect_failures = [modelprime_membership.this]
}

run "a_foreign_address" {
  command = plan

  variables {
    teams = {
      perception = { roles = ["admin"], people = [{ name = "Yuki Tanabe", email = "yuki.tanabe@example.org" }] }
    }
  }

  expect_failures = [modelprime_membership.this]
}

run "a_partner_with_google" {
  command = plan

  variables {
    teams = {
      contractors = { roles = ["admin"], people = [{ name = "Jun Hasegawa", email = "jun.hasegawa@example.net" }] }
    }
  }

  expect_failures = [modelprime_membership.this]
}

run "no_admin_left" {
  command = plan

  variables {
    teams = {
      perception = { roles = ["developer"], people = [{ name = "Yuki Tanabe", email = "yuki.tanabe@example.com" }] }
    }
  }

  expect_failures = [output.admins]
}
