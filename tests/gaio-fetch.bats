#!/usr/bin/env bats
# gaio-fetch: against the sandbox, and against pages that no sandbox would send.

load helper
load gaio-fetch

# ---- the sandbox ----

@test "all pages of a collection, every row once" {
	sandbox --leads 250
	gaio-fetch --param page_size=100 leads >leads.ndjson 2>log
	[ "$(wc -l <leads.ndjson)" -ge 250 ]
	[ "$(wc -l <leads.ndjson)" -eq "$(curl -sf -H "Authorization: Bearer $GAIO_API_TOKEN" "$GAIO_API_URL/leads?page_size=1" | jq .count)" ]
	grep -q '3 pages' log
}

@test "rows keep their bytes" {
	cat >odd.ndjson <<-'END'
		{"id":12345678901234567890, "score":8474.340, "e":1E400,"t":"\u00e9\/","z":-0}
		{ "a" : [ 1 , { "b":null } ] }
	END
	sandbox --resource odd=odd.ndjson
	gaio-fetch -q odd >out.ndjson
	cmp odd.ndjson out.ndjson
}

@test "an empty collection is a good stream" {
	: >none.ndjson
	sandbox --resource none=none.ndjson
	run -0 --separate-stderr gaio-fetch -q --seal none
	[ "$output" = '{"@end":{"ok":true,"tool":"gaio-fetch","rows":0}}' ]
}

@test "429 and 503 are tried again, and the rows are the same" {
	sandbox --leads 250 --seed 7
	gaio-fetch -q --param page_size=50 leads >calm.ndjson
	sandbox --leads 250 --seed 7 --fault gaio:503@2 --fault gaio:429@4
	gaio-fetch --param page_size=50 leads >rough.ndjson 2>log
	cmp calm.ndjson rough.ndjson
	grep -q '2 retries' log
}

@test "a connection that breaks is tried again" {
	sandbox --leads 120 --fault gaio:reset@1 --fault gaio:cut@3
	gaio-fetch --param page_size=50 leads >leads.ndjson 2>log
	[ "$(wc -l <leads.ndjson)" -ge 120 ]
	grep -q '2 retries' log
}

@test "an API that stays down fails the run on its page: 75" {
	sandbox --leads 120 --fault gaio:503@2
	fails 75 'page 2: HTTP 503' --tries 1 --param page_size=50 leads
	[ "$(wc -l <<<"$output")" -eq 51 ]
}

@test "without the right token: 77" {
	sandbox --leads 10
	GAIO_API_TOKEN=wrong fails 77 'page 1: HTTP 401' leads
	GAIO_API_TOKEN= fails 77 'page 1: HTTP 401' leads
}

@test "403 in the middle: 77" {
	sandbox --leads 120 --fault gaio:403@2
	fails 77 'page 2: HTTP 403' --param page_size=50 leads
}

@test "a collection that is not there: 69" {
	sandbox --leads 10
	fails 69 'page 1: HTTP 404' nothing
}

@test "--since takes the changed rows, and the watermark is the newest of them" {
	cat >t.ndjson <<-'END'
		{"id":1,"updated_at":"2026-11-20T00:00:00Z"}
		{"id":2,"updated_at":"2026-11-22T21:30:00-03:00"}
		{"id":3,"updated_at":"2026-11-22T23:59:58Z"}
		{"id":4,"updated_at":"2026-11-25T00:00:00Z"}
	END
	sandbox --resource t=t.ndjson
	run -0 --separate-stderr gaio-fetch -q --seal --since 2026-11-22 --until 2026-11-24T00:00:00Z t
	[ "${lines[0]}" = '{"id":2,"updated_at":"2026-11-22T21:30:00-03:00"}' ]
	[ "${lines[1]}" = '{"id":3,"updated_at":"2026-11-22T23:59:58Z"}' ]
	[ "${lines[2]}" = '{"@end":{"ok":true,"tool":"gaio-fetch","rows":2,"watermark":"2026-11-23T00:30:00Z","since":"2026-11-22T00:00:00Z","until":"2026-11-24T00:00:00Z"}}' ]
}

