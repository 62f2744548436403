#!/usr/bin/env bats
# The whole pipe: real input, and errors that flow downstream.

load helper

# The demo's contract and a key, in the test's own folder.
prepare() {
	cp "$ROOT/examples/demo/leads.json" "$ROOT/examples/demo/hot-leads.json" .
	pii-mask --new-keyset mask.key
	sql 'CREATE SCHEMA IF NOT EXISTS staging'
	sql 'CREATE SCHEMA IF NOT EXISTS marketing'
}

# The daily job; each stage's command can be replaced: FETCH, NORMALIZE, MASK, LOAD.
daily() {
	${FETCH:-gaio-fetch -q leads} |
		${NORMALIZE:-ndjson-normalize -q -c leads.json --rejects bad.ndjson} |
		${MASK:-pii-mask -q -c leads.json --key-file mask.key} |
		${LOAD:-bq-load -q -c leads.json --write truncate staging.leads} |
		bq-merge -q -c leads.json --into marketing.leads
}

@test "real input: 45,211 rows arrive, sums and counts are jq's, a second run changes nothing" {
	[ -r "$SHARED/bank-marketing.ndjson.gz" ] || skip "no shared data"
	gunzip -c "$SHARED/bank-marketing.ndjson.gz" >clients.ndjson
	sandbox --resource clients=clients.ndjson
	cp "$DATA/normalize/clients.json" .
	sql 'CREATE SCHEMA staging'
	sql 'CREATE SCHEMA marketing'
	again() {
		gaio-fetch -q --seal clients | ndjson-normalize -q --seal -c clients.json |
			bq-load -q --seal -c clients.json --write truncate staging.clients | tee loaded.ndjson |
			bq-merge -q -c clients.json --into marketing.clients | grep -v @end
		grep -v @end loaded.ndjson >loaded.json
	}
	again >first.json
	[ "$(jq -c '[.inserted, .updated]' first.json)" = '[45211,0]' ]
	[ "$(jq .rows loaded.json)" -eq 45211 ]
	sql 'SELECT COUNT(*) AS n, COUNTIF(subscribed) AS subscribed, COUNTIF(housing) AS housing, SUM(balance) AS balance,
		SUM(age) AS age, SUM(duration_seconds) AS duration, MIN(days_since) AS least, MAX(balance) AS most FROM marketing.clients' >warehouse
	jq -sc '{n: length, subscribed: map(select(."Outcome of present campaign" == "yes")) | length,
		housing: map(select(.Housing == "yes")) | length, balance: map(."Account balance" | tonumber) | add,
		age: map(.Age | tonumber) | add, duration: map(."Call duration" | tonumber) | add,
		least: map(."No of days passed after campaign" | tonumber) | min, most: map(."Account balance" | tonumber) | max}' clients.ndjson >source
	diff <(jq -S . warehouse) <(jq -S . source)
	sql 'SELECT job, education, COUNT(*) AS n, SUM(balance) AS balance FROM marketing.clients GROUP BY job, education ORDER BY job, education' | jq -Sc . >groups
	jq -sSc 'group_by([.Job, .Education])[] | {job: .[0].Job, education: .[0].Education, n: length, balance: map(."Account balance" | tonumber) | add}' clients.ndjson >groups.jq
	cmp groups groups.jq
	again >second.json
	[ "$(jq -c '[.inserted, .updated]' second.json)" = '[0,0]' ]
	# One value changes at the source: one row is updated.
	sed -i '17s/"Account balance": "[^"]*"/"Account balance": "4242"/' clients.ndjson
	kept=$(sql_value 'SELECT COUNT(*) AS n FROM marketing.clients WHERE balance = 4242')
	ndjson-normalize -q -c clients.json clients.ndjson | bq-load -q -c clients.json --write truncate staging.clients |
		bq-merge -q -c clients.json --into marketing.clients >third.json
	[ "$(jq -c '[.inserted, .updated]' third.json)" = '[0,1]' ]
	[ "$(sql_value 'SELECT COUNT(*) AS n FROM marketing.clients WHERE balance = 4242')" -eq $((kept + 1)) ]
}

@test "generated leads: every lead once, the latest version of it, and nothing in the clear" {
	sandbox --leads 2000
	prepare
	LEADPIPE_SEAL=1 daily >receipt.json
	gaio-fetch -q leads >raw.ndjson
	# What should be there: the good rows, the last of each id.
	jq -r '.row.id // empty' bad.ndjson | sort -u >bad.ids
	[ "$(sql_value 'SELECT COUNT(*) AS n FROM marketing.leads')" -eq "$(sql_value 'SELECT COUNT(DISTINCT lead_id) AS n FROM marketing.leads')" ]
	ndjson-normalize -q -c leads.json --rejects again.ndjson raw.ndjson >clean.ndjson || [ $? -eq 1 ]
	[ "$(jq '.inserted // empty' receipt.json)" -eq "$(jq -r .lead_id clean.ndjson | sort -u | wc -l)" ]
	sql 'SELECT lead_id, updated_at FROM marketing.leads ORDER BY lead_id' | jq -r '[.lead_id, .updated_at] | @tsv' | LC_ALL=C sort >have
	jq -sr 'group_by(.lead_id)[] | max_by(.updated_at) | [.lead_id, .updated_at] | @tsv' clean.ndjson | LC_ALL=C sort >want
	cmp have want
	sql 'SELECT * FROM marketing.leads' >warehouse.ndjson
	jq -r '.email, .cpf | select(. != null and . != "")' clean.ndjson | sort -u | grep -v '^.\{0,5\}$' >clear
	[ "$(wc -l <clear)" -gt 1000 ]
	run -1 grep -qFf clear warehouse.ndjson
}

