#!/usr/bin/env bats
# What the programs share about schemas: names of columns, types, and that a column which comes by itself is
# the same column in the grown contract and in the table.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export LEADPIPE_SEAL=0
}

# Runs a script inside a sandbox.
boxed() {
	leadpipe-sandbox -q --leads 1 -- bash -euo pipefail -c "$1"
}

@test "flexible column names go from the contract through load and merge to the query" {
	cat >c.json <<-'END'
		{"name": "t", "key": ["2nd id"], "order_by": "Größe", "fields": [
		  {"name": "2nd id", "type": "INT64"}, {"name": "Größe", "type": "NUMERIC"},
		  {"name": "it's|a&b", "type": "STRING"},
		  {"name": "名前", "type": "RECORD", "fields": [
		    {"name": "k'1", "type": "STRING"}, {"name": "x y", "type": "INT64", "mode": "REPEATED"}]}]}
	END
	cat >rows <<-'END'
		{"2nd id":1,"Größe":1.5,"it's|a&b":"q","名前":{"k'1":"v","x y":[1,2]}}
		{"2nd id":1,"Größe":2.5,"it's|a&b":"r","名前":{"k'1":"w","x y":[3]}}
	END
	run -0 --separate-stderr boxed '
		bq-query -q "CREATE SCHEMA s"
		ndjson-normalize -q -c c.json rows | bq-load -q -c c.json s.st | bq-merge -q -c c.json --into s.t >receipt
		bq-query -q "SELECT * FROM s.t"
		bq-query -q "SELECT \`größe\` FROM s.t WHERE \`名前\`.\`k'\''1\` = \"w\""'
	[ "$output" = "$(printf '%s\n' "$(tail -1 rows)" '{"größe":2.5}')" ]
}

@test "a name that BigQuery does not take is told with its line, before anything is read" {
	for name in a.b _PARTITIONTIME _file_x __root__ 'x!' '`'; do
		printf '{"fields": [\n{"name": "id", "type": "STRING"},\n{"name": "%s", "type": "STRING"}]}\n' "$name" >c.json
		for program in "ndjson-normalize -c" "pii-mask --key-file k -c" "bq-load d.t -c"; do
			run -78 --separate-stderr $program c.json </dev/null
			[[ $stderr == *"c.json:3: name: "* ]]
		done
	done
}
