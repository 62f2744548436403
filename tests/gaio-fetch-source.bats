#!/usr/bin/env bats
# gaio-fetch: the source file. Each key, what it must be, and the line of what is wrong.

load helper
load gaio-fetch

# broken MESSAGE JQ: the file after that edit is refused (78), on a line of the file.
broken() {
	jq "$2" "$DATA/styles.json" >s.json
	run -78 --separate-stderr gaio-fetch --check -s s.json
	[[ $stderr == *"gaio-fetch: s.json:"[1-9]*": $1"* ]] || { echo "$2: $stderr"; return 1; }
}

@test "each key: a wrong kind, an unknown one, a missing one: 78, with its line" {
	while IFS='|' read -r message edit; do
		broken "$message" "$edit"
	done <<-'END'
		unknown key "typ"|.typ = 1
		unknown key "typ"|.resources.graph = {typ: 1}
		url: must be a string|.url = 1
		path: must be a string|.resources.graph.path = []
		method: must be a string|.resources.graph.method = 1
		headers: must be an object|.headers = []
		headers: must be a string or a number|.headers = {a: []}
		query: must be an object|.resources.graph.query = "x"
		query: must be a string or a number|.resources.graph.query = {a: null}
		body: must be an object|.resources.graph.body = "x"
		rows: must be a string|.rows = 1
		rows: a step is empty|.rows = "a..b"
		rows: a quote is not closed|.rows = "\"a"
		rows: a dot is missing after a quote|.rows = "\"a\"b"
		rows: more than 12 steps|.rows = "a.b.c.d.e.f.g.h.i.j.k.l.m"
		rows: is empty|.rows = ""
		optional: must be true or false|.optional = 1
		ignore: must be an array|.ignore = "total"
		ignore: must be a string|.ignore = [1]
		rate: must be a rate such as 25/1s or 100/1m|.rate = "25"
		rate: must be a rate such as 25/1s or 100/1m|.rate = "0/1s"
		rate: must be a string|.rate = 25
		next: must be an object|.resources.graph.next = "url"
		next: unknown key "cursor"|.resources.graph.next = {cursor: "x"}
		next: both "url" and "token"|.resources.graph.next = {url: "x", token: "y"}
		next: url has no "query"|.resources.graph.next = {url: "x", query: "y"}
		next: page has no "encoded"|.resources.graph.next = {page: "x", encoded: true}
		next: one page has no "more"|.resources.graph.next = {more: "x"}
		next: token needs query, body, or {token}|.resources.graph.next = {token: "x"}
		next: last needs query, body, or {token}|.resources.graph.next = {last: "x"}
		next: "limit" needs "size"|.resources.graph.next = {offset: "x", limit: "y"}
		token: header is missing|.resources.graph.next = {token: {}, query: "q"}
		token: unknown key "head"|.resources.graph.next = {token: {head: "x"}, query: "q"}
		more: a step is empty|.resources.graph.next = {token: "x", query: "q", more: "!a..b"}
		more: must be a string|.resources.graph.next = {token: "x", query: "q", more: true}
		encoded: must be true or false|.resources.graph.next = {token: "x", query: "q", encoded: "y"}
		first: must be a whole number|.resources.graph.next = {page: "x", first: "1"}
		size: must be a whole number|.resources.graph.next = {page: "x", size: -1}
		limit: must be a string|.resources.graph.next = {page: "x", size: 1, limit: 1}
		total: must be a string|.resources.graph.next = {page: "x", total: 1}
		total_header: must be a string|.resources.graph.next = {page: "x", total_header: 1}
		estimate: must be true or false|.resources.graph.next = {page: "x", estimate: 1}
		total_pages: must be a string|.resources.graph.next = {page: "x", total_pages: 1}
		total_pages_header: must be a string|.resources.graph.next = {page: "x", total_pages_header: 1}
		since: must be an object|.resources.graph.since = "x"
		since: unknown key "name"|.resources.graph.since = {name: "x"}
		since: needs query, body, or {since}|.resources.graph.since = {format: "date"}
		until: needs query, body, or {until}|.resources.graph.until = {}
		unknown format "iso"|.resources.graph.since = {query: "x", format: "iso"}
		first: must be a string|.resources.graph.since = {query: "x", first: 1}
		exclusive: must be true or false|.resources.graph.since = {query: "x", exclusive: 1}
		since: unknown key "inclusive"|.resources.graph.since = {query: "x", inclusive: true}
		inclusive: must be true or false|.resources.graph.until = {query: "x", inclusive: 1}
		until: unknown key "first"|.resources.graph.until = {query: "x", first: "2020-01-01"}
		watermark: field is missing|.watermark = {}
		watermark: unknown key "path"|.watermark = {path: "x"}
		unknown format "x"|.watermark = {field: "a", format: "x"}
		window: needs since|.resources.graph.window = {step: "1d"}
		window: unknown key "size"|.resources.graph.window = {size: 1}
		step: must be a time such as 30s, 10m, 2h or 1d|.resources.graph.window = {step: "1"}
		cap: must be a whole number|.resources.graph.window = {cap: "x"}
		each: key is missing|.resources.graph.each = {}
		each: needs {id} in path, query or body|.resources.graph.each = {key: "id"}
		each: unknown key "id"|.resources.graph.each = {id: "id"}
		as: must be a string|.resources.graph.each = {key: "id", as: 1}
		each and window do not go together|.resources.graph += {path: "{id}", each: {key: "id"}, window: {}, since: {query: "x"}}
		each and job do not go together|.resources["meta-insights"].each = {key: "id"}
		auth: must be an object|.auth = "token"
		auth: must be an object|.auth = {}
		auth: unknown key "token"|.auth = {token: {env: "X"}}
		auth: only one way|.auth = {bearer: {env: "X"}, query: {name: "x", env: "Y"}}
		bearer: a secret is not written here|.auth = {bearer: "s3cret"}
		bearer: env, file or fd is missing|.auth = {bearer: {}}
		env: only one of env, file and fd|.auth = {bearer: {file: "x", env: "Y"}}
		bearer: unknown key "value"|.auth = {bearer: {value: "x"}}
		env: must be a string|.auth = {bearer: {env: 1}}
		file: must be a string|.auth = {bearer: {file: 1}}
		fd: must be a whole number|.auth = {bearer: {fd: "3"}}
		fd: must be a descriptor|.auth = {bearer: {fd: 99999999}}
		basic: user or password is missing|.auth = {basic: {}}
		password: a secret is not written here|.auth = {basic: {password: "x"}}
		auth: name is missing|.auth = {header: {env: "X"}}
		auth: env, file or fd is missing|.auth = {query: {name: "x"}}
		header: unknown key "value"|.auth = {header: {name: "x", value: "y"}}
		prefix: must be a string|.auth = {header: {name: "x", prefix: 1, env: "X"}}
		google: unknown key "file"|.auth = {google: {file: "x"}}
		scope: must be a string|.auth = {google: {scope: 1}}
		oauth2: token_url is missing|.auth = {oauth2: {}}
		oauth2: client_secret is missing|.auth = {oauth2: {token_url: "x"}}
		oauth2: refresh_token is missing|.auth = {oauth2: {token_url: "x", grant: "refresh_token"}}
		oauth2: unknown key "url"|.auth = {oauth2: {url: "x"}}
		unknown grant "password"|.auth = {oauth2: {grant: "password"}}
		unknown client "x"|.auth = {oauth2: {client: "x"}}
		unknown send "x"|.auth = {oauth2: {send: "x"}}
		life: must be a whole number|.auth = {oauth2: {life: "x"}}
		fields: must be an object|.auth = {oauth2: {fields: 1}}
		store: must be a string|.auth = {oauth2: {store: 1}}
		token: a step is empty|.auth = {oauth2: {token: "a."}}
		base: must be a string|.auth = {oauth2: {base: 1}}
		client_id: must be an object|.auth = {oauth2: {client_id: 1}}
		refresh_token: a secret is not written here|.auth = {oauth2: {refresh_token: "x"}}
		replies: must be an array|.replies = {}
		replies: must be objects|.replies = [1]
		replies: means is missing|.replies = [{status: 400}]
		replies: status, header, where or json is missing|.replies = [{means: "ok"}]
		replies: unknown key "code"|.replies = [{code: 1, means: "ok"}]
		unknown means "retry"|.replies = [{status: 1, means: "retry"}]
		status: must be a value or a list of some|.replies = [{status: [], means: "ok"}]
		is: must be a string or a number|.replies = [{where: "a", is: [null], means: "ok"}]
		contains: must be a string or a number|.replies = [{where: "a", contains: {}, means: "ok"}]
		header: must be a string|.replies = [{header: 1, means: "ok"}]
		where: must be a string|.replies = [{where: 1, means: "ok"}]
		json: must be true or false|.replies = [{json: 1, means: "ok"}]
		message: must be a string|.replies = [{status: 1, message: 1, means: "ok"}]
		wait: must be an object|.replies = [{status: 1, wait: 1, means: "wait"}]
		wait: unknown key "for"|.replies = [{status: 1, wait: {for: 1}, means: "wait"}]
		unknown unit "h"|.replies = [{status: 1, wait: {unit: "h"}, means: "wait"}]
		seconds: must be a whole number|.replies = [{status: 1, wait: {seconds: "x"}, means: "wait"}]
		replies: more than 64|.replies = [range(65) | {status: 1, means: "ok"}]
		job: create is missing|.resources.graph.job = {}
		job: poll is missing|.resources["meta-insights"].job.poll |= empty
		job: id is missing|.resources["meta-insights"].job.id |= empty
		job: state is missing|.resources["meta-insights"].job.state |= empty
		job: done is missing|.resources["meta-insights"].job.done |= empty
		path is missing|.resources["meta-insights"].job.poll = {method: "GET"}
		create: unknown key "url"|.resources["meta-insights"].job.create = {url: "x"}
		job: unknown key "status"|.resources["meta-insights"].job.status = "x"
		every: must be a time such as|.resources["meta-insights"].job.every = "soon"
		within: must be a string|.resources["meta-insights"].job.within = 1
		resources: must be an object|.resources = []
		resources is missing|del(.resources)
		graph: must be an object|.resources.graph = 1
		url or path is missing|del(.url, .resources.graph.path)
	END
}

