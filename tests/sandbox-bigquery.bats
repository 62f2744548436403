load helper

# The sandbox's BigQuery, spoken to with curl: what Google's own clients send.

begin() {
	sandbox "$@"
	API=$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/p
	UPLOAD=$BIGQUERY_EMULATOR_HOST/upload/bigquery/v2/projects/p/jobs
}

# call METHOD PATH [BODY]: prints the reply's body; the status goes to ./status.
call() {
	curl -s -o reply -w '%{http_code}' -X "$1" -H 'Content-Type: application/json' \
		${3+--data-binary "$3"} "$API$2" >status
	cat reply
}

status_is() {
	[ "$(cat status)" = "$1" ] || { echo "status $(cat status), not $1" && cat reply && return 1; } >&2
}

dataset() {
	call POST /datasets '{"datasetReference":{"datasetId":"d"}}' >/dev/null
	status_is 200
}

# job ID TABLE [MORE]: a load job's document.
job() {
	printf '{"jobReference":{"projectId":"p","jobId":"%s"},"configuration":{"load":{
		"destinationTable":{"projectId":"p","datasetId":"d","tableId":"%s"},
		"sourceFormat":"NEWLINE_DELIMITED_JSON","decimalTargetTypes":null,"projectionFields":[]%s}}}' \
		"$1" "$2" "${3-}"
}

SCHEMA=',"schema":{"fields":[{"name":"a","type":"INTEGER"},{"name":"s","type":"STRING"}]}'

# session DOCUMENT: begins an upload and prints its URI.
session() {
	curl -s -D headers -o reply -w '%{http_code}' -H 'Content-Type: application/json; charset=UTF-8' \
		-H 'X-Upload-Content-Type: application/octet-stream' --data-binary "$1" \
		"$UPLOAD?uploadType=resumable" >status
	tr -d '\r' <headers | sed -n 's/^[Ll]ocation: //p'
}

# put URI RANGE [FILE]
put() {
	curl -s -D headers -o reply -w '%{http_code}' -X PUT -H "Content-Range: bytes $2" \
		--data-binary "@${3-/dev/null}" "$1" >status
}

stored() {
	tr -d '\r' <headers | sed -n 's/^[Rr]ange: //p'
}

# load ID TABLE MORE FILE: a whole load; prints the finished job.
load_file() {
	local uri
	uri=$(session "$(job "$1" "$2" "$3")")
	curl -s -X PUT --data-binary "@$4" "$uri" >reply
	call GET "/jobs/$1?location=US"
}

cells() {
	call GET "/datasets/d/tables/$1/data?formatOptions.useInt64Timestamp=true${2-}" | jq -c '[.rows[]?.f|map(.v)]'
}

@test "datasets: insert, get, list, duplicate, delete" {
	begin
	call GET /datasets/d
	status_is 404
	[ "$(jq -r '.error.errors[0].reason' reply)" = notFound ]
	dataset
	[ "$(call GET /datasets/d | jq -r .location)" = US ]
	[ "$(call GET /datasets | jq -r '.datasets[0].id')" = p:d ]
	call POST /datasets '{"datasetReference":{"datasetId":"d"}}'
	status_is 409
	call POST /datasets '{"datasetReference":{"datasetId":"a b"}}'
	status_is 400
	call POST /datasets 'no JSON'
	status_is 400
	call POST /datasets/d/tables '{"tableReference":{"tableId":"t"},"schema":{"fields":[{"name":"a","type":"INT64"}]}}'
	call DELETE /datasets/d
	status_is 400
	call DELETE '/datasets/d?deleteContents=true'
	status_is 204
	call GET /datasets/d
	status_is 404
}

@test "the routes are there without /bigquery/v2 too" {
	begin
	API=$BIGQUERY_EMULATOR_HOST/projects/p
	dataset
	[ "$(call GET /datasets/d | jq -r .id)" = p:d ]
}

@test "tables: insert, get, patch, list, delete" {
	begin
	dataset
	call POST /datasets/d/tables '{"tableReference":{"tableId":"t"},"timePartitioning":{"type":"DAY","field":"at"},
		"clustering":{"fields":["a"]},"schema":{"fields":[{"name":"a","type":"INT64","mode":"REQUIRED"},{"name":"at","type":"TIMESTAMP"}]}}'
	status_is 200
	jq -e '.schema.fields[0].type == "INTEGER" and .numRows == "0" and .timePartitioning.field == "at"' reply
	call PATCH /datasets/d/tables/t '{"description":"x","schema":{"fields":[{"name":"a","type":"INTEGER"},
		{"name":"at","type":"TIMESTAMP"},{"name":"n","type":"NUMERIC"}]}}'
	status_is 200
	jq -e '.schema.fields[0].mode == "NULLABLE" and .schema.fields[2].name == "n" and .description == "x"' reply
	call PATCH /datasets/d/tables/t '{"schema":{"fields":[{"name":"a","type":"INTEGER"}]}}'
	status_is 400
	call PATCH /datasets/d/tables/t '{"schema":{"fields":[{"name":"a","type":"STRING"},{"name":"at","type":"TIMESTAMP"},{"name":"n","type":"NUMERIC"}]}}'
	status_is 400
	[ "$(call GET /datasets/d/tables/t | jq '.schema.fields|length')" = 3 ]
	[ "$(call GET /datasets/d/tables | jq -r '.tables[0].tableReference.tableId')" = t ]
	call POST /datasets/d/tables '{"tableReference":{"tableId":"t"}}'
	status_is 409
	call POST /datasets/x/tables '{"tableReference":{"tableId":"t"}}'
	status_is 404
	call DELETE /datasets/d/tables/t
	status_is 204
	call GET /datasets/d/tables/t
	status_is 404
}

@test "partitioning and clustering must name fields that fit" {
	begin
	dataset
	for bad in '"timePartitioning":{"type":"DAY","field":"x"}' '"timePartitioning":{"type":"DAY","field":"s"}' \
		'"timePartitioning":{"type":"WEEK","field":"at"}' '"clustering":{"fields":["x"]}' \
		'"timePartitioning":{"type":"HOUR","field":"at"}'; do
		call POST /datasets/d/tables '{"tableReference":{"tableId":"t"},'"$bad"',
			"schema":{"fields":[{"name":"s","type":"STRING"},{"name":"at","type":"DATE"}]}}'
		status_is 400
	done
}

@test "names of tables that differ in case only are two tables" {
	begin
	dataset
	for t in t T; do
		call POST /datasets/d/tables '{"tableReference":{"tableId":"'$t'"},"schema":{"fields":[{"name":"a","type":"STRING"}]}}'
		status_is 200
		call POST /datasets/d/tables/$t/insertAll '{"rows":[{"json":{"a":"'$t'"}}]}'
	done
	[ "$(cells t)" = '[["t"]]' ]
	[ "$(cells T)" = '[["T"]]' ]
}

@test "every type goes in and comes out" {
	begin
	dataset
	cat >rows <<'END'
{"i":"9223372036854775807","f":1.5,"n":"-0012.50","b":"yes","d":"2026-1-2","t":"1:2:3.50","dt":"2026-11-22 23:59:58","ts":"2026/11/22 23:59:58.25+01:00","y":"YQ==","j": {"a" : [1, "b c"]},"g":"POINT(1 2)","s":7,"r":["x","\u00e9"],"o":{"p":{"q":9007199254740993},"l":[true,false]},"w":"123456789012345678901234567890123456789.12345678901234567890123456789012345678"}
{"i":-5,"f":"NaN","n":1e3,"b":0,"ts":1600000000.5,"r":null,"o":null,"j":null}
{}
END
	load_file types t ',"schema":{"fields":[{"name":"i","type":"INT64"},{"name":"f","type":"FLOAT64"},{"name":"n","type":"NUMERIC"},
		{"name":"b","type":"BOOL"},{"name":"d","type":"DATE"},{"name":"t","type":"TIME"},{"name":"dt","type":"DATETIME"},
		{"name":"ts","type":"TIMESTAMP"},{"name":"y","type":"BYTES"},{"name":"j","type":"JSON"},{"name":"g","type":"GEOGRAPHY"},
		{"name":"s","type":"STRING"},{"name":"r","type":"STRING","mode":"REPEATED"},
		{"name":"o","type":"RECORD","fields":[{"name":"p","type":"RECORD","fields":[{"name":"q","type":"INTEGER"}]},
		{"name":"l","type":"BOOL","mode":"REPEATED"}]},{"name":"w","type":"BIGNUMERIC"}]}' rows
	jq -e '.status.errorResult == null' reply
	cells t >got
	cat >want <<'END'
