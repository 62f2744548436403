#!/usr/bin/env bats
# Every fault of the sandbox against every program that can meet it: the run ends right, or it ends with a
# documented status and nothing is committed. Then the same command once more, which must end right.

load helper

KINDS='400 401 403 404 410 429 500 503 reset lost cut'

# fault SERVICE:KIND@NTH, from now on.
fault() {
	curl -sf -d "$1" "$LEADPIPE_SANDBOX_URL/_sandbox/fault" >/dev/null
}

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

contract() {
	cat >c.json <<-'JSON'
		{"key": ["id"], "fields": [{"name": "id", "type": "INT64", "mode": "REQUIRED"}, {"name": "name", "type": "STRING"}]}
	JSON
	seq 500 | sed 's/.*/{"id":&,"name":"n&"}/' >rows.ndjson
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

@test "bq-load" {
	contract
	before() {
		sandbox
		sql 'CREATE SCHEMA d'
		n=0
	}
	after() {
		if [ "$1" -ne 0 ]; then
			grep -q 'its end not seen' err || [[ $(sql "SELECT COUNT(*) AS n FROM d.t$n" 2>&1) == *"ot found"* ]] || return 1
			load || return 1
		fi
		[ "$(sql_value "SELECT COUNT(*) AS n FROM d.t$n")" -eq 500 ] || return 1
		n=$((n + 1))
	}
	load() { bq-load -q -c c.json "d.t$n" rows.ndjson; }
	grid bq 4 load
	grid bq-upload 2 load
}

@test "bq-merge" {
	contract
	before() {
		sandbox
		sql 'CREATE SCHEMA d'
		bq-load -q -c c.json d.staging rows.ndjson >receipt.json
		n=0
	}
	after() {
		[ "$1" -eq 0 ] || merge >out || return 1
		[ "$(sql_value "SELECT COUNT(*) + COUNT(DISTINCT id) AS n FROM d.t$n")" -eq 1000 ] || return 1
		n=$((n + 1))
	}
	merge() { bq-merge -q -c c.json --into "d.t$n" <receipt.json; }
	grid bq 6 merge
}

@test "bq-query" {
	contract
	before() {
		sandbox
		sql 'CREATE SCHEMA d'
		bq-load -q -c c.json d.t rows.ndjson >receipt.json
	}
	after() {
		if [ "$1" -eq 0 ]; then
			cmp out rows.ndjson
		else
			tail -1 out | jq -e '."@end".ok == false' >/dev/null
		fi
	}
	grid bq 5 bq-query -q --page-size 200 'SELECT id, name FROM d.t ORDER BY id'
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
