#!/usr/bin/env bats
# leadpipe-sandbox itself: how it starts, runs and ends, its faults, its collections, its tokens.

load helper

# get PATH [CURL OPTION...]: a GET of the Gaio API, with the token.
get() {
	local path=$1
	shift
	curl -sS -H "Authorization: Bearer $GAIO_API_TOKEN" "$@" "$GAIO_API_URL/$path"
}

# status CURL-ARGUMENT...: the HTTP status alone.
status() {
	curl -sS -o reply.json -w '%{http_code}\n' "$@"
}

# pages NAME PAGE_SIZE: all rows of a collection, byte for byte, one on a line. No row may hold "},{".
pages() {
	local url="$GAIO_API_URL/$1?page_size=$2"
	while [ "$url" != null ]; do
		curl -sSf -H "Authorization: Bearer $GAIO_API_TOKEN" "$url" >page.json || return 1
		LC_ALL=C sed 's/^[^[]*\[//; s/\]}$//; s/},{/}\n{/g' page.json
		echo
		url=$(head -c 400 page.json | LC_ALL=C sed 's/^{"count":[0-9]*,"next":"\{0,1\}//; s/[",].*//')
	done
}

sf_token() {
	curl -sS "$SF_LOGIN_URL/services/oauth2/token" -d grant_type=client_credentials \
		-d "client_id=$SF_CLIENT_ID" -d "client_secret=$SF_CLIENT_SECRET" | jq -er .access_token
}

sf() {
	curl -sS -H "Authorization: Bearer $SF_ACCESS_TOKEN" -H 'Content-Type: application/json' "$@"
}

metadata() {
	curl -sS -H 'Metadata-Flavor: Google' "http://$GCE_METADATA_HOST/computeMetadata/v1/$1"
}

# within_10s CONDITION...: waits for it, looking often.
within_10s() {
	local end=$((SECONDS + 10))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.02
	done
}

count_of() {
	curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq ".$1"
}

b64() {
	openssl base64 -A | tr '+/' '-_' | tr -d =
}

# jwt CLAIMS: a token that is well formed; its signature is not looked at.
jwt() {
	printf '%s.%s.c2ln' "$(printf '{"alg":"RS256"}' | b64)" "$(printf %s "$1" | b64)"
}

# ---- COMMAND -----------------------------------------------------------------------------------

@test "COMMAND has every variable and its own arguments" {
	run -0 leadpipe-sandbox -- sh -c 'env; printf "<%s>" "$@"' sh 'a b' ''
	for name in GAIO_API_URL GAIO_API_TOKEN BIGQUERY_EMULATOR_HOST GOOGLE_CLOUD_PROJECT GCE_METADATA_HOST \
		SF_ORG_INSTANCE_URL SF_ACCESS_TOKEN SF_LOGIN_URL SF_CLIENT_ID SF_CLIENT_SECRET SF_USERNAME \
		SFMC_AUTH_URL SFMC_CLIENT_ID SFMC_CLIENT_SECRET SFMC_ACCOUNT_ID LEADPIPE_SANDBOX_URL; do
		grep -q "^$name=." <<<"$output" || { echo "no $name"; false; }
	done
	grep -q '^GCE_METADATA_HOST=127.0.0.1:[0-9]*$' <<<"$output"
	grep -q '<a b><>' <<<"$output"
}

@test "COMMAND's status is the sandbox's: exit, signal, not found, not executable" {
	run -7 leadpipe-sandbox -- sh -c 'exit 7'
	run -137 leadpipe-sandbox -- sh -c 'kill -9 $$'
	run -127 leadpipe-sandbox -- ./not-there
	[[ $output == *"./not-there: No such file or directory"* ]]
	: >plain
	run -126 leadpipe-sandbox -- ./plain
}

@test "COMMAND gets TERM and its answer counts" {
	leadpipe-sandbox -- sh -c 'trap "exit 5" TERM; : >ready; while :; do sleep 0.05; done' 3>&- &
	local pid=$! rc=0
	within_10s [ -e ready ]
	kill -TERM "$pid"
	wait "$pid" || rc=$?
	[ "$rc" -eq 5 ]
}

@test "COMMAND is not left with our signal mask or an ignored SIGPIPE" {
	run -143 leadpipe-sandbox -- sh -c 'kill -TERM $$; echo survived'
	[[ $output != *survived* ]]
	run -141 leadpipe-sandbox -- bash -c 'yes | head -1; exit "${PIPESTATUS[0]}"'
	[ "$output" = y ]
}