[["9223372036854775807","1.5","-12.5","true","2026-01-02","01:02:03.5","2026-11-22T23:59:58","1795388398250000","YQ==","{\"a\":[1,\"b c\"]}","POINT(1 2)","7",[{"v":"x"},{"v":"é"}],{"f":[{"v":{"f":[{"v":"9007199254740993"}]}},{"v":[{"v":"true"},{"v":"false"}]}]},"123456789012345678901234567890123456789.12345678901234567890123456789012345678"],["-5","NaN","1000","false",null,null,null,"1600000000500000",null,null,null,null,[],null,null],[null,null,null,null,null,null,null,null,null,null,null,null,[],null,null]]
END
	diff want got
	[ "$(call GET '/datasets/d/tables/t/data?selectedFields=ts&maxResults=1' | jq -r '.rows[0].f[0].v')" = 1.79538839825E9 ]
}

@test "bad values fail the job and name the field, never the value" {
	begin
	dataset
	n=0
	while IFS='|' read -r type value rule; do
		n=$((n + 1))
		echo "{\"x\":$value}" >rows
		load_file "bad$n" t ",\"schema\":{\"fields\":[{\"name\":\"x\",$type}]}" rows >/dev/null
		jq -e --arg rule "$rule" '.status.errors[1].message | contains($rule) and contains("x")' reply ||
			{ cat reply; return 1; }
		run ! grep SECRET reply
	done <<'END'
"type":"INTEGER"|"SECRET"|Could not convert value to integer
"type":"INTEGER"|9223372036854775808|Could not convert value to integer
"type":"INTEGER"|1.5|Could not convert value to integer
"type":"INTEGER"|[1]|Array specified for non-repeated field
"type":"INTEGER"|{"SECRET":1}|JSON object specified for non-record field
"type":"FLOAT"|"SECRET"|Could not convert value to double
"type":"BOOLEAN"|"maybe"|Could not convert value to boolean
"type":"NUMERIC"|"1.0000000001"|Invalid NUMERIC value
"type":"NUMERIC"|1e29|Invalid NUMERIC value
"type":"DATE"|"2026-02-30"|Could not convert value to date
"type":"DATE"|"2026/02/03"|Could not convert value to date
"type":"TIME"|"24:00:00"|Could not convert value to time
"type":"DATETIME"|"yesterday"|Could not convert value to datetime
"type":"TIMESTAMP"|"SECRET"|Could not convert value to timestamp
"type":"BYTES"|"*"|Could not decode base64
"type":"STRING","mode":"REQUIRED"|null|Only optional fields can be set to NULL
"type":"STRING","mode":"REPEATED"|["a",null]|Only optional fields can be set to NULL
"type":"STRING","mode":"REPEATED"|"a"|no array
"type":"RECORD","fields":[{"name":"y","type":"STRING"}]|{"z":1}|No such field: x.z.
"type":"RECORD","fields":[{"name":"y","type":"STRING","mode":"REQUIRED"}]|{}|Missing required field: x.y.
END
	[ "$n" = 20 ]
}

@test "insertAll: all or nothing, or without the bad rows" {
	begin
	dataset
	call POST /datasets/d/tables '{"tableReference":{"tableId":"t"},"schema":{"fields":[{"name":"a","type":"INTEGER"}]}}'
	call POST /datasets/d/tables/t/insertAll '{"skipInvalidRows":null,"ignoreUnknownValues":null,"templateSuffix":null,
		"rows":[{"json":{"a":1}},{"json":{"b":2}},{"insertId":"x","json":{"a":9223372036854775807}}]}'
	status_is 200
	[ "$(jq -c '[.insertErrors[]|[.index,.errors[0].reason]]' reply)" = '[[0,"stopped"],[1,"invalid"],[2,"stopped"]]' ]
	[ "$(cells t)" = '[]' ]
	call POST /datasets/d/tables/t/insertAll '{"skipInvalidRows":true,"rows":[{"json":{"a":1}},{"json":{"b":2}},{"json":{"a":9223372036854775807}}]}'
	[ "$(jq -c '[.insertErrors[]|[.index,.errors[0].reason]]' reply)" = '[[1,"invalid"]]' ]
	[ "$(cells t)" = '[["1"],["9223372036854775807"]]' ]
	call POST /datasets/d/tables/t/insertAll '{"ignoreUnknownValues":true,"rows":[{"json":{"b":2}}]}'
	[ "$(cells t)" = '[["1"],["9223372036854775807"],[null]]' ]
	call POST /datasets/d/tables/t/insertAll '{"rows":7}'
	status_is 400
}

@test "insertAll stores a row of the same insertId once" {
	begin
	dataset
	call POST /datasets/d/tables '{"tableReference":{"tableId":"t"},"schema":{"fields":[{"name":"a","type":"INTEGER"}]}}'
	for _ in 1 2; do
		call POST /datasets/d/tables/t/insertAll '{"rows":[{"insertId":"x","json":{"a":1}},{"insertId":"y","json":{"a":2}}]}'
		status_is 200
	done
	call POST /datasets/d/tables/t/insertAll '{"rows":[{"json":{"a":2}}]}'
	[ "$(cells t)" = '[["1"],["2"],["2"]]' ]
}

@test "a multipart upload, boundary quoted or not, LF or CRLF" {
	begin
	dataset
	printf -- '--==B==\nContent-Type: application/json\nMIME-Version: 1.0\n\n%s\n--==B==\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n{"a":1,"s":"x"}\n{"a":2}\n\n--==B==--\n' \
		"$(job m1 t "$SCHEMA")" >lf
	sed 's/m1/m2/; s/==B==/x-1/; s/$/\r/' lf >crlf
	curl -s -H 'Content-Type: multipart/related; boundary="==B=="' --data-binary @lf "$UPLOAD?alt=json&uploadType=multipart" >reply
	[ "$(jq -r .status.state reply)" = RUNNING ]
	[ "$(call GET /jobs/m1 | jq -r .status.state)" = DONE ]
	[ "$(cells t)" = '[["1","x"],["2",null]]' ]
	curl -s -H 'Content-Type: multipart/related; boundary=x-1' -H 'Transfer-Encoding: chunked' --data-binary @crlf "$UPLOAD?uploadType=multipart" >reply
	[ "$(call GET /jobs/m2 | jq -r .statistics.load.outputRows)" = 2 ]
	[ "$(curl -s -o reply -w '%{http_code}' -H 'Content-Type: multipart/related; boundary=no' --data-binary @crlf "$UPLOAD?uploadType=multipart")" = 400 ]
}

