# What the scripts beside it share. It is read in by them, in the folder above this one.

export TF_IN_AUTOMATION=1 # Terraform then does not tell what to type next

# made_of names the committed files of this folder.
made_of() {
	git rev-parse "HEAD:$(git rev-parse --show-prefix)"
}

# report FOLDER TEXT HEADING prints Markdown: the title, what Terraform ended with, and the text. Of people it says nothing
# where only counts are wanted.
report() {
	printf '### Roster: %s\n\n' "$(cat "$1/title")"
	if [ "${REPORT:-full}" = counts ]; then
		errors "$1/$2"
		return
	fi
	sed -n '/^Error: /,$p' "$1/$2" | quote 15000
	if grep -q '^Warning: ' "$1/$2"; then
		printf '\n<details><summary>Warnings: %s</summary>\n\n' "$(grep -c '^Warning: ' "$1/$2")"
		grep '^Warning: ' "$1/$2" | quote 15000
		printf '\n</details>\n'
	fi
	printf '\n<details><summary>%s</summary>\n\n' "$3"
	sed '/^Error: /,$d' "$1/$2" | quote 30000
	printf '\n</details>\n'
}

# quote BYTES indents what it reads, so that nothing in it is read as Markdown, leaves out the lines about what was read,
# and ends where a comment would get too long.
quote() {
	awk -v most="$1" '
		/: (Refreshing state|Preparing import|Reading|Read complete after|Still reading)/ { next }
		{ size += length($0) + 5 }
		size > most { print "\n    And more: the log of the job has all of it."; exit }
		{ print "    " $0 }'
}

# errors FILE counts what Terraform ended with, by its headings, which hold no name. Addresses are left out of them.
errors() {
	grep '^Error: ' "$1" | sed 's/[^ ]*@[^ ]*/…/g' | sort | uniq -c | sed 's/^ *\([0-9]*\) /- \1 × /'
}

# show FILE TITLE prints the file into the log, or only the title and the errors' headings.
show() {
	if [ "${REPORT:-full}" = counts ]; then
		cat "$2"
		errors "$1"
	else
		cat "$1"
	fi
}
