# By e-mail address, or by user ID.
terraform import modelprime_membership.ada ada.moreau@example.com
terraform import modelprime_membership.ada 'google-oauth2|117254301968472519033'
