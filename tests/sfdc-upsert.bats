load salesforce

upsert() {
	sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c "$@"
}

@test "rows are created, then updated; results stand in input order" {
	sandbox
	leads 7 >rows.ndjson
	upsert rows.ndjson >first.ndjson
	[ "$(statuses <first.ndjson)" = "7 created" ]
	upsert <rows.ndjson >second.ndjson
	[ "$(statuses <second.ndjson)" = "7 updated" ]
	[ "$(jq -c '[.line,.external_id,.id]' first.ndjson)" = "$(jq -c '[.line,.external_id,.id]' second.ndjson)" ]
	[ "$(jq -r .external_id first.ndjson | tr '\n' ' ')" = "L-1 L-2 L-3 L-4 L-5 L-6 L-7 " ]
	[ "$(jq -s 'all(.id | test("^00Q[0-9A-Za-z]{12}[A-Z0-5]{3}$"))' first.ndjson)" = true ]
	[ "$(jq -s 'any(has("row"))' first.ndjson)" = false ]
}

@test "10,000 rows take 50 calls and the one for the description" {
	sandbox
	leads 10000 | upsert --api collections >results.ndjson
	[ "$(grep -c '"status":"created"' results.ndjson)" = 10000 ]
	[ "$(calls)" = 50 ]
	[ "$(total)" = 51 ]
}

@test "450 rows are three calls, in order" {
	sandbox
	leads 450 | upsert >results.ndjson
	[ "$(calls)" = 3 ]
	[ "$(stored)" = 450 ]
	in_order 450 <results.ndjson
}

@test "values travel byte for byte" {
	sandbox
	lead L-1 ',"Score__c":8474.34,"FirstName":"Zo\u00eb \"Z\" \ud83d\ude00","City":"São Paulo"' | upsert >/dev/null
	soql "SELECT FirstName, City, Score__c FROM Lead" >got
	[ "$(jq -c '.records[0] | [.FirstName,.City,.Score__c]' got)" = '["Zoë \"Z\" 😀","São Paulo",8474.34]' ]
}

@test "each failing row says why and brings its row; the others arrive" {
	sandbox
	{
		lead L-1
		echo '{"Gaio_Lead_Id__c":"L-2","LastName":"Silva"}'
		lead L-3 ',"Rating":"Boiling"'
		lead L-4 ',"Email":"nobody"'
		lead L-5 ',"Score__c":"many"'
		lead L-6 ",\"Phone\":\"$(printf '%050d' 0)\""
		echo '{"LastName":"Silva","Company":"Acme"}'
		lead ''
		lead L-9 ',"Id":"00Q000000000001AAA"'
		lead L-10
	} >rows.ndjson
	run -1 --separate-stderr upsert --rejects bad.ndjson rows.ndjson
	echo "$output" >results.ndjson
	[ "$(outcomes <results.ndjson)" = \
		"created REQUIRED_FIELD_MISSING INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST INVALID_EMAIL_ADDRESS JSON_PARSER_ERROR STRING_TOO_LONG MISSING_ARGUMENT MISSING_ARGUMENT INVALID_FIELD created " ]
	[ "$(jq -c 'select(.line == 2) | .error.fields' results.ndjson)" = '["Company"]' ]
	[ "$(jq -c 'select(.line == 7 or .line == 8) | .error.fields' results.ndjson | uniq)" = '["Gaio_Lead_Id__c"]' ]
	jq -c 'select(.status == "failed") | .row' results.ndjson >from-results
	jq -c .row bad.ndjson | cmp - from-results
	[ "$(jq -r 'select(.line == 2) | .field' bad.ndjson)" = Company ]
	[ "$(stat -c %a bad.ndjson)" = 600 ]
	[ "$(stored)" = 2 ]
}

