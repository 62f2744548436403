#!/usr/bin/env bats
# gaio-fetch: a page that announces more is never the end, and an error inside a 200 is an error.

load helper
load gaio-fetch

# announces BODY SIGN [HEADER...]: this last page is refused, and the message names the sign.
announces() {
	local body=$1 sign=$2
	shift 2
	printf '%s' "$body" | reply p 200 "$@"
	fails 65 "page 1: the last one: $sign" leads
}

@test "every way in which an API announces more rows is seen: 65, the sign and the style are named" {
	serve p
	announces '{"results":[{"a":1}],"paging":{"next":{"after":"2"}}}' 'paging.next announces more rows; the source file can say "next": {"url"'
	announces '{"results":[{"a":1}],"paging":{"cursors":{},"next":"https://x.test/?after=2"}}' 'paging.next announces'
	announces '{"results":[{"a":1}],"links":{"next":"https://x.test/"}}' 'links.next announces'
	announces '{"results":[{"a":1}],"_links":{"next":{"href":"/x"}}}' '_links.next announces'
	announces '{"results":[{"a":1}],"paging":{"links":[{"rel":"next","href":"/x"}]}}' 'paging.links announces'
	announces '{"results":[{"a":1}],"@odata.nextLink":"https://x.test/"}' '@odata.nextLink announces'
	announces '{"results":[{"a":1}],"next_page":"https://x.test/"}' 'next_page announces'
	announces '{"results":[{"a":1}],"next_page":2}' 'next_page announces'
	announces '{"results":[{"a":1}],"nextRecordsUrl":"/services/x"}' 'nextRecordsUrl announces'
	announces '{"results":[{"a":1}],"nextPageToken":"CAE"}' 'nextPageToken announces more rows; the source file can say "next": {"token"'
	announces '{"results":[{"a":1}],"meta":{"next_cursor":"x"}}' 'meta.next_cursor announces'
	announces '{"results":[{"a":1}],"has_more":true}' 'has_more announces more rows; the source file can say "next": {"token" or "last"'
	announces '{"results":[{"a":1}],"data":{"pageInfo":{"hasNextPage":true}}}' 'data.pageInfo.hasNextPage announces'
	announces '{"results":[{"a":1}],"done":false}' 'done announces'
	announces '{"results":[{"a":1}],"end_of_stream":false}' 'end_of_stream announces'
	announces '{"results":[{"a":1}],"total":7}' 'total announces more rows; the source file can say "next": {"offset"'
	announces '{"results":[{"a":1}],"meta":{"total":"7"}}' 'meta.total announces'
	announces '{"results":[{"a":1}],"total_items":2}' 'total_items announces'
	announces '{"results":[{"a":1}],"page_info":{"total_page":2}}' 'page_info.total_page announces more rows; the source file can say "next": {"page"'
	announces '{"results":[{"a":1}],"request_status":{"type":"incomplete"}}' 'request_status says that the list is incomplete'
	announces '{"results":[{"a":1}],"incomplete_results":true}' 'incomplete_results says'
	announces '{"results":[{"a":1}]}' 'Link: rel="next" announces' 'Link: </x?page=2>; rel="next"'
	announces '{"results":[{"a":1}]}' 'X-Total-Count announces' 'X-Total-Count: 2'
	announces '{"results":[{"a":1}]}' 'X-Total-Pages announces' 'X-Total-Pages: 2'
}

@test "what is no sign does not disturb: empty, null, false, a total that came, members of rows" {
	serve p
	for body in '"next":null' '"next":""' '"next":false' '"paging":{}' '"paging":{"cursors":{"before":"a","after":"b"}}' '"links":{"next":null}' \
		'"has_more":false' '"done":true' '"total":1' '"total_pages":1' '"total":"1"' '"paging":{"next":null}' '"next_cursor":""' \
		'"request_status":{"type":"complete"}' '"paging":{"start":0,"count":100,"links":[]}' '"paging":{"count":100,"total":1}' '"links":[{"rel":"self","href":"/x"}]' '"self":"https://x.test/?next=2"' '"offset":0,"limit":100' \
		'"errors":[]' '"error":null' '"success":true' '"errors":0' '"error":""' '"ok":true'; do
		page p '{'"$body"',"results":[{"next":"x","has_more":true,"total":9,"error":"x","success":false}]}'
		run -0 --separate-stderr gaio-fetch -q leads
		[ "${#lines[@]}" -eq 1 ]
	done
	for header in 'Link: </x>; rel="prev"' 'Link: </x>; title="rel=next"; rel=first' 'Link: </x>; rel="next"; anchor="/other"' 'Link: </x>; rel=next-page' 'Link: <x; rel=next' \
		'X-Total-Count: 1' 'X-Total-Pages: 1' 'X-Next-Page: ' 'Sforce-Locator: null'; do
		printf '{"results":[{"a":1}]}' | reply p 200 "$header"
		gaio-fetch -q leads >/dev/null
	done
}

