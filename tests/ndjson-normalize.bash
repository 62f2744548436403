# What the tests of ndjson-normalize share, beside helper.bash.

load helper

# A contract of these fields: contract '"name":"a","type":"INT64"' ... writes c.json.
contract() {
	local IFS=$'\n'
	printf '{"fields": [\n' >c.json
	printf '%s\n' "$@" | sed 's/.*/{&},/; $s/,$//' >>c.json
	printf ']}\n' >>c.json
}

# Rows in, what came out: normalize ROW... -- OPTION...
normalize() {
	local rows=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		rows+=("$1")
		shift
	done
	shift
	printf '%s\n' "${rows[@]}" | ndjson-normalize -q -c c.json "$@"
}

# The one row that is refused, and why: refused 'ROW' "FIELD: REASON"
refused() {
	run -1 --separate-stderr normalize "$1" -- --rejects bad.ndjson
	[ "$output" = "" ]
	[ "$(jq -r '"\(.field): \(.reason)"' bad.ndjson)" = "$2" ]
}

# The program itself refuses to start, 78, with this text in the message.
misconfigured() {
	run -78 --separate-stderr ndjson-normalize -c c.json </dev/null
	[[ $stderr == *"$1"* ]] || { echo "$stderr"; false; }
}

# Walks a table of values: the field of the contract, what goes in, what comes out or !reason;
# - is no key at all. One run of the program for each field.
walk() { # TABLE, HOW MANY FIELDS AT LEAST
	local spec wrong=0
	tail -n +2 "$1" | cut -f1 | awk '!seen[$0]++' >specs
	[ "$(wc -l <specs)" -ge "$2" ]
	while IFS= read -r spec; do
		contract "\"name\":\"v\",$spec"
		spec=$spec awk -F'\t' '
			BEGIN { printf "" > "in"; printf "" > "want"; printf "" > "want.bad" }
			$1 != ENVIRON["spec"] { next }
			{ print $2 == "-" ? "{}" : "{\"v\":" $2 "}" > "in"; n++ }
			$3 ~ /^!/ { print n "\t" substr($3, 2) > "want.bad"; next }
			{ print $3 == "-" ? "{}" : "{\"v\":" $3 "}" > "want" }' "$1"
		ndjson-normalize -q -c c.json --rejects bad.ndjson in >got || [ $? -eq 1 ]
		jq -r '"\(.line)\t\(.reason)"' bad.ndjson >got.bad
		cmp want got && cmp want.bad got.bad && continue
		echo "$spec"
		diff want got || diff want.bad got.bad || wrong=1
	done <specs
	[ "$wrong" -eq 0 ]
}
