#!/usr/bin/env bats
# ndjson-normalize: the casts by their table, unknown fields, rejects, hostile input, the end of a stream.

load ndjson-normalize

@test "normalize: every line of the table of casts" {
	walk "$DATA/normalize/casts.tsv" 30
}

@test "normalize: every line of the table in the manual page" {
	{
		echo '# field, input, output'
		sed -n '/Walked by tests/,/^\.TE/p' "$ROOT/man/ndjson-normalize.1" | sed '1,/^_$/d; /^\.TE/d' |
			sed -E 's/^([A-Z0-9]+)(, )?/"type":"\1"\2/; s/^("type":"[A-Z0-9]+"), /\1,/; s/\trejected: /\t!/'
	} >page.tsv
	[ "$(wc -l <page.tsv)" -gt 50 ]
	walk page.tsv 18
}

@test "normalize: LC_ALL and TZ have no effect" {
	contract '"name":"t","type":"TIMESTAMP","tz":"-03:00","format":["%d %B %Y %H:%M:%S.%f"]' \
		'"name":"f","type":"FLOAT64"' '"name":"s","type":"STRING","clean":["lower"]' \
		'"name":"z","type":"TIMESTAMP","tz":"Europe/Lisbon"'
	local row='{"t":"1 May 2026 10:00:00.5","f":"+1.5","s":"IÇ","z":"2026-07-01"}'
	normalize "$row" -- >want
	[ "$(cat want)" = '{"t":"2026-05-01T13:00:00.500000Z","f":1.5,"s":"iç","z":"2026-06-30T23:00:00Z"}' ]
	LC_ALL=pt_BR.UTF-8 TZ=Asia/Tokyo normalize "$row" -- >got
	LC_ALL=tr_TR.UTF-8 TZ=:bad normalize "$row" -- >>got
	cat want want | cmp - got
}

# ---- shape ----

@test "normalize: keys with escapes, in rows of one shape after another" {
	contract '"name":"id","type":"INT64","mode":"REQUIRED"' '"name":"email","type":"STRING","from":"e-m\u0061il"'
	for i in {1..6}; do echo "{\"\\u0069d\":$i,\"\\u0065-mail\":\"m$i\",\"\\u0078\":0}"; done >in
	ndjson-normalize -q -c c.json in >out
	for i in {1..6}; do echo "{\"id\":$i,\"email\":\"m$i\"}"; done >want
	cmp out want
}

@test "normalize: from, in contract order, by dotted path and by list of keys" {
	contract '"name":"b","type":"STRING","from":"x.y.z"' '"name":"a","type":"INT64","from":["No. of Campaign"]' \
		'"name":"y","type":"JSON","from":"x.y"' '"name":"b2","type":"STRING","from":"x.y.z"' '"name":"c","type":"STRING","from":"é"'
	run -0 normalize '{"No. of Campaign":"3","x":{"w":1,"y":{"z":"q", "k":[1]}},"\u00e9":"e"}' '{"x":null}' '{"x":""}' '{"x":{"y":7}}' '{}' --
	[ "${lines[0]}" = '{"b":"q","a":3,"y":{"z":"q", "k":[1]},"b2":"q","c":"e"}' ]
	[ "${lines[1]}" = '{}' ]
	[ "${lines[2]}" = '{}' ]
	[ "${lines[3]}" = '{"y":7}' ]
	[ "${lines[4]}" = '{}' ]
	refused '{"x":[]}' 'x: not an object'
}

@test "normalize: a nested record names the field that does not fit by its dotted path" {
	contract '"name":"utm","type":"RECORD","mode":"REPEATED","from":"tracking.utm","fields":[{"name":"at","type":"RECORD","fields":[{"name":"day","type":"DATE","mode":"REQUIRED","from":"d.day"}]}]'
	run -0 normalize '{"tracking":{"utm":[{"at":{"d":{"day":"2026-11-22"}}},{}]}}' --
	[ "$output" = '{"utm":[{"at":{"day":"2026-11-22"}},{}]}' ]
	refused '{"tracking":{"utm":[{"at":{"d":{"day":"22-11-2026"}}}]}}' 'utm.at.day: not a date'
	refused '{"tracking":{"utm":[{"at":{}}]}}' 'utm.at.day: required'
	refused '{"tracking":{"utm":[1]}}' 'utm: not an object'
}

