#!/usr/bin/env bats
# Every fault of the sandbox against every program that can meet it: the run ends right, or it ends with a
# documented status and nothing is committed. Then the same command once more, which must end right.

load helper

KINDS='400 401 403 404 410 429 500 503 reset lost cut'

documented() { # STATUS
	case $1 in 65 | 66 | 69 | 74 | 75 | 77 | 78) ;; *) return 1 ;; esac
}

# Runs "$@" under each kind of fault at each of the first requests; `after` looks at what it left.
grid() { # SERVICE REQUESTS COMMAND...
	local service=$1 requests=$2 kind nth status
	shift 2
	for kind in $KINDS; do
		before
		for ((nth = 1; nth <= requests; nth++)); do
			fault "$service:$kind@$nth"
			status=0
			"$@" >out 2>err || status=$?
			[ $status -eq 0 ] || documented $status || { echo "$service:$kind@$nth: $status"; cat err; return 1; }
			after $status || { echo "$service:$kind@$nth: $status, and not as it should be"; cat err; return 1; }
		done
	done
}

@test "gaio-fetch" {
	before() { sandbox --leads 1200; }
	after() {
		if [ "$1" -eq 0 ]; then
			cmp out whole
		else # whole pages, then the failing end record; no row twice
			tail -1 out | jq -e '."@end".ok == false' >/dev/null
			[ "$(grep -vc @end out)" -eq 0 ] || head -n -1 out | cmp -n "$(head -n -1 out | wc -c)" - whole
		fi
	}
	before
	gaio-fetch -q leads >whole
	grid gaio 4 gaio-fetch -q leads
}

# ---- BigQuery: every request of a load, a merge, a query -----------------------------------------

# A sandbox with dataset d that the programs log in to, so that a 401 can be got over.
warehouse() {
	local url
	[ -s key.pem ] || openssl genrsa -out key.pem 2048 2>/dev/null
	unset CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY
	sandbox --leads 1
	url=$LEADPIPE_SANDBOX_URL
	jq -n --rawfile key key.pem --arg url "$url" '{type: "service_account", project_id: env.GOOGLE_CLOUD_PROJECT, private_key_id: "k",
		private_key: $key, client_email: "robot@example.com", token_uri: "\($url)/token"}' >account.json
	chmod 600 account.json
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/account.json CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY=$BIGQUERY_EMULATOR_HOST
	unset BIGQUERY_EMULATOR_HOST
	sql 'CREATE SCHEMA d'
}

requests() { # SERVICE
	curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq ".services.\"$1\""
}

# jobs FILTER: how many jobs it picks.
jobs() {
	curl -sS -H "Authorization: Bearer $(curl -sS -H 'Metadata-Flavor: Google' "$LEADPIPE_SANDBOX_URL/computeMetadata/v1/instance/service-accounts/default/token" | jq -r .access_token)" \
		"$CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY/bigquery/v2/projects/$GOOGLE_CLOUD_PROJECT/jobs?projection=full&maxResults=1000" |
		jq --arg t "t$n" "[.jobs[]? | select($1)] | length"
}

# The work on its Nth table, under each kind of fault at each of its requests to a service; then, where it did not
# end well, once more. `held` looks at what there is in the end.
matrix() { # SERVICE WORK
	local service=$1 work=$2 kind nth count status
	for kind in 401 404 429 500 503 reset lost cut kill; do
		warehouse
		prepare
		n=0
		count=$(requests "$service")
		$work >out
		count=$(($(requests "$service") - count))
		[ "$count" -gt 0 ]
		held
		for ((nth = 1; nth <= count; nth++)); do
			n=$((n + 1))
			if [ $kind = kill ]; then
				struck "$service" "$nth" "$work"
			else
				fault "$service:$kind@$nth"
				status=0
				$work >out 2>err || status=$?
				[ $status -eq 0 ] || documented $status || { echo "$service:$kind@$nth: $status"; cat err; return 1; }
			fi
			[ $kind != kill ] && [ $status -eq 0 ] || $work >out 2>err || { echo "$service:$kind@$nth: not the second time"; cat err; return 1; }
			held || { echo "$service:$kind@$nth: not as it should be"; cat err; return 1; }
		done
	done
}

