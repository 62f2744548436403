#!/usr/bin/env bats
# bq-query: SQL in, exact rows out.

load helper

# A sandbox with these options, dataset d and d.t with three rows. (Requests 1 and 2 to the service bq, and some more.)
warehouse() {
	sandbox --leads 1 "$@"
}

table() {
	bq-query -q 'CREATE SCHEMA d'
	echo '{"fields":[{"name":"id","type":"INT64"},{"name":"s","type":"STRING"}]}' >c.json
	printf '%s\n' '{"id":1,"s":"x"}' '{"id":2,"s":"y"}' '{"id":3,"s":null}' | bq-load -q -c c.json d.t >/dev/null
}

@test "every type comes exact" {
	warehouse
	bq-query -q 'CREATE SCHEMA d'
	cat >c.json <<-'END'
		{"fields":[{"name":"i","type":"INT64"},{"name":"big","type":"INT64"},{"name":"f","type":"FLOAT64"},
		 {"name":"n","type":"NUMERIC"},{"name":"bn","type":"BIGNUMERIC"},{"name":"b","type":"BOOL"},{"name":"s","type":"STRING"},
		 {"name":"y","type":"BYTES"},{"name":"d","type":"DATE"},{"name":"t","type":"TIME"},{"name":"dt","type":"DATETIME"},
		 {"name":"ts","type":"TIMESTAMP"},{"name":"ts0","type":"TIMESTAMP"},{"name":"j","type":"JSON"},{"name":"z","type":"STRING"},
		 {"name":"l","type":"INT64","mode":"REPEATED"},{"name":"none","type":"STRING","mode":"REPEATED"},
		 {"name":"r","type":"RECORD","fields":[{"name":"x","type":"INT64"},{"name":"l","type":"STRING","mode":"REPEATED"}]},
		 {"name":"rr","type":"RECORD","mode":"REPEATED","fields":[{"name":"d","type":"DATE"}]}]}
	END
	cat >row.ndjson <<-'END'
		{"i":-12,"big":"9007199254740993","f":1.5,"n":8474.34,"bn":"0.12345678901234567890123456789","b":true,"s":"a\"\\\n\té\u0001","y":"AP8=","d":"2026-01-02","t":"03:04:05.6","dt":"2026-01-02T03:04:05","ts":"2026-01-02T03:04:05.123456Z","ts0":"2026-01-02T03:04:05Z","j":{"k":[1,null,"x"]},"l":[1,2],"r":{"x":5,"l":["p","q"]},"rr":[{"d":"2026-01-02"},{"d":null}]}
	END
	bq-load -q -c c.json d.t row.ndjson
	run -0 --separate-stderr bq-query -q 'SELECT * FROM d.t'
	printf '%s\n' '{"i":-12,"big":"9007199254740993","f":1.5,"n":8474.34,"bn":0.12345678901234567890123456789,"b":true,"s":"a\"\\\n\té\u0001","y":"AP8=","d":"2026-01-02","t":"03:04:05.600000","dt":"2026-01-02T03:04:05","ts":"2026-01-02T03:04:05.123456Z","ts0":"2026-01-02T03:04:05Z","j":{"k":[1,null,"x"]},"z":null,"l":[1,2],"none":[],"r":{"x":5,"l":["p","q"]},"rr":[{"d":"2026-01-02"},{"d":null}]}' >expected
	sed 's/"t":"03:04:05.6"/"t":"03:04:05.600000"/' <<<"$output" >got
	diff expected got
}

@test "NaN and the infinities are strings; whole numbers up to 2^53 are numbers" {
	warehouse
	run -0 --separate-stderr bq-query -q "SELECT 9007199254740992 AS a, -9007199254740993 AS b"
	[ "$output" = '{"a":9007199254740992,"b":"-9007199254740993"}' ]
	run -0 --separate-stderr bq-query -q "SELECT CAST('NaN' AS FLOAT64) AS n, CAST('-inf' AS FLOAT64) AS m"
	jq -e '(.n == "NaN") and (.m | test("^-[Ii]nf"))' <<<"$output"
}

