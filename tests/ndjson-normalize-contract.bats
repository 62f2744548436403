#!/usr/bin/env bats
# ndjson-normalize: values that become null, contracts that grow, contracts inferred from rows.

load ndjson-normalize

# ---- --on-bad-value ----

@test "bad values: null and counted by field, where the field may be null" {
	contract '"name":"id","type":"INT64","mode":"REQUIRED"' '"name":"score","type":"NUMERIC"' '"name":"day","type":"DATE","default":"2000-01-01"' \
		'"name":"tags","type":"INT64","mode":"REPEATED"' '"name":"mail","type":"STRING","from":"contact.mail","clean":["email"]' \
		'"name":"r","type":"RECORD","fields":[{"name":"a","type":"BOOL"},{"name":"b","type":"INT64","mode":"REQUIRED"}]'
	printf '%s\n' '{"id":1,"score":"x","day":"?","tags":[1,"y"],"contact":{"mail":"nobody"}}' '{"id":2,"contact":[],"r":{"a":7,"b":1}}' \
		'{"id":3,"r":{"b":"z"}}' '{"id":"x","score":"x"}' '{"id":5,"score":5,"r":"q"}' >in
	run -1 --separate-stderr ndjson-normalize -c c.json --on-bad-value null --rejects bad.ndjson in
	[ "${lines[0]}" = '{"id":1,"score":null,"day":"2000-01-01","tags":[],"mail":null}' ]
	[ "${lines[1]}" = '{"id":2,"day":"2000-01-01","r":{"a":null,"b":1}}' ]
	[ "${lines[2]}" = '{"id":3,"day":"2000-01-01","r":null}' ]
	[ "${lines[3]}" = '{"id":5,"score":5,"day":"2000-01-01","r":null}' ]
	[ "${#lines[@]}" -eq 4 ]
	[ "$(jq -r '"\(.line) \(.field): \(.reason)"' bad.ndjson)" = '4 id: not a number' ]
	[[ $stderr == *'8 values became null (score 1, day 1, tags 1, contact 1, mail 1, r 2, r.a 1)'* ]] || { echo "$stderr"; false; }
	run -65 ndjson-normalize -q -c c.json --on-bad-value reject in
	run -0 --separate-stderr ndjson-normalize -c c.json --on-bad-value null <<<'{"id":1}'
	[[ $stderr != *'became null'* ]]
}

@test "bad values: a row that is rejected for another reason is not counted, and unknown fields reject as ever" {
	contract '"name":"a","type":"INT64"' '"name":"b","type":"INT64","mode":"REQUIRED"' '"name":"r","type":"RECORD","fields":[{"name":"k","type":"INT64"}]'
	run -1 --separate-stderr ndjson-normalize -c c.json --on-bad-value null --rejects bad.ndjson <<<'{"a":"x"}'
	[[ $stderr != *'became null'* ]]
	run -1 --separate-stderr normalize '{"b":1,"r":{"k":"x","l":1}}' -- --on-bad-value null --unknown discard_row --rejects bad.ndjson
	[ "$(jq -r '"\(.field): \(.reason)"' bad.ndjson)" = 'r.l: unknown field' ]
}

@test "bad values: a default that does not fit is still a mistake" {
	contract '"name":"r","type":"RECORD","default":{"k":"x"},"fields":[{"name":"k","type":"INT64"}]'
	run -78 ndjson-normalize -c c.json --on-bad-value null </dev/null
}

# ---- --contract-out ----

