import {
  to = modelprime_role_assignment.walter
  identity = {
    user_id = "auth0|64f0c1d2e3a4b5c6d7e8f901"
  }
}
