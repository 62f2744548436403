#!/usr/bin/env bats
# gaio-fetch: pagination styles and the shapes of real APIs, against the sandbox.

load helper
load gaio-fetch

# items N: that many rows in items.ndjson, one an hour from 2026-01-01 on.
items() {
	seq 0 $(($1 - 1)) | jq -c '{id: ("i" + (. + 1000 | tostring)), n: ., updated_at: (1767225600 + . * 3600 | todate)}' >items.ndjson
}

# apis [FAULT...]: the sandbox serves items.ndjson in every style.
apis() {
	local faults=()
	for fault in "$@"; do faults+=(--fault "$fault"); done
	sandbox --resource items=items.ndjson "${faults[@]}"
	export API=$LEADPIPE_SANDBOX_URL/api TOKEN=$GAIO_API_TOKEN
}

requests() {
	curl -sf "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq .services.gaio
}

fetch() { # RESOURCE [OPTION...]
	local resource=$1
	shift
	gaio-fetch -q -s "$DATA/styles.json" "$@" "$resource"
}

bare() {
	local resource=$1
	shift
	gaio-fetch -q -s "$DATA/bare.json" "$@" "$resource"
}

STYLES=$(jq -r '.resources | keys[]' "$BATS_TEST_DIRNAME/data/styles.json")
BARE=$(jq -r '.resources | keys[]' "$BATS_TEST_DIRNAME/data/bare.json")

@test "every style: no row, one, exactly one page, many; one request at a time and four" {
	for n in 0 1 10 57; do
		items "$n"
		apis
		for style in $STYLES; do
			fetch "$style" >out || { echo "$style, $n rows"; return 1; }
			cmp items.ndjson out || { echo "$style, $n rows"; return 1; }
			fetch "$style" --parallel 4 | cmp items.ndjson - || { echo "$style, $n rows, parallel"; return 1; }
		done
		for style in $BARE; do
			bare "$style" | cmp items.ndjson - || { echo "$style, $n rows"; return 1; }
			bare "$style" --parallel 4 | cmp items.ndjson - || { echo "$style, $n rows, parallel"; return 1; }
		done
	done
}

@test "every style: a broken connection, a cut body and 503 are tried again, and the rows are the same" {
	items 25
	for style in $STYLES; do
		apis gaio:reset@1 gaio:503@2
		fetch "$style" >out || { echo "$style"; return 1; }
		cmp items.ndjson out || { echo "$style"; return 1; }
	done
	for style in $STYLES; do
		case $style in google-ads | google-ads-stream | ga4 | salesforce) continue ;; esac
		apis gaio:cut@2
		fetch "$style" | cmp items.ndjson - || { echo "$style"; return 1; }
	done
}

@test "--parallel: 429, 503 and broken connections in between change nothing" {
	items 200
	for resource in page offset; do
		apis gaio:429@3 gaio:503@5 gaio:reset@7 gaio:cut@9
		bare $resource --parallel 6 | cmp items.ndjson -
	done
	apis gaio:429@3 gaio:reset@5
	bare page --parallel 6 --since 2026-01-01 --until 2026-01-20 --window 1d | cmp items.ndjson -
	apis gaio:400@7
	run -69 --separate-stderr bare page --parallel 6
	[ "$(sed '$d' <<<"$output")" = "$(head -n "$(($(wc -l <<<"$output") - 1))" items.ndjson)" ]
}

@test "every style: a page that leads to one before it ends the run, never an endless loop: 65" {
	items 120
	for style in $STYLES; do
		case $style in google-ads-stream | meta-insights | ga4 | hubspot-search) continue ;; esac
		apis gaio:loop@1.0
		echo "$style"
		run -65 --separate-stderr fetch "$style"
		[[ $stderr == *'page 2: '* || $stderr == *'page 3: '* ]] || { echo "$style: $stderr"; return 1; }
	done
}

@test "limits in each API's own words are waited out" {
	items 25
	for style in hubspot meta shopify shopify-graphql google-ads stripe ga4 tiktok rd-station klaviyo mailchimp; do
		apis gaio:limit@2
		run -0 --separate-stderr gaio-fetch -s "$DATA/styles.json" "$style"
		diff items.ndjson <(printf '%s\n' "$output") || { echo "$style"; return 1; }
		[[ $style == ga4 || $style == google-ads || $stderr == *'1 retry'* ]] || { echo "$style: $stderr"; return 1; }
	done
}

