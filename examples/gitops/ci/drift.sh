#!/bin/sh
# Compares the organization with the roster. It reads the output "audit", because a failed check is only a warning and
# Terraform's exit code stays 0.
#
#   ci/drift.sh FOLDER
#
#   report.md    the differences in Markdown, for an issue
#   audit.json   the same for programs
#
# With REPORT=counts the report and the output hold no text from the roster or the API, such as an address. Exit code: 0 if
# nothing differs, 2 if something differs, 1 if it failed.
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
		limit 50000 '<li>The list is cut short. See the log of the job.</li>' <"$folder/differences"
		printf '</ul>\n\n'
	fi
	echo 'The README says what to do, under "Changes outside Terraform".'
} >"$folder/report.md"
[ -s "$folder/differences" ] || { echo 'Nothing differs.'; exit 0; }
cat "$folder/title"
[ "$REPORT" = counts ] || jq_with differences 'differences(inert) | in_log' <"$folder/audit.json"
exit 2
