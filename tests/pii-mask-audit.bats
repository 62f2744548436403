#!/usr/bin/env bats
# pii-mask --audit: where a data set holds personal data that no contract declares.

load helper

@test "each kind, alone and inside longer texts, is counted at its path" {
	cat >rows.ndjson <<-'END'
		{"id":1,"note":"please write to maria@example.com or call +55 11 98765-4321 today"}
		{"id":2,"note":"maria@example.com","r":{"tax":"529.982.247-25","list":["x","11.222.333/0001-81",{"deep":"12ABC34501DE35"}]}}
		{"id":3,"pay":"card 4111 1111 1111 1111, or GB82 WEST 1234 5698 7654 32","from":"10.20.30.40","birth":"1980-02-03"}
		{"id":4,"cpf":52998224725,"u":"m\u0061ria\u0040example.com","n":null,"b":true,"note":"nothing here"}
	END
	run -1 --separate-stderr pii-mask --audit rows.ndjson
	cat >wanted <<-'END'
		{"field":"note","email":2,"phone":1}
		{"field":"r.tax","cpf":1}
		{"field":"r.list","cnpj":1}
		{"field":"r.list.deep","cnpj":1}
		{"field":"pay","card":1,"iban":1}
		{"field":"from","ip":1}
		{"field":"birth","birth_date":1}
		{"field":"cpf","cpf":1}
		{"field":"u","email":1}
	END
	diff - wanted <<<"$output"
	run ! grep -qE 'maria|98765|529|4111' <<<"$stderr"
}

@test "what the contract declares is reported as such, and is no finding" {
	echo '{"fields":[{"name":"email","type":"STRING","pii":"encrypt"},{"name":"note","type":"STRING"},
		{"name":"person","type":"RECORD","pii":"drop","fields":[{"name":"x","type":"STRING"}]}]}' >c.json
	echo '{"EMAIL":"maria@example.com","note":"fine","person":{"x":"maria@example.com","y":{"z":"10.0.0.1"}}}' >row
	run -0 --separate-stderr pii-mask --audit -c c.json row
	[ "$output" = '{"field":"EMAIL","declared":"encrypt","email":1}
{"field":"person.x","declared":"drop","email":1}
{"field":"person.y.z","declared":"drop","ip":1}' ]
	run -1 --separate-stderr pii-mask --audit -c c.json <<<'{"note":"maria@example.com"}'
	[ "$output" = '{"field":"note","email":1}' ]
	[[ $stderr == *"undeclared personal data found"* ]]
}

