#!/usr/bin/env bats
# examples/sql, over small tables whose answers were worked out by hand.

load helper

# Leads a to h and their touchpoints; all hours are 12:00 UTC.
warehouse() {
	sandbox --leads 1
	bq-query -q 'CREATE SCHEMA marketing'
	while read -r id consent score at; do
		echo "{\"id\":\"$id\",\"consent\":$consent,\"score\":$score,\"updated_at\":\"2026-03-${at}T12:00:00Z\",\"created_at\":\"2026-02-01T00:00:00Z\",\"channel\":\"email\"}"
	done >leads.ndjson <<-'ROWS'
		a true 90 15
		b true 80 15
		c true 95 15
		d true 99 22
		e true 79 15
		f false 99 15
		g true 85 15
		h true 10 15
	ROWS
	while read -r id lead campaign at; do
		echo "{\"id\":\"$id\",\"lead_id\":\"$lead\",\"campaign\":\"$campaign\",\"occurred_at\":\"2026-${at}T12:00:00Z\",\"kind\":\"form\"}"
	done >touchpoints.ndjson <<-'ROWS'
		t01 a C-1 03-01
		t02 a C-2 03-08
		t03 a C-1 03-15
		t04 a C-3 03-16
		t05 b C-2 03-08
		t06 b C-3 03-15
		t07 c C-3 03-01
		t10 d C-3 03-22
		t09 d C-3 03-15
		t08 d C-2 03-08
		t11 d C-1 03-01
		t12 e C-1 03-15
		t13 f C-1 03-15
		t14 h C-2 03-01
		t15 h C-2 03-02
		t16 h C-2 03-03
		t17 g C-2 01-03
	ROWS
	fill leads "$ROOT/examples/demo/leads.json"
	fill touchpoints "$ROOT/examples/sql/touchpoints.json"
}

# fill TABLE CONTRACT
fill() {
	ndjson-normalize -q -c "$2" "$1.ndjson" | bq-load -q -c "$2" "marketing.$1" >/dev/null
}

@test "attribution: first, last, linear, position-based, time decay" {
	warehouse
	run -0 --separate-stderr bq-query -q -f "$ROOT/examples/sql/attribution.sql" --param score:NUMERIC=80 --param half_life:INT64=7
	# a: weights 0.25 0.5 1; b: 0.5 1; c: one touch; d: 0.125 0.25 0.5 1; g: one touch long ago. t04 came too late.
	printf '%s\n' '{"campaign":"C-1","touches":3,"first_touch":2,"last_touch":1,"linear":0.9167,"position_based":1.2,"time_decay":0.781}' \
		'{"campaign":"C-2","touches":4,"first_touch":2,"last_touch":1,"linear":2.0833,"position_based":1.8,"time_decay":1.7524}' \
		'{"campaign":"C-3","touches":4,"first_touch":1,"last_touch":3,"linear":2,"position_based":2,"time_decay":2.4667}' >expected
	diff expected <(canonical <<<"$output")
}

@test "segments: hot, warm, cold" {
	warehouse
	run -0 --separate-stderr bq-query -q -f "$ROOT/examples/sql/segments.sql" --param today:DATE=2026-03-31
	# c: its touchpoint is of 1 March, day 30 before; g: of January; f did not consent.
	[ "$(jq -r '"\(.lead_id) \(.segment) \(.touches)"' <<<"$output" | tr '\n' ',')" = 'd hot 3,c warm 0,a hot 3,g warm 0,b hot 2,e warm 1,h cold 2,' ]
	[ "$(jq -r 'select(.lead_id == "b").last_touch' <<<"$output")" = 2026-03-15T12:00:00Z ]
}
