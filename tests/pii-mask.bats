load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'an example key of 32 bytes, hush' >key
	chmod 600 key
	cat >leads.json <<-'END'
		{ "name": "leads",
		  "fields": [
		    {"name": "id", "type": "INT64"},
		    {"name": "secret", "type": "STRING", "pii": "drop"},
		    {"name": "phone", "type": "STRING", "pii": "mask"},
		    {"name": "email", "type": "STRING", "pii": "hmac"},
		    {"name": "aliases", "type": "STRING", "mode": "REPEATED", "pii": "hmac"},
		    {"name": "tags", "type": "STRING", "mode": "REPEATED"},
		    {"name": "contact", "type": "RECORD", "fields": [
		      {"name": "cpf", "type": "STRING", "pii": "hmac"},
		      {"name": "city", "type": "STRING"}]},
		    {"name": "visits", "type": "RECORD", "mode": "REPEATED", "fields": [
		      {"name": "ip", "type": "STRING", "pii": "mask"},
		      {"name": "notes", "type": "RECORD", "fields": [{"name": "text", "type": "STRING", "pii": "drop"}]}]}
		  ] }
	END
}

mask() {
	pii-mask -q -c leads.json --key-file key "$@"
}

hmac() { # DOMAIN TEXT: what openssl says
	printf '%s\0%s' "$1" "$2" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(xxd -p -c 99 key)" | awk '{print $NF}'
}

becomes() { # ROW RESULT
	[ "$(mask <<<"$1")" = "$2" ] || { mask <<<"$1"; return 1; }
}

@test "drop leaves the field out, wherever it stands" {
	becomes '{"secret":1,"id":2}' '{"id":2}'
	becomes '{"id":2,"secret":{"a":[1]}}' '{"id":2}'
	becomes '{"id":2,"secret":null,"tags":[]}' '{"id":2,"tags":[]}'
	becomes '{"secret":1}' '{}'
	becomes '{ "secret" : 1 , "id" : 2 }' '{ "id" : 2 }'
	becomes '{"SECRET":1,"Secret":2,"id":3,"secret":4}' '{"id":3}'
	becomes '{"\u0073ecret":1,"id":3}' '{"id":3}'
}

@test "mask keeps the last four characters" {
	becomes '{"phone":"+5511987654321"}' '{"phone":"**********4321"}'
	becomes '{"phone":"1234"}' '{"phone":"****"}'
	becomes '{"phone":"12345"}' '{"phone":"*2345"}'
	becomes '{"phone":""}' '{"phone":""}'
	becomes '{"phone":"ãéíóú😀"}' '{"phone":"**íóú😀"}'
	becomes '{"phone":"\u00e3\u00e9\ud83d\ude00\"\\\n"}' '{"phone":"**😀\"\\\n"}'
	becomes '{"phone":11987654321.50}' '{"phone":"**********1.50"}'
	becomes '{"phone":null}' '{"phone":null}'
}

@test "hmac is HMAC-SHA-256 of domain, NUL, value, as openssl computes it" {
	becomes '{"email":"maria@example.com"}' "{\"email\":\"$(hmac email maria@example.com)\"}"
	becomes '{"email":"mar\u00eda"}' "{\"email\":\"$(hmac email maría)\"}"
	becomes '{"email":""}' "{\"email\":\"$(hmac email '')\"}"
	becomes '{"email":12345678901234567890.10}' "{\"email\":\"$(hmac email 12345678901234567890.10)\"}"
	becomes '{"email":null}' '{"email":null}'
	becomes '{"aliases":["a", null,"b"]}' "{\"aliases\":[\"$(hmac aliases a)\", null,\"$(hmac aliases b)\"]}"
	becomes '{"contact":{"cpf":"52998224725","city":"Recife"}}' \
		"{\"contact\":{\"cpf\":\"$(hmac contact.cpf 52998224725)\",\"city\":\"Recife\"}}"
	becomes '{"EMAIL":"x"}' "{\"EMAIL\":\"$(hmac email x)\"}"
}

@test "equal values join within a field, not across fields, not under another key" {
	mask <<<'{"email":"x","contact":{"cpf":"x"},"aliases":["x","x"]}' >one
	[ "$(jq -r '[.email, .contact.cpf, .aliases[]] | unique | length' one)" = 3 ]
	head -c 32 /dev/urandom >other
	chmod 600 other
	pii-mask -q -c leads.json --key-file other <<<'{"email":"x"}' >two
	[ "$(jq -r .email one)" != "$(jq -r .email two)" ]
}