@test "one value that Salesforce's parser does not take fails its row, not its call" {
	sandbox
	{ leads 450; lead L-451 ',"Score__c":"many"'; leads 3; } >rows.ndjson
	sed -i '2s/}$/,"Gaio_Updated_At__c":"soon"}/' rows.ndjson
	run -1 --separate-stderr upsert rows.ndjson
	[ "$(statuses <<<"$output")" = "450 created 2 failed 2 updated" ]
	[ "$(jq -c 'select(.error) | [.line,.error.code]' <<<"$output" | tr '\n' ' ')" = '[2,"JSON_PARSER_ERROR"] [451,"JSON_PARSER_ERROR"] ' ]
	[ -z "$stderr" ]
	# 3 calls; the first and the third again in calls of 100, 20, 5 and 1
	[ "$(calls)" -le 36 ]
}

@test "values take the form of their field: numbers as texts, texts as numbers and booleans, digit for digit" {
	sandbox
	for api in collections bulk; do
		echo '{"Gaio_Lead_Id__c":9007199254740993,"LastName":true,"Company":12345678901234567890.10,"Phone":-5511,"Score__c":" 7.50 ","NumberOfEmployees":"12","HasOptedOutOfEmail":"1"}' |
			upsert --api $api --poll 1 >results.ndjson
		grep '"external_id":9007199254740993,.*"status":"[cu]' results.ndjson
		soql "SELECT Gaio_Lead_Id__c, LastName, Company, Phone, Score__c, NumberOfEmployees, HasOptedOutOfEmail FROM Lead" >got
		[ "$(jq -c '.records[0] | del(.attributes)' got)" = '{"Gaio_Lead_Id__c":"9007199254740993","LastName":"true","Company":"12345678901234567890.10","Phone":"-5511","Score__c":7.5,"NumberOfEmployees":12,"HasOptedOutOfEmail":true}' ]
	done
	for value in '"HasOptedOutOfEmail":0' '"HasOptedOutOfEmail":false' '"HasOptedOutOfEmail":"false"'; do
		lead 9007199254740993 ",$value" | upsert >/dev/null
		[ "$(soql 'SELECT HasOptedOutOfEmail FROM Lead' | jq '.records[0].HasOptedOutOfEmail')" = false ]
	done
	for value in '01' '1.' '.5' '-' '1e5' '+1' '0x1' ''; do # no numbers as JSON has them: they go as they are
		lead L-1 ",\"Score__c\":\"$value\"" >row
		upsert row >result || true
		[ "$(wc -l <result)" = 1 ]
	done
}

@test "what is sent for a number field: the digits of a text, anything else as it is" {
	command -v strace >/dev/null || skip "no strace"
	sandbox
	for value in 7 -0.50 ' 12 ' 9007199254740993 - ' ' '- 1' 01 1. .5 1e5 0x1 '1,5'; do lead L-1 ",\"Score__c\":\"$value\""; done >rows
	# each with the same external id, so each in a call of its own
	recorded sfdc-upsert -q --api collections --object Lead --external-id Gaio_Lead_Id__c rows >results || [ $? -eq 1 ]
	sent | grep -o '"Score__c":.*' | tr -d '}]' >bodies
	cmp bodies - <<-'END'
		"Score__c":7
		"Score__c":-0.50
		"Score__c":12
		"Score__c":9007199254740993
		"Score__c":"-"
		"Score__c":" "
		"Score__c":"- 1"
		"Score__c":"01"
		"Score__c":"1."
		"Score__c":".5"
		"Score__c":"1e5"
		"Score__c":"0x1"
		"Score__c":"1,5"
	END
	recorded sfdc-upsert -q --api bulk --poll 1 --object Lead --external-id Gaio_Lead_Id__c --duplicates first rows >results || [ $? -eq 1 ]
	sent | grep -qx 'L-1,Silva,Acme,7'
}