@test "a file that is not JSON, has a key twice, is empty or is not there: 78; an unknown resource: 64" {
	printf '{\n"url": "x",\n"url": "y"\n}\n' >s.json
	fails 78 's.json:3: duplicate key' -s s.json x
	printf '{\n"url": \n}\n' >s.json
	fails 78 's.json:3: not JSON' -s s.json x
	: >s.json
	fails 78 's.json: empty' -s s.json x
	fails 78 'no-such-file: ' -s no-such-file x
	fails 64 'no resource of that name; there are: hubspot, hubspot-search' -s "$DATA/styles.json" x
}

@test "--check prints the requests that would be made, without secrets and without the network" {
	export API=https://api.example.com TOKEN=s3cret
	run -0 --separate-stderr gaio-fetch --check -s "$DATA/styles.json" stripe
	[ "$output" = "stripe
  auth: bearer
  secret: from the variable TOKEN
  next: last id
  GET https://api.example.com/stripe/v1/items?limit=10&created%5Bgte%5D=$(date -u +%s -d "$(date -u +%F) -1 day")&created%5Blt%5D=$(date -u +%s -d "$(date -u +%F)")
  GET https://api.example.com/stripe/v1/items?limit=10&created%5Bgte%5D=$(date -u +%s -d "$(date -u +%F) -1 day")&created%5Blt%5D=$(date -u +%s -d "$(date -u +%F)")&starting_after=NEXT" ]
	run -0 --separate-stderr gaio-fetch --check -s "$DATA/styles.json" --since 2026-01-01 --until 2026-01-02
	[[ $output != *s3cret* ]]
	[[ $output == *'POST https://api.example.com/hubspot-search/crm/v3/objects/items/search'*'"value": "1767225600000"'* ]]
	[[ $output == *'"after":"NEXT"'* ]]
	[[ $output == *'query?q=SELECT%20Id%20FROM%20items%20WHERE%20SystemModstamp%20%3E%3D%202026-01-01T00%3A00%3A00Z'* ]]
	[[ $output == *'"query": "query($cursor: String) { items(first: 10, after: $cursor)'* ]]
	jq '.headers = {"developer-token": "{env.TOKEN}"}' "$DATA/styles.json" >s.json
	run -0 --separate-stderr gaio-fetch --check -s s.json stripe
	[[ $output == *'developer-token: {env.TOKEN}'* && $output != *s3cret* ]]
	unset API
	run -78 --separate-stderr gaio-fetch --check -s "$DATA/styles.json" stripe
	[[ $stderr == *'API: not set'* ]]
}

@test "secrets: from a variable, a file, a descriptor; not there: 78, and its name is told" {
	page p '[{"a":1}]'
	serve p
	source() { # AUTH
		printf '{"auth":{"bearer":%s},"resources":{"x":{"url":"http://127.0.0.1:%s/x"}}}' "$1" "$PORT" >s.json
	}
	source '{"env":"MY_TOKEN"}'
	MY_TOKEN=abc-env gaio-fetch -q -s s.json x >/dev/null
	fails 78 'MY_TOKEN: not set' -s s.json x
	printf 'abc-file\n' >token
	chmod 600 token
	source '{"file":"token"}'
	gaio-fetch -q -s s.json x >/dev/null
	source '{"fd":7}'
	gaio-fetch -q -s s.json x 7<<<abc-fd >/dev/null
	fails 78 'descriptor 7: ' -s s.json x
	MY_TOKEN=no gaio-fetch -q -s s.json --token-file token x >/dev/null
	[ "$(sed -n 's/^Authorization: Bearer \(.*\)\r$/\1/p' requests.log | paste -sd' ')" = 'abc-env abc-file abc-fd abc-file' ]
}

@test "rows: an array of rows, of pages, NDJSON; a name that is wrong is not an empty collection" {
	serve p
	shape() { # ROWS-KEY
		printf '{"resources":{"x":{"url":"http://127.0.0.1:%s/x"%s}}}' "$PORT" "$1" >s.json
	}
	shape ''
	page p '[{"a":1},{"a":2}]'
	[ "$(gaio-fetch -q -s s.json x | wc -l)" -eq 2 ]
	page p $'{"a":1}\n{"a":2}\n{"a":3}'
	[ "$(gaio-fetch -q -s s.json x | wc -l)" -eq 3 ]
	page p '{"data":[{"a":1}]}'
	fails 65 'page 1: an object, not an array of rows; name the member that holds them: "rows"' -s s.json x
	shape ',"rows":"a.b"'
	page p '[{"a":{"b":[{"n":1}]}},{"a":{"c":1}},{"a":{"b":[{"n":2},{"n":3}],"d":{}}}]'
	[ "$(gaio-fetch -q -s s.json x | jq -s -c 'map(.n)')" = '[1,2,3]' ]
	for body in '{"a":{"b":null}}' '{"a":null}'; do
		page p "$body"
		[ "$(gaio-fetch -q -s s.json x | wc -l)" -eq 0 ]
	done
	page p '{"data":[{"a":1}]}'
	fails 65 'page 1: a.b: missing, or not an array' -s s.json x
	shape ',"rows":"a.b","optional":true'
	[ "$(gaio-fetch -q -s s.json x | wc -l)" -eq 0 ]
	page p '[{"a":{"b":[{"n":1}]}},{"error":{"message":"backend"}}]'
	fails 69 'the API reports an error: backend' -s s.json x
	page p '[{"a":{"b":[{"n":1}]}},'
	fails 65 'page 1: ends too early' -s s.json x
}

@test "ignore: a name that announces nothing" {
	page p '{"data":[{"a":1}],"order":{"total":99},"next":"never"}'
	serve p
	printf '{"rows":"data","ignore":["order.total","next"],"resources":{"x":{"url":"http://127.0.0.1:%s/x"}}}' "$PORT" >s.json
	gaio-fetch -q -s s.json x >/dev/null
	sed -i 's/"order.total",//' s.json
	fails 65 'order.total announces more rows' -s s.json x
}

@test "more says that pages follow, but there is none: 65; false ends, whatever else the page holds" {
	page p '{"data":[{"a":1}],"has_more":true}'
	page q '{"data":[{"a":1}],"has_more":false,"next":"t","links":{"next":"http://x.test/"}}'
	page r '{"data":[],"has_more":true}'
	serve p q r
	printf '{"rows":"data","resources":{"x":{"url":"http://127.0.0.1:%s/x","next":{"token":"next","query":"t","more":"has_more"}},
		"y":{"url":"http://127.0.0.1:%s/x","next":{"last":"id","query":"t","more":"has_more"}}}}' "$PORT" "$PORT" >s.json
	fails 65 'page 1: has_more: says that more pages follow, but the page does not lead to one' -s s.json x
	gaio-fetch -q -s s.json x >/dev/null
	fails 65 'page 1: has_more: says that more pages follow' -s s.json y
}

