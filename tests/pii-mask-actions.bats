#!/usr/bin/env bats
# What each action of pii-mask does to a value, option by option, and the way back.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	pii-mask --new-keyset keyset
}

# The contract of one field f (and an id) of that type, with that pii.
contract() { # PII [TYPE [MODE]]
	printf '{"key":["id"],"fields":[{"name":"id","type":"STRING"},\n{"name":"f","type":"%s","mode":"%s","pii":%s}]}\n' "${2:-STRING}" "${3:-NULLABLE}" "$1" >c.json
}

mask() {
	pii-mask -q -c c.json --key-file keyset "$@"
}

becomes() { # VALUE RESULT, both raw JSON
	local got
	got=$(mask <<<"{\"f\":$1}")
	[ "$got" = "{\"f\":$2}" ] || { echo "$1 became $got, not $2"; return 1; }
}

refused() { # VALUE [REASON]
	run -65 --separate-stderr mask <<<"{\"f\":$1}"
	[[ $stderr == *"stdin:1: field f: "*"${2:-}"* ]] || { echo "$stderr"; return 1; }
	[ "$(jq -r '.["@end"].ok' <<<"$output")" = false ]
}

wrong() { # PII TYPE RULE [MODE]: the contract is refused, with its line
	contract "$1" "$2" "${4:-NULLABLE}"
	run -78 --separate-stderr mask <<<'{"f":"geheim"}'
	[[ $stderr == *"c.json:2: "*"$3"* ]] || { echo "$1 on $2: $stderr"; return 1; }
	[[ $output$stderr != *geheim* ]]
}

@test "redact: a text, null, or an empty array" {
	contract '"redact"'
	becomes '"x"' '"[redacted]"'
	becomes '{"a":[1]}' '"[redacted]"'
	becomes null null
	contract '{"action":"redact","with":"a \"b\""}'
	becomes 17 '"a \"b\""'
	contract '"redact"' DATE
	becomes '"2026-11-22"' null
	contract '"redact"' STRING REPEATED
	becomes '["a","b"]' '[]'
	contract '"redact"' BOOL
	becomes true null
	wrong '"redact"' INT64 'REQUIRED' REQUIRED
	wrong '{"action":"redact","with":"x"}' INT64 'with is for one STRING'
}

@test "mask: first, last, characters that do not count, another mark" {
	contract '{"action":"mask","keep_last":4,"skip":"-"}'
	becomes '"1234-5678-9012-3456"' '"****-****-****-3456"'
	contract '{"action":"mask","keep_last":5,"skip":"-"}'
	becomes '"555-555-5555"' '"***-**5-5555"'
	contract '{"action":"mask","keep_first":2}'
	becomes '"12345"' '"12***"'
	becomes '"12"' '"**"'
	contract '{"action":"mask","keep_first":1,"keep_last":1,"with":"•"}'
	becomes '"ãbcdé"' '"ã•••é"'
	becomes '"ab"' '"••"'
	contract '{"action":"mask","keep_last":0,"skip":"@."}'
	becomes '"a.b@c"' '"*.*@*"'
	wrong '{"action":"mask","with":"ab"}' STRING 'one character'
	wrong '{"action":"mask","keep_last":-1}' STRING 'whole number'
	wrong '{"action":"mask","keep_last":1.5}' STRING 'whole number'
	wrong '{"action":"mask","keep_last":"4"}' STRING 'whole number'
	wrong '"mask"' INT64 'cannot be done to the type "INT64"'
}

