# By e-mail address, or by user ID.
terraform import modelprime_role_assignment.ruth ruth.abernathy@example.com
terraform import modelprime_role_assignment.walter 'auth0|64f0c1d2e3a4b5c6d7e8f901'
