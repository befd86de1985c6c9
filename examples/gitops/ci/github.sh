#!/bin/sh
# The workflows' requests to GitHub, sent with gh. They need GH_REPO and GH_TOKEN.
#
#   ci/github.sh comment FOLDER NUMBER   writes the report into a comment of the pull request, or updates that comment
#   ci/github.sh compare FOLDER COMMIT   compares the report with the comment of the pull request that was merged as COMMIT,
#                                        and writes the differences to FOLDER/comparison.md
#   ci/github.sh issue FOLDER            opens an issue with the report, or updates the open one
#   ci/github.sh close                   closes that issue
#   ci/github.sh newest COMMIT           fails if main has a newer commit: a run can be repeated long after its merge
set -eu
command=${1:-}
case $command in
comment | compare | issue | close | newest) ;;
*)
	sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 1
	;;
esac
case $command in
comment | compare | issue) folder=$(cd "$2" && pwd) ;;
esac
cd "$(dirname "$0")/.."
. ci/report.sh

label=roster-drift
marker='<!-- roster plan -->'
ours=".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\")))"

comment() {
	{ echo "$marker" && cat "$folder/report.md"; } >"$folder/comment.md"
	gh api --paginate "repos/$GH_REPO/issues/$1/comments" --jq "$ours | .id" >"$folder/comments"
	id=$(head -n 1 "$folder/comments")
	if [ -n "$id" ]; then
		gh api --silent --method PATCH "repos/$GH_REPO/issues/comments/$id" --field "body=@$folder/comment.md"
	else
		gh api --silent --method POST "repos/$GH_REPO/issues/$1/comments" --field "body=@$folder/comment.md"
	fi
}

# Every branch can change the job that writes the comment. So the comment is only compared and shown; nothing depends on it.
compare() {
	merged="[.[] | select(.merge_commit_sha == \"$1\")][0].number // empty"
	number=$(gh api "repos/$GH_REPO/commits/$1/pulls" --jq "$merged")
	: >"$folder/shown"
	[ -z "$number" ] || gh api --paginate "repos/$GH_REPO/issues/$number/comments" --jq "$ours | .body" >"$folder/shown"
	people "$folder/shown" >"$folder/shown.people"
	people "$folder/report.md" >"$folder/report.people"
	if [ ! -s "$folder/shown" ]; then
		echo '### No pull request showed this plan'
	elif cmp -s "$folder/shown.people" "$folder/report.people" && grep -q '^<tr><td colspan=4>' "$folder/report.people"; then
		echo "### Same as in pull request $number, where the list of people was cut short"
	elif cmp -s "$folder/shown.people" "$folder/report.people"; then
		echo "### Same as in pull request $number"
	else
		echo "### Different from pull request $number"
		[ "$REPORT" = counts ] || differences "$folder/shown.people" "$folder/report.people"
	fi >"$folder/comparison.md"
}

# people FILE prints the title and the table of people of a report.
people() {
	tr -d '\r' <"$1" | grep -E '^(### Roster: |<tr>)' || :
}

# differences SHOWN NOW prints the lines that only one of two reports has, as text.
differences() {
	printf '\n%s\n\n' '"-": only in the pull request. "+": only in this plan.'
	diff "$1" "$2" | grep '^[<>]' | jq_with text 'sub("^<"; "-") | sub("^>"; "+") | without_html | in_block' -R | head -c 50000
}

open_issue() {
	gh issue list --label "$label" --state open --limit 1 --json number --jq '.[0].number // empty'
}

issue() {
	title="Roster: $(cat "$folder/title")"
	number=$(open_issue)
	if [ -n "$number" ]; then
		gh issue edit "$number" --title "$title" --body-file "$folder/report.md"
	else
		gh label create "$label" --force --description 'The organization differs from the roster'
		gh issue create --label "$label" --title "$title" --body-file "$folder/report.md"
	fi
}

close() {
	number=$(open_issue)
	[ -z "$number" ] || gh issue close "$number" --comment 'The organization matches the roster again.'
}

newest() {
	[ "$(gh api "repos/$GH_REPO/commits/main" --jq .sha)" = "$1" ] && return
	echo 'Main has a newer commit. Its own run plans and applies it.' >&2
	return 1
}

case $command in
newest) newest "$2" ;;
*) "$command" "${3:-}" ;;
esac
