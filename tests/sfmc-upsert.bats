load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	cat >rows <<-'END'
		{"SubscriberKey":"L-1","LastName":"O'Brien, \"x\"","Email":"a@example.com","Score":8474.34}
		{"LastName":"é\n😀","SubscriberKey":"L-2","FirstName":null}
		{"subscriberkey":3,"lastname":"C","Consent":true}
	END
}

leads() {
	sfmc-upsert -q --extension leads --key SubscriberKey "$@"
}

requests() { # PATTERN: how often that route was asked for
	curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq --arg p "$1" '.routes | to_entries | map(select(.key | contains($p)) | .value) | add // 0'
}

stored() { # [EXTENSION]: all rows, keys and values together
	local token
	token=$(curl -sS "$SFMC_AUTH_URL/v2/token" -d grant_type=client_credentials -d "client_id=$SFMC_CLIENT_ID" \
		-d "client_secret=$SFMC_CLIENT_SECRET" | jq -r .access_token)
	curl -sS -H "Authorization: Bearer $token" "$SFMC_AUTH_URL/data/v1/customobjectdata/key/${1:-leads}/rowset" |
		jq -c '.items[] | .keys + .values'
}

many() { # N [START]
	seq -f '{"SubscriberKey":"K-%.0f","LastName":"X"}' "${2:-1}" "$1"
}

each() { # each FIELD: of all results
	jq -r "$1" | xargs
}

@test "rows go in asynchronously; every one has its result, in input order" {
	sandbox
	leads rows >out
	cmp out <<-'END'
		{"line":1,"external_id":"L-1","id":null,"status":"updated"}
		{"line":2,"external_id":"L-2","id":null,"status":"updated"}
		{"line":3,"external_id":3,"id":null,"status":"updated"}
	END
	stored >now
	[ "$(jq -s 'length' now)" = 3 ]
	jq -es '.[1] | .LastName == "O'"'"'Brien, \"x\"" and .Score == "8474.34"' now
	jq -es '.[2] | .LastName == "é\n😀" and .FirstName == null' now
	[ "$(requests 'PUT ')" = 1 ]
}

@test "--sync: 50 rows a call, keys and values apart" {
	sandbox
	(cat rows; many 100) | leads --sync >out
	[ "$(wc -l <out)" = 103 ]
	[ "$(each .status <out | tr ' ' '\n' | sort -u)" = updated ]
	[ "$(requests rowset)" = 3 ]
	[ "$(stored | wc -l)" = 103 ]
}

bad_rows() {
	many 10
	echo '{"SubscriberKey":"B-1","LastName":"X","Email":"nope"}'
	many 20 11
	echo '{"SubscriberKey":"B-2"}'
	echo '{"SubscriberKey":null,"LastName":"X"}'
	echo '{"SubscriberKey":"B-3","LastName":"X","Score":"x"}'
	many 22 21
}

check_bad() {
	[ "$(jq -r 'select(.status == "failed") | .line' out | xargs)" = "11 22 23 24" ]
	[ "$(jq -r 'select(.status == "updated") | .external_id' out | wc -l)" = 22 ]
	jq -es '.[10] | .external_id == "B-1" and .row.Email == "nope" and (.error.message | contains("email"))' out
	jq -es '.[22] | .external_id == null and .error.code == "KEY_MISSING" and .error.fields == ["SubscriberKey"]' out
	[ "$(jq -c .row bad | wc -l)" = 4 ]
	[ "$(jq -s '[.[].line] == [11, 22, 23, 24]' bad)" = true ]
	[ "$(stored | wc -l)" = 22 ]
}

@test "a bad row fails by itself, with its reason, asynchronously" {
	sandbox
	bad_rows >in
	run -1 leads --rejects bad in
	printf '%s\n' "$output" >out
	check_bad
	jq -es '.[23].error | .fields == ["Score"] and .code == "70003"' out
}

