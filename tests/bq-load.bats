#!/usr/bin/env bats
# bq-load: one load job, once, whatever the network does; nothing when the stream is not whole.

load helper

api() {
	local path=$1
	shift
	curl -sS -H 'Content-Type: application/json' "$@" \
		"$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/$GOOGLE_CLOUD_PROJECT/$path"
}

# A sandbox with these options and one dataset, d. (Its making is request 1 to the service bq.)
warehouse() {
	sandbox --leads 1 "$@"
	api datasets -d '{"datasetReference":{"datasetId":"d"}}' >/dev/null
}

# rows N: N rows of about 60 bytes.
rows() {
	seq 1 "$1" | sed 's/.*/{"id":"L-&","score":&,"note":"twenty-nine bytes of padding"}/'
}

contract() {
	cat >c.json <<-'END'
		{"name": "t", "key": ["id"], "order_by": "at", "partition": {"field": "at", "type": "DAY"}, "cluster": ["id"],
		 "fields": [{"name": "id", "type": "STRING", "mode": "REQUIRED", "from": "x", "pii": "hmac"},
		            {"name": "score", "type": "INT64", "description": "how hot"},
		            {"name": "note", "type": "STRING"},
		            {"name": "at", "type": "TIMESTAMP"}]}
	END
}

count() {
	api "datasets/d/tables/$1" | jq -r '.numRows // "0"'
}

# How many load jobs there are: all, and those without an error.
load_jobs() {
	api 'jobs?projection=full&maxResults=1000' |
		jq -r '[.jobs[]? | select(.configuration.load)] | "\(length) \(map(select(.status.errorResult | not)) | length)"'
}

jobs_are() {
	[ "$(load_jobs)" = "$1" ] || { load_jobs; return 1; }
}

# ---- what is loaded ----------------------------------------------------------------------------

@test "rows, contract and receipt" {
	warehouse
	contract
	{ rows 3; echo '{"id":"L-9","at":"2026-11-22T23:59:58Z"}'; } >rows.ndjson
	run -0 --separate-stderr bq-load -c c.json d.t rows.ndjson
	jq -e --arg p "$GOOGLE_CLOUD_PROJECT" '.tool == "bq-load" and .project == $p and .table == "\($p).d.t" and .rows == 4 and
		(.job_id | startswith("leadpipe_")) and .location != null and .bytes > 0 and .seconds >= 0' <<<"$output"
	[[ $stderr == *"4 rows in"* ]]
	[ "$(count t)" = 4 ]
	api datasets/d/tables/t | jq -e '.timePartitioning == {type: "DAY", field: "at"} and .clustering.fields == ["id"]
		and (.schema.fields | map(.name) == ["id","score","note","at"])
		and (.schema.fields[0] | .mode == "REQUIRED" and (has("from") or has("pii") | not))
		and .schema.fields[1].description == "how hot"'
}

@test "append adds, truncate replaces, empty refuses a table with rows" {
	warehouse
	contract
	rows 3 | bq-load -c c.json d.t
	rows 4 | bq-load -c c.json d.t
	[ "$(count t)" = 7 ]
	rows 2 | bq-load -c c.json --write truncate d.t
	[ "$(count t)" = 2 ]
	run -69 bq-load -c c.json --write empty d.t < <(rows 5)
	[ "$(count t)" = 2 ]
	rows 5 | bq-load -c c.json --write empty d.new
	[ "$(count new)" = 5 ]
}

@test "columns that the contract lacks are added, with the types that were seen" {
	warehouse
	contract
	rows 2 | bq-load -c c.json d.t
	cat >more.ndjson <<-'END'
		{"id":"A","whole":1,"wide":1,"real":1,"flag":true,"text":"x","tree":{"a":1},"mixed":1,"none":null}
		{"id":"B","whole":-2,"wide":12345678901234567890,"real":1.5,"flag":null,"text":null,"tree":[1],"mixed":"x","none":null}
	END
	bq-load -c c.json d.t more.ndjson
	api datasets/d/tables/t | jq -e '.schema.fields[4:] | map({key: .name, value: .type}) | from_entries
		| .whole == "INTEGER" and .wide == "NUMERIC" and .real == "FLOAT" and .flag == "BOOLEAN" and .text == "STRING"
		and .tree == "JSON" and .mixed == "STRING" and .none == "STRING"'
	[ "$(count t)" = 4 ]
	echo '{"id":"C","none":"now text","whole":3}' | bq-load -c c.json d.t
	[ "$(count t)" = 5 ]
}

@test "without a contract the table's own schema holds" {
	warehouse
	contract
	rows 2 | bq-load -c c.json d.t
	rows 3 | bq-load d.t
	[ "$(count t)" = 5 ]
	rows 3 | bq-load -q d.fresh | jq -e '.rows == 3'
	api datasets/d/tables/fresh | jq -e '.schema.fields | map({key: .name, value: .type}) | from_entries == {id: "STRING", score: "INTEGER", note: "STRING"}'
}

@test "no rows: a job of its own; truncate needs to be told" {
	warehouse
	contract
	rows 2 | bq-load -c c.json d.t
	bq-load -c c.json d.t </dev/null
	[ "$(count t)" = 2 ]
	run -66 bq-load -c c.json --write truncate d.t </dev/null
	[[ $output == *"will not empty $GOOGLE_CLOUD_PROJECT.d.t"* ]]
	[ "$(count t)" = 2 ]
	echo '{"@end":{"ok":true,"tool":"x","rows":0}}' | bq-load -c c.json --write truncate d.t
	[ "$(count t)" = 0 ]
	rows 2 | bq-load -c c.json --write truncate d.t
	bq-load -c c.json --write truncate --allow-empty d.t </dev/null
	[ "$(count t)" = 0 ]
}

