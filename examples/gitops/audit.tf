# Compares the organization with the roster. It only reads. ci/drift.sh turns it on in a plan with -refresh-only. In other plans
# a change of a membership would make the result unknown until the apply.

data "modelprime_current_user" "owner" {
  count = var.audit ? 1 : 0
}

data "modelprime_membership_audit" "roster" {
  count = var.audit ? 1 : 0

  # The token's owner is a member, even if they are not in the roster.
  expected = merge(
    { for owner in data.modelprime_current_user.owner : lower(owner.email) => owner.roles },
    { for email, person in local.people : email => person.roles },
  )

  # With the memberships, invited people may be missing, and members who changed their own address are found by their ID.
  memberships = modelprime_membership.this

  # After pending changes, so that the audit does not report them.
  depends_on = [modelprime_absent_memberships.leavers, modelprime_exclusive_memberships.roster]
}

locals {
  audit = one([for found in data.modelprime_membership_audit.roster : {
    unmanaged  = [for email in found.unmanaged : email if !contains(local.ended, lower(email))]
    ended      = [for email in found.unmanaged : email if contains(local.ended, lower(email))]
    missing    = found.missing
    role_drift = found.role_drift
    moved_address = {
      for email, m in modelprime_membership.this : email => m.current_email
      if lower(coalesce(m.current_email, email)) != email
    }
  }])

  differences = local.audit == null ? [] : compact([
    length(local.audit.unmanaged) == 0 ? "" : "Members who are not in the roster: ${join(", ", local.audit.unmanaged)}.",
    length(local.audit.ended) == 0 ? "" : "Still members after their last day: ${join(", ", local.audit.ended)}.",
    length(local.audit.missing) == 0 ? "" : "In the roster, but neither members nor invited: ${join(", ", local.audit.missing)}.",
    length(local.audit.role_drift) == 0 ? "" : "Other roles than the roster's: ${join(", ", keys(local.audit.role_drift))}.",
    length(local.audit.moved_address) == 0 ? "" : "Another address than the roster's: ${join(", ", [for old, new in local.audit.moved_address : "${old} is now ${new}"])}.",
  ])
}

check "organization_matches_roster" {
  assert {
    condition     = length(local.differences) == 0
    error_message = join("\n", local.differences)
  }
}
