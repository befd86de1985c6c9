data "modelprime_organization" "this" {}

output "organization_id" {
  value = data.modelprime_organization.this.id
}
