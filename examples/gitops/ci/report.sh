# What the scripts beside it share. It is read in by them, in the folder above this one.

# made_of names the committed files of this folder.
made_of() {
	git rev-parse "HEAD:$(git rev-parse --show-prefix)"
}

# report FOLDER TEXT HEADING prints Markdown: the title, and the text unless only counts are wanted. The text is indented,
# so that nothing in it is read as Markdown, and short enough for a comment.
report() {
	printf '### Roster: %s\n' "$(cat "$1/title")"
	[ "${REPORT:-full}" = counts ] && return
	printf '\n<details><summary>%s</summary>\n\n' "$3"
	head -c 50000 "$1/$2" | sed 's/^/    /'
	printf '\n</details>\n'
}

# show FILE TITLE prints the file into the log, or only the title.
show() {
	if [ "${REPORT:-full}" = counts ]; then
		cat "$2"
	else
		cat "$1"
	fi
}