@test "a relationship that leads to more objects than are looked at: Salesforce decides" {
	[ -x "$BIN/tests/page_server" ] || skip "the test drivers are not built"
	local object objects=(a b c d e f g)
	reply lead '{"name":"Lead","fields":[{"name":"Gaio_Lead_Id__c","type":"string","externalId":true,"updateable":true},
		{"name":"Any__c","type":"reference","relationshipName":"Any__r","updateable":true,"referenceTo":["a","b","c","d","e","f","g","h","i"]}]}'
	for object in "${objects[@]}"; do reply $object "{\"name\":\"$object\",\"fields\":[]}"; done
	reply taken '[{"id":"00Q5g0000000001EAA","success":true,"created":true,"errors":[]}]'
	answering lead "${objects[@]}" taken
	export SF_ORG_INSTANCE_URL=http://127.0.0.1:$port SF_ACCESS_TOKEN=t
	echo '{"Gaio_Lead_Id__c":"L-1","Any__r.Key__c":"K-1"}' >rows
	run -0 upsert rows
	[[ $output == *'"status":"created"'* ]]
	# none of those that are looked at has it
	reply lead '{"name":"Lead","fields":[{"name":"Gaio_Lead_Id__c","type":"string","externalId":true,"updateable":true},
		{"name":"Any__c","type":"reference","relationshipName":"Any__r","updateable":true,"referenceTo":["a","b"]}]}'
	answering lead a b taken
	SF_ORG_INSTANCE_URL=http://127.0.0.1:$port run -65 upsert rows
	[[ $output == *'Any__r.Key__c (no such external id)'* ]]
}

@test "rejects can be mended and fed in again" {
	sandbox
	{ lead L-1; echo '{"Gaio_Lead_Id__c":"L-2","LastName":"Silva"}'; } >rows.ndjson
	run -1 upsert --rejects bad.ndjson rows.ndjson
	jq -c '.row + {Company: "Acme"}' bad.ndjson | upsert >again.ndjson
	[ "$(statuses <again.ndjson)" = "1 created" ]
	[ "$(stored)" = 2 ]
}

@test "an external id that comes twice: both are sent, the later row wins" {
	sandbox
	{ lead L-1 ',"City":"first"'; lead l-1 ',"City":"second"'; lead L-2; lead L-1 ',"City":"third"'; } | upsert >results.ndjson
	[ "$(jq -r .status results.ndjson | tr '\n' ' ')" = "created updated created updated " ]
	[ "$(calls)" = 3 ]
	[ "$(soql "SELECT City FROM Lead WHERE Gaio_Lead_Id__c = 'L-1'" | jq -r '.records[0].City')" = third ]
}

# The two ids have the same hash in the way that earlier versions made it.
@test "different external ids are different, whatever their hashes" {
	sandbox
	{ lead bltfto6y56fnd; lead 7hnwxswpi32fz; } >rows.ndjson
	[ "$(upsert --duplicates reject rows.ndjson | statuses)" = "2 created" ]
	upsert --api bulk rows.ndjson >results.ndjson
	[ "$(statuses <results.ndjson)" = "2 updated" ]
	[ "$(jq -r .id results.ndjson | sort -u | wc -l)" = 2 ]
	[ "$(stored)" = 2 ]
}

@test "external ids are the same without ASCII case, white space around them and line breaks" {
	sandbox
	{ lead L-1; lead ' l-1\t'; lead 'L\n-1'; lead 'L -1'; lead 'É'; lead 'é'; } >rows.ndjson
	[ "$(upsert --duplicates first rows.ndjson | outcomes)" = "created DUPLICATE_VALUE DUPLICATE_VALUE created created created " ]
}

@test "null clears a field, an absent one is left alone" {
	sandbox
	lead L-1 ',"City":"Recife","Phone":"+55"' | upsert >/dev/null
	lead L-1 ',"City":null' | upsert >/dev/null
	[ "$(soql 'SELECT City, Phone FROM Lead' | jq -c '.records[0] | [.City,.Phone]')" = '[null,"+55"]' ]
}