@test "the day's budget: 75 at once, with the time to go on" {
	items 25
	for style in salesforce rd-station; do
		apis gaio:day@1
		run -75 --separate-stderr fetch "$style"
		[[ $stderr == *"the day's budget is used up, go on after 20"*Z ]] || { echo "$style: $stderr"; return 1; }
		[ "$(requests)" -eq 1 ]
	done
}

@test "errors in each API's own words: 69, the text and not tried again" {
	items 5
	told() {
		apis gaio:error@1
		run -69 --separate-stderr fetch "$1"
		[[ $stderr == *"page 1: "*"$2"* ]] || { echo "$1: $stderr"; return 1; }
		[ "$(requests)" -eq 1 ]
	}
	told meta '(#100) Unknown field speed'
	told shopify-graphql "Field 'speed' doesn't exist on type 'Customer'"
	told google-ads 'Request contains an invalid argument.'
	told tiktok 'page_size: must be between 1 and ***' || told tiktok 'page_size: must be between 1 and 1000'
}

@test "credentials that are not valid any more: 77, tried once" {
	items 5
	for style in meta tiktok; do
		apis gaio:dead@1
		run -77 --separate-stderr fetch "$style"
		[ "$(requests)" -eq 1 ]
	done
}

@test "too much at a time: fewer rows are asked for, in a next URL too" {
	items 25
	for style in meta-size meta-url; do
		apis gaio:shrink@2
		run -0 --separate-stderr gaio-fetch -v -s "$DATA/styles.json" "$style"
		diff items.ndjson <(printf '%s\n' "$output")
		[[ $stderr == *'asking for 5 rows at a time'*'page 2: 5 rows'* ]]
	done
}

@test "too much at a time: numbered pages and offsets go on at the same row" {
	items 100
	for resource in sized sized-offset; do
		for n in 1 4; do
			apis gaio:413@3 gaio:413@6
			bare $resource --parallel "$n" | cmp items.ndjson -
		done
	done
	apis gaio:413@1.0
	run -69 --separate-stderr bare sized
	[[ $stderr == *'it wants less at a time'* ]]
}

@test "too much at a time: the window is halved" {
	items 25
	apis gaio:shrink@1
	fetch salesforce --since 2026-01-01 --until 2026-01-03 | cmp items.ndjson -
	[ "$(requests)" -eq 3 ]
}

@test "a lost place: the sequence begins again" {
	items 25
	apis gaio:restart@1
	fetch salesforce --since 2026-01-01 | cmp items.ndjson -
}

@test "offsets move on by the rows that came, not by the size asked for" {
	items 600
	apis
	fetch ga4 | cmp items.ndjson -
	fetch ga4 --parallel 4 | cmp items.ndjson -
}

@test "a window that reaches the row limit is halved; at one instant it is an error, not a loop" {
	items 200
	apis
	fetch hubspot-search --since 2026-01-01 --until 2026-02-01 >out
	cmp items.ndjson out
	fetch hubspot-search --since 2026-01-01 --until 2026-02-01 --parallel 4 | cmp out -
	jq -c '.updated_at = "2026-01-05T00:00:00Z"' items.ndjson >same
	mv same items.ndjson
	apis
	run -65 --separate-stderr fetch hubspot-search --since 2026-01-01 --until 2026-02-01
	[[ $stderr == *'2026-01-05T00:00:00Z to 2026-01-05T00:00:0'*'which cannot be any shorter'* ]]
}

@test "a window that was given up leaves nothing: no rows, no rejects, no counts" {
	items 100
	echo '{"@end":1,"updated_at":"2026-01-02T00:30:00Z"}' >>items.ndjson
	apis
	jq '.resources.page.window = {cap: 40}' "$DATA/bare.json" >cap.json
	for n in 1 5; do
		run -1 --separate-stderr gaio-fetch --seal -s cap.json --rejects bad --since 2026-01-01 --until 2026-02-01 --parallel "$n" page
		diff <(head -n 100 items.ndjson) <(sed '$d' <<<"$output")
		[ "$(wc -l <bad)" -eq 1 ]
		[[ $stderr == *'100 rows out, 1 rejected'* ]]
		[ "$(tail -n 1 <<<"$output" | jq -c '.["@end"] | [.rows, .rejected]')" = '[100,1]' ]
	done
}

