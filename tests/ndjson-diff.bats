load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf '%s\n' '{"id":"L-1","score":1}' '{"id":"L-2","score":2}' '{"id":"L-3","score":3}' >rows
}

diffs() {
	ndjson-diff -q --key id --state state "$@"
}

commits() {
	ndjson-diff -q --state state --commit "$@"
}

# The results of a sink that did every row that it read.
sink() {
	jq -c '{line: input_line_number, external_id: .id, id: null, status: "updated"}'
}

# A state that knows the three rows.
known() {
	diffs rows | sink | commits -
}

@test "the first run passes all on, the next only what is new or changed" {
	diffs rows >out
	cmp out rows
	sink <out >results
	commits results
	[ -z "$(diffs rows)" ]
	commits /dev/null
	printf '%s\n' '{"id":"L-3","score":3}' '{"id":"L-2","score":2.0}' '{"id":"L-4"}' >rows2
	diffs rows2 >out
	cmp out <(printf '%s\n' '{"id":"L-2","score":2.0}' '{"id":"L-4"}')
}

@test "a run that is not committed comes again, whole" {
	diffs rows >/dev/null
	diffs rows >out
	cmp out rows
}

@test "a failed, an unprocessed and an unanswered row come again" {
	diffs rows >/dev/null
	cat >results <<-'END'
		{"line":1,"external_id":"L-1","id":null,"status":"failed","error":{"code":"X"},"row":{}}
		{"line":2,"external_id":"L-2","id":"00Q","status":"created"}
	END
	run -1 commits results
	diffs rows >out
	cmp out <(printf '%s\n' '{"id":"L-1","score":1}' '{"id":"L-3","score":3}')
	run -1 commits - <<<'{"external_id":"L-3","status":"unprocessed"}'
	[ "$(diffs rows | wc -l)" = 2 ]
}

@test "a changed row that fails keeps what the sink has: back at its old value it is no change" {
	known
	sed 's/:2}/:9}/' rows >rows2
	diffs rows2 >/dev/null
	run -1 commits - <<<'{"external_id":"L-2","status":"failed"}'
	[ -z "$(diffs rows)" ]
	[ "$(diffs rows2)" = '{"id":"L-2","score":9}' ]
}

@test "the last word on a key counts: a row that failed and then went" {
	diffs rows >/dev/null
	printf '%s\n' '{"external_id":"L-1","status":"failed"}' '{"external_id":"L-2","status":"created"}' \
		'{"external_id":"L-1","status":"created"}' '{"external_id":"L-2","status":"failed"}' >results
	run -1 commits results
	[ "$(diffs rows | jq -r .id | xargs)" = "L-2 L-3" ]
}

@test "what is no change: order of columns, white space, escapes; what is: everything else" {
	local first='{"id":"A","s":"é\n","n":1.0,"o":{"a":[1, 2],"b":"x y"},"z":null}'
	diffs <<<"$first" | sink | commits -
	same() { [ -z "$(diffs <<<"$1")" ] || { echo "$1"; return 1; }; }
	other() { [ "$(diffs <<<"$1")" = "$1" ] || { echo "$1"; return 1; }; }
	same '{"z":null,"o":{"a":[1, 2],"b":"x y"},"n":1.0,"s":"é\n","id":"A"}'
	same '{ "id" : "A" , "s":"\u00e9\u000a","n":1.0,"o":{ "a":[ 1,2 ] , "b":"x y" },"\u007a":null }'
	other '{"id":"A","s":"é\n","n":1,"o":{"a":[1,2],"b":"x y"},"z":null}'
	other '{"id":"A","s":"é\n","n":1.0,"o":{"a":[1,2],"b":"x  y"},"z":null}'
	other '{"id":"A","s":"é\n","n":1.0,"o":{"b":"x y","a":[1,2]},"z":null}'
	other '{"id":"A","s":"é\n","n":1.0,"o":{"a":[1,2],"b":"x y"}}'
	other '{"id":"A","s":"é\n","n":"1.0","o":{"a":[1,2],"b":"x y"},"z":null}'
	other '{"id":"A","s":"é\\n","n":1.0,"o":{"a":[1,2],"b":"x y"},"z":null}'
}