@test "truncate-data replaces the rows and keeps the columns" {
	warehouse
	contract
	{ rows 2; echo '{"id":"x","extra":1}'; } | bq-load -q -c c.json d.t
	rows 4 | bq-load -q -c c.json --write truncate-data d.t
	[ "$(count t)" = 4 ]
	api datasets/d/tables/t | jq -e '.schema.fields | map(.name) == ["id","score","note","at","extra"]'
	rows 4 | bq-load -q -c c.json --write truncate-data d.t
	jobs_are '2 2'
	run -66 bq-load -c c.json --write truncate-data d.t </dev/null
}

@test "a partition decorator: one partition is replaced, or added to, and no other" {
	warehouse
	echo '{"partition":{"field":"day","type":"DAY"},"fields":[{"name":"id","type":"STRING"},{"name":"day","type":"DATE"}]}' >c.json
	content() { sql 'SELECT id, day FROM d.t ORDER BY id' | jq -c '[.[]]' | tr '\n' ' '; }
	printf '%s\n' '{"id":"a","day":"2026-01-01"}' '{"id":"b","day":"2026-01-02"}' '{"id":"c","day":"2026-01-02"}' | bq-load -q -c c.json d.t
	echo '{"id":"d","day":"2026-01-02"}' | bq-load -q -c c.json --write truncate 'd.t$20260102' | jq -e '.table | endswith("d.t$20260102")'
	[ "$(content)" = '["a","2026-01-01"] ["d","2026-01-02"] ' ]
	echo '{"id":"d","day":"2026-01-02"}' | bq-load -q -c c.json --write truncate 'd.t$20260102'
	jobs_are '2 2'
	echo '{"id":"e","day":"2026-01-01"}' | bq-load -q -c c.json 'd.t$20260101'
	echo '{"id":"f","day":"2026-01-03","more":1}' | bq-load -q -c c.json --write truncate 'd.t$20260103'
	[ "$(content)" = '["a","2026-01-01"] ["d","2026-01-02"] ["e","2026-01-01"] ["f","2026-01-03"] ' ]
	[ "$(sql_value 'SELECT SUM(more) FROM d.t')" = 1 ]
	run -69 bq-load -c c.json --write empty 'd.t$20260101' < <(echo '{"id":"g","day":"2026-01-01"}')
	run -65 bq-load -c c.json 'd.t$20260102' < <(echo '{"id":"g","day":"2026-01-01"}')
	[ "$(count t)" = 4 ]
}

@test "a column that the contract no longer requires is relaxed" {
	warehouse
	contract
	rows 2 | bq-load -q -c c.json d.t
	sed 's/"mode": "REQUIRED", //' c.json >relaxed.json
	echo '{"score":1}' | bq-load -q -c relaxed.json d.t
	api datasets/d/tables/t | jq -e '.schema.fields[0].mode == "NULLABLE"'
	[ "$(count t)" = 3 ]
}

@test "an append knows the fields that only the table's records have" {
	warehouse
	echo '{"fields":[{"name":"id","type":"STRING"},{"name":"u","type":"RECORD","fields":[{"name":"a","type":"STRING"},{"name":"b","type":"STRING"}]}]}' >wide.json
	echo '{"fields":[{"name":"id","type":"STRING"},{"name":"u","type":"RECORD","fields":[{"name":"a","type":"STRING"},{"name":"c","type":"STRING"}]}]}' >c.json
	echo '{"id":"x","u":{"a":"1","b":"2"}}' | bq-load -q -c wide.json d.t
	echo '{"id":"y","u":{"a":"3","c":"4"}}' | bq-load -q -c c.json d.t
	api 'jobs?projection=full' | jq -e '.jobs[0].configuration.load.schema.fields[1].fields | map(.name) == ["a", "c", "b"]'
	[ "$(sql 'SELECT u FROM d.t ORDER BY id' | jq -cS .u | tr '\n' ' ')" = '{"a":"1","b":"2","c":null} {"a":"3","b":null,"c":"4"} ' ]
}

@test "the job carries the run's id; its place is where the dataset is, as the reply tells" {
	warehouse
	contract
	api datasets -d '{"datasetReference":{"datasetId":"eu"},"location":"EU"}' >/dev/null
	rows 3 | LEADPIPE_RUN_ID=Run.17 bq-load -q -c c.json eu.t >first
	jq -e '.location == "EU"' first
	api 'jobs?projection=full' | jq -e '.jobs[0] | .jobReference.location == "EU" and
		(.configuration.labels | ."leadpipe-run" == "run-17" and ."leadpipe-tool" == "bq-load" and (."leadpipe-config" | length == 40))'
	curl -sSf -d bq-upload:lost@1 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	rows 4 | bq-load -q -c c.json eu.t | jq -e '.location == "EU" and .rows == 4'
	rows 3 | bq-load -q -c c.json eu.t | cmp - first
}

@test "--compress: gzip is kept and sent, and the job is the same one" {
	warehouse
	contract
	rows 5000 >rows.ndjson
	bq-load -q -c c.json --compress d.t rows.ndjson >packed
	[ "$(count t)" = 5000 ]
	jq -e ".rows == 5000 and .bytes > 0 and .bytes * 3 < $(wc -c <rows.ndjson)" packed
	bq-load -q -c c.json d.t rows.ndjson | jq -e --slurpfile first packed '.job_id == $first[0].job_id'
	[ "$(count t)" = 5000 ]
	bq-load -q -c c.json --compress d.t </dev/null | jq -e '.rows == 0'
	curl -sSf -d bq-upload:short@2 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	head -c 600000 /dev/urandom | xxd -p -c 10 | sed 's/.*/{"id":"&"}/' >random.ndjson
	bq-load -q -c c.json --compress --chunk-size 256k d.r random.ndjson | jq -e '.rows == 60000 and .bytes > 262144'
}

