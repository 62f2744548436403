#!/usr/bin/env bats
# bq-merge: each key one row, only what is newer and differs, once.

load helper

# A sandbox with these options, datasets s and m. (Their making is requests 1 and 2 to the service bq.)
warehouse() {
	sandbox --leads 1 "$@"
	for name in s m; do
		api datasets -d "{\"datasetReference\":{\"datasetId\":\"$name\"}}" >/dev/null
	done
}

api() {
	local path=$1
	shift
	curl -sS -H 'Content-Type: application/json' "$@" \
		"$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/$GOOGLE_CLOUD_PROJECT/$path"
}

contract() {
	cat >c.json <<-'END'
		{"name": "t", "key": ["id"], "order_by": "at", "partition": {"field": "day", "type": "DAY"}, "cluster": ["id"],
		 "fields": [{"name": "id", "type": "STRING"},
		            {"name": "at", "type": "TIMESTAMP"},
		            {"name": "day", "type": "DATE"},
		            {"name": "score", "type": "INT64"},
		            {"name": "tags", "type": "STRING", "mode": "REPEATED"},
		            {"name": "utm", "type": "RECORD", "fields": [{"name": "source", "type": "STRING"}]}]}
	END
}

# through [LOAD-OPTION...]: rows on stdin, by way of staging, into m.t; prints "inserted updated".
through() {
	bq-load -q -c c.json --write truncate "$@" s.t | bq-merge -q -c c.json --into m.t | jq -r '"\(.inserted) \(.updated)"'
}

is() {
	[ "$1" = "$2" ] || { echo "got '$1', not '$2'"; return 1; }
}

# The rows of m.t, in the order of their ids.
rows_of() {
	sql "SELECT $1 FROM m.t ORDER BY id" | jq -c '[.[]]' | tr '\n' ' '
}

merge_jobs() {
	api 'jobs?projection=full&maxResults=1000' | jq '[.jobs[]? | select(.configuration.query.query // "" | startswith("MERGE"))] | length'
}

# ---- what is merged ----------------------------------------------------------------------------

@test "the target is made, filled, and a second run changes nothing" {
	warehouse
	contract
	printf '%s\n' '{"id":"a","at":"2026-01-01T00:00:00Z","day":"2026-01-01","score":1,"tags":["x"],"utm":{"source":"g"}}' \
		'{"id":"b","at":"2026-01-01T00:00:00Z","day":"2026-01-02","score":2}' >rows.ndjson
	is "$(through <rows.ndjson)" "2 0"
	api datasets/m/tables/t | jq -e '.timePartitioning == {type: "DAY", field: "day"} and .clustering.fields == ["id"]'
	{ cat rows.ndjson; echo '{"id":"c","score":3}'; } >more.ndjson
	is "$(through <more.ndjson)" "1 0"
	is "$(rows_of 'id, score')" '["a",1] ["b",2] ["c",3] '
}

@test "only what is not older and differs is updated, in every kind of column" {
	warehouse
	contract
	printf '%s\n' '{"id":"a","at":"2026-01-02T00:00:00Z","score":1,"tags":["x"],"utm":{"source":"g"}}' \
		'{"id":"b","at":"2026-01-02T00:00:00Z","score":1}' '{"id":"c","at":"2026-01-02T00:00:00Z","score":1}' \
		'{"id":"d","at":null,"score":1}' | through
	printf '%s\n' '{"id":"a","at":"2026-01-02T00:00:00Z","score":1,"tags":["x"],"utm":{"source":"g"}}' \
		'{"id":"b","at":"2026-01-01T00:00:00Z","score":2}' '{"id":"c","at":"2026-01-03T00:00:00Z","score":2}' \
		'{"id":"d","at":"2026-01-01T00:00:00Z","score":2}' >rows.ndjson
	is "$(through <rows.ndjson)" "0 2"
	is "$(rows_of 'id, score')" '["a",1] ["b",1] ["c",2] ["d",2] '
	for change in '"tags":["y"]' '"tags":["y"],"utm":{"source":"h"}' '"tags":[]' '"score":5' '"day":"2026-01-09"'; do
		is "$(echo "{\"id\":\"a\",\"at\":\"2026-01-02T00:00:00Z\",$change}" | through)" "0 1"
	done
}

@test "of rows with one key the newest counts; NULL is a key" {
	warehouse
	contract
	printf '%s\n' '{"id":"a","at":"2026-01-01T00:00:00Z","score":1}' '{"id":"a","at":"2026-01-03T00:00:00Z","score":3}' \
		'{"id":"a","at":"2026-01-02T00:00:00Z","score":2}' '{"id":null,"at":"2026-01-01T00:00:00Z","score":7}' \
		'{"at":"2026-01-02T00:00:00Z","score":8}' >rows.ndjson
	is "$(through <rows.ndjson)" "2 0"
	is "$(rows_of 'id, score')" '[null,8] ["a",3] '
	is "$(echo '{"at":"2026-01-09T00:00:00Z","score":9}' | through)" "0 1"
	is "$(rows_of 'id, score')" '[null,9] ["a",3] '
}

