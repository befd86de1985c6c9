#!/bin/sh
# Applies the plan that ci/plan.sh saved in a folder, if it was made of exactly these files. Terraform itself refuses it when
# the state has changed since.
#
#   ci/apply.sh FOLDER
#
# With REPORT=counts no address and no name is printed; the folder's apply.txt has them. Ends with 0 or 1.
set -eu
[ $# -eq 1 ] || { echo "usage: ci/apply.sh FOLDER" >&2; exit 1; }
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
. ci/report.sh

if [ "$(cat "$folder/files")" != "$(made_of)" ]; then
	echo 'The plan was made of other files than these. Plan again.' >&2
	exit 1
fi
terraform init -input=false -no-color -lockfile=readonly

failed=0
terraform apply -input=false -no-color -lock-timeout="${LOCK_TIMEOUT:-5m}" "$folder/roster.tfplan" >"$folder/apply.txt" 2>&1 || failed=1
grep '^Apply complete!' "$folder/apply.txt" >"$folder/title" || echo 'The apply failed.' >"$folder/title"
show "$folder/apply.txt" "$folder/title"
exit $failed