@test "records and repeated records are walked" {
	becomes '{"visits":[{"ip":"10.20.30.40","notes":{"text":"call her","n":1}},null,{"x":1}],"contact":null}' \
		'{"visits":[{"ip":"*******0.40","notes":{"n":1}},null,{"x":1}],"contact":null}'
	becomes '{"visits":[],"contact":{}}' '{"visits":[],"contact":{}}'
}

@test "untouched values, and fields that the contract does not name, keep their bytes" {
	cat >rows.ndjson <<-'END'
		{"id":9007199254740993,"n":8474.3400000000001,"e":1E400,"z":-0,"s":"\u00e9\/é","tags":[ "a" , 1.0 ]}
		{ "id" : 1 , "nested" : {"email":"not top level", "x":[{"phone":1}] } }
	END
	mask rows.ndjson | cmp - rows.ndjson
}

@test "what an action cannot handle rejects the row" {
	local row
	for row in '{"email":true}' '{"phone":{"a":1}}' '{"phone":["12345678"]}' '{"aliases":[["a"]]}' '{"aliases":[{}]}' \
		'{"contact":"52998224725"}' '{"contact":[{"cpf":"1"}]}' '{"visits":["10.20.30.40"]}'; do
		run -65 --separate-stderr mask <<<"$row"
		[ "$(jq -r '.["@end"].ok' <<<"$output")" = false ]
		run -1 --separate-stderr mask --rejects bad.ndjson <<<"$row"
		[ "$output" = "" ]
		[ "$(jq -c .row bad.ndjson)" = "$row" ]
	done
	[ "$(jq -r '[.line,.field,.tool] | join(" ")' bad.ndjson)" = "1 visits pii-mask" ]
	run -65 --separate-stderr mask <<<'{"id":1,"contact":{"cpf":{"secret":"52998224725"}}}'
	[[ $stderr == *"stdin:1: field contact.cpf: "* ]]
	[[ $stderr != *52998224725* ]]
}

@test "a row that does not parse, or names a key twice, is rejected" {
	local row
	for row in '{"email":"x"' 'maria@example.com' '["maria@example.com"]' '{"email":"a","email":"b"}' \
		'{"contact":{"cpf":"1","\u0063pf":"2"}}' $'{"email":"\xff"}'; do
		run -1 --separate-stderr mask --rejects bad.ndjson <<<"$row"
		[ "$output" = "" ]
		[ "$(wc -l <bad.ndjson)" = 1 ]
	done
}

@test "the good rows around a rejected one pass" {
	printf '%s\n' '{"id":1}' '{"email":false}' '{"id":3}' >rows.ndjson
	run -1 --separate-stderr pii-mask -c leads.json --key-file key --rejects bad.ndjson rows.ndjson
	[ "$output" = $'{"id":1}\n{"id":3}' ]
	[[ $stderr == *"3 rows in, 2 out, 1 rejected"* ]]
	run -65 mask --rejects bad.ndjson --max-rejects 0 rows.ndjson
}

@test "no clear value of 10,000 rows is in the output or the log" {
	seq 10000 | awk '{printf "{\"id\":%d,\"secret\":\"geheim%d\",\"phone\":\"tel-%d-4321\",\"email\":\"user%d@example.com\",\"contact\":{\"cpf\":\"cpf%d\"}}\n", $1, $1, $1, $1, $1}' >rows.ndjson
	pii-mask -vv -c leads.json --key-file key rows.ndjson >out 2>log
	[ "$(wc -l <out)" = 10000 ]
	run ! grep -E 'geheim|user|example|tel-|cpf[0-9]' out log
	run ! grep -F "example key" out log
	[ "$(jq -r .email out | sort -u | wc -l)" = 10000 ]
	[ "$(jq -r .id out | cmp - <(seq 10000) && echo same)" = same ]
}

