load helper

# What the data extension holds, keys and values together.
marketing_leads() {
	local token
	token=$(curl -sS "$SFMC_AUTH_URL/v2/token" -d grant_type=client_credentials -d "client_id=$SFMC_CLIENT_ID" \
		-d "client_secret=$SFMC_CLIENT_SECRET" | jq -r .access_token)
	curl -sS -H "Authorization: Bearer $token" "$SFMC_AUTH_URL/data/v1/customobjectdata/key/leads/rowset" | jq -c '.items[] | .keys + .values'
}

@test "the example: all there is, then nothing, then what has changed" {
	LEADS=600 run -0 --separate-stderr "$ROOT/examples/reverse-etl/run"
	[ "$(grep -c ' 0 rows sent' <<<"$output")" = 2 ]
	[ "$(grep -c ' 3 rows sent' <<<"$output")" = 2 ]
}

@test "the example: a row that fails is named and comes again; too much change stops the job" {
	export XDG_CACHE_HOME=$PWD/cache
	sandbox
	bq-query -q 'CREATE SCHEMA marketing'
	pii-mask --new-keyset mask.keyset
	sealed=$(pii-mask -q -c "$ROOT/examples/demo/leads.json" --key-file mask.keyset <<<'{"email":"maria@example.com"}' | jq -r .email)
	bq-query -q "CREATE TABLE marketing.leads AS SELECT 'L-1' AS lead_id, '$sealed' AS email, 9 AS score, TRUE AS consent
		UNION ALL SELECT 'L-$(printf 'x%.0s' {1..60})', NULL, 8, TRUE"
	cp "$ROOT"/examples/reverse-etl/{Makefile,marketing.sql,marketing.json} .
	run -2 --separate-stderr make -s marketing
	[[ $output == "marketing: L-xx"*": 70002" ]]
	[ "$(marketing_leads | jq -r .Email)" = maria@example.com ]
	run ! grep -r 'maria' state
	run -2 --separate-stderr make -s marketing MAX_CHANGE=50%
	[ "$(jq -r .row.SubscriberKey state/marketing.rejects | cut -c 1-4)" = L-xx ]
	[ "$(wc -l <state/marketing.rejects)" = 1 ]
	bq-query -q "UPDATE marketing.leads SET score = 7 WHERE TRUE"
	run -2 --separate-stderr make -s marketing
	[[ $stderr == *"--max-change: 1 of 1 rows"* ]]
	[ ! -s state/marketing.rejects ]
	run -2 --separate-stderr make -s marketing MAX_CHANGE=100%
	[ "$(jq -r 'select(.status).status' state/marketing.results | sort | xargs)" = "failed updated" ]
	run -2 --separate-stderr make -s marketing
	run -2 --separate-stderr make -s marketing
	[ ! -s state/marketing.dead ]
	make -s marketing # three refusals are enough
	[ "$(jq -r .SubscriberKey state/marketing.dead | cut -c 1-4)" = L-xx ]
	[ "$(wc -l <state/marketing.dead)" = 1 ]
}

@test "the example: a value that does not authenticate stops the job, and nothing of it is sent" {
	export XDG_CACHE_HOME=$PWD/cache
	sandbox
	bq-query -q 'CREATE SCHEMA marketing'
	bq-query -q "CREATE TABLE marketing.leads AS SELECT 'L-1' AS lead_id, 'AAAA' AS email, 9 AS score, TRUE AS consent"
	pii-mask --new-keyset mask.keyset
	cp "$ROOT"/examples/reverse-etl/{Makefile,marketing.sql,marketing.json} .
	run -2 --separate-stderr make -s marketing
	[[ $stderr == *'field Email: does not authenticate'* ]]
	[ -z "$(marketing_leads)" ]
	[ ! -e state/marketing ] || [ "$(ndjson-diff -q --key SubscriberKey --state state/marketing <<<'{"SubscriberKey":"L-1"}' | wc -l)" = 1 ]
}
