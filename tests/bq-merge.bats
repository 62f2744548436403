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
	sql "SELECT $1 FROM m.t ORDER BY id" | canonical | jq -c '[.[]]' | tr '\n' ' '
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

# The columns of a table in dataset m: "name:TYPE:MODE ...".
columns() { # TABLE
	curl -sS "$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/$GOOGLE_CLOUD_PROJECT/datasets/m/tables/$1" |
		jq -r '[.schema.fields[] | "\(.name):\(.type):\(.mode // "NULLABLE")"] | join(" ")'
}

@test "a target that is made has the modes of the staging table; columns added to it are never REQUIRED" {
	warehouse
	echo '{"key":["id"],"fields":[{"name":"id","type":"STRING","mode":"REQUIRED"},{"name":"tags","type":"STRING","mode":"REPEATED"}]}' >c.json
	echo '{"id":"a","tags":["x"]}' | through
	is "$(columns t)" 'id:STRING:REQUIRED tags:STRING:REPEATED'
	echo '{"key":["id"],"fields":[{"name":"id","type":"STRING","mode":"REQUIRED"},{"name":"days","type":"INT64","mode":"REPEATED"},
		{"name":"score","type":"INT64","mode":"REQUIRED"}]}' >c.json
	echo '{"id":"b","days":[1,2],"score":7}' | through
	is "$(columns t | sed 's/INT64/INTEGER/g')" 'id:STRING:REQUIRED tags:STRING:REPEATED days:INTEGER:REPEATED score:INTEGER:NULLABLE'
	is "$(sql 'SELECT id, tags, days, score FROM m.t ORDER BY id' | jq -c '[.[]]' | tr '\n' ' ')" '["a",["x"],[],null] ["b",[],[1,2],7] '
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

@test "keys, order and partitions are those of the target's types" {
	warehouse
	merge() { bq-merge -q --key id "$@" --from s.t --into m.t | jq -r '"\(.inserted) \(.updated)"'; }
	sql "CREATE TABLE s.t AS SELECT * FROM UNNEST([STRUCT('7' AS id, '9' AS rev, 'old' AS v), ('007', '10', 'new'), (' 7', '8', 'older')])"
	sql 'CREATE TABLE m.t (id INT64, rev INT64, v STRING)'
	is "$(merge --order-by rev)" "1 0"
	is "$(rows_of 'id, rev, v')" '[7,10,"new"] '
	is "$(merge --order-by rev)" "0 0"
	sql "CREATE OR REPLACE TABLE s.t AS SELECT * FROM UNNEST([STRUCT(TIMESTAMP '2026-01-01' AS id, 1 AS v), (TIMESTAMP '2026-01-01', 2)])"
	sql 'CREATE OR REPLACE TABLE m.t (id DATE, v INT64) PARTITION BY id'
	is "$(merge)" "1 0"
	sql "CREATE OR REPLACE TABLE s.t AS SELECT * FROM UNNEST([STRUCT(NUMERIC '1' AS id, 1 AS v), (NUMERIC '1.0', 2)])"
	for mode in insert-only delete-insert scd2; do
		sql 'CREATE OR REPLACE TABLE m.t (id INT64, v INT64)'
		merge --mode "$mode"
		is "$(sql_value 'SELECT COUNT(DISTINCT id) FROM m.t')" 1
	done
}

@test "a cast that changes a value: 69 with the column and the rows, before anything changes" {
	warehouse
	while IFS='|' read -r from into value good; do
		sql "CREATE OR REPLACE TABLE s.t AS SELECT 1 AS id, CAST($value AS $from) AS amount UNION ALL SELECT 2, CAST($value AS $from) UNION ALL SELECT 3, CAST($good AS $from) UNION ALL SELECT 4, NULL"
		sql "CREATE OR REPLACE TABLE m.t (id INT64, amount $into)"
		run -69 bq-merge --key id --from s.t --into m.t
		[[ $output == *"column amount: the target's type does not take the values of 2 rows as they are; nothing was merged"* ]] || { echo "$from $into: $output"; return 1; }
		is "$(sql_value 'SELECT COUNT(*) FROM m.t')" 0
		sql "DELETE FROM s.t WHERE id < 3"
		bq-merge -q --key id --from s.t --into m.t | jq -e '.inserted == 2' || return 1
		is "$(sql_value "SELECT COUNT(*) FROM m.t WHERE amount = CAST(CAST($good AS $from) AS $into)")" 1
	done <<-'END'
		NUMERIC|INT64|'1.5'|'2'
		FLOAT64|INT64|'2.49'|'-3'
		BIGNUMERIC|NUMERIC|'1e30'|'0.5'
		BIGNUMERIC|NUMERIC|'0.1234567891234'|'0.5'
		TIMESTAMP|DATE|'2026-01-01 10:00:00+00'|'2026-01-01'
		STRING|INT64|'canary'|'007'
		STRING|DATE|'canary'|'2026-01-01'
		INT64|FLOAT64|'9007199254740993'|'9007199254740992'
	END
	sql "CREATE OR REPLACE TABLE s.t AS SELECT 1 AS id, NUMERIC '1.5' AS amount"
	sql 'CREATE OR REPLACE TABLE m.t (id INT64, amount INT64)'
	bq-merge -q --key id --lossy-casts --from s.t --into m.t | jq -e '.inserted == 1'
	is "$(rows_of amount)" '[2] '
	sql "CREATE OR REPLACE TABLE s.t AS SELECT 1 AS id, 'canary' AS amount"
	run -69 bq-merge --key id --lossy-casts --from s.t --into m.t
	[[ $output == *"column amount"* && $output != *canary* ]]
}

