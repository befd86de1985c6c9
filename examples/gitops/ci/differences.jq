# The results of the audit.
include "text";

# differences is one sentence for each difference. show formats text from the roster or the API.
def differences(show):
  def text: short | show;
  def roles: map(short) | join(", ") | show;
  (.unmanaged[] | "\(text) is not in the roster"),
  (.ended[] | "\(text) is still a member after their last day"),
  (.missing[] | "\(text) is in the roster, but neither a member nor invited"),
  (.role_drift | to_entries[] | "\(.key | text) has \(.value.actual | roles) instead of \(.value.expected | roles)"),
  (.moved_address | to_entries[] | "\(.key | text) is now \(.value | text)");

def title:
  "\(.unmanaged | length) not in the roster, \(.missing | length) missing, \(.role_drift | length) with other roles, " +
  "\(.moved_address | length) with a new address" +
  if .ended == [] then "" else ", \(.ended | length) after their last day" end;