@test "a resumable upload in chunks, with status queries" {
	begin
	dataset
	seq 60000 | jq -c '{a:.,s:"some words"}' >rows
	size=$(wc -c <rows)
	head -c 524288 rows >one
	tail -c +524289 rows >two
	uri=$(session "$(job r1 t "$SCHEMA")")
	put "$uri" '*/*'
	status_is 308
	[ -z "$(stored)" ]
	put "$uri" '0-524287/*' one
	status_is 308
	[ "$(stored)" = bytes=0-524287 ]
	put "$uri" "*/$size"
	status_is 308
	[ "$(stored)" = bytes=0-524287 ]
	call GET /jobs/r1
	status_is 404
	put "$uri" "524288-$((size - 1))/$size" two
	status_is 200
	[ "$(jq -r .status.state reply)" = RUNNING ]
	[ "$(call GET /jobs/r1 | jq -r .statistics.load.outputRows)" = 60000 ]
	put "$uri" "*/$size"
	status_is 200
	[ "$(jq -r .jobReference.jobId reply)" = r1 ]
	[ "$(call GET /datasets/d/tables/t | jq -r .numRows)" = 60000 ]
}

@test "the total may come at the very end, and an upload may be empty" {
	begin
	dataset
	seq 60000 | jq -c '{a:.}' | head -c 262144 >rows
	truncate -s -1 rows && echo >>rows
	uri=$(session "$(job r1 t "$SCHEMA,\"maxBadRecords\":1")")
	put "$uri" '0-262143/*' rows
	status_is 308
	put "$uri" '*/262144'
	status_is 200
	uri=$(session "$(job r2 e "$SCHEMA")")
	put "$uri" '*/0'
	status_is 200
	[ "$(call GET /jobs/r2 | jq -r .statistics.load.outputRows)" = 0 ]
	[ "$(call GET /datasets/d/tables/e | jq -r .numRows)" = 0 ]
}

@test "chunks that do not fit are refused; an unknown session is 404" {
	begin
	dataset
	echo '{"a":1}' >rows
	uri=$(session "$(job r1 t "$SCHEMA")")
	put "$uri" '0-7/*' rows
	status_is 400
	put "$uri" '0-8/9' rows
	status_is 400
	put "$uri" '262144-262151/262152' rows
	status_is 400
	put "$uri" 'rubbish' rows
	status_is 400
	put "$uri" '0-7/8' rows
	status_is 200
	put "${uri%?????}zzzzz" '0-7/8' rows
	status_is 404
}

@test "--fault bq-upload:short stores half a chunk and says so" {
	begin --fault bq-upload:short@2
	dataset
	seq 60000 | jq -c '{a:.,s:"some words"}' >rows
	size=$(wc -c <rows)
	uri=$(session "$(job r1 t "$SCHEMA")")
	put "$uri" "0-$((size - 1))/$size" rows
	status_is 308
	from=$(($(stored | sed 's/.*-//') + 1))
	[ $((from % 262144)) = 0 ] && [ "$from" -lt "$size" ]
	tail -c "+$((from + 1))" rows >rest
	put "$uri" "$from-$((size - 1))/$size" rest
	status_is 200
	[ "$(call GET /jobs/r1 | jq -r .statistics.load.outputRows)" = 60000 ]
}

@test "--fault bq-upload:503 refuses a chunk, and the upload goes on" {
	begin --fault bq-upload:503@2
	dataset
	echo '{"a":1}' >rows
	uri=$(session "$(job r1 t "$SCHEMA")")
	put "$uri" '0-7/8' rows
	status_is 503
	put "$uri" '*/8'
	status_is 308
	put "$uri" '0-7/8' rows
	status_is 200
}

@test "a job id is used up for good" {
	begin
	dataset
	echo '{"a":1}' >rows
	load_file once t "$SCHEMA" rows
	session "$(job once t "$SCHEMA")"
	status_is 409
	[ "$(jq -r '.error.errors[0].reason + ": " + .error.message' reply)" = 'duplicate: Already Exists: Job p:US.once' ]
	call DELETE /jobs/once/delete
	status_is 204
	call GET /jobs/once
	status_is 404
	call POST /jobs "$(job once t "$SCHEMA")"
	status_is 409
	call POST /jobs "$(job 'no good' t "$SCHEMA")"
	status_is 400
	[ "$(cells t)" = '[["1",null]]' ]
}

@test "jobs are found at their location only" {
	begin
	dataset
	echo '{"a":1}' >rows
	uri=$(session "$(job eu t "$SCHEMA" | jq -c '.jobReference.location = "europe-west1"')")
	put "$uri" '0-7/8' rows
	[ "$(jq -r .jobReference.location reply)" = europe-west1 ]
	call GET /jobs/eu
	status_is 404
	call GET '/jobs/eu?location=US'
	status_is 404
	call GET '/jobs/eu?location=europe-west1'
	status_is 200
	[ "$(call GET /jobs | jq -r '.jobs[0].jobReference.jobId')" = eu ]
}

@test "jobs and tables survive a restart with --data" {
	begin --data here
	dataset
	echo '{"a":1}' >rows
	load_file j1 t "$SCHEMA" rows
	head -c 262144 /dev/zero | tr '\0' '\n' >blank
	uri=$(session "$(job j2 t "$SCHEMA")")
	put "$uri" '0-262143/262152' blank
	status_is 308
	path=${uri#"$BIGQUERY_EMULATOR_HOST"}
	begin --data here
	[ "$(call GET /jobs/j1 | jq -r .status.state)" = DONE ]
	[ "$(cells t)" = '[["1",null]]' ]
	put "$BIGQUERY_EMULATOR_HOST$path" '262144-262151/262152' rows
	status_is 200
	[ "$(cells t)" = '[["1",null],["1",null]]' ]
}

@test "a load with bad rows stores nothing; maxBadRecords lets some pass" {
	begin
	dataset
	printf '{"a":1}\n{"a":"x"}\n{"b":1}\nno JSON\n\n{"a":2}\n' >rows
	load_file j1 t "$SCHEMA" rows
	jq -e '.status.state == "DONE" and .status.errorResult.reason == "invalid" and (.status.errors|length) == 4' reply
	[ "$(jq -r .status.errorResult.message reply)" = "Error while reading data, error message: JSON table encountered too many errors, giving up. Rows: 5; errors: 3. Please look into the errors[] collection for more details." ]
	jq -e '.status.errors[2].message | endswith("row starting at position 18: No such field: b.")' reply
	jq -e '.status.errors[2].location == "File: 0 / Offset:18 / Line:3 / Field:b"' reply
	call GET /datasets/d/tables/t
	status_is 404
	load_file j2 t "$SCHEMA,\"maxBadRecords\":3" rows
	jq -e '.status.errorResult == null and (.status.errors|length) == 3 and .statistics.load.badRecords == "3"' reply
	[ "$(cells t)" = '[["1",null],["2",null]]' ]
	load_file j3 t "$SCHEMA,\"maxBadRecords\":2" rows
	[ "$(cells t)" = '[["1",null],["2",null]]' ]
	load_file j4 t "$SCHEMA,\"maxBadRecords\":2,\"ignoreUnknownValues\":true" rows
	[ "$(cells t)" = '[["1",null],["2",null],["1",null],[null,null],["2",null]]' ]
}

@test "write and create dispositions" {
	begin
	dataset
	echo '{"a":1}' >rows
	load_file j1 t "$SCHEMA,\"createDisposition\":\"CREATE_NEVER\"" rows
	[ "$(jq -r .status.errorResult.reason reply)" = notFound ]
	load_file j2 t '' rows
	[ "$(jq -r .status.errorResult.reason reply)" = invalid ]
	load_file j3 t "$SCHEMA" rows
	load_file j4 t '' rows
	[ "$(cells t)" = '[["1",null],["1",null]]' ]
	load_file j5 t ',"writeDisposition":"WRITE_EMPTY"' rows
	[ "$(jq -r .status.errorResult.reason reply)" = duplicate ]
	load_file j6 t ',"writeDisposition":"WRITE_TRUNCATE","schema":{"fields":[{"name":"b","type":"STRING"}]}' rows
	[ "$(jq -r .status.errorResult.reason reply)" = invalid ]
	[ "$(cells t)" = '[["1",null],["1",null]]' ]
	load_file j7 t ',"writeDisposition":"WRITE_TRUNCATE","schema":{"fields":[{"name":"a","type":"STRING"}]}' rows
	[ "$(cells t)" = '[["1"]]' ]
	load_file j8 t ',"writeDisposition":"WRITE_TRUNCATE_DATA"' rows
	[ "$(cells t)" = '[["1"]]' ]
	load_file j9 t ',"writeDisposition":"WRITE_TRUNCATE_DATA","autodetect":true' rows
	[ "$(jq -r .status.errorResult reply)" = null ]
	[ "$(cells t)" = '[["1"]]' ]
	uri=$(session "$(job j10 t "$SCHEMA" | sed 's/"datasetId":"d"/"datasetId":"gone"/')")
	put "$uri" '0-7/8' rows
	[ "$(call GET /jobs/j10 | jq -r .status.errorResult.message)" = 'Not found: Dataset p:gone' ]
}

@test "schemaUpdateOptions" {
	begin
	dataset
	echo '{"a":1}' >rows
	echo '{"o":{"p":1,"q":2},"n":3}' >wider
	load_file j1 t ',"schema":{"fields":[{"name":"a","type":"INTEGER","mode":"REQUIRED"},
		{"name":"o","type":"RECORD","fields":[{"name":"p","type":"INTEGER"}]}]}' rows
	wide=',"schema":{"fields":[{"name":"a","type":"INTEGER"},{"name":"n","type":"INTEGER"},
		{"name":"o","type":"RECORD","fields":[{"name":"q","type":"INTEGER"},{"name":"p","type":"INTEGER"}]}]}'
	load_file j2 t "$wide" wider
	jq -e '.status.errorResult.message | startswith("Provided Schema does not match Table p:d.t.")' reply
	load_file j3 t "$wide"',"schemaUpdateOptions":["ALLOW_FIELD_ADDITION"]' wider
	jq -e '.status.errorResult.message | contains("Field a has changed mode from REQUIRED to NULLABLE")' reply
	load_file j4 t "$wide"',"schemaUpdateOptions":["ALLOW_FIELD_ADDITION","ALLOW_FIELD_RELAXATION"],"writeDisposition":"WRITE_TRUNCATE"' wider
	[ "$(jq -r .status.errorResult.reason reply)" = invalid ]
	load_file j5 t "$wide"',"schemaUpdateOptions":["ALLOW_FIELD_ADDITION","ALLOW_FIELD_RELAXATION"]' wider
	[ "$(cells t)" = '[["1",null,null],[null,{"f":[{"v":"1"},{"v":"2"}]},"3"]]' ]
	load_file j6 t ',"schema":{"fields":[{"name":"a","type":"STRING"}]},"schemaUpdateOptions":["ALLOW_FIELD_ADDITION"]' rows
	jq -e '.status.errorResult.message | contains("Field a has changed type from INTEGER to STRING")' reply
}