@test "a cast that changes a value in a record, or in one of its rows" {
	warehouse
	for kind in 'STRUCT(NUMERIC "1.5" AS n)|STRUCT<n INT64>' '[STRUCT(NUMERIC "1" AS n), STRUCT(NUMERIC "1.5" AS n)]|ARRAY<STRUCT<n INT64>>'; do
		sql "CREATE OR REPLACE TABLE s.t AS SELECT 1 AS id, ${kind%|*} AS deep"
		sql "CREATE OR REPLACE TABLE m.t (id INT64, deep ${kind#*|})"
		run -69 bq-merge --key id --from s.t --into m.t
		[[ $output == *"column deep: the target's type does not take the values of 1 rows"* ]]
	done
}

@test "NUMERIC(p,s) is compared as the target rounds it" {
	printf 'HTTP/1.1 200 OK\r\n\r\n{"schema":{"fields":[{"name":"id","type":"STRING"},{"name":"p","type":"NUMERIC"}]}}' >staging
	printf 'HTTP/1.1 200 OK\r\n\r\n{"schema":{"fields":[{"name":"id","type":"STRING"},{"name":"p","type":"NUMERIC","precision":"10","scale":"2"}]}}' >target
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobReference":{"jobId":"j"},"status":{"state":"DONE"},"statistics":{"query":{"dmlStats":{"insertedRowCount":"1"}}}}' >done
	bigquery_answers staging target done
	run -0 --separate-stderr bq-merge -vv --key id --from s.t --into m.t
	[[ $stderr == *'SAFE_CAST(leadpipe_s.`p` AS NUMERIC(10,2)) AS `p`'* ]]
	[[ $stderr == *'COUNTIF(SAFE_CAST(SAFE_CAST(leadpipe_s.`p` AS NUMERIC(10,2)) AS NUMERIC) IS DISTINCT FROM leadpipe_s.`p`) AS leadpipe_loss_1'* ]]
}

@test "columns may have any name: in every mode each row once" {
	warehouse
	columns='r INT64, n BOOL, t INT64, s INT64, a INT64, target INT64, `old` INT64, `new` INT64, `order` INT64, leadpipe STRING'
	rows="('a', 1, FALSE, 1, 1, 1, 1, 1, 1, 1, 'x'), ('a', 6, FALSE, 2, 2, 2, 2, 2, 2, 2, 'x'), ('b', 2, TRUE, 1, 1, 1, 1, 1, 1, 1, 'y'), ('c', 3, FALSE, 1, 1, 1, 1, 1, 1, 1, NULL)"
	sql "CREATE TABLE s.t (id STRING, $columns)"
	sql "INSERT INTO s.t VALUES $rows"
	while IFS='|' read -r mode first second; do
		sql 'DROP TABLE IF EXISTS m.t'
		for expected in "$first" "$second"; do
			is "$(bq-merge -q --key id --order-by order --mode "$mode" --from s.t --into m.t | jq -r '"\(.inserted) \(.updated) \(.deleted)"')" "$expected" || { echo "$mode"; return 1; }
		done
		is "$(sql_value "SELECT r FROM m.t WHERE id = 'a' ORDER BY r DESC LIMIT 1")" 6
	done <<-'END'
		upsert|3 0 0|0 0 0
		insert-only|3 0 0|0 0 0
		delete-insert|4 0 0|4 0 4
		scd2|3 0 0|0 0 0
	END
	sql 'DROP TABLE m.t'
	bq-merge -q --key id --order-by order --delete-where 'r = 6 OR n' --from s.t --into m.t | jq -e '.inserted == 1'
	is "$(rows_of id)" '["c"] '
}