# kill -9 while the reply to that request is awaited: what it asked for has been done.
struck() { # SERVICE NTH WORK
	local until=$(($(requests "$1") + $2))
	fault "$1:slow@$2"
	EXEC=exec $3 >out 2>err 3>&- & # the program takes the shell's place, so that the signal meets it
	for _ in $(seq 1 500); do
		[ "$(requests "$1")" -lt "$until" ] || break
		sleep 0.02
	done
	kill -9 $!
	wait $! || true
}

contract() {
	cat >c.json <<-'JSON'
		{"key": ["id"], "fields": [{"name": "id", "type": "INT64", "mode": "REQUIRED"}, {"name": "name", "type": "STRING"}]}
	JSON
	seq "${1:-500}" | sed 's/.*/{"id":&,"name":"a name of thirty-nine bytes and no more"}/' >rows.ndjson
}

is_whole() { # ROWS
	[ "$(sql_value "SELECT COUNT(*) + COUNT(DISTINCT id) AS n FROM d.t$n")" -eq $((2 * $1)) ]
}

loaded() { # ROWS
	is_whole "$1" && [ "$(jobs '.configuration.load.destinationTable.tableId == $t')" -eq 1 ]
}

upload() { ${EXEC:-} bq-load -q -c c.json --chunk-size 256k "d.t$n" rows.ndjson; }

@test "bq-load, a file in three chunks: each row once, one job" {
	prepare() { contract 9000; }
	held() { loaded 9000; }
	matrix bq upload
	matrix bq-upload upload
}

@test "bq-load, few rows in one request: each row once, one job" {
	prepare() { contract 100; }
	held() { loaded 100; }
	matrix bq-upload upload
}

@test "bq-load, a stream in three chunks: each row once, one job" {
	prepare() { contract 9000; }
	held() { loaded 9000; }
	stream() { ${EXEC:-} bq-load -q -c c.json --once x --chunk-size 256k "d.t$n" < <(cat rows.ndjson); }
	matrix bq stream
	matrix bq-upload stream
}

@test "bq-load: short answers to every chunk, in both spellings of Range" {
	contract 9000
	warehouse
	for n in 1 2 3 4 5; do
		fault "bq-upload:short@$((n + 1))"
		upload >out
		loaded 9000
		fault "bq-upload:short@$((n + 1))"
		bq-load -q -c c.json --once x --chunk-size 256k "d.t1$n" < <(cat rows.ndjson)
		n=1$n loaded 9000
	done
}

