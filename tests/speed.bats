#!/usr/bin/env bats
# What the row filters may cost: no memory per row, little memory at all, a short start. Speed itself: make bench.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cc -std=c11 -O2 -o rows "$ROOT/tests/bench/rows.c"
	cp "$ROOT/tests/bench/leads.json" leads.json
	printf '%064d' 7 >key
	chmod 600 key
	jq '.fields |= map(if .name == "email" then .pii = "hmac" elif .name == "consent" then .pii = "drop" else . end)' \
		leads.json >pii.json
}

# Calls of malloc and its kin that a program makes of its stdin.
allocs() {
	[ -e allocs.so ] || cc -std=c11 -O2 -shared -fPIC -o allocs.so "$ROOT/tests/bench/allocs.c"
	ALLOCS=count LD_PRELOAD=$PWD/allocs.so "$@" >out
	cat count
}

@test "speed: 100,000 rows ask for memory as often as 1,000 do" {
	! sanitized || skip "the sanitizer brings a malloc of its own"
	./rows 100000 >many
	head -n 1000 many >few
	for mode in "" discard_value evolve; do
		with=(-c leads.json --unknown "$mode")
		[ -n "$mode" ] || with=()
		few=$(allocs ndjson-normalize -q "${with[@]}" <few)
		[ "$few" -gt 0 ] && [ "$few" -lt 1000 ]
		[ "$(allocs ndjson-normalize -q "${with[@]}" <many)" -eq "$few" ]
		[ "$(wc -l <out)" -eq 100000 ]
	done
	ndjson-normalize -q -c leads.json few >few.leads
	ndjson-normalize -q -c leads.json many >many.leads
	few=$(allocs pii-mask -q -c pii.json --key-file key <few.leads)
	[ "$few" -gt 0 ]
	[ "$(allocs pii-mask -q -c pii.json --key-file key <many.leads)" -eq "$few" ]
	[ "$(wc -l <out)" -eq 100000 ]
}

@test "speed: neither do rows of which no two after one another are alike" {
	! sanitized || skip "the sanitizer brings a malloc of its own"
	./rows 20000 | awk '{
		if (NR % 2) sub(/"visits":[0-9]*,/, "")
		if (NR % 3 == 0) sub(/"updated_at":"[^"]*",/, "")
		if (NR % 5 == 0) { sub(/^{/, ""); sub(/}$/, ""); $0 = "{\"late\":" NR "," $0 "}" }
		print
	}' >many
	head -n 1000 many >few
	for mode in discard_value evolve; do
		few=$(allocs ndjson-normalize -q -c leads.json --unknown "$mode" <few)
		[ "$few" -gt 0 ] && [ "$few" -lt 1000 ]
		[ "$(allocs ndjson-normalize -q -c leads.json --unknown "$mode" <many)" -eq "$few" ]
		[ "$(wc -l <out)" -eq 20000 ]
	done
}

@test "speed: neither do casts, clean words and defaults" {
	! sanitized || skip "the sanitizer brings a malloc of its own"
	cat >c.json <<-'END'
		{"fields": [
		  {"name":"id","type":"INT64"}, {"name":"s","type":"STRING","clean":["trim","squeeze","upper",{"map":{"X":"y"}},"empty_null"]},
		  {"name":"t","type":"TIMESTAMP"}, {"name":"l","type":"TIMESTAMP","tz":"America/Sao_Paulo","format":["%d/%m/%Y","%d/%m/%Y %T"]},
		  {"name":"r","type":"RECORD","mode":"REPEATED","fields":[{"name":"k","type":"NUMERIC"}]},
		  {"name":"m","type":"STRING","from":"c.mail","clean":["email"]}, {"name":"p","type":"STRING","from":"c.tel","clean":["phone:BR"]},
		  {"name":"v","type":"NUMERIC","clean":[{"number":{"decimal":",","thousands":"."}}]},
		  {"name":"g","type":"STRING","mode":"REPEATED","clean":[{"split":","},"lower"]}, {"name":"x","type":"DATE"}
		]}
	END
	want='{"id":1000000,"s":"ÉA","t":"2026-11-22T13:00:00Z","l":"2026-11-22T13:00:00Z","r":[{"k":1.5}],"m":"m@x.org","p":"+5511987654321","v":1234.5,"g":["a","b"],"x":null,"c_ext":1,"Un_known":{"p_q":1}}'
	made() { # ROWS
		awk -v n="$1" 'BEGIN { for (i = 1000000; i < 1000000 + n; i++) printf "{\"id\":\"%d\",\"s\":\" \\u00e9a \",\"t\":\"2026-11-22T10:00:00-03:00\",\"l\":\"22/11/2026 10:00:00\",\"r\":[{\"k\":1.5}],\"c\":{\"mail\":\"M@x.org\",\"tel\":\"11 98765-4321\",\"ext\":1},\"v\":\"R$ 1.234,5\",\"g\":\"A,b\",\"x\":\"no date\",\"Un known\":{\"p q\":1}}\n", i }' >in
		rm -f out.json
		allocs ndjson-normalize -q -c c.json --unknown evolve --contract-out out.json --on-bad-value null <in
		[ "$(wc -l <out)" -eq "$1" ] && [ "$(head -n 1 out)" = "$want" ]
	}
	few=$(made 1000)
	many=$(made 100000)
	[ "$few" -gt 0 ] && [ "$many" -eq "$few" ]
}

@test "speed: rejected rows ask for no memory either" {
	! sanitized || skip "the sanitizer brings a malloc of its own"
	./rows 1000 | sed 's/"age":[^,]*/"age":"old"/' >few
	for _ in {1..20}; do cat few; done >many
	few=$(allocs ndjson-normalize -q -c leads.json --rejects bad.ndjson <few || [ $? -eq 1 ])
	many=$(allocs ndjson-normalize -q -c leads.json --rejects bad.ndjson <many || [ $? -eq 1 ])
	[ "$(wc -l <bad.ndjson)" -eq 20000 ]
	[ "$few" -eq "$many" ]
}

@test "speed: under 16 MiB whatever the rows" {
	! sanitized || skip "the sanitizer keeps memory of its own"
	cc -std=c11 -O2 -o peak "$ROOT/tests/bench/peak.c"
	./rows 60000 >rows.ndjson
	awk 'BEGIN { for (i = 0; i < 30; i++) { printf "{"; for (k = 0; k < 20000; k++) printf "%s\"key%d_%d\":%d", k ? "," : "", i, k, k; print "}" } }' >wide.ndjson
	awk 'BEGIN { for (i = 0; i < 30; i++) { printf "{\"a\":"; for (k = 0; k < 100000; k++) printf "[1,"; print "" } }' >deep.ndjson
	for file in rows wide deep; do
		for with in "" "-c leads.json" "-c leads.json --unknown evolve"; do
			# shellcheck disable=SC2086 # a list of words
			./peak kib ndjson-normalize -q $with --rejects bad.ndjson "$file.ndjson" >out || [ $? -le 65 ]
			echo "$file $with: $(cat kib) KiB"
			[ "$(cat kib)" -lt 16384 ]
		done
	done
}

@test "speed: every tool of the bench makes the same rows" {
	./rows 1000 >few
	cd "$ROOT/tests/bench"
	ndjson-normalize -q -c leads.json "$OLDPWD/few" | jq -cS . >"$OLDPWD/ours"
	jq -cSf leads.jq "$OLDPWD/few" | cmp - "$OLDPWD/ours"
}