@test "records are merged field by field, by name; new fields are added to the target's" {
	warehouse
	sql 'CREATE TABLE m.t (id STRING, u STRUCT<a STRING, b STRING, only STRUCT<x INT64>>, l ARRAY<STRUCT<x INT64, y INT64>>)'
	sql "INSERT INTO m.t VALUES ('k', STRUCT('old', 'old', STRUCT(1)), [STRUCT(1, 2)])"
	sql 'CREATE TABLE s.t (id STRING, u STRUCT<b STRING, fresh STRUCT<q STRING>, a STRING>, l ARRAY<STRUCT<y INT64, z STRING, x FLOAT64>>)'
	sql "INSERT INTO s.t VALUES ('k', STRUCT('B', STRUCT('Q'), 'A'), [STRUCT(4, 'z', 3.0), STRUCT(6, NULL, 5.0)]), ('n', NULL, [])"
	bq-merge -q --key id --from s.t --into m.t | jq -e '.inserted == 1 and .updated == 1'
	is "$(sql 'SELECT u, l FROM m.t ORDER BY id' | jq -cS . | tr '\n' ' ')" \
		'{"l":[{"x":3,"y":4,"z":"z"},{"x":5,"y":6,"z":null}],"u":{"a":"A","b":"B","fresh":{"q":"Q"},"only":null}} {"l":[],"u":null} '
	bq-merge -q --key id --from s.t --into m.t | jq -e '.inserted == 0 and .updated == 0'
	sql 'CREATE TABLE s.o (id STRING, u STRUCT<a STRUCT<x INT64>>)'
	run -69 bq-merge --key id --from s.o --into m.t
	[[ $output == *"column u: "* ]]
}

# ---- modes -------------------------------------------------------------------------------------

# merged OPTION...: rows on stdin, by way of staging, into m.t; prints "inserted updated deleted".
merged() {
	bq-load -q -c c.json --write truncate s.t >receipt
	bq-merge -q -c c.json --into m.t "$@" <receipt | jq -r '"\(.inserted) \(.updated) \(.deleted)"'
}

@test "insert-only: what is there stays as it is" {
	warehouse
	contract
	is "$(printf '%s\n' '{"id":"a","score":1}' '{"id":"b","score":1}' | merged --mode insert-only)" "2 0 0"
	is "$(printf '%s\n' '{"id":"a","score":2}' '{"id":"c","score":2}' | merged --mode insert-only)" "1 0 0"
	is "$(rows_of 'id, score')" '["a",1] ["b",1] ["c",2] '
	run -64 bq-merge -c c.json --mode insert-only --delete-where 'score = 1' --into m.t <receipt
}

@test "delete-insert: all rows of a staged key are replaced by all staged ones" {
	warehouse
	contract
	printf '%s\n' '{"id":"a","score":1}' '{"id":"a","score":2}' '{"id":"b","score":1}' '{"id":null,"score":1}' |
		bq-load -q -c c.json m.t
	is "$(printf '%s\n' '{"id":"a","score":3}' '{"id":"a","score":4}' '{"id":"a","score":5}' '{"id":null,"score":6}' |
		merged --mode delete-insert)" "4 0 3"
	is "$(sql 'SELECT id, score FROM m.t ORDER BY id, score' | jq -c '[.[]]' | tr '\n' ' ')" '[null,6] ["a",3] ["a",4] ["a",5] ["b",1] '
	bq-merge -q -c c.json --mode delete-insert --into m.t <receipt
	is "$(sql_value 'SELECT COUNT(*) FROM m.t')" 5
	is "$(printf '%s\n' '{"id":"a","score":0}' '{"id":"a","score":7}' | merged --mode delete-insert --delete-where 'score = 0')" "1 0 3"
	is "$(sql 'SELECT score FROM m.t WHERE id = "a"' | jq -c '[.[]]')" '[7]'
}

@test "--delete-where: the newest staged row says that the key is gone" {
	warehouse
	contract
	printf '%s\n' '{"id":"a","at":"2026-01-01T00:00:00Z","score":1}' '{"id":"b","at":"2026-01-05T00:00:00Z","score":1}' '{"id":"c","score":1}' | through
	printf '%s\n' '{"id":"a","at":"2026-01-02T00:00:00Z","score":-1}' '{"id":"b","at":"2026-01-02T00:00:00Z","score":-1}' \
		'{"id":"n","score":-1}' '{"id":"c","at":"2026-01-02T00:00:00Z","score":-1}' '{"id":"c","at":"2026-01-03T00:00:00Z","score":4}' >rows.ndjson
	is "$(merged --delete-where 'score < 0 -- gone' <rows.ndjson)" "0 1 1"
	is "$(rows_of 'id, score')" '["b",1] ["c",4] '
	is "$(merged --delete-where 'score < 0' <rows.ndjson)" "0 0 0"
	run -69 bq-merge -c c.json --delete-where 'nosuch = 1' --into m.t <receipt
}