@test "contract-out: the given contract, byte for byte, and what came" {
	cat >c.json <<-'END'
		{ "name": "leads", "key": ["id"],
		  "fields": [
		    {"name": "id", "type": "STRING", "clean": ["trim"]},
		    {"name": "mail", "type": "STRING", "from": "contact.mail"},
		    {"name": "r", "type": "RECORD", "fields": [{"name": "k", "type": "INT64"}]},
		    {"name": "s", "type": "STRUCT", "mode": "REPEATED", "fields": [
		        {"name": "k", "type": "INT64"}
		    ]}
		  ],	"cluster": ["id"] }
	END
	cat >want.json <<-'END'
		{ "name": "leads", "key": ["id"],
		  "fields": [
		    {"name": "id", "type": "STRING", "clean": ["trim"]},
		    {"name": "mail", "type": "STRING", "from": "contact.mail"},
		    {"name": "r", "type": "RECORD", "fields": [{"name": "k", "type": "INT64"}, {"name": "z", "type": "BOOL"}]},
		    {"name": "s", "type": "STRUCT", "mode": "REPEATED", "fields": [
		        {"name": "k", "type": "INT64"},
		        {"name": "q", "type": "RECORD", "fields": [
		          {"name": "w_w", "type": "INT64", "mode": "REPEATED", "from": "w w"}]}
		    ]},
		    {"name": "contact_tel_no", "type": "INT64", "from": "contact.tel no"},
		    {"name": "new", "type": "FLOAT64"},
		    {"name": "d_t", "type": "STRING", "from": ["d.t"]},
		    {"name": "x_y", "type": "RECORD", "from": "x.y", "fields": [
		      {"name": "a_b", "type": "STRING", "from": "a-b"}]}
		  ],	"cluster": ["id"] }
	END
	sed -i 's/"x_y", "type": "RECORD", "from": "x.y"/"x_y", "type": "RECORD", "from": ["x.y"]/' want.json
	run -0 normalize '{"id":"a","contact":{"mail":"m","tel no":5},"r":{"k":1,"z":true},"s":[{"k":1,"q":{"w w":[1,2]}}],"new":1,"d.t":"x"}' \
		'{"id":"b","new":1.5,"x.y":{"a-b":null}}' -- --unknown evolve --contract-out out.json
	diff want.json out.json
	# With the grown contract the same input is known, and gives the same columns.
	printf '%s\n' "$output" >first
	run -0 ndjson-normalize -q -c out.json --unknown freeze <<<'{"id":"b","new":1.5,"x.y":{"a-b":null},"contact":{"tel no":5}}'
	[ "$output" = '{"id":"b","contact_tel_no":5,"new":1.5,"x_y":{"a_b":null}}' ]
	# Grown once more with the same rows it stays as it is.
	run -0 ndjson-normalize -q -c out.json --unknown evolve --contract-out out.json <<<'{"id":"b","new":2.5,"x.y":{"a-b":null}}'
	diff want.json out.json
}