@test "--max-bad-records: what is left out is told and counted" {
	warehouse
	contract
	{ rows 3; echo '{"id":"x","score":"n/a"}'; } >rows.ndjson
	run -65 bq-load -c c.json d.t rows.ndjson
	run -0 --separate-stderr bq-load -c c.json --max-bad-records 1 d.t rows.ndjson
	jq -e '.rows == 3 and .bad_records == 1' <<<"$output"
	[[ $stderr == *": invalid: "* && $stderr != *n/a* ]]
	[ "$(count t)" = 3 ]
	{ cat rows.ndjson; echo '{"id":"y","score":[]}'; } >more.ndjson
	run -65 bq-load -c c.json --max-bad-records 1 d.t more.ndjson
	[ "$(count t)" = 3 ]
}

@test "gs:// sources: BigQuery reads them itself, under a name of ours" {
	warehouse
	contract
	run -64 bq-load -c c.json d.t gs://bucket/a.ndjson
	[[ $output == *"--once"* ]]
	run -64 bq-load -c c.json --once x d.t gs://bucket/a.ndjson rows.ndjson
	run bq-load -c c.json --once x d.t gs://bucket/a.ndjson 'gs://bucket/b*' </dev/null
	api 'jobs?projection=full' | jq -e '.jobs[0].configuration.load | .sourceUris == ["gs://bucket/a.ndjson", "gs://bucket/b*"] and .sourceFormat == "NEWLINE_DELIMITED_JSON"'
}

@test "both spellings of TABLE; hostile ones are refused" {
	warehouse
	contract
	rows 1 | bq-load -c c.json "$GOOGLE_CLOUD_PROJECT:d.t"
	rows 2 | bq-load -c c.json "$GOOGLE_CLOUD_PROJECT.d.t"
	[ "$(count t)" = 3 ]
	for name in t d. .t '../d.t' 'd.t;x' 'd.`t`' 'd.t$' 'd.t$a$b' 'P.d.t' $'d.t\n' 'd.t/../u' 'd..t' ''; do
		run -64 bq-load "$name" </dev/null
	done
}

@test "the row's bytes arrive: ids above 2^53 as text, decimals, escapes" {
	warehouse
	echo '{"fields":[{"name":"i","type":"INT64"},{"name":"n","type":"NUMERIC"},{"name":"s","type":"STRING"}]}' >c.json
	printf '%s\n' '{"i":"9007199254740993","n":8474.34,"s":"a\"\u00e9\n"}' | bq-load -c c.json d.t
	api 'datasets/d/tables/t/data' | jq -e '.rows[0].f == [{v:"9007199254740993"},{v:"8474.34"},{v:"a\"é\n"}]'
}

# ---- nothing half ------------------------------------------------------------------------------

@test "a failing end record: 66, passed on, and no job" {
	warehouse
	contract
	{ rows 3; echo '{"@end":{"ok":false,"tool":"gaio-fetch","error":"page 3: HTTP 503"}}'; } >rows.ndjson
	run -66 --separate-stderr bq-load -c c.json d.t rows.ndjson
	jq -e '."@end" | .ok == false and (.error | contains("page 3: HTTP 503"))' <<<"$output"
	jobs_are "0 0"
}

@test "--seal refuses what is not sealed, and seals its receipt" {
	warehouse
	contract
	run -66 bq-load --seal -c c.json d.t < <(rows 3)
	run -66 env LEADPIPE_SEAL=1 bq-load -c c.json d.t < <(rows 3)
	jobs_are "0 0"
	{ rows 3; echo '{"@end":{"ok":true,"tool":"x","rows":3,"watermark":"2026-11-22T23:59:58Z"}}'; } >rows.ndjson
	run -0 --separate-stderr bq-load --seal -c c.json d.t rows.ndjson
	jq -e '.watermark == "2026-11-22T23:59:58Z"' <<<"${lines[0]}"
	jq -e '."@end" | .ok and .rows == 1 and .watermark == "2026-11-22T23:59:58Z"' <<<"${lines[1]}"
	{ rows 2; tail -n 1 rows.ndjson; } >short.ndjson
	run -66 bq-load -c c.json d.t short.ndjson
}

@test "bad rows: 65 with the line, never the value, and no job" {
	warehouse
	contract
	for bad in '{"id":"geheim"' '["geheim"]' '{"id":"geheim"}x' '{"id":"geheim","id":"geheim"}' $'{"id":"geheim\xff"}' 'geheim'; do
		{ rows 1; printf '%s\n' "$bad"; } >rows.ndjson
		run -65 bq-load -c c.json d.t rows.ndjson
		[[ $output == *"rows.ndjson:2: "* && $output != *geheim* ]]
	done
	run -65 bq-load -c c.json d.t < <(printf '{"not.a.column":1}\n')
	[[ $output == *"stdin:1: field not.a.column: has a character that BigQuery does not take in a column name"* ]]
	run -65 bq-load -c c.json d.t < <(printf '{"_PARTITIONTIME":1}\n')
	[[ $output == *"field _PARTITIONTIME: begins with a prefix that BigQuery reserves"* ]]
	run -65 bq-load --max-line 20 d.t < <(rows 1)
	run -65 bq-load d.t < <(printf '{"id":1')
	jobs_are "0 0"
}