@test "normalize: without a contract rows pass byte for byte" {
	printf '%s\n' '{"a":1.0,"b": [1, 2 ],"c":"\u00e9\/"}' '  {"id":9007199254740993} ' '{}' >want
	sed 's/$/\r/' want >in
	ndjson-normalize -q <in | cmp - want
	ndjson-normalize -q want in want | cmp - <(cat want want want)
}

@test "normalize: values that no cast touches keep their bytes" {
	contract '"name":"s","type":"STRING"' '"name":"n","type":"NUMERIC"' '"name":"f","type":"FLOAT64"' \
		'"name":"i","type":"INT64"' '"name":"j","type":"JSON"' '"name":"d","type":"TIMESTAMP"'
	cat >want <<-'END'
		{"s":"\u00e9\/\t\ud83d\ude00 é","n":0.10,"f":8474.3400000000001,"i":-12,"j":{ "a" : [ 1e5 ] },"d":"2026-11-22T23:59:58.000001Z"}
	END
	ndjson-normalize -q -c c.json want | cmp - want
}

# ---- unknown fields ----

@test "normalize: --unknown discard_value is the default" {
	contract '"name":"a","type":"INT64"'
	[ "$(normalize '{"b":1,"a":2}' --)" = '{"a":2}' ]
	[ "$(normalize '{"b":1,"a":2}' -- --unknown discard_value)" = '{"a":2}' ]
}

@test "normalize: --unknown evolve passes unknown fields under safe names, last" {
	contract '"name":"a","type":"INT64","from":"x"' '"name":"r","type":"RECORD","fields":[{"name":"k","type":"INT64"}]' '"name":"m","type":"STRING","from":"contact.mail"'
	run -0 normalize '{"Nº de filhos":1.0,"x":"2","a":3,"A":4,"A_2":5,"Situação":null,"2nd":"z","é é":{"p q":[{"r s":1, "ok":2}]},"":0,"$$":1,"_PARTITIONTIME":6}' \
		'{"a":9,"2nd":8,"r":{"k":"1","l-m":2},"contact":{"phone":"3","mail":"m"}}' -- --unknown evolve
	[ "${lines[0]}" = '{"a":2,"No_de_filhos":1.0,"a_2":3,"A_3":4,"A_2_2":5,"Situacao":null,"_2nd":"z","e_e":{"p_q":[{"r_s":1, "ok":2}]},"_":0,"__2":1,"x_PARTITIONTIME":6}' ]
	[ "${lines[1]}" = '{"r":{"k":1,"l_m":2},"m":"m","a_2":9,"_2nd":8,"contact_phone":"3"}' ]
}

@test "normalize: --unknown evolve keeps two keys that become one name apart, and long names within the limit" {
	contract '"name":"z","type":"INT64"'
	local long
	long=$(printf 'k%.0s' {1..400})
	run -0 normalize "{\"a b\":1,\"a-b\":2,\"a_b\":3,\"${long}x\":4,\"${long}y\":5,\"o\":{\"c d\":1,\"c-d\":2}}" -- --unknown evolve
	jq -e '[.[] | numbers] == [1,2,3,4,5] and .a_b == 1 and .a_b_2 == 2 and .a_b_3 == 3 and .o == {"c_d":1,"c_d_2":2}
		and ([keys[] | length] | max) <= 300' <<<"$output"
}