@test "nothing is left behind" {
	mkdir tmp
	TMPDIR=$PWD/tmp leadpipe-sandbox --leads 10 -- sh -c \
		'ls "$TMPDIR" | wc -l >during; curl -sS -H "Authorization: Bearer $GAIO_API_TOKEN" "$GAIO_API_URL/leads" >leads'
	[ "$(cat during)" -eq 1 ]
	grep -q '"L-000010"' leads
	[ -z "$(ls -A tmp)" ]
}

@test "COMMAND finds the sandbox's neighbours first, and leaves no token in the caller's cache" {
	mkdir other cache
	printf '#!/bin/sh\necho other\n' >other/sfmc-upsert
	chmod +x other/sfmc-upsert
	export PATH=$PWD/other:$PATH XDG_CACHE_HOME=$PWD/cache
	for data in "" data; do
		run -0 leadpipe-sandbox -q ${data:+--data "$data"} -- bash -c 'type -P sfmc-upsert; echo "$XDG_CACHE_HOME"
			mkdir -p "$XDG_CACHE_HOME/leadpipe/a"; : >"$XDG_CACHE_HOME/leadpipe/a/token"; ln -s "$PWD" "$XDG_CACHE_HOME/link"'
		[ "${lines[0]}" = "$(cd "$BIN" && pwd -P)/sfmc-upsert" ]
		[ "${lines[1]}" != "$PWD/cache" ]
		[ ! -e "${lines[1]}" ]
		[ -x other/sfmc-upsert ]
		[ -z "$(ls -A cache)" ]
	done
	[ "$(ls data)" = sandbox.db ]
}

# ---- serving -------------------------------------------------------------------------------------

@test "without a COMMAND, too, tokens go with the sandbox, unless the shell has a cache of its own" {
	unset XDG_CACHE_HOME
	sandbox --leads 1
	echo '{"SubscriberKey":"1","LastName":"N"}' | sfmc-upsert -q --extension leads --key SubscriberKey >out
	[ -n "$(find "$XDG_CACHE_HOME" -name '*.json')" ]
	sandbox_stop
	[ ! -e "$XDG_CACHE_HOME" ]
	export XDG_CACHE_HOME=$PWD/mine
	sandbox --leads 1
	[ "$XDG_CACHE_HOME" = "$PWD/mine" ]
}

@test "without COMMAND it serves until TERM and says at once where" {
	mkdir tmp
	TMPDIR=$PWD/tmp sandbox --leads 5
	run -0 curl -sSf "$LEADPIPE_SANDBOX_URL/healthz"
	[ "$output" = '{"ok":true}' ]
	[ "$LEADPIPE_SANDBOX_PID" -eq "$SANDBOX_PID" ]
	kill -TERM "$SANDBOX_PID"
	wait "$SANDBOX_PID"
	SANDBOX_PID=
	[ -z "$(ls -A tmp)" ]
	run -7 curl -sS "$LEADPIPE_SANDBOX_URL/healthz"
}

@test "eval of its output in the background leaves a server, and the variable to stop it" {
	eval "$(leadpipe-sandbox 3>&- 2>sandbox.log &)"
	SANDBOX_PID=$LEADPIPE_SANDBOX_PID
	curl -sSf "$LEADPIPE_SANDBOX_URL/healthz"
}

@test "a port that is taken is status 73, and nothing is left behind" {
	sandbox
	mkdir tmp
	TMPDIR=$PWD/tmp run -73 leadpipe-sandbox --port "${LEADPIPE_SANDBOX_URL##*:}"
	[[ $output == *"Address already in use"* ]]
	[ -z "$(ls -A tmp)" ]
}

@test "it listens on loopback only" {
	sandbox
	port=$(printf '%04X' "${LEADPIPE_SANDBOX_URL##*:}")
	grep -q "0100007F:$port 00000000:0000 0A" /proc/net/tcp
	run -1 grep "00000000:$port 00000000:0000 0A" /proc/net/tcp
}