@test "scd2: a changed row is closed and a new version begins" {
	warehouse
	contract
	versions() {
		sql 'SELECT id, score, valid_from, valid_to FROM m.t ORDER BY id, valid_from' | jq -c '[.[]]' | tr '\n' ' '
	}
	is "$(printf '%s\n' '{"id":"a","at":"2026-01-01T00:00:00Z","score":1}' '{"id":"b","at":"2026-01-01T00:00:00Z","score":1}' | merged --mode scd2)" "2 0 0"
	is "$(printf '%s\n' '{"id":"a","at":"2026-01-03T00:00:00Z","score":2}' '{"id":"b","at":"2026-01-01T00:00:00Z","score":1}' \
		'{"id":"c","at":"2026-01-03T00:00:00Z","score":1}' | merged --mode scd2)" "2 1 0"
	bq-merge -q -c c.json --mode scd2 --into m.t <receipt | jq -e '.inserted == 0 and .updated == 0'
	is "$(versions)" '["a",1,"2026-01-01T00:00:00Z","2026-01-03T00:00:00Z"] ["a",2,"2026-01-03T00:00:00Z",null] ["b",1,"2026-01-01T00:00:00Z",null] ["c",1,"2026-01-03T00:00:00Z",null] '
	is "$(echo '{"id":"a","at":"2026-01-02T00:00:00Z","score":9}' | merged --mode scd2)" "0 0 0"
	is "$(echo '{"id":"b","at":"2026-01-04T00:00:00Z","score":-1}' | merged --mode scd2 --delete-where 'score < 0')" "0 1 0"
	is "$(sql 'SELECT id FROM m.t WHERE valid_to IS NULL ORDER BY id' | jq -c '[.[]]' | tr '\n' ' ')" '["a"] ["c"] '
	is "$(echo '{"id":"b","at":"2026-01-06T00:00:00Z","score":3}' | merged --mode scd2)" "1 0 0"
	echo '{"id":"a","valid_to":"2026-01-06T00:00:00Z"}' | bq-load -q -c c.json --write truncate s.t >receipt
	run -78 bq-merge -c c.json --mode scd2 --into m.t <receipt
}

# ---- partitions --------------------------------------------------------------------------------

# partitioned TYPE UNIT [KEY-COLUMNS]
partitioned() {
	echo "{\"key\":[${3:-\"id\"}],\"partition\":{\"field\":\"p\",\"type\":\"$2\"},\"fields\":[{\"name\":\"id\",\"type\":\"STRING\"},{\"name\":\"p\",\"type\":\"$1\"},{\"name\":\"v\",\"type\":\"INT64\"}]}" >c.json
}

# The condition on partitions in the MERGE that the last bq-merge -vv showed.
condition() {
	grep -o 'ON (.*' err | sed -E 's/^ON (.*) AND \(leadpipe_t\.`id`.*/\1/' | head -n 1
}