@test "a bad row fails by itself, with its reason, at once: calls are halved" {
	sandbox
	bad_rows >in
	run -1 leads --sync --rejects bad in
	printf '%s\n' "$output" >out
	check_bad
}

@test "rejects can be fed in again" {
	sandbox
	run -1 leads --rejects bad - <<<'{"SubscriberKey":"A","LastName":"X","Email":"no"}'
	jq -c '.row | .Email = "yes@example.com"' bad | leads >out
	[ "$(stored | jq -r .Email)" = yes@example.com ]
}

@test "rows that ask for it are sent again, until they are done" {
	sandbox
	fault sfmc:deadlock@1
	many 7 | leads -v >out 2>log
	[ "$(each .status <out)" = "updated updated updated updated updated updated updated" ]
	[ "$(stored | wc -l)" = 7 ]
	[ "$(requests 'PUT ')" = 2 ]
}

@test "rows that ask for it in vain fail in the end" {
	sandbox --fault sfmc:deadlock@1.0
	many 32 >in
	run -1 leads in
	[ "$(jq -r 'select(.status == "failed") | .external_id' <<<"$output")" = K-32 ]
	[[ $output == *"Rerun the transaction."* ]]
	[ "$(requests 'PUT ')" = 5 ]
}

@test "a request that nobody picks up: its rows are unprocessed, and so are those behind them" {
	sandbox --fault sfmc:forget@1
	run -75 --separate-stderr leads --grace 0 rows
	[ "$(head -3 <<<"$output" | jq -r '[.status, .error.code] | join(" ")' | sort -u)" = "unprocessed NOT_PICKED_UP" ]
	[ "$(head -3 <<<"$output" | jq -c .row)" = "$(jq -c . rows)" ]
	tail -1 <<<"$output" | jq -e '."@end".ok == false'
	fault sfmc:forget@1
	run -75 --separate-stderr leads --wait 0 rows
	[[ $output == *NOT_COMPLETE* ]]
}

@test "28,000 rows a call, 2,500 results a page" {
	sandbox
	many 30000 >in
	leads in >out
	[ "$(wc -l <out)" = 30000 ]
	[ "$(jq -r .external_id out | cmp - <(jq -r .SubscriberKey in) && echo same)" = same ]
	[ "$(requests 'PUT ')" = 2 ]
	[ "$(requests results)" = 13 ]
}

@test "5 MB a call; a row that no call can hold fails" {
	sandbox
	seq 3 | jq -c '{SubscriberKey: "K-\(.)", LastName: "X", FirstName: ("x" * 2600000)}' >in
	run -1 leads in
	[ "$(jq -r .error.fields[0] <<<"$output" | sort -u)" = FirstName ]
	[ "$(requests 'PUT ')" = 3 ]
	run -1 leads --max-line 8M - <<<"$(jq -nc '{SubscriberKey: "K", LastName: ("x" * 5000000)}')"
	[ "$(jq -r .error.code <<<"$output")" = ROW_TOO_LARGE ]
}

@test "two rows of one key never share a call: the later one wins" {
	sandbox
	printf '{"SubscriberKey":"%s","LastName":"%s"}\n' A one B x a two >in
	leads in >out
	[ "$(wc -l <out)" = 3 ]
	[ "$(requests 'PUT ')" = 2 ]
	[ "$(stored | jq -r .LastName | xargs)" = "two x" ]
}

@test "a key of two columns: external_id is an array" {
	sandbox
	printf '%s\n' '{"Campaign":"c","SubscriberKey":"A","Weight":1}' '{"SubscriberKey":"A","Campaign":"d"}' |
		sfmc-upsert -q --extension Interests --key SubscriberKey,Campaign >out
	cmp out <<-'END'
		{"line":1,"external_id":["A","c"],"id":null,"status":"updated"}
		{"line":2,"external_id":["A","d"],"id":null,"status":"updated"}
	END
	[ "$(stored interests | wc -l)" = 2 ]
	printf '%s\n' '{"Campaign":"c","SubscriberKey":"A","Weight":1}' |
		sfmc-upsert -q --sync --extension Interests --key SubscriberKey,Campaign >out
	[ "$(stored interests | head -1 | jq -r .Weight)" = 1 ]
}

