# What the audit found.
include "text";

# differences is a sentence for each. show says how a text from elsewhere is shown.
def differences(show):
  (.unmanaged[] | "\(show) is not in the roster"),
  (.ended[] | "\(show) is still a member after their last day"),
  (.missing[] | "\(show) is in the roster, but neither a member nor invited"),
  (.role_drift | to_entries[] | "\(.key | show) has \(.value.actual | join(", ") | show) instead of \(.value.expected | join(", ") | show)"),
  (.moved_address | to_entries[] | "\(.key | show) is now \(.value | show)");

def title:
  "\(.unmanaged | length) not in the roster, \(.missing | length) missing, \(.role_drift | length) with other roles, " +
  "\(.moved_address | length) with a new address" +
  if .ended == [] then "" else ", \(.ended | length) after their last day" end;