@test "rate limit headers slow down before the API has to refuse" {
	page p '{"results":[{"a":1}],"next":"?p=2"}'
	printf '{"results":[{"a":1}],"next":"?p=2"}' | reply p 200 'RateLimit: "default";r=0;t=1'
	printf '{"results":[{"a":2}],"next":"?p=3"}' | reply q 200 'X-RateLimit-Remaining: 0' 'X-RateLimit-Reset: 1'
	page r '{"results":[]}'
	serve p q r
	run -0 --separate-stderr gaio-fetch leads
	[[ ${stderr##*, } > '2.0' ]]
}

@test "a redirect, or a next page at another host or on http, is refused in every style" {
	serve p
	for next in '"url":"next"' '"link":"next"'; do
		printf '{"rows":"data","resources":{"x":{"url":"http://127.0.0.1:%s/x","next":{%s}}}}' "$PORT" "$next" >s.json
		for url in "http://localhost:$PORT/x" "https://127.0.0.1:$PORT/x" '//evil.test/x'; do
			printf '{"data":[],"next":"%s"}' "$url" | reply p 200 "Link: <$url>; rel=next"
			fails 65 'leads to another scheme, host or port' -s s.json x
		done
		reply p 302 "Location: http://127.0.0.1:$PORT/y" </dev/null
		fails 69 'redirects are not followed' -s s.json x
	done
}

@test "rows that arrive while pages are read: a keyset loses none, offsets go on to the new total" {
	page p1 '{"data":[{"id":1},{"id":2}],"total":3}'
	page p2 '{"data":[{"id":3}],"total":4}'
	page p3 '{"data":[{"id":4}],"total":4}'
	page p4 '{"data":[],"total":4}'
	serve p1 p2 p3 p1 p2 p3 p4
	printf '{"rows":"data","resources":{"x":{"url":"http://127.0.0.1:%s/x","next":{"offset":"o","total":"total"}},
		"y":{"url":"http://127.0.0.1:%s/y","next":{"last":"id","query":"after","total":"total","estimate":true}}}}' "$PORT" "$PORT" >s.json
	[ "$(gaio-fetch -q -s s.json x | jq -s -c 'map(.id)')" = '[1,2,3,4]' ]
	[ "$(gaio-fetch -q -s s.json y | jq -s -c 'map(.id)')" = '[1,2,3,4]' ]
	[ "$(sed -n 's/^GET \(.*\) HTTP.*/\1/p' requests.log | paste -sd' ')" = '/x?o=0 /x?o=2 /x?o=3 /y /y?after=2 /y?after=3 /y?after=4' ]
}

# ---- times ----

@test "times are read and sent in each format; what is not a time of it is counted" {
	serve p
	while IFS='|' read -r format value watermark sent; do
		printf '[{"t":%s},{"t":"x"},{"t":null},{"t":[]}]' "$value" | reply p 200
		printf '{"resources":{"x":{"url":"http://127.0.0.1:%s/x","watermark":{"field":"t","format":"%s"},"since":{"query":"s","format":"%s"}}}}' \
			"$PORT" "$format" "$format" >s.json
		run -0 --separate-stderr gaio-fetch --seal -s s.json --since 2026-01-01T01:02:03Z x
		[ "$(tail -n 1 <<<"$output" | jq -r '.["@end"].watermark')" = "$watermark" ] || { echo "$format $value: $output"; return 1; }
		[[ $stderr == *'2 rows have a time that cannot be read'* ]]
		tail -n 8 requests.log | grep -qF "s=$sent HTTP" || { echo "$format: $(cat requests.log)"; return 1; }
	done <<-'END'
		rfc3339|"2026-01-02T03:04:05.678Z"|2026-01-02T03:04:05.678000Z|2026-01-01T01%3A02%3A03Z
		rfc3339|"2026-01-02T03:04:05-0300"|2026-01-02T06:04:05Z|2026-01-01T01%3A02%3A03Z
		rfc3339|"2026-01-02 03:04:05+00:00"|2026-01-02T03:04:05Z|2026-01-01T01%3A02%3A03Z
		offset|"2026-01-02T03:04:05+00:00"|2026-01-02T03:04:05Z|2026-01-01T01%3A02%3A03%2B00%3A00
		datetime|"2026-01-02 03:04:05"|2026-01-02T03:04:05Z|2026-01-01%2001%3A02%3A03
		date|"2026-01-02"|2026-01-02T00:00:00Z|2026-01-01
		compact|"20260102"|2026-01-02T00:00:00Z|20260101
		epoch_s|1767323045|2026-01-02T03:04:05Z|1767229323
		epoch_s|"1767323045"|2026-01-02T03:04:05Z|1767229323
		epoch_s|1767323045.25|2026-01-02T03:04:05.250000Z|1767229323
		epoch_ms|1767323045678|2026-01-02T03:04:05.678000Z|1767229323000
		epoch_ms|"1767323045678"|2026-01-02T03:04:05.678000Z|1767229323000
	END
}

@test "windows are half-open, also where the API leaves its begin out or takes its end in" {
	while IFS='|' read -r format until since end; do
		printf '{"resources":{"x":{"url":"http://127.0.0.1/x","since":{"query":"s","format":"%s","exclusive":true},"until":{"query":"u","format":"%s","inclusive":true}}}}' \
			"$format" "$format" >s.json
		gaio-fetch --check -s s.json --since 2026-01-02 --until "$until" x >out
		grep -qF "?s=$since&u=$end" out || { echo "$format: $(cat out)"; return 1; }
	done <<-'END'
		date|2026-01-05|2026-01-01|2026-01-04
		date|2026-01-05T15:00:00Z|2026-01-01|2026-01-05
		epoch_s|2026-01-05|1767311999|1767571199
		rfc3339|2026-01-05|2026-01-01T23%3A59%3A59Z|2026-01-04T23%3A59%3A59.999999Z
	END
}

@test "--since that the source file does not take, or that a resource needs: 64" {
	serve p
	printf '{"resources":{"x":{"url":"http://127.0.0.1:%s/x"},"y":{"url":"http://127.0.0.1:%s/{since}","since":{}}}}' "$PORT" "$PORT" >s.json
	fails 64 '--since: the source file does not say how this resource takes it' -s s.json --since 2026-01-01 x
	fails 64 '--until: the source file does not say' -s s.json --until 2026-01-01 x
	fails 64 '--since: this resource needs it' -s s.json y
	fails 64 'windows need to know where to begin' -s s.json --window 1d x
}

# ---- jobs ----

job() { # MORE-KEYS
	printf '{"auth":{"bearer":{"env":"TOKEN"}},"resources":{"x":{"url":"http://127.0.0.1:%s/","job":{"create":{"method":"POST","path":"jobs","body":{"q":1}},
		"poll":{"path":"jobs/{id}"},"id":"id","state":"state","done":["done"],"failed":"failed","every":"10ms","within":"300ms"%s},"path":"jobs/{id}/rows"}}}' "$PORT" "$1" >s.json
	export TOKEN=s3cret-token
}