@test "normalize: --unknown freeze ends the run with 65 and names the field, not the value" {
	contract '"name":"a","type":"INT64"' '"name":"r","type":"RECORD","fields":[{"name":"k","type":"INT64"}]'
	run -65 --separate-stderr normalize '{"a":1}' '{"a":1,"email":"secret-value"}' -- --unknown freeze
	[ "${lines[0]}" = '{"a":1}' ]
	[[ ${lines[1]} == '{"@end":{"ok":false'* ]]
	[[ $stderr == *"stdin:2: field email: unknown field"* ]]
	[[ $stderr$output != *secret-value* ]]
	run -65 --separate-stderr normalize '{"r":{"k":1,"q":2}}' -- --unknown freeze
	[[ $stderr == *"field r.q: unknown field"* ]]
	run -0 normalize '{"r":{"k":1},"a":2}' -- --unknown freeze
}

@test "normalize: --unknown discard_row rejects the row" {
	contract '"name":"a","type":"INT64"' '"name":"m","type":"STRING","from":"c.mail"' '"name":"j","type":"JSON","from":"k"' '"name":"k1","type":"INT64","from":"k.one"'
	run -1 normalize '{"a":1}' '{"a":2,"b":1}' '{"a":3,"c":{"mail":"x","tel":"y"}}' '{"k":{"one":1,"two":2}}' -- --unknown discard_row --rejects bad.ndjson
	[ "${lines[0]}" = '{"a":1}' ]
	[ "${lines[1]}" = '{"j":{"one":1,"two":2},"k1":1}' ]
	[ "$(jq -r '"\(.line) \(.field): \(.reason)"' bad.ndjson)" = $'2 b: unknown field\n3 c.tel: unknown field' ]
}

@test "normalize: evolve caps what it learns" {
	contract '"name":"a","type":"INT64"'
	seq 1 10010 | sed 's/.*/{"k&":1}/' >in
	run -1 --separate-stderr ndjson-normalize -q -c c.json --unknown evolve --rejects bad.ndjson in
	[ "${#lines[@]}" -eq 10000 ]
	[ "$(jq -r .reason bad.ndjson | sort | uniq -c | tr -s ' ')" = ' 10 too many unknown fields' ]
	deep=$(printf '[%.0s' {1..40})$(printf ']%.0s' {1..40})
	run -65 --separate-stderr normalize "{\"x\":$deep}" -- --unknown evolve
	[[ $stderr == *"field x: nested too deep"* ]]
}

# ---- rejects ----

@test "normalize: the first bad row fails the run without --rejects" {
	contract '"name":"score","type":"INT64"'
	run -65 --separate-stderr normalize '{"score":1}' '{"score":"secret"}' '{"score":3}' --
	[ "${lines[0]}" = '{"score":1}' ]
	[ "${lines[1]}" = '{"@end":{"ok":false,"tool":"ndjson-normalize","error":"stdin:2: field score: not a number","status":65}}' ]
	[[ $stderr == *"stdin:2: field score: not a number"* ]]
	[[ $stderr != *secret* ]]
}

@test "normalize: rejects carry line, field, reason and row, and complete the set when mended" {
	contract '"name":"id","type":"INT64","mode":"REQUIRED"' '"name":"d","type":"DATE"'
	run -1 normalize '{"id":1,"d":"2026-11-22"}' '{"id":2,"d":"22/11/2026"}' '{"d": "2026-11-22"}' '{"id":4}' 'nonsense' -- --rejects bad.ndjson
	printf '%s\n' "$output" >first
	[ "$(cat first)" = $'{"id":1,"d":"2026-11-22"}\n{"id":4}' ]
	[ "$(stat -c %a bad.ndjson)" = 600 ]
	diff bad.ndjson - <<-'END'
		{"line":2,"field":"d","reason":"not a date","tool":"ndjson-normalize","row":{"id":2,"d":"22/11/2026"}}
		{"line":3,"field":"id","reason":"required","tool":"ndjson-normalize","row":{"d": "2026-11-22"}}
		{"line":5,"reason":"not JSON","tool":"ndjson-normalize","raw":"nonsense"}
	END
	contract '"name":"id","type":"INT64","default":3' '"name":"d","type":"DATE","format":["%Y-%m-%d","%d/%m/%Y"]'
	jq -c 'select(.row) | .row' bad.ndjson | ndjson-normalize -q -c c.json >second
	[ "$(sort first second)" = $'{"id":1,"d":"2026-11-22"}\n{"id":2,"d":"2026-11-22"}\n{"id":3,"d":"2026-11-22"}\n{"id":4}' ]
}