@test "a key is its text: a number and a string of it are one, escapes are resolved" {
	diffs <<<'{"id":17,"a":1}' >/dev/null
	commits - <<<'{"external_id":"17","status":"updated"}'
	[ -z "$(diffs <<<'{"id":17,"a":1}')" ]
	diffs <<<'{"id":"\u0041","a":1}' >/dev/null
	commits - <<<'{"external_id":"A","status":"updated"}'
	[ -z "$(diffs <<<'{"id":"A","a":1}')" ]
}

@test "a key of two columns: results carry an array" {
	local two=(ndjson-diff -q --key a,b --state two)
	printf '%s\n' '{"a":"x","b":1}' '{"b":"1","a":"x1"}' '{"a":"x1","b":""}' >rows2
	[ "$("${two[@]}" rows2 | wc -l)" = 3 ]
	run -1 ndjson-diff -q --state two --commit - <<<'{"external_id":["x1",1],"status":"updated"}'
	"${two[@]}" rows2 >out
	cmp out <(printf '%s\n' '{"a":"x","b":1}' '{"a":"x1","b":""}')
}

@test "--deleted names the keys that are gone until a sink has done them" {
	known
	head -1 rows >rows2
	[ -z "$(diffs rows2)" ]
	diffs --deleted rows2 | sort >out
	cmp out <(printf '%s\n' '{"id":"L-2","@deleted":true}' '{"id":"L-3","@deleted":true}')
	run -1 commits - <<<'{"external_id":"L-3","status":"deleted"}'
	[ "$(diffs --deleted rows2)" = '{"id":"L-2","@deleted":true}' ]
	diffs rows >out # nobody said whether L-2 is still there
	cmp out <(tail -2 rows)
	run -64 ndjson-diff --key id --state state --deleted --rejects bad rows
}

@test "--max-change: too much and nothing goes out; the first run is free" {
	diffs --max-change 0% rows | sink | commits -
	sed 's/:2}/:9}/' rows >rows2
	run -65 --separate-stderr ndjson-diff --key id --state state --max-change 33% rows2
	[[ $output == '{"@end":{"ok":false,'* ]]
	[[ $stderr == *"--max-change: 1 of 3 rows would go out, more than 33 %"* ]]
	diffs --max-change 34 rows2
	run -65 diffs --deleted --max-change 50% - <<<'{"@end":{"ok":true}}'
	for bad in x -1 101% 5%% ''; do
		run -64 diffs --max-change "$bad" rows
	done
}

# The state has $1 as the value of L-1, and the next run sends $2, whose answer is lost as $3 says.
loses() { # OLD NEW HOW
	rm -f state*
	printf '{"id":"L-1","v":"%s"}\n' "$1" | diffs | sink | commits -
	[ "$(printf '{"id":"L-1","v":"%s"}\n' "$2" | diffs | wc -l)" = 1 ]
	case $3 in
	unprocessed) run -1 commits - <<<'{"external_id":"L-1","status":"unprocessed"}' ;;
	unanswered) run -1 commits /dev/null ;;
	cut) run -1 commits - < <(printf '{"external_id":"L-1","sta') ;;
	killed) ;;
	esac
}

@test "a value that was sent and not answered, and is back: it goes out, however it was lost" {
	for how in unprocessed unanswered cut killed; do
		loses A B $how
		[ "$(diffs <<<'{"id":"L-1","v":"A"}')" = '{"id":"L-1","v":"A"}' ] || { echo "$how"; return 1; }
		sink <<<'{"id":"L-1"}' | commits -
		[ -z "$(diffs <<<'{"id":"L-1","v":"A"}')" ]
	done
}

