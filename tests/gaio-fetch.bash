# For the tests of gaio-fetch: replies in files, and a server that gives them.
# shellcheck shell=bash

teardown() {
	sandbox_stop
	[ -z "${SERVER_PID:-}" ] || kill "$SERVER_PID" 2>/dev/null || true
}

# reply FILE STATUS [HEADER...] <BODY: a whole reply in a file.
reply() {
	local file=$1 status=$2 length
	shift 2
	cat >"$file.body"
	length=$(stat -c %s "$file.body")
	{
		printf 'HTTP/1.1 %s x\r\n' "$status"
		[ $# -eq 0 ] || printf '%s\r\n' "$@"
		printf 'Content-Length: %s\r\nConnection: close\r\n\r\n' "$length"
		cat "$file.body"
	} >"$file"
}

page() { # FILE BODY
	printf '%s' "$2" | reply "$1" 200
}

# serve REPLY...: a server of these replies; GAIO_API_URL leads to it.
serve() {
	page_server requests.log "$@"
	SERVER_PID=$!
	PORT=$port
	export GAIO_API_URL=http://127.0.0.1:$PORT/v1
}

# fails STATUS MESSAGE ARGUMENT...: the run ends so, and so does its stream.
fails() {
	local status=$1 message=$2
	shift 2
	run "-$status" --separate-stderr gaio-fetch "$@"
	[[ $stderr == *"$message"* ]] || { echo "stderr: $stderr"; return 1; }
	[ "$(tail -n 1 <<<"$output" | jq -r '.["@end"].ok')" = false ]
	[[ $(tail -n 1 <<<"$output" | jq -r '.["@end"].error') == *"$message"* ]]
}