@test "rows that BigQuery refuses: 65, its message without the value, nothing loaded" {
	warehouse
	contract
	run -65 bq-load -c c.json d.t < <(rows 2; echo '{"id":"x","score":"geheim"}')
	[[ $output == *score* && $output != *geheim* ]]
	[ "$(count t)" = 0 ]
	run -65 bq-load -c c.json --max-bad-records 2 d.u < <(rows 1; echo '{"id":"x","score":"geheim"}'; echo '{"score":1}'; echo '{"id":"y","at":"geheim"}')
	for what in 'Line:2 / Field:score' 'Line:3 / Field:id' 'Line:4 / Field:at'; do
		[[ $output == *": invalid: "*"$what"* ]] || { echo "$output"; return 1; }
	done
	[[ $output != *geheim* ]]
	jobs_are "2 0"
}

@test "a table's name may be of any script" {
	warehouse
	contract
	for name in 'vendas_são_paulo' 'продажи_2026' '売上-1'; do
		rows 2 | bq-load -q -c c.json "d.$name" | jq -e '.rows == 2'
		[ "$(sql_value "SELECT COUNT(*) FROM d.\`$name\`")" = 2 ]
		bq-merge -q --key id --from "d.$name" --into "d.${name}_merged" </dev/null | jq -e '.inserted == 2'
	done
	for bad in 'd.a,b' $'d.a\xe2\x80\xa8b' $'d.a\xff' 'd.a`' "d.a'b"; do run -64 bq-load "$bad" </dev/null; done
}

@test "a table that is there keeps its partition and clusters, whatever the contract says" {
	warehouse
	contract
	sql 'CREATE TABLE d.t (id STRING, `at` TIMESTAMP) PARTITION BY TIMESTAMP_TRUNC(`at`, MONTH)'
	sql 'CREATE TABLE d.plain (id STRING, `at` TIMESTAMP)'
	jq '.fields |= map(select(.name == "id" or .name == "at") | del(.mode))' c.json >loose.json
	for name in t plain; do
		echo '{"id":"a","at":"2026-01-02T00:00:00Z"}' | bq-load -q -c loose.json "d.$name" | jq -e '.rows == 1'
	done
	api datasets/d/tables/t | jq -e '.timePartitioning.type == "MONTH"'
	api datasets/d/tables/plain | jq -e 'has("timePartitioning") | not'
}

@test "a value in an error of BigQuery's reaches no output, whatever quotes it holds" {
	printf 'HTTP/1.1 200 OK\r\n\r\n{"location":"US"}' >table
	printf 'HTTP/1.1 404 Not Found\r\n\r\n{"error":{"code":404,"errors":[{"reason":"notFound"}]}}' >none
	jq -n --arg long "Error while reading data, error message: JSON parsing error in row starting at position 0: Could not convert value 'string_value: \"Sant'Anna CANARY@x.br\"' to integer. Field: id; Value: Sant'Anna CANARY@x.br" \
		--arg odd "what CANARY is new" '{jobReference: {jobId: "j"}, status: {state: "DONE",
		errorResult: {reason: "invalid", message: $long}, errors: [$long, $odd | {reason: "invalid", location: "Line:2", message: .}]}}' >job
	{ printf 'HTTP/1.1 200 OK\r\n\r\n'; cat job; } >failed
	bigquery_answers table none failed
	run -65 bq-load -vv d.t < <(echo '{"id":"x"}')
	[[ $output == *"invalid: Line:2: its text is not shown"* && $output == *"Could not convert ...; Field: id"* && $output != *CANARY* ]]
}

@test "a job that failed is followed by the next id" {
	warehouse
	echo '{"fields":[{"name":"id","type":"STRING"}]}' >narrow.json
	echo '{"id":"x"}' | bq-load -c narrow.json d.t
	echo '{"id":"x","more":1}' >rows.ndjson
	run -65 bq-load d.t rows.ndjson
	echo '{"id":"y","more":1}' | bq-load -c narrow.json d.t
	run -0 --separate-stderr bq-load d.t rows.ndjson
	jq -e '.job_id | endswith("_2")' <<<"$output"
	[ "$(count t)" = 3 ]
}

@test "a 404 right after the job was sent is a delay" {
	printf 'HTTP/1.1 200 OK\r\n\r\n{"location":"US"}' >table
	printf 'HTTP/1.1 404 Not Found\r\n\r\n{"error":{"code":404,"errors":[{"reason":"notFound"}]}}' >none
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobReference":{"jobId":"j"},"status":{"state":"RUNNING"}}' >running
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobReference":{"jobId":"j"},"status":{"state":"DONE"},"statistics":{"load":{"outputRows":"1"}}}' >done
	bigquery_answers table none running none running none done
	echo '{"id":1}' | bq-load -q d.t | jq -e '.rows == 1'
}

@test "an id that 70 jobs have had: the next run finds the next one, in a few requests" {
	warehouse
	contract
	echo '{"id":"a","score":"much"}' >bad
	echo '{"id":"a","score":1}' >good
	for _ in $(seq 70); do run -65 bq-load -q -c c.json --once x d.t bad; done
	asked() { curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq '.services.bq'; }
	before=$(asked)
	bq-load -q -c c.json --once x d.t good | jq -e '.rows == 1 and (.job_id | endswith("_71"))'
	[ "$(asked)" -lt $((before + 40)) ]
	bq-load -q -c c.json --once x d.t good | jq -e '.job_id | endswith("_71")'
	[ "$(count t)" = 1 ]
}