@test "the API fails on page 3: the failing end record arrives, nothing is committed, 66" {
	sandbox --leads 2000 --fault gaio:400@3
	prepare
	gaio-fetch -q leads >rows.ndjson 2>errors || [ $? -eq 69 ]
	tail -1 rows.ndjson | jq -e '."@end".ok == false and (."@end".error | test("page 3"))'
	curl -sf -d gaio:400@3 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	run -66 daily
	[ "$(load_jobs)" -eq 0 ]
}

@test "without --seal too, a stage that fails by itself stops the sinks" {
	sandbox --leads 2000
	prepare
	NORMALIZE="ndjson-normalize -q -c leads.json" run -66 daily
	[ "$(load_jobs)" -eq 0 ]
	MASK="pii-mask -q -c leads.json --key-file nowhere.key" run -66 daily
	MASK="pii-mask --no-such-option" run -66 daily
	[ "$(load_jobs)" -eq 0 ]
}

# Puts a stage that passes N bytes on and then kills itself.
mortal() { # BYTES COMMAND...
	local bytes=$1
	shift
	cat >mortal <<-SH
		#!/bin/bash
		exec 3>&1
		$* > >(head -c $bytes >&3; kill -9 \$\$)
		wait
	SH
	chmod +x mortal
}

@test "with --seal, kill -9 of any stage at any moment commits nothing" {
	sandbox --leads 1000
	prepare
	export LEADPIPE_SEAL=1
	for bytes in 0 1 100 65536 300000; do
		mortal $bytes gaio-fetch -q leads
		FETCH=./mortal run -66 daily
		mortal $bytes ndjson-normalize -q -c leads.json --rejects bad.ndjson
		NORMALIZE=./mortal run -66 daily
		mortal $bytes pii-mask -q -c leads.json --key-file mask.key
		MASK=./mortal run -66 daily
	done
	[ "$(load_jobs)" -eq 0 ]
	run -0 daily
	[ "$(load_jobs)" -eq 1 ]
}

@test "kill -9 of each stage by the kernel, in the middle of a write" {
	command -v strace >/dev/null || skip "no strace"
	strace -o /dev/null true || skip "strace may not trace here"
	sandbox --leads 1000
	prepare
	export LEADPIPE_SEAL=1
	for nth in 1 2 4; do
		FETCH="strace -qq -o /dev/null -e trace=write -e inject=write:signal=KILL:when=$nth gaio-fetch -q leads" run -66 daily
		NORMALIZE="strace -qq -o /dev/null -e trace=write -e inject=write:signal=KILL:when=$nth ndjson-normalize -q -c leads.json --rejects bad.ndjson" run -66 daily
	done
	[ "$(load_jobs)" -eq 0 ]
}

@test "the load is killed, the rerun loads once and the merge counts each row once" {
	sandbox --leads 500
	prepare
	gaio-fetch -q leads | ndjson-normalize -q -c leads.json --rejects bad.ndjson |
		pii-mask -q -c leads.json --key-file mask.key >rows.ndjson || true
	curl -sf -d bq-upload:lost@2 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	bq-load -q -c leads.json staging.leads rows.ndjson >first.json
	bq-load -q -c leads.json staging.leads rows.ndjson >second.json
	[ "$(load_jobs)" -eq 1 ]
	[ "$(jq -r .job_id first.json)" = "$(jq -r .job_id second.json)" ]
	[ "$(sql_value 'SELECT COUNT(*) AS n FROM staging.leads')" -eq "$(wc -l <rows.ndjson)" ]
}

@test "hot leads reach Salesforce, and a second run updates them" {
	sandbox --leads 3000
	prepare
	daily >receipt.json
	bq-query -q --seal -f "$ROOT/examples/demo/hot-leads.sql" >hot.ndjson
	grep -v @end hot.ndjson >rows.ndjson
	[ "$(wc -l <rows.ndjson)" -gt 20 ]
	run ! grep -qi '@example' rows.ndjson
	pii-mask -q --seal --reveal --strict -c hot-leads.json --key-file mask.key hot.ndjson >clear.ndjson
	grep -qi '@example' clear.ndjson
	sfdc-upsert -q --seal --object Lead --external-id Gaio_Lead_Id__c clear.ndjson >results.ndjson
	[ "$(grep -c '"status":"created"' results.ndjson)" -eq "$(wc -l <rows.ndjson)" ]
	sfdc-upsert -q --seal --object Lead --external-id Gaio_Lead_Id__c clear.ndjson >results.ndjson
	[ "$(grep -c '"status":"updated"' results.ndjson)" -eq "$(wc -l <rows.ndjson)" ]
}

@test "one id and the JSON log in every stage" {
	sandbox --leads 100
	prepare
	export LEADPIPE_RUN_ID=run-17 LEADPIPE_LOG=json
	{ gaio-fetch leads | ndjson-normalize -c leads.json --rejects bad.ndjson | pii-mask -c leads.json --key-file mask.key |
		bq-load -c leads.json --write truncate staging.leads | bq-merge -c leads.json --into marketing.leads; } >receipt.json 2>log
	jq -se 'map(."logging.googleapis.com/labels") | (map(.tool) | unique | length) == 5 and (map(.run_id) | unique) == ["run-17"]' log
}

@test "the demo runs" {
	BIN=$BIN "$ROOT/examples/demo/run" >out 2>&1 || { cat out; return 1; }
	grep -q 'merged into .*marketing.leads: 0 inserted, 0 updated' out
	grep -q 'created' out
}
