# What the scripts beside it share. They read it in, in the folder above this one.

export TF_IN_AUTOMATION=1 # Terraform then does not tell what to type next

case ${REPORT:=full} in
full | counts) ;;
*)
	echo 'REPORT must be "full" or "counts".' >&2
	exit 1
	;;
esac

# terraform_to FILE ARGUMENTS... runs Terraform, and keeps all that it says.
terraform_to() {
	to=$1
	shift
	terraform "$@" >"$to" 2>&1
}

# init FOLDER installs the provider that the lock file names, and no other. It refuses a checkout with a symbolic link: as a link,
# roster.yaml could be a file that nobody reviewed.
init() {
	if [ -n "$(find . \( -name .git -o -name .terraform \) -prune -o -type l -print)" ]; then
		echo 'Error: The repository holds a symbolic link. Commit the file itself.' >"$1/said"
		echo 'a symbolic link is refused' >"$1/title"
		return 1
	fi
	terraform_to "$1/said" init -input=false -no-color -lockfile=readonly && return
	echo 'terraform init failed' >"$1/title"
	return 1
}

# jq_with MODULE FILTER [ARGUMENTS...] runs jq with one of the modules in ci/.
jq_with() {
	module=$1 filter=$2
	shift 2
	jq -r -L ci "$@" "include \"text\"; include \"$module\"; $filter"
}

# said FOLDER FILTER prints what Terraform said last, as messages.jq has it.
said() {
	jq_with messages "$2" -nR <"$1/said"
}

# log FOLDER prints the title and what Terraform said last. With counts there is nothing in it but numbers and static headings.
log() {
	cat "$1/title"
	if [ "$REPORT" = counts ]; then
		said "$1" headings
	else
		said "$1" 'story | in_log'
	fi
}

# limit BYTES LINE ends what it reads where a comment would get too long, and says so with that line.
limit() {
	awk -v most="$1" -v more="$2" '{ size += length($0) + 1 } size > most { print more; exit } { print }'
}

checksum() {
	sha256sum <"$1" | cut -c 1-64
}