@test "Link: relations are found in any place, spelling and number of lines" {
	serve p
	for link in '</x>; rel=next' '</x>;REL="prev next"' '</a,b;c>; rel="prev", </x>; title="a, \"b\""; rel="next"' '</x>; foo; rel = "next"' '<> ; rel="last" , </x> ; rel="NEXT"'; do
		printf '{"results":[{"a":1}]}' | reply p 200 "Link: $link"
		fails 65 'Link: rel="next" announces' leads
	done
	printf '{"results":[{"a":1}]}' | reply p 200 'Link: </a>; rel="first"' 'Link: </x>; rel="next"'
	fails 65 'Link: rel="next" announces' leads
}

@test "an error inside a 200: 69, with the API's own words, and without values" {
	serve p
	told() { # BODY WORDS
		page p "$1"
		fails 69 "page 1: the API reports an error$2" leads
		[ "$(wc -l <<<"$output")" -eq 1 ]
	}
	told '{"results":[],"next":null,"errors":[{"message":"backend timed out"}]}' ': backend timed out'
	told '{"results":[{"a":1}],"error":{"message":"quota"}}' ': quota'
	told '{"results":[],"errors":"[API] Invalid API key"}' ': [API] Invalid API key'
	told '{"results":[],"success":false,"message":"no"}' ': no'
	told '{"results":[],"ok":false}' ''
	told '{"results":[],"error":true}' ''
	told '{"results":[],"error":"lead ana.silva@example.com, +5511987654321, \"Ana Silva\" and https://x.test/a?token=s3cret are odd in field \"email\""}' \
		': lead ***, ***, *** and https://x.test/a?*** are odd in field "email"'
}

@test "a refusal is told in the API's own words: at most 200 bytes, one line, no control bytes" {
	serve p
	said() { # STATUS BODY WORDS
		printf '%s' "$2" | reply p "$1"
		fails 69 "page 1: HTTP $1$3" --tries 1 leads
	}
	said 400 '{"error":{"message":"(#100) Unknown field speed","type":"OAuthException","code":100}}' ': (#100) Unknown field speed'
	said 400 '[{"message":"unexpected token: FORM","errorCode":"MALFORMED_QUERY"}]' ': unexpected token: FORM'
	said 400 '{"errors":[{"title":"t","detail":"Invalid filter"}]}' ': Invalid filter'
	said 400 '{"errors":{"error_type":"X","error_message":"no such contact"}}' ': no such contact'
	said 400 '{"message":"a\u001b[31m\nb"}' ': a [31m b'
	said 400 '<html>oops</html>' ''
	printf '{"message":"%s"}' "$(printf 'word %.0s' {1..200})" | reply p 400
	run -69 --separate-stderr gaio-fetch --tries 1 leads
	[ "${#stderr}" -lt 280 ]
}

# ---- bodies ----

@test "bodies: a byte order mark, gzip in any form, 204, NDJSON" {
	printf '\xef\xbb\xbf{"results":[{"a":1}]}' | reply bom 200
	printf '{"results":[{"a":1},' | gzip >two
	printf '{"a":2}]}' | gzip >>two
	reply members 200 'Content-Encoding: gzip' <two
	printf '{"results":[{"a":1}]}' | gzip | reply unsaid 200 'Content-Type: application/gzip'
	reply none 204 </dev/null
	printf '{"a":1}\n\n{"a":2}\r\n{"a":3}' | reply lines 200 'Content-Type: application/x-ndjson'
	serve bom members unsaid none lines
	for rows in 1 2 1 0 3; do
		run -0 --separate-stderr gaio-fetch -q leads
		[ "${#lines[@]}" -eq "$rows" ]
	done
}

@test "a body cut in silence, or a gzip that ends too early, is tried again: 75, and the message is true" {
	printf 'HTTP/1.0 200 x\r\n\r\n{"results":[{"a":1}' >silent
	printf '{"results":[{"a":1}]}' | gzip | head -c -6 >z
	reply short 200 'Content-Encoding: gzip' <z
	page p '{"results":[{"a":1}]}'
	serve silent short silent p
	fails 75 'page 1: reply cut short' --tries 1 leads
	fails 75 'page 1: compressed reply cut short' --tries 1 leads
	run -0 --separate-stderr gaio-fetch leads
	[ "$output" = '{"a":1}' ]
	[[ $stderr == *'1 retry'* ]]
}

@test "NDJSON: a last line that was cut is an error, also with --rejects" {
	printf '{"a":1}\n{"a":' | reply p 200 'Content-Type: application/jsonl'
	serve p
	fails 65 'page 1: row 2: ends too early' leads
	fails 65 'page 1: row 2: ends too early' --rejects bad leads
}