@test "normalize: --max-rejects as a number and as a percentage" {
	contract '"name":"a","type":"INT64"'
	rows=('{"a":1}' '{"a":"x"}' '{"a":2}' '{"a":"y"}')
	run -0 normalize "${rows[@]}" -- --rejects bad.ndjson --max-rejects 2
	run -65 --separate-stderr normalize "${rows[@]}" -- --rejects bad.ndjson --max-rejects 1
	[[ $output == *'"@end":{"ok":false'* ]]
	run -0 normalize "${rows[@]}" -- --rejects bad.ndjson --max-rejects 50%
	run -65 --separate-stderr normalize "${rows[@]}" -- --rejects bad.ndjson --max-rejects 49.9%
	[[ $output == *'"@end":{"ok":false'* ]]
	run -64 normalize "${rows[@]}" -- --rejects bad.ndjson --max-rejects many
	run -64 normalize "${rows[@]}" -- --max-rejects 3
	run -73 normalize "${rows[@]}" -- --rejects no/such/folder
}

# ---- hostile input ----

@test "normalize: what is no row is refused with its reason" {
	contract '"name":"a","type":"STRING"'
	hostile() { # BYTES AS printf HAS THEM, REASON
		printf "$1\n" >in
		run -1 --separate-stderr ndjson-normalize -q -c c.json --rejects bad.ndjson in
		[ "$output" = "" ]
		[ "$(jq -r .reason bad.ndjson)" = "$2" ] || { cat bad.ndjson; false; }
		run -65 --separate-stderr ndjson-normalize -q in
		[[ $stderr == *"in:1: "*"$2"* ]] || { echo "$stderr"; false; }
	}
	hostile '{"a":"x","a":"y"}' 'duplicate key'
	hostile '{"a":"x","\\u0061":"y"}' 'duplicate key'
	hostile '{"a":"\xff"}' 'not UTF-8'
	hostile '{"a":"\xc0\xaf"}' 'not UTF-8'
	hostile '{"a":"\xed\xa0\x80"}' 'not UTF-8'
	hostile '{"a":"x\000y"}' 'control byte in a string'
	hostile '{"a":1\000}' 'not JSON'
	hostile '{"a":"\\ud800"}' 'lone surrogate'
	hostile '[1]' 'not a JSON object'
	hostile '{"a":01}' 'not JSON'
	hostile '{"a":1' 'ends too early'
}

@test "normalize: 100,000 brackets, on one line and in a value" {
	head -c 100000 /dev/zero | tr '\0' '[' >in
	echo >>in
	run -65 --separate-stderr ndjson-normalize -q in
	[[ $stderr == *"nested too deep"* ]]
	{ printf '{"a":' && head -c 100000 /dev/zero | tr '\0' '[' && echo; } >in
	run -1 ndjson-normalize -q --rejects bad.ndjson in
}

@test "normalize: byte order mark, CRLF, blank lines, no last newline, nothing at all" {
	contract '"name":"a","type":"INT64"'
	printf '\xef\xbb\xbf{"a":"1"}\r\n\r\n\n{"a":2}' | ndjson-normalize -q -c c.json | cmp - <(printf '{"a":1}\n{"a":2}\n')
	run -0 ndjson-normalize -q -c c.json </dev/null
	[ "$output" = "" ]
	run -0 ndjson-normalize -q -c c.json <<<'{}'
	[ "$output" = "{}" ]
}

