#!/bin/sh
# Compares the organization with the roster. A failed check is only a warning, and Terraform's exit code stays 0, so this reads
# the audit itself.
#
#   ci/drift.sh FOLDER
#
#   report.md    what differs, in Markdown, for an issue
#   audit.json   the same for programs
#
# With REPORT=counts no text from elsewhere, such as an address, is in the report or in what is printed. Ends with 0 if
# nothing differs, with 2 if something differs, with 1 if it failed.
set -u
[ $# -eq 1 ] || { echo "usage: ci/drift.sh FOLDER" >&2; exit 1; }
folder=$(mkdir -p "$1" && cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/.." || exit 1
. ci/report.sh

audit() {
	terraform_to "$folder/said" plan -json -refresh-only -var=audit=true -input=false -lock-timeout="${LOCK_TIMEOUT:-5m}" \
		-out="$folder/drift.tfplan" &&
		terraform show -json "$folder/drift.tfplan" | jq -e '.planned_values.outputs.audit.value' >"$folder/audit.json" &&
		return
	echo 'the audit failed' >"$folder/title"
	return 1
}

if ! init "$folder" || ! audit; then
	log "$folder" >&2
	exit 1
fi

jq_with differences title <"$folder/audit.json" >"$folder/title" || exit 1
jq_with differences 'differences(code) | "<li>\(.)</li>"' <"$folder/audit.json" >"$folder/differences" || exit 1
{
	printf '### Roster: %s\n\n' "$(cat "$folder/title")"
	if [ "$REPORT" = full ] && [ -s "$folder/differences" ]; then
		printf '<ul>\n'
		limit 50000 '<li>And more: the log of the job has all of it.</li>' <"$folder/differences"
		printf '</ul>\n\n'
	fi
	echo 'What to do is in the README, under "Changes outside Terraform".'
} >"$folder/report.md"
[ -s "$folder/differences" ] || { echo 'Nothing differs.'; exit 0; }
cat "$folder/title"
[ "$REPORT" = counts ] || jq_with differences 'differences(inert) | in_log' <"$folder/audit.json"
exit 2
