load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	sandbox
	TOKEN=$(token_of '{"grant_type":"client_credentials","client_id":"'"$SFMC_CLIENT_ID"'","client_secret":"'"$SFMC_CLIENT_SECRET"'","account_id":'"$SFMC_ACCOUNT_ID"'}')
}

token_of() {
	curl -sS "$SFMC_AUTH_URL/v2/token" -H 'Content-Type: application/json' -d "$1" | jq -r .access_token
}

# mc METHOD PATH [BODY]: the reply goes to reply.json; prints the status.
mc() {
	curl -sS -o reply.json -w '%{http_code}' -X "$1" "$SFMC_AUTH_URL$2" -H "Authorization: Bearer $TOKEN" \
		-H 'Content-Type: application/json' ${3:+-d "$3"}
}

reply() {
	jq -e "$@" reply.json
}

keys() {
	[ "$(mc GET /data/v1/customobjectdata/key/leads/rowset)" = 200 ]
	jq -r '.items[].keys.SubscriberKey' reply.json | xargs
}

row() { # KEY [MORE MEMBERS]
	printf '{"SubscriberKey":"%s","LastName":"X"%s}' "$1" "${2:-}"
}

item() { # KEY [MORE MEMBERS]
	printf '{"keys":{"SubscriberKey":"%s"},"values":{"LastName":"X"%s}}' "$1" "${2:-}"
}

@test "a token: as JSON, as a form, under the path that the sdk makes; not for others" {
	[[ $TOKEN == sfmc.* ]]
	curl -sS "$SFMC_AUTH_URL/https://mc0.auth.marketingcloudapis.com/v2/token" -d grant_type=client_credentials \
		-d "client_id=$SFMC_CLIENT_ID" -d "client_secret=$SFMC_CLIENT_SECRET" |
		jq -e '.expires_in == 1079 and (.rest_instance_url | endswith("/")) and .token_type == "Bearer"'
	[ "$(token_of '{"grant_type":"client_credentials","client_id":"x","client_secret":"y"}')" = null ]
	[ "$(token_of '{"grant_type":"client_credentials","client_id":"'"$SFMC_CLIENT_ID"'","client_secret":"'"$SFMC_CLIENT_SECRET"'","account_id":7}')" = null ]
	TOKEN=x
	[ "$(mc GET /data/v1/customobjectdata/key/leads/rowset)" = 401 ]
	reply '.message == "Not Authorized" and .errorcode == 0'
}

@test "rows at once: those before the first bad one stay, those behind it do not" {
	[ "$(mc POST /hub/v1/dataevents/key:LEADS/rowset "[$(item A),$(item B ',"Score":1.50')]")" = 200 ]
	reply 'length == 2'
	[ "$(mc POST /hub/v1/dataevents/key:leads/rowset "[$(item C),$(item D ',"Email":"no"'),$(item E)]")" = 400 ]
	reply '.errorcode == 10006 and (.additionalErrors[0].message | contains("InvalidEmailAddress"))'
	[ "$(keys)" = "A B C" ]
	reply '.items[1].values.Score == "1.50"'
	[ "$(mc POST /hub/v1/dataevents/key:nowhere/rowset '[]')" = 400 ]
}

@test "what does not fit a column is told; what a row does not have is left as it was" {
	[ "$(mc POST /hub/v1/dataevents/key:leads/rowset "[$(item A ',"FirstName":"Ana","Score":7')]")" = 200 ]
	[ "$(mc POST /hub/v1/dataevents/key:leads/rowset "[$(item a ',"firstname":null')]")" = 200 ]
	[ "$(keys)" = "a" ]
	reply '.items[0].values | .FirstName == null and .Score == "7"'
	local bad=('"Score":"x"' '"Visits":1.5' '"Consent":"maybe"' '"UpdatedAt":"2026-02-30"' '"Nope":1' '"LastName":null'
		"\"FirstName\":\"$(printf 'x%.0s' {1..51})\"" '"FirstName":[1]')
	for value in "${bad[@]}"; do
		[ "$(mc POST /hub/v1/dataevents/key:leads/rowset "[$(item Z ",$value" | sed 's/"LastName":"X",\("LastName"\)/\1/')]")" = 400 ] ||
			{ echo "$value"; cat reply.json; return 1; }
	done
	[ "$(keys)" = "a" ]
}

@test "rows later: no status at first, then step by step; one result for each row, in order, in pages" {
	local id
	[ "$(mc PUT /data/v1/async/dataextensions/key:leads/rows "{\"items\":[$(row A),$(row B ',"Score":"x"'),$(row C)]}")" = 202 ]
	id=$(jq -r .requestId reply.json)
	for want in null Pending Executing Complete Complete; do
		[ "$(mc GET "/data/v1/async/$id/status")" = 200 ]
		[ "$(reply -r '.status.requestStatus')" = "$want" ] || [ "$want" = null ]
	done
	reply '.status.hasErrors and .status.resultStatus == "Has Errors"'
	[ "$(mc GET "/data/v1/async/$id/results?\$page=1&\$pageSize=2")" = 200 ]
	reply '.count == 3 and [.items[].status] == ["OK", "Error"] and .items[1].errors[0].name == "Score"'
	[ "$(mc GET "/data/v1/async/$id/results?\$page=2&\$pageSize=2")" = 200 ]
	reply '[.items[].status] == ["OK"]'
	[ "$(keys)" = "A C" ]
	[ "$(mc GET /data/v1/async/not-there/status)" = 200 ]
	reply '.status == null and .resultMessages[0].resultCode == "AsyncRequestStatusNotFound"'
	[ "$(mc PUT /data/v1/async/dataextensions/key:nowhere/rows '{"items":[]}')" = 400 ]
	reply '.resultMessages[0].resultCode == "CustomObjectNotFound"'
}

@test "limits: 32,000 rows and 5 MB" {
	(printf '{"items":['; yes '{},' | head -n 32000; printf '{}]}') >many
	[ "$(mc PUT /data/v1/async/dataextensions/key:leads/rows @many)" = 400 ]
	(printf '{"items":["'; head -c 5000000 /dev/zero | tr '\0' x; printf '"]}') >large
	[ "$(mc PUT /data/v1/async/dataextensions/key:leads/rows @large)" = 413 ]
}

@test "faults: expired tokens, both kinds of 429" {
	fault() { curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/fault" -d "sfmc:$1@1" | jq -e .ok; }
	fault 429
	[ "$(mc GET /data/v1/async/x/status)" = 429 ]
	reply '.errorcode == 50100'
	fault blocked
	[ "$(mc GET /data/v1/async/x/status)" = 429 ]
	reply '.errorcode == 50200'
	fault expire
	[ "$(mc GET /data/v1/async/x/status)" = 401 ]
}