@test "a row that is not JSON ends the run, or goes to the rejects" {
	sandbox
	{ lead L-1; echo '{"secret": oops}'; lead L-3; } >rows.ndjson
	run -65 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"rows.ndjson:2: "* ]]
	[[ $stderr != *oops* ]]
	[ "$(jq -r '.["@end"].ok | select(. != null)' <<<"$output")" = false ]
	[ "$(stored)" = 0 ]
	run -1 --separate-stderr upsert --rejects bad.ndjson rows.ndjson
	[ "$(outcomes <<<"$output")" = "created INVALID_ROW created " ]
	[ "$(jq -r .raw bad.ndjson)" = '{"secret": oops}' ]
}

@test "a row that fails here names the field it fails for" {
	sandbox
	cat >rows.ndjson <<-'END'
		{"Gaio_Lead_Id__c":"L-1","LastName":"a","lastname":"b"}
		{"Gaio_Lead_Id__c":"L-1","Ci\u0074y":["a"]}
		{"Gaio_Lead_Id__c":"L-1","ID":"x"}
		{"Gaio_Lead_Id__c":"L-1","attributes":{"type":"Lead"}}
		{"Gaio_Lead_Id__c":["L-1"]}
		{"LastName":"a"}
	END
	run -1 upsert --rejects bad.ndjson rows.ndjson
	[ "$(jq -r '.error.fields[]' <<<"$output" | xargs)" = "lastname City Id attributes Gaio_Lead_Id__c Gaio_Lead_Id__c" ]
	[ "$(jq -r .error.code <<<"$output" | sort | uniq -c | xargs)" = "4 INVALID_FIELD 1 INVALID_TYPE_ON_FIELD_IN_RECORD 1 MISSING_ARGUMENT" ]
	[ "$(jq -r .field bad.ndjson | head -3 | xargs)" = "lastname City Id" ]
	[ "$(total)" = 0 ]
}

@test "duplicate keys are refused" {
	sandbox
	echo '{"Gaio_Lead_Id__c":"L-1","LastName":"a","LastName":"b","Company":"c"}' >rows.ndjson
	run -65 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"duplicate key"* ]]
	[ "$(calls)" = 0 ]
}

@test "columns that cannot be sent: all are named, nothing is done, every row is unprocessed, 65" {
	sandbox
	{ lead L-1 ',"Nonsense":1'; lead L-2 ',"createddate":null,"Boss.Ext__c":1'; } >rows.ndjson
	run -65 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"Lead cannot take: Nonsense (no such field), createddate (read-only), Boss.Ext__c (no such relationship)"* ]]
	[ "$(calls)" = 0 ]
	[ "$(head -2 <<<"$output" | statuses)" = "2 unprocessed" ]
	[ "$(tail -1 <<<"$output" | jq -r '.["@end"].ok')" = false ]
	[ "$(stored)" = 0 ]
	{ lead L-1 ',"Gaio_Account__r.Nope__c":1'; lead L-2 ',"Gaio_Account__r":{"Name":"x"}'; lead L-3 ',"Gaio_Account__r.Gaio_Account_Id__c":"x"'; } >rows.ndjson
	run -65 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"Lead cannot take: Gaio_Account__r.Nope__c (no such external id), Gaio_Account__r.Name (no such external id)" ]]
	run -65 --separate-stderr sfdc-upsert --object Lead --external-id Company rows.ndjson
	[[ $stderr == *"Company (no external id)"* ]]
	[ "$(calls)" = 0 ]
	run -69 --separate-stderr sfdc-upsert --object Nothing --external-id Gaio_Lead_Id__c rows.ndjson
	[[ $stderr == "sfdc-upsert: Nothing: no such object"* ]]
	lead L-1 "$(printf ',"A_column_that_is_not_there_%d__c":1' {1..100})" >rows.ndjson
	run -65 --separate-stderr upsert rows.ndjson
	[ "$(grep -o 'there_[0-9]*__c (no such field)' <<<"$stderr" | sort -u | wc -l)" = 100 ]
	[[ $(tail -1 <<<"$stderr") == *" more" ]]
}

