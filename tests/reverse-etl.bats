load helper


@test "the example: all there is, then nothing, then what has changed" {
	LEADS=600 run -0 --separate-stderr "$ROOT/examples/reverse-etl/run"
	[ "$(grep -c ' 0 rows sent' <<<"$output")" = 2 ]
	[ "$(grep -c ' 3 rows sent' <<<"$output")" = 2 ]
}

@test "the example: a row that fails is named and comes again; too much change stops the job" {
	export XDG_CACHE_HOME=$PWD/cache
	sandbox
	bq-query -q 'CREATE SCHEMA marketing'
	bq-query -q "CREATE TABLE marketing.leads AS SELECT 'L-1' AS lead_id, 9 AS score, TRUE AS consent
		UNION ALL SELECT 'L-$(printf 'x%.0s' {1..60})', 8, TRUE"
	cp "$ROOT"/examples/reverse-etl/{Makefile,marketing.sql} .
	run -2 --separate-stderr make -s marketing
	[[ $output == "marketing: L-xx"*": 70002" ]]
	run -2 --separate-stderr make -s marketing MAX_CHANGE=50%
	[ "$(jq -r .row.SubscriberKey state/marketing.rejects | cut -c 1-4)" = L-xx ]
	[ "$(wc -l <state/marketing.rejects)" = 1 ]
	bq-query -q "UPDATE marketing.leads SET score = 7 WHERE TRUE"
	run -2 --separate-stderr make -s marketing
	[[ $stderr == *"--max-change: 2 of 2 rows"* ]]
	[ ! -s state/marketing.rejects ]
	run -2 --separate-stderr make -s marketing MAX_CHANGE=100%
	[ "$(jq -r 'select(.status).status' state/marketing.results | sort | xargs)" = "failed updated" ]
}