@test "a job is made, looked at until it is done, and its rows fetched" {
	page made '{"id":17}'
	page busy '{"state":"busy"}'
	page done '{"state":"done"}'
	page rows '[{"a":1},{"a":2}]'
	serve made busy busy done rows
	job ''
	run -0 --separate-stderr gaio-fetch -q -s s.json x
	[ "$output" = $'{"a":1}\n{"a":2}' ]
	[ "$(grep -oE '(GET|POST) [^ ]*' requests.log | paste -sd,)" = 'POST /jobs,GET /jobs/17,GET /jobs/17,GET /jobs/17,GET /jobs/17/rows' ]
}

@test "a job's result is fetched from its URL without credentials; none means no rows" {
	page made '{"id":"j"}'
	page done '{"state":"done","url":"http://127.0.0.1:@PORT@/file?sig=1"}'
	printf '{"a":1}\n{"a":2}\n' | reply file 200 'Content-Type: text/plain'
	page empty '{"state":"done","url":null}'
	serve made done file made empty
	job ',"result":"url"'
	sed -i '/^Content-Length/d' done
	run -0 --separate-stderr gaio-fetch -q -s s.json x
	[ "$output" = $'{"a":1}\n{"a":2}' ]
	[ "$(grep -c '^Authorization: Bearer s3cret-token' requests.log)" -eq 2 ]
	tail -n 8 requests.log | grep -q '^GET /file?sig=1 '
	run -0 --separate-stderr gaio-fetch -q -s s.json x
	[ -z "$output" ]
}

