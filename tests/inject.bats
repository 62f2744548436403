#!/usr/bin/env bats
# Every call that can fail, failing once: memory, files, connections (tests/inject). What was there stays as it was, what
# comes out is whole or is said not to be, and the next run gives what an undisturbed one gives.

load helper

setup() {
	[ -e "$BIN/tests/inject.so" ] || skip "calls can be caught on x86-64 only"
	! sanitized || skip "a sanitizer brings a malloc of its own"
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir kept
}

sweep() { # the scenario is on stdin
	cat >scenario
	"$ROOT/tests/inject/sweep" scenario 3>&-
}

clear_rows() { # a contract with personal data, and rows of which some do not fit
	cat >kept/c.json <<-'END'
		{"key": ["id"], "order_by": "at", "fields": [{"name": "id", "type": "INT64", "mode": "REQUIRED"},
			{"name": "at", "type": "INT64"}, {"name": "name", "type": "STRING", "clean": ["lower"], "pii": "hmac"},
			{"name": "mail", "type": "STRING", "pii": "encrypt"}]}
	END
	for i in {1..40}; do
		echo "{\"id\":\"$((i % 30))\",\"at\":$i,\"name\":\"Jo\\u00e3o\",\"mail\":\"m$i@example.com\",\"new$((i % 3))\":$i}"
		[ $((i % 10)) -ne 0 ] || echo '{"id":"x"}'
	done >kept/rows
	printf '%s\n' '{"id":' '{"@end":{"ok":true,"rows":45}}' >>kept/rows
}

@test "ndjson-normalize, with all the files that it can write" {
	clear_rows
	sweep <<-'END'
		COMMAND=(ndjson-normalize -c c.json --unknown evolve --contract-out new.json --rejects bad --seal rows)
	END
}

@test "ndjson-normalize, a contract that is replaced" {
	clear_rows
	sweep <<-'END'
		COMMAND=(ndjson-normalize -c c.json --unknown evolve --contract-out c.json --rejects bad --seal rows)
		SYNCS=2 # the file, and the folder that its name is in
		FAULTS='open:EMFILE write:ENOSPC write:KILL fsync:EIO fsync:KILL rename:EIO rename:KILL close:EIO malloc:ENOMEM'
		CHANGES=c.json
		holds() { cmp -s c.json ../kept/c.json || cmp -s c.json ../clean/c.json || { echo "half a contract" && return 1; }; }
	END
}

@test "ndjson-normalize --dedup" {
	clear_rows
	sweep <<-'END'
		COMMAND=(ndjson-normalize -c c.json --dedup --rejects bad --seal rows)
	END
}

@test "pii-mask, with a keyset and rejects" {
	clear_rows
	pii-mask -q --new-keyset kept/key
	sweep <<-'END'
		COMMAND=(pii-mask -c c.json --key-file key --rejects bad --seal rows)
	END
}

@test "pii-mask --new-keyset, with the keys of an old one" {
	pii-mask -q --new-keyset kept/old
	sweep <<-'END'
		COMMAND=(pii-mask --new-keyset new --key-file old)
		FAULTS="$FAULTS write:KILL fsync:KILL rename:KILL close:KILL"
		made() { [ "$(grep -o '"keyId"' new | wc -l)" -ge 2 ]; }
		is_clean() { made; } # its keys are others each time
		holds() { [ ! -e new ] || made || { echo "half a keyset" && return 1; }; }
		again() { [ -e new ] || "${COMMAND[@]}" 2>err; made && pii-mask --new-keyset third --key-file new; }
	END
}

@test "ndjson-diff: the state stays, and the next run sends the same" {
	seq -f '{"id":"L-%.0f","score":1}' 50 >rows
	ndjson-diff -q --key id --state kept/state rows | sed 's/"id"/"status":"created","external_id"/' | ndjson-diff -q --state kept/state --commit -
	seq -f '{"id":"L-%.0f","score":2}' 30 >kept/rows
	sweep <<-'END'
		COMMAND=(ndjson-diff --key id --state state --deleted rows)
		SYNCS=2 # the file, and the folder that its name is in
		FAULTS="$FAULTS open:KILL read:KILL write:KILL fsync:KILL rename:KILL unlink:KILL flock:KILL flock:EWOULDBLOCK"
		is_clean() {
			cmp out ../clean/out && cmp state.pending ../clean/state.pending &&
				[ "$(echo state*)" = 'state state.lock state.pending' ]
		}
	END
}