@test "all pages, in order; --seal ends them" {
	warehouse
	table
	seq 4 2500 | sed 's/.*/{"id":&,"s":"row"}/' | bq-load -q d.t >/dev/null
	bq-query --seal --page-size 99 'SELECT id FROM d.t ORDER BY id' >rows.ndjson 2>err
	grep -q ', 26 pages, ' err
	jq -e '."@end" | .ok and .rows == 2500' < <(tail -n 1 rows.ndjson)
	sed '$d' rows.ndjson | jq .id | cmp - <(seq 1 2500)
}

@test "no rows; no end record without --seal" {
	warehouse
	table
	run -0 --separate-stderr bq-query 'SELECT id FROM d.t WHERE FALSE'
	[ -z "$output" ]
}

@test "-f FILE, -f -, and parameters" {
	warehouse
	table
	echo 'SELECT s FROM d.t WHERE id = @id' >q.sql
	run -0 --separate-stderr bq-query -q -f q.sql --param id:INT64=2
	[ "$output" = '{"s":"y"}' ]
	run -0 --separate-stderr bq-query -q -f - --param id:integer=1 <q.sql
	[ "$output" = '{"s":"x"}' ]
	run -0 --separate-stderr bq-query -q "SELECT @s AS s, @d AS d" --param "s=it's = \"fine\"" --param d:DATE=2026-11-01
	[ "$output" = '{"s":"it'"'"'s = \"fine\"","d":"2026-11-01"}' ]
	run -64 bq-query --param 'id' 'SELECT 1'
	run -64 bq-query --param 'id:NOTYPE=1' 'SELECT 1'
	run -64 bq-query --param 'i`d=1' 'SELECT 1'
}

@test "parameters of every scalar and array type" {
	warehouse
	run -0 --separate-stderr bq-query -q 'SELECT @i AS i, @f AS f, @n AS n, @b AS b, @y AS y, @t AS t, @dt AS dt, @ts AS ts' --param i:INT64=-3 \
		--param f:FLOAT64=1.5 --param n:NUMERIC=12345678901234567890.5 --param b:BOOL=true --param y:BYTES=AP8= \
		--param t:TIME=01:02:03 --param dt:DATETIME=2026-01-02T03:04:05 --param ts:TIMESTAMP=2026-01-02T03:04:05.123456Z
	[ "$output" = '{"i":-3,"f":1.5,"n":12345678901234567890.5,"b":true,"y":"AP8=","t":"01:02:03","dt":"2026-01-02T03:04:05","ts":"2026-01-02T03:04:05.123456Z"}' ]
	run -0 --separate-stderr bq-query -q 'SELECT @s AS s, @n AS n, @d AS d, @e AS e, @b AS b' --param 's:ARRAY<STRING>=["a\"b", "é\u0041", ""]' \
		--param 'n:array<int64>=[1, "9007199254740993"]' --param 'd:ARRAY<DATE>=["2026-01-02"]' --param 'e:ARRAY<INT64>=[]' --param 'b:ARRAY<BOOL>=[true,false]'
	[ "$output" = '{"s":["a\"b","éA",""],"n":[1,"9007199254740993"],"d":["2026-01-02"],"e":[],"b":[true,false]}' ]
	for bad in 'ARRAY<INT64>=1' 'ARRAY<INT64>=[null]' 'ARRAY<INT64>=[[1]]' 'ARRAY<NOTYPE>=[]' 'ARRAY<ARRAY<INT64>>=[]' 'RANGE<DATE>=2026' 'ARRAY=[]'; do
		run -64 bq-query --param "x:$bad" 'SELECT 1'
	done
	run bq-query --param 'x:RANGE<DATE>=[2026-01-01, UNBOUNDED)' 'SELECT 1'
	[ "$status" -ne 64 ]
}

@test "--batch; the first page is out before the second one is asked for" {
	warehouse
	table
	bq-query -q --batch 'SELECT 1 AS a'
	curl -sS "$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/$GOOGLE_CLOUD_PROJECT/jobs?projection=full" |
		jq -e '[.jobs[] | select(.configuration.query.priority == "BATCH")] | length == 1'
	curl -sSf -d bq:503@4 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	run -75 --separate-stderr bq-query --tries 1 --page-size 2 'SELECT id FROM d.t ORDER BY id'
	[ "${lines[0]}${lines[1]}" = '{"id":1}{"id":2}' ]
	jq -e '."@end".ok == false' <<<"${lines[2]}"
}

# How many pages of results were asked for.
pages() {
	curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq '[.routes | to_entries[] | select(.key | test("GET .*/queries/")) | .value] | add // 0'
}

