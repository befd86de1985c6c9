terraform {
  required_providers {
    modelprime = {
      source  = "model-prime/modelprime"
      version = "~> 0.1"
    }
  }
}

# Set the credentials in the environment: MODELPRIME_EMAIL and MODELPRIME_TOKEN.
provider "modelprime" {
  organization_id = "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90"
}

resource "modelprime_membership" "ada" {
  email = "ada.moreau@example.com"
  name  = "Ada Moreau"
  roles = ["developer"]
}
