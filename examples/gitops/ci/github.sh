#!/bin/sh
# What the workflows ask of GitHub, by its own gh. GH_REPO and GH_TOKEN say where and as whom.
#
#   ci/github.sh comment FOLDER NUMBER   puts the report into one comment of a pull request, always the same one
#   ci/github.sh issue FOLDER            opens an issue with the report, or brings the open one up to date
#   ci/github.sh close                   closes that issue
#   ci/github.sh plan FOLDER COMMIT      downloads the plan of the pull request whose merge that commit is
set -eu

label=roster-drift
marker='<!-- roster plan -->'

comment() {
	{ echo "$marker" && cat "$1/report.md"; } >"$1/comment.md"
	ours=".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id"
	gh api --paginate "repos/$GH_REPO/issues/$2/comments" --jq "$ours" >"$1/comments"
	id=$(head -n 1 "$1/comments")
	if [ -n "$id" ]; then
		gh api --silent --method PATCH "repos/$GH_REPO/issues/comments/$id" --field "body=@$1/comment.md"
	else
		gh api --silent --method POST "repos/$GH_REPO/issues/$2/comments" --field "body=@$1/comment.md"
	fi
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

# Only a plan that this repository made is taken: nobody who sends a pull request from a fork can bring their own.
plan() {
	merged="[.[] | select(.merge_commit_sha == \"$2\" and .head.repo.full_name == \"$GH_REPO\")][0].head.sha // empty"
	head=$(gh api "repos/$GH_REPO/commits/$2/pulls" --jq "$merged")
	[ -n "$head" ] || { echo "$2 is no merge of a pull request. Run this workflow by hand for a new plan." >&2; exit 1; }
	run=$(gh run list --workflow plan.yml --event pull_request --commit "$head" --status success --limit 1 \
		--json databaseId --jq '.[0].databaseId // empty')
	[ -n "$run" ] || { echo "There is no plan of $head. Run this workflow by hand for a new one." >&2; exit 1; }
	gh run download "$run" --name roster-plan --dir "$1"
}

case ${1:-} in
comment | issue | close | plan) "$@" ;;
*)
	sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 1
	;;
esac