@test "partitions: the staged ones as literals, for every type and unit; neighbours are one" {
	warehouse
	while IFS='|' read -r type unit a b c count expected; do
		partitioned "$type" "$unit"
		sql 'DROP TABLE IF EXISTS m.t; DROP TABLE IF EXISTS s.t'
		printf '{"id":"a","p":"%s"}\n{"id":"b","p":"%s"}\n{"id":"c","p":"%s"}\n' "$a" "$b" "$c" | bq-load -q -c c.json --write truncate s.t >receipt
		bq-merge -vv -c c.json --keys-never-move --into m.t <receipt 2>err | jq -e ".inserted == 3 and .partitions == $count" || return 1
		is "$(condition)" "$expected" || return 1
		bq-merge -q -c c.json --keys-never-move --into m.t <receipt | jq -e '.inserted == 0 and .updated == 0' || return 1
	done <<-'END'
		DATE|DAY|2026-01-31|2026-02-01|2024-02-29|3|((leadpipe_t.`p` >= DATE '2024-02-29' AND leadpipe_t.`p` < DATE '2024-03-01') OR (leadpipe_t.`p` >= DATE '2026-01-31' AND leadpipe_t.`p` < DATE '2026-02-02'))
		DATE|MONTH|2026-12-31|2026-12-01|2025-02-03|2|((leadpipe_t.`p` >= DATE '2025-02-01' AND leadpipe_t.`p` < DATE '2025-03-01') OR (leadpipe_t.`p` >= DATE '2026-12-01' AND leadpipe_t.`p` < DATE '2027-01-01'))
		DATE|YEAR|2026-12-31|1969-12-01|2027-02-03|3|((leadpipe_t.`p` >= DATE '1969-01-01' AND leadpipe_t.`p` < DATE '1970-01-01') OR (leadpipe_t.`p` >= DATE '2026-01-01' AND leadpipe_t.`p` < DATE '2028-01-01'))
		TIMESTAMP|HOUR|2026-12-31T23:59:59Z|2026-12-31T23:00:00Z|2026-12-31T01:00:00+02:00|2|((leadpipe_t.`p` >= TIMESTAMP '2026-12-30 23:00:00+00' AND leadpipe_t.`p` < TIMESTAMP '2026-12-31 00:00:00+00') OR (leadpipe_t.`p` >= TIMESTAMP '2026-12-31 23:00:00+00' AND leadpipe_t.`p` < TIMESTAMP '2027-01-01 00:00:00+00'))
		TIMESTAMP|DAY|2026-12-31T23:59:59Z|2026-12-31T23:00:00Z|1969-12-31T01:00:00Z|2|((leadpipe_t.`p` >= TIMESTAMP '1969-12-31 00:00:00+00' AND leadpipe_t.`p` < TIMESTAMP '1970-01-01 00:00:00+00') OR (leadpipe_t.`p` >= TIMESTAMP '2026-12-31 00:00:00+00' AND leadpipe_t.`p` < TIMESTAMP '2027-01-01 00:00:00+00'))
		DATETIME|MONTH|2026-12-31T23:59:59|2026-11-01T23:00:00|2026-11-01T00:00:00|2|((leadpipe_t.`p` >= DATETIME '2026-11-01 00:00:00' AND leadpipe_t.`p` < DATETIME '2027-01-01 00:00:00'))
	END
}

@test "partitions of integers; NULL and what is outside have partitions of their own" {
	warehouse
	sql 'CREATE TABLE m.t (id STRING, p INT64, v INT64) PARTITION BY RANGE_BUCKET(p, GENERATE_ARRAY(0, 100, 10))'
	sql 'CREATE TABLE s.t (id STRING, p INT64, v INT64)'
	sql "INSERT INTO s.t VALUES ('a', 5, 1), ('b', 99, 1), ('c', 100, 1), ('d', NULL, 1), ('e', 12, 1)"
	bq-merge -vv --key id --keys-never-move --from s.t --into m.t 2>err | jq -e '.inserted == 5 and .partitions == 5'
	is "$(condition)" '((leadpipe_t.`p` >= 0 AND leadpipe_t.`p` < 20) OR (leadpipe_t.`p` >= 90 AND leadpipe_t.`p` < 100) OR (leadpipe_t.`p` < 0 OR leadpipe_t.`p` >= 100) OR leadpipe_t.`p` IS NULL)'
	bq-merge -q --key id --keys-never-move --from s.t --into m.t | jq -e '.inserted == 0 and .updated == 0'
	sql 'DELETE FROM s.t WHERE TRUE'
	bq-merge -q --key id --keys-never-move --from s.t --into m.t | jq -e '.inserted == 0 and .partitions == 0'
}

@test "partitions: pruned where the column is in the key; else not, with the reason; or refused" {
	warehouse
	partitioned DATE DAY '"id","p"'
	printf '%s\n' '{"id":"a","p":"2026-01-01","v":1}' '{"id":"b","v":1}' | bq-load -q -c c.json --write truncate s.t >receipt
	bq-merge -q -c c.json --prune must --into m.t <receipt | jq -e '.partitions == 2 and .inserted == 2'
	bq-merge -q -c c.json --prune never --into m.t <receipt | jq -e '(has("partitions") | not) and .inserted == 0'
	partitioned DATE DAY
	echo '{"id":"a","p":"2026-01-09","v":2}' | bq-load -q -c c.json --write truncate s.t >receipt
	run -78 bq-merge -c c.json --prune must --into m.t <receipt
	[[ $output == *"not part of the key"*"--keys-never-move"* ]]
	run -0 --separate-stderr bq-merge -c c.json --into m.t <receipt
	[[ $stderr == *"all partitions are read: "*"--keys-never-move"* ]]
	jq -e '.updated == 1 and .inserted == 0' <<<"$output"
	sql 'CREATE TABLE m.f (id STRING, p DATE, v INT64) PARTITION BY p OPTIONS (require_partition_filter = TRUE)'
	run -78 bq-merge -c c.json --into m.f <receipt
	bq-merge -q -c c.json --keys-never-move --into m.f <receipt | jq -e '.inserted == 1'
	sql 'CREATE TABLE s.o (id STRING, v INT64)'
	run -78 bq-merge --key id --keys-never-move --prune must --from s.o --into m.t
	[[ $output == *"no column of the staging table"* ]]
	run -64 bq-merge --prune maybe --from s.o --into m.t
}