@test "rows that are no longer in the table are loaded again" {
	warehouse
	printf '{"id":1}\n{"id":2}\n' >two
	for how in append empty; do
		bq-load -q --write "$how" "d.$how" two | jq -e '.rows == 2'
		bq-load -q --write "$how" "d.$how" two | jq -e '.rows == 2'
		[ "$(sql_value "SELECT COUNT(*) FROM d.$how")" = 2 ]
		sql "TRUNCATE TABLE d.$how"
		bq-load -q --write "$how" "d.$how" two | jq -e '.rows == 2'
		[ "$(sql_value "SELECT COUNT(*) FROM d.$how")" = 2 ]
	done
}

@test "a job that BigQuery could not finish is followed by the next id, in the same run or the next" {
	local begun
	contract
	for kind in backendError internalError rateLimitExceeded; do
		warehouse --fault "bq-job:$kind@1"
		begun=${EPOCHREALTIME/[.,]/}
		rows 100 | bq-load -c c.json d.t 2>err | jq -e '.rows == 100 and (.job_id | endswith("_2"))'
		grep -q "failed: $kind.*; the next id is tried" err
		[ $((${EPOCHREALTIME/[.,]/} - begun)) -ge 500000 ] # and not at once
		jobs_are "2 1"
		[ "$(count t)" = 100 ]
		warehouse --fault "bq-job:$kind@1"
		run -75 bq-load -q --tries 1 -c c.json d.t < <(rows 100)
		jobs_are "1 0"
		rows 100 | bq-load -q -c c.json d.t | jq -e '.rows == 100 and (.job_id | endswith("_2"))'
		rows 100 | bq-load -q -c c.json d.t | jq -e '.rows == 100 and (.job_id | endswith("_2"))'
		jobs_are "2 1"
		[ "$(count t)" = 100 ]
	done
}

# ---- settings ----------------------------------------------------------------------------------

@test "usage: 64" {
	warehouse
	run -64 bq-load
	run -64 bq-load --write sometimes d.t
	run -64 bq-load --chunk-size 300k d.t
	run -64 bq-load --once '' d.t
	run -64 bq-load --nonsense d.t
	run -0 bq-load --help
	[[ $output == *usage:* ]]
}

@test "no dataset: 69 with a hint; a table name in another project too" {
	warehouse
	run -69 bq-load nowhere.t < <(rows 1)
	[[ $output == *"CREATE SCHEMA"* ]]
}

@test "files that are not there: 74; no place for the rows: 73; a full disk: 74" {
	warehouse
	contract
	run -74 bq-load -c c.json d.t nowhere.ndjson
	run -73 env TMPDIR="$PWD/nowhere" bq-load -c c.json d.t < <(rows 1)
	run -78 bq-load -c nowhere.json d.t
	run -74 sh -c 'printf "%s\n" "{\"id\":\"x\"}" | bq-load -c c.json d.t >/dev/full'
	[[ $output == *"stdout: No space left"* ]]
	run -0 --separate-stderr bq-load -c c.json d.t < <(echo '{"id":"x"}')
	[ "$(count t)" = 1 ]
}

@test "--dry-run: everything but the job" {
	warehouse
	contract
	run -0 --separate-stderr bq-load --dry-run -c c.json d.t < <(rows 3)
	jq -e '.dry_run and .rows == 3 and .bytes > 0' <<<"$output"
	run -65 bq-load --dry-run -c c.json d.t < <(echo x)
	run -69 bq-load --dry-run -c c.json nowhere.t < <(rows 3)
	jobs_are "0 0"
}

# ---- once --------------------------------------------------------------------------------------

@test "the same rows again: the same receipt, one job" {
	warehouse
	contract
	rows 5 | bq-load -c c.json d.t >first
	rows 5 | bq-load -c c.json d.t >second
	cmp first second
	[ "$(count t)" = 5 ]
	jobs_are "1 1"
	rows 6 | bq-load -c c.json d.t >third
	run ! cmp first third
	jobs_are "2 2"
}

@test "--once: one load per name, and never somebody else's job" {
	warehouse
	contract
	rows 5 | bq-load -c c.json --once monday d.t
	rows 7 | bq-load -c c.json --once monday d.t
	[ "$(count t)" = 5 ]
	rows 5 | bq-load -c c.json --once tuesday d.t
	[ "$(count t)" = 10 ]
	run -69 bq-load -c c.json --once monday --write truncate d.t < <(rows 5)
	[[ $output == *"another job"* ]]
	[ "$(count t)" = 10 ]
}

@test "--shard: the parts of a run are told apart, with and without --once" {
	warehouse
	echo '{"id":1}' >same
	for i in 0 1 2; do bq-load -q --once r --shard "$i/3" d.t same; done >receipts
	bq-load -q --once r --shard 1/3 d.t same | cmp - <(sed -n 2p receipts)
	jq -es 'map(.shard) == ["0/3", "1/3", "2/3"] and all(.run == "r")' receipts
	for i in 0 1; do LEADPIPE_SHARD=$i/2 bq-load -q d.t same; done
	[ "$(sql_value 'SELECT COUNT(*) FROM d.t')" = 5 ]
	for bad in 1 1/1 2/2 -1/2 a/b 0/0 0/10001 ' 0/2' 0/2x; do run -64 bq-load --shard "$bad" d.t same; done
	for how in truncate truncate-data empty; do run -64 bq-load --write "$how" --shard 0/2 d.t same; done
	CLOUD_RUN_TASK_COUNT=3 run -64 bq-load --once x d.t same
	[[ $output == *"CLOUD_RUN_TASK_COUNT"*"--shard"* ]]
	CLOUD_RUN_TASK_COUNT=1 run -0 bq-load --once x d.t same
}