@test "a gzip file loads, known by its first bytes; a broken one does not" {
	begin
	dataset
	{ echo '{"a":1}' | gzip; echo '{"a":2}' | gzip; } >rows
	load_file j1 t "$SCHEMA" rows
	jq -e '.status.state == "DONE" and .status.errorResult == null' reply
	[ "$(jq -r .statistics.load.inputFileBytes reply)" = "$(wc -c <rows)" ]
	[ "$(jq -r .statistics.load.outputRows reply)" = 2 ]
	head -c 40 rows >short
	load_file j2 t "$SCHEMA" short
	jq -e '.status.errorResult | .reason == "invalid" and (.message | contains("breaks off"))' reply
	{ head -c 10 rows; printf 'not deflated'; } >wrong
	load_file j3 t "$SCHEMA" wrong
	jq -e '.status.errorResult.message | contains("damaged")' reply
	[ "$(call GET /datasets/d/tables/t | jq -r .numRows)" = 2 ]
}

@test "what the sandbox cannot load says so" {
	begin
	dataset
	call POST /jobs "$(job j3 t "$SCHEMA" | sed 's/NEWLINE_DELIMITED_JSON/CSV/')"
	[ "$(call GET /jobs/j3 | jq -r .status.errorResult.message)" = 'sourceFormat CSV is not supported by the sandbox' ]
	call POST /jobs '{"configuration":{"copy":{}}}'
	status_is 501
	call POST /jobs '{"configuration":{}}'
	status_is 400
	call POST /datasets/d/tables '{"tableReference":{"tableId":"v"},"view":{"query":"SELECT 1"}}'
	status_is 501
}

@test "queries: pages, formats, timeoutMs, requestId" {
	begin
	dataset
	seq 5 | jq -c '{a:.,s:"x"}' >rows
	load_file j1 t "$SCHEMA" rows
	q='"query":"SELECT a FROM d.t ORDER BY a","useLegacySql":false'
	call POST /queries "{$q,\"maxResults\":2,\"requestId\":\"r-1\",\"formatOptions\":{\"useInt64Timestamp\":true}}"
	status_is 200
	jq -e '.jobComplete and .totalRows == "5" and (.rows|length) == 2 and .schema.fields[0].type == "INTEGER"' reply
	id=$(jq -r .jobReference.jobId reply)
	token=$(jq -r .pageToken reply)
	call GET "/queries/$id?location=US&maxResults=2&pageToken=$token"
	[ "$(jq -c '[.rows[].f[0].v]' reply)" = '["3","4"]' ]
	call GET "/queries/$id?startIndex=4&timeoutMs=0"
	jq -e '.rows[0].f[0].v == "5" and .pageToken == null' reply
	call POST /queries "{$q,\"requestId\":\"r-1\"}"
	[ "$(jq -r .jobReference.jobId reply)" = "$id" ]
	call POST /queries "{$q,\"timeoutMs\":0}"
	jq -e '.jobComplete == false' reply
	call GET "/queries/$(jq -r .jobReference.jobId reply)?maxResults=0"
	jq -e '.jobComplete and .totalRows == "5" and .rows == []' reply
}

@test "queries that are wrong are refused at once, and cost nothing beyond their limit" {
	begin
	dataset
	echo '{"a":1}' >rows
	load_file j1 t "$SCHEMA" rows
	call POST /queries '{"query":"SELECT 1"}'
	status_is 400
	jq -e '.error.message | startswith("Legacy SQL")' reply
	call POST /queries '{"query":"SELECT FROM WHERE","useLegacySql":false}'
	status_is 400
	[ "$(jq -r '.error.errors[0].reason' reply)" = invalidQuery ]
	call POST /jobs '{"jobReference":{"jobId":"q1"},"configuration":{"query":{"query":"SELECT * FROM d.gone","useLegacySql":false}}}'
	status_is 404
	call GET /jobs/q1
	status_is 404
	for limit in 1000000 \"1000000\"; do
		call POST /queries "{\"query\":\"SELECT a FROM d.t\",\"useLegacySql\":false,\"maximumBytesBilled\":$limit}"
		status_is 400
		[ "$(jq -r '.error.errors[0].reason' reply)" = bytesBilledLimitExceeded ]
		[ "$(jq -r .error.message reply)" = 'Query exceeded limit for bytes billed: 1000000. 10485760 or higher required.' ]
	done
	call POST /jobs '{"jobReference":{"jobId":"q2"},"configuration":{"query":{"query":"SELECT a FROM d.t","useLegacySql":false,"maximumBytesBilled":"1"}}}'
	status_is 200
	[ "$(call GET /jobs/q2 | jq -r .status.errorResult.reason)" = bytesBilledLimitExceeded ]
	call GET /queries/q2
	status_is 400
}