@test "a run that was not committed and lacks the row forgets nothing of the one before it" {
	loses A B killed
	diffs </dev/null >out
	diffs </dev/null >>out
	[ ! -s out ]
	[ "$(diffs <<<'{"id":"L-1","v":"A"}' | wc -l)" = 1 ]
	loses A B killed
	diffs </dev/null
	commits /dev/null
	[ "$(diffs <<<'{"id":"L-1","v":"A"}' | wc -l)" = 1 ]
	loses A B killed # the results of a run that another one followed
	diffs </dev/null
	commits - <<<'{"external_id":"L-1","status":"updated"}'
	[ -z "$(diffs <<<'{"id":"L-1","v":"B"}')" ]
}

@test "a failed row keeps an unknown one unknown" {
	loses A B unanswered
	diffs <<<'{"id":"L-1","v":"C"}'
	run -1 commits - <<<'{"external_id":"L-1","status":"failed"}'
	[ "$(diffs <<<'{"id":"L-1","v":"A"}' | wc -l)" = 1 ]
}

@test "--deleted: a row that was sent once, answered or not, is gone when it is gone; one that failed is not" {
	local end='{"@end":{"ok":true,"rows":0}}'
	diffs <<<'{"id":9}'
	run -1 commits /dev/null
	[ "$(diffs --deleted <<<"$end" | head -1)" = '{"id":9,"@deleted":true}' ]
	rm state*
	diffs <<<'{"id":9}'
	run -1 commits - <<<'{"external_id":9,"status":"failed"}'
	run ! grep @deleted <<<"$(diffs --deleted <<<"$end")"
}

@test "the guards count what changed, not what did not arrive" {
	seq -f '{"id":%.0f,"v":1}' 100 >many
	diffs --max-change 0% --max-new 0% many >out
	head -30 out | sink | sed 's/updated/failed/' >results
	tail -n +31 out | head -40 | sink >>results
	run -1 commits results # 30 failed, 40 done, 30 unanswered
	diffs --max-change 0% --max-new 0% many >out
	[ "$(wc -l <out)" = 60 ]
	run -1 commits /dev/null
	diffs --max-change 0% many >out
	[ "$(wc -l <out)" = 60 ]
	sink <out | commits -
	sed '1,20s/:1}/:2}/' many >other
	run -65 --separate-stderr diffs --max-change 19% other
	[[ $stderr == *"--max-change: 20 of 100 rows would go out, more than 19 %; nothing was written:"* ]]
	[[ $stderr == *"run once without --max-change" ]]
	[ ! -e state.pending ]
	diffs --max-change 20% other >out
	sink <out | sed 's/updated/failed/' >results
	run -1 commits results
	diffs --max-change 0% other | cmp out -
}

@test "--max-new and --max-gone" {
	known
	(cat rows; echo '{"id":"L-4"}') >more
	run -65 --separate-stderr diffs --max-new 33% more
	[[ $stderr == *"--max-new: 1 of 3 rows"*"run once without --max-new" ]]
	diffs --max-new 34% --max-change 0% more >out
	sink <out | commits -
	run -65 --separate-stderr diffs --deleted --max-gone 24% rows
	[[ $stderr == *"--max-gone: 1 of 4 rows"* ]]
	[ "$(diffs --deleted --max-gone 25% rows)" = '{"id":"L-4","@deleted":true}' ]
	run -64 diffs --max-gone 5% rows
}

@test "--all passes on what the sink has too, and keeps the state" {
	known
	diffs --all --max-change 0% rows >out
	cmp out rows
	head -1 out | sink >results
	run -1 commits results
	diffs rows >out # two were not answered
	cmp out <(tail -2 rows)
	[ "$(diffs --deleted - <<<'{"@end":{"ok":true}}' | grep -c @deleted)" = 3 ]
}