@test "--rows: other than so many rows are not loaded" {
	warehouse
	printf '{"id":1}\n{"id":2}\n' >two
	for once in "" "--once n"; do
		# shellcheck disable=SC2086
		run -65 bq-load $once --rows 3 d.t two
		[[ $output == *"2 rows came, and --rows says 3"* ]]
		# shellcheck disable=SC2086
		run -65 bq-load $once --rows 1 d.t <two
	done
	jobs_are "0 0"
	bq-load -q --rows 2 d.t two | jq -e '.rows == 2'
}

@test "--rows of objects in Cloud Storage: counted when they are loaded" {
	printf 'HTTP/1.1 200 OK\r\n\r\n{"location":"US"}' >table
	printf 'HTTP/1.1 404 Not Found\r\n\r\n{"error":{"code":404,"errors":[{"reason":"notFound"}]}}' >none
	printf 'HTTP/1.1 200 OK\r\n\r\n{"jobReference":{"jobId":"j"},"status":{"state":"DONE"},"statistics":{"load":{"outputRows":"5"}}}' >done
	bigquery_answers table none done table none done
	run -65 bq-load --once x --rows 6 d.t 'gs://b/part-*' </dev/null
	[[ $output == *"5 rows were loaded, and --rows says 6; they are in the table"* ]]
	bq-load -q --once x --rows 5 d.t 'gs://b/part-*' </dev/null | jq -e '.rows == 5 and .run == "x"'
}

@test "truncate: A, B, A ends with A; a table made anew is loaded again" {
	warehouse
	contract
	rows 1 | bq-load -c c.json --write truncate d.t
	rows 2 | bq-load -c c.json --write truncate d.t
	rows 1 | bq-load -c c.json --write truncate d.t
	[ "$(count t)" = 1 ]
	rows 1 | bq-load -c c.json --write truncate d.t
	jobs_are "3 3"
	api datasets/d/tables/t -X DELETE
	rows 1 | bq-load -c c.json --write truncate d.t
	[ "$(count t)" = 1 ]
	rows 3 | bq-load -c c.json d.u
	api datasets/d/tables/u -X DELETE
	rows 3 | bq-load -c c.json d.u
	[ "$(count u)" = 3 ]
}

@test "kill -9 while the reply is lost, then again: the first job counts" {
	warehouse --fault bq-upload:cut@2 --fault bq-upload:slow@3
	contract
	rows 1000 >rows.ndjson
	bq-load -v -c c.json d.t rows.ndjson >out 2>err 3>&- &
	pid=$!
	for _ in $(seq 1 200); do
		grep -q 'upload: broken' err && break
		sleep 0.05
	done
	kill -9 "$pid"
	wait "$pid" || true
	[ ! -s out ]
	bq-load -c c.json d.t rows.ndjson
	[ "$(count t)" = 1000 ]
	jobs_are "1 1"
}

@test "few rows go in one request; lost, refused or killed, they are there once" {
	contract
	rows 100 >rows.ndjson
	for kind in lost 503 429 reset cut 500; do
		warehouse --fault "bq-upload:$kind@1"
		bq-load -q -c c.json d.t rows.ndjson | jq -e '.rows == 100' || { echo "$kind"; return 1; }
		curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq -e '.services."bq-upload" <= 2'
		jobs_are "1 1"
	done
	warehouse --fault bq-upload:slow@1
	timeout -s KILL 1 bq-load -q -c c.json d.t rows.ndjson >out || true
	[ ! -s out ]
	bq-load -q -c c.json d.t rows.ndjson | jq -e '.rows == 100'
	[ "$(count t)" = 100 ]
	jobs_are "1 1"
}

# ---- where the rows come from --------------------------------------------------------------------

put_requests() {
	curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq '[.routes | to_entries[] | select(.key | startswith("PUT /upload/")) | .value] | add // 0'
}

@test "a regular file is sent itself, as operand and on stdin; what is more than rows is spooled" {
	warehouse
	contract
	rows 2000 >rows.ndjson
	mkdir spool
	export TMPDIR=$PWD/nowhere
	bq-load -q -c c.json d.a rows.ndjson >first
	bq-load -q -c c.json d.b - <rows.ndjson
	{ cat rows.ndjson; echo ' {"@end":{"ok":true,"tool":"x","rows":2000}}'; } >sealed.ndjson
	bq-load -q --seal -c c.json d.c sealed.ndjson
	head -c -1 rows.ndjson >cut.ndjson
	bq-load -q -c c.json d.d cut.ndjson | jq -e '.rows == 2000'
	{ read -r _; bq-load -q -c c.json d.e | jq -e '.rows == 1999'; } <rows.ndjson
	for table in a b c d; do
		[ "$(count $table)" = 2000 ]
	done
	TMPDIR=$PWD/spool bq-load -q -c c.json d.a < <(cat rows.ndjson) >second
	cmp first second
	sed 's/$/\r/' rows.ndjson >crlf.ndjson
	{ cat rows.ndjson; echo; } >blank.ndjson
	{ printf '\357\273\277'; head -c -1 rows.ndjson; } >bom.ndjson
	{ cat rows.ndjson; echo; echo '{"@end":{"ok":true,"tool":"x","rows":2000}}'; } >gap.ndjson
	for file in crlf blank bom gap; do
		run -73 bq-load -c c.json d.f $file.ndjson
		TMPDIR=$PWD/spool bq-load -q -c c.json "d.$file" $file.ndjson | jq -e '.rows == 2000'
		TMPDIR=$PWD/spool bq-load -q -c c.json "d.$file" - <$file.ndjson | jq -e '.rows == 2000'
		[ "$(count $file)" = 2000 ]
	done
}

