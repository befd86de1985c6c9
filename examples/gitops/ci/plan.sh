#!/bin/sh
# Plans the roster, and keeps in a folder what a reviewer and the apply need:
#
#   ci/plan.sh FOLDER
#
#   roster.tfplan   the saved plan
#   files           what it was made of, as Git names a tree of files; ci/apply.sh takes it for no other
#   report.md       the plan in Markdown, for a comment. Written for a plan that fails, too
#   counts.json     how many people are invited, taken over, changed and removed, as GitLab reads it
#
# With REPORT=counts no address and no name is in the report or in what is printed. Ends with 0 or 1.
set -eu
[ $# -eq 1 ] || { echo "usage: ci/plan.sh FOLDER" >&2; exit 1; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
. ci/report.sh

rm -f "$folder/roster.tfplan"
made_of >"$folder/files"
if ! terraform init -input=false -no-color -lockfile=readonly >"$folder/plan.txt" 2>&1; then
	cat "$folder/plan.txt"
	echo 'terraform init failed' >"$folder/title"
	report "$folder" plan.txt 'What it printed' >"$folder/report.md"
	exit 1
fi
cat "$folder/plan.txt"

if terraform plan -input=false -no-color -lock-timeout="${LOCK_TIMEOUT:-5m}" -out="$folder/roster.tfplan" >"$folder/plan.txt" 2>&1; then
	terraform show -json "$folder/roster.tfplan" >"$folder/plan.json"
	jq -f ci/counts.jq "$folder/plan.json" >"$folder/counts.json"
	jq -r '"\(.create - .adopt) to invite, \(.adopt + .import) to take over, \(.update) to change, " +
		"\(.delete) to remove, \(.strangers) not in the roster to remove"' "$folder/counts.json" >"$folder/title"
	failed=0
else
	echo 'the plan failed' >"$folder/title"
	failed=1
fi
rm -f "$folder/plan.json"
report "$folder" plan.txt 'The plan' >"$folder/report.md"
show "$folder/plan.txt" "$folder/title"
exit $failed
