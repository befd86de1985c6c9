# The effect of a plan on each person, from the plan's JSON (terraform show -json).
include "text";

def any_true: [.. | select(. == true)] != [];
def part($name): if type == "object" then .[$name] else . end;
def does($action): .actions | index($action) != null;

# shown is an attribute before or after a change, with sensitive and unknown values replaced.
def shown($side; $name):
  if .[$side + "_sensitive"] | part($name) | any_true then "(sensitive)"
  elif $side == "after" and (.after_unknown | part($name) | any_true) then "(known after the apply)"
  else .[$side][$name] | if . == null or . == [] then "none" elif type == "array" then sort | map(short) | join(", ") else tostring | short end
  end;

# differences lists the changed attributes, each with the value before and after.
def differences($names):
  [ $names[] as $name
    | select(.before[$name] != .after[$name] or (.after_unknown | part($name) | any_true))
    | "\($name): \(shown("before"; $name)) → \(shown("after"; $name))" ]
  | join("; ");

# address names a person: by address, or by ID if the resource has no address. If current_email differs from email, the member
# changed their address, or the state was edited and holds another member's ID.
def address($side):
  .[$side] as $values
  | if $values.email == null and ($values.user_id or (.after_unknown | part("user_id"))) then shown($side; "user_id")
    elif [$values.email, $values.current_email] | all and (map(ascii_downcase) | unique | length == 2) then
      shown($side; "email") + ", now " + shown($side; "current_email")
    else shown($side; "email") end;

