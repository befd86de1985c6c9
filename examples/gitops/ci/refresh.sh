#!/bin/sh
# Records in the state which invited people have joined. It changes no member. After that, Terraform finds these members by
# ID, even if they change their address.
#
#   ci/refresh.sh FOLDER
#
# With REPORT=counts it prints no text from the roster or the API. Exit code: 0 or 1.
set -eu
[ $# -eq 1 ] || { echo "usage: ci/refresh.sh FOLDER" >&2; exit 1; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
. ci/report.sh

init "$folder" || { log "$folder"; exit 1; }
failed=0
if terraform_to "$folder/said" apply -json -refresh-only -auto-approve -input=false -lock-timeout="${LOCK_TIMEOUT:-5m}"; then
	echo 'new members are recorded in the state' >"$folder/title"
else
	failed=1
	echo 'the refresh failed' >"$folder/title"
fi
log "$folder"
exit $failed
