# How many people a plan invites, takes over, changes and removes, and how many the rule of exclusive memberships removes.
[.resource_changes[]? | select(.mode == "managed")] as $changes
| [$changes[] | select(.type != "modelprime_exclusive_memberships") | .change] as $people
| def count(action): [$people[] | select(.actions | index(action))] | length;
{
  create: count("create"),
  # The plan knows the id of whoever is a member already, and e-mails them nothing.
  adopt: [$people[] | select(.actions | index("create")) | select(.after.user_id? != null)] | length,
  import: [$people[] | select(.importing != null)] | length,
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
