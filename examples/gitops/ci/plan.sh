#!/bin/sh
# Plans the roster, and writes the files for reviewers and for the apply:
#
#   ci/plan.sh FOLDER
#
#   report.md       the plan in Markdown, people first; also if the plan fails
#   roster.tfplan   the saved plan
#   outputs         "checksum=…", which ci/apply.sh checks, and "changes=true" or "changes=false"
#   counts.json     numbers for GitLab
#
# With REPORT=counts the report and the output hold no text from the roster or the API, such as a name or an address. Exit
# code: 0 or 1.
set -eu
[ $# -eq 1 ] || { echo "usage: ci/plan.sh FOLDER" >&2; exit 1; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
. ci/report.sh
more='This part is cut short. See the log of the job.'

report() {
	printf '### Roster: %s\n\n' "$(cat "$folder/title")"
	if [ "$REPORT" = counts ]; then
		said "$folder" headings
		return
	fi
	if [ -s "$folder/people.json" ]; then
		printf '<table>\n<tr><th>What</th><th>Who</th><th>How</th><th>By</th></tr>\n'
		jq_with people table <"$folder/people.json" | limit 20000 "<tr><td colspan=4>$more</td></tr>"
		printf '</table>\n\n'
	fi
	said "$folder" 'errors | in_block' | limit 10000 "    $more"
	details Warnings "$(said "$folder" 'warnings | in_block' | limit 10000 "    $more")"
	details 'The plan' "$(jq_with text in_block -R <"$folder/plan.txt" | limit 20000 "    $more")"
}

# details HEADING TEXT prints a text in a section that is collapsed at first.
details() {
	[ -z "$2" ] || printf '\n<details><summary>%s</summary>\n\n%s\n\n</details>\n' "$1" "$2"
}

# finish CODE writes the report and exits.
finish() {
	report >"$folder/report.md"
	log "$folder"
	if [ "$REPORT" = full ]; then
		jq_with people 'text | in_log' <"$folder/people.json"
		jq_with text in_log -R <"$folder/plan.txt"
	fi
	exit "$1"
}

rm -f "$folder/roster.tfplan" "$folder/outputs" "$folder/counts.json"
: >"$folder/people.json"
: >"$folder/plan.txt"
init "$folder" || finish 1

code=0
terraform_to "$folder/said" plan -json -detailed-exitcode -input=false -lock-timeout="${LOCK_TIMEOUT:-5m}" \
	-out="$folder/roster.tfplan" || code=$?
case $code in
0) changes=false ;;
2) changes=true ;;
*)
	rm -f "$folder/roster.tfplan"
	echo 'the plan failed' >"$folder/title"
	finish 1
	;;
esac

terraform show -no-color "$folder/roster.tfplan" >"$folder/plan.txt"
terraform show -json "$folder/roster.tfplan" >"$folder/plan.json"
jq_with people 'people | select(. != [])' <"$folder/plan.json" >"$folder/people.json"
rm "$folder/plan.json"
jq_with people 'inputs // [] | title' -n <"$folder/people.json" >"$folder/title"
jq_with people 'inputs // [] | gitlab' -n <"$folder/people.json" >"$folder/counts.json"
printf 'checksum=%s\nchanges=%s\n' "$(checksum "$folder/roster.tfplan")" "$changes" >"$folder/outputs"
finish 0
