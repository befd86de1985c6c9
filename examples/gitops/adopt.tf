# Imports people who are members already, instead of inviting them: terraform plan -var=adopt=true. The block ignores
# people who are in the state already.

data "modelprime_users" "all" {
  count = var.adopt ? 1 : 0
}

import {
  for_each = setintersection(keys(local.people), [for user in flatten(data.modelprime_users.all[*].users) : lower(user.email)])

  to = modelprime_membership.this[each.key]
  id = each.key
}
