#!/usr/bin/env bats
# gaio-fetch: several requests at a time. How fast that is: make bench.

load helper
load gaio-fetch

# numbered PAGES ROWS MS: numbered pages, each after a part of MS milliseconds.
numbered() {
	serve "@pages:$1:$2:-$3"
	printf '{"rows":"data","watermark":{"field":"updated_at"},"resources":{"x":{"url":"http://127.0.0.1:%s/x","next":{"page":"page","total_pages":"total_pages"}},
		"blind":{"url":"http://127.0.0.1:%s/x","ignore":["total_pages"],"next":{"page":"page"}}}}' "$PORT" "$PORT" >s.json
}

@test "--parallel: the rows are those of one request at a time, byte for byte, whatever the order of the replies" {
	numbered 40 20 50
	gaio-fetch -q --seal -s s.json x >one
	[ "$(wc -l <one)" -eq 801 ]
	for n in 2 8 64; do
		gaio-fetch -q --seal -s s.json --parallel "$n" x | cmp one -
		gaio-fetch -q --seal -s s.json --parallel "$n" blind | cmp one -
	done
}

@test "--parallel: no page is asked for twice, and none after the last" {
	numbered 30 1 20
	gaio-fetch -q -s s.json --parallel 16 x >out
	[ "$(wc -l <out)" -eq 30 ]
	[ "$(grep -c '^GET' requests.log)" -eq 30 ]
}

@test "--parallel: one rate limit for all" {
	numbered 8 1 0
	run -0 --separate-stderr gaio-fetch --rate 10 -s s.json --parallel 8 x
	[[ ${stderr##*, } > '0.6' ]]
}

@test "memory: 250,000 rows of many pages take no more than 32 MiB, also eight at a time" {
	! sanitized || skip "the sanitizer brings a malloc of its own"
	cc -std=c11 -O2 -o peak "$ROOT/tests/bench/peak.c"
	numbered 50 5000 0
	for n in 1 8; do
		./peak kib gaio-fetch -q -s s.json --parallel "$n" x >out
		[ "$(wc -l <out)" -eq 250000 ]
		[ "$(cat kib)" -lt 32768 ]
	done
}

@test "memory: a hostile page of the greatest length takes no more than three times that" {
	! sanitized || skip "the sanitizer brings a malloc of its own"
	cc -std=c11 -O2 -o peak "$ROOT/tests/bench/peak.c"
	{ printf '{"results":[{}'; head -c 4000000 /dev/zero | sed 's/\x0/,{}/g'; printf ']}'; } | reply p 200
	{ printf '{"x":"'; head -c 14000000 /dev/zero | tr '\0' x; printf '","results":[{"a":1}]}'; } | reply q 200
	serve p q
	./peak kib gaio-fetch -q leads >out
	[ "$(wc -l <out)" -eq 4000001 ]
	[ "$(cat kib)" -lt 49152 ]
	./peak kib gaio-fetch -q leads >out
	[ "$(cat out)" = '{"a":1}' ]
	[ "$(cat kib)" -lt 49152 ]
}

@test "a terminal shows how long it will take, where the API gives a total" {
	command -v script >/dev/null || skip "script is not installed"
	[ -e /dev/ptmx ] || skip "there are no terminals"
	page p1 '{"count":3,"next":"?p=2","results":[{"a":1}]}'
	page p2 '{"count":3,"next":"?p=3","results":[{"a":2}]}'
	page p3 '{"count":3,"results":[{"a":3}]}'
	serve p1 p2 p3
	script -qec "gaio-fetch --rate 3 leads >rows" log </dev/null
	grep -qE '1 of 3 rows, 1 pages, [0-9]+ rows/s, [0-9]+ s left' log
	[ "$(wc -l <rows)" -eq 3 ]
}

@test "a signal ends the run within a second or so, and the stream with a failing end record" {
	printf '{"results":[{"a":1}],"next":"?p=2"}' | reply p 200
	serve p @stall
	gaio-fetch -q leads >out &
	local pid=$! status=0
	until [ -s out ]; do sleep 0.05; done
	kill -TERM "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	[ "$(head -n 1 out)" = '{"a":1}' ]
	[ "$(tail -n 1 out | jq -r '.["@end"].ok')" = false ]
}
