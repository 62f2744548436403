# What every test file begins with: the programs on PATH, and a sandbox of its own.
#
#	load helper
#	@test "..." { sandbox --leads 100; gaio-fetch leads > leads.ndjson; }

bats_require_minimum_version 1.5.0

BIN=$(cd "${BIN:-$BATS_TEST_DIRNAME/../build}" && pwd)
ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
DATA=$BATS_TEST_DIRNAME/data
SHARED=$ROOT/../shared/data
export BIN ROOT DATA SHARED
PATH=$BIN:$PATH
unset MAKEFLAGS MAKELEVEL MFLAGS GAIO_API_URL GAIO_API_TOKEN GOOGLE_APPLICATION_CREDENTIALS GOOGLE_CLOUD_PROJECT BIGQUERY_EMULATOR_HOST CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY \
	GCE_METADATA_HOST LEADPIPE_SEAL LEADPIPE_LOG LEADPIPE_RUN_ID CLOUD_RUN_JOB K_SERVICE \
	SF_ORG_INSTANCE_URL SF_ACCESS_TOKEN SF_LOGIN_URL SF_CLIENT_ID SF_CLIENT_SECRET SF_USERNAME SF_JWT_KEY_FILE SF_AUTH_URL SF_AUTH_URL_FILE SF_AUDIENCE_URL SF_ORG_API_VERSION SF_REFRESH_TOKEN \
	SFMC_AUTH_URL SFMC_CLIENT_ID SFMC_CLIENT_SECRET SFMC_ACCOUNT_ID
# Most tests pipe rows that printf makes and nobody seals; those of the seal set or unset this.
export LEADPIPE_SEAL=0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	sandbox_stop
	plays_stop
}

# Starts leadpipe-sandbox with these options on a free port and sets the variables that it prints.
sandbox() {
	local line
	sandbox_stop
	rm -f sandbox.pipe
	mkfifo sandbox.pipe
	leadpipe-sandbox "$@" >sandbox.pipe 2>sandbox.log 3>&- &
	SANDBOX_PID=$!
	while IFS= read -r line; do
		eval "$line"
		case $line in *LEADPIPE_SANDBOX_URL=*) return 0 ;; esac
	done <sandbox.pipe
	cat sandbox.log >&2
	return 1
}

sandbox_stop() {
	[ -n "${SANDBOX_PID:-}" ] || return 0
	kill "$SANDBOX_PID" 2>/dev/null || true
	wait "$SANDBOX_PID" 2>/dev/null || true
	SANDBOX_PID=
}

# Strikes as SPEC says (leadpipe-sandbox(1), Faults), from now on.
fault() { # SPEC
	curl -sSf -d "$1" "$LEADPIPE_SANDBOX_URL/_sandbox/fault" >/dev/null
}

# Runs SQL in the sandbox's warehouse and prints the rows.
sql() {
	bq-query -q "$@"
}

# The one value that a SQL statement gives.
sql_value() {
	sql "$1" | jq -r 'to_entries[0].value'
}

# Rows with their numbers as jq's own: 1.7 and later print 2.0 as it came, 1.6 prints 2.
canonical() {
	jq -c 'map_values(if type == "number" then . + 0 else . end)'
}

# How many load jobs the sandbox's warehouse has seen.
load_jobs() {
	curl -sSf "$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/$GOOGLE_CLOUD_PROJECT/jobs?projection=full&maxResults=1000" |
		jq '[.jobs[]? | select(.configuration.load)] | length'
}

# Were the programs built with a sanitizer, which brings a malloc and memory of its own?
sanitized() {
	readelf -d "$BIN/ndjson-normalize" | grep -q 'libasan\|libclang_rt' || nm "$BIN/ndjson-normalize" | grep -q __asan_init
}

# Runs "$@" and keeps the requests that it sends over plain HTTP; `sent` prints them, bodies and all.
recorded() {
	ASAN_OPTIONS=detect_leaks=0 strace -qq -e trace=sendto -e signal=none -s 10000000 -o sent.trace "$@"
}

sent() {
	sed -n 's/^sendto([0-9]*, "\(.*\)", [0-9]*, .*/\1/p' sent.trace | sed 's/\\r\\n/\n/g; s/\\n/\n/g; s/\\"/"/g; s/\\\\/\\/g'
}

# Writes the file NAME: an HTTP reply with this status and JSON body, for `answering`.
reply() { # NAME BODY [STATUS]
	printf 'HTTP/1.1 %s\r\nConnection: close\r\n\r\n%s' "${3:-200 OK}" "$2" >"$1"
}

# page_server LOG REPLY...: a server of these replies (page_server.c), the last one again and again, that writes to LOG
# what it is asked; $port is where, $! its process.
page_server() {
	rm -f port.pipe
	mkfifo port.pipe
	"$BIN/tests/page_server" "$@" >port.pipe 2>server.log 3>&- &
	read -r port <port.pipe
}

# In place of a sandbox, a server of these replies.
answering() { # REPLY...
	sandbox_stop
	page_server server.requests "$@"
	SANDBOX_PID=$!
}

# In place of a sandbox, these replies are BigQuery's.
bigquery_answers() { # REPLY...
	[ -x "$BIN/tests/page_server" ] || skip "the test drivers are not built"
	sandbox_stop
	page_server requests.log "$@"
	SANDBOX_PID=$!
	export BIGQUERY_EMULATOR_HOST=http://127.0.0.1:$port GOOGLE_CLOUD_PROJECT=p
}

# plays REPLY...: a server on $PORT that gives these replies ("400 {...}"), in order, and the last one again; @PORT@ is its port.
plays() {
	local i=0 reply files=()
	plays_stop
	for reply in "$@"; do
		i=$((i + 1))
		printf 'HTTP/1.1 %s X\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n%s' "${reply%% *}" "${reply#* }" >"reply.$i"
		files+=("reply.$i")
	done
	page_server requests.log "${files[@]}"
	PLAYS_PID=$!
	export PORT=$port
}

plays_stop() {
	[ -n "${PLAYS_PID:-}" ] || return 0
	kill "$PLAYS_PID" 2>/dev/null
	wait "$PLAYS_PID" 2>/dev/null || true
	PLAYS_PID=
}