@test "bq-merge: each row once, one load job, one merge that changed something" {
	prepare() {
		contract
		sed -i 's/"key"/"partition": {"field": "id", "type": "DAY"}, "key"/; s/INT64/DATE/' c.json
		for day in 01 02 03; do echo "{\"id\":\"2026-01-$day\",\"name\":\"x\"}"; done >days.ndjson
		bq-load -q -c c.json d.staging days.ndjson >receipt.json
	}
	held() {
		is_whole 3 && [ "$(jobs '.configuration.load')" -eq 1 ] &&
			[ "$(jobs '(.configuration.query.query | tostring | startswith("MERGE")) and (.statistics.query.dmlStats.insertedRowCount // "0") != "0" and
				(.configuration.query.query | contains(".\($t)`"))')" -eq 1 ]
	}
	merge() { ${EXEC:-} bq-merge -q -c c.json --into "d.t$n" <receipt.json; }
	matrix bq merge
}

@test "bq-query that changes something, under a name: done once" {
	prepare() { sql 'CREATE TABLE d.t (id INT64)'; }
	held() { [ "$(sql_value "SELECT COUNT(*) FROM d.t WHERE id = $n")" -eq 1 ]; }
	change() { ${EXEC:-} bq-query -q --once "run-$n" "INSERT INTO d.t (id) VALUES ($n)"; }
	matrix bq change
}

@test "bq-query that reads: all rows in order, or a failing end record" {
	prepare() { seq 500 | sed 's/.*/{"x":&}/' >whole; }
	held() { cmp out whole; }
	pages() { ${EXEC:-} bq-query -q --page-size 200 'SELECT x FROM UNNEST(GENERATE_ARRAY(1, 500)) AS x ORDER BY x'; }
	matrix bq pages
	fault bq:403@4
	run -77 --separate-stderr pages
	head -n 200 whole | cmp - <(head -n 200 <<<"$output")
	jq -e '."@end".ok == false' < <(tail -n 1 <<<"$output")
}

@test "a load, a merge and a query, every answer to them slow" {
	contract 9000
	warehouse
	fault bq:slow@1.0
	fault bq-upload:slow@1.0
	upload >receipt & # n is empty: d.t
	load=$!
	bq-query -q --once x 'CREATE TABLE d.u AS SELECT 1 AS id' &
	query=$!
	wait $load
	wait $query
	bq-merge -q -c c.json --into d.m <receipt | jq -e '.inserted == 9000'
}

@test "sfdc-upsert" {
	seq 450 | sed 's/.*/{"Gaio_Lead_Id__c":"L-&","LastName":"N&","Company":"C"}/' >leads.ndjson
	before() { sandbox; }
	after() {
		[ "$(grep -vc @end out)" -eq 450 ] || return 1
		if [ "$1" -eq 0 ]; then
			! grep -q unprocessed out
		else # what is said to be done is done, what is not said is sent again
			tail -1 out | jq -e '."@end".ok == false' >/dev/null || return 1
			jq -c 'select(.row) | .row' out | upsert >again || return 1
			! grep -q unprocessed again
		fi
	}
	upsert() { sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c --api collections "$@"; }
	grid sf 4 upsert leads.ndjson
}

@test "tokens: oauth and the metadata server" {
	contract
	openssl genrsa 2048 >key.pem 2>/dev/null
	before() {
		sandbox
		sql 'CREATE SCHEMA d'
		jq -n --rawfile key key.pem '{type: "service_account", project_id: env.GOOGLE_CLOUD_PROJECT, private_key_id: "k",
			private_key: $key, client_email: "robot@example.com", token_uri: "\(env.LEADPIPE_SANDBOX_URL)/token"}' >account.json
		chmod 600 account.json
		n=0
	}
	after() {
		[ "$1" -eq 0 ] || load || return 1
		[ "$(sql_value "SELECT COUNT(*) AS n FROM d.t$n")" -eq 500 ] || return 1
		n=$((n + 1))
	}
	load() {
		env -u BIGQUERY_EMULATOR_HOST CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY="$BIGQUERY_EMULATOR_HOST" ${ACCOUNT:-} \
			bq-load -q -c c.json "d.t$n" rows.ndjson
	}
	ACCOUNT=GOOGLE_APPLICATION_CREDENTIALS=account.json
	grid oauth 1 load
	ACCOUNT=
	grid metadata 2 load
}

@test "an answer that is slow is waited for" {
	contract
	sandbox --leads 600 --fault gaio:slow@1 --fault bq:slow@1 --fault bq-upload:slow@1 --fault sf:slow@1
	gaio-fetch -q leads >leads.ndjson
	[ "$(wc -l <leads.ndjson)" -ge 600 ]
	sql 'CREATE SCHEMA d'
	bq-load -q -c c.json d.t rows.ndjson >receipt.json
	[ "$(sql_value 'SELECT COUNT(*) AS n FROM d.t')" -eq 500 ]
	echo '{"Gaio_Lead_Id__c":"L","LastName":"N","Company":"C"}' |
		sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c | grep -q '"created"'
}