@test "--dead-letter: what fails again and again goes to a file, until it changes" {
	fails() { sed 's/updated/failed/' | commits - || [ $? -eq 1 ]; }
	send() { diffs --dead-letter letters --after 2 "$@"; }
	known
	sed 's/:2}/:9}/' rows >rows2
	for _ in 1 2; do
		[ "$(send rows2 | tee out | wc -l)" = 1 ]
		[ ! -s letters ]
		sink <out | fails
	done
	run -0 --separate-stderr ndjson-diff --key id --state state --dead-letter letters --after 2 rows2
	[ -z "$output" ]
	[[ $stderr == *"letters: rows that the sink refused 2 times: 1"* ]]
	[ "$(cat letters)" = '{"id":"L-2","score":9}' ]
	[ "$(stat -c %a letters)" = 600 ]
	[ -z "$(send rows)" ] # the value that the sink has
	[ ! -s letters ]
	[ "$(sed 's/:2}/:8}/' rows | send | tee out)" = '{"id":"L-2","score":8}' ]
	sink <out | fails # another row: its first refusal
	[ "$(sed 's/:2}/:8}/' rows | send | wc -l)" = 1 ]
	[ "$(diffs --all --dead-letter letters --after 1 rows | wc -l)" = 3 ]
}

@test "--dead-letter: new rows and keys that are gone, too; the file is no other" {
	local end='{"@end":{"ok":true}}'
	diffs <<<'{"id":7}' | sink | sed 's/updated/failed/' >results
	run -1 commits results
	[ -z "$(diffs --dead-letter letters --after 1 <<<'{"id":7}')" ]
	[ "$(cat letters)" = '{"id":7}' ]
	known
	diffs --deleted <<<"$end" | grep -v @end | sink | sed 's/updated/failed/' >results
	run -1 commits results
	diffs --deleted --dead-letter letters --after 1 <<<"$end" >out
	run ! grep @deleted out
	[ "$(grep -c '"@deleted":true' letters)" = 3 ]
	for file in state state.pending state.lock rows; do
		run -64 diffs --dead-letter $file rows
	done
	run -64 diffs --after 2 rows
	run -64 diffs --dead-letter letters --after 128 rows
	run -73 diffs --dead-letter no/where rows
}

@test "--for: a state is of one sink, and another one is refused" {
	diffs --for org-a rows | sink | commits - --for org-a
	[ -z "$(diffs --for org-a rows)" ]
	run -78 --separate-stderr diffs --for org-b rows
	[[ $stderr == *"state: is the state of org-a, not of org-b: use another file for each" ]]
	run -78 --separate-stderr diffs rows
	[[ $stderr == *"state: is the state of org-a: add --for org-a" ]]
	run -78 commits /dev/null --for org-b
	commits /dev/null
	rm state*
	diffs --for org-a rows >/dev/null # not committed yet, and of org-a already
	run -78 diffs --for org-b rows
	run -78 commits /dev/null --for org-b
	rm state*
	known # of nobody: whoever says a name first has it
	diffs --for org-b rows
	commits /dev/null
	run -78 diffs --for org-a rows
	run -64 diffs --for "or g" rows
	run -64 diffs --for "$(printf 'x%.0s' {1..64})" rows
}

@test "the same results committed again are no mistake, other ones are" {
	diffs rows >out
	sink <out >results
	commits results
	commits results
	run -78 commits /dev/null
	[ -z "$(diffs rows)" ]
}

@test "a state of the first format is read, and written in the second" {
	known
	# magic, order to base, its own sum, then entries and texts; 128 bytes of header instead of 224
	{ printf 'leadpipe-diff 1\n'; head -c 96 state | tail -c +17; } >head
	tail -c +225 state >rest
	{ cat head; head -c 32 /dev/zero; cat rest; } | openssl dgst -sha256 -binary >sum
	cat head sum rest >state
	[ -z "$(diffs rows)" ]
	commits /dev/null
	[ "$(head -c 15 state)" = 'leadpipe-diff 2' ]
	[ -z "$(diffs rows)" ]
}

@test "the same key twice ends the run, new or known" {
	run -65 --separate-stderr diffs - <<<'{"id":1,"a":1}
{"id":2}
{"id":"1","a":2}'
	[[ $stderr == *"row 3: has the key of row 1"* ]]
	known
	run -65 diffs rows rows
}

