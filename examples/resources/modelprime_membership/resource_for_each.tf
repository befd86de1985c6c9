# One membership for each person in a roster. The key is the e-mail address in lower case.
locals {
  roster = {
    "ines.marchetti@example.com" = { name = "Ines Marchetti", roles = ["admin", "developer"] }
    "yuki.tanabe@example.com"    = { name = "Yuki Tanabe", roles = ["analyst"] }
  }
}

resource "modelprime_membership" "this" {
  for_each = { for email, person in local.roster : lower(email) => person }

  email = each.key
  name  = each.value.name
  roles = each.value.roles
}