@test "faults that pass: the run ends right" {
	local kind
	for kind in 429 500 503 reset slow; do
		sandbox --fault "sf:$kind@1"
		leads 3 | upsert >results.ndjson
		[ "$(statuses <results.ndjson)" = "3 created" ]
		[ "$(stored)" = 3 ]
	done
	for kind in lost cut; do
		sandbox --fault "sf:$kind@2"
		leads 3 | upsert >results.ndjson
		[ "$(statuses <results.ndjson)" = "3 updated" ]
		[ "$(stored)" = 3 ]
	done
}

@test "faults that stay: 75, the answered rows stand, the rest is unprocessed and can be fed in again" {
	sandbox --fault=sf:503@{3..6}
	leads 600 >rows.ndjson
	run -75 --separate-stderr upsert --tries 2 rows.ndjson
	[ "$(head -600 <<<"$output" | statuses)" = "200 created 400 unprocessed" ]
	in_order 600 <<<"$output"
	[ "$(tail -1 <<<"$output" | jq -r '.["@end"].ok')" = false ]
	[ "$(calls) $(stored)" = "5 200" ]
	jq -c 'select(.status == "unprocessed") | .row' <<<"$output" | upsert >again.ndjson
	[ "$(statuses <again.ndjson) $(stored)" = "400 created 600" ]
}

@test "calls are in flight together, and results keep the order" {
	sandbox --fault=sf:slow@{2..5}
	leads 1000 >rows.ndjson
	upsert rows.ndjson >results.ndjson 3>&- &
	pid=$!
	until [ "$(calls)" -ge 4 ]; do kill -0 "$pid"; done # none of them has its reply yet
	[ ! -s results.ndjson ]
	wait "$pid"
	[ "$(calls) $(statuses <results.ndjson)" = "5 1000 created" ]
	in_order 1000 <results.ndjson
}

@test "refusals: the daily limit and 404 are 69, not tried again, and nothing arrives" {
	sandbox --fault sf:403@2
	leads 3 >rows.ndjson
	run -69 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"REQUEST_LIMIT_EXCEEDED"* ]]
	[ "$(calls)" = 1 ]
	[ "$(stored)" = 0 ]
	sandbox --fault sf:404@1
	run -69 upsert rows.ndjson
	[ "$(stored)" = 0 ]
}

@test "an expired session is renewed once per expiry, and is 77 with a plain token" {
	sandbox --fault sf:expire@3
	leads 1400 >rows.ndjson
	head -600 rows.ndjson >some.ndjson
	run -77 --separate-stderr upsert some.ndjson
	[[ $stderr == *INVALID_SESSION_ID* ]]
	[ "$(head -600 <<<"$output" | statuses)" = "200 created 400 unprocessed" ]
	# calls 2 to 5 go together, and three of them again; then 9 to 11 do, and two of them again
	sandbox --fault sf:expire@3 --fault sf:expire@10 --fault oauth:503@1
	use_jwt
	upsert rows.ndjson >results.ndjson
	[ "$(statuses <results.ndjson)" = "1400 created" ]
	[ "$(calls) $(logins)" = "12 4" ]
}

@test "logging in by client credentials, by refresh token, by auth URL; sessions are renewed" {
	leads 3 >rows.ndjson
	sandbox --fault sf:expire@2
	TOKEN=$SF_ACCESS_TOKEN
	unset SF_ACCESS_TOKEN SF_ORG_INSTANCE_URL SF_USERNAME
	upsert rows.ndjson >results.ndjson # the refresh token
	[ "$(statuses <results.ndjson) $(logins)" = "3 created 2" ]
	SF_REFRESH_TOKEN=wrong run -77 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"login by refresh token: invalid_grant: "* ]]
	[[ $stderr != *wrong* ]]
	local refresh=$SF_REFRESH_TOKEN secret=$SF_CLIENT_SECRET
	unset SF_REFRESH_TOKEN
	upsert rows.ndjson >/dev/null # client credentials
	SF_CLIENT_SECRET=wrong run -77 upsert rows.ndjson
	SF_LOGIN_URL='' run -78 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"SF_LOGIN_URL: not set"* ]]
	unset SF_CLIENT_ID SF_CLIENT_SECRET
	SF_AUTH_URL="force://PlatformCLI::$refresh@example.my.salesforce.com" run -0 upsert rows.ndjson
	echo "force://sandbox-client:$secret:$refresh@example.my.salesforce.com" >auth
	chmod 600 auth
	export SF_AUTH_URL_FILE=auth
	upsert rows.ndjson >/dev/null
	SF_AUTH_URL='force://a:b@c' run -78 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"SF_AUTH_URL: must be force://"* ]]
	chmod 755 .
	chmod 644 auth
	run -78 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"auth: others can read it"* ]]
}

