#!/usr/bin/env bats
# Servers that are broken or hostile, against every program that asks one: the run ends with a documented status,
# one line about it (or two), in little memory and soon, and nothing that it prints holds a secret.

load helper

teardown() {
	[ -z "${SERVER_PID:-}" ] || kill "$SERVER_PID" 2>/dev/null || true
}

# serve REPLY...: a server of these replies, on $PORT.
serve() {
	[ -z "${SERVER_PID:-}" ] || { kill "$SERVER_PID" && wait "$SERVER_PID" || true; } 2>/dev/null
	page_server requests.log "$@"
	SERVER_PID=$!
	PORT=$port
}

# ---- the replies ----

# reply NAME HEAD BODY, in printf's escapes; @PORT@ becomes the server's port.
reply() {
	printf '%b' "HTTP/1.1 $2\r\nConnection: close\r\n\r\n$3" >"$1"
}

# Small replies, a file each.
make_replies() {
	mkdir replies
	cd replies || return 1
	local json='Content-Type: application/json'
	reply html '200 OK\r\nContent-Type: text/html' '<html><body>Sign in</body></html>'
	reply empty '200 OK' ''
	reply no-content '204 No Content' ''
	reply reset-content '205 Reset Content' ''
	reply not-modified '304 Not Modified' ''
	reply elsewhere '301 Moved\r\nLocation: https://evil.example/' ''
	reply file '307 Temporary\r\nLocation: file:///etc/passwd' ''
	reply same-place '302 Found\r\nLocation: /' ''
	reply incomplete '308 Resume' ''
	reply moved '308 Permanent\r\nLocation: https://evil.example/' ''
	reply switching '101 Switching Protocols\r\nUpgrade: h2c' 'x'
	reply status-0 '0 OK' '{}'
	reply status-999 '999 Odd' '{}'
	reply status-negative '-200 OK' '{}'
	reply status-word 'OK OK' '{}'
	reply null "200 OK\r\n$json" 'null'
	reply true "200 OK\r\n$json" 'true'
	reply number "200 OK\r\n$json" '17'
	reply text "200 OK\r\n$json" '"text"'
	reply list "200 OK\r\n$json" '[]'
	reply object "200 OK\r\n$json" '{}'
	reply lists "200 OK\r\n$json" '[[[]],[{"id":[]}],null]'
	reply types "200 OK\r\n$json" '{"id":{},"fields":7,"access_token":[],"jobReference":"x","status":[],"results":{},"items":"x","requestId":{},"state":5,"schema":[],"rows":{}}'
	reply nulls "200 OK\r\n$json" '{"id":null,"fields":null,"access_token":null,"jobReference":null,"status":null,"results":null,"requestId":null}'
	reply twice "200 OK\r\n$json" '{"id":1,"id":2,"results":[],"results":[]}'
	reply half "200 OK\r\n$json" '{"results":[{"id":1},{"id"'
	reply more "200 OK\r\n$json" '{"results":[]}{"results":[]}'
	reply utf8 "200 OK\r\n$json" '{"a":"\xff\xfe","results":[{"a":"\xc0\xaf"}]}'
	reply surrogate "200 OK\r\n$json" '{"a":"\\ud800"}'
	reply nul "200 OK\r\n$json" '{"a":"x\x00y"}'
	reply nul-escape "200 OK\r\n$json" '{"id":"x\\u0000y","access_token":"x\\u0000y","a\\u0000":1}'
	reply nul-head '200 OK\r\nX: a\x00b' '{}'
	reply bom "200 OK\r\n$json" '\xef\xbb\xbf{}'
	reply exponent "200 OK\r\n$json" '{"expires_in":1e999,"count":1e999,"id":1e999}'
	reply huge-number "200 OK\r\n$json" '{"access_token":"t","rest_instance_url":"http://127.0.0.1:1","expires_in":9223372036854775807}'
	reply controls "403 No\r\n$json" '{"error":{"message":"a\\u001b[2Jb\\u0007\\u009b2J","code":403},"error_description":"\\u001b]0;x\\u0007"}'
	reply bidi "400 No\r\n$json" '[{"errorCode":"\\u202eX","message":"\\u2066y\\u001b[31m"}]'
	reply lines "400 No\r\n$json" '{"error":"one\\ntwo\\r\\nthree","message":"a\\nb","error_description":"c\\nd"}'
	reply denied '401 No\r\nWWW-Authenticate: Basic realm="x"' ''
	reply negotiate '401 No\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM' ''
	reply proxy '407 No\r\nProxy-Authenticate: Basic realm="x"' ''
	reply later '429 Slow\r\nRetry-After: 99999999999999999999' ''
	reply never '503 Slow\r\nRetry-After: -1\r\nRetry-After: never' ''
	reply gzip '200 OK\r\nContent-Encoding: gzip' '{"results":[]}'
	reply gzip-cut '200 OK\r\nContent-Encoding: gzip' '\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab'
	reply encoding '200 OK\r\nContent-Encoding: rot13, gzip, gzip, gzip, gzip, gzip, gzip' '{}'
	reply length-more '200 OK\r\nContent-Length: 1000' '{"results":['
	reply length-less '200 OK\r\nContent-Length: 3' '{"results":[{"a":1}]}'
	reply length-negative '200 OK\r\nContent-Length: -1' '{}'
	reply length-word '200 OK\r\nContent-Length: many' '{}'
	reply length-twice '200 OK\r\nContent-Length: 2\r\nContent-Length: 3' '{} '
	reply length-huge '200 OK\r\nContent-Length: 99999999999999999999999' '{}'
	reply length-and-chunks '200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked' '5\r\n{   }\r\n0\r\n\r\n'
	reply chunk-cut '200 OK\r\nTransfer-Encoding: chunked' '10\r\n{"resu'
	reply chunk-size '200 OK\r\nTransfer-Encoding: chunked' 'zz\r\n{}\r\n0\r\n\r\n'
	reply chunk-huge '200 OK\r\nTransfer-Encoding: chunked' 'ffffffffffffffff\r\n{}\r\n0\r\n\r\n'
	reply chunk-negative '200 OK\r\nTransfer-Encoding: chunked' '-2\r\n{}\r\n0\r\n\r\n'
	reply folded '200 OK\r\nX: a\r\n b\r\n\tc' '{}'
	reply nameless '200 OK\r\n: x\r\nno colon' '{}'
	printf 'SSH-2.0-OpenSSH_9.2\r\n' >ssh
	printf 'HTTP/1.1 200 OK\r\n' >head-cut
	printf 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n' >continue-only
	printf 'HTTP/9.9 200 OK\r\n\r\n{}' >version
	cd ..
}

