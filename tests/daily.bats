load helper

@test "the example: what was fetched is not fetched again; nothing is left in the clear; nothing changes" {
	LEADS=600 run -0 --separate-stderr "$ROOT/examples/daily/run"
	[[ $output == *"left behind: clean.ndjson masked.ndjson raw.ndjson"* ]]
	[[ $output =~ (5[0-9][0-9]|600)" inserted, 0 updated".*" night".*$'\n0 inserted, 0 updated'$ ]]
	[ "$(grep -c gaio-fetch: <<<"$stderr")" = 2 ]
}

@test "the example: the watermark moves, rejects stay, and 'again' begins anew" {
	sandbox --leads 700
	bq-query -q 'CREATE SCHEMA staging'
	bq-query -q 'CREATE SCHEMA marketing'
	pii-mask --new-keyset mask.keyset
	mkdir daily demo
	cp "$ROOT/examples/daily/Makefile" daily
	cp "$ROOT/examples/demo/leads.json" demo
	make -s -C daily KEYSET=../mask.keyset 2>log
	[ "$(cd daily/state && echo *)" = "receipt.ndjson rejects.ndjson watermark" ]
	[ "$(jq .line daily/state/rejects.ndjson)" = 604 ]
	first=$(cat daily/state/watermark)
	make -s -C daily KEYSET=../mask.keyset 2>log
	[ "$(cat daily/state/watermark)" = "$first" ]
	run ! grep -q 'gaio-fetch: 7' log
	make -s -C daily KEYSET=../mask.keyset again 2>log
	grep -q 'gaio-fetch: 7' log
}