@test "a target partitioned by the time of ingestion: refused with the reason, or read whole" {
	printf 'HTTP/1.1 200 OK\r\n\r\n{"schema":{"fields":[{"name":"id","type":"STRING"}]}}' >staging
	printf 'HTTP/1.1 200 OK\r\n\r\n{"timePartitioning":{"type":"DAY"},"schema":{"fields":[{"name":"id","type":"STRING"}]}}' >target
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobReference":{"jobId":"j"},"status":{"state":"DONE"},"statistics":{"query":{"dmlStats":{"insertedRowCount":"1"}}}}' >done
	bigquery_answers staging target staging target done
	run -78 bq-merge --key id --keys-never-move --prune must --from s.t --into m.t
	[[ $output == *"partitioned by the time of ingestion, which no row tells"* ]]
	run -0 --separate-stderr bq-merge --key id --keys-never-move --from s.t --into m.t
	[[ $stderr == *"all partitions are read: "*"time of ingestion"* ]]
	jq -e '.inserted == 1 and (has("partitions") | not)' <<<"$output"
}

@test "400 day partitions: a merge of 3 days costs 3 days, and is the unpruned merge" {
	warehouse
	partitioned DATE DAY
	sql "CREATE TABLE m.t PARTITION BY p AS SELECT CONCAT('k', CAST(n AS STRING)) AS id, DATE_ADD(DATE '2025-01-01', INTERVAL n DAY) AS p, n AS v FROM UNNEST(GENERATE_ARRAY(0, 399)) n"
	sql 'CREATE TABLE m.u PARTITION BY p AS SELECT * FROM m.t'
	printf '%s\n' '{"id":"k1","p":"2025-01-02","v":-1}' '{"id":"k100","p":"2025-04-11","v":100}' '{"id":"new","p":"2026-02-04","v":7}' |
		bq-load -q -c c.json --write truncate s.t >receipt
	bytes_of() { bq-query -q --dry-run "SELECT * FROM $1" | jq .bytes_processed; }
	days=$(bytes_of "m.t WHERE p IN (DATE '2025-01-02', DATE '2025-04-11', DATE '2026-02-04')")
	[ "$days" -gt 0 ]
	staged=$(bytes_of s.t)
	bq-merge -q -c c.json --prune never --into m.u <receipt >whole
	bq-merge -q -c c.json --keys-never-move --into m.t <receipt >pruned
	jq -es '.[0] as $w | .[1] | .inserted == 1 and .updated == 1 and .inserted == $w.inserted and .updated == $w.updated and .partitions == 3
		and .bytes_processed * 20 < $w.bytes_processed' whole pruned
	[ "$(jq .bytes_processed pruned)" -le $((days + 2 * staged)) ] # merged, and checked
	cmp <(sql 'SELECT * FROM m.t ORDER BY id') <(sql 'SELECT * FROM m.u ORDER BY id')
}

# ---- which rows --------------------------------------------------------------------------------

@test "the staging table holds other rows than its load: 66, and nothing is merged" {
	warehouse
	contract
	printf '%s\n' '{"id":"a","score":1}' '{"id":"b","score":2}' | bq-load -q -c c.json --write truncate s.t >receipt
	sql "INSERT INTO s.t (id) VALUES ('z')"
	run -66 bq-merge -c c.json --into m.t <receipt
	[[ $output == *"s.t: has 3 rows, and its loads 2; nothing was merged"* ]]
	sql 'TRUNCATE TABLE s.t'
	for mode in upsert insert-only delete-insert scd2; do
		run -66 bq-merge -c c.json --mode "$mode" --into "m.${mode/-/_}" <receipt
		[[ $output == *"has 0 rows, and its loads 2"* ]]
		is "$(sql_value "SELECT COUNT(*) FROM m.${mode/-/_}")" 0
	done
	bq-merge -q -c c.json --from s.t --into m.t | jq -e '.inserted == 0'
	sql "INSERT INTO s.t (id) VALUES ('a'), ('b')"
	bq-merge -q -c c.json --into m.t <receipt | jq -e '.inserted == 2'
}