@test "the next page is asked for while one is written" {
	warehouse
	read_late() {
		for _ in $(seq 1 600); do
			[ "$(pages)" -lt 2 ] || break
			sleep 0.05
		done
		pages >seen
		cat
	}
	bq-query -q --page-size 5000 "SELECT x, REPEAT('-', 100) AS s FROM UNNEST(GENERATE_ARRAY(1, 15000)) AS x ORDER BY x" | read_late >rows.ndjson
	[ "$(cat seen)" -eq 2 ]
	[ "$(pages)" -eq 3 ]
	jq .x rows.ndjson | cmp - <(seq 1 15000)
}

@test "the first row is out before the last page is in" {
	warehouse --fault bq:slow@5
	bq-query -vv --page-size 2 'SELECT x FROM UNNEST([1, 2, 3, 4, 5, 6]) AS x ORDER BY x' 2>>log | while read -r row; do
		echo "row $row" >>log
	done
	[ "$(grep -c '^row' log)" -eq 6 ]
	[ "$(grep -c 'GET .*/queries/.*HTTP 200' log)" -eq 3 ]
	grep -n '^row {"x":1}' log | cut -d: -f1 >row
	grep -n 'GET .*/queries/.*HTTP 200' log | tail -n 1 | cut -d: -f1 >page
	[ "$(cat row)" -lt "$(cat page)" ]
}

@test "--once: SQL that changes something does it once, whatever happens" {
	warehouse
	table
	insert() { bq-query --once monday "INSERT INTO d.t (id, s) VALUES (9, @s)" --param s="${1:-x}"; }
	rows_of() { sql_value 'SELECT COUNT(*) FROM d.t'; }
	curl -sSf -d bq:lost@1 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	run -75 bq-query --tries 1 --once monday "INSERT INTO d.t (id, s) VALUES (9, @s)" --param s=x
	[ "$(rows_of)" = 4 ]
	run -0 insert
	[[ $output == *"1 row changed"*"by an earlier run"* ]]
	[ "$(rows_of)" = 4 ]
	run -69 insert other
	[[ $output == *"belongs to another job"* ]]
	[ "$(rows_of)" = 4 ]
	run -65 bq-query --once tuesday 'INSERT INTO d.t (id, nowhere) VALUES (9, 1)'
	run -64 bq-query --once '' 'SELECT 1'
	# A job that is under way is waited for.
	curl -sSf -d bq-job:wait@1 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	run -0 bq-query --once later "UPDATE d.t SET s = 'z' WHERE id = 1"
	[[ $output == *"1 row changed"* ]]
	# A name whose job failed is free for the next one.
	curl -sSf -d bq-job:backendError@1 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	run -75 bq-query --tries 1 --once friday 'DELETE FROM d.t WHERE id = 9'
	run -0 bq-query --once friday 'DELETE FROM d.t WHERE id = 9'
	[ "$(rows_of)" = 3 ]
	run -0 --separate-stderr bq-query -q --once rows 'SELECT id FROM d.t ORDER BY id'
	bq-query -q --once rows 'SELECT id FROM d.t ORDER BY id' >again
	[ "$(cat again)" = "$output" ]
}

@test "statements that change something write no rows and say how many" {
	warehouse
	table
	run -0 --separate-stderr bq-query "UPDATE d.t SET s = 'z' WHERE id > 1"
	[ -z "$output" ]
	[[ $stderr == *"2 rows changed"* ]]
	run -0 --separate-stderr bq-query "DELETE FROM d.t WHERE id = 1"
	[[ $stderr == *"1 row changed"* ]]
	[ "$(sql_value 'SELECT COUNT(*) FROM d.t')" = 2 ]
}

@test "wrong SQL: 65, with BigQuery's words, and a failing end record" {
	warehouse
	run -65 --separate-stderr bq-query 'SELECT FROM WHERE'
	[[ $stderr == *invalidQuery* && $stderr == *"[1:"* ]]
	jq -e '."@end".ok == false' <<<"$output"
	run -65 bq-query 'SELECT nowhere FROM (SELECT 1 AS a)'
	[[ $output == *nowhere* ]]
}