@test "hash: the platforms' published digests, kind by the field's name or by as" {
	contract '{"action":"hash:meta","as":"email"}'
	becomes '" John_Smith@gmail.com"' '"62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"'
	contract '{"action":"hash:meta","as":"phone"}'
	becomes '"+1 (650) 555-1212"' '"e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"'
	refused '"(650) 555-1212"' 'country_code'
	contract '{"action":"hash:meta","as":"first_name"}'
	becomes '"VALÉRY"' '"08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c"'
	becomes null null
	refused true
	contract '{"action":"hash:google","as":"email"}'
	becomes '"Cloudy.SanFrancisco+shopping@gmail.com"' "\"$(printf cloudysanfrancisco@gmail.com | sha256sum | cut -c-64)\""
	refused '"no address"' 'e-mail'
	contract '{"action":"hash:google","as":"email","version":1}'
	becomes '"Cloudy.SanFrancisco+shopping@gmail.com"' "\"$(printf cloudysanfrancisco+shopping@gmail.com | sha256sum | cut -c-64)\""
	echo '{"fields":[{"name":"email","type":"STRING","pii":"hash:meta"}]}' >c.json
	[ "$(pii-mask -q -c c.json <<<'{"email":"john_smith@gmail.com"}' | jq -r .email | cut -c-8)" = 62a14e44 ]
	wrong '"hash:meta"' STRING 'as'
	wrong '{"action":"hash:meta","as":"shoe"}' STRING 'unknown as "shoe"'
	wrong '{"action":"hash:google","as":"zip"}' STRING 'does not want this hashed'
	wrong '{"action":"hash:google","as":"email","version":3}' STRING 'version'
	wrong '{"action":"hash:google","as":"email","country_code":"55"}' STRING 'for a phone'
	wrong '{"action":"hash:google","as":"phone","country_code":"+55"}' STRING 'digits'
	wrong '"hash:snap"' STRING 'unknown action "hash:snap"'
}

@test "hash: version 2 keeps a name's inner spaces, knows genders by words and phones by their plan; version 1 stays" {
	digest() { printf '"%s"' "$(printf %s "$1" | sha256sum | cut -c-64)"; }
	contract '{"action":"hash:google","as":"last_name"}'
	becomes '" da Silva "' "$(digest 'da silva')"
	contract '{"action":"hash:google","as":"last_name","version":1}'
	becomes '" da Silva "' "$(digest dasilva)"
	contract '{"action":"hash:meta","as":"gender"}'
	becomes '"Mulher"' "$(digest f)"
	refused '"Misc."' 'gender'
	contract '{"action":"hash:meta","as":"gender","version":1}'
	becomes '"Misc."' "$(digest m)"
	contract '{"action":"hash:meta","as":"zip"}'
	becomes '"94035-1234"' "$(digest 94035)"
	contract '{"action":"hash:google","as":"phone","country_code":"55"}'
	for phone in '(11) 98765-4321' 5511987654321 '+55 11 98765-4321' '0055 11 98765-4321' '011 98765-4321'; do
		becomes "\"$phone\"" "$(digest +5511987654321)"
	done
	refused '"11 8765-4321"' 'not a phone number'
	contract '{"action":"hash:google","as":"phone","country_code":"55","version":1}'
	becomes '"5511987654321"' "$(digest +555511987654321)"
	wrong '{"action":"hash:google","as":"phone","country_code":"999"}' STRING 'not a calling code'
	wrong '{"action":"hash:meta","as":"gender","version":3}' STRING 'version'
}