@test "a file that changes while it is loaded: 65, and nothing loaded" {
	warehouse --fault bq-upload:slow@1
	contract
	rows 2000 >rows.ndjson
	bq-load -c c.json d.t rows.ndjson >out 2>err 3>&- &
	until curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq -e '.services."bq-upload" == 1' >/dev/null; do sleep 0.05; done
	echo '{"id":"late"}' >>rows.ndjson
	status=0
	wait $! || status=$?
	[ "$status" -eq 65 ]
	grep -q 'rows.ndjson: changed while it was loaded' err
	jobs_are "0 0"
}

@test "--spool-compress: less room is taken, the same job is made, and it can begin anew" {
	warehouse
	contract
	rows 16000 >rows.ndjson
	bq-load -q -c c.json d.t rows.ndjson >first
	cat rows.ndjson | bq-load -q -c c.json --spool-compress d.t >second
	cmp first second
	small() { # not more than 300 KiB in a file
		bash -c 'trap "" XFSZ; ulimit -f 300; cat rows.ndjson | bq-load -c c.json "$@"' - "$@"
	}
	run -74 small d.s
	small --spool-compress -q d.s
	[ "$(count s)" = 16000 ]
	for kind in short 410 503 lost; do
		for n in 2 3; do
			curl -sSf -d "bq-upload:$kind@$n" "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
			cat rows.ndjson | bq-load -q -c c.json --spool-compress --chunk-size 512k "d.t${kind}_$n"
			[ "$(count "t${kind}_$n")" = 16000 ]
			[ "$(sql_value "SELECT COUNT(DISTINCT id) FROM d.t${kind}_$n")" = 16000 ]
		done
	done
}

# ---- streams -----------------------------------------------------------------------------------

@test "--once: rows are sent while they come in, and kept nowhere" {
	warehouse
	contract
	wait_for_put() {
		for _ in $(seq 1 600); do
			[ "$(put_requests)" -eq 0 ] || return 0
			sleep 0.05
		done
		return 1
	}
	export TMPDIR=$PWD/nowhere
	{
		rows 9000
		wait_for_put || echo 'nothing was sent'
		seq 9001 16000 | sed 's/.*/{"id":"L-&","score":&}/'
	} | bq-load -q -c c.json --once x --chunk-size 256k d.t | jq -e '.rows == 16000 and .bytes > 600000'
	[ "$(sql_value 'SELECT COUNT(DISTINCT id) FROM d.t')" = 16000 ]
	cat <(rows 16000) | bq-load -q -c c.json --once y --compress --chunk-size 256k d.z | jq -e '.rows == 16000 and .bytes < 300000'
	[ "$(sql_value 'SELECT SUM(score) FROM d.z')" = 128008000 ]
	rows 3 | bq-load -q -c c.json --once z d.few | jq -e '.rows == 3'
	bq-load -q -c c.json --once none d.few < <(:) | jq -e '.rows == 0'
	jobs_are "4 4"
}

@test "--once again: the rows are read to their end and not sent; the receipt is the same" {
	warehouse
	contract
	set -o pipefail
	rows 16000 | bq-load -q -c c.json --once x --chunk-size 256k d.t >first
	before=$(put_requests)
	rows 16000 | bq-load -q -c c.json --once x --chunk-size 256k d.t >second
	cmp first second
	[ "$(put_requests)" = "$before" ]
	run -65 bq-load -c c.json --once x --chunk-size 256k d.t < <(rows 16000; echo nonsense)
	rows 16000 | bq-load -q -c c.json --dry-run --once w --chunk-size 256k d.t | jq -e '.rows == 16000 and .dry_run and .bytes > 800000'
	jobs_are "1 1"
}

@test "--once: a stream that breaks after its first chunk commits nothing" {
	warehouse
	contract
	run -66 bq-load -c c.json --once x --chunk-size 256k d.t < <(rows 16000; echo '{"@end":{"ok":false,"tool":"y","error":"boom"}}')
	run -66 bq-load -c c.json --once x --seal --chunk-size 256k d.t < <(rows 16000)
	run -66 bq-load -c c.json --once x --chunk-size 256k d.t < <(rows 16000; echo '{"@end":{"ok":true,"tool":"y","rows":16001}}')
	run -65 bq-load -c c.json --once x --chunk-size 256k d.t < <(rows 16000; echo '{"id":')
	run -66 bq-load -c c.json --once x --write truncate d.t < <(:)
	[ "$(put_requests)" -gt 4 ]
	jobs_are "0 0"
	cat <(rows 16000) | bq-load -q -c c.json --once x --chunk-size 256k d.t
	jobs_are "1 1"
}

@test "--once: new columns come with the first chunk, or not at all" {
	warehouse
	contract
	{ rows 16000; echo '{"id":"x","late":1}'; } >rows.ndjson
	run -65 bq-load -c c.json --once x --chunk-size 256k d.t < <(cat rows.ndjson)
	[[ $output == *"stdin:16001: field late: a column that is new"* ]]
	jobs_are "0 0"
	{ echo '{"id":"x","late":1}'; rows 16000; } | bq-load -q -c c.json --once x --chunk-size 256k d.t
	cat rows.ndjson | bq-load -q -c c.json --once y --chunk-size 256k d.t
	[ "$(sql_value 'SELECT SUM(late) FROM d.t')" = 2 ]
}

