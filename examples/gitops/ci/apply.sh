#!/bin/sh
# Applies the plan that ci/plan.sh saved in a folder, if it has the given checksum. Terraform refuses the plan if the state
# has changed since.
#
#   ci/apply.sh FOLDER CHECKSUM
#
# With REPORT=counts it prints no text from the roster or the API. Exit code: 0 or 1.
set -eu
[ $# -eq 2 ] || { echo "usage: ci/apply.sh FOLDER CHECKSUM" >&2; exit 1; }
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
. ci/report.sh

if [ ! -f "$folder/roster.tfplan" ] || [ "$(checksum "$folder/roster.tfplan")" != "$2" ]; then
	echo 'This is not the plan that was shown. Plan again.' >&2
	exit 1
fi

init "$folder" || { log "$folder"; exit 1; }
failed=0
if terraform_to "$folder/said" apply -json -input=false -lock-timeout="${LOCK_TIMEOUT:-5m}" "$folder/roster.tfplan"; then
	said "$folder" applied >"$folder/title"
else
	failed=1
	echo 'the apply failed' >"$folder/title"
fi
log "$folder"
exit $failed