@test "logging in by key: what can go wrong" {
	sandbox
	use_jwt
	leads 2 >rows.ndjson
	SF_USERNAME=nobody@example.com run -77 --separate-stderr upsert rows.ndjson
	[[ $stderr == *invalid_grant* ]]
	[ "$(head -2 <<<"$output" | jq -r .error.code | uniq)" = LOGIN_FAILED ]
	chmod 755 .
	chmod 644 sf.key
	run -78 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"sf.key: others can read it"* ]]
	echo nonsense >sf.key
	chmod 600 sf.key
	run -78 upsert rows.ndjson
	unset SF_JWT_KEY_FILE SF_REFRESH_TOKEN SF_CLIENT_SECRET
	run -78 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"no credentials"* ]]
	SF_ACCESS_TOKEN=x run -78 upsert rows.ndjson
	SF_ACCESS_TOKEN=x SF_ORG_INSTANCE_URL=http://127.0.0.1:1 run -75 --separate-stderr upsert --tries 1 rows.ndjson
	[[ $stderr == "sfdc-upsert: http://127.0.0.1:1: /sobjects/Lead/describe: "* ]]
	SF_ACCESS_TOKEN=wrong SF_ORG_INSTANCE_URL=$LEADPIPE_SANDBOX_URL run -77 upsert rows.ndjson
}

@test "a failing end record: what waits is not sent, and the record goes on" {
	sandbox
	{ leads 3; echo '{"@end":{"ok":false,"tool":"bq-query","error":"page 2: HTTP 503"}}'; } >rows.ndjson
	run -66 --separate-stderr upsert rows.ndjson
	[ "$(head -3 <<<"$output" | statuses)" = "3 unprocessed" ]
	[ "$(tail -1 <<<"$output" | jq -r '.["@end"].tool')" = bq-query ]
	[ "$(calls)" = 0 ]
}

@test "--seal: nothing is sent before the good end record" {
	sandbox
	leads 450 >rows.ndjson
	run -66 --separate-stderr upsert --seal <rows.ndjson
	{ cat rows.ndjson; echo '{"@end":{"ok":false,"tool":"bq-query","error":"x"}}'; } >failed.ndjson
	run -66 --separate-stderr upsert --seal failed.ndjson
	LEADPIPE_SEAL=1 run -66 --separate-stderr upsert <rows.ndjson
	[ "$(calls)" = 0 ]
	{ cat rows.ndjson; echo '{"@end":{"ok":true,"tool":"bq-query","rows":450}}'; } >sealed.ndjson
	upsert --seal sealed.ndjson >results.ndjson
	[ "$(tail -1 results.ndjson | jq -c '.["@end"] | [.ok,.rows]')" = "[true,450]" ]
	[ "$(head -450 results.ndjson | statuses)" = "450 created" ]
	in_order 450 <results.ndjson
}

@test "a stream cut in the middle of a row is bad input" {
	sandbox
	{ lead L-1; printf '{"Gaio_Lead_Id__c":"L-2","Last'; } >rows.ndjson
	run -65 --separate-stderr upsert --rejects bad.ndjson rows.ndjson
	[ "$(calls)" = 0 ]
}

