#!/bin/sh
# What the workflows ask of GitHub, by its own gh. GH_REPO and GH_TOKEN say where and as whom.
#
#   ci/github.sh comment FOLDER NUMBER   puts the report into one comment of a pull request, always the same one
#   ci/github.sh compare FOLDER COMMIT   says in FOLDER/comparison.md where the report differs from the comment of the pull request
#                                        whose merge that commit is
#   ci/github.sh issue FOLDER            opens an issue with the report, or brings the open one up to date
#   ci/github.sh close                   closes that issue
#   ci/github.sh newest COMMIT           fails unless main has no newer commit: a run can be repeated long after its merge
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

# The comment was made by a job that anybody's branch can change. So it is read for this text alone, and nothing depends on it.
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
		echo "### Pull request $number showed the first people of this plan, and was too long for the others"
	elif cmp -s "$folder/shown.people" "$folder/report.people"; then
		echo "### As pull request $number showed it"
	else
		echo "### Not as pull request $number showed it"
		[ "$REPORT" = counts ] || differences "$folder/shown.people" "$folder/report.people"
	fi >"$folder/comparison.md"
}

# people FILE prints the lines of a report that are about people: the title and the table.
people() {
	tr -d '\r' <"$1" | grep -E '^(### Roster: |<tr>)' || :
}

# differences SHOWN NOW prints the lines that are in one of two reports alone, as text.
differences() {
	printf '\n%s\n\n' '"-" was shown there and is not in this plan, "+" is in this plan and was not shown.'
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
	[ -z "$number" ] || gh issue close "$number" --comment 'Nothing differs any more.'
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