@test "the watermark is a top-level updated_at, whatever its spelling, and nothing else" {
	cat >p.body <<-'END'
		{"results":[{"updated_at": "2026-11-20T10:00:00+01:00","x":{"updated_at":"2030-01-01T00:00:00Z"}},
		{"x":[{"updated_at":"2031-01-01T00:00:00Z"}],"updated_at" :"2026-11-21T10:00:00\u002B01:00"},
		{"updated_at":"yesterday"},{"updated_at":"2032-01-01T00:00:00Z\""},{"updated_at":1},{"updated_at":""},
		{"updated_at":null},{"a":"updated_at","b":"2033-01-01T00:00:00Z"},{"a":"\"updated_at\":\"2034-01-01T00:00:00Z\""},
		{"updated_at":{"updated_at":"2035-01-01T00:00:00Z"}},{"updated_at":"2026-11-20T00:00:00Z"}]}
	END
	reply p 200 <<<"$(cat p.body)"
	serve p
	run -0 --separate-stderr gaio-fetch -q --seal leads
	[ "$(tail -n 1 <<<"$output" | jq -r '.["@end"].watermark')" = 2026-11-21T09:00:00Z ]
}

# ---- requests ----

@test "what is asked for: path, parameters, token, and no more headers than that" {
	page p '{"results":[]}'
	serve p
	GAIO_API_TOKEN=s3cret gaio-fetch -q --since 2026-11-22 --until 2026-11-23T00:00:00+01:00 \
		--param 'q=a b&c=ç' --param x= 'leads?y=1'
	head -n 1 requests.log | grep -qF \
		'GET /v1/leads?y=1&updated_since=2026-11-22T00%3A00%3A00Z&updated_until=2026-11-22T23%3A00%3A00Z&q=a%20b%26c%3D%C3%A7&x= HTTP/1.1'
	grep -qx $'Authorization: Bearer s3cret\r' requests.log
	grep -q '^User-Agent: leadpipe/[0-9]' requests.log
	run ! grep -qiE '^(Expect|Content-Type|Content-Length|Cookie):' requests.log
}

@test "an absolute URL needs no GAIO_API_URL; no token, no Authorization" {
	page p '{"results":[{"a":1}]}'
	serve p
	unset GAIO_API_URL
	run -0 --separate-stderr gaio-fetch -q "http://127.0.0.1:$PORT/other"
	[ "$output" = '{"a":1}' ]
	head -n 1 requests.log | grep -qF 'GET /other HTTP/1.1'
	run ! grep -qi '^Authorization' requests.log
}

@test "the token comes from a file that only we can read: else 78" {
	page p '{"results":[]}'
	serve p
	printf 'from-file\n' >token
	chmod 600 token
	GAIO_API_TOKEN=from-env gaio-fetch -q --token-file token leads
	grep -qx $'Authorization: Bearer from-file\r' requests.log
	chmod 755 .
	chmod 644 token
	fails 78 'token: others can read it' --token-file token leads
	chmod 620 token
	fails 78 'token: group or others can write it' --token-file token leads
	fails 78 'no-such-file: ' --token-file no-such-file leads
	chmod 600 token
	printf '\n' >token
	fails 78 'token: holds no token' --token-file token leads
	printf 'a\0b' >token
	fails 78 'token: holds no token' --token-file token leads
	printf 'a\r\nX-Evil: 1\n' >token
	fails 78 'a control byte in the token' --token-file token leads
	[ "$(grep -c '^GET' requests.log)" -eq 1 ]
}

@test "a proxy from the environment never sees what goes to loopback" {
	page p '{"results":[{"a":1}]}'
	serve p
	http_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1 gaio-fetch -q leads
}