@test "normalize: a stream that was cut in a row is not taken for a whole one" {
	contract '"name":"a","type":"INT64"'
	printf '{"a":1}\n{"a":' >in
	run -65 --separate-stderr ndjson-normalize -q -c c.json --rejects bad.ndjson in
	[[ $output == *'{"@end":{"ok":false'* ]]
}

@test "normalize: --max-line" {
	run -65 --separate-stderr ndjson-normalize -q --max-line 20 <<<'{"a":"0123456789012345"}'
	[[ $stderr == *"stdin:1: "* ]]
	run -0 ndjson-normalize -q --max-line 1k <<<'{"a":"0123456789012345"}'
	run -64 ndjson-normalize --max-line many </dev/null
}

@test "normalize: a full disk is 74, a missing file 74" {
	run -74 --separate-stderr bash -c 'echo "{}" | ndjson-normalize >/dev/full'
	[[ $stderr == *stdout* ]]
	run -74 --separate-stderr ndjson-normalize no-such-file
	[[ $stderr == *no-such-file* ]]
}

@test "normalize: a closed pipe ends it quietly" {
	run -0 --separate-stderr bash -c 'yes "{\"a\":1}" | ndjson-normalize -q | head -n 2; echo ${PIPESTATUS[1]}'
	[ "$output" = $'{"a":1}\n{"a":1}\n141' ]
	[ "$stderr" = "" ]
}

# ---- the end of a stream ----

@test "normalize: end records" {
	contract '"name":"a","type":"INT64"'
	good='{"@end":{"ok":true,"tool":"t","rows":2,"watermark":"2026-11-22T00:00:00Z"}}'
	run -1 normalize '{"a":1}' '{"a":"x"}' "$good" -- --rejects bad.ndjson
	[ "${lines[0]}" = '{"a":1}' ]
	jq -e '."@end" | .ok and .rows == 1 and .watermark == "2026-11-22T00:00:00Z"' <<<"${lines[1]}"
	run -66 --separate-stderr normalize '{"a":1}' '{"@end":{"ok":false,"tool":"gaio-fetch","error":"page 3: HTTP 503"}}' --
	jq -e '."@end" | .ok == false and .tool == "gaio-fetch" and .error == "page 3: HTTP 503"' <<<"${lines[1]}"
	run -66 --separate-stderr normalize '{"a":1}' -- --seal
	[[ ${lines[1]} == *'"ok":false'* ]]
	run -0 normalize '{"a":1}' '{"a":2}' "$good" -- --seal
	[[ ${lines[2]} == *'"ok":true'* ]]
	LEADPIPE_SEAL=1 run -66 normalize '{"a":1}' --
}

# ---- the contract ----

@test "normalize: a contract that cannot be used is 78 and names its line" {
	run -78 --separate-stderr ndjson-normalize -c no-such-contract </dev/null
	[[ $stderr == *no-such-contract* ]]
	contract '"name":"a","type":"INT64","typ":1'
	misconfigured 'c.json:2: '
	contract '"name":"ok","type":"INT64"' '"name":"a","type":"STRING","clean":["trim","polish"]'
	misconfigured 'c.json:3: field a: clean: a word that is not known'
	contract '"name":"a","type":"JSON","clean":["trim"]'
	misconfigured 'field a: clean: not for this type'
	contract '"name":"a","type":"DATE","tz":"UTC"'
	misconfigured 'field a: tz: '
	contract '"name":"a","type":"INT64","format":"epoch_s"'
	misconfigured 'field a: format: '
	contract '"name":"a","type":"DATE","format":"%d/%m"'
	misconfigured 'field a: format: gives no date'
	contract '"name":"a","type":"DATE","format":"%Q"'
	misconfigured 'field a: format: '
	contract '"name":"a","type":"TIMESTAMP","format":"%F %I:%M"'
	misconfigured 'field a: format: %I needs %p'
	contract '"name":"a","type":"INT64","default":"x"'
	misconfigured 'c.json:2: field a: default: not a number'
	contract '"name":"a","type":"INT64","default":null'
	misconfigured 'field a: default: is null'
	contract '"name":"r","type":"RECORD","fields":[{"name":"b","type":"BOOL","default":7}]'
	misconfigured 'field r.b: default: not true or false'
}