@test "the token is kept in a private file until it expires, and renewed when it is refused" {
	sandbox
	leads rows >out
	leads rows >out
	[ "$(requests '/v2/token')" = 1 ]
	[ "$(stat -c %a cache/leadpipe cache/leadpipe/*.json | xargs)" = "700 600" ]
	fault sfmc:expire@2
	leads rows >out
	[ "$(requests '/v2/token')" = 2 ]
	leads --no-token-cache rows >out
	[ "$(requests '/v2/token')" = 3 ]
	chmod 646 cache/leadpipe/*.json
	leads rows >out
	[ "$(requests '/v2/token')" = 4 ]
	jq -c '.expires = 1' cache/leadpipe/*.json >old
	cat old >"$(echo cache/leadpipe/*.json)"
	leads rows >out
	[ "$(requests '/v2/token')" = 5 ]
	echo '{' >"$(echo cache/leadpipe/*.json)"
	leads rows >out
	[ "$(requests '/v2/token')" = 6 ]
	rm -r cache
	env -u HOME -u XDG_CACHE_HOME sfmc-upsert -q --extension leads --key SubscriberKey rows >out
	[ ! -e cache ]
}

@test "the token's file: a folder that others had a hand in is not used, a link is not followed" {
	local file
	sandbox
	mkdir -p cache/leadpipe elsewhere
	chmod 777 cache/leadpipe
	leads rows >out
	leads rows >out
	[ "$(requests '/v2/token') $(ls cache/leadpipe)" = "2 " ]
	rmdir cache/leadpipe
	ln -s ../elsewhere cache/leadpipe
	run -0 --separate-stderr sfmc-upsert -v --extension leads --key SubscriberKey rows
	[[ $stderr == *"cache/leadpipe: no folder of this user's alone"* ]]
	[ -z "$(ls elsewhere)" ]
	rm cache/leadpipe
	leads rows >out
	file=$(echo cache/leadpipe/*.json)
	rm "$file"
	echo precious >elsewhere/victim
	ln -s "$PWD/elsewhere/victim" "$file.new"
	leads rows >out
	[ "$(cat elsewhere/victim) $(stat -c '%F %a' "$file")" = "precious regular file 600" ]
	rm "$file"
	touch "$file.new" && chmod 666 "$file.new"
	leads rows >out
	[ "$(stat -c '%F %a' "$file")" = "regular file 600" ]
}

@test "many runs at once: one token's file, whole" {
	local i pids=()
	sandbox
	for i in {1..8}; do
		leads rows >"out.$i" 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	[ "$(cat out.* | jq -r .status | sort | uniq -c | xargs)" = "24 updated" ]
	[ "$(ls cache/leadpipe | wc -l) $(stat -c %a cache/leadpipe/*)" = "1 600" ]
	leads rows >out
	jq -e .access_token cache/leadpipe/*.json
}

@test "faults at every request: both kinds of 429, 503, lost and reset replies, an expired token" {
	sandbox
	for spec in 429@1 blocked@3 lost@5 reset@7 expire@8; do
		fault "sfmc:$spec"
	done
	many 3 | leads >out
	fault sfmc:lost@1
	fault sfmc:503@4
	many 3 | leads >out2
	cmp out out2
	[ "$(each .status <out)" = "updated updated updated" ]
	[ "$(stored | wc -l)" = 3 ]
}

@test "credentials that are wrong or missing" {
	sandbox
	SFMC_CLIENT_SECRET=x run -77 --separate-stderr leads rows
	[[ $stderr == *"login at SFMC_AUTH_URL: invalid_client"* ]]
	[ "$(head -1 <<<"$output" | jq -r '.status + " " + .error.code')" = "unprocessed LOGIN_FAILED" ]
	SFMC_ACCOUNT_ID=7 run -77 leads rows
	SFMC_ACCOUNT_ID=x run -78 leads rows
	for name in SFMC_AUTH_URL SFMC_CLIENT_ID SFMC_CLIENT_SECRET; do
		run -78 env -u $name sfmc-upsert --extension leads --key SubscriberKey rows
	done
	SFMC_AUTH_URL=http://example.com run ! leads rows
}

@test "an extension that is not there ends the run" {
	sandbox
	run -69 --separate-stderr sfmc-upsert --extension nowhere --key SubscriberKey rows
	[[ $output == *CustomObjectNotFound* ]]
	run -69 sfmc-upsert --sync --extension nowhere --key SubscriberKey rows
}

@test "streams: seal, failing end record, a cut row, lines that are no rows, usage" {
	sandbox
	run -66 leads --seal <rows
	[ "$(requests 'PUT ')" = 0 ]
	run -66 --separate-stderr leads - <<<'{"SubscriberKey":"A","LastName":"X"}
{"@end":{"ok":false,"tool":"bq-query","error":"x"}}'
	jq -es '.[0].status == "unprocessed" and .[0].error.code == "INPUT_FAILED" and .[1]["@end"].tool == "bq-query"' <<<"$output"
	run -65 leads - < <(printf '{"SubscriberKey":"A"')
	run -65 leads - <<<x
	run -1 leads --rejects bad - <<<'x
{"SubscriberKey":"A","LastName":"X"}'
	[ "$(jq -r .status <<<"$output" | xargs)" = "failed updated" ]
	(cat rows; echo '{"@end":{"ok":true,"tool":"t","rows":3}}') | leads --seal | tail -1 | jq -e '."@end".rows == 3'
	run -74 bash -c 'sfmc-upsert -q --extension leads --key SubscriberKey rows >/dev/full'
	run -64 leads --key a,
	run -64 sfmc-upsert --key a rows
	run -64 sfmc-upsert --extension a rows
	run -64 leads --grace x rows
	run -73 leads --rejects no/where rows
}

@test "killed in the middle: what it said is done is done, and the next run sends the rest" {
	local pid said
	sandbox
	many 60000 >in
	ndjson-diff -q --key SubscriberKey --state state in >out
	mkfifo results.pipe
	sfmc-upsert -q --extension leads --key SubscriberKey out >results.pipe 3>&- &
	pid=$!
	{
		head -n 28000
		kill -KILL $pid
		cat
	} <results.pipe >results
	wait $pid || [ $? -eq 137 ]
	said=$(jq -R 'fromjson? | select(.status == "updated")' results | jq -s length)
	[ "$said" -ge 28000 ] && [ "$said" -lt 60000 ]
	stored | jq -r .SubscriberKey | sort >stored
	jq -rR 'fromjson? | .external_id // empty' results | sort | comm -23 - stored | wc -l | grep -qx 0
	run -1 ndjson-diff -q --state state --commit results
	ndjson-diff -q --key SubscriberKey --state state in >out
	[ "$(wc -l <out)" -eq $((60000 - said)) ]
	leads out >results
	ndjson-diff -q --state state --commit results
	[ "$(stored | wc -l)" -eq 60000 ]
}

@test "--sync: a row keeps its own outcome when the call with the rows before it went well" {
	sandbox
	{ many 2; echo '{"SubscriberKey":"K-3","Score":"no number"}'; many 4 4; } >mixed
	leads --sync --no-token-cache mixed >out || [ $? -eq 1 ]
	[ "$(each .status <out)" = "updated updated failed updated" ]
	# all four are refused, the first two are taken, the call of the others is lost
	fault "sfmc:503@3"
	run -75 --separate-stderr leads --sync --no-token-cache --tries 1 mixed
	[ "$(sed '$d' <<<"$output" | each .status)" = "updated updated unprocessed unprocessed" ]
}

@test "a stream that fails sends nothing, however long it is and wherever it comes from" {
	sandbox
	{ many 30000; echo '{"@end":{"ok":false,"tool":"bq-query","error":"x"}}'; } >in
	for seal in --no-seal --seal; do
		run -66 --separate-stderr bash -c "sfmc-upsert -q $seal --extension leads --key SubscriberKey <in >out"
		[ "$(grep -c '"status":"unprocessed".*INPUT_FAILED' out)" = 30000 ]
	done
	run -66 bash -c 'cat in | sfmc-upsert -q --no-seal --extension leads --key SubscriberKey >out'
	[ "$(jq -r 'select(.line).line' out | cmp - <(seq 30000) && echo same)" = same ]
	{ many 30000; printf '{"SubscriberKey":"A'; } >in
	run -65 bash -c 'sfmc-upsert -q --extension leads --key SubscriberKey in >out'
	[ "$(grep -c '"status":"unprocessed".*INPUT_FAILED' out)" = 30000 ]
	[ "$(requests 'PUT ')" = 0 ]
}

@test "a row that names a column twice, in upper and lower case, fails; the others go in" {
	sandbox
	printf '%s\n' '{"SubscriberKey":"A","LastName":"X","Score":1,"score":2}' '{"SubscriberKey":"B","LastName":"X","\u0073core":2,"SCORE":1}' \
		'{"SubscriberKey":"C","subscriberkey":"C","LastName":"X"}' '{"SubscriberKey":"D","LastName":"X","Score":2}' >in
	for how in '' --sync; do
		# shellcheck disable=SC2086 # a word or none
		run -1 leads $how --rejects bad in
		[ "$(jq -r '.error.code // .status' <<<"$output" | xargs)" = "COLUMN_TWICE COLUMN_TWICE COLUMN_TWICE updated" ]
		[ "$(head -1 <<<"$output" | jq -c .error.fields)" = '["score"]' ]
		[ "$(jq -r .line bad | xargs)" = "1 2 3" ]
		[ "$(stored | jq -r .SubscriberKey)" = D ]
	done
}

# mc_plays REPLY...: a service that gives these replies, in order, after the token.
mc_plays() {
	plays '200 {"access_token":"t","expires_in":1079,"rest_instance_url":"http://127.0.0.1:@PORT@/"}' "$@"
	export SFMC_AUTH_URL=http://127.0.0.1:$PORT SFMC_CLIENT_ID=id SFMC_CLIENT_SECRET=secret
}

@test "a request that is refused for one row goes again in halves: that row fails alone, in the service's words" {
	local no='400 {"requestId":"r","resultMessages":[{"resultCode":"DataTypeMismatch","message":"Score is no number"}]}'
	local taken='202 {"requestId":"r","resultMessages":[]}' over='200 {"status":{"requestStatus":"Complete"}}'
	local ok='{"status":"OK"}'
	# 1 to 4; 1 and 2; 3 and 4; 3; 4
	mc_plays "$no" "$taken" "$over" "200 {\"page\":1,\"count\":2,\"items\":[$ok,$ok]}" "$no" "$no" \
		"$taken" "$over" "200 {\"page\":1,\"count\":1,\"items\":[$ok]}"
	many 4 >in
	run -1 --separate-stderr leads --no-token-cache --tries 1 in
	[ "$(jq -r '.error.code // .status' <<<"$output" | xargs)" = "updated updated DataTypeMismatch updated" ]
	[ "$(sed -n 3p <<<"$output" | jq -r .error.message)" = "Score is no number" ]
	[[ $stderr != *"no number"* ]]
}

@test "a request that is refused for the extension does not go in halves" {
	mc_plays '400 {"message":"Parameter {key} is invalid.","errorcode":10001,"documentation":""}'
	many 4 >in
	run -69 --separate-stderr leads --no-token-cache --tries 1 in
	[ "$(grep -c '"status":"unprocessed".*10001.*Parameter {key} is invalid' <<<"$output")" = 4 ]
	[[ $stderr != *Parameter* ]]
}