@test "usage, configuration and an empty stream" {
	run -64 sfdc-upsert --external-id X
	run -64 sfdc-upsert --object Lead
	run -64 sfdc-upsert --object 'Lead/x' --external-id X
	run -64 --separate-stderr sfdc-upsert --object Lead --external-id id
	[[ $stderr == *"--external-id: must be an external id field; Id is none"* ]]
	run -64 --separate-stderr sfdc-upsert --object Lead --external-id X --empty none
	[[ $stderr == *"--empty: must be null, keep or skip"* ]]
	run -64 sfdc-upsert --object Lead --external-id X --duplicates all
	run -64 sfdc-upsert --object Lead --external-id X --stop-at 80
	run -64 sfdc-upsert --object Lead --external-id X --job-bytes 200M
	run -64 sfdc-upsert --object Lead --external-id X --api soap
	run -64 sfdc-upsert --object Lead --external-id X --tries 0
	sandbox
	run -78 upsert --api-version new /dev/null
	run -0 upsert /dev/null
	run -74 upsert nowhere.ndjson
	run -73 upsert --rejects /nowhere/bad.ndjson /dev/null
	[ "$(calls)" = 0 ]
	run -0 sfdc-upsert --help
	[[ $output == usage:* ]]
}

@test "rows that fail here do not pile up, and keep their place" {
	sandbox
	{ lead L-1; yes '{"LastName":"nobody"}' | head -2000; lead L-2; } >rows.ndjson
	run -1 --separate-stderr upsert rows.ndjson
	[ "$(statuses <<<"$output")" = "2 created 2000 failed" ]
	in_order 2002 <<<"$output"
	[ "$(calls)" = 1 ]
}

@test "a row of 7 MB travels in a call of its own" {
	sandbox
	{
		lead L-1
		printf '{"Gaio_Lead_Id__c":"L-2","LastName":"Silva","Company":"Acme","Description":"'
		head -c 7000000 /dev/zero | tr '\0' x
		printf '"}\n'
		lead L-3
	} >rows.ndjson
	run -1 --separate-stderr upsert rows.ndjson
	[ "$(outcomes <<<"$output")" = "created STRING_TOO_LONG created " ]
	[ "$(calls)" = 3 ]
}

@test "stdout that is full: 74" {
	sandbox
	leads 3 >rows.ndjson
	run -74 --separate-stderr sh -c 'sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c rows.ndjson >/dev/full'
	[[ $stderr == *"stdout: "* ]]
}

@test "the API version travels, from the option or the environment" {
	sandbox
	lead L-1 | upsert --api-version 60 >/dev/null
	lead L-1 | SF_ORG_API_VERSION=61.0 upsert >/dev/null
	lead L-1 >row
	run -69 upsert --api-version 12 row
}

@test "the summary counts, and tells the API usage" {
	sandbox
	leads 2 >rows.ndjson
	run -0 --separate-stderr sfdc-upsert --object Lead --external-id gaio_lead_id__c rows.ndjson
	[[ $stderr == *"2 rows in, 2 out"*"2 created, 0 updated, 2 calls, API usage 2 of 15000"* ]]
}

# sf_plays REPLY...: an organization that gives these replies, in order, after the description.
sf_plays() {
	local field='"type":"string","createable":true,"updateable":true'
	plays "200 {\"name\":\"Lead\",\"fields\":[{\"name\":\"X__c\",\"externalId\":true,$field},{\"name\":\"City\",$field}]}" "$@"
	export SF_ACCESS_TOKEN=t SF_ORG_INSTANCE_URL=http://127.0.0.1:$PORT
}