@test "query jobs: polled until DONE; dry runs are DONE at once and leave nothing" {
	begin
	dataset
	echo '{"a":1}' >rows
	load_file j1 t "$SCHEMA" rows
	call POST /jobs '{"jobReference":{"jobId":"q1","projectId":"p"},"configuration":{"query":{"query":"SELECT a FROM d.t","useLegacySql":false,"continuous":false}}}'
	jq -e '.status.state == "RUNNING" and .jobReference.location == "US" and .configuration.query.query == "SELECT a FROM d.t"' reply
	call GET '/jobs/q1?location=US'
	jq -e '.status.state == "DONE" and .statistics.query.statementType == "SELECT" and .statistics.query.totalBytesBilled == "10485760"
		and .statistics.totalBytesProcessed == "8" and .statistics.query.cacheHit == false' reply
	call POST /jobs '{"jobReference":{"jobId":"q2"},"configuration":{"dryRun":true,"query":{"query":"SELECT a FROM d.t","useLegacySql":false}}}'
	jq -e '.status.state == "DONE" and .statistics.totalBytesProcessed == "8"' reply
	call GET /jobs/q2
	status_is 404
	call POST /jobs '{"jobReference":{"jobId":"q3"},"configuration":{"query":{"query":"UPDATE d.t SET a = 2 WHERE TRUE","useLegacySql":false}}}'
	call GET /jobs/q3
	jq -e '.statistics.query | .numDmlAffectedRows == "1" and .dmlStats.updatedRowCount == "1" and .dmlStats.insertedRowCount == "0"' reply
	call POST /jobs '{"jobReference":{"jobId":"q4"},"configuration":{"query":{"query":"SELECT a, a + 1 AS b FROM d.t","useLegacySql":false,
		"destinationTable":{"projectId":"p","datasetId":"d","tableId":"made"}}}}'
	[ "$(cells made)" = '[["2","3"]]' ]
	call POST /jobs/q4/cancel
	[ "$(jq -r .job.status.state reply)" = DONE ]
}

@test "45,211 rows load" {
	begin
	dataset
	seq 45211 | jq -c '{a:.,s:"some words for the row"}' >rows
	load_file big t "$SCHEMA" rows
	[ "$(jq -r .statistics.load.outputRows reply)" = 45211 ]
}

# dry SQL: the bytes that a dry run tells, or its message.
dry() {
	call POST /queries "$(jq -n --arg q "$1" '{query: $q, useLegacySql: false, dryRun: true}')" |
		jq -r 'if .error then .error.message else .totalBytesProcessed end'
}

ask() {
	call POST /queries "$(jq -n --arg q "$1" '{query: $q, useLegacySql: false}')" |
		jq -c 'if .error then .error.message else [.rows // [] | .[] | [.f[].v]] end'
}

@test "a dry run counts the partitions that constants leave, in WHERE, ON and MERGE" {
	begin
	ask "CREATE SCHEMA d;
	    CREATE TABLE d.t (k INT64, day DATE) PARTITION BY day;
	    INSERT d.t (k, day) SELECT n, DATE_ADD(DATE '2026-01-01', INTERVAL n DAY) FROM UNNEST(GENERATE_ARRAY(0, 399)) n;
	    CREATE TABLE d.s AS SELECT * FROM d.t WHERE day BETWEEN '2026-02-01' AND '2026-02-03';
	    CREATE TABLE d.ts (k INT64, ts TIMESTAMP) PARTITION BY DATE(ts); INSERT d.ts SELECT k, TIMESTAMP(day) FROM d.t;
	    CREATE TABLE d.m (k INT64, ts TIMESTAMP) PARTITION BY TIMESTAMP_TRUNC(ts, MONTH); INSERT d.m SELECT * FROM d.ts;
	    CREATE TABLE d.r (k INT64) PARTITION BY RANGE_BUCKET(k, GENERATE_ARRAY(0, 400, 100)); INSERT d.r SELECT k FROM d.t"
	local want query
	while IFS='|' read -r want query; do
		[ "$(dry "$query")" = "$want" ] || { echo "$want $query" && dry "$query" && return 1; }
	done <<-'CASES'
		3200|SELECT k FROM d.t
		16|SELECT k FROM d.t WHERE day = '2026-02-03'
		32|SELECT k FROM d.t WHERE day < '2026-01-03'
		48|SELECT k FROM d.t WHERE day <= '2026-01-03' AND k > 1
		6400|SELECT k FROM d.t WHERE day <= '2026-01-03' OR k > 1
		16|SELECT k FROM d.t WHERE '2027-02-03' < day
		32|SELECT k FROM d.t WHERE day IN ('2026-01-03', '2026-01-04')
		32|SELECT k FROM d.t WHERE day IN UNNEST([DATE '2026-01-03', '2026-01-04'])
		6400|SELECT k FROM d.t WHERE day NOT IN ('2026-01-03', '2026-01-04')
		0|SELECT k FROM d.t WHERE day IS NULL
		16|SELECT k FROM d.t WHERE day = DATE_ADD(DATE '2026-01-03', INTERVAL 1 DAY)
		448|SELECT k FROM d.t WHERE DATE_TRUNC(day, MONTH) = '2026-02-01'
		6424|SELECT k FROM d.t WHERE day = (SELECT MAX(day) FROM d.s)
		40|SELECT t.k FROM d.t t JOIN d.s s ON t.k = s.k AND t.day = '2026-01-05'
		6424|SELECT t.k FROM d.t t LEFT JOIN d.s s ON t.k = s.k AND t.day = '2026-01-05'
		16|SELECT k FROM d.ts WHERE DATE(ts) = '2026-02-03'
		32|SELECT k FROM d.ts WHERE ts >= '2027-02-03 12:00:00'
		16|SELECT k FROM d.ts WHERE ts >= '2026-02-03' AND ts < '2026-02-04'
		448|SELECT k FROM d.m WHERE ts BETWEEN '2026-02-10' AND '2026-02-11'
		6400|SELECT k FROM d.m WHERE DATE(ts) = '2026-02-03'
		800|SELECT k FROM d.r WHERE k < 100
		2400|SELECT k FROM d.r WHERE k BETWEEN 5 AND 250
		16|UPDATE d.t SET k = 0 WHERE day = '2026-02-03'
		16|DELETE FROM d.t WHERE day = '2026-02-03'
		6424|MERGE d.t T USING d.s S ON T.k = S.k WHEN MATCHED THEN UPDATE SET k = 1
		96|MERGE d.t T USING d.s S ON T.k = S.k AND T.day IN (DATE '2026-02-01', '2026-02-02', '2026-02-03') WHEN MATCHED THEN UPDATE SET k = 1 WHEN NOT MATCHED THEN INSERT ROW
		64|MERGE d.t T USING d.s S ON FALSE WHEN NOT MATCHED THEN INSERT ROW WHEN NOT MATCHED BY SOURCE AND T.day = '2026-02-02' THEN DELETE
		6400|MERGE d.t T USING d.s S ON T.day = '2026-02-01' WHEN NOT MATCHED BY SOURCE THEN DELETE
	CASES
	call POST /queries '{"useLegacySql":false,"query":"DELETE FROM d.t WHERE day = '"'2026-02-03'"'"}'
	jq -e '.totalBytesProcessed == "16"' reply
}