@test "ndjson-diff --commit: what was done is not sent again, what failed is" {
	cd kept
	seq -f '{"id":"L-%.0f","score":1}' 30 >rows
	ndjson-diff -q --key id --state state rows | sed 's/"id"/"status":"created","external_id"/; 1,10s/created/failed/' >results
	head -n 10 rows >../failed
	cd ..
	sweep <<-'END'
		COMMAND=(ndjson-diff --state state --commit results)
		SYNCS=2 # the file, and the folder that its name is in
		FAULTS="$FAULTS open:KILL read:KILL write:KILL fsync:KILL rename:KILL unlink:KILL flock:KILL flock:EWOULDBLOCK"
		CHANGES='state state.pending'
		is_clean() { cmp state ../clean/state && [ ! -e state.pending ]; }
		again() {
			[ ! -e state.pending ] || "${COMMAND[@]}" 2>err || [ $? -eq 1 ] || return
			is_clean && ndjson-diff -q --key id --state state rows 2>err | cmp - ../failed
		}
	END
}

# ---- BigQuery -----------------------------------------------------------------------------------

# Each time into another table: all rows, or none and no receipt; the next run loads them, or finds that it has.
sweep_load() { # BQ-LOAD-OPTION...
	sandbox --leads 1
	sql 'CREATE SCHEMA d'
	seq -f '{"id":"L-%.0f","note":"some bytes of padding"}' 3000 >kept/rows
	sweep <<-END
		fresh() { n=\$((\${n:-0} + 1)); COMMAND=(bq-load --tries 1 $* "d.t\$n"); }
		IN=rows
		rows() { bq-query -q "SELECT COUNT(*) AS n FROM d.t\$n" 2>/dev/null | grep -o '^{"n":[0-9]*' || echo '{"n":0'; }
		receipts() { grep -c '"job_id"' out; }
		is_clean() { [ "\$(rows) \$(receipts)" = '{"n":3000 1' ] || { echo "rows: \$(rows), receipts: \$(receipts)" && return 1; }; }
		holds() { [ "\$STATUS" -eq 0 ] || case \$(rows) in *:0 | *:3000) [ "\${FAULT%%:*}" = close ] || [ "\$(receipts)" -eq 0 ] ;; *) return 1 ;; esac; }
	END
}

@test "bq-load from a pipe: rows are kept in a file, then sent" {
	sweep_load
}

@test "bq-load --spool-compress" {
	sweep_load --spool-compress
}

@test "bq-load --compress" {
	sweep_load --compress
}

@test "bq-load --once: the rows are sent while they come" {
	sweep_load '--once "r$n" --chunk-size 256k'
}

# ---- Salesforce, Marketing Cloud ----------------------------------------------------------------