@test "hash: a value that is a SHA-256 already is rejected, or passes with --hashed; it is never hashed twice" {
	local digest
	digest=$(printf 'maria@example.com' | sha256sum | cut -c-64)
	for field in email phone first_name; do
		contract "{\"action\":\"hash:google\",\"as\":\"$field\"}"
		refused "\"$digest\"" 'SHA-256 already'
		[ "$(mask --hashed <<<"{\"f\":\"$digest\"}")" = "{\"f\":\"$digest\"}" ]
		[ "$(mask --hashed <<<"{\"f\":\"${digest^^}\"}")" = "{\"f\":\"$digest\"}" ]
	done
	contract '{"action":"hash:google","as":"email","version":1}'
	refused "\"$digest\"" 'SHA-256 already'
	contract '{"action":"hash:meta","as":"external_id"}'
	[ "$(mask --hashed <<<'{"f":"User-17"}')" = "{\"f\":\"$(printf user-17 | sha256sum | cut -c-64)\"}" ]
	[ "$(mask <<<"{\"f\":\"${digest:1}\"}" | jq -r .f)" = "$(printf %s "${digest:1}" | sha256sum | cut -c-64)" ]
}

@test "what pii-mask wrote is not masked again: by its form, and by the end record" {
	contract '"encrypt"'
	mask <<<'{"f":"maria@example.com"}' >once
	run -65 --separate-stderr mask once
	[[ $stderr == *'encrypted already'* ]]
	[ "$(mask --reveal once)" = '{"f":"maria@example.com"}' ]
	becomes '"bm90IGVuY3J5cHRlZCwgYnV0IGJhc2U2NCBhbGwgdGhlIHNhbWU="' \
		"$(printf '%s' '{"f":"bm90IGVuY3J5cHRlZCwgYnV0IGJhc2U2NCBhbGwgdGhlIHNhbWU="}' | mask | jq -c .f)"
	contract '{"action":"hmac","key_id":true}'
	mask <<<'{"f":"x"}' >once
	run -65 --separate-stderr mask once
	[[ $stderr == *'hashed already'* ]]
	contract '"encrypt"'
	printf '%s\n' '{"f":null}' '{"@end":{"ok":true,"tool":"x","rows":1}}' | mask >once
	[ "$(tail -1 once | jq -r '.["@end"].masked')" = "$(sha256sum <c.json | cut -c-64)" ]
	run -65 --separate-stderr mask once
	[[ $stderr == *'went through pii-mask already'* ]]
	[ "$(tail -1 <<<"$output" | jq '.["@end"].ok')" = false ]
	[ "$(mask --reveal once | tail -1 | jq -c '.["@end"].masked')" = null ]
	echo '{"fields":[{"name":"f","type":"STRING"}]}' >clear.json
	[ "$(pii-mask -q -c clear.json once | tail -1)" = "$(tail -1 once)" ]
}

@test "generalise: dates to the month or the year, in their own form" {
	contract '{"action":"generalise","to":"month"}' DATE
	becomes '"1984-05-06"' '"1984-05-01"'
	becomes null null
	refused '"1984-02-30"' 'not a date'
	refused '"06/05/1984"' 'not a date'
	refused 19840506 'not a date'
	contract '{"action":"generalise","to":"year"}' TIMESTAMP
	becomes '"2026-11-22T23:59:58.123456Z"' '"2026-01-01T00:00:00Z"'
	becomes '"2026-11-22 23:59:58-03:00"' '"2026-01-01 00:00:00-03:00"'
	becomes '"2026-11-22 23:59:58 UTC"' '"2026-01-01 00:00:00 UTC"'
	becomes '"2026-11-22T23:59:58"' '"2026-01-01T00:00:00"'
	refused '"2026-11-22T25:00:00Z"' 'not a date'
	refused '"2026-11-22 and more"' 'not a date'
}

@test "generalise: numbers to buckets" {
	contract '{"action":"generalise","to":10}' INT64
	becomes 29 20
	becomes 30 30
	becomes -1 -10
	becomes -10 -10
	becomes 29.99 20
	becomes -0.5 -10
	becomes '"29"' '"20"'
	refused 1e3 'plain number'
	refused 1234567890123456 'plain number'
	refused '"ten"' 'plain number'
	contract '{"action":"generalise","to":[0,18,30,65]}' NUMERIC
	becomes 17.9 0
	becomes 18 18
	becomes 99 65
	refused -1 'below the first'
	wrong '{"action":"generalise","to":[3,2]}' INT64 'rise'
	wrong '{"action":"generalise","to":[]}' INT64 'nothing'
	wrong '{"action":"generalise","to":0}' INT64 'to must be'
	wrong '{"action":"generalise","to":10}' DATE 'cannot be done to the type "DATE"'
	wrong '{"action":"generalise","to":"month"}' INT64 'cannot be done'
	wrong '"generalise"' INT64 'to must be'
}

@test "generalise: addresses to their network, codes to their first characters" {
	contract '{"action":"generalise","to":"/24"}'
	becomes '"203.0.113.77"' '"203.0.113.0"'
	becomes '"2001:db8:1:2:3::4"' '"2001:db8:1::"'
	refused '"203.0.113"' 'not an IP address'
	refused '"203.0.113.256"'
	refused '"203.0.113.77\u0000"'
	contract '{"action":"generalise","to":"/8"}'
	becomes '"203.99.113.77"' '"203.0.0.0"'
	contract '{"action":"generalise","to":"prefix","keep":3}'
	becomes '"01310-100"' '"013"'
	becomes '"São Paulo"' '"São"'
	refused '"013"' 'not longer'
	wrong '{"action":"generalise","to":"prefix"}' STRING 'to must be'
	wrong '{"action":"generalise","to":"month","keep":3}' STRING 'keep is for'
}

@test "shift: a date moves by days that the subject and the key decide" {
	contract '{"action":"shift","days":30}' DATE
	local id gap
	for id in 1 2 3 4 5 6 7 8; do
		mask <<<"{\"id\":\"$id\",\"f\":\"2026-06-15\"}"
		mask <<<"{\"id\":\"$id\",\"f\":\"2026-06-25\"}"
	done >out
	# the same shift for all dates of one subject, never none, at most 30 days
	while read -r a && read -r b; do
		gap=$(($(date -ud "$b" +%s) / 86400 - $(date -ud "$a" +%s) / 86400))
		[ "$gap" -eq 10 ]
		gap=$(($(date -ud "$a" +%s) / 86400 - $(date -ud 2026-06-15 +%s) / 86400))
		[ "$gap" -ne 0 ] && [ "${gap#-}" -le 30 ]
	done < <(jq -r .f out)
	[ "$(jq -r .f out | sort -u | wc -l)" -gt 6 ]
	contract '{"action":"shift","days":30,"subject":"id"}' TIMESTAMP
	mask <<<'{"id":"1","f":"2026-06-15T12:34:56.7-03:00"}' | jq -r .f | grep -qE '^2026-0[567]-[0-9]{2}T12:34:56.7-03:00$'
	refused '"2026-06-15"' 'subject'
	pii-mask --new-keyset other
	[ "$(for k in keyset other; do for id in a b c; do pii-mask -q -c c.json --key-file $k <<<"{\"id\":\"$id\",\"f\":\"2026-06-15\"}" | jq -r .f; done; done | sort -u | wc -l)" -gt 3 ]
	run -65 mask <<<'{"id":null,"f":"2026-06-15"}'
	run -65 mask <<<'{"id":"","f":"2026-06-15"}'
	wrong '"shift"' DATE 'needs days'
	wrong '{"action":"shift","days":0}' DATE 'days must be'
	wrong '{"action":"shift","days":9,"subject":"nobody"}' DATE 'subject'
	echo '{"fields":[{"name":"f","type":"DATE","pii":{"action":"shift","days":9}}]}' >c.json
	run -78 --separate-stderr mask </dev/null
	[[ $stderr == *"needs a subject"* ]]
}

@test "encrypt: equal values join, other domains and keys do not, and reveal gives all back" {
	contract '"encrypt"'
	mask <<<'{"f":"maria@example.com"}' >one
	mask <<<'{"f":"maria@example.com"}' | cmp - one
	mask <<<'{"f":"mar\u0069a@example.com"}' | cmp - one
	[ "$(mask --reveal one)" = '{"f":"maria@example.com"}' ]
	becomes null null
	refused true
	refused '{"a":1}'
	[ "$(mask <<<'{"f":12.50}' | mask --reveal)" = '{"f":"12.50"}' ]
	[ "$(mask <<<'{"f":""}' | jq -r .f | base64 -d | wc -c)" = 21 ]
	contract '{"action":"encrypt","domain":"person"}'
	mask <<<'{"f":"maria@example.com"}' >two
	run ! cmp one two
	run -65 --separate-stderr mask --reveal one
	[[ $stderr == *"field f: does not authenticate"* ]]
	echo '{"fields":[{"name":"elsewhere","type":"STRING","pii":{"action":"encrypt","domain":"person"}}]}' >c.json
	[ "$(mask <<<'{"elsewhere":"maria@example.com"}' | jq -r .elsewhere)" = "$(jq -r .f two)" ]
	[ "$(jq -c '{elsewhere:.f}' two | mask --reveal)" = '{"elsewhere":"maria@example.com"}' ]
	contract '"encrypt"' BYTES
	mask <<<"{\"f\":\"$(printf maria@example.com | base64)\"}" | cmp - one
	becomes '"AP+AIAo="' "$(mask <<<'{"f":"AP+AIAo="}' | jq -c .f)"
	[ "$(mask <<<'{"f":"AP+AIAo="}' | mask --reveal)" = '{"f":"AP+AIAo="}' ]
	[ "$(mask <<<'{"f":""}' | mask --reveal)" = '{"f":""}' ]
	refused '"maria@example.com"' 'not base64'
	wrong '"encrypt"' INT64 'cannot be done'
}

@test "hmac: a shared domain joins, a key id stands before the digest" {
	printf '{"fields":[{"name":"a","type":"STRING","pii":{"action":"hmac","domain":"person"}},{"name":"b","type":"STRING","pii":{"action":"hmac","domain":"person"}},
		{"name":"c","type":"STRING","pii":"hmac"},{"name":"d","type":"STRING","pii":{"action":"hmac","domain":"person","key_id":true}}]}' >c.json
	mask <<<'{"a":"x","b":"x","c":"x","d":"x"}' >out
	jq -e '.a == .b and .a != .c and (.d | test("^[0-9a-f]{8}:[0-9a-f]{64}$")) and (.d | .[9:]) == .a' out
	[ "$(jq -r '.d | .[:8]' out)" = "$(printf %08x "$(jq .primaryKeyId keyset)")" ]
}

@test "encrypt, then reveal, gives back every byte: 2,000 texts of any UTF-8" {
	contract '"encrypt"'
	awk 'BEGIN {
		srand(17)
		for (i = 0; i < 2000; i++) {
			printf "{\"f\":\""
			for (n = int(rand() * 60); n > 0; n--) {
				r = rand()
				if (r < .2) printf "\\u%04x", int(rand() * 55000)
				else if (r < .3) printf "\\ud8%02x\\udc%02x", int(rand() * 256), int(rand() * 256)
				else if (r < .4) printf "é"
				else if (r < .5) printf "\\\""
				else printf "%c", 97 + int(rand() * 26)
			}
			print "\"}"
		}
	}' >rows.ndjson
	mask rows.ndjson >sealed.ndjson
	mask --reveal sealed.ndjson >back.ndjson
	jq -c . rows.ndjson >want
	jq -c . back.ndjson | cmp - want
	run ! grep -q 'é' sealed.ndjson
}

@test "nested and repeated fields, every occurrence, and a name twice in a row" {
	cat >c.json <<-'END'
		{"fields": [
		  {"name": "mails", "type": "STRING", "mode": "REPEATED", "pii": "encrypt"},
		  {"name": "visits", "type": "RECORD", "mode": "REPEATED", "fields": [
		    {"name": "who", "type": "RECORD", "fields": [{"name": "ip", "type": "STRING", "pii": {"action": "generalise", "to": "/16"}},
		      {"name": "tax", "type": "STRING", "pii": "encrypt"}]}]}]}
	END
	echo '{"mails":["a","b",null,"a"],"visits":[{"who":{"ip":"10.1.2.3","tax":"t"}},{"who":null},{"WHO":{"IP":"10.4.5.6"}}]}' >row
	mask row >out
	jq -e '.mails[0] == .mails[3] and .mails[0] != .mails[1] and .mails[2] == null and .visits[0].who.ip == "10.1.0.0" and .visits[2].WHO.IP == "10.4.0.0"' out
	mask --reveal out | jq -c 'del(.visits[].who.ip?, .visits[].WHO?)' | grep -F '{"mails":["a","b",null,"a"],"visits":[{"who":{"tax":"t"}},{"who":null},{}]}'
	run -65 mask <<<'{"visits":[{"who":{"tax":"t","tax":"u"}}]}'
	run -65 mask <<<'{"mails":"a","\u006dails":"b"}'
}

@test "reveal: field by field as the contract allows; what does not authenticate is rejected" {
	cat >c.json <<-'END'
		{"fields": [{"name": "a", "type": "STRING", "pii": "encrypt"},
		  {"name": "b", "type": "STRING", "pii": {"action": "encrypt", "reveal": false}},
		  {"name": "c", "type": "STRING", "pii": "hmac"}, {"name": "d", "type": "STRING", "pii": "drop"}]}
	END
	mask <<<'{"a":"x","b":"x","c":"x","d":"x","e":1}' >out
	mask --reveal out | jq -e '.a == "x" and .e == 1 and (has("d") | not)'
	[ "$(mask --reveal out | jq -c '[.b,.c]')" = "$(jq -c '[.b,.c]' out)" ]
	[ "$(mask --reveal <<<'{"a":null,"d":1}')" = '{"a":null,"d":1}' ]
	local bad
	for bad in '"x"' '""' '17' '"AAAA"' '[]' "\"$(jq -r .a out | sed 's/....$/AAAA/')\"" "$(jq .b out)"; do
		run -1 --separate-stderr mask --reveal --rejects bad.ndjson <<<"{\"a\":$bad}"
		[ "$output" = "" ]
		jq -e '.field == "a" and .line == 1' bad.ndjson
	done
}

@test "--strict refuses what the contract does not name, at any depth" {
	cat >c.json <<-'END'
		{"fields": [{"name": "a", "type": "STRING", "pii": "encrypt"}, {"name": "b", "type": "INT64"}, {"name": "j", "type": "JSON"},
		  {"name": "r", "type": "RECORD", "fields": [{"name": "x", "type": "STRING"}]}, {"name": "t", "type": "STRING", "mode": "REPEATED"}]}
	END
	[ "$(mask --strict <<<'{"B":1,"j":{"any":["thing"]},"r":{"x":"1"},"t":["a","b"]}')" = '{"B":1,"j":{"any":["thing"]},"r":{"x":"1"},"t":["a","b"]}' ]
	local row
	for row in '{"c":1}' '{"r":{"y":1}}' '{"b":{"hidden":1}}' '{"b":["hidden"]}' '{"t":[["x"]]}' '{"r":[1]}' '{"r":{"x":{}}}'; do
		run -65 --separate-stderr mask --strict <<<"$row"
		[[ $stderr == *"stdin:1: field "* ]]
	done
	run -65 --separate-stderr mask --strict <<<'{"r":{"secret":"geheim"}}'
	[[ $stderr == *"field secret: the contract does not name this field"* ]]
	[[ $stderr != *geheim* ]]
}

@test "options that an action does not have, and nonsense, are refused with the line" {
	wrong '{"action":"hmac","keep_last":4}' STRING 'no option "keep_last"'
	wrong '{"action":"mask","domain":"x"}' STRING 'no option "domain"'
	wrong '{"action":"drop","with":"x"}' STRING 'no option "with"'
	wrong '{"action":"hmac","domain":""}' STRING 'empty'
	wrong '{"action":"hmac","domain":1}' STRING 'must be a string'
	wrong '{"action":"hmac","key_id":"yes"}' STRING 'true or false'
	wrong '{"action":"encrypt","reveal":1}' STRING 'true or false'
	wrong '"HMAC"' STRING 'unknown action'
	wrong '"hmac"' BOOL 'cannot be done'
	wrong '"encrypt"' JSON 'cannot be done'
}