@test "--rate spreads the requests" {
	page p1 '{"next":"?c=2","results":[]}'
	page p2 '{"next":"?c=3","results":[]}'
	page p3 '{"next":null,"results":[]}'
	serve p1 p2 p3
	run -0 --separate-stderr gaio-fetch --rate 5 leads
	[[ ${stderr##*, } > '0.4' ]]
}

@test "-v tells pages and retries, -vv requests; neither tells a token or a query's values" {
	reply down 503 'Retry-After: 0' </dev/null
	page p '{"results":[{"a":"personal"}]}'
	serve down p
	GAIO_API_TOKEN=s3cret run -0 --separate-stderr gaio-fetch -vv --param 'email=ana@example.com' leads
	[[ $stderr == *'HTTP 503, trying again in 0.0 s (try 2 of 6)'* ]]
	[[ $stderr == *'page 1: 1 row'$'\n'* ]]
	[[ $stderr == *"GET http://127.0.0.1:$PORT/v1/leads: HTTP 200, "* ]]
	[[ $stderr != *s3cret* && $stderr != *ana* && $stderr != *personal* ]]
}

# ---- next ----

@test "next: absolute, relative, or absent" {
	serve p1 p2 p3 p4
	page p1 '{"next":"http://127.0.0.1:'"$PORT"'/v1/leads?c=2","results":[{"n":1}]}'
	page p2 '{"next":"?c=3","results":[{"n":2}]}'
	page p3 '{"next":"\/v2\/x#part","results":[{"n":3}]}'
	page p4 '{"results":[{"n":4}]}'
	gaio-fetch -q leads >out
	[ "$(jq -s -c 'map(.n)' out)" = '[1,2,3,4]' ]
	grep '^GET' requests.log | cut -d' ' -f2 >paths
	printf '%s\n' /v1/leads '/v1/leads?c=2' '/v1/leads?c=3' /v2/x | cmp - paths
}

@test "next must not leave the scheme, host and port: 65, and no token goes there" {
	serve p
	for next in 'http://localhost:PORT/x' 'https://127.0.0.1:PORT/x' 'http://127.0.0.1:1/x' '//evil.example/x' \
		'http://me@127.0.0.1:PORT/x' 'http://127.0.0.1:PORT@evil.example/x' 'ftp://127.0.0.1:PORT/x'; do
		page p '{"next":"'"${next//PORT/$PORT}"'","results":[{"a":1}]}'
		fails 65 'page 1: next: ' leads
		[ "$(wc -l <<<"$output")" -eq 1 ]
	done
	[ "$(grep -c '^GET' requests.log)" -eq 7 ]
}

@test "next that is no URL: 65" {
	serve p
	for next in 17 '{}' 'true' '"http://127.0.0.1:99999/"' '"?a=\u0000"' '"?a=\n"'; do
		page p '{"next":'"$next"',"results":[]}'
		fails 65 'page 1: next: ' leads
	done
}

@test "a page that leads to itself, or to one before it: 65" {
	page a '{"next":"?c=a","results":[]}'
	page b '{"next":"?c=b","results":[]}'
	serve a
	fails 65 'page 2: next: leads to a page that came before' leads
	kill "$SERVER_PID"
	rm port.pipe
	serve a b a
	fails 65 'page 3: next: leads to a page that came before' leads
	[ "$(grep -c '^GET' requests.log)" -eq 5 ]
}

@test "--max-pages: what would be cut off fails the run: 65" {
	page p1 '{"next":"?c=2","results":[{"n":1}]}'
	page p2 '{"next":null,"results":[{"n":2}]}'
	serve p1 p1 p2
	fails 65 'page 1: the last one that --max-pages allows, and more follow' --max-pages 1 leads
	gaio-fetch -q --max-pages 2 leads >out
	[ "$(wc -l <out)" -eq 2 ]
}

# ---- pages ----

@test "fewer rows than count promised: 65; more are welcome; the last count holds" {
	page p1 '{"count":3,"next":"?c=2","results":[{"n":1}]}'
	page p2 '{"count":3,"next":null,"results":[{"n":2}]}'
	serve p1 p2 p3 p4 p5
	fails 65 'page 2: the last one: 2 rows came, 3 were promised' leads
	[ "$(wc -l <<<"$output")" -eq 3 ]
	page p3 '{"count":9,"next":"?c=2","results":[{"n":1}]}'
	page p4 '{"count":1,"next":"?c=3","results":[{"n":2}]}'
	page p5 '{"results":[]}'
	gaio-fetch -q leads
}

@test "pages that are none: 65, the rule named, no row of them written" {
	serve p
	bad() { # MESSAGE BODY
		page p "$2"
		fails 65 "page 1: $1" leads
		[ "$(wc -l <<<"$output")" -eq 1 ]
	}
	bad 'ends too early' ''
	bad 'not JSON' '<html>sorry</html>'
	bad 'not a JSON object' '[{"a":1}]'
	bad 'results: missing' '{"count":0,"next":null}'
	bad 'results: missing' '{"results":null}'
	bad 'results: missing' '{"results":{"a":1}}'
	bad 'count: not a whole number' '{"count":-1,"results":[]}'
	bad 'count: not a whole number' '{"count":"x","results":[]}'
	bad 'the last one: 0 rows came, 3 were promised' '{"count":"3","results":[]}'
	bad 'count: not a whole number' '{"count":99999999999999999999999,"results":[]}'
	bad 'duplicate key' '{"results":[],"results":[{"a":1}]}'
	bad 'row 2: duplicate key' '{"results":[{"a":1},{"b":1,"\u0062":2}]}'
	bad 'row 2: not UTF-8' $'{"count":2,"results":[{"a":1},{"b":"\xff"}]}'
	bad 'row 3: lone surrogate' '{"next":null,"results":[{"a":1},{},{"b":"\ud800"}]}'
	bad 'row 1: ends too early' '{"results":[{"a":1'
	bad 'not JSON' '{"results":[{"a":1}]} {}'
	bad 'row 1: not JSON' '{"results":[{"a":1}{"a":1}]}'
	bad 'row 2: not JSON' '{"results":[{"a":1},]}'
	bad 'not JSON' '{"results":[{"a":1}],}'
	bad 'not JSON' '{"results":[] "next":null}'
	bad 'not JSON' '{"results" []}'
	bad 'not JSON' '{17:[]}'
	bad 'ends too early' '{"results":[]'
	bad 'ends too early' '{"results":[{}]'
	bad 'results: missing' '{ }'
	bad 'duplicate key' '{"resul\u0074s":[],"results":[{"a":1}]}'
	bad 'duplicate key' '{"next":null,"results":[],"next":null}'
	bad 'row 2: not a JSON object' '{"results":[{"a":1},17]}'
	bad 'row 1: not a JSON object' '{"results":[[]]}'
	bad 'row 1: the key @end is for end records' '{"results":[{"@end":{"ok":true,"tool":"x","rows":0}}]}'
	printf '{"results":[{"a":"x\0y"}]}' | reply p 200
	fails 65 'page 1: row 1: control byte in a string' leads
	printf '\0' | reply p 200
	fails 65 'page 1: not JSON' leads
	{ printf '{"results":['; head -c 100000 /dev/zero | tr '\0' '['; } | reply p 200
	fails 65 'page 1: row 1: nested too deep' leads
}

@test "a bad page after good ones: the good rows stand, the bad page is gone" {
	page p1 '{"next":"?c=2","results":[{"n":1},{"n":2}]}'
	page p2 '{"next":null,"results":[{"n":3},4]}'
	serve p1 p2
	fails 65 'page 2: row 2: not a JSON object' --seal leads
	[ "$(head -n -1 <<<"$output" | jq -s -c 'map(.n)')" = '[1,2]' ]
}

@test "a pretty-printed page comes out as lines" {
	printf '{\r\n  "results": [\r\n    {\r\n      "a": "x\\ny",\n      "b": [\n 1\n ]\n    } ,\n {}\n ]\n}\n' | reply p 200
	serve p
	gaio-fetch -q leads >out
	[ "$(wc -l <out)" -eq 2 ]
	[ "$(head -n 1 out | jq -c .)" = '{"a":"x\ny","b":[1]}' ]
	[ "$(tail -n 1 out)" = '{}' ]
	run ! grep -q $'\r' out
}

@test "a gzipped page is read, a broken one is not; one that grows beyond --max-page is refused: 69" {
	printf '{"results":[{"a":1}]}' | gzip >z
	reply good 200 'Content-Encoding: gzip' <z
	{ head -c -8 z; printf 'badcheck'; } | reply broken 200 'Content-Encoding: gzip'
	{ printf '{"results":["'; head -c 3000000 /dev/zero | tr '\0' a; printf '"]}'; } | gzip |
		reply bomb 200 'Content-Encoding: gzip'
	serve good bomb
	run -0 --separate-stderr gaio-fetch -q leads
	[ "$output" = '{"a":1}' ]
	fails 69 'page 1: reply longer than 1048576 bytes' --max-page 1M leads
	[ "$(grep -c '^GET' requests.log)" -eq 2 ]
	kill "$SERVER_PID"
	rm port.pipe
	serve broken
	fails 75 'page 1: ' --tries 1 leads
}

# ---- the network ----

@test "a redirect is not followed: 69" {
	serve p
	for status in 301 302 303 307 308; do
		reply p "$status" "Location: http://127.0.0.1:$PORT/other" </dev/null
		fails 69 "page 1: HTTP $status: redirects are not followed" leads
	done
	reply p 304 </dev/null
	fails 69 'page 1: HTTP 304: redirects are not followed' leads
	[ "$(grep -c '^GET' requests.log)" -eq 6 ]
}

@test "Retry-After is obeyed: seconds, a date on the server's clock, and too long a wait: 75" {
	page p '{"results":[]}'
	reply seconds 429 'Retry-After: 0' </dev/null
	reply date 503 'Date: Sun, 06 Nov 1994 08:49:37 GMT' 'Retry-After: Sunday, 06-Nov-94 08:49:38 GMT' </dev/null
	reply long 503 'Retry-After: 7200' </dev/null
	serve seconds date p long
	run -0 --separate-stderr gaio-fetch -v leads
	[[ $stderr == *'trying again in 0.0 s (try 2 of 6)'* ]]
	[[ $stderr == *'trying again in 1.0 s (try 3 of 6)'* ]]
	fails 75 'page 1: HTTP 503, and it asks to wait 7200 s' leads
	fails 75 'page 1: HTTP 503, and it asks to wait 7200 s' --max-wait 7199 leads
	[ "$(grep -c '^GET' requests.log)" -eq 5 ]
}

@test "down for good: 75 after all tries" {
	reply down 500 'Retry-After: 0' </dev/null
	serve down
	fails 75 'page 1: HTTP 500 after 6 tries' leads
	[ "$(grep -c '^GET' requests.log)" -eq 6 ]
	fails 75 'page 1: HTTP 500 after 2 tries' --tries 2 leads
}

@test "no one there, a dropped connection, a cut body: 75" {
	serve @drop
	fails 75 'page 1: connection closed without a reply' --tries 1 leads
	kill "$SERVER_PID"
	wait "$SERVER_PID" || true
	fails 75 'page 1: connection refused' --tries 1 leads
	printf 'HTTP/1.1 200 x\r\nContent-Length: 100\r\n\r\n{"results":[' >cut
	printf 'HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"res\r\n' >chunk
	rm port.pipe
	serve cut chunk
	fails 75 'page 1: reply cut short' --tries 1 leads
	fails 75 'page 1: ' --tries 1 leads
}

@test "a server that says nothing, or stops: 75 after the time limit" {
	printf 'HTTP/1.1 200 x\r\nContent-Length: 100\r\n\r\n{"results":[' >cut
	serve @stall @stall:cut @stall:cut
	fails 75 'page 1: ' --tries 1 --stall-timeout 1 --timeout 2 leads
	fails 75 'page 1: no byte within the stall limit' --tries 1 --stall-timeout 1 leads
	fails 75 'page 1: ' --tries 1 --timeout 1 leads
}

@test "plain http to another host, a user in the URL, nonsense: 78, nothing is sent" {
	fails 78 'plain http is for loopback addresses only' http://192.0.2.1/v1/leads
	fails 78 'a user name or password in the URL' https://me:secret@192.0.2.1/v1/leads
	[[ $stderr != *secret* ]]
	GAIO_API_URL=nonsense fails 78 'not a URL' leads
	fails 78 'the URL is not https' file:///etc/passwd
	unset GAIO_API_URL
	fails 78 'GAIO_API_URL: not set' leads
}

# ---- the command line, the output ----

@test "usage errors: 64" {
	export GAIO_API_URL=http://127.0.0.1:1/v1
	fails 64 'RESOURCE is missing'
	fails 64 'only one RESOURCE' leads more
	fails 64 'see gaio-fetch --help' --nonsense leads
	fails 64 '--since: takes' --since tomorrow leads
	fails 64 '--until: takes' --until 2026-02-30 leads
	fails 64 '--since: must be before --until' --since 2026-01-02 --until 2026-01-01 leads
	fails 64 '--param: takes NAME=VALUE' --param x leads
	fails 64 '--param: takes NAME=VALUE' --param =x leads
	for option in --rate --max-pages --max-page --tries --max-wait --connect-timeout --stall-timeout --timeout; do
		fails 64 "$option: takes" "$option" 0 leads
		fails 64 "$option: takes" "$option" 1x leads
	done
}

@test "--help fits one screen, --version tells one" {
	run -0 --separate-stderr gaio-fetch --help
	[ "${#lines[@]}" -le 30 ]
	[ -z "$stderr" ]
	run -0 gaio-fetch --version
	[[ $output == 'gaio-fetch (leadpipe) '* ]]
}

@test "LEADPIPE_SEAL=1 seals" {
	page p '{"results":[{"a":1}]}'
	serve p
	LEADPIPE_SEAL=1 run -0 --separate-stderr gaio-fetch -q leads
	[ "${lines[1]}" = '{"@end":{"ok":true,"tool":"gaio-fetch","rows":1}}' ]
}

@test "a full disk: 74; a reader that goes: no word" {
	{ printf '{"results":[{}'; for i in $(seq 50000); do printf ',{"i":%s}' "$i"; done; printf ']}'; } | reply p 200
	serve p
	run -74 --separate-stderr bash -c 'gaio-fetch -q leads >/dev/full'
	[[ $stderr == *'stdout: No space left on device'* ]]
	run -0 --separate-stderr bash -c 'gaio-fetch -q leads | head -n 1'
	[ "$output" = '{}' ]
	[ -z "$stderr" ]
}
