#!/bin/sh
# Records in the state who has joined since. Nobody is changed. From then on Terraform knows them by their id, whatever
# becomes of their address.
#
#   ci/refresh.sh FOLDER
#
# With REPORT=counts no address and no name is printed; the folder's refresh.txt has them. Ends with 0 or 1.
set -eu
[ $# -eq 1 ] || { echo "usage: ci/refresh.sh FOLDER" >&2; exit 1; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
. ci/report.sh

terraform init -input=false -no-color -lockfile=readonly

failed=0
terraform apply -refresh-only -auto-approve -input=false -no-color -lock-timeout="${LOCK_TIMEOUT:-5m}" >"$folder/refresh.txt" 2>&1 || failed=1
grep '^Apply complete!' "$folder/refresh.txt" >"$folder/title" || echo 'The refresh failed.' >"$folder/title"
show "$folder/refresh.txt" "$folder/title"
exit $failed