@test "rows without a key are rejected" {
	printf '%s\n' '{"id":null}' '{"a":1}' '{"id":[1]}' '{"id":{}}' 'x' '{"id":1}' >bad.in
	run -65 diffs bad.in
	run -1 diffs --rejects bad bad.in
	[ "$output" = '{"id":1}' ]
	[ "$(jq -r .reason bad | sort -u | wc -l)" = 4 ]
	[ "$(wc -l <bad)" = 5 ]
	run -65 diffs --rejects bad --max-rejects 2 bad.in
}

@test "the state of a broken input is no state: a failing end record, a missing seal" {
	run -66 --separate-stderr diffs - <<<'{"id":1}
{"@end":{"ok":false,"tool":"bq-query","error":"x"}}'
	[ "$output" = '{"@end":{"ok":false,"tool":"bq-query","error":"x"}}' ]
	[ ! -e state.pending ]
	run -66 diffs --seal <rows
	[ ! -e state.pending ]
	(cat rows; echo '{"@end":{"ok":true,"tool":"t","rows":3,"watermark":"2026-01-01T00:00:00Z"}}') >sealed
	diffs --seal sealed | tail -1 >out
	grep -q '"rows":3,"watermark":"2026-01-01T00:00:00Z"' out
}

@test "results that are not of this run move nothing" {
	diffs rows >out
	cp state.pending before
	run -65 commits - <<<'{"external_id":"L-9","status":"updated"}'
	for bad in '{"status":"updated"}' '{"external_id":"L-1"}' '{"external_id":"L-1","status":"maybe"}' \
		'{"external_id":null,"status":"updated"}' x; do
		run -65 commits - <<<"$bad
{}"
	done
	cmp state.pending before
	[ ! -e state ]
	sink <out >old
	touch -d '1 hour ago' old
	run -65 --separate-stderr commits old
	[[ $stderr == *"old: older than the run that waits in state.pending"* ]]
}

@test "a run that had nothing to send is committed by empty results, which the shell made before it" {
	known
	: >results
	touch -d '1 minute ago' results
	diffs rows >/dev/null
	commits results
	[ ! -e state.pending ]
}

@test "results that end too early count as far as they go" {
	diffs rows >/dev/null
	printf '%s\n%s' '{"external_id":"L-1","status":"updated"}' '{"external_id":"L-2","sta' >results
	run -1 commits results
	diffs rows >/dev/null
	printf '%s\n' '{"external_id":"L-2","status":"updated"}' '{"@end":{"ok":false,"tool":"sfdc-upsert","error":"x"}}' >results
	run -1 commits results
	[ "$(diffs rows)" = '{"id":"L-3","score":3}' ]
}

@test "there is a run to commit, or 78; other keys, 78" {
	run -78 commits /dev/null
	known
	run -78 commits /dev/null
	run -78 ndjson-diff -q --key score --state state rows
	run -64 ndjson-diff -q --key id rows
	run -64 ndjson-diff -q --state state rows
	run -64 ndjson-diff -q --key id, --state state rows
	run -64 ndjson-diff -q --key @end --state state rows
	run -64 ndjson-diff -q --key id --state state --commit /dev/null
}

@test "a torn or foreign state is refused, a readable one becomes private" {
	known
	cp -p state good
	refused() {
		run -78 --separate-stderr diffs rows
		[[ $stderr == *"$1"* ]] || { echo "$stderr"; return 1; }
		cp -p good state
	}
	truncate -s -1 state
	refused torn
	printf 'X' | dd of=state bs=1 seek=150 conv=notrunc status=none
	refused checksum
	printf '{"id":1}\n' >state
	refused "not a state"
	chmod 644 state
	run -0 --separate-stderr diffs rows
	[ "$(stat -c %a state)" = 600 ]
	diffs rows >/dev/null
	cp -p state.pending state
	refused "not a state"
	truncate -s 200 state.pending
	run -78 commits /dev/null
}

@test "two runs at once: the second is told to come again" {
	exec 9>state.lock
	flock 9
	run -75 diffs rows 9>&-
	run -75 commits /dev/null 9>&-
	exec 9>&-
	diffs rows >/dev/null
}