@test "requirePartitionFilter: no statement reads the table without a filter over its partitions" {
	begin
	ask "CREATE SCHEMA d; CREATE TABLE d.t (k INT64, day DATE) PARTITION BY day OPTIONS (require_partition_filter = TRUE);
	    CREATE TABLE d.s (k INT64, day DATE)"
	local query refused="\"Cannot query over table 'p.d.t' without a filter over column(s) 'day' that can be used for partition elimination\""
	[ "$(ask "INSERT d.t VALUES (1, '2026-01-01'), (2, '2026-01-02')")" = '[]' ]
	[ "$(ask "SELECT k FROM d.t WHERE day > '2026-01-01'")" = '[["2"]]' ]
	while IFS= read -r query; do
		[ "$(ask "$query")" = "$refused" ] || { echo "$query" && return 1; }
	done <<-'CASES'
		SELECT COUNT(*) FROM d.t
		SELECT k FROM d.t WHERE k = 1
		SELECT k FROM d.t WHERE day = '2026-01-01' OR k = 1
		SELECT k FROM d.t WHERE day = (SELECT MAX(day) FROM d.s)
		DELETE FROM d.t WHERE TRUE
		MERGE d.t T USING d.s S ON T.k = S.k WHEN NOT MATCHED THEN INSERT ROW
	CASES
	[ "$(ask "MERGE d.t T USING d.s S ON T.k = S.k AND T.day = '2026-01-01' WHEN NOT MATCHED THEN INSERT ROW")" = '[]' ]
	call PATCH /datasets/d/tables/t '{"requirePartitionFilter":false}'
	[ "$(ask 'SELECT COUNT(*) FROM d.t')" = '[["2"]]' ]
}

@test "the discovery document, at both its places, names the methods that are served" {
	begin
	local at
	for at in '/$discovery/rest?version=v2' /discovery/v1/apis/bigquery/v2/rest; do
		curl -s "$BIGQUERY_EMULATOR_HOST$at" >reply
		jq -e '.name == "bigquery" and .version == "v2" and .schemas.Any.type == "object"' reply
		jq -e --arg url "$BIGQUERY_EMULATOR_HOST" '.rootUrl == $url + "/"' reply
		jq -e '.resources.jobs.methods.insert | .supportsMediaUpload and .request["$ref"] == "Any"' reply
		jq -e '.resources.tabledata.methods.list.parameters | .tableId.required and .maxResults.type == "integer"' reply
		[ "$(jq -r '[.resources[].methods[]] | length' reply)" = 21 ]
	done
	# every method that it names is there
	jq -r '.resources[].methods[] | .httpMethod + " " + .path' reply | sed 's/{[^}]*}/x/g' |
		while read -r verb path; do
			curl -s -X "$verb" -d '{}' "$BIGQUERY_EMULATOR_HOST/bigquery/v2/$path" >reply
			jq -e '.error.message // "" | . != "no such path" and (startswith("the path does not know") | not)' reply >/dev/null ||
				[ ! -s reply ] || { echo "$verb $path" && cat reply && return 1; }
		done
}

@test "--fault bq-job fails the job with its reason, and uses up the id" {
	begin --fault bq-job:backendError@2 --fault bq-job:rateLimitExceeded@3
	dataset
	echo '{"a":1}' >rows
	load_file j1 t "$SCHEMA" rows
	jq -e '.status.errorResult == null' reply
	load_file j2 t "$SCHEMA" rows
	jq -e '.status | .state == "DONE" and .errorResult.reason == "backendError" and .errors[0].reason == "backendError"' reply
	[ "$(dry 'SELECT 1')" = 0 ]
	call POST /queries '{"useLegacySql":false,"query":"SELECT 1"}'
	status_is 403
	jq -e '.error.errors[0].reason == "rateLimitExceeded"' reply
	[ "$(ask 'SELECT COUNT(*) FROM d.t')" = '[["1"]]' ]
	call POST /jobs '{"jobReference":{"jobId":"j2"},"configuration":{"query":{"query":"SELECT 1","useLegacySql":false}}}'
	status_is 409
	run -64 leadpipe-sandbox --fault bq-job:503@1 -- true
}

@test "INFORMATION_SCHEMA.PARTITIONS names the partitions with their rows and bytes" {
	begin
	ask "CREATE SCHEMA d; CREATE TABLE d.t (k INT64, day DATE) PARTITION BY day;
	    INSERT d.t (k, day) VALUES (1, '2026-01-01'), (2, '2026-01-02'), (3, '2026-01-02'), (4, NULL);
	    CREATE TABLE d.h (ts TIMESTAMP) PARTITION BY TIMESTAMP_TRUNC(ts, HOUR); INSERT d.h (ts) VALUES ('2026-01-01 05:30:00');
	    CREATE TABLE d.r (k INT64) PARTITION BY RANGE_BUCKET(k, GENERATE_ARRAY(0, 30, 10)); INSERT d.r (k) VALUES (15), (99);
	    CREATE TABLE d.u (k INT64); INSERT d.u (k) VALUES (1)"
	[ "$(ask 'SELECT table_name, partition_id, total_rows, total_logical_bytes FROM d.INFORMATION_SCHEMA.PARTITIONS ORDER BY 1, 2')" = \
	    '[["h","2026010105","1","8"],["r","10","1","8"],["r","__UNPARTITIONED__","1","8"],["t","20260101","1","16"],["t","20260102","2","32"],["t","__NULL__","1","8"],["u",null,"1","8"]]' ]
	[ "$(ask "SELECT column_name FROM d.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 't' AND is_partitioning_column = 'YES'")" = '[["day"]]' ]
}

@test "a table whose time has passed is gone; a dataset gives its new tables an end" {
	begin --data box
	dataset
	local table='{"tableReference":{"tableId":"%s"},"schema":{"fields":[{"name":"a","type":"INTEGER"}]}%s}'
	call POST /datasets/d/tables "$(printf "$table" stays ',"expirationTime":"99999999999999"')"
	call POST /datasets/d/tables "$(printf "$table" gone ',"expirationTime":"1000"')"
	status_is 400
	call POST /datasets/d/tables "$(printf "$table" gone '')" >/dev/null
	call POST /datasets/d/tables "$(printf "$table" listed '')" >/dev/null
	sqlite3 box/sandbox.db "UPDATE bq_table SET resource = '{\"expirationTime\":\"1000\"}' WHERE name IN ('gone', 'listed')"
	call GET /datasets/d/tables/gone
	status_is 404
	[ "$(call GET /datasets/d/tables | jq -c '[.tables[].tableReference.tableId]')" = '["stays"]' ]
	[ "$(ask 'SELECT COUNT(*) FROM d.stays')" = '[["0"]]' ]
	[[ "$(ask 'SELECT COUNT(*) FROM d.gone')" == *'Not found: Table p:d.gone'* ]]
	call PATCH /datasets/d '{"defaultTableExpirationMs":"3600000"}'
	ask 'CREATE TABLE d.hour AS SELECT 1 AS a'
	call GET /datasets/d/tables/hour | jq -e '(.expirationTime | tonumber) - (.creationTime | tonumber) | . >= 3599000 and . <= 3601000'
}

# part_rows TABLE: the ids in it, as tabledata.list gives them.
part_rows() {
	call GET "/datasets/d/tables/$1/data" | jq -c '[.rows // [] | .[].f[0].v]'
}

