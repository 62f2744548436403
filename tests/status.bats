#!/usr/bin/env bats
# Every exit status that a page names, provoked, with the words that go with it; and no other.

load helper

setup() {
	[ -x "$BIN/tests/page_server" ] || skip "the test drivers are not built"
	cd "$BATS_TEST_TMPDIR" || return 1
	SEEN=
	echo '{"name":"t","key":["id"],"fields":[{"name":"id","type":"INT64","mode":"REQUIRED"},{"name":"mail","type":"STRING","pii":"encrypt"}]}' >c.json
	printf '%s\n' '{"id":1,"mail":"a@example.com"}' '{"id":2,"mail":"b@example.com"}' >rows
	printf '%s\n' '{"id":1}' '{' >torn
	printf '%s\n' '{"id":1}' '{"@end":{"ok":false,"tool":"x","error":"page 2: no","status":69}}' >failed
	printf '%s\n' '{"id":1}' >secret
	chmod 0 secret
}

# says STATUS WORDS COMMAND [ARG...]: the status; the words on stderr; and from 64 up a failing end record, where stdout
# is not elsewhere.
says() {
	local wanted=$1 words=$2 status=0
	shift 2
	"$@" >out 2>err || status=$?
	SEEN="$SEEN $wanted"
	[ "$status" -eq "$wanted" ] || { echo "status $status, not $wanted: $*"; cat err; return 1; }
	grep -qF -- "$words" err || { echo "not '$words': $*"; cat err; return 1; }
	[ "$status" -lt 64 ] || [ ! -s out ] || tail -n 1 out | grep -q '^{"@end":{"ok":false' || { echo "no end record: $*"; cat out; return 1; }
}

# hit FAULT COMMAND [ARG...]: the fault of tests/inject
hit() {
	env "LD_PRELOAD=$BIN/tests/inject.so" INJECT_LOG=inject.log "INJECT=$1" "${@:2}"
}

hits() { # can calls be hit here?
	[ -e "$BIN/tests/inject.so" ] && ! sanitized
}

runs_out_of_memory() { # at some of its first calls for memory
	local n
	hits || return 0
	for n in {1..40}; do
		! says 70 'out of memory' hit "malloc:$n:ENOMEM" "$@" || return 0
	done
	return 1
}

to_full() { # stdout is full
	"$@" >/dev/full
}

# Without root's right to read everything.
as_anybody() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search "$@"
	else
		"$@"
	fi
}

# The same statuses in the page as were seen here, but for those given.
page_agrees() { # PROGRAM [UNSEEN...]
	hits || set -- "$@" 70
	diff <(awk '/^\.Sh/ { on = /EXIT STATUS/ } on && /^\.It [0-9]/ { gsub(/[^0-9 ]/, ""); print }' "$ROOT/man/$1.1" | xargs -n 1 | sort -nu) \
		<(printf '%s\n' $SEEN "${@:2}" | sort -nu)
}

@test "ndjson-normalize" {
	says 0 '2 rows in' ndjson-normalize -c c.json rows
	says 1 '1 rejected' ndjson-normalize --rejects bad torn
	says 64 'no-such' ndjson-normalize --no-such
	says 64 '--rejects' ndjson-normalize --max-rejects 1 rows
	says 65 'torn:2' ndjson-normalize torn
	says 65 'rows:1' ndjson-normalize --max-line 5 rows
	says 65 'torn:2' ndjson-normalize --rejects bad --max-rejects 0 torn
	says 66 'page 2: no' ndjson-normalize failed
	says 66 'end record' ndjson-normalize --seal < <(cat rows)
	runs_out_of_memory ndjson-normalize -c c.json rows
	says 73 'no/such' ndjson-normalize --rejects no/such rows
	says 74 'missing' ndjson-normalize missing
	says 74 'stdout' to_full ndjson-normalize rows
	says 74 '/dev/full' ndjson-normalize --rejects /dev/full torn
	says 77 'secret' as_anybody ndjson-normalize secret
	says 78 'missing' ndjson-normalize -c missing rows
	says 78 'torn' ndjson-normalize -c torn rows
	page_agrees ndjson-normalize
}