LARGE='wide wide-object wide-texts wide-rows wide-refusal deep deep-object long-text long-number endless endless-refusal
	endless-chunks endless-trailer long-header many-headers headers-1M continues early-hints status-line no-head bomb
	drip echo drop reset stall'

every_reply() {
	make_replies
	printf '%s\n' replies/*
	# shellcheck disable=SC2086 # words
	printf '@%s\n' $LARGE
}

# One of each sort, for the steps of a program that share their code with another.
some_replies() {
	make_replies
	printf 'replies/%s\n' html empty elsewhere types nulls half utf8 nul-escape controls denied gzip-cut chunk-cut
	printf '@%s\n' wide deep bomb echo drop
}

# ---- the runs ----

# What no program may print.
export GAIO_API_TOKEN=gaio-t0ken SF_ACCESS_TOKEN=salesforce-t0ken GOOGLE_CLOUD_PROJECT=project
LIMIT_KB=400000

# Judges the run that left `out` and `err`.
judge() { # PROGRAM REPLY STATUS
	local lines why=
	lines=$(wc -l <err)
	[ "$3" -eq 0 ] || [ "$(grep -c "^$1: " err)" -eq "$lines" ] || why='not one of our lines'
	case $3 in 0) ;; *) [ "$lines" -eq 1 ] || [ "$lines" -eq 2 ] || why="$lines lines" ;; esac # what, and what it means
	case $3 in 0 | 65 | 69 | 75 | 77 | 78) ;; *) why="status $3" ;; esac
	! grep -q 't0ken\|s3cret' out err || why='a secret'
	! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" err || why='a control byte'
	[ -z "$why" ] || { echo "$1, $2: $why"; head -c 400 err; return 1; }
}

# attack "FIRST REPLIES" REPLIES COMMAND...: the first requests get these replies, then each of the others in turn.
attack() {
	local first=$1 replies=$2 one status n=0
	shift 2
	"$replies" >list
	while read -r one; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # words
		serve $first "$one"
		status=0
		(
			point
			sanitized || ulimit -v $LIMIT_KB
			exec timeout 20 "$@" --tries 1 --timeout 1 # 124: it has no end
		) >out 2>err </dev/null || status=$?
		judge "$1" "$one" $status
	done <list
	[ $n -ge 15 ]
}

google_user() {
	jq -n --arg url "http://127.0.0.1:$PORT/token" '{type: "authorized_user", client_id: "id", client_secret: "google-s3cret",
		refresh_token: "refresh-t0ken", token_uri: $url}' >user.json
	chmod 600 user.json
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/user.json CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY=http://127.0.0.1:$PORT
}

TOKEN='{"access_token":"google-t0ken","expires_in":3600}'
FINISHED='{"jobReference":{"projectId":"project","jobId":"j","location":"US"},"status":{"state":"DONE"},"statistics":{"query":{"statementType":"SELECT"}},"configuration":{"query":{}}}'

@test "gaio-fetch: every reply, in place of the first page" {
	point() { export GAIO_API_URL=http://127.0.0.1:$PORT/v1; }
	attack '' every_reply gaio-fetch -q leads
}

@test "gaio-fetch: in place of a later page" {
	point() { export GAIO_API_URL=http://127.0.0.1:$PORT/v1; }
	reply page '200 OK' '{"results":[{"a":1}],"next":"?page=2"}'
	attack page some_replies gaio-fetch -q leads
}

@test "Google's token endpoint" {
	point() { google_user; }
	attack '' some_replies bq-query -q --wait 1 'SELECT 1'
}

@test "bq-query: every reply, in place of the job" {
	point() { google_user; }
	reply token '200 OK' "$TOKEN"
	attack token every_reply bq-query -q --wait 1 'SELECT 1'
}

# A page of rows may take an hour, as long as bytes come.
all_but_drip() {
	every_reply | grep -v drip
}

@test "bq-query: in place of the rows" {
	point() { google_user; }
	reply token '200 OK' "$TOKEN"
	reply finished '200 OK' "$FINISHED"
	attack 'token finished' all_but_drip bq-query -q --wait 1 'SELECT 1'
}

@test "bq-load: every reply" {
	point() { google_user; }
	echo '{"a":1}' >rows
	reply token '200 OK' "$TOKEN"
	attack token every_reply bq-load -q --wait 1 d.t rows
}

@test "bq-merge: every reply" {
	point() { google_user; }
	reply token '200 OK' "$TOKEN"
	attack token every_reply bq-merge -q --wait 1 --key id --from d.s --into d.t
}

@test "gaio-fetch: a key in a header of its own that the API echoes, packed or not" {
	echo '{"url":"http://127.0.0.1:@PORT@/","auth":{"header":{"name":"X-Key","env":"KEY"}},"resources":{"leads":{"path":"l","rows":"data"}}}' >source
	reply echoed '400 No' '{"message":"bad key k3y-s3cret"}'
	reply fine '200 OK' '{"error":{"message":"bad key k3y-s3cret"},"data":[]}'
	{
		printf 'HTTP/1.1 400 No\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n'
		printf '{"message":"bad key k3y-s3cret"}' | gzip
	} >packed
	for one in echoed fine packed; do
		serve "$one"
		sed "s/@PORT@/$PORT/" source >source.json
		KEY=k3y-s3cret run ! --separate-stderr timeout 20 gaio-fetch -q -s source.json --tries 1 leads
		[[ $stderr == *'bad key ***'* && $stderr$output != *s3cret* ]]
	done
}

DESCRIBE='{"name":"Lead","fields":[{"name":"X__c","type":"string","externalId":true,"createable":true,"updateable":true}]}'

@test "sfdc-upsert: the login" {
	point() {
		unset SF_ACCESS_TOKEN
		export SF_LOGIN_URL=http://127.0.0.1:$PORT SF_CLIENT_ID=id SF_CLIENT_SECRET=salesforce-s3cret
	}
	echo '{"X__c":"1"}' >rows
	attack '' some_replies sfdc-upsert -q --object Lead --external-id X__c rows
}

@test "sfdc-upsert: every reply, in place of the description" {
	point() { export SF_ORG_INSTANCE_URL=http://127.0.0.1:$PORT; }
	echo '{"X__c":"1"}' >rows
	attack '' every_reply sfdc-upsert -q --object Lead --external-id X__c rows
}

@test "sfdc-upsert: in place of the answers" {
	point() { export SF_ORG_INSTANCE_URL=http://127.0.0.1:$PORT; }
	echo '{"X__c":"1"}' >rows
	reply describe '200 OK' "$DESCRIBE"
	attack describe every_reply sfdc-upsert -q --object Lead --external-id X__c rows
}

@test "sfdc-upsert: in place of a Bulk job's results" {
	local job='{"id":"750000000000000AAA","state":"JobComplete","numberRecordsProcessed":1,"numberRecordsFailed":0}'
	point() { export SF_ORG_INSTANCE_URL=http://127.0.0.1:$PORT; }
	echo '{"X__c":"1"}' >rows
	reply describe '200 OK' "$DESCRIBE"
	reply job '200 OK' "$job"
	attack 'describe job job job job' some_replies sfdc-upsert -q --api bulk --poll 1 --wait 1 --object Lead --external-id X__c rows
}

sfmc_here() {
	export SFMC_AUTH_URL=http://127.0.0.1:$PORT SFMC_CLIENT_ID=id SFMC_CLIENT_SECRET=marketing-s3cret
}

@test "sfmc-upsert: the login" {
	point() { sfmc_here; }
	echo '{"k":"1"}' >rows
	attack '' every_reply sfmc-upsert -q --no-token-cache --extension E --key k rows
}

@test "sfmc-upsert: in place of the answers" {
	point() { sfmc_here; }
	echo '{"k":"1"}' >rows
	reply token '200 OK' '{"access_token":"marketing-t0ken","expires_in":1079,"rest_instance_url":"http://127.0.0.1:@PORT@/"}'
	attack token some_replies sfmc-upsert -q --no-token-cache --grace 0 --wait 0 --extension E --key k rows
	rm -r replies
	attack token some_replies sfmc-upsert -q --no-token-cache --sync --extension E --key k rows
}

# ---- servers that never come to an end, and what else is not in the tables ----

@test "a BigQuery job that runs on: --wait ends the run with 75 and names it" {
	reply running '200 OK' '{"jobReference":{"projectId":"project","jobId":"j","location":"EU"},"status":{"state":"RUNNING"}}'
	serve running
	export BIGQUERY_EMULATOR_HOST=http://127.0.0.1:$PORT
	run -75 --separate-stderr timeout 20 bq-query -q --wait 1 --once it 'SELECT 1'
	[[ $stderr == 'bq-query: job leadpipe_'*': still RUNNING after the 1 s of --wait; it goes on in BigQuery' ]]
	[ "$(grep -c '^GET' requests.log)" -ge 2 ]
	for program in 'bq-query SELECT' 'bq-load d.t' 'bq-merge --from d.s --into d.t'; do
		for option in --wait --timeout; do
			# shellcheck disable=SC2086 # words
			run -64 --separate-stderr $program $option 0
		done
	done
}

@test "Bulk jobs that run on: 75, all are named, and the rows are unprocessed" {
	local job='{"id":"75000000000000%sAAA","state":"InProgress","numberRecordsProcessed":0,"numberRecordsFailed":0}' jobs=() n
	reply describe '200 OK' "$DESCRIBE"
	for n in 1 2; do
		# shellcheck disable=SC2059 # a template
		reply "job$n" '200 OK' "$(printf "$job" $n)"
		jobs+=("job$n" "job$n" "job$n") # made, uploaded, closed
	done
	serve describe "${jobs[@]}"
	printf '{"X__c":"%s"}\n' 1 2 >rows
	SF_ORG_INSTANCE_URL=http://127.0.0.1:$PORT run -75 --separate-stderr timeout 20 \
		sfdc-upsert -q --api bulk --job-rows 1 --poll 1 --wait 1 --object Lead --external-id X__c rows
	[[ $stderr == *'not over after the 1 s of --wait, and still going on in Salesforce: job 7500'*', 7500'* ]]
	[ "$(jq -r 'select(.status) | .status + " " + .error.code' <<<"$output" | sort -u)" = 'unprocessed JOB_NOT_OVER' ]
}

@test "a NUL in a reply is text: the rows that Salesforce took are told as taken" {
	reply describe '200 OK' "$DESCRIBE"
	reply results '200 OK' '[{"id":"00Q000000000001AAA","success":true,"created":true,"errors":[]},{"success":false,"errors":[{"statusCode":"BAD","message":"a\\u0000b","fields":[]}]}]'
	serve describe results
	printf '{"X__c":"%s"}\n' 1 2 >rows
	SF_ORG_INSTANCE_URL=http://127.0.0.1:$PORT run -1 --separate-stderr sfdc-upsert -q --rejects bad --object Lead --external-id X__c rows
	[ "${lines[0]}" = '{"line":1,"external_id":"1","id":"00Q000000000001AAA","status":"created"}' ]
	jq -e '.error.message == "a\u0000b"' <<<"${lines[1]}"
}

@test "Bulk results longer than the job can make them are refused, and do not fill the disk" {
	local job='{"id":"750000000000000AAA","state":"JobComplete","numberRecordsProcessed":1,"numberRecordsFailed":0}' results
	reply describe '200 OK' "$DESCRIBE"
	reply job '200 OK' "$job"
	echo '{"X__c":"1"}' >rows
	for results in @long-text @bomb @endless @endless-chunks; do
		serve describe job job job job "$results"
		SF_ORG_INSTANCE_URL=http://127.0.0.1:$PORT run -69 --separate-stderr bash -c "ulimit -f 1024; exec timeout 20 \
			sfdc-upsert -q --api bulk --poll 1 --object Lead --external-id X__c rows"
		[[ $stderr == *'the reply is longer than its content can be'* ]]
	done
}

@test "a wide reply takes little memory" {
	sanitized && skip 'a sanitizer has memory of its own'
	serve @wide-refusal @wide
	for n in 1 2; do
		SF_ORG_INSTANCE_URL=http://127.0.0.1:$PORT run bash -c "ulimit -v 200000; exec sfdc-upsert -q --tries 1 --object Lead --external-id X__c <<<'{\"X__c\":\"1\"}'"
		[ "$status" -eq $((n == 1 ? 75 : 69)) ]
	done
}

@test "TLS 1.1 is not offered, and what a program remembers stays out of core files" {
	serve @stall
	GAIO_API_URL=https://127.0.0.1:$PORT/v1 gaio-fetch -q --tries 1 --timeout 2 leads >out 2>err &
	local pid=$! n
	for ((n = 0; n < 100; n++)); do # it has connected
		[ ! -e /proc/$pid/net/tcp ] || ! grep -qi ":$(printf %04X "$PORT") 01 " /proc/$pid/net/tcp || break
		sleep 0.05
	done
	grep -qE '^Max core file size +0 +0 ' /proc/$pid/limits
	wait $pid || true
	for ((n = 0; n < 100; n++)); do # the server writes what it has read once the client has gone
		[ ! -s requests.log ] || break
		sleep 0.05
	done
	# supported_versions (43), five bytes: a list of four, 1.3 and 1.2
	xxd -p requests.log | tr -d '\n' | grep -q 002b00050403040303
}