@test "values in the rows reach no message" {
	warehouse
	for sql in "CAST(v AS DATE)" "CAST(v AS INT64)" "CAST(v AS TIMESTAMP)" "PARSE_DATE('%Y', v)" "ERROR(v)"; do
		run -65 bq-query --seal "SELECT $sql AS x FROM (SELECT 'CANARY@x.br' AS v)"
		[[ $output != *CANARY* && $output == *invalidQuery* ]] || { echo "$sql: $output"; return 1; }
	done
	run -65 bq-query "SELECT 'CANARY' 'CANARY' FROM"
	[[ $output != *CANARY* && $output == *"[1:"* ]]
}

@test "no such table: 69; not permitted: 77; 5xx without end: 75" {
	warehouse
	table
	run -69 bq-query 'SELECT * FROM d.nowhere'
	warehouse --fault bq:403@1
	run -77 bq-query 'SELECT 1'
	warehouse --fault bq:401@1
	run -77 bq-query 'SELECT 1'
	warehouse --fault bq:503@1.0
	run -75 bq-query --tries 2 'SELECT 1'
}

@test "--dry-run and --max-bytes-billed" {
	warehouse
	table
	run -0 --separate-stderr bq-query --dry-run 'SELECT id FROM d.t'
	jq -e '.dry_run and .bytes_processed > 0' <<<"$output"
	run -69 bq-query --max-bytes-billed 1 'SELECT id FROM d.t'
	run -0 bq-query -q --max-bytes-billed 1G 'SELECT id FROM d.t'
}

@test "faults at every request: all rows, once" {
	for kind in 503 500 429 reset lost cut; do
		for n in 1 2 3 4; do
			warehouse --fault "bq:$kind@$n"
			run -0 --separate-stderr bq-query -q --page-size 2 'SELECT x FROM UNNEST([1, 2, 3]) AS x ORDER BY x'
			[ "$output" = $'{"x":1}\n{"x":2}\n{"x":3}' ] || { echo "$kind@$n: $output"; return 1; }
		done
	done
}

# ---- what only BigQuery itself answers -------------------------------------------------------

# serve PAGE...: a finished job, and these documents as pages of its result.
serve() {
	local n=0 page
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobReference":{"jobId":"j","location":"EU"},"status":{"state":"DONE"},"statistics":{"query":{"statementType":"SELECT"}}}' >job
	for page in "$@"; do
		n=$((n + 1))
		printf 'HTTP/1.1 200 OK\r\n\r\n%s' "$page" >"page$n"
	done
	# shellcheck disable=SC2046
	bigquery_answers job $(seq -f page%g "$n")
}

@test "the types that no load brings: INTERVAL, RANGE, GEOGRAPHY; records of records; NULL everywhere" {
	serve '{"kind":"x","jobComplete":true,"totalRows":"2","schema":{"fields":[{"name":"v","type":"INTERVAL"},{"name":"r","type":"RANGE","rangeElementType":{"type":"DATE"}},
		{"name":"g","type":"GEOGRAPHY"},{"name":"b","type":"BIGNUMERIC"},{"name":"t","type":"TIMESTAMP"},{"name":"s","type":"STRUCT","mode":"REPEATED","fields":[
		{"name":"i","type":"INT64"},{"name":"n","type":"RECORD","fields":[{"name":"l","type":"FLOAT64","mode":"REPEATED"}]}]}]},
		"rows":[{"f":[{"v":"1-2 3 -4:5:6.789"},{"v":"[2026-01-01, UNBOUNDED)"},{"v":"POINT(1 2)"},{"v":"578960446186580977117854925043439539266.34992332820282019728792003956564819967"},
		{"v":"-62135596800000000"},{"v":[{"v":{"f":[{"v":"9007199254740993"},{"v":{"f":[{"v":[{"v":"NaN"},{"v":"-Infinity"},{"v":"1e-7"}]}]}}]}},{"v":{"f":[{"v":null},{"v":null}]}}]}]},
		{"f":[{"v":null},{"v":null},{"v":null},{"v":null},{"v":null},{"v":[]}]}]}'
	run -0 --separate-stderr bq-query -q 'SELECT 1'
	[ "${lines[0]}" = '{"v":"1-2 3 -4:5:6.789","r":"[2026-01-01, UNBOUNDED)","g":"POINT(1 2)","b":578960446186580977117854925043439539266.34992332820282019728792003956564819967,"t":"0001-01-01T00:00:00Z","s":[{"i":"9007199254740993","n":{"l":["NaN","-Infinity",1e-7]}},{"i":null,"n":null}]}' ]
	[ "${lines[1]}" = '{"v":null,"r":null,"g":null,"b":null,"t":null,"s":[]}' ]
	grep -q 'GET /bigquery/v2/projects/p/queries/.*location=EU&.*formatOptions.useInt64Timestamp=true' requests.log
}