@test "pii-mask" {
	pii-mask -q --new-keyset key
	says 0 '2 rows in' pii-mask -c c.json --key-file key rows
	says 1 '1 rejected' pii-mask -c c.json --key-file key --rejects bad torn
	says 1 'undeclared' pii-mask --audit rows
	says 64 'contract' pii-mask rows
	says 65 'torn:2' pii-mask -c c.json --key-file key torn
	says 66 'page 2: no' pii-mask -c c.json --key-file key failed
	runs_out_of_memory pii-mask -c c.json --key-file key rows
	says 73 'no/such' pii-mask -c c.json --key-file key --rejects no/such rows
	says 73 'key' pii-mask --new-keyset key
	says 74 'missing' pii-mask -c c.json --key-file key missing
	says 74 'stdout' to_full pii-mask -c c.json --key-file key rows
	says 77 'secret' as_anybody pii-mask -c c.json --key-file key secret
	says 78 'missing' pii-mask -c missing rows
	says 78 'key' pii-mask -c c.json rows
	chmod 644 key
	says 78 'key' pii-mask -c c.json --key-file key rows
	page_agrees pii-mask
}

@test "ndjson-diff" {
	says 0 '2 new' ndjson-diff --key id --state state rows
	printf '%s\n' '{"external_id":1,"status":"created"}' >results
	says 1 '1 of 2 rows done' ndjson-diff --state state --commit results
	says 1 '1 rejected' ndjson-diff --key id --state other --rejects bad torn
	says 64 '--state' ndjson-diff --key id rows
	says 65 'torn:2' ndjson-diff --key id --state state torn
	says 65 'key of an earlier row' ndjson-diff --key id --state state rows rows
	says 66 'page 2: no' ndjson-diff --key id --state state failed
	runs_out_of_memory ndjson-diff --key id --state state rows
	says 73 'no/such' ndjson-diff --key id --state no/such rows
	TMPDIR=/no/such says 73 'temporary file' ndjson-diff --key id --state state rows
	says 74 'missing' ndjson-diff --key id --state state missing
	says 74 'stdout' to_full ndjson-diff --key id --state state rows
	! hits || says 74 'Cannot allocate memory' hit map:2:ENOMEM ndjson-diff --key id --state state rows
	exec 9>state.lock
	flock 9
	says 75 'another run' ndjson-diff --key id --state state rows 9>&-
	exec 9>&-
	says 77 'secret' as_anybody ndjson-diff --key id --state state secret
	says 78 'no run to commit' ndjson-diff --state fresh --commit results
	cp rows foreign
	says 78 'foreign' ndjson-diff --key id --state foreign rows
	cmp rows foreign
	says 78 'other --key' ndjson-diff --key mail --state state rows
	page_agrees ndjson-diff
}

# ---- BigQuery -----------------------------------------------------------------------------------

@test "bq-load" {
	sandbox --leads 1
	sql 'CREATE SCHEMA d'
	echo '{"id":"x"}' >wrong
	: >empty
	says 0 '2 rows in' bq-load -c c.json d.t rows
	says 64 'TABLE' bq-load
	says 65 'torn:2' bq-load d.u torn
	says 65 'x' bq-load -c c.json d.t wrong
	says 66 'page 2: no' bq-load d.u failed
	says 66 'end record' bq-load --seal d.u < <(cat rows)
	says 66 'empty' bq-load --write truncate d.t empty
	says 69 'nowhere' bq-load -c c.json nowhere.t rows
	says 69 'd.t' bq-load -c c.json --write empty d.t rows
	TMPDIR=/no/such says 73 'temporary file' bq-load d.v < <(cat rows)
	runs_out_of_memory bq-load -c c.json d.t rows
	says 74 'missing' bq-load d.v missing
	says 74 'stdout' to_full bq-load -c c.json d.v rows
	! hits || says 74 'temporary file' hit write:1:ENOSPC bq-load d.w < <(cat rows)
	BIGQUERY_EMULATOR_HOST=http://127.0.0.1:1 says 75 'refused' bq-load --tries 1 -c c.json d.x rows
	says 77 'secret' as_anybody bq-load d.x secret
	fault bq:403@1
	says 77 'HTTP 403' bq-load -c c.json d.x rows
	says 78 'torn' bq-load -c torn d.x rows
	GOOGLE_CLOUD_PROJECT='' says 78 'GOOGLE_CLOUD_PROJECT' bq-load -c c.json d.x rows
	page_agrees bq-load
}