@test "a --commit that was killed between its two steps can be done again" {
	diffs rows >out
	cp -p state.pending kept
	sink <out >results
	commits results
	cp -p kept state.pending
	commits results
	[ ! -e state.pending ]
	[ -z "$(diffs rows)" ]
	cp -p kept state.pending
	sed 's/:2}/:9}/' rows >rows2
	diffs rows2 | sink | commits -
	cp -p kept state.pending
	run -78 commits results
}

@test "files are private, and output that cannot be written is an error" {
	known
	diffs rows >/dev/null
	[ "$(stat -c %a state state.pending state.lock | sort -u)" = 600 ]
	run -74 bash -c 'sed s/1/7/ rows | ndjson-diff -q --key id --state state >/dev/full'
	run -73 ndjson-diff -q --key id --state no/where rows
}

@test "many keys in modest memory: 300,000 of them, 8 MiB of heap and stack for all of it" {
	! sanitized || skip "a sanitizer build"
	seq -f '{"id":"L-%.0f","score":1,"name_of_the_customer_as_the_form_has_it":"somebody somewhere"}' 300000 >many
	ulimit -d 8192
	diffs many | sed -E 's/.*"id":("[^"]*").*/{"external_id":\1,"status":"updated"}/' >results
	[ "$(wc -l <results)" = 300000 ]
	commits results
	(seq -f '{"id":"L-%.0f","score":2}' 10; tail -n +11 many) | diffs >out
	[ "$(wc -l <out)" = 10 ]
	# escapes in the keys change nothing, the memory included; the ten were not answered
	sed 's/"name_/"\\u006eame_/' many | diffs >out
	[ "$(wc -l <out)" = 10 ]
}

# Sends one row of a value to a cloud, and commits what came back; LOST: the answer is lost, or was never committed.
sends() { # VALUE [LOST]
	local lost=${2:-}
	printf "$ROW" "$1" | ndjson-diff -q --key "$KEY" --state "state.$KEY" | "${SINK[@]}" >results || [ -n "$lost" ]
	[ "$lost" = killed ] || ndjson-diff -q --state "state.$KEY" --commit results || [ -n "$lost" ]
}

@test "A, then B whose answer is lost, then A again: both clouds have A" {
	local lost
	export XDG_CACHE_HOME=$PWD/cache
	sandbox
	for lost in lost cut reset killed; do
		KEY=Gaio_Lead_Id__c ROW='{"Gaio_Lead_Id__c":"L-1","LastName":"X","Company":"X","HasOptedOutOfEmail":%s}\n'
		SINK=(sfdc-upsert -q --tries 1 --object Lead --external-id $KEY)
		sends true
		[ "$lost" = killed ] || fault sf:$lost@2 # the first describes
		sends false $lost
		sends true
		curl -sG "$LEADPIPE_SANDBOX_URL/services/data/v66.0/query" -H "Authorization: Bearer $SF_ACCESS_TOKEN" \
			--data-urlencode 'q=SELECT HasOptedOutOfEmail FROM Lead' | jq -e '.records[0].HasOptedOutOfEmail == true'
		KEY=SubscriberKey ROW='{"SubscriberKey":"L-1","LastName":"X","Consent":%s}\n'
		SINK=(sfmc-upsert -q --tries 1 --extension leads --key $KEY)
		sends false
		[ "$lost" = killed ] || fault sfmc:$lost@1
		sends true $lost
		sends false
		sfmc-upsert -q --extension leads --key $KEY <<<'{"SubscriberKey":"L-2","LastName":"X"}' >results # so that all before it is in
		token=$(curl -sS "$SFMC_AUTH_URL/v2/token" -d grant_type=client_credentials -d "client_id=$SFMC_CLIENT_ID" -d "client_secret=$SFMC_CLIENT_SECRET" | jq -r .access_token)
		curl -sS -H "Authorization: Bearer $token" "$SFMC_AUTH_URL/data/v1/customobjectdata/key/leads/rowset" | tee got |
			jq -e '.items[] | .keys + .values | with_entries(.key |= ascii_downcase) | select(.subscriberkey == "L-1") | .consent | tostring | ascii_downcase == "false"'
	done
}
