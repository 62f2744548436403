#!/usr/bin/env bats
# ndjson-normalize --dedup: one row for each key.

load ndjson-normalize

# A contract with key and order: keyed '["id"]' '"at"' FIELD...
keyed() {
	contract "${@:3}"
	sed -i "1s/{/{\"key\":$1,${2:+\"order_by\":$2,}/" c.json
}

@test "dedup: the greatest order stays, of equal ones the last, in the order the keys came" {
	keyed '["id"]' '"at"' '"name":"id","type":"STRING"' '"name":"at","type":"TIMESTAMP"' '"name":"n","type":"INT64"'
	run -0 --separate-stderr ndjson-normalize -c c.json --dedup <<-'END'
		{"id":"b","at":"2026-11-22T10:00:00Z","n":1}
		{"id":"a","at":"2026-11-22T10:00:00.5Z","n":2}
		{"id":"b","at":"2026-11-22T11:00:00+01:00","n":3}
		{"id":"a","at":"2026-11-22T10:00:00Z","n":4}
		{"id":"c","n":5}
		{"id":"c","at":null,"n":6}
		{"id":"d","at":"2026-11-22T10:00:00Z","n":7}
		{"id":"d","n":8}
	END
	[ "$output" = '{"id":"b","at":"2026-11-22T10:00:00Z","n":3}
{"id":"a","at":"2026-11-22T10:00:00.500000Z","n":2}
{"id":"c","at":null,"n":6}
{"id":"d","at":"2026-11-22T10:00:00Z","n":7}' ]
	[[ $stderr == *'8 rows in, 4 out'*'4 duplicates dropped'* ]]
}

@test "dedup: without order_by the last row stays" {
	keyed '["id","k"]' '' '"name":"id","type":"INT64"' '"name":"k","type":"STRING"' '"name":"n","type":"INT64"'
	run -0 normalize '{"id":1,"k":"x","n":1}' '{"id":"1","k":"x","n":2}' '{"id":1,"k":"y","n":3}' '{"id":1.0,"k":"x","n":4}' -- --dedup
	[ "$output" = $'{"id":1,"k":"x","n":4}\n{"id":1,"k":"y","n":3}' ]
}

@test "dedup: keys are equal by value" {
	same() { # TYPE, VALUE, VALUE
		keyed '["id"]' '' "\"name\":\"id\",\"type\":\"$1\""
		[ "$(normalize "{\"id\":$2}" "{\"id\":$3}" -- --dedup | wc -l)" -eq 1 ] || { echo "$*"; false; }
	}
	differ() {
		keyed '["id"]' '' "\"name\":\"id\",\"type\":\"$1\""
		[ "$(normalize "{\"id\":$2}" "{\"id\":$3}" -- --dedup | wc -l)" -eq 2 ] || { echo "$*"; false; }
	}
	same STRING '"é"' '"\u00e9"'
	differ STRING '"a"' '"A"'
	differ STRING '""' '" "'
	same NUMERIC 1.50 '"1.5"'
	same NUMERIC 0 -0.00
	differ NUMERIC 1 10
	same FLOAT64 1e3 1000.0
	same FLOAT64 '"NaN"' '"nan"'
	differ FLOAT64 '"Infinity"' '"-Infinity"'
	same INT64 9007199254740993 '"9007199254740993"'
	differ INT64 9007199254740993 9007199254740992
	same BOOL 1 '"yes"'
	same DATE '"2026-11-22"' '"2026-11-22"'
	same TIMESTAMP '"2026-11-22T10:00:00.000Z"' '"2026-11-22T07:00:00-03:00"'
	keyed '["a","b"]' '' '"name":"a","type":"STRING"' '"name":"b","type":"STRING"'
	[ "$(normalize '{"a":"xy","b":"z"}' '{"a":"x","b":"yz"}' -- --dedup | wc -l)" -eq 2 ]
}

@test "dedup: order by every type that has one" {
	greater() { # TYPE, GREATER, LESS
		keyed '["id"]' '"o"' '"name":"id","type":"INT64"' "\"name\":\"o\",\"type\":\"$1\"" '"name":"n","type":"INT64"'
		[ "$(normalize "{\"id\":1,\"o\":$2,\"n\":1}" "{\"id\":1,\"o\":$3,\"n\":2}" -- --dedup | jq .n)" = 1 ] || { echo "$*"; false; }
		[ "$(normalize "{\"id\":1,\"o\":$3,\"n\":2}" "{\"id\":1,\"o\":$2,\"n\":1}" -- --dedup | jq .n)" = 1 ] || { echo "$*"; false; }
	}
	greater INT64 10 9
	greater INT64 -9 -10
	greater INT64 9223372036854775807 9223372036854775806
	greater INT64 0 null
	greater NUMERIC 1.10 1.09
	greater NUMERIC 0 -0.5
	greater BIGNUMERIC 1e20 99
	greater FLOAT64 1e300 2e299
	greater FLOAT64 '"Infinity"' 1e308
	greater FLOAT64 -1e308 '"-Infinity"'
	greater FLOAT64 '"-Infinity"' '"NaN"'
	greater FLOAT64 '"NaN"' null
	greater STRING '"b"' '"a"'
	greater STRING '"é"' '"z"'
	greater STRING '"\u00e9"' '"z"'
	greater STRING '"aa"' '"a"'
	greater STRING '""' null
	greater BOOL true false
	greater DATE '"2026-11-22"' '"2025-12-31"'
	greater TIME '"10:00:00.000001"' '"10:00:00"'
	greater DATETIME '"2026-11-22T10:00:00.5"' '"2026-11-22T10:00:00"'
	greater TIMESTAMP '"2026-11-22T10:00:00.000001Z"' '"2026-11-22T10:00:00Z"'
	greater TIMESTAMP '"2026-11-22T10:00:00-03:00"' '"2026-11-22T12:59:59Z"'
}

@test "dedup: a row without its key is rejected" {
	keyed '["id","k"]' '' '"name":"id","type":"INT64"' '"name":"k","type":"INT64"'
	run -1 normalize '{"id":1,"k":2}' '{"id":1}' '{"id":1,"k":null}' -- --dedup --rejects bad.ndjson
	[ "$output" = '{"id":1,"k":2}' ]
	[ "$(jq -r '"\(.line) \(.field): \(.reason)"' bad.ndjson)" = $'2 k: null in the key\n3 k: null in the key' ]
}

@test "dedup: many keys, replaced by shorter and longer rows" {
	keyed '["id"]' '"o"' '"name":"id","type":"INT64"' '"name":"o","type":"INT64"' '"name":"s","type":"STRING"'
	awk 'BEGIN { for (i = 0; i < 20000; i++) { k = i * 7919 % 5003; o = i * 104729 % 1000; s = substr("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1, i % 30)
		printf "{\"id\":%d,\"o\":%d,\"s\":\"%s\"}\n", k, o, s } }' >in
	ndjson-normalize -q -c c.json --dedup in >got
	jq -cn 'reduce inputs as $r ({at: {}, rows: []}; ($r.id | tostring) as $k |
		if .at[$k] == null then .at[$k] = (.rows | length) | .rows += [$r]
		elif $r.o >= .rows[.at[$k]].o then .rows[.at[$k]] = $r else . end) | .rows[]' in >want
	cmp want got
}

@test "dedup: above its memory the run fails, and nothing is committed" {
	keyed '["id"]' '' '"name":"id","type":"INT64"'
	seq 1 50000 | sed 's/.*/{"id":&}/' >in
	run -65 --separate-stderr ndjson-normalize -q -c c.json --dedup --dedup-memory 1M in
	[[ $stderr == *'the rows to keep take more than --dedup-memory, 1048576 bytes'* ]]
	[ "${#lines[@]}" -eq 1 ]
	jq -e '."@end".ok == false' <<<"$output"
	run -0 ndjson-normalize -q -c c.json --dedup --dedup-memory 16M in
	[ "${#lines[@]}" -eq 50000 ]
	# The same few keys again and again take no more memory.
	for ((i = 0; i < 20; i++)); do head -n 1000 in; done >many
	run -0 ndjson-normalize -q -c c.json --dedup --dedup-memory 300k many
	[ "${#lines[@]}" -eq 1000 ]
}

@test "dedup: end records, and a stream that failed" {
	keyed '["id"]' '' '"name":"id","type":"INT64"'
	run -0 normalize '{"id":1}' '{"id":1}' '{"@end":{"ok":true,"tool":"t","rows":2,"watermark":"2026-11-22T00:00:00Z"}}' -- --dedup --seal
	[ "${lines[0]}" = '{"id":1}' ]
	jq -e '."@end" | .ok and .rows == 1 and .watermark == "2026-11-22T00:00:00Z"' <<<"${lines[1]}"
	run -66 --separate-stderr normalize '{"id":1}' '{"@end":{"ok":false,"tool":"t","error":"e"}}' -- --dedup
	[ "${#lines[@]}" -eq 1 ]
	run -74 bash -c 'echo "{\"id\":1}" | ndjson-normalize -q -c c.json --dedup >/dev/full'
}

@test "dedup: a contract that gives no key, or one that cannot be compared, is 78" {
	contract '"name":"id","type":"INT64"'
	run -78 --separate-stderr ndjson-normalize -c c.json --dedup </dev/null
	[[ $stderr == *'c.json: --dedup: the contract has no "key"'* ]]
	for type in JSON GEOGRAPHY BYTES 'INT64","mode":"REPEATED'; do
		keyed '["id"]' '' "\"name\":\"id\",\"type\":\"$type\""
		run -78 --separate-stderr ndjson-normalize -c c.json --dedup </dev/null
		[[ $stderr == *'c.json:2: field id: --dedup: cannot compare '*' as a key'* ]]
		keyed '["k"]' '"id"' "\"name\":\"id\",\"type\":\"$type\"" '"name":"k","type":"INT64"'
		run -78 --separate-stderr ndjson-normalize -c c.json --dedup </dev/null
		[[ $stderr == *'as an order'* ]]
	done
	run -64 ndjson-normalize --dedup </dev/null
	run -64 ndjson-normalize -c c.json --dedup-memory 1M </dev/null
	run -64 ndjson-normalize -c c.json --dedup --dedup-memory much </dev/null
}