@test "bq-merge" {
	local fields='{"schema":{"fields":[{"name":"id","type":"INT64"}]},"location":"US"}'
	sandbox --leads 1
	sql 'CREATE SCHEMA d'
	bq-load -q -c c.json d.s rows >receipt
	sql 'CREATE TABLE d.text (id DATE)' && sql 'CREATE TABLE d.day (id INT64, p DATE) PARTITION BY p OPTIONS (require_partition_filter = TRUE)'
	says 0 '2 inserted' bq-merge -c c.json --into d.t <receipt
	says 64 '--key' bq-merge --from d.s --into d.t
	says 65 'receipt' bq-merge -c c.json --into d.t <rows
	says 66 'receipt' bq-merge -c c.json --into d.t </dev/null
	says 69 'd.none' bq-merge -c c.json --from d.none --into d.t
	says 69 'd.text' bq-merge --key id --from d.s --into d.text
	runs_out_of_memory bq-merge -c c.json --from d.s --into d.t
	says 74 'stdout' to_full bq-merge -c c.json --from d.s --into d.t
	BIGQUERY_EMULATOR_HOST=http://127.0.0.1:1 says 75 'refused' bq-merge --tries 1 -c c.json --from d.s --into d.t
	fault bq:403@1
	says 77 'HTTP 403' bq-merge -c c.json --from d.s --into d.t
	says 78 'nosuch' bq-merge --key nosuch --from d.s --into d.t
	says 78 'no column of the staging table' bq-merge --key id --prune must --from d.s --into d.day
	# the target that was made just now is gone when it is looked at again
	reply staging "$fields"
	reply none '{"error":{"code":404,"errors":[{"reason":"notFound"}]}}' '404 Not Found'
	reply made "$fields"
	answering staging none made none
	BIGQUERY_EMULATOR_HOST=http://127.0.0.1:$port says 75 'gone again' bq-merge --key id --from d.s --into d.t
	page_agrees bq-merge
}

@test "bq-query" {
	sandbox --leads 1
	says 0 '1 row' bq-query 'SELECT 1 AS x'
	says 64 'SQL' bq-query
	says 65 'HTTP 400' bq-query 'SELEKT 1'
	says 69 'nowhere' bq-query 'SELECT * FROM nowhere.t'
	runs_out_of_memory bq-query 'SELECT 1 AS x'
	says 74 'missing' bq-query -f missing
	says 74 'stdout' to_full bq-query 'SELECT 1 AS x'
	BIGQUERY_EMULATOR_HOST=http://127.0.0.1:1 says 75 'refused' bq-query --tries 1 'SELECT 1 AS x'
	fault bq:403@1
	says 77 'HTTP 403' bq-query 'SELECT 1 AS x'
	GOOGLE_CLOUD_PROJECT='' says 78 'GOOGLE_CLOUD_PROJECT' bq-query 'SELECT 1 AS x'
	reply page '{"jobReference":{"jobId":"j"},"jobComplete":true,"status":{"state":"DONE"},"rows":"none"}'
	answering page
	BIGQUERY_EMULATOR_HOST=http://127.0.0.1:$port says 69 'page 1' bq-query 'SELECT 1 AS x'
	page_agrees bq-query
}

# ---- the others ---------------------------------------------------------------------------------

@test "gaio-fetch" {
	sandbox --leads 30
	says 0 'rows out' gaio-fetch leads
	says 64 'RESOURCE' gaio-fetch
	says 65 '--max-pages' gaio-fetch --param page_size=10 --max-pages 1 leads
	says 69 'HTTP 404' gaio-fetch none
	runs_out_of_memory gaio-fetch leads
	says 73 'no/such' gaio-fetch --rejects no/such leads
	says 74 'stdout' to_full gaio-fetch leads
	GAIO_API_URL=http://127.0.0.1:1 says 75 'refused' gaio-fetch --tries 1 leads
	GAIO_API_TOKEN=wrong says 77 'HTTP 401' gaio-fetch leads
	GAIO_API_URL='' says 78 'GAIO_API_URL' gaio-fetch leads
	reply page '{"results":[{"id":1},2],"next":null}'
	answering page
	GAIO_API_URL=http://127.0.0.1:$port says 65 'page 1' gaio-fetch leads
	GAIO_API_URL=http://127.0.0.1:$port says 1 '1 rejected' gaio-fetch --rejects bad leads
	page_agrees gaio-fetch
}

