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

# Rows of every kind of value, each with an id; the fields are named by what they hold.
kinds() {
	cat <<-'END'
		{"id":"a","object":{"a":1,"b":{"c":"x"}},"ints":[1,2],"wide":1234567890123456,"huge":123456789012345678901234567890123,"digits42":null,"real":1.5,"double":0.30000000000000004,"flag":true,"text":"007","date":"2026-11-22","null":null,"empty":[],"list":[{"k":1,"l":[]}],"mixed":1,"map":{},"odd":[[1]],"":1,"2nd key":"x","Ação":1,"rec":{"k":1,"more":{"deep":[true]}},"recs":[{"k":1}]}
		{"id":"b","object":{"a":2.5,"B":false,"e":[]},"ints":[3],"wide":-5,"huge":1,"real":12345678901234567890,"double":64.70588235294117,"flag":null,"text":"x","mixed":"x","map":{"a":1},"list":[{"k":2,"l":["x"],"m m":null}],"odd":1,"rec":{"k":2,"new":1},"recs":[{"k":2,"fresh":"x"},{"k":3,"fresh":1}],"null":null}
		{"id":"c","object":{"a":null},"real":0.1,"late":"x","bool_or_text":true,"exp":1e300,"rec":null,"recs":[]}
		{"id":"d","bool_or_text":"x","long":123456789012345678901234567890.123456789012345678,"tiny":1e-9,"minus":-0.5}
	END
}

# The fields of a contract and of a table, in one form.
shape_of_contract() {
	jq -cS 'def f: map({name, type: (if .type == "STRUCT" then "RECORD" else .type end), mode: (.mode // "NULLABLE")} + (if .fields then {fields: (.fields | f)} else {} end)) | sort_by(.name); .fields | f' "$1"
}
shape_of_table() {
	curl -sS "$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/$GOOGLE_CLOUD_PROJECT/datasets/s/tables/$1" |
		jq -cS '{INTEGER: "INT64", FLOAT: "FLOAT64", BOOLEAN: "BOOL", STRUCT: "RECORD"} as $t | def f: map({name, type: ($t[.type] // .type), mode: (.mode // "NULLABLE")} + (if .fields then {fields: (.fields | f)} else {} end)) | sort_by(.name); .schema.fields | f'
}
export -f shape_of_contract shape_of_table

@test "the second night: a column that bq-load added is the column of the grown contract" {
	kinds >rows
	cat >c.json <<-'END'
		{"key": ["id"], "fields": [{"name": "id", "type": "STRING"},
		  {"name": "rec", "type": "RECORD", "fields": [{"name": "k", "type": "INT64"}]},
		  {"name": "recs", "type": "RECORD", "mode": "REPEATED", "fields": [{"name": "k", "type": "INT64"}]}]}
	END
	boxed '
		bq-query -q "CREATE SCHEMA s"
		ndjson-normalize -q -c c.json --unknown evolve --contract-out g.json rows | bq-load -q -c c.json s.t >/dev/null
		shape_of_contract g.json >contract; shape_of_table t >table
		ndjson-normalize -q -c g.json --unknown freeze rows | bq-load -q -c g.json s.t >/dev/null
		jq -c ".id += \"2\"" rows | ndjson-normalize -q -c c.json --unknown evolve | bq-load -q -c c.json s.t >/dev/null
		bq-query -q "SELECT COUNT(*) AS n FROM s.t" >count
		ndjson-normalize -q -c g.json rows | bq-load -q -c g.json s.other >/dev/null
		shape_of_table other >other'
	diff <(jq . contract) <(jq . table)
	diff table other
	[ "$(cat count)" = '{"n":12}' ]
	[ "$(jq -c '[.[] | select(.name == ("mixed", "empty", "null", "huge", "real", "double")) | .type]' contract)" = '["FLOAT64","JSON","BIGNUMERIC","STRING","STRING","NUMERIC"]' ]
}

@test "the second night: rows that were rejected or dropped as duplicates do not widen a column" {
	cat >c.json <<-'END'
		{"key": ["id"], "fields": [{"name": "id", "type": "STRING", "mode": "REQUIRED"}, {"name": "n", "type": "INT64"}]}
	END
	cat >rows <<-'END'
		{"id":"a","n":1,"x":1.5,"gone":1}
		{"id":"a","n":2,"x":1}
		{"id":"b","n":"bad","x":"text"}
		{"x":"text"}
	END
	boxed '
		bq-query -q "CREATE SCHEMA s"
		ndjson-normalize -q -c c.json --dedup --unknown evolve --contract-out g.json --rejects bad rows >out || [ $? = 1 ]
		bq-load -q -c c.json s.t out >/dev/null
		shape_of_contract g.json >contract; shape_of_table t >table'
	diff contract table
	[ "$(jq -c 'map({(.name): .type}) | add' contract)" = '{"id":"STRING","n":"INT64","x":"INT64"}' ]
}

@test "bq-load: a name in two cases is refused in a row; an object that has one, or a name no column can have, is JSON" {
	echo '{"fields": [{"name": "id", "type": "INT64"}, {"name": "r", "type": "RECORD", "fields": [{"name": "k", "type": "INT64"}]}]}' >c.json
	run -0 --separate-stderr boxed '
		bq-query -q "CREATE SCHEMA s"
		for row in "{\"id\":1,\"a\":1,\"A\":2}" "{\"ID\":1,\"id\":2}" "{\"r\":{\"k\":1,\"K\":2}}"; do
			echo "$row" | bq-load -q -c c.json s.t >/dev/null 2>>errors || echo $?
		done
		echo "{\"id\":1,\"x\":{\"a\":1,\"A\":2},\"y\":{\"a.b\":1},\"r\":{\"k\":1,\"n\":[{\"q\":1.5}]}}" | bq-load -q -c c.json s.t >/dev/null
		shape_of_table t'
	[ "$output" = "$(printf '65\n65\n65\n%s' '[{"mode":"NULLABLE","name":"id","type":"INT64"},{"fields":[{"mode":"NULLABLE","name":"k","type":"INT64"},{"fields":[{"mode":"NULLABLE","name":"q","type":"FLOAT64"}],"mode":"REPEATED","name":"n","type":"RECORD"}],"mode":"NULLABLE","name":"r","type":"RECORD"},{"mode":"NULLABLE","name":"x","type":"JSON"},{"mode":"NULLABLE","name":"y","type":"JSON"}]')" ]
	[ "$(grep -c 'in upper and lower case' errors)" = 3 ]
}

@test "the names of types are compared in one table" {
	cd "$ROOT"
	# the SQL of the sandbox has words of its own that look like them: parts of dates, window frames
	run -1 grep -rnE '(strcmp|strcasecmp|strncasecmp|span_eq)\([^;]*"(STRING|BYTES|INT64|INTEGER|FLOAT64|FLOAT|NUMERIC|BIGNUMERIC|BOOL|BOOLEAN|DATE|TIME|DATETIME|TIMESTAMP|JSON|GEOGRAPHY|RECORD|STRUCT|INTERVAL|RANGE)"' \
		cmd common --include='*.[ch]' --exclude-dir=sql
	grep -q '"GEOGRAPHY"' common/schema/type.c
	run -1 grep -rln '"GEOGRAPHY"' cmd common --include='*.[ch]' --exclude=type.c
}