@test "--once: a session that is lost at once begins anew; later it is 75, and nothing is loaded" {
	contract
	rows 16000 >rows.ndjson
	stream() { cat rows.ndjson | bq-load -c c.json --once x --chunk-size 256k d.t; }
	for kind in 404 410; do
		warehouse --fault "bq-upload:$kind@2"
		stream
		[ "$(count t)" = 16000 ]
		jobs_are "1 1"
		for n in 3 4 5; do
			warehouse --fault "bq-upload:$kind@$n"
			run -75 stream
			[[ $output == *"a stream cannot; nothing was loaded"* ]]
			jobs_are "0 0"
			stream
			[ "$(count t)" = 16000 ]
			jobs_are "1 1"
		done
	done
}

# ---- faults ------------------------------------------------------------------------------------

# Loads five chunks; whatever happens, at the end each row is there once, by one job.
load_through() {
	warehouse --fault "$1"
	bq-load -q --chunk-size 256k -c c.json d.t rows.ndjson >receipt 2>err ||
		bq-load -q --chunk-size 256k -c c.json d.t rows.ndjson >receipt
	jq -e '.rows == 16000' receipt || return 1
	[ "$(count t)" = 16000 ] || { echo "$1: $(count t) rows"; return 1; }
	jobs_are "1 1"
}

upload_faults() {
	contract
	rows 16000 >rows.ndjson
	for n in 1 2 3 4 5; do
		load_through "bq-upload:$1@$n" || return 1
	done
	bq-load -q --chunk-size 256k -c c.json d.t rows.ndjson
	jobs_are "1 1"
}

@test "upload faults: 503" { upload_faults 503; }
@test "upload faults: 500" { upload_faults 500; }
@test "upload faults: 429" { upload_faults 429; }
@test "upload faults: 404" { upload_faults 404; }
@test "upload faults: 410" { upload_faults 410; }
@test "upload faults: short" { upload_faults short; }
@test "upload faults: reset" { upload_faults reset; }
@test "upload faults: lost" { upload_faults lost; }
@test "upload faults: cut" { upload_faults cut; }

@test "a session that moves, a bare Range, 201: as Google's clients take them" {
	reply() { # NAME STATUS HEADER... ; the body is on stdin
		local name=$1
		printf 'HTTP/1.1 %s\r\n' "$2" >"$name"
		shift 2
		[ $# -eq 0 ] || printf '%s\r\n' "$@" >>"$name"
		{ printf '\r\n'; cat; } >>"$name"
	}
	echo '{"schema":{"fields":[{"name":"id","type":"STRING"}]}}' | reply table '200 OK'
	echo '{"error":{"errors":[{"reason":"notFound"}]}}' | reply none '404 Not Found'
	reply session '200 OK' 'Location: /one?upload_id=1' </dev/null
	reply moved '308 Resume Incomplete' 'Location: /two?upload_id=2' 'Range: 0-262143' </dev/null
	reply stored '308 Resume Incomplete' 'Range: bytes=0-524287' </dev/null
	echo '{"jobReference":{"jobId":"j","location":"EU"},"status":{"state":"DONE"},"statistics":{"creationTime":"1000","endTime":"3500","load":{"outputRows":"16000"}}}' | reply done '201 Created'
	bigquery_answers table none session moved stored done
	rows 16000 >rows.ndjson
	bq-load -q d.t rows.ndjson | jq -e '.rows == 16000 and .location == "EU" and .seconds == 2.5'
	size=$(wc -c <rows.ndjson)
	grep -aoE 'PUT /.*|^Content-Range: .*' requests.log | tr -d '\r' >puts
	diff puts - <<-END
		PUT /one?upload_id=1 HTTP/1.1
		Content-Range: bytes 0-$((size - 1))/$size
		PUT /two?upload_id=2 HTTP/1.1
		Content-Range: bytes 262144-$((size - 1))/$size
		PUT /two?upload_id=2 HTTP/1.1
		Content-Range: bytes 524288-$((size - 1))/$size
	END
	# To another host the token does not go.
	reply moved '308 Resume Incomplete' 'Location: https://evil.example/two' </dev/null
	bigquery_answers table none session moved
	run -69 bq-load d.t rows.ndjson
	[[ $output == *"names no session of its own"* ]]
}

@test "faults of the other requests" {
	contract
	rows 16000 >rows.ndjson
	for kind in 503 500 429 reset lost; do
		for n in 2 3 4 5; do
			load_through "bq:$kind@$n" || return 1
		done
	done
}

@test "an expired token without credentials: 77, and nothing loaded" {
	warehouse --fault bq:401@2
	contract
	run -77 bq-load -c c.json d.t < <(rows 3)
	jobs_are "0 0"
}

@test "nobody there: 75 after the tries" {
	export BIGQUERY_EMULATOR_HOST=http://127.0.0.1:1 GOOGLE_CLOUD_PROJECT=p
	run -75 bq-load --tries 1 d.t < <(rows 1)
}

@test "5xx without end: 75" {
	warehouse --fault bq-upload:503@1.0
	contract
	run -75 bq-load --tries 3 -c c.json d.t < <(rows 3)
	jobs_are "0 0"
}

@test "memory stays under 32 MiB: a file, spooled, streamed" {
	warehouse
	contract
	rows 1000000 >rows.ndjson
	! sanitized || skip "not with the sanitizer's own memory"
	cc -std=c11 -O2 -o peak "$ROOT/tests/bench/peak.c"
	held() {
		[ "$(cat kib)" -lt 32768 ] || { cat kib; return 1; }
	}
	./peak kib bq-load -q -c c.json d.file rows.ndjson
	held
	./peak kib bq-load -q -c c.json d.spooled < <(cat rows.ndjson)
	held
	./peak kib bq-load -q -c c.json --spool-compress d.small < <(cat rows.ndjson)
	held
	./peak kib bq-load -q -c c.json --once x d.streamed < <(cat rows.ndjson)
	held
	[ "$(count streamed)" = 1000000 ]
}