@test "contract-out: a field widens int, float, numeric, string; never two columns" {
	contract '"name":"id","type":"INT64"'
	type_of() { # VALUE... : the type, and its mode when it is not NULLABLE
		printf '{"x":%s}\n' "$@" | ndjson-normalize -q -c c.json --unknown evolve --contract-out out.json >rows
		[ "$(wc -l <rows)" -eq $# ]
		jq -r '[.fields[1:][] | .type + (if .mode then " " + .mode else "" end)] | join(",")' out.json
	}
	[ "$(type_of 1 2)" = INT64 ]
	[ "$(type_of 9223372036854775807 -9223372036854775808)" = INT64 ]
	[ "$(type_of 9223372036854775808)" = NUMERIC ]
	[ "$(type_of 1 1.5)" = FLOAT64 ]
	[ "$(type_of 1.0)" = FLOAT64 ]
	[ "$(type_of 1e300 2)" = FLOAT64 ]
	[ "$(type_of 1.5 9007199254740993)" = NUMERIC ]
	[ "$(type_of 1234567890.123456789)" = NUMERIC ]
	[ "$(type_of 0.12345678901234567890)" = BIGNUMERIC ]
	[ "$(type_of 1e300 9007199254740993)" = STRING ]
	[ "$(type_of 1 '"a"')" = STRING ]
	[ "$(type_of '"2026-11-22"')" = STRING ]
	[ "$(type_of true false)" = BOOL ]
	[ "$(type_of true 1)" = STRING ]
	[ "$(type_of null)" = STRING ]
	[ "$(type_of null 1)" = INT64 ]
	[ "$(type_of '[]')" = JSON ]
	[ "$(type_of '[]' null '[]')" = JSON ]
	[ "$(type_of '[]' '[1]')" = 'INT64 REPEATED' ]
	[ "$(type_of '[]' '[{"a":[]}]')" = 'RECORD REPEATED' ]
	[ "$(type_of '[]' 1)" = JSON ]
	# what a double prints back is one, every digit of it
	[ "$(type_of 0.30000000000000004 1.5)" = FLOAT64 ]
	[ "$(type_of 64.70588235294117)" = FLOAT64 ]
	[ "$(type_of -46.633309400000002)" = FLOAT64 ]
	[ "$(type_of 1.7976931348623157e308 5e-324)" = FLOAT64 ]
	[ "$(type_of 0.12345678901234568)" = FLOAT64 ]
	[ "$(type_of 0.30000000000000005)" = BIGNUMERIC ]
	[ "$(type_of 1e400)" = STRING ]
	[ "$(type_of 123456789012345678901234567890123)" = BIGNUMERIC ]
	[ "$(type_of 123456789012345678901234567890123456789)" = STRING ]
	[ "$(type_of '[1]' null '[2.5]')" = 'FLOAT64 REPEATED' ]
	[ "$(type_of '[{"a":1},{"a":2}]')" = 'RECORD REPEATED' ]
	[ "$(type_of '[1,null]')" = JSON ]
	[ "$(type_of '[[1]]')" = JSON ]
	[ "$(type_of '[1]' 1)" = JSON ]
	[ "$(type_of '{"a":1}' 1)" = JSON ]
	[ "$(type_of '{}')" = JSON ]
	[ "$(type_of '{"a":1}' '{}')" = RECORD ]
}

@test "contract-out: whole or not at all" {
	contract '"name":"id","type":"INT64"'
	echo old >out.json
	chmod 640 out.json
	run -65 normalize '{"id":1,"x":1}' '{"id":"z"}' -- --unknown evolve --contract-out out.json
	[ "$(cat out.json)" = old ]
	run -66 normalize '{"id":1,"x":1}' '{"@end":{"ok":false,"tool":"t","error":"e"}}' -- --unknown evolve --contract-out out.json
	[ "$(cat out.json)" = old ]
	run -74 bash -c 'echo "{\"id\":1,\"x\":1}" | ndjson-normalize -q -c c.json --unknown evolve --contract-out out.json >/dev/full'
	[ "$(cat out.json)" = old ]
	run -1 normalize '{"id":1,"x":1}' '{"id":"z","y":1}' -- --unknown evolve --contract-out out.json --rejects bad.ndjson
	[ "$(jq -c '[.fields[].name]' out.json)" = '["id","x"]' ]
	[ "$(stat -c %a out.json)" = 640 ]
	ln -s out.json link.json
	run -0 normalize '{"id":1,"z":1}' -- --unknown evolve --contract-out link.json
	[ -L link.json ]
	[ "$(jq -c '[.fields[].name]' out.json)" = '["id","z"]' ]
	[ -z "$(find . -name '*.tmp')" ]
	run -73 --separate-stderr normalize '{"id":1}' -- --unknown evolve --contract-out no/such/folder
	[ "$(jq -c '."@end".ok' <<<"$output")" = false ]
	run -73 normalize '{"id":1}' -- --unknown evolve --contract-out /dev/stdout
	run -64 normalize '{"id":1}' -- --contract-out out.json
	run -64 ndjson-normalize --contract-out out.json </dev/null
	run -64 normalize '{"id":1}' -- --on-bad-value ignore
	run -64 ndjson-normalize --on-bad-value null </dev/null
}

# ---- --infer ----

# What --infer makes of these rows: infer ROW... ; then the same rows must fit.
infer() {
	printf '%s\n' "$@" >in
	ndjson-normalize -q --infer --required in >c.json
	ndjson-normalize -q -c c.json --unknown freeze in >out
}

@test "infer: nested, repeated, renamed, counted" {
	infer '{"id":"L-1","n":1,"Nº":true,"a.b":"x","c":{"d":"2026-11-22","e":[{"f":1.5}]},"t":["a"],"z":null}' \
		'{"id":"L-2","n":2,"Nº":null,"c":{"d":"2026-11-23","e":[{"f":2},{}]},"t":[],"w":" "}'
	diff c.json - <<-'END'
		{"fields": [
		    {"name": "id", "type": "STRING", "mode": "REQUIRED", "description": "in 2 of 2 rows"},
		    {"name": "n", "type": "INT64", "mode": "REQUIRED", "description": "in 2 of 2 rows"},
		    {"name": "No", "type": "BOOL", "from": "Nº", "description": "in 2 of 2 rows, null in 1"},
		    {"name": "a_b", "type": "STRING", "from": ["a.b"], "description": "in 1 of 2 rows"},
		    {"name": "c", "type": "RECORD", "mode": "REQUIRED", "description": "in 2 of 2 rows", "fields": [
		      {"name": "d", "type": "DATE", "mode": "REQUIRED", "description": "in 2 of 2 objects"},
		      {"name": "e", "type": "RECORD", "mode": "REPEATED", "description": "in 2 of 2 objects", "fields": [
		        {"name": "f", "type": "FLOAT64", "description": "in 2 of 3 objects"}]}]},
		    {"name": "t", "type": "STRING", "mode": "REPEATED", "description": "in 2 of 2 rows"},
		    {"name": "z", "type": "STRING", "description": "in 1 of 2 rows, null in 1"},
		    {"name": "w", "type": "STRING", "description": "in 1 of 2 rows, empty in 1"}
		]}
	END
	cp c.json again.json
	infer '{"id":"L-1","n":1,"Nº":true,"a.b":"x","c":{"d":"2026-11-22","e":[{"f":1.5}]},"t":["a"],"z":null}' \
		'{"id":"L-2","n":2,"Nº":null,"c":{"d":"2026-11-23","e":[{"f":2},{}]},"t":[],"w":" "}'
	cmp c.json again.json
}

@test "infer: the narrowest type that all values fit" {
	type_of() { # VALUE...
		printf '{"x":%s}\n' "$@" >in
		ndjson-normalize -q --infer --required in >c.json
		ndjson-normalize -q -c c.json in >out
		jq -r '.fields[0] | [.type, .mode // empty, (.format // empty | if type == "array" then "[\"" + join("\", \"") + "\"]" else . end)] | join(" ")' c.json
	}
	is() { # TYPE, VALUE...
		local got
		got=$(type_of "${@:2}")
		[ "$got" = "$1" ] || { echo "$got: $*"; return 1; }
	}
	is 'INT64 REQUIRED' 1 '"42"'
	is 'INT64' '"42"' '""'
	is 'INT64' 1 null
	is 'STRING REQUIRED' '"42"' '"007"'
	is 'STRING REQUIRED' '"+42"'
	is 'STRING REQUIRED' '"1234567890123456"'
	is 'FLOAT64 REQUIRED' '"1.5"' 2
	is 'STRING REQUIRED' '"1,5"'
	is 'BOOL REQUIRED' true '"False"' '"yes"' '"NO"'
	is 'STRING REQUIRED' true '"1"'
	is 'STRING REQUIRED' '"yes"' '"maybe"'
	is 'DATE REQUIRED' '"2026-11-22"'
	is 'STRING REQUIRED' '"2026-11-22"' '"2026-02-30"'
	is 'DATETIME REQUIRED' '"2026-11-22"' '"2026-11-22T10:00:00"'
	is 'TIMESTAMP REQUIRED' '"2026-11-22T10:00:00Z"' '"2026-11-22 10:00:00.5-03:00"' '"2016-12-31T23:59:60Z"'
	is 'STRING REQUIRED' '"2026-11-22T10:00:00Z"' '"2026-11-22T10:00:00"'
	is 'TIME REQUIRED' '"10:20:30"' '"10:20:30.5"'
	is 'STRING REQUIRED' '"16:9"'
	is 'DATE REQUIRED %d/%m/%Y' '"22/11/2026"' '"03/04/2026"'
	is 'DATE REQUIRED %m/%d/%Y' '"11/22/2026"' '"03/04/2026"'
	is 'STRING REQUIRED' '"03/04/2026"'
	is 'STRING REQUIRED' '"22/11/2026"' '"11/22/2026"'
	is 'DATETIME REQUIRED %d/%m/%Y %H:%M:%S' '"22/11/2026 10:20:30"'
	is 'STRING REQUIRED' '""' '"  "'
	is 'STRING' null '""'
	is 'DATE REPEATED' '["2026-11-22"]' '[]' null
	is 'STRING REPEATED' '["1",""]'
	is 'JSON' '[]'
	is 'JSON' '[]' null
	is 'JSON REQUIRED' '[1]' 2
	is 'JSON REQUIRED' '{"a":1}' '"x"'
	is 'RECORD' '{"a":1}' '""'
	is 'JSON' '[{"a":1},""]' null
	is 'RECORD REQUIRED' '{"":1}'
	# texts that look like numbers: ids, versions, telephones, CPF, postal codes
	is 'STRING REQUIRED' '"13.1"'
	is 'STRING REQUIRED' '"28.32342"' '"28.3234200000"'
	is 'STRING REQUIRED' '"52998224725"'
	is 'STRING REQUIRED' '"5511987654321"'
	is 'STRING REQUIRED' '"01310100"'
	is 'STRING REQUIRED' '"13010100"'
	is 'STRING REQUIRED' '"123456789012345"'
	is 'INT64 REQUIRED' '"1301010"' '"-5"'
	is 'STRING REQUIRED' '"-0"'
	is 'STRING REQUIRED' '"1e5"'
	is 'STRING REQUIRED' '".5"'
	is 'FLOAT64 REQUIRED' '"13.1"' 2.5
	is 'STRING REQUIRED' '"13.10"' 2.5
	is 'INT64 REQUIRED' '"52998224725"' 2
	is 'NUMERIC REQUIRED' '"0.1"' 12345678901234567890
	# times of day, with and without seconds
	is 'DATETIME REQUIRED ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]' '"2026-11-22 10:20"'
	is 'DATETIME REQUIRED ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]' '"2026-11-22T10:20"' '"2026-11-22 10:20:30"'
	[[ $(type_of '"2026-11-22T10:20Z"' '"2026-11-22T10:20:30-03:00"') == 'TIMESTAMP REQUIRED ["%Y-%m-%dT%H:%M%z"'* ]]
	is 'TIME REQUIRED' '"10:20"' '"23:59:59"'
	is 'STRING REQUIRED' '"1:2:3"'
	is 'STRING REQUIRED' '"24:00"'
	is 'DATETIME REQUIRED %d/%m/%Y %H:%M' '"22/11/2026 10:20"' '"03/04/2026 23:59"'
	is 'DATETIME REQUIRED %m/%d/%Y %H:%M' '"11/22/2026 10:20"'
	is 'DATETIME REQUIRED ["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"]' '"22/11/2026 10:20"' '"22/11/2026 10:20:30"'
	is 'STRING REQUIRED' '"03/04/2026 10:20"'
	is 'STRING REQUIRED' '"22/11/2026 10:20"' '"22/11/2026"'
}

@test "infer: REQUIRED only on request; no field is no contract" {
	printf '%s\n' '{"a":1,"r":{"b":"x"}}' '{"a":2,"r":{"b":"y"}}' >in
	ndjson-normalize -q --infer in >c.json
	[ "$(jq -c '[.. | .mode? // empty]' c.json)" = '[]' ]
	ndjson-normalize -q -c c.json <<<'{"a":null}'
	ndjson-normalize -q --infer --required in >c.json
	[ "$(jq -c '[.. | .mode? // empty]' c.json)" = '["REQUIRED","REQUIRED","REQUIRED"]' ]
	run -64 --separate-stderr ndjson-normalize --required in
	[[ $stderr == *'--required needs --infer'* ]]
	run -65 --separate-stderr ndjson-normalize --infer <<<'{}'
	[[ $stderr == *'no row has a field'* ]]
	[ "$output" = "" ]
}

@test "infer, evolve: an empty key has its place in the contract" {
	infer '{"":1,"a":{"":"x"}}'
	[ "$(jq -c '[.fields[] | .name, .from // empty, (.fields // [])[].from]' c.json)" = '["_",[""],"a",[""]]' ]
	[ "$(cat out)" = '{"_":1,"a":{"_":"x"}}' ]
	contract '"name":"id","type":"INT64"'
	run -0 normalize '{"id":1,"":5}' -- --unknown evolve --contract-out out.json
	[ "$output" = '{"id":1,"_":5}' ]
	run -0 ndjson-normalize -q -c out.json --unknown freeze <<<'{"id":1,"":5}'
	[ "$output" = '{"id":1,"_":5}' ]
}

@test "infer: 45,211 real rows fit what was inferred from them" {
	[ -r "$SHARED/bank-marketing.ndjson.gz" ] || skip "no ../shared/data"
	zcat "$SHARED/bank-marketing.ndjson.gz" >in
	ndjson-normalize -q --infer in >c.json
	[ "$(jq -r '[.fields[].type] | group_by(.) | map("\(.[0]) \(length)") | join(", ")' c.json)" = 'BOOL 4, INT64 7, STRING 7' ]
	ndjson-normalize -q -c c.json --unknown freeze in | wc -l | grep -qx 45211
}

@test "infer: a map of many keys is JSON, and what is learned has a ceiling" {
	seq 1 1500 | sed 's/.*/{"m":{"k&":1}}/' >in
	ndjson-normalize -q --infer in >c.json
	[ "$(jq -r '.fields[0].type' c.json)" = JSON ]
	ndjson-normalize -q -c c.json in >/dev/null
	seq 1 10001 | sed 's/.*/{"k&":1}/' >in
	run -65 --separate-stderr ndjson-normalize --infer in
	[[ $stderr == *'in:10001: field k10001: too many unknown fields'* ]]
	[ "$output" = "" ]
	deep=$(printf '{"a":%.0s' {1..40})1$(printf '}%.0s' {1..40})
	infer "$deep"
	[ "$(jq -r '[.. | .type? // empty] | unique | join(",")' c.json)" = JSON,RECORD ]
}

@test "infer: what is no stream of rows gives no contract" {
	run -65 --separate-stderr ndjson-normalize --infer </dev/null
	[[ $stderr == *'no rows'* ]]
	run -65 --separate-stderr ndjson-normalize --infer <<<'{"a":1,"a":2}'
	[[ $stderr == *'stdin:1: field a: duplicate key'* ]]
	[ "$output" = "" ]
	run -66 ndjson-normalize --infer <<<'{"@end":{"ok":false,"tool":"t","error":"e"}}'
	[ "$(printf '%s\n' '{"a":1}' '{"@end":{"ok":true,"tool":"t","rows":1}}' | ndjson-normalize -q --seal --infer | jq -c '[.fields[].name]')" = '["a"]' ]
	run -66 ndjson-normalize --seal --infer <<<'{"a":1}'
	run -74 bash -c 'echo "{\"a\":1}" | ndjson-normalize --infer >/dev/full'
	for option in '-c x' '--unknown evolve' '--rejects x' '--dedup' '--on-bad-value null'; do
		run -64 ndjson-normalize --infer $option </dev/null
	done
}