@test "normalize: usage errors are 64" {
	run -64 ndjson-normalize --unknown guess -c x </dev/null
	run -64 ndjson-normalize --unknown evolve </dev/null
	run -64 ndjson-normalize --nonsense </dev/null
	run -0 ndjson-normalize --help
	[[ $output == "usage: ndjson-normalize"* ]]
	run -0 ndjson-normalize --version
}

# ---- real rows, and many ----

@test "normalize: 45,211 real rows: sums and counts are those of the source" {
	[ -r "$SHARED/bank-marketing.ndjson.gz" ] || skip "no ../shared/data"
	zcat "$SHARED/bank-marketing.ndjson.gz" >source.ndjson
	ndjson-normalize -q --unknown freeze -c "$DATA/normalize/clients.json" source.ndjson >rows.ndjson
	jq -cn '[inputs] | [length, (map(."Account balance" | tonumber) | add), (map(.Age | tonumber) | add),
		(map(."Call duration" | tonumber) | add), (map(."No. of Campaign" | tonumber) | add),
		(map(select(."Outcome of present campaign" == "yes")) | length), (map(select(.Housing == "yes")) | length),
		(group_by(.Job) | map([.[0].Job, length])), (group_by(."Month of campaign") | map([.[0]."Month of campaign", length]))]' source.ndjson >want
	jq -cn '[inputs] | [length, (map(.balance) | add), (map(.age) | add), (map(.duration_seconds) | add),
		(map(.campaign_contacts) | add), (map(select(.subscribed)) | length), (map(select(.housing)) | length),
		(group_by(.job) | map([.[0].job, length])), (group_by(.month) | map([.[0].month, length]))]' rows.ndjson >got
	grep -q '^\[45211,' want
	cmp want got
}

@test "normalize: what other rows look like changes nothing" {
	contract '"name":"id","type":"STRING"' '"name":"mail","type":"STRING","from":"contact.email","clean":["lower"]' \
		'"name":"n","type":"INT64","default":7' '"name":"utm","type":"RECORD","fields":[{"name":"s","type":"STRING"},{"name":"t","type":"DATE"}]' \
		'"name":"tags","type":"STRING","mode":"REPEATED"'
	jq -nc 'range(80) | {id: "\(.)", contact: {name: "x", email: "A\(.)@B.C", more: {a: 1, b: {c: 2}}}, n: ., utm: {s: "s\(.)", t: "2026-01-02"}, tags: ["a"]}
		| if .n % 2 == 0 then del(.contact.name) else . end | if .n % 3 == 0 then del(.contact.more) else . end
		| if .n % 5 == 0 then del(.contact.email) else . end | if .n % 7 == 0 then del(.utm) else . end
		| if .n % 4 == 0 then del(.tags) else . end | if .n % 11 == 0 then .utm = null else . end
		| if .n % 17 == 0 then .contact.email = {a: 1} else . end | if .n % 13 == 0 then .contact = "" else . end
		| if .n % 6 == 0 then del(.n) else . end' >rows
	for mode in discard_value evolve; do
		ndjson-normalize -q -c c.json --unknown $mode --rejects bad.together rows >together || [ $? -eq 1 ]
		[ "$(wc -l <bad.together)" -gt 0 ]
		: >alone
		: >bad.alone
		while IFS= read -r row; do
			ndjson-normalize -q -c c.json --unknown $mode --rejects bad.one <<<"$row" >>alone || [ $? -eq 1 ]
			cat bad.one >>bad.alone
		done <rows
		jq -cS . alone | cmp - <(jq -cS . together)
		cmp <(jq -c '.field,.reason,.row' bad.alone) <(jq -c '.field,.reason,.row' bad.together)
	done
}