@test "--window: the same rows, and none twice" {
	items 100
	apis
	for style in shopify stripe; do
		[ "$style" = shopify ] || continue
		fetch $style --since 2026-01-01 --until 2026-01-10 --window 1d >out
		cmp items.ndjson out
		[ "$(requests)" -ge 13 ]
		fetch $style --since 2026-01-01 --until 2026-01-10 --window 6h --parallel 8 | cmp items.ndjson -
	done
	bare page --since 2026-01-01 --until 2026-01-10 --window 1d --parallel 3 | cmp items.ndjson -
}

@test "an API that does not keep to until is found out: 65" {
	items 100
	apis
	sed 's/"until": {"query": "until"}/"until": {"query": "before"}/' "$DATA/bare.json" >bare.json
	run -65 --separate-stderr gaio-fetch -q -s bare.json --since 2026-01-01 --until 2026-01-10 --window 1d page
	[[ $stderr == *'does not keep to since and until'* ]]
}

@test "--shard: all shards together have each row once, whatever their number" {
	items 100
	apis
	for n in 1 3 7; do
		for i in $(seq "$n"); do
			bare page --since 2026-01-01 --until 2026-02-01T00:00:01Z --shard "$i/$n"
		done >out
		cmp items.ndjson out
	done
	bare page --seal --since 2026-01-01 --until 2026-02-01 --shard 2/4 | tail -n 1 >end
	[ "$(jq -c '.["@end"] | [.since, .until, .shard, .watermark]' end)" = '["2026-01-08T18:00:00Z","2026-01-16T12:00:00Z","2/4","2026-02-01T00:00:00Z"]' ]
	run -64 --separate-stderr bare page --since -2d --until now --shard 1/2
	[[ $stderr == *'must be absolute'* ]]
	run -64 --separate-stderr bare page --since 2026-01-01 --until 2099-01-01 --shard 1/2
	[[ $stderr == *'a minute ago'* ]]
	run -64 --separate-stderr bare page --since 2026-01-01 --shard 1/2
	run -64 --separate-stderr bare page --since 2026-01-01 --until 2026-01-02 --shard 3/2
}

@test "each: one request per row of stdin, the parent's key in the rows" {
	items 12
	apis
	jq '.resources = {each: {path: "bare/items", query: {size: 5, parent: "{id}"}, next: {page: "page"}, each: {key: "list.id", as: "list_id"}}}' "$DATA/bare.json" >each.json
	printf '{"list":{"id":%s}}\n' 7 '"a b"' >parents
	gaio-fetch -q -s each.json each <parents >out
	jq -c '{list_id: 7} + .' items.ndjson >want
	jq -c '{list_id: "a b"} + .' items.ndjson >>want
	cmp want out
	gaio-fetch -q -s each.json --parallel 4 each <parents | cmp want -
	run -65 --separate-stderr gaio-fetch -q -s each.json each <<<'{"list":{}}'
	[[ $stderr == *'stdin:1: list.id: missing'* ]]
	gaio-fetch -q --seal -s each.json each < <(cat parents; echo '{"@end":{"ok":true,"tool":"x","rows":2}}') | tail -n 1 | grep -q '"rows":24'
	run -66 --separate-stderr gaio-fetch -q -s each.json each < <(cat parents; echo '{"@end":{"ok":false,"tool":"x","error":"y"}}')
}