# Recall and false alarms over a labelled file: {"field", "text", "kinds"}, or without a field.
measure() { # FILE
	jq -c '{("r\(input_line_number)"): {(.field // "x"): .text}}' "$1" >rows.ndjson
	pii-mask --audit -q rows.ndjson >found.ndjson || [ $? -eq 1 ]
	jq -rn --slurpfile rows <(jq -c . "$1") --slurpfile found found.ndjson '
		($found | map({key: (.field | split(".")[0]), value: (keys - ["field"])})
			| group_by(.key) | map({key: .[0].key, value: (map(.value) | add)}) | from_entries) as $got
		| [range($rows | length) | {wanted: $rows[.].kinds, got: ($got["r\(. + 1)"] // []), text: $rows[.].text}]
		| {wanted: (map(.wanted | length) | add), missed: (map(.wanted - .got | length) | add),
			rows: length, false_alarms: (map(.got - .wanted | length) | add),
			wrong: map(select((.got | sort) != (.wanted | sort)))}'
}

@test "a labelled sample: at least 95 % are found, at most 2 % of the rows are a false alarm" {
	local file
	for file in "$DATA/pii/audit.ndjson" "$ROOT/../shared/cases/audit/labelled.ndjson"; do
		[ -e "$file" ] || continue
		measure "$file" >measured
		jq -e '.rows > 100 and .missed <= .wanted * 0.05 and .false_alarms <= .rows * 0.02' measured || {
			cat measured
			return 1
		}
	done
	[ "$(wc -l <"$DATA/pii/audit.ndjson")" -ge 300 ]
}

@test "a column that the contract declares clear: a warning for its name, and for its values" {
	echo '{"fields":[{"name":"cel","type":"STRING"},{"name":"note","type":"STRING"},{"name":"email","type":"STRING","pii":"hmac"},
		{"name":"r","type":"RECORD","fields":[{"name":"dob","type":"DATE"},{"name":"city","type":"STRING"}]}]}' >c.json
	run -1 --separate-stderr pii-mask --audit -c c.json <<<'{"note":"maria@example.com","email":"x@example.com"}'
	grep -q 'field cel: its name speaks of phone, and the contract gives it no pii' <<<"$stderr"
	grep -q 'field r.dob: its name speaks of birth_date' <<<"$stderr"
	grep -q 'field note: its values look personal' <<<"$stderr"
	run ! grep -qE 'field (email|r.city|r):|maria' <<<"$stderr"
	run -0 --separate-stderr pii-mask --audit -q -c c.json <<<'{"note":"nothing"}'
	[ -z "$stderr" ]
}

@test "a name that is itself personal data is counted and not shown" {
	run -1 --separate-stderr pii-mask --audit <<<'{"by":{"maria@example.com":{"n":"10.0.0.1"}}}'
	[ "$output" = '{"field":"by.*","email":1}
{"field":"by.*.n","ip":1}' ]
}

@test "rows of our own making are clean, masked rows are clean, clear rows are not" {
	sandbox --leads 2000
	pii-mask --new-keyset keyset
	gaio-fetch -q leads | ndjson-normalize -q -c "$ROOT/examples/demo/leads.json" --rejects bad.ndjson >clear.ndjson || true
	run -1 pii-mask -q --audit clear.ndjson
	run -0 pii-mask -q --audit -c "$ROOT/examples/demo/leads.json" clear.ndjson
	pii-mask -q -c "$ROOT/examples/demo/leads.json" --key-file keyset clear.ndjson >masked.ndjson
	[ "$(wc -l <masked.ndjson)" -gt 1900 ]
	run -0 pii-mask -q --audit masked.ndjson
	[ -z "$output" ]
}

@test "broken input is 65, a failed stream 66, a full disk 74; usage" {
	run -65 --separate-stderr pii-mask --audit <<<'{"a":'
	[[ $stderr == *"stdin:1: "* ]]
	run -65 --separate-stderr pii-mask --audit <<<'{"a":1,"a":2}'
	run -66 pii-mask --audit <<<'{"@end":{"ok":false,"tool":"x","error":"y"}}'
	run -66 pii-mask --audit --seal <<<'{"a":1}'
	run -0 pii-mask -q --audit <<<'{"a":1}'
	run -74 pii-mask --audit nowhere.ndjson
	run -74 sh -c 'echo "{\"a\":\"maria@example.com\"}" | pii-mask --audit >/dev/full'
	run -78 pii-mask --audit -c nowhere.json </dev/null
	run -64 pii-mask --audit --reveal </dev/null
	run -64 pii-mask --audit --strict </dev/null
	run -64 pii-mask --audit --rejects x </dev/null
	run -64 pii-mask --audit --key-file x </dev/null
}

@test "many fields and long paths stay within memory" {
	awk 'BEGIN { for (i = 0; i < 3000; i++) printf "{\"f%d\":\"maria@example.com\"}\n", i
		printf "{"; for (i = 0; i < 400; i++) printf "\"long%d\":{", i; printf "\"x\":\"maria@example.com\""; for (i = 0; i < 400; i++) printf "}"; print "}" }' >rows.ndjson
	run -1 pii-mask -q --audit rows.ndjson
	[ "$(jq -s length <<<"$output")" = 1001 ]
	[ "$(jq -s 'map(.email) | add' <<<"$output")" = 3001 ]
	jq -se 'last | .field == "(other fields)" and .email == 2001' <<<"$output"
}