@test "a job that fails, has no id, or is not done in time" {
	page made '{"id":"j"}'
	page failed '{"state":"failed"}'
	page none '{"x":1}'
	page busy '{"state":"busy"}'
	serve made failed none made busy
	job ''
	fails 69 'page 1: the job failed' -s s.json x
	fails 65 'page 1: the job has no id' -s s.json x
	fails 75 'page 1: the job is not done in time' -s s.json x
}

@test "a secret that the API sends back in an error is not shown" {
	serve @echo
	printf '{"auth":{"query":{"name":"key","env":"TOKEN"}},"resources":{"x":{"url":"http://127.0.0.1:%s/x"}}}' "$PORT" >s.json
	TOKEN=s3cret run -69 --separate-stderr gaio-fetch -vv -s s.json x
	[[ $output$stderr != *s3cret* ]]
	printf '{"auth":{"header":{"name":"X-Key","env":"TOKEN"}},"resources":{"x":{"url":"http://127.0.0.1:%s/x"}}}' "$PORT" >s.json
	TOKEN=s3cret run -69 --separate-stderr gaio-fetch -vv -s s.json x
	[[ $output$stderr != *s3cret* ]]
	printf '{"headers":{"X-Key":"{env.TOKEN}"},"resources":{"x":{"url":"http://127.0.0.1:%s/x"}}}' "$PORT" >s.json
	TOKEN=s3cret run -69 --separate-stderr gaio-fetch -vv -s s.json x
	[[ $output$stderr != *s3cret* ]]
}

@test "each: a parent that has gone can mean no rows, and the others are fetched" {
	page p '[{"a":1}]'
	reply gone 404 </dev/null
	serve p gone p
	printf '{"resources":{"x":{"url":"http://127.0.0.1:%s/{id}","each":{"key":"id"},"replies":[{"status":404,"means":"ok"}]}}}' "$PORT" >s.json
	printf '{"id":%s}\n' 1 2 3 >parents
	run -0 --separate-stderr gaio-fetch -q -s s.json x <parents
	[ "$output" = $'{"a":1}\n{"a":1}' ]
}