@test "--key and --order-by without a contract; keys of several columns" {
	warehouse
	echo '{"fields":[{"name":"a","type":"STRING"},{"name":"b","type":"INT64"},{"name":"v","type":"INT64"}]}' >c.json
	printf '%s\n' '{"a":"x","b":1,"v":1}' '{"a":"x","b":2,"v":2}' '{"a":"x","b":2,"v":3}' |
		bq-load -q -c c.json s.t | bq-merge -q --key a,b --order-by v --into m.t | jq -e '.inserted == 2'
	printf '%s\n' '{"a":"x","b":2,"v":4}' | bq-load -q -c c.json --write truncate s.t |
		bq-merge -q --key a,b --order-by v --into m.t | jq -e '.inserted == 0 and .updated == 1'
	is "$(sql 'SELECT a, b, v FROM m.t ORDER BY b' | jq -c '[.[]]' | tr '\n' ' ')" '["x",1,1] ["x",2,4] '
}

@test "a table of keys only" {
	warehouse
	echo '{"key":["a"],"fields":[{"name":"a","type":"STRING"}]}' >c.json
	is "$(printf '%s\n' '{"a":"x"}' '{"a":"y"}' | through)" "2 0"
	is "$(printf '%s\n' '{"a":"x"}' '{"a":"z"}' | through)" "1 0"
}

@test "new columns are added to the target first" {
	warehouse
	contract
	echo '{"id":"a","score":1}' | through
	is "$(echo '{"id":"b","score":1,"fresh":"new"}' | through)" "1 0"
	is "$(rows_of 'id, fresh')" '["a",null] ["b","new"] '
	is "$(echo '{"id":"c","score":1}' | through)" "1 0"
	is "$(rows_of 'id, fresh')" '["a",null] ["b","new"] ["c",null] '
}

@test "a staged column of another type is cast" {
	warehouse
	contract
	echo '{"id":"a","score":1,"extra":1.5}' | through
	is "$(echo '{"id":"b","score":1,"extra":2}' | through)" "1 0"
	is "$(rows_of 'id, extra')" '["a",1.5] ["b",2] '
	run -69 bq-merge -c c.json --from s.other --into m.t
	echo '{"id":"c","extra":{"a":1}}' | bq-load -q -c c.json --write truncate s.t >receipt
	run -69 bq-merge -c c.json --into m.t <receipt
	[[ $output == *"column extra: "* ]]
}

# ---- the receipt -------------------------------------------------------------------------------

@test "the receipt has the counts, the bytes and the watermark" {
	warehouse
	contract
	{ echo '{"id":"a","score":1}'; echo '{"@end":{"ok":true,"tool":"x","rows":1,"watermark":"2026-11-22T23:59:58Z"}}'; } |
		bq-load --seal -c c.json --write truncate s.t >receipt
	run -0 --separate-stderr bq-merge --seal -c c.json --into m.t <receipt
	jq -e --arg p "$GOOGLE_CLOUD_PROJECT" '.tool == "bq-merge" and .table == "\($p).m.t" and .inserted == 1 and .updated == 0 and
		.deleted == 0 and .bytes_processed >= 0 and .bytes_billed >= 0 and .watermark == "2026-11-22T23:59:58Z" and
		(.job_id | startswith("leadpipe_"))' <<<"${lines[0]}"
	jq -e '."@end".ok' <<<"${lines[1]}"
	[[ $stderr == *"1 inserted, 0 updated"* ]]
	head -n 1 receipt >unsealed
	run -66 bq-merge --seal -c c.json --into m.t <unsealed
}

@test "no receipt, a failing one, or none of ours: nothing is merged" {
	warehouse
	contract
	echo '{"id":"a","score":1}' | bq-load -q -c c.json s.t >receipt
	run -66 bq-merge -c c.json --into m.t </dev/null
	run -66 bq-merge -c c.json --into m.t < <(echo '{"@end":{"ok":false,"tool":"bq-load","error":"boom"}}')
	[[ $output == *boom* ]]
	run -65 bq-merge -c c.json --into m.t < <(echo '{"id":"a"}')
	run -65 bq-merge -c c.json --into m.t < <(echo 'nonsense')
	run -65 bq-merge -c c.json --into m.t < <(cat receipt receipt)
	run -65 bq-merge -c c.json --into m.t < <(sed 's/"table":"[^"]*"/"table":"a`b.c.d"/' receipt)
	echo '{"id":"b"}' | bq-load -q --dry-run -c c.json s.t >dry
	run -66 bq-merge -c c.json --into m.t <dry
	[ "$(merge_jobs)" = 0 ]
	run ! api datasets/m/tables/t -f
}

@test "the failure of the load flows down" {
	warehouse
	contract
	run -66 bash -c 'set -o pipefail; echo nonsense | bq-load -q -c c.json s.t | bq-merge -q -c c.json --into m.t'
	[ "$(merge_jobs)" = 0 ]
}

# ---- once --------------------------------------------------------------------------------------

