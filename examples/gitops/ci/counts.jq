# How many resources a plan changes, and how many people the rule of exclusive memberships removes.
[.resource_changes[]? | select(.mode == "managed")] as $changes
| def count(action): [$changes[] | select(.change.actions | index(action))] | length;
{
  create: count("create"),
  update: count("update"),
  delete: count("delete"),
  strangers: [
    $changes[]
    | select(.type == "modelprime_exclusive_memberships")
    | .change
    | if .actions == ["create"] then .after.unlisted[]
      elif .actions == ["update"] then (.before.unlisted - .after.unlisted)[]
      else empty end
  ] | length
}
