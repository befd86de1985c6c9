# Shared functions. The other scripts source this file after they change into the folder above ci/.

export TF_IN_AUTOMATION=1 # hides Terraform's hints on the next command

case ${REPORT:=full} in
full | counts) ;;
*)
	echo 'REPORT must be "full" or "counts".' >&2
	exit 1
	;;
esac

# terraform_to FILE ARGUMENTS... runs Terraform and writes its output to the file.
terraform_to() {
	to=$1
	shift
	terraform "$@" >"$to" 2>&1
}

# init FOLDER installs only the provider in the lock file. It refuses a checkout with a symbolic link: as a link, roster.yaml
# could be a file without review.
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

# said FOLDER FILTER prints Terraform's last output through a filter of messages.jq.
said() {
	jq_with messages "$2" -nR <"$1/said"
}

# log FOLDER prints the title and Terraform's last output. With REPORT=counts it prints only numbers and static headings.
log() {
	cat "$1/title"
	if [ "$REPORT" = counts ]; then
		said "$1" headings
	else
		said "$1" 'story | in_log'
	fi
}

# limit BYTES LINE copies whole lines up to a number of bytes. If it cuts the input short, it prints LINE at the end.
limit() {
	awk -v most="$1" -v more="$2" '{ size += length($0) + 1 } size > most { print more; exit } { print }'
}

checksum() {
	sha256sum <"$1" | cut -c 1-64
}