@test "the same receipt again: nothing to change; a target made anew is merged again" {
	warehouse
	contract
	echo '{"id":"a","score":1}' | bq-load -q -c c.json --write truncate s.t >receipt
	bq-merge -c c.json --into m.t <receipt | jq -e '.inserted == 1 and .updated == 0'
	bq-merge -c c.json --into m.t <receipt | jq -e '.inserted == 0 and .updated == 0'
	api datasets/m/tables/t -X DELETE
	bq-merge -c c.json --into m.t <receipt | jq -e '.inserted == 1'
	bq-merge -c c.json --from s.t --into m.t | jq -e '.inserted == 0 and .updated == 0'
	sql 'DELETE FROM m.t WHERE TRUE'
	bq-merge -c c.json --into m.t <receipt | jq -e '.inserted == 1'
}

@test "kill -9 in the merge, then again: each row once" {
	warehouse
	contract
	echo '{"id":"a","score":1}' | through
	printf '%s\n' '{"id":"a","score":2}' '{"id":"b","score":1}' | bq-load -q -c c.json --write truncate s.t >receipt
	curl -sSf -d bq:slow@3 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	bq-merge -vv -c c.json --into m.t <receipt >out 2>err 3>&- &
	pid=$!
	for _ in $(seq 1 200); do
		grep -q 'MERGE' err && break
		sleep 0.05
	done
	kill -9 "$pid"
	wait "$pid" || true
	[ ! -s out ]
	bq-merge -q -c c.json --into m.t <receipt
	is "$(rows_of 'id, score')" '["a",2] ["b",1] '
}

@test "faults at every request: merged once" {
	contract
	for kind in 503 500 429 reset lost; do
		for n in 3 4 5 6 7 8 9 10 11 12 13; do
			warehouse --fault "bq:$kind@$n"
			is "$(printf '%s\n' '{"id":"a","score":1}' '{"id":"b","score":1}' | through)" "2 0" || return 1
			is "$(rows_of 'id, score')" '["a",1] ["b",1] ' || return 1
			[ "$(merge_jobs)" = 1 ] || return 1
		done
	done
}

# ---- cost, settings ----------------------------------------------------------------------------

@test "--dry-run estimates and changes nothing" {
	warehouse
	contract
	echo '{"id":"a","score":1}' | bq-load -q -c c.json --write truncate s.t >receipt
	run -0 --separate-stderr bq-merge --dry-run -c c.json --into m.t <receipt
	jq -e '.dry_run and .bytes_processed >= 0 and (has("inserted") | not)' <<<"$output"
	run ! api datasets/m/tables/t -f
	bq-merge -q -c c.json --into m.t <receipt
	echo '{"id":"b","score":1,"fresh":1}' | bq-load -q -c c.json --write truncate s.t >receipt
	bq-merge --dry-run -c c.json --into m.t <receipt | jq -e '.dry_run and .bytes_processed > 0'
	is "$(rows_of 'id')" '["a"] '
}

@test "--max-bytes-billed: 69 and nothing merged" {
	warehouse
	contract
	echo '{"id":"a","score":1}' | bq-load -q -c c.json --write truncate s.t >receipt
	run -69 bq-merge --max-bytes-billed 1 -c c.json --into m.t <receipt
	[ "$(sql_value 'SELECT COUNT(*) FROM m.t')" = 0 ]
	bq-merge --max-bytes-billed 1G -c c.json --into m.t <receipt | jq -e '.inserted == 1'
}

@test "usage and configuration: 64, 78" {
	warehouse
	contract
	echo '{"id":"a","score":1}' | bq-load -q -c c.json --write truncate s.t >receipt
	run -64 bq-merge -c c.json <receipt
	run -64 bq-merge --into m.t <receipt
	run -64 bq-merge --key 'i`d' --into m.t <receipt
	run -64 bq-merge -c c.json --into s.t <receipt
	run -64 bq-merge -c c.json --into 'm.t$20260101' <receipt
	run -64 bq-merge -c c.json --into m.t more <receipt
	run -78 bq-merge -c nowhere.json --into m.t <receipt
	run -78 bq-merge --key nope --into m.t <receipt
	[[ $output == *"column nope: "* ]]
	run -78 bq-merge --key tags --into m.t <receipt
	run -78 bq-merge --key id --order-by utm --into m.t <receipt
	run -0 bq-merge --help
	[[ $output == *usage:* ]]
}

@test "no staging table, no dataset: 69; no permission: 77; a full disk: 74" {
	warehouse
	contract
	run -69 bq-merge -c c.json --from s.nope --into m.t
	echo '{"id":"a","score":1}' | bq-load -q -c c.json --write truncate s.t >receipt
	run -69 bq-merge -c c.json --into nowhere.t <receipt
	[[ $output == *"CREATE SCHEMA"* ]]
	run -74 sh -c 'bq-merge -c c.json --into m.t <receipt >/dev/full'
	bq-merge -c c.json --into m.t <receipt | jq -e '.inserted == 0'
	warehouse --fault bq:403@3
	run -77 bq-merge -c c.json --from s.t --into m.t
	warehouse --fault bq:503@1.0
	run -75 bq-merge --tries 2 -c c.json --from s.t --into m.t
}