# row is the effect of one resource on a person. The ID is for counting, because it stays the same if the address changes. If
# the resource has no person yet, people uses the resource's address as the ID.
def row($side; $what; $how):
  .[$side] as $values
  | {
      id: ($values.user_id // $values.id // ($values.email | if . then ascii_downcase else . end)),
      email: address($side),
      name: (if $values.name == null then "" else shown($side; "name") end),
      what: $what,
      how: $how,
    };

def membership:
  (if does("delete") then
      if .before.on_destroy == "keep" then row("before"; "keep"; "stays a member")
      elif .before.user_id == null then row("before"; "forget"; "has not joined; the invitation cannot be revoked")
      else row("before"; "remove"; "roles: " + shown("before"; "roles")) end
    elif does("forget") then row("before"; "forget"; "stays as they are")
    else empty end),
  (if does("create") then row("after"; if .after.user_id then "adopt" else "invite" end; "roles: " + shown("after"; "roles"))
    elif .importing then row("after"; "adopt"; differences(["roles"]))
    elif does("update") then
      row("after"; if .after_unknown.invitations_sent then "invite" else "change" end;
        differences(["roles", "email", "name", "login_connection", "resend", "on_destroy", "adopt_existing"]))
    else empty end);

def assignment:
  (if does("delete") then
      if .before.on_destroy == "keep" then row("before"; "keep"; "keeps the roles")
      else row("before"; "change"; "roles: " + shown("before"; "roles") + " → none") end
    elif does("forget") then row("before"; "forget"; "stays as they are")
    else empty end),
  (if does("create") then row("after"; "change"; "roles → " + shown("after"; "roles"))
    elif .importing then row("after"; "adopt"; differences(["roles"]))
    elif does("update") then row("after"; "change"; differences(["roles", "on_destroy"]))
    else empty end);

# rule is for exclusive and absent memberships. It removes the members in the computed map $found: those in the map before the
# change, unless the new emails spare them, and those that only the map after the change holds. $listed: emails spares the
# members that it lists.
def rule($found; $listed; $how):
  select(does("create") or does("update"))
  | ([.after.emails // [] | .[] | ascii_downcase]) as $emails
  | ([.after.members // {} | .[]]) as $seen
  | if [.before_sensitive, .after_sensitive | part($found) | any_true] | any then {key: "?", value: "(sensitive)"}
    elif .after_unknown | part($found) | any_true then {key: "?", value: "(known after the apply)"}
    else
      (.after[$found] // {} | to_entries[]),
      if does("update") then
        (.before[$found] // {} | to_entries[] | select((.value | ascii_downcase | [.] - $emails == []) != $listed)),
        (.before.members // {} | to_entries[] | select([.value] - $seen != []) | {key: .value, value: .key})
      else empty end
    end
  | {id: .key, email: (.value | short), name: "", what: "remove", how: $how};

def current_user:
  select(does("create") or does("update"))
  | row(if .before then "before" else "after" end; "change"; differences(["email", "name"]));

def action:
  if .type == "modelprime_reset_password" then
    {after: (.config_values // {}), after_unknown: {user_id: (.config_values.user_id == null)}, after_sensitive: (.config_sensitive // {})} | row("after"; "reset"; "")
  else {what: "other", id: .address, email: "", name: "", how: "action"} end;

def resource:
  .type as $type | .change
  | if $type == "modelprime_membership" then membership
    elif $type == "modelprime_role_assignment" then assignment
    elif $type == "modelprime_exclusive_memberships" then rule("unlisted"; true; "is not listed")
    elif $type == "modelprime_absent_memberships" then rule("present"; false; "is listed")
    elif $type == "modelprime_current_user" then current_user
    elif $type == "modelprime_password_reset" then select(does("create")) | row("after"; "reset"; "")
    else empty end;

# people is an array of {what, email, name, how, by}: one for each person and each effect, and one for each changed resource
# that has no person.
def people:
  [ (.resource_changes[]? | select(.mode == "managed")
      | [resource] as $rows
      | if $rows == [] and (.change.importing == null) and (.change.actions - ["no-op", "read"] == []) then empty
        elif $rows == [] then {what: "other", id: .address, email: "", name: "", how: (.change.actions | join(", ")), by: .address}
        else .address as $by | $rows[] | . + {id: (.id // $by), by: $by} end),
    (.action_invocations[]? | .address as $by | action | . + {id: (.id // $by), by: $by}) ]
  | group_by([.what, .id])
  # Two resources with the same effect on a person become one row, with both details.
  | map(sort_by(.name == "")
      | .[0] + {how: (reduce .[].how as $how ([]; if $how == "" or index($how) then . else . + [$how] end) | join("; ")),
        by: (map(.by) | unique | join(", "))})
  # A rule also removes members whose membership is kept or forgotten.
  | [.[] | select(.what == "remove") | .id] as $removed
  | map(select((.what | IN("keep", "forget") | not) or ([.id] - $removed != [])) | del(.id));

def order: ["remove", "keep", "forget", "invite", "adopt", "change", "reset", "other"];

# counts is the number of people for each effect.
def counts: . as $people | [order[] | {key: ., value: (. as $what | [$people[] | select(.what == $what)] | length)}] | from_entries;

def title:
  { remove: "to remove", keep: "to keep but not manage", forget: "to forget", invite: "to invite", adopt: "to adopt",
    change: "to change", reset: "to send a password reset", other: "other" } as $words
  | counts
  | [to_entries[] | select(.value > 0) | "\(.value) \($words[.key])"]
  | if . == [] then "no changes" else join(", ") end;

# gitlab is the counts that GitLab shows. GitLab has no count for keep and forget, so they are deletes.
def gitlab: counts | {create: (.invite + .adopt), update: (.change + .reset + .other), delete: (.remove + .keep + .forget)};

# sorted is the people in the order of the report: removals first.
def sorted: order[] as $what | [.[] | select(.what == $what)] | sort_by(.email)[];

# text is one line for each person. table is the rows of an HTML table, in which Markdown has no effect.
def text: sorted | "\(.what): \([.email, .name, .how, "[\(.by)]" | select(. != "")] | join("  "))";
def table:
  sorted
  | [.what, ([.email, .name | select(. != "") | code] | join(" ")), (.how | if . == "" then . else code end), (.by | code)]
  | "<tr>\(map("<td>\(.)</td>") | join(""))</tr>";