# Results come in order. A run that did not end well and the one after it upload as often as one run, and once more
# where an upload was hit.
sweep_leads() { # UPLOADS ROUTE OPTION...
	local uploads=$1 route=$2
	shift 2
	sandbox --leads 1
	seq -f '{"Gaio_Lead_Id__c":"L-%.0f","LastName":"Silva","Company":"Acme"}' 10 >kept/rows
	echo '{"Gaio_Lead_Id__c":"L-11","LastName":"Silva","Company":null}' >>kept/rows
	sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c kept/rows >/dev/null || [ $? -eq 1 ]
	sweep <<-END
		COMMAND=(sfdc-upsert --object Lead --external-id Gaio_Lead_Id__c --tries 1 --rejects bad $* rows)
		made() { curl -s "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | sed -n 's/.*"$route":\([0-9]*\).*/\1/p'; }
		fresh() { before=\$(made); }
		holds() {
			grep -o '^{"line":[0-9]*' out | grep -o '[0-9]*\$' >lines
			seq "\$(wc -l <lines)" | cmp -s - lines || { echo "results are not in order" && return 1; }
			rm lines
		}
		is_clean() {
			local most=\$((before + $uploads + 1))
			[ "\$STATUS" -ne "\$CLEAN" ] || most=\$((before + 2 * $uploads))
			cmp out ../clean/out && cmp bad ../clean/bad && [ ! -s resume ] || return
			[ "\$(made)" -le \$most ] || { echo "uploads: \$((\$(made) - before))" && return 1; }
		}
	END
}

@test "sfdc-upsert, Collections" {
	sweep_leads 1 'PATCH [^"]*' --api collections
}

@test "sfdc-upsert, Bulk jobs and --resume" {
	sweep_leads 2 'PUT [^"]*batches' --api bulk --job-rows 6 --poll 1 --resume resume
}

@test "sfmc-upsert --sync, its token kept in a file" {
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	sandbox --leads 1
	seq -f '{"SubscriberKey":"K-%.0f","LastName":"Silva"}' 10 >kept/rows
	printf '%s\n' '{"SubscriberKey":"K-11","NoSuchColumn":1}' '{' >>kept/rows
	sweep <<-'END'
		COMMAND=(sfmc-upsert --sync --extension leads --key SubscriberKey --tries 1 --rejects bad rows)
		SYNCS=2 # the file, and the folder that its name is in
		FAULTS="$FAULTS open:KILL write:KILL fsync:KILL rename:KILL close:KILL"
		fresh() { rm -rf "$XDG_CACHE_HOME"; }
		holds() {
			local kept=("$XDG_CACHE_HOME"/leadpipe/*)
			! grep -L '"access_token":".*}$' "$XDG_CACHE_HOME"/leadpipe/sfmc-*.json | grep . || { echo "half a token" && return 1; }
			! printf '%s\n' "${kept[@]##*/}" | grep -vE '^(sfmc-[^.]*\.json(\.new)?)?$' || { echo "other files" && return 1; }
		}
		is_clean() { cmp out ../clean/out && cmp bad ../clean/bad; }
	END
}

# ---- what only reads ----------------------------------------------------------------------------

@test "gaio-fetch" {
	sandbox --leads 300
	sweep <<-'END'
		COMMAND=(gaio-fetch --tries 1 --param page_size=100 --seal leads)
		holds() { [ "$STATUS" -eq 0 ] || head -n "$(grep -vc '@end' out)" out | cmp -s - <(head -n "$(grep -vc '@end' out)" ../clean/out); }
	END
}

@test "bq-query" {
	sandbox --leads 1
	sweep <<-'END'
		COMMAND=(bq-query --tries 1 --seal 'SELECT x, [x, 2] AS list FROM UNNEST(GENERATE_ARRAY(1, 50)) AS x ORDER BY x')
	END
}

@test "bq-merge" {
	sandbox --leads 1
	sql 'CREATE SCHEMA d'
	seq -f '{"id":"L-%.0f","v":1}' 20 | bq-load -q d.s >kept/receipt
	sweep <<-'END'
		fresh() { n=$((${n:-0} + 1)); COMMAND=(bq-merge --tries 1 --key id --into "d.t$n"); }
		IN=receipt
		rows() { bq-query -q "SELECT COUNT(*) AS n FROM d.t$n" 2>/dev/null | grep -o '^{"n":[0-9]*' || echo '{"n":0'; }
		receipts() { grep -c '"inserted"' out; }
		is_clean() { [ "$(rows) $(receipts)" = '{"n":20 1' ] || { echo "rows: $(rows), receipts: $(receipts)" && return 1; }; }
		holds() { [ "$STATUS" -eq 0 ] || case $(rows) in *:0 | *:20) [ "${FAULT%%:*}" = close ] || [ "$(receipts)" -eq 0 ] ;; *) return 1 ;; esac; }
	END
}