@test "rows that come between the question for partitions and the merge: 66, each row in its partition" {
	warehouse
	partitioned DATE DAY
	echo '{"id":"a","p":"2026-01-01","v":1}' | bq-load -q -c c.json s.t | bq-merge -q -c c.json --into m.t
	sql "UPDATE s.t SET v = 2 WHERE TRUE"
	asked() { curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq '.services.bq'; }
	before=$(asked)
	fault bq:slow@5 # the answer: what it says is of before
	bq-merge -c c.json --keys-never-move --from s.t --into m.t >out 2>err 3>&- &
	pid=$!
	for _ in $(seq 1 600); do
		[ "$(asked)" -lt $((before + 5)) ] || break
		sleep 0.05
	done
	sql "INSERT INTO s.t VALUES ('b', DATE '2026-01-05', 1)"
	status=0
	wait "$pid" || status=$?
	is "$status" 66
	grep 's.t: was changed while it was merged; nothing was merged' err
	is "$(rows_of 'id, v')" '["a",1] '
	bq-merge -q -c c.json --keys-never-move --from s.t --into m.t | jq -e '.inserted == 1 and .updated == 1'
}

@test "several receipts of one table: all of their rows, once" {
	warehouse
	contract
	for i in 1 2 3; do
		{ echo "{\"id\":\"$i\"}"; echo "{\"@end\":{\"ok\":true,\"tool\":\"x\",\"rows\":1,\"watermark\":\"2026-11-0${i/2/9}T00:00:00Z\"}}"; } | bq-load -q -c c.json s.t
	done >receipts
	run -66 bq-merge -c c.json --into m.t < <(head -n 2 receipts)
	[[ $output == *"has 3 rows, and its loads 2"* ]]
	{ cat receipts; head -n 1 receipts; } | bq-merge -q -c c.json --into m.t | jq -e '.inserted == 3 and .watermark == "2026-11-09T00:00:00Z"'
	echo '{"id":"x"}' | bq-load -q -c c.json s.other >>receipts
	run -65 bq-merge -c c.json --into m.t <receipts
	[[ $output == *"stdin:4: the receipts are of several tables"* ]]
}