@test "a foreign Host or Origin is refused: DNS rebinding, and forms on other pages" {
	sandbox
	local url=$LEADPIPE_SANDBOX_URL/healthz port=${LEADPIPE_SANDBOX_URL##*:}
	for host in "127.0.0.1:$port" "localhost:$port" "LOCALHOST:$port" "[::1]:$port"; do
		[ "$(status -H "Host: $host" "$url")" = 200 ] || { echo "$host"; return 1; }
		[ "$(status -H "Origin: http://$host" "$url")" = 200 ] || { echo "$host"; return 1; }
	done
	[ "$(status --http1.0 -H 'Host:' "$url")" = 200 ]
	for host in evil.example "evil.example:$port" 127.0.0.1 127.0.0.1:1 "127.0.0.1:$port.evil.example" "localhost.evil.example:$port" "[::1]"; do
		[ "$(status -H "Host: $host" "$url")" = 403 ] || { echo "$host"; return 1; }
		[ "$(status -H "Origin: http://$host" "$url")" = 403 ] || { echo "$host"; return 1; }
	done
	[ "$(status -H "Origin: https://127.0.0.1:$port" "$url")" = 403 ]
	[ "$(status -H 'Origin: null' "$url")" = 403 ]
	run -0 status -H 'Origin: http://evil.example' -d '{"query":"CREATE SCHEMA d","useLegacySql":false}' \
		"$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/p/queries"
	[ "$output" = 403 ]
	[ "$(count_of services.bq)" -eq 0 ]
}

@test "a silent connection is closed, a working one is not" {
	sandbox --idle 1
	exec 7<>"/dev/tcp/127.0.0.1/${LEADPIPE_SANDBOX_URL##*:}"
	printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n' "${LEADPIPE_SANDBOX_URL##*:}" >&7
	run -0 timeout 20 cat <&7
	exec 7>&-
	[[ $output == *'{"ok":true}'* ]]
	run -64 leadpipe-sandbox --idle 0
}

@test "a body of many small values costs little memory" {
	sandbox
	{ printf '{"a":['; yes '{},' | head -n 5000000 | tr -d '\n'; printf '{}]}'; } >wide
	[ "$(stat -c %s wide)" -gt 15000000 ]
	for path in "$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/p/queries" "$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/p/jobs" \
		"$LEADPIPE_SANDBOX_URL/v2/token" "$SF_ORG_INSTANCE_URL/services/data/v61.0/jobs/ingest"; do
		run -0 status -H "Authorization: Bearer $SF_ACCESS_TOKEN" --data-binary @wide "$path"
		[ "$output" = 400 ] || { echo "$path: $output"; return 1; }
	done
	[ "$(awk '/^VmHWM/ {print $2}' "/proc/$SANDBOX_PID/status")" -lt 120000 ]
}

@test "paths: doubled and trailing slashes, %XX; unknown ones are 404 in JSON, other methods 405" {
	sandbox
	get '/campaigns' | grep -q '"count":24'
	get 'campaigns/' | grep -q '"count":24'
	get '%63ampaigns' | grep -q '"count":24'
	[ "$(get 'nothing' -o reply.json -w '%{http_code}')" = 404 ]
	jq -e .error reply.json
	[ "$(status "$LEADPIPE_SANDBOX_URL/no/such/path")" = 404 ]
	jq -e .error reply.json
	[ "$(status --path-as-is "$LEADPIPE_SANDBOX_URL/%zz")" = 404 ]
	[ "$(status --path-as-is "$LEADPIPE_SANDBOX_URL/v1/a%00b")" = 404 ]
	[ "$(status "$LEADPIPE_SANDBOX_URL/$(printf 'x/%.0s' {1..100})")" = 404 ]
	[ "$(status -X DELETE "$LEADPIPE_SANDBOX_URL/healthz")" = 405 ]
}

@test "bodies beyond 1 MiB and chunked ones arrive whole" {
	sandbox
	{ printf 'pad=' && head -c 3000000 /dev/zero | tr '\0' a
		printf '&grant_type=client_credentials&client_id=%s&client_secret=%s' "$SF_CLIENT_ID" "$SF_CLIENT_SECRET"; } >form
	url=$SF_LOGIN_URL/services/oauth2/token
	[ "$(status --data-binary @form "$url")" = 200 ]
	[ "$(status --data-binary @form -H 'Transfer-Encoding: chunked' "$url")" = 200 ]
	[ "$(status --data-binary @form -H 'Content-Encoding: gzip' "$url")" = 415 ]
}

@test "requests are told with -v only" {
	sandbox
	get campaigns >/dev/null
	[ ! -s sandbox.log ]
	sandbox -v
	get campaigns >/dev/null
	grep -q 'GET /v1/campaigns: 200' sandbox.log
}

@test "usage: what is wrong is named" {
	run -64 leadpipe-sandbox --fault gaio:429
	[[ $output == *"SERVICE:KIND@WHEN"* ]]
	run -64 leadpipe-sandbox --fault goia:429@1
	[[ $output == *"gaio, bq, bq-upload, sf, sfmc, oauth, metadata"* ]]
	run -64 leadpipe-sandbox --fault gaio:explode@1
	[[ $output == *"reset, lost, cut, slow"* ]]
	run -64 leadpipe-sandbox --fault gaio:short@1
	run -64 leadpipe-sandbox --fault gaio:429@0
	run -64 leadpipe-sandbox --fault gaio:429@1.5
	run -64 leadpipe-sandbox --resource clients
	run -64 leadpipe-sandbox --resource 'a/b=x'
	run -64 leadpipe-sandbox true
	run -65 leadpipe-sandbox --resource clients=not-there
	[[ $output == *"not-there: No such file or directory"* ]]
	run -73 leadpipe-sandbox --data /dev/null/x
	run -0 leadpipe-sandbox --help
	run -0 leadpipe-sandbox --version
}

# ---- faults --------------------------------------------------------------------------------------

@test "a status strikes the Nth request, in the words of the service" {
	sandbox --fault gaio:429@2 --fault sf:500@1 --fault oauth:503@1 --fault metadata:404@1 --fault bq:503@1
	[ "$(get campaigns -o reply.json -w '%{http_code}')" = 200 ]
	[ "$(get campaigns -D head -o reply.json -w '%{http_code}')" = 429 ]
	grep -qi '^retry-after: 0' head
	jq -e '.error | type == "string"' reply.json
	[ "$(get campaigns -o reply.json -w '%{http_code}')" = 200 ]
	[ "$(sf -o reply.json -w '%{http_code}' "$SF_ORG_INSTANCE_URL/services/data")" = 500 ]
	jq -e '.[0].errorCode == "UNKNOWN_EXCEPTION"' reply.json
	[ "$(status -d x=y "$SF_LOGIN_URL/services/oauth2/token")" = 503 ]
	jq -e '.error == "temporarily_unavailable" and .error_description' reply.json
	metadata project/project-id | jq -e '.error.errors[0].reason == "notFound"'
	[ "$(status "$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/p/datasets")" = 503 ]
	jq -e '.error.code == 503 and .error.errors[0].reason == "backendError"' reply.json
	[ "$(count_of faults)" -eq 5 ]
}

@test "a rate strikes by the seed, always the same requests" {
	for run in 1 2; do
		sandbox --seed 5 --fault gaio:503@0.5
		for _ in 1 2 3 4 5 6 7 8 9 10; do get campaigns -o /dev/null -w '%{http_code} '; done >codes$run
	done
	cmp codes1 codes2
	grep -q 503 codes1
	grep -q 200 codes1
	sandbox --fault gaio:500@1.0
	[ "$(get campaigns -o /dev/null -w '%{http_code}')$(get campaigns -o /dev/null -w '%{http_code}')" = 500500 ]
}

@test "reset does nothing, lost does the work: neither answers" {
	sandbox --fault sf:reset@1 --fault sf:lost@3
	url=$SF_ORG_INSTANCE_URL/services/data/v67.0/sobjects/Lead/Gaio_Lead_Id__c/L-1
	run -52 sf -X PATCH "$url" -d '{"LastName":"A","Company":"B"}'
	[ "$(sf -o reply.json -w '%{http_code}' "$url")" = 404 ]
	run -52 sf -X PATCH "$url" -d '{"LastName":"A","Company":"B"}'
	[ "$(sf -o reply.json -w '%{http_code}' "$url")" = 200 ]
}

@test "cut breaks off in the middle of the body" {
	sandbox --fault gaio:cut@1
	get campaigns -o whole.json -D head || [ $? -eq 18 ]
	mv whole.json half.json
	get campaigns -o whole.json
	[ "$(wc -c <half.json)" -eq $(($(wc -c <whole.json) / 2)) ]
	grep -qi "^content-length: $(wc -c <whole.json)" head
}

@test "slow keeps one client waiting, not the others, and not the end" {
	sandbox --fault gaio:slow@1
	get campaigns --max-time 20 -o slow.json 3>&- &
	asked() { [ "$(count_of services.gaio)" -eq 1 ]; }
	within_10s asked
	get campaigns --max-time 2 -o quick.json
	[ ! -s slow.json ]
	sandbox_stop
	wait
	[ ! -s slow.json ]
}

@test "slow answers after three seconds" {
	sandbox --fault gaio:slow@1
	run -28 get campaigns --max-time 1
	sandbox --fault gaio:slow@1
	[ "$(get campaigns -o /dev/null -w '%{time_total}' | cut -d. -f1)" -ge 3 ]
}

@test "expire ends Salesforce's tokens; a new one works" {
	sandbox --fault sf:expire@2
	url=$SF_ORG_INSTANCE_URL/services/data/v67.0/sobjects/Lead/describe
	[ "$(sf -o reply.json -w '%{http_code}' "$url")" = 200 ]
	[ "$(sf -o reply.json -w '%{http_code}' "$url")" = 401 ]
	jq -e '.[0].errorCode == "INVALID_SESSION_ID"' reply.json
	SF_ACCESS_TOKEN=$(sf_token)
	[ "$(sf -o reply.json -w '%{http_code}' "$url")" = 200 ]
}

@test "expire ends Google's tokens; none, and one it never gave out, still work" {
	sandbox
	url=$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/p/datasets
	token=$(metadata instance/service-accounts/default/token | jq -r .access_token)
	[ "$(status -H "Authorization: Bearer $token" "$url")" = 200 ]
	curl -sSf "$LEADPIPE_SANDBOX_URL/_sandbox/fault" -d bq:expire@1
	[ "$(status -H "Authorization: Bearer $token" "$url")" = 401 ]
	jq -e '.error.errors[0].reason == "authError"' reply.json
	[ "$(status -H "Authorization: Bearer of-somebody-else" "$url")" = 200 ]
	[ "$(status "$url")" = 200 ]
	curl -sSf "$LEADPIPE_SANDBOX_URL/_sandbox/fault" -d metadata:expire@1
	token=$(metadata instance/service-accounts/default/token | jq -r .access_token)
	[ "$(status -H "Authorization: Bearer $token" "$url")" = 401 ]
}

@test "faults can be added while it runs, and requests are counted" {
	sandbox
	get campaigns -o /dev/null
	curl -sSf "$LEADPIPE_SANDBOX_URL/_sandbox/fault" -d gaio:500@1
	[ "$(get campaigns -o /dev/null -w '%{http_code}')" = 500 ]
	[ "$(count_of services.gaio)" -eq 2 ]
	[ "$(count_of 'routes["GET /v1/{}"]')" -eq 2 ]
	[ "$(status "$LEADPIPE_SANDBOX_URL/_sandbox/fault" -d gaio:nonsense@1)" = 400 ]
}

# ---- the Gaio API ---------------------------------------------------------------------------------

@test "the token is asked for" {
	sandbox
	[ "$(status "$GAIO_API_URL/leads")" = 401 ]
	[ "$(status -H 'Authorization: Bearer wrong' "$GAIO_API_URL/leads")" = 401 ]
	[ "$(status -H "Authorization: Basic $GAIO_API_TOKEN" "$GAIO_API_URL/leads")" = 401 ]
}

@test "a file's lines come back byte for byte, whatever the page size" {
	printf '%s\n' '{"id":1,"n":1e400,  "big":9007199254740993.10}' '{"id":2,"t":"\u00e9é\/"}' \
		'{"id":3,"updated_at":"2026-11-22T10:00:00-03:00"}' '{"id":3,"id":4}' '{bad}' >rows.ndjson
	printf '{"id":"\xff"}\n' >>rows.ndjson
	sandbox --resource clients=rows.ndjson
	for size in 1 2 6 1000; do
		pages clients $size >got.ndjson
		cmp got.ndjson rows.ndjson
	done
	get 'clients?page_size=1' | LC_ALL=C grep -aq '"count":6,"next":"http://127.0.0.1'
	for wrong in page_size=0 page_size=x cursor=x cursor=AAAA updated_since=x updated_until=2026-02-31; do
		[ "$(get "clients?$wrong" -o reply.json -w '%{http_code}')" = 400 ]
	done
}

@test "an empty file is an empty collection" {
	: >rows.ndjson
	sandbox --resource clients=rows.ndjson --leads 0
	[ "$(get clients)" = '{"count":0,"next":null,"results":[]}' ]
	[ "$(get leads)" = '{"count":0,"next":null,"results":[]}' ]
	[ "$(get touchpoints)" = '{"count":0,"next":null,"results":[]}' ]
}

@test "updated_since and updated_until choose rows and count; they hold over pages" {
	for d in 20 21 22 23; do
		printf '{"d":%s,"updated_at":"2026-11-%sT00:00:00Z"}\n{"d":%s,"updated_at":"2026-11-%sT12:00:00+00:00"}\n' $d $d $d $d
	done >rows.ndjson
	sandbox --resource clients=rows.ndjson
	pages 'clients' 3 | cmp - rows.ndjson
	get 'clients?updated_since=2026-11-21T00:00:00Z&updated_until=2026-11-22T21:00:00%2B09:00&page_size=2' >one
	jq -e '.count == 3 and (.results | length) == 2' one
	curl -sS -H "Authorization: Bearer $GAIO_API_TOKEN" "$(jq -r .next one)" >two
	jq -e '.count == 3 and .next == null and [.results[].d] == [22]' two
}

@test "leads are the same for the same seed, and as messy as the manual says" {
	for run in "1 7" "2 7" "3 8"; do
		sandbox --leads 3000 --seed "${run#* }"
		pages leads 1000 >"leads${run% *}"
		pages touchpoints 1000 >"touch${run% *}"
	done
	cmp leads1 leads2
	cmp touch1 touch2
	run -1 cmp -s leads1 leads3
	[ "$(jq -r '.id // empty' leads1 | sort -u | wc -l)" -ge 2990 ]
	[ "$(jq -r '.id // empty' leads1 | sort | uniq -d | wc -l)" -ge 30 ]
	[ "$(wc -l <touch1)" -eq 9000 ]
	jq -r .updated_at leads1 >instants
	LC_ALL=C sort -c instants
	jq -r '.consent | type' leads1 | sort -u | tr '\n' ' ' | grep -q 'boolean null number string'
	jq -r '.score | type' leads1 | sort -u | tr '\n' ' ' | grep -q 'null number string'
	grep -q '"external_ref":9007199254740995' leads1
	grep -q '"created_at":"[0-9-]* [0-9:]*-03:00"' leads1
}

@test "bad leads of all four kinds are there" {
	sandbox
	pages leads 1000 >leads
	grep -q '^{"created_at"' leads
	grep -q '"score":"n/a"' leads
	grep -q '"created_at":"2026-02-31T' leads
	grep -q '"consent":"maybe"' leads
}

@test "the database is its owner's alone, and a directory made for it too" {
	umask 022
	sandbox --data made
	[ "$(stat -c %a made made/sandbox.db made/sandbox.db-wal made/sandbox.db-shm | tr '\n' ' ')" = '700 600 600 600 ' ]
	kill -9 "$SANDBOX_PID"
	wait "$SANDBOX_PID" || true
	chmod 755 made
	chmod 644 made/sandbox.db*
	sandbox --data made
	[ "$(stat -c %a made made/sandbox.db made/sandbox.db-wal made/sandbox.db-shm | tr '\n' ' ')" = '755 600 600 600 ' ]
}

@test "--data outlives a restart" {
	printf '{"id":1}\n{"id":2}\n' >rows.ndjson
	sandbox --data kept --resource clients=rows.ndjson
	token=$(sf_token)
	next=$(get 'clients?page_size=1' | jq -r .next)
	sandbox --data kept --resource clients=rows.ndjson
	[ "$(get "clients?${next#*\?}" | jq -c .results)" = '[{"id":2}]' ]
	SF_ACCESS_TOKEN=$token
	[ "$(sf -o reply.json -w '%{http_code}' "$SF_ORG_INSTANCE_URL/services/data/v67.0/sobjects/Lead/describe")" = 200 ]
	printf '{"id":3}\n' >>rows.ndjson
	sandbox --data kept --resource clients=rows.ndjson
	[ "$(get clients | jq -c '[.results[].id]')" = '[1,2,3]' ]
	sandbox_stop
	[ -s kept/sandbox.db ]
}

# ---- tokens --------------------------------------------------------------------------------------

@test "Google's token endpoint checks the assertion's claims" {
	sandbox
	now=$(date +%s)
	url=$LEADPIPE_SANDBOX_URL/token
	grant() { status "$url" -d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer -d "assertion=$(jwt "$1")"; }
	good="\"iss\":\"a@b\",\"scope\":\"s\",\"iat\":$now,\"exp\":$((now + 3600))"
	[ "$(grant "{$good,\"aud\":\"https://oauth2.googleapis.com/token\"}")" = 200 ]
	jq -e '.access_token and .expires_in == 3599 and .token_type == "Bearer"' reply.json
	[ "$(grant "{$good,\"aud\":\"$url\"}")" = 200 ]
	[ "$(grant "{$good,\"aud\":\"https://example.com\"}")" = 400 ]
	jq -e '.error == "invalid_grant"' reply.json
	[ "$(grant "{\"iss\":\"a\",\"aud\":\"$url\",\"scope\":\"s\",\"iat\":1,\"exp\":3601}")" = 400 ]
	[ "$(grant "{\"iss\":\"a\",\"aud\":\"$url\",\"iat\":$now,\"exp\":$((now + 60))}")" = 400 ]
	jq -e '.error == "invalid_scope"' reply.json
	[ "$(status "$url" -d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer -d assertion=x)" = 400 ]
	[ "$(status "$url" -d grant_type=password)" = 400 ]
	jq -e '.error == "unsupported_grant_type"' reply.json
	[ "$(status "$url" -d grant_type=refresh_token -d client_id=x -d "refresh_token=$SF_REFRESH_TOKEN")" = 200 ]
}

@test "Salesforce's token endpoint: JWT as the real clients send it, client credentials, refresh" {
	sandbox
	now=$(date +%s)
	url=$SF_LOGIN_URL/services/oauth2/token
	grant() { status "$url" -d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer -d "assertion=$(jwt "$1")"; }
	who="\"iss\":\"$SF_CLIENT_ID\",\"sub\":\"$SF_USERNAME\""
	[ "$(grant "{$who,\"aud\":\"https://login.salesforce.com\",\"exp\":$((now + 180))}")" = 200 ]
	jq -e --arg url "$SF_LOGIN_URL" '.instance_url == $url and .token_type == "Bearer" and
		(.issued_at | type == "string") and (has("expires_in") | not)' reply.json
	[ "$(grant "{$who,\"aud\":\"$SF_LOGIN_URL/\",\"exp\":\"$((now + 180))\"}")" = 200 ]
	[ "$(grant "{$who,\"aud\":\"https://test.salesforce.com/\",\"exp\":$((now + 180))000}")" = 200 ]
	[ "$(grant "{$who,\"aud\":\"https://example.com\",\"exp\":$((now + 180))}")" = 400 ]
	[ "$(grant "{$who,\"aud\":\"$SF_LOGIN_URL\",\"exp\":$((now - 1))}")" = 400 ]
	jq -e '.error == "invalid_grant"' reply.json
	[ "$(grant "{\"iss\":\"x\",\"sub\":\"$SF_USERNAME\",\"aud\":\"$SF_LOGIN_URL\",\"exp\":$((now + 180))}")" = 400 ]
	jq -e '.error == "invalid_client_id"' reply.json
	[ "$(grant "{\"iss\":\"$SF_CLIENT_ID\",\"sub\":\"x\",\"aud\":\"$SF_LOGIN_URL\",\"exp\":$((now + 180))}")" = 400 ]
	[ "$(status "$url" -u "$SF_CLIENT_ID:$SF_CLIENT_SECRET" -d grant_type=client_credentials)" = 200 ]
	[ "$(status "$url" -u "$SF_CLIENT_ID:wrong" -d grant_type=client_credentials)" = 400 ]
	jq -e '.error == "invalid_client"' reply.json
	[ "$(status "$url" -d grant_type=refresh_token -d "client_id=$SF_CLIENT_ID" -d "refresh_token=$SF_REFRESH_TOKEN")" = 200 ]
	[ "$(status "$url" -d grant_type=refresh_token -d "client_id=$SF_CLIENT_ID" -d refresh_token=x)" = 400 ]
	[ "$(status "$url" -d grant_type=password)" = 400 ]
}

@test "the metadata server demands its header and gives it back" {
	sandbox
	[ "$(status "http://$GCE_METADATA_HOST/computeMetadata/v1/project/project-id")" = 403 ]
	[ "$(metadata project/project-id)" = "$GOOGLE_CLOUD_PROJECT" ]
	metadata instance/service-accounts/default/token | jq -e '.access_token and .expires_in'
	curl -sSD head "http://$GCE_METADATA_HOST" -o /dev/null
	grep -qi '^metadata-flavor: google' head
}