@test "a secret in the query is in no output, log or archive, and is added to every page again" {
	items 25
	apis gaio:503@2
	run -0 --separate-stderr gaio-fetch -vv -s "$DATA/styles.json" --archive kept meta
	[[ $output$stderr != *"$TOKEN"* ]]
	[[ $stderr == *'GET http'*'/api/meta/act_1/items: HTTP 200'* ]]
	for f in kept/*.gz; do run ! bash -c 'zcat "$1" | grep -F "$TOKEN"' x "$f"; done
	apis gaio:error@2
	run -69 --separate-stderr fetch meta
	[[ $output$stderr != *"$TOKEN"* ]]
}

@test "--archive keeps each page, --replay gives the same bytes without the network" {
	items 57
	apis gaio:limit@3
	for style in meta tiktok stripe hubspot shopify ga4 salesforce; do
		fetch "$style" --archive "kept-$style" >"$style.out"
		cmp items.ndjson "$style.out"
	done
	[ "$(stat -c %a kept-meta/*.gz | sort -u)" = 600 ]
	sandbox_stop
	unset TOKEN
	for style in meta tiktok stripe hubspot shopify ga4 salesforce; do
		fetch "$style" --replay "kept-$style" | cmp "$style.out" - || { echo "$style"; return 1; }
		fetch "$style" --replay "kept-$style" --parallel 4 | cmp "$style.out" - || { echo "$style, parallel"; return 1; }
	done
	run -65 --separate-stderr fetch meta --replay kept-stripe
	[[ $stderr == *'the archive does not hold this request'* ]]
	run -73 --separate-stderr fetch meta --archive kept-meta
	run -65 --separate-stderr fetch meta --replay no-such-folder
}

@test "--state begins where --commit of a receipt left off, and never moves back" {
	items 100
	apis
	bare page --state state >out
	cmp items.ndjson out
	[ ! -e state ]
	echo '{"tool":"bq-merge","watermark":"2026-01-03T00:00:00Z"}' >receipt
	gaio-fetch --state state --commit receipt page
	bare page --state state --seal >out
	[ "$(head -n -1 out | wc -l)" -eq 52 ]
	gaio-fetch --state state --commit out page
	[ "$(jq -r .watermark state)" = 2026-01-05T03:00:00Z ]
	gaio-fetch --state state --commit receipt page
	[ "$(jq -r .watermark state)" = 2026-01-05T03:00:00Z ]
	run -65 --separate-stderr bare offset --state state
	[[ $stderr == *'state: is the state of another resource'* ]]
	echo '{"@end":{"ok":false,"tool":"x","error":"y","watermark":"2026-02-01T00:00:00Z"}}' >failed
	run -65 --separate-stderr gaio-fetch --state state --commit failed page
	run -65 --separate-stderr gaio-fetch --state state --commit items.ndjson page
}

# ---- OAuth 2 ----

oauth() { # KEY=VALUE...: a source file whose auth is that
	jq -n --arg api "$API" "{url: (\$api + \"/\"), auth: {oauth2: ({token_url: (\$api + \"/token\"), client_id: \"sandbox-client\", client_secret: {env: \"SECRET\"}} + $1)},
		resources: {items: {path: \"stripe/items\", query: {limit: 10}, rows: \"data\", next: {last: \"id\", query: \"starting_after\", more: \"has_more\"}}}}" >oauth.json
	export SECRET=sandbox-secret REFRESH=sandbox-refresh-token
}

@test "oauth2: client credentials, in the body, as Basic, as JSON; a token that ends on page 3 is renewed once" {
	items 57
	for how in '{}' '{client: "basic"}' '{send: "json"}'; do
		apis gaio:expire@3
		oauth "$how"
		run -0 --separate-stderr gaio-fetch -s oauth.json items
		diff items.ndjson <(printf '%s\n' "$output")
		[[ $stderr == *'1 retry'* ]]
	done
	apis
	oauth '{}'
	SECRET=wrong run -77 --separate-stderr gaio-fetch -s oauth.json items
	[[ $stderr == *'oauth2: HTTP 401: invalid_client'* ]]
	apis gaio:401@1 gaio:401@2
	oauth '{}'
	run -77 --separate-stderr gaio-fetch -s oauth.json items
	[ "$(requests)" -eq 2 ]
}

@test "oauth2: a rotated refresh token is kept before it is used; a dead one is tried once" {
	items 5
	apis
	oauth '{grant: "refresh_token", refresh_token: {env: "REFRESH"}, store: "store"}'
	gaio-fetch -q -s oauth.json items | cmp items.ndjson -
	[ "$(cat store)" = sandbox-refresh-token-1 ]
	[ "$(stat -c %a store)" = 600 ]
	gaio-fetch -q -s oauth.json items | cmp items.ndjson -
	[ "$(cat store)" = sandbox-refresh-token-2 ]
	rm store
	run -77 --separate-stderr gaio-fetch -s oauth.json items
	[[ $stderr == *'oauth2: HTTP 400: invalid_grant; the refresh token is not valid any more'* ]]
	[ "$(curl -sf "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq .services.oauth)" -eq 3 ]
	[[ $stderr != *sandbox-refresh* && $stderr != *sandbox-secret* ]]
	oauth '{grant: "refresh_token", refresh_token: {file: "r"}, store: "r"}'
	run -78 --separate-stderr gaio-fetch -s oauth.json items
	[[ $stderr == *'store is the file that refresh_token comes from'* ]]
}