@test "a partition decorator: loads, lists, counts and deletes one partition" {
	begin
	dataset
	call POST /datasets/d/tables '{"tableReference":{"tableId":"t"},"timePartitioning":{"type":"DAY","field":"day"},
		"schema":{"fields":[{"name":"id","type":"INTEGER"},{"name":"day","type":"DATE"}]}}' >/dev/null
	printf '{"id":%d,"day":"2026-01-0%d"}\n' 1 1 2 2 >two
	printf '{"id":9}\n' >null
	cat two null >all
	load_file all t '' all >/dev/null
	printf '{"id":10,"day":"2026-01-01"}\n{"id":11,"day":"2026-01-01"}\n' >first
	run -0 jq -r '.status.errorResult.message // .statistics.load.outputRows' <<<"$(load_file one 't$20260101' ',"writeDisposition":"WRITE_TRUNCATE"' first)"
	[ "$output" = 2 ]
	[ "$(part_rows t)" = '["2","9","10","11"]' ]
	[ "$(part_rows 't$20260101')" = '["10","11"]' ]
	[ "$(part_rows 't$__NULL__')" = '["9"]' ]
	[ "$(call GET '/datasets/d/tables/t$20260101' | jq -r .numRows)" = 2 ]

	# rows of another partition are refused, all of them, and the partition stays as it was
	run -0 jq -r .status.errorResult.message <<<"$(load_file two 't$20260101' ',"writeDisposition":"WRITE_TRUNCATE"' two)"
	[ "$output" = 'Some rows belong to different partitions rather than destination partition 20260101' ]
	[ "$(part_rows 't$20260101')" = '["10","11"]' ]

	run -0 jq -r .status.errorResult.reason <<<"$(load_file three 't$20260101' ',"writeDisposition":"WRITE_EMPTY"' first)"
	[ "$output" = duplicate ]
	printf '{"id":12,"day":"2026-01-03"}\n' >third
	run -0 jq -r .statistics.load.outputRows <<<"$(load_file four 't$20260103' ',"writeDisposition":"WRITE_EMPTY"' third)"
	[ "$output" = 1 ]

	# a new field may come with one partition
	printf '{"id":13,"day":"2026-01-03","more":"x"}\n' >more
	local added=',"writeDisposition":"WRITE_TRUNCATE","schemaUpdateOptions":["ALLOW_FIELD_ADDITION"],
		"schema":{"fields":[{"name":"id","type":"INTEGER"},{"name":"day","type":"DATE"},{"name":"more","type":"STRING"}]}'
	run -0 jq -r '.status.errorResult.message // .statistics.load.outputRows' <<<"$(load_file five 't$20260103' "$added" more)"
	[ "$output" = 1 ]
	[ "$(part_rows t)" = '["2","9","10","11","13"]' ]

	call DELETE '/datasets/d/tables/t$20260101'
	status_is 204
	[ "$(part_rows t)" = '["2","9","13"]' ]
	[ "$(call POST '/datasets/d/tables/t$20260101/insertAll' '{"rows":[{"json":{"id":1}}]}' | jq -r .error.message)" = \
		'Streaming to metadata partition of column based partitioning table t$20260101 is disallowed.' ]
}

@test "a decorator that fits no partition, or a table without any, is refused" {
	begin
	dataset
	call POST /datasets/d/tables '{"tableReference":{"tableId":"plain"},"schema":{"fields":[{"name":"a","type":"INTEGER"}]}}' >/dev/null
	call POST /datasets/d/tables '{"tableReference":{"tableId":"r"},"schema":{"fields":[{"name":"a","type":"INTEGER"}]},
		"rangePartitioning":{"field":"a","range":{"start":"0","end":"100","interval":"10"}}}' >/dev/null
	printf '{"a":5}\n{"a":17}\n{"a":500}\n{}\n' >rows
	load_file all r '' rows >/dev/null
	[ "$(part_rows 'r$10')" = '["17"]' ]
	[ "$(part_rows 'r$__UNPARTITIONED__')" = '["500"]' ]
	for bad in 'r$15' 'r$100' 'r$x' 'r$' 'plain$20260101'; do
		call GET "/datasets/d/tables/$bad/data" >/dev/null
		status_is 400
		jq -e '.error.errors[0].reason == "invalid"' reply
	done
	call GET '/datasets/d/tables/none$20260101/data' >/dev/null
	status_is 404
}

@test "a query's rows go to a table, or to one partition of it" {
	begin
	dataset
	into() { # TABLE SQL [MORE]: the job's failure, or "done"
		call POST /jobs '{"configuration":{"query":{"useLegacySql":false,"query":"'"$2"'",
			"destinationTable":{"projectId":"p","datasetId":"d","tableId":"'"$1"'"}'"${3-}"'}}}' >job
		call GET "/jobs/$(jq -r .jobReference.jobId job)" | jq -r '.status.errorResult.message // "done"'
	}
	local one="SELECT 1 AS id, DATE '2026-01-01' AS day" two="SELECT 2 AS id, DATE '2026-01-02' AS day"
	[ "$(into t "$one" ',"timePartitioning":{"type":"DAY","field":"day"}')" = done ]
	[ "$(call GET /datasets/d/tables/t | jq -r .timePartitioning.field)" = day ]
	[ "$(into t "$two")" = 'Already Exists: Table p:d.t' ]
	[ "$(into t "$two" ',"writeDisposition":"WRITE_APPEND"')" = done ]
	[ "$(into 't$20260102' 'SELECT 3 AS id, DATE '"'2026-01-02'"' AS day' ',"writeDisposition":"WRITE_TRUNCATE"')" = done ]
	[ "$(part_rows t)" = '["1","3"]' ]
	[ "$(into 't$20260101' "$two" ',"writeDisposition":"WRITE_APPEND"')" = \
		'Some rows belong to different partitions rather than destination partition 20260101' ]
	[ "$(into t 'SELECT 4 AS other' ',"writeDisposition":"WRITE_APPEND"')" != done ]
	[ "$(into u "$one" ',"createDisposition":"CREATE_NEVER"')" = 'Not found: Table p:d.u' ]
	[ "$(into t "$two" ',"writeDisposition":"WRITE_TRUNCATE"')" = done ]
	[ "$(part_rows t)" = '["2"]' ]
	[ "$(call GET /datasets/d/tables/t | jq -r .timePartitioning.field)" = day ]
}

@test "autodetect: columns from the rows, the table's own where it has them, and what no column can hold" {
	begin
	dataset
	cat >rows <<-'JSON'
		{"a":1,"f":1,"b":true,"t":"2026-11-01T10:00:00Z","day":"2026-11-01","q":"12","big":"111222333444555666777","none":null,"at":"10:11:12"}
		{"A":2,"f":1.5,"b":"False","t":"2026-11-01 10:00:00+02:00","day":"x","tags":["x"],"utm":{"k":[1.5],"deep":{"er":1}},"items":[{"sku":"a"},{"n":2}],"e":[]}
	JSON
	load_file j1 t ',"autodetect":true' rows | jq -e '.status.errorResult == null'
	call GET /datasets/d/tables/t | jq -c 'def short: [.name, .type, .mode[:3]] + (if .fields then [.fields | map(short)] else [] end);
		.schema.fields[] | short' >columns
	diff columns - <<-'JSON'
		["a","INTEGER","NUL"]
		["f","FLOAT","NUL"]
		["b","BOOLEAN","NUL"]
		["t","TIMESTAMP","NUL"]
		["day","STRING","NUL"]
		["q","INTEGER","NUL"]
		["big","FLOAT","NUL"]
		["none","STRING","NUL"]
		["at","TIME","NUL"]
		["tags","STRING","REP"]
		["utm","RECORD","NUL",[["k","FLOAT","REP"],["deep","RECORD","NUL",[["er","INTEGER","NUL"]]]]]
		["items","RECORD","REP",[["sku","STRING","NUL"],["n","INTEGER","NUL"]]]
		["e","STRING","REP"]
	JSON
	[ "$(ask 'SELECT a, b, tags FROM d.t ORDER BY a')" = '[["1","true",[]],["2","false",[{"v":"x"}]]]' ] || ask 'SELECT a, b, tags FROM d.t ORDER BY a'
	# The table's types stay: a number goes into the STRING; a new column needs to be allowed.
	echo '{"none":5,"utm":{"new":"z"},"more":true}' >rows
	load_file j2 t ',"autodetect":true' rows | jq -e '.status.errorResult.message | test("Cannot add fields")'
	load_file j3 t ',"autodetect":true,"schemaUpdateOptions":["ALLOW_FIELD_ADDITION"]' rows | jq -e '.status.errorResult == null'
	[ "$(ask "SELECT none, utm.new, more FROM d.t WHERE more")" = '[["5","z","true"]]' ]
	printf '{"r":{"x":1}}\n{"r":2}\n' >rows
	load_file j4 u ',"autodetect":true' rows | jq -e '.status.errorResult.message == "Field r: values that no one type can hold"'
	printf '{"r":[[1]]}\n' >rows
	load_file j5 u ',"autodetect":true' rows | jq -e '.status.errorResult.message | test("no one type")'
	printf '{"a.b":1}\n' >rows
	load_file j6 u ',"autodetect":true' rows | jq -e '.status.errorResult.message | test("Invalid field name")'
	printf '{"a":1,"A":2}\n' >rows
	load_file j8 u ',"autodetect":true' rows | jq -e '.status.errorResult.message | test("Field A: stands twice")'
	: >rows
	load_file j7 u ',"autodetect":true' rows | jq -e '.status.errorResult.message | test("No schema")'
}