@test "pages that are not as documented: 69, and never a value" {
	schema='"jobComplete":true,"schema":{"fields":[{"name":"i","type":"INTEGER"}]}'
	while IFS='|' read -r rule page; do
		sandbox_stop
		serve "{$schema,$page}" '{"rows":[]}'
		run -69 --separate-stderr bq-query 'SELECT 1'
		[[ $stderr == *"$rule"* && $stderr != *geheim* ]] || { echo "$page: $stderr"; return 1; }
		tail -n 1 <<<"$output" | jq -e '."@end".ok == false'
	done <<-'END'
		column i: the value is not as BigQuery documents it|"rows":[{"f":[{"v":"1"}]},{"f":[{"v":"geheim"}]}]
		fewer values than columns|"rows":[{"f":[]}]
		more values than columns|"rows":[{"f":[{"v":"1"},{"v":"geheim"}]}]
		not as BigQuery documents it|"rows":"geheim"
		2 rows came of 3|"totalRows":"3","rows":[{"f":[{"v":"1"}]},{"f":[{"v":"2"}]}]
		its token leads nowhere|"pageToken":"a\u0000b","rows":[{"f":[{"v":"1"}]}]
	END
	sandbox_stop
	serve "{$schema,\"pageToken\":\"a\",\"rows\":[{\"f\":[{\"v\":\"1\"}]}]}" '{"pageToken":"a","rows":[{"f":[{"v":"2"}]}]}'
	run -69 --separate-stderr bq-query 'SELECT 1'
	[[ $stderr == *"page 2: its token leads nowhere"* ]]
	[ "${lines[0]}${lines[1]}" = '{"i":1}{"i":2}' ]
	for page in '{"jobComplete":false}' '[' '{"rows":[{"f":[{"v":"1"}]}]}' '{"jobComplete":true,"schema":{"fields":1},"rows":[]}' \
	    '{"jobComplete":true,"totalRows":"1","schema":{"fields":[]},"rows":[{"f":[]}]}'; do
		sandbox_stop
		serve "$page"
		run -69 bq-query 'SELECT 1'
	done
}

@test "a result that is late: not found, or not complete, at first" {
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobReference":{"jobId":"j"},"status":{"state":"DONE"}}' >job
	printf 'HTTP/1.1 404 Not Found\r\n\r\n{"error":{"code":404,"errors":[{"reason":"notFound"}]}}' >none
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobComplete":false,"jobReference":{"jobId":"j"}}' >early
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobComplete":true,"totalRows":"1","schema":{"fields":[{"name":"n","type":"INTEGER"}]},"rows":[{"f":[{"v":"7"}]}]}' >page
	bigquery_answers job none early page
	[ "$(bq-query -q 'SELECT 7 AS n')" = '{"n":7}' ]
}

@test "a job whose end was not seen: what to do depends on --once" {
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobReference":{"jobId":"j"},"status":{"state":"RUNNING"}}' >job
	printf 'HTTP/1.1 403 Forbidden\r\n\r\n{"error":{"code":403,"errors":[{"reason":"accessDenied"}]}}' >denied
	bigquery_answers job denied
	run -75 bq-query 'INSERT INTO d.t VALUES (1)'
	[[ $output == *"its end not seen"*"the same command again is another job"* && $output != *"will find it"* ]]
	bigquery_answers job denied
	run -75 bq-query --once x 'INSERT INTO d.t VALUES (1)'
	[[ $output == *"the same command again will find it"* ]]
}

@test "usage, files, a full disk" {
	warehouse
	run -64 bq-query
	run -64 bq-query SELECT 1
	run -64 bq-query -f q.sql 'SELECT 1'
	run -64 bq-query --page-size 0 'SELECT 1'
	run -74 bq-query -f nowhere.sql
	run -74 sh -c "bq-query 'SELECT 1' >/dev/full"
	run -0 bq-query --help
	[[ $output == *usage:* ]]
	unset GOOGLE_CLOUD_PROJECT
	run -78 bq-query 'SELECT 1'
}
