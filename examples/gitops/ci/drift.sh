#!/bin/sh
# Holds the organization against the roster. A failed check only warns and leaves Terraform's exit code 0, so the audit itself
# is read.
#
#   ci/drift.sh FOLDER
#
#   report.md    what differs, in Markdown, for an issue
#   audit.json   the same for programs
#
# With REPORT=counts no address and no name is in the report or in what is printed. Ends with 0 where nothing differs, 2 where
# something does, 1 where that could not be found out.
set -u
[ $# -eq 1 ] || { echo "usage: ci/drift.sh FOLDER" >&2; exit 1; }
folder=$(mkdir -p "$1" && cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/.." || exit 1
. ci/report.sh
: >"$folder/drift.txt"

audit() {
	terraform init -input=false -no-color -lockfile=readonly &&
		terraform plan -refresh-only -var=audit=true -input=false -no-color \
			-lock-timeout="${LOCK_TIMEOUT:-5m}" -out="$folder/drift.tfplan" >"$folder/drift.txt" 2>&1 &&
		terraform show -json "$folder/drift.tfplan" | jq -e '.planned_values.outputs.audit.value' >"$folder/audit.json"
}

if ! audit; then
	echo 'the audit failed' >"$folder/title"
	show "$folder/drift.txt" "$folder/title" >&2
	exit 1
fi

jq -r '"\(.unmanaged | length) not in the roster, \(.missing | length) missing, \(.role_drift | length) with other roles, " +
	"\(.moved_address | length) with a new address"' "$folder/audit.json" >"$folder/title" || exit 1
jq -r -f ci/differences.jq "$folder/audit.json" >"$folder/differences.txt" || exit 1
{
	report "$folder" differences.txt 'Who'
	printf '\n%s\n' 'What to do is in the README, under "What happens elsewhere".'
} >"$folder/report.md"
[ -s "$folder/differences.txt" ] || { echo 'Nothing differs.'; exit 0; }
cat "$folder/title"
[ "${REPORT:-full}" = counts ] || cat "$folder/differences.txt"
exit 2