@test "the key file: needed, 32 or 64 bytes or a keyset, its owner's only" {
	run -78 --separate-stderr pii-mask -c leads.json </dev/null
	[[ $stderr == *"--key-file: needed"* ]]
	chmod 755 .
	chmod 604 key
	run -78 --separate-stderr mask </dev/null
	[[ $stderr == *"key: others can read it: chmod 600 it"* ]]
	chmod 620 key
	run -78 --separate-stderr mask </dev/null
	[[ $stderr == *"key: group or others can write it: chmod 600 it"* ]]
	chmod 600 key
	local n
	for n in 0 31 33 63 65 4096; do
		head -c "$n" /dev/zero >key
		run -78 --separate-stderr mask </dev/null
		[[ $stderr == *"key: neither 32 nor 64 bytes, nor a keyset in JSON"* ]]
	done
	head -c 65537 /dev/zero >key
	run -78 mask </dev/null
	head -c 64 /dev/zero >key
	run -0 mask </dev/null
	run -78 pii-mask -c leads.json --key-file nowhere </dev/null
	run -78 pii-mask -c leads.json --key-file . </dev/null
}

@test "a key as a cluster mounts it: a group of ours, a directory of ours, a link, a pipe" {
	chmod 755 .
	chmod 640 key
	run -0 mask </dev/null
	chmod 644 key
	chmod 700 .
	run -0 mask </dev/null
	chmod 600 key
	ln -s key link
	run -0 pii-mask -c leads.json --key-file link </dev/null
	run -0 pii-mask -c leads.json --key-file <(cat key) </dev/null
	mkfifo pipe
	run -78 --separate-stderr pii-mask -c leads.json --key-file pipe </dev/null
	[[ $stderr == *"pipe: nothing came through this pipe within 5 s"* ]]
}

@test "no key is needed where no field is hashed" {
	echo '{"fields":[{"name":"a","type":"STRING","pii":"mask"}]}' >small.json
	[ "$(pii-mask -q -c small.json <<<'{"a":"123456"}')" = '{"a":"**3456"}' ]
	echo '{"fields":[{"name":"a","type":"STRING"}]}' >none.json
	run -0 --separate-stderr pii-mask -c none.json <<<'{"a":"123456"}'
	[[ $stderr == *"none.json: no field has a pii action"* ]]
}

@test "a contract that cannot be read, an unknown key in it, and usage" {
	run -78 pii-mask -c nowhere.json --key-file key </dev/null
	echo '{"fields":[{"name":"a","typ":"STRING"}]}' >typo.json
	run -78 --separate-stderr pii-mask -c typo.json --key-file key </dev/null
	[[ $stderr == *"typo.json:1: "* ]]
	run -64 pii-mask </dev/null
	run -64 mask --max-line 0 </dev/null
	run -64 mask --nonsense </dev/null
	run -74 mask nowhere.ndjson
	run -73 mask --rejects /nowhere/bad.ndjson </dev/null
	run -0 pii-mask --help
	[[ $output == usage:* ]]
}

@test "end records: a failing one goes on and is 66, a good one carries our count" {
	printf '%s\n' '{"id":1}' '{"@end":{"ok":false,"tool":"gaio-fetch","error":"page 2: HTTP 503"}}' >failed.ndjson
	run -66 --separate-stderr mask failed.ndjson
	[ "$(tail -1 <<<"$output" | jq -r '.["@end"].tool')" = gaio-fetch ]
	printf '%s\n' '{"id":1}' '{"email":true}' '{"@end":{"ok":true,"tool":"gaio-fetch","rows":2}}' >good.ndjson
	run -1 --separate-stderr mask --seal --rejects bad.ndjson good.ndjson
	[ "$(tail -1 <<<"$output" | jq -c '.["@end"] | [.ok,.rows]')" = "[true,1]" ]
	run -66 mask --seal <<<'{"id":1}'
}

@test "stdout that is full: 74" {
	run -74 --separate-stderr sh -c 'echo "{\"id\":1}" | pii-mask -c leads.json --key-file key >/dev/full'
	[[ $stderr == *"stdout: "* ]]
}

@test "the same memory for 1,000 rows as for 100,000" {
	command -v strace >/dev/null || skip "no strace"
	! sanitized || skip "a sanitizer build"
	row='{"id":1,"secret":"a","phone":"+55\u0031119876","email":"m\u0061ria@example.com","aliases":["a","b"],"contact":{"cpf":"52998224725"},"visits":[{"ip":"10.20.30.40"}]}'
	yes "$row" | head -1000 >small.ndjson
	yes "$row" | head -100000 >large.ndjson
	for size in small large; do
		strace -f -e trace=brk,mmap,mremap -o $size.trace pii-mask -q -c leads.json --key-file key $size.ndjson >$size.out
	done
	[ "$(wc -l <large.out)" = 100000 ]
	[ "$(wc -l <small.trace)" = "$(wc -l <large.trace)" ]
}
