#!/bin/sh
# What the workflows ask of GitHub, by its own gh. GH_REPO and GH_TOKEN say where and as whom.
#
#   ci/github.sh comment FOLDER NUMBER   puts the report into one comment of a pull request, always the same one
#   ci/github.sh compare FOLDER COMMIT   says in FOLDER/comparison.md where the report differs from the comment of the pull request
#                                        whose merge that commit is
#   ci/github.sh issue FOLDER            opens an issue with the report, or brings the open one up to date
#   ci/github.sh close                   closes that issue
set -eu

label=roster-drift
marker='<!-- roster plan -->'
ours=".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\")))"

comment() {
	{ echo "$marker" && cat "$1/report.md"; } >"$1/comment.md"
	gh api --paginate "repos/$GH_REPO/issues/$2/comments" --jq "$ours | .id" >"$1/comments"
	id=$(head -n 1 "$1/comments")
	if [ -n "$id" ]; then
		gh api --silent --method PATCH "repos/$GH_REPO/issues/comments/$id" --field "body=@$1/comment.md"
	else
		gh api --silent --method POST "repos/$GH_REPO/issues/$2/comments" --field "body=@$1/comment.md"
	fi
}

# The comment was made by a job that anybody's branch can change. So it is read for this text alone, and nothing depends on it.
compare() {
	merged="[.[] | select(.merge_commit_sha == \"$2\")][0].number // empty"
	number=$(gh api "repos/$GH_REPO/commits/$2/pulls" --jq "$merged")
	: >"$1/shown"
	[ -z "$number" ] || gh api --paginate "repos/$GH_REPO/issues/$number/comments" --jq "$ours | .body" >"$1/shown"
	people "$1/shown" >"$1/shown.people"
	people "$1/report.md" >"$1/report.people"
	{
		if [ ! -s "$1/shown" ]; then
			printf '### No pull request showed this plan\n'
		elif cmp -s "$1/shown.people" "$1/report.people"; then
			printf '### As pull request %s showed it\n' "$number"
		else
			printf '### Not as pull request %s showed it\n' "$number"
			[ "${REPORT:-full}" = counts ] || differences "$1/shown.people" "$1/report.people"
		fi
	} >"$1/comparison.md"
}

# people FILE prints the lines of a report that are about people: the title and the table.
people() {
	tr -d '\r' <"$1" | grep -E '^(### Roster: |<tr>)' || :
}

# differences SHOWN NOW prints the lines that are in one of two reports alone, as text.
differences() {
	printf '\n`-` was shown there and is not in this plan, `+` is in this plan and was not shown.\n\n'
	diff "$1" "$2" | grep '^[<>]' |
		jq -rR -L ci 'include "text"; sub("^<"; "-") | sub("^>"; "+") | without_html | in_block' |
		head -c 50000
}

open_issue() {
	gh issue list --label "$label" --state open --limit 1 --json number --jq '.[0].number // empty'
}

issue() {
	title="Roster: $(cat "$1/title")"
	number=$(open_issue)
	if [ -n "$number" ]; then
		gh issue edit "$number" --title "$title" --body-file "$1/report.md"
	else
		gh label create "$label" --force --description 'The organization differs from the roster'
		gh issue create --label "$label" --title "$title" --body-file "$1/report.md"
	fi
}

close() {
	number=$(open_issue)
	[ -z "$number" ] || gh issue close "$number" --comment 'Nothing differs any more.'
}

case ${1:-} in
comment | compare | issue | close) "$@" ;;
*)
	sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 1
	;;
esac