@test "--once RUN --shards N: all parts of a run, or nothing" {
	warehouse
	contract
	part() { seq "$((10 * $1 + 1))" "$((10 * $1 + 10))" | sed 's/.*/{"id":"&"}/' | bq-load -q -c c.json --once r1 --shard "$1/4" s.r1; }
	shards() { bq-merge -c c.json --from s.r1 --once r1 --shards 4 --into m.t; }
	for i in 0 1 3; do part "$i" >"receipt.$i"; done
	run -66 shards
	[[ $output == *"shards 2 of 4: no load that is done; nothing was merged"* ]]
	run -66 bq-merge -c c.json --into m.t < <(cat receipt.?)
	[[ $output == *"shards 2 of 4: no receipt; nothing was merged"* ]]
	part 2 >receipt.2
	part 2 | cmp - receipt.2
	jq -e '.run == "r1" and .shard == "2/4" and .rows == 10' receipt.2
	shards | jq -e '.inserted == 40'
	cat receipt.? | bq-merge -q -c c.json --into m.t | jq -e '.inserted == 0 and .updated == 0'
	sql "INSERT INTO s.r1 (id) VALUES ('foreign')"
	run -66 shards
	[[ $output == *"has 41 rows, and its loads 40"* ]]
	run -65 bq-merge -c c.json --into m.t < <(cat receipt.0; jq -c '.shard = "1/3" | .job_id = "x"' receipt.1)
	run -64 bq-merge -c c.json --from s.r1 --shards 4 --into m.t
	run -64 bq-merge -c c.json --once r1 --shards 4 --into m.t
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
	run -65 bq-merge -c c.json --into m.t < <(cat receipt; sed 's/"table":"/&x/' receipt)
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

@test "the staged rows' partitions are asked for and billed once; other rows are asked anew" {
	warehouse
	partitioned DATE DAY
	questions() {
		api 'jobs?projection=full&maxResults=1000' | jq '[.jobs[]? | select(.configuration.query.query // "" | startswith("SELECT STRING_AGG"))] | length'
	}
	printf '%s\n' '{"id":"a","p":"2026-01-01","v":1}' '{"id":"b","p":"2026-01-02","v":1}' | bq-load -q -c c.json --write truncate s.t >receipt
	again() { bq-merge -q -c c.json --keys-never-move --into m.t "$@"; }
	again <receipt | jq -e '.inserted == 2 and .partitions == 2'
	again <receipt >second
	again --from s.t >third
	jq -es 'all(.inserted == 0 and .updated == 0 and .partitions == 2) and .[0].bytes_billed == .[1].bytes_billed' second third
	[ "$(questions)" = 1 ]
	echo '{"id":"c","p":"2026-01-03","v":1}' | bq-load -q -c c.json s.t >more
	cat receipt more | again | jq -e '.inserted == 1 and .partitions == 3'
	[ "$(questions)" = 2 ]
	run -64 bq-merge --key id --from 's.t$20260101' --into m.t
	[[ $output == *"one partition cannot be merged"* ]]
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

@test "kill -9 while the merge is under way: the rerun waits for that job and prints its receipt" {
	warehouse
	partitioned DATE DAY '"id","p"'
	echo '{"id":"a","p":"2026-01-01","v":1}' | bq-load -q -c c.json --write truncate s.t | bq-merge -q -c c.json --into m.t
	printf '%s\n' '{"id":"a","p":"2026-01-01","v":2}' '{"id":"b","p":"2026-01-02","v":1}' | bq-load -q -c c.json --write truncate s.t >receipt
	curl -sSf -d bq-job:wait@2 "$LEADPIPE_SANDBOX_URL/_sandbox/fault" # 1 asks for the partitions
	asked() { curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq '.services.bq'; }
	before=$(asked)
	curl -sSf -d bq:slow@6 "$LEADPIPE_SANDBOX_URL/_sandbox/fault" # the MERGE: it is made, and the reply late
	bq-merge -q -c c.json --into m.t <receipt >out 3>&- &
	pid=$!
	for _ in $(seq 1 600); do
		[ "$(asked)" -lt $((before + 6)) ] || break
		sleep 0.05
	done
	kill -9 "$pid"
	wait "$pid" || true
	[ ! -s out ]
	is "$(rows_of 'id, v')" '["a",1] '
	run -0 --separate-stderr bq-merge -c c.json --into m.t <receipt
	jq -e '.inserted == 1 and .updated == 1 and .partitions == 2' <<<"$output"
	[[ $stderr == *"(of an earlier run)"* ]]
	[ "$(merge_jobs)" = 2 ]
	is "$(rows_of 'id, v')" '["a",2] ["b",1] '
}

@test "a merge that BigQuery could not finish is followed by the next id" {
	warehouse
	contract
	printf '%s\n' '{"id":"a","score":1}' '{"id":"b","score":1}' | bq-load -q -c c.json s.t >receipt
	curl -sSf -d bq-job:internalError@1 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	bq-merge -c c.json --into m.t <receipt 2>err | jq -e '.inserted == 2 and (.job_id | endswith("_2"))'
	grep -q 'failed: internalError.*; the next id is tried' err
	is "$(rows_of 'id, score')" '["a",1] ["b",1] '
}

@test "others at work on the target: tried again, then 75" {
	printf 'HTTP/1.1 200 OK\r\n\r\n{"schema":{"fields":[{"name":"id","type":"STRING"}]}}' >table
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobReference":{"jobId":"j"},"status":{"state":"DONE"},"statistics":{"query":{"dmlStats":{"insertedRowCount":"1"}}}}' >done
	while IFS='|' read -r reason message; do
		error="{\"reason\":\"$reason\",\"message\":\"$message\"}"
		printf 'HTTP/1.1 200 OK\r\n\r\n{"jobReference":{"jobId":"j"},"status":{"state":"DONE","errorResult":%s,"errors":[%s]}}' "$error" "$error" >failed
		printf 'HTTP/1.1 400 Bad Request\r\n\r\n{"error":{"code":400,"message":"%s","errors":[%s]}}' "$message" "$error" >refused
		bigquery_answers table table refused failed done
		run -0 --separate-stderr bq-merge --key id --from s.t --into m.t
		jq -e '.inserted == 1' <<<"$output"
		bigquery_answers table table failed
		run -75 bq-merge --tries 1 --key id --from s.t --into m.t
		bigquery_answers table table refused
		run -75 bq-merge --tries 1 --key id --from s.t --into m.t
	done <<-'END'
		invalidQuery|Could not serialize access to table p:m.t due to concurrent update
		invalidQuery|Transaction is aborted due to concurrent update against table p:m.t. Transaction ID: x
		resourcesExceeded|Resources exceeded during query execution: Too many DML statements outstanding against table p:m.t, limit is 20.
		invalidQuery|UPDATE or DELETE statement over table m.t would affect rows in the streaming buffer, which is not supported
	END
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

@test "faults at every request of a pruned merge: merged once" {
	partitioned DATE DAY
	for kind in 503 lost; do
		for n in 7 8 9 10 11 12 13 14; do
			warehouse --fault "bq:$kind@$n"
			printf '%s\n' '{"id":"a","p":"2026-01-01","v":1}' '{"id":"b","v":1}' | bq-load -q -c c.json --write truncate s.t |
				bq-merge -q -c c.json --keys-never-move --into m.t | jq -e '.inserted == 2 and .updated == 0 and .partitions == 2' || return 1
			is "$(rows_of 'id, v')" '["a",1] ["b",1] ' || return 1
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