@test "a row that is not strict JSON goes to --rejects; --max-rejects accepts some" {
	printf '{"results":[{"a":1},{"b":"\xff","c":"]}"},{"d":1,"d":2},7,{"@end":1},{"a":2}]}' | reply p 200
	serve p
	run -1 --separate-stderr gaio-fetch --rejects bad leads
	[ "$output" = $'{"a":1}\n{"a":2}' ]
	[ "$(jq -r .reason bad | paste -sd,)" = 'not UTF-8,duplicate key,not a JSON object,the key @end is for end records' ]
	[ "$(stat -c %a bad)" = 600 ]
	run -0 --separate-stderr gaio-fetch --rejects bad --max-rejects 4 leads
	fails 65 'page 1:5: the key @end is for end records; more than --max-rejects 3' --rejects bad --max-rejects 3 leads
	page p '{"results":[{"a":1},{"b":"x"]}'
	fails 65 'page 1: row 2: not JSON' --rejects bad leads
}

@test "a fragment is not part of the request, and parameters come before it" {
	page p '{"results":[]}'
	serve p
	gaio-fetch -q --since 2026-01-01 --param x=1 'leads#top'
	head -n 1 requests.log | grep -qF 'GET /v1/leads?updated_since=2026-01-01T00%3A00%3A00Z&x=1 HTTP/1.1'
}

@test "next is followed byte for byte" {
	serve p1 p2
	page p1 '{"next":"http://127.0.0.1:'"$PORT"'/v1/leads?c=%2f%2F+a&$skiptoken=RF(1,2)&d=%7e","results":[{"n":1}]}'
	page p2 '{"results":[]}'
	gaio-fetch -q leads >/dev/null
	grep '^GET' requests.log | tail -n 1 | grep -qF 'GET /v1/leads?c=%2f%2F+a&$skiptoken=RF(1,2)&d=%7e HTTP/1.1'
}

@test "next of \"\", false and null ends; an empty page with a next goes on" {
	page e '{"next":"?c=2","results":[]}'
	page p '{"next":"","results":[{"a":1}]}'
	page q '{"next":false,"results":[{"a":1}]}'
	serve e p q
	run -0 --separate-stderr gaio-fetch -q leads
	[ "$output" = '{"a":1}' ]
	run -0 --separate-stderr gaio-fetch -q leads
	[ "$output" = '{"a":1}' ]
}

@test "statuses: 520 to 527 and 403 with Retry-After are tried again, Retry-After may have a fraction" {
	for status in 520 527 403 429; do reply "s$status" $status 'Retry-After: 0.0' </dev/null; done
	page p '{"results":[{"a":1}]}'
	reply no 403 </dev/null
	serve s520 s527 s403 s429 p no
	run -0 --separate-stderr gaio-fetch leads
	[[ $stderr == *'4 retries'* ]]
	fails 77 'page 1: HTTP 403: the token may not read this' leads
}

# ---- the watermark ----

@test "a row from the future does not move the watermark; it and times that cannot be read are reported" {
	printf '{"results":[{"updated_at":"2026-11-20T00:00:00Z"},{"updated_at":"2099-01-01T00:00:00Z"},{"updated_at":"soon"},{"updated_at":17},{"updated_at":null},{}]}' |
		reply p 200 'Date: Sat, 21 Nov 2026 00:00:00 GMT'
	printf '{"results":[{"updated_at":"2026-11-22T00:00:00Z"}]}' | reply q 200 'Date: Sat, 21 Nov 2026 00:00:00 GMT'
	serve p q
	run -0 --separate-stderr gaio-fetch --seal leads
	[ "$(tail -n 1 <<<"$output" | jq -r '.["@end"].watermark')" = 2026-11-20T00:00:00Z ]
	[[ $stderr == *"1 row is later than the API's clock"* && $stderr == *'2 rows have a time that cannot be read'* ]]
	run -0 --separate-stderr gaio-fetch --seal leads
	[ "$(tail -n 1 <<<"$output" | jq -r '.["@end"].watermark')" = null ]
}

@test "an empty delta keeps its --since as the watermark, and older rows do not move it back" {
	page p '{"results":[]}'
	page q '{"results":[{"updated_at":"2025-01-01T00:00:00Z"}]}'
	serve p q
	for reply in p q; do
		run -0 --separate-stderr gaio-fetch -q --seal --since 2026-01-01T00:00:00Z --lookback 10m leads
		[ "$(tail -n 1 <<<"$output" | jq -r '.["@end"].watermark')" = 2026-01-01T00:00:00Z ]
	done
	grep -q 'updated_since=2025-12-31T23%3A50%3A00Z' requests.log
}

@test "times are read as APIs write them: +0000, a space" {
	page p '{"results":[{"updated_at":"2026-01-02T03:04:05+0000"},{"updated_at":"2026-01-02 03:04:06-0300"}]}'
	serve p
	run -0 --separate-stderr gaio-fetch -q --seal leads
	[ "$(tail -n 1 <<<"$output" | jq -r '.["@end"].watermark')" = 2026-01-02T06:04:06Z ]
}
