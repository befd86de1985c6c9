# Every plan tells who is in the organization that should not be, and changes nothing.
check "roster" {
  data "modelprime_membership_audit" "this" {
    expected = {
      "robot@example.com"        = ["admin"]
      "ada.moreau@example.com"   = ["developer"]
      "walter.grimm@example.net" = ["analyst"]
    }
    # Not joined yet, perhaps.
    invited = ["walter.grimm@example.net"]
  }

  assert {
    condition     = length(data.modelprime_membership_audit.this.unmanaged) == 0
    error_message = "Not in the roster: ${join(", ", data.modelprime_membership_audit.this.unmanaged)}."
  }

  assert {
    condition     = length(data.modelprime_membership_audit.this.role_drift) == 0
    error_message = "Roles differ: ${join(", ", keys(data.modelprime_membership_audit.this.role_drift))}."
  }
}