@test "what Salesforce says of values is in the results, and neither on standard error nor in the end record" {
	local how
	printf '{"X__c":"%s","City":"Hidden Valley"}\n' A B >in
	for how in collections bulk; do
		sf_plays '400 [{"errorCode":"INVALID_FIELD","message":"City: Hidden Valley is not a city"}]'
		run -69 --separate-stderr sfdc-upsert --seal --api $how --tries 1 --object Lead --external-id X__c in
		[ "$(grep -c '"status":"unprocessed".*"INVALID_FIELD".*Hidden Valley is not' <<<"$output")" = 2 ]
		[[ $stderr == *": INVALID_FIELD"* && $stderr != *Hidden* ]]
		[[ "$(tail -1 <<<"$output")" == *'"@end"'*INVALID_FIELD* && "$(tail -1 <<<"$output")" != *Hidden* ]]
	done
	sf_plays '403 [{"errorCode":"API_DISABLED_FOR_ORG","message":"API is not enabled for this Organization"}]'
	run -77 --separate-stderr sfdc-upsert --tries 1 --object Lead --external-id X__c in
	[[ $stderr == *"API is not enabled for this Organization"* ]]
}

@test "what ended a Bulk job is named by its kind, without what it quotes" {
	local job='{"id":"7505g00000abcdEAAQ","state":"Open"}'
	echo '{"X__c":"A","City":"Hidden Valley"}' >in
	sf_plays "200 $job" '201 ' "200 ${job/Open/UploadComplete}" \
		"200 ${job/\"Open\"/\"Failed\",\"errorMessage\":\"InvalidBatch : Field name not found : Hidden Valley\"}"
	run -69 --separate-stderr sfdc-upsert --api bulk --poll 1 --tries 1 --object Lead --external-id X__c in
	[[ $stderr == *": Failed: InvalidBatch : Field name not found; rows not processed: 1"* && $stderr != *Hidden* ]]
	[ "$(head -1 <<<"$output" | jq -r .error.message)" = "InvalidBatch : Field name not found : Hidden Valley" ]
}

@test "a Bulk job that somebody aborts stays aborted: no other takes its place" {
	local job='{"id":"7505g00000abcdEAAQ","state":"Open"}'
	echo '{"X__c":"A"}' >in
	sf_plays "200 $job" '201 ' "200 ${job/Open/UploadComplete}" "200 ${job/Open/Aborted}"
	run -69 --separate-stderr sfdc-upsert --api bulk --poll 1 --tries 1 --object Lead --external-id X__c in
	[[ $stderr == *": Aborted; rows not processed: 1"* ]]
	[ "$(head -1 <<<"$output" | jq -r '.status + " " + .error.code')" = "unprocessed JOB_ABORTED" ]
	[ "$(grep -c '^POST ' requests.log)" = 1 ]
}

@test "--assign: each write says which assignment rule is to run, or that none is" {
	local rule=01Q5g0000001abcEAA job='{"id":"7505g00000abcdEAAQ","state":"Open"}'
	local done='[{"id":"00Q5g0000001abcEAA","success":true,"created":true,"errors":[]}]'
	echo '{"X__c":"A"}' >in
	sf_plays "200 $done"
	sfdc-upsert -q --object Lead --external-id X__c in >out
	grep -qi '^Sforce-Auto-Assign: FALSE' requests.log
	sf_plays "200 $done"
	sfdc-upsert -q --assign $rule --object Lead --external-id X__c in >out
	grep -qi "^Sforce-Auto-Assign: $rule" requests.log
	command -v strace >/dev/null || skip "no strace"
	for rule in none $rule; do
		sf_plays "200 $job" '201 ' "200 ${job/Open/UploadComplete}" "200 ${job/Open/Aborted}"
		run -69 recorded sfdc-upsert -q --assign $rule --api bulk --poll 1 --tries 1 --object Lead --external-id X__c in
		sent | grep -o '"columnDelimiter.*' >body
		[ "$rule" != none ] || grep -qx '"columnDelimiter":"COMMA"}' body
		[ "$rule" = none ] || grep -qx "\"columnDelimiter\":\"COMMA\",\"assignmentRuleId\":\"$rule\"}" body
	done
	for rule in 01Q5g 00Q5g0000001abcEAA '01Q5g0000001ab"' TRUE; do
		run -64 sfdc-upsert --assign "$rule" --object Lead --external-id X__c in
	done
}