@test "sfdc-upsert" {
	local id=7505g000000000AAAA upsert=(sfdc-upsert --object Lead --external-id Gaio_Lead_Id__c --tries 1)
	sandbox --leads 1
	printf '{"Gaio_Lead_Id__c":"L-%d","LastName":"Silva","Company":"Acme"}\n' 1 2 >leads
	echo '{"Gaio_Lead_Id__c":"L-3","LastName":"Silva"}' >lacking
	echo '{"Gaio_Lead_Id__c":"L-4","None__c":"x"}' >unknown
	says 0 '2 created' "${upsert[@]}" leads
	says 1 '1 rejected' "${upsert[@]}" lacking
	says 64 '--object' sfdc-upsert leads
	says 65 'torn:2' "${upsert[@]}" torn
	says 65 'None__c (no such field)' "${upsert[@]}" unknown
	says 65 'not a file that --resume wrote' "${upsert[@]}" --api bulk --resume rows leads
	says 66 'page 2: no' "${upsert[@]}" failed
	runs_out_of_memory "${upsert[@]}" leads
	says 73 'no/such' "${upsert[@]}" --rejects no/such leads
	says 73 'no/such' "${upsert[@]}" --api bulk --resume no/such leads
	TMPDIR=/no/such says 73 'temporary file' "${upsert[@]}" leads
	says 74 'missing' "${upsert[@]}" missing
	says 74 'stdout' to_full "${upsert[@]}" leads
	if hits; then # the text and the table of the rows, and the sheet of the job
		for n in 1 2 4; do says 74 'temporary file' hit map:$n:ENOMEM "${upsert[@]}" --api bulk --poll 1 leads; done
	fi
	SF_ORG_INSTANCE_URL=http://127.0.0.1:1 says 75 'refused' "${upsert[@]}" leads
	SF_ACCESS_TOKEN=wrong says 77 'INVALID_SESSION_ID' "${upsert[@]}" leads
	says 77 'secret' as_anybody "${upsert[@]}" secret
	SF_ACCESS_TOKEN='' SF_CLIENT_ID='' SF_REFRESH_TOKEN='' says 78 'SF_' "${upsert[@]}" leads
	says 69 'no such object' sfdc-upsert --object None --external-id Gaio_Lead_Id__c leads

	reply nothing '{"name":"Lead"}'
	answering nothing
	SF_ORG_INSTANCE_URL=http://127.0.0.1:$port says 69 'describes no fields' "${upsert[@]}" leads
	reply lead '{"name":"Lead","fields":[{"name":"Gaio_Lead_Id__c","type":"string","externalId":true,"updateable":true},
		{"name":"LastName","type":"string","updateable":true},{"name":"Company","type":"string","updateable":true}]}'
	reply open "{\"id\":\"$id\",\"state\":\"Open\"}"
	reply stored '' '201 Created'
	reply closed "{\"id\":\"$id\",\"state\":\"UploadComplete\"}"
	reply over "{\"id\":\"$id\",\"state\":\"Failed\",\"errorMessage\":\"InvalidBatch : Field name not found : X__c\"}"
	answering lead open stored closed over
	SF_ORG_INSTANCE_URL=http://127.0.0.1:$port says 69 'Failed: InvalidBatch' "${upsert[@]}" --api bulk --poll 1 leads
	[ "$(grep -c '"status":"unprocessed"' out)" -eq 2 ]
	page_agrees sfdc-upsert
}

@test "sfmc-upsert" {
	local upsert=(sfmc-upsert --tries 1 --sync --extension leads --key SubscriberKey)
	export XDG_CACHE_HOME=$PWD/cache
	sandbox --leads 1
	printf '{"SubscriberKey":"K-%d","LastName":"Silva"}\n' 1 2 >leads
	says 0 '2 rows in' "${upsert[@]}" leads
	says 1 '2 rejected' "${upsert[@]}" --rejects bad torn
	says 64 '--extension' sfmc-upsert leads
	says 65 'torn:2' "${upsert[@]}" torn
	says 66 'page 2: no' "${upsert[@]}" failed
	says 69 'none' sfmc-upsert --sync --extension none --key SubscriberKey leads
	runs_out_of_memory "${upsert[@]}" leads
	says 73 'no/such' "${upsert[@]}" --rejects no/such leads
	says 74 'missing' "${upsert[@]}" missing
	says 74 'stdout' to_full "${upsert[@]}" leads
	SFMC_AUTH_URL=http://127.0.0.1:1 says 75 'refused' "${upsert[@]}" --no-token-cache leads
	SFMC_CLIENT_SECRET=wrong says 77 'SFMC' "${upsert[@]}" --no-token-cache leads
	says 77 'secret' as_anybody "${upsert[@]}" secret
	SFMC_AUTH_URL='' says 78 'SFMC_AUTH_URL' "${upsert[@]}" leads
	page_agrees sfmc-upsert
}

@test "a library that cannot compute is named, and ends the run with 70" {
	printf '%s\n' 'openssl_conf = init' '[init]' 'providers = providers' '[providers]' 'base = base' '[base]' 'activate = 1' >openssl.cnf
	(umask 077 && printf '%032d' 0 >key)
	echo '{"fields":[{"name":"id","type":"STRING","pii":"hmac"}]}' >mask.json
	OPENSSL_CONF=$PWD/openssl.cnf says 70 'pii-mask: OpenSSL: out of memory, or unusable' \
		pii-mask -c mask.json --key-file key rows
}