@test "patch merges and takes null away, update replaces, If-Match guards both" {
	begin
	call POST /datasets '{"datasetReference":{"datasetId":"d"},"location":"EU","labels":{"a":"1","b":"2"}}' >/dev/null
	run -0 jq -c '[.labels, .description, .location]' <<<"$(call PATCH /datasets/d '{"labels":{"a":null,"c":"3"},"description":"x"}')"
	[ "$output" = '[{"b":"2","c":"3"},"x","EU"]' ]
	run -0 jq -c '[.labels, .description, .friendlyName, .location]' <<<"$(call PUT /datasets/d '{"friendlyName":"y"}')"
	[ "$output" = '[null,null,"y","EU"]' ]
	call POST /datasets/d/tables '{"tableReference":{"tableId":"t"},"labels":{"a":"1","b":"2"},"expirationTime":"9999999999999",
		"timePartitioning":{"type":"DAY","field":"day"},"schema":{"fields":[{"name":"day","type":"DATE"}]}}' >/dev/null
	run -0 jq -c '[.labels, .expirationTime, .timePartitioning.field]' <<<"$(call PATCH /datasets/d/tables/t '{"labels":{"a":null},"expirationTime":null}')"
	[ "$output" = '[{"b":"2"},null,"day"]' ]
	run -0 jq -c '[.labels, .description, .timePartitioning.field, .schema.fields[0].name]' <<<"$(call PUT /datasets/d/tables/t '{"description":"z"}')"
	[ "$output" = '[null,"z","day","day"]' ]

	local tag path
	for path in /datasets/d /datasets/d/tables/t; do
		tag=$(call GET $path | jq -r .etag)
		[ "$(curl -s -X PATCH -H "If-Match: $tag" --data '{"description":"1"}' "$API$path" | jq -r .description)" = 1 ]
		[ "$(curl -s -X PATCH -H "If-Match: $tag" --data '{"description":"2"}' "$API$path" | jq -r '.error.code, .error.errors[0].reason' | paste -sd ' ')" = '412 conditionNotMet' ]
		[ "$(call GET $path | jq -r .description)" = 1 ]
	done
}

@test "lists come in pages, filtered by labels, with what clients show of an item" {
	begin
	for i in 1 2 3 4 5; do
		call POST /datasets '{"datasetReference":{"datasetId":"d'$i'"},"labels":{"odd":"'$((i % 2))'"}}' >/dev/null
		call POST /datasets/d1/tables '{"tableReference":{"tableId":"t'$i'"},"labels":{"n":"'$i'"},"clustering":{"fields":["a"]},
			"schema":{"fields":[{"name":"a","type":"INTEGER"}]}}' >/dev/null
	done
	pages() { # PATH JQ: one item on each line, through all pages
		local token=''
		while :; do
			call GET "$1&maxResults=2${token:+&pageToken=$token}" >page
			jq -r "$2" page
			token=$(jq -r '.nextPageToken // empty' page)
			[ -n "$token" ] || return 0
		done
	}
	[ "$(pages '/datasets?x=' '.datasets[].datasetReference.datasetId' | paste -sd ' ')" = 'd1 d2 d3 d4 d5' ]
	[ "$(pages '/datasets?filter=labels.odd:1' '.datasets[].datasetReference.datasetId' | paste -sd ' ')" = 'd1 d3 d5' ]
	[ "$(pages '/datasets/d1/tables?x=' '.tables[] | [.tableReference.tableId, .labels.n, .clustering.fields[0], (.creationTime | length)] | join("/")' | paste -sd ' ')" = \
		't1/1/a/13 t2/2/a/13 t3/3/a/13 t4/4/a/13 t5/5/a/13' ]
	for i in 1 2 3; do call POST /queries '{"query":"SELECT '$i'","useLegacySql":false}' >/dev/null; done
	[ "$(pages '/jobs?projection=full' '.jobs[].configuration.query.query' | paste -sd ' ')" = 'SELECT 3 SELECT 2 SELECT 1' ]
	[ "$(pages '/jobs?x=' '.jobs[] | has("configuration")' | sort -u)" = false ]
	[ "$(pages '/jobs?stateFilter=running' '.jobs[]')" = '' ]
	[ "$(pages '/jobs?minCreationTime=9999999999999' '.jobs[]')" = '' ]
	for bad in '/datasets?pageToken=x' '/jobs?maxResults=many' '/datasets/d1/tables?pageToken=p1x'; do
		call GET "$bad" >/dev/null
		status_is 400
	done
	call GET /nothing >/dev/null
	status_is 404
	[ "$(jq -r '.error.errors[0].reason' reply)" = notFound ]
}

@test "partitions end when their time has passed; a job runs where its dataset is" {
	begin
	call POST /datasets '{"datasetReference":{"datasetId":"d"},"location":"southamerica-east1","defaultPartitionExpirationMs":"864000000"}' >/dev/null
	call POST /datasets/d/tables '{"tableReference":{"tableId":"t"},"timePartitioning":{"type":"DAY","field":"day"},
		"schema":{"fields":[{"name":"id","type":"INTEGER"},{"name":"day","type":"DATE"}]}}' >made
	[ "$(jq -r .timePartitioning.expirationMs made)" = 864000000 ]
	printf '{"id":%d,"day":"%s"}\n' 1 "$(date -u +%F)" 2 "$(date -u -d '-5 days' +%F)" 3 "$(date -u -d '-15 days' +%F)" >rows
	echo '{"id":4}' >>rows
	uri=$(session "$(job one t)")
	curl -s -X PUT --data-binary @rows "$uri" >reply
	[ "$(jq -r .jobReference.location reply)" = southamerica-east1 ]
	call GET /jobs/one >/dev/null
	status_is 404
	[ "$(call GET '/jobs/one?location=southamerica-east1' | jq -r .statistics.load.outputRows)" = 4 ]
	[ "$(part_rows t)" = '["1","2","4"]' ]
}

@test "a query that names no table says where its rows are; they are read like a table's" {
	begin
	call POST /queries '{"query":"SELECT x, [x] AS list FROM UNNEST([1, 2, 3]) AS x ORDER BY x","useLegacySql":false,"location":"asia-east1"}' >first
	local id into
	id=$(jq -r .jobReference.jobId first)
	call GET "/jobs/$id?location=asia-east1" >job
	into=$(jq -r '.configuration.query.destinationTable | "/datasets/\(.datasetId)/tables/\(.tableId)"' job)
	[ "$(call GET "$into/data?maxResults=2" | jq -c '[.totalRows, .pageToken, [.rows[].f[0].v]]')" = '["3","p2",["1","2"]]' ]
	[ "$(call GET "$into/data?pageToken=p2" | jq -c '[.pageToken, [.rows[].f]]')" = '[null,[[{"v":"3"},{"v":[{"v":"3"}]}]]]' ]
	[ "$(call GET "$into" | jq -c '[.numRows, [.schema.fields[] | .name, .mode]]')" = '["3",["x","NULLABLE","list","REPEATED"]]' ]
	call GET /datasets/_results/tables/none/data >/dev/null
	status_is 404
	[ "$(call GET /datasets | jq -c .datasets)" = '[]' ]
}
