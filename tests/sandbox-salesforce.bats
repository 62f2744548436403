load helper

sf() { # METHOD PATH [CURL OPTION...]: the status on the first line, then the body
	local method=$1 path=$2
	shift 2
	curl -s -X "$method" -H "Authorization: Bearer ${TOKEN-$SF_ACCESS_TOKEN}" -H 'Content-Type: application/json' \
		-w '%{stderr}%{http_code}\n' "$@" "$SF_ORG_INSTANCE_URL/services/data/v66.0$path" 2>status
}

status() {
	cat status
}

collection() { # OBJECT/FIELD ALL_OR_NONE RECORD...
	local path=$1 all=$2 object=${1%%/*}
	shift 2
	jq -nc --argjson all "$all" --arg object "$object" \
		'{allOrNone: $all, records: [$ARGS.positional[] | fromjson | {attributes: {type: $object}} + .]}' --args "$@" |
		sf PATCH "/composite/sobjects/$path" --data-binary @-
}

soql() {
	sf GET /query -G --data-urlencode "q=$1"
}

ok='"LastName":"Silva","Company":"Acme"'

@test "versions, resources and the session" {
	sandbox
	[ "$(curl -s "$SF_ORG_INSTANCE_URL/services/data/" | jq -r '.[-1].version')" = 68.0 ]
	[ "$(sf GET / | jq -r .query)" = /services/data/v66.0/query ]
	TOKEN=wrong sf GET / >body
	[ "$(status)" = 401 ]
	[ "$(jq -c . body)" = '[{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid","fields":[]}]' ]
	curl -s -o /dev/null -D - -H "Authorization: Bearer $SF_ACCESS_TOKEN" "$SF_ORG_INSTANCE_URL/services/data/v66.0" >headers
	grep -q '^Sforce-Limit-Info: api-usage=2/15000' headers
	run -0 curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $SF_ACCESS_TOKEN" "$SF_ORG_INSTANCE_URL/services/data/v99.0"
	[ "$output" = 404 ]
}

@test "limits: the calls of a day, and those at a time" {
	sandbox --data data --fault sf:concurrent@1
	sf GET / -D headers >got
	[ "$(status) $(jq -r '.[0].message' got)" = "403 ConcurrentRequests (Concurrent API Requests) Limit exceeded." ]
	grep -q '^Retry-After: 0' headers
	sandbox_stop
	sqlite3 data/sandbox.db 'UPDATE sf_usage SET calls = 14999'
	sandbox --data data
	[ "$(sf GET /limits | jq -c .DailyApiRequests)" = '{"Max":15000,"Remaining":0}' ]
	collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"A\",$ok}" >got
	[ "$(status) $(jq -r '.[0].errorCode, .[0].message' got | tr '\n' ' ')" = "403 REQUEST_LIMIT_EXCEEDED TotalRequests Limit exceeded. " ]
	[ "$(sqlite3 data/sandbox.db 'SELECT count(*) FROM sf_Lead' 2>/dev/null || echo 0)" = 0 ]
}

@test "collections: order, ids with their checksum, created and updated" {
	sandbox
	collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"A\",$ok}" "{\"Gaio_Lead_Id__c\":\"B\",$ok}" >first
	[ "$(jq -c '[.[] | [.success,.created,.errors]]' first)" = '[[true,true,[]],[true,true,[]]]' ]
	[ "$(jq -r '.[0].id' first)" = 00Q5g0000000001EAA ]
	collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"b\",$ok}" >second
	[ "$(jq -c '[.[0].id, .[0].created]' second)" = "[$(jq '.[1].id' first),false]" ]
	collection Contact/Gaio_Contact_Id__c false '{"Gaio_Contact_Id__c":"C","LastName":"Silva"}' >third
	[[ $(jq -r '.[0].id' third) == 003* ]]
}

@test "the checksum tells ids apart that differ in case only" {
	sandbox
	for i in $(seq 1 40); do echo "{\"Gaio_Lead_Id__c\":\"$i\",$ok}"; done >rows
	mapfile -t rows <rows
	collection Lead/Gaio_Lead_Id__c false "${rows[@]}" >got
	# number 10 is A, number 36 is a: 00Q5g000000000A and 00Q5g000000000a
	[ "$(jq -r '.[9].id, .[35].id' got | tr '\n' ' ')" = "00Q5g000000000AEAQ 00Q5g000000000aEAA " ]
}

@test "collections: errors of single records" {
	sandbox
	collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"1\",\"Company\":\"Acme\"}" \
		"{\"Gaio_Lead_Id__c\":\"2\",$ok,\"Rating\":\"Boiling\"}" "{\"Gaio_Lead_Id__c\":\"3\",$ok,\"Email\":\"a@b\"}" \
		"{\"Gaio_Lead_Id__c\":\"5\",$ok,\"NumberOfEmployees\":1.5}" \
		"{$ok}" "{\"Gaio_Lead_Id__c\":\"7\",$ok,\"City\":\"$(printf 'ã%.0s' {1..41})\"}" \
		"{\"Gaio_Lead_Id__c\":\"8\",$ok,\"Name\":\"x\"}" \
		"{\"Gaio_Lead_Id__c\":\"10\",$ok,\"City\":\"$(printf 'ã%.0s' {1..40})\",\"LeadSource\":\"Anything\",\"Gaio_Updated_At__c\":\"2026-11-22T10:00:00-03:00\"}" >got
	[ "$(status)" = 200 ]
	[ "$(jq -r '.[] | .errors[0].statusCode // "ok"' got | tr '\n' ' ')" = "REQUIRED_FIELD_MISSING INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST INVALID_EMAIL_ADDRESS INVALID_TYPE_ON_FIELD_IN_RECORD MISSING_ARGUMENT STRING_TOO_LONG INVALID_FIELD_FOR_INSERT_UPDATE ok " ]
	[ "$(jq -c '.[0].errors[0]' got)" = '{"statusCode":"REQUIRED_FIELD_MISSING","message":"Required fields are missing: [LastName]","fields":["LastName"]}' ]
	[ "$(soql 'SELECT Gaio_Updated_At__c, LeadSource FROM Lead' | jq -c '[.totalSize, .records[0].Gaio_Updated_At__c, .records[0].LeadSource]')" = \
		'[1,"2026-11-22T13:00:00.000+0000","Anything"]' ]
}

@test "collections: a doubled key fails every row that shares it, whatever its case" {
	sandbox
	collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"a-1\",$ok}" "{\"Gaio_Lead_Id__c\":\"b\",$ok}" "{\"Gaio_Lead_Id__c\":\"A-1\",$ok}" >got
	[ "$(jq -r '.[] | .errors[0].statusCode // "ok"' got | tr '\n' ' ')" = "DUPLICATE_VALUE ok DUPLICATE_VALUE " ]
}

@test "collections: all or none" {
	sandbox
	collection Lead/Gaio_Lead_Id__c true "{\"Gaio_Lead_Id__c\":\"1\",$ok}" '{"Gaio_Lead_Id__c":"2"}' >got
	[ "$(jq -r '.[].errors[0].statusCode' got | tr '\n' ' ')" = "ALL_OR_NONE_OPERATION_ROLLED_BACK REQUIRED_FIELD_MISSING " ]
	[ "$(jq -c '.[0] | [(.id | type), .success]' got)" = '["string",false]' ]
	[ "$(soql 'SELECT COUNT() FROM Lead' | jq .totalSize)" = 0 ]
}

@test "collections: what refuses the whole call" {
	sandbox
	refused() { [ "$(status) $(jq -r '.[0].errorCode' got)" = "$1" ]; }
	collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"1\",$ok}" '{"Gaio_Lead_Id__c":"2","Nope":1}' >got
	refused "400 INVALID_FIELD"
	[ "$(jq -r '.[0].message' got)" = "No such column 'Nope' on sobject of type Lead" ]
	collection Nothing/X false '{}' >got
	refused "404 NOT_FOUND"
	collection Lead/Email false '{}' >got
	refused "404 NOT_FOUND"
	sf PATCH /composite/sobjects/Lead/Gaio_Lead_Id__c -d '{"records":[' >got
	refused "400 JSON_PARSER_ERROR"
	for value in '"Score__c":"many"' '"HasOptedOutOfEmail":"maybe"' '"Gaio_Updated_At__c":"2026-11-22"' '"Phone":5511' '"City":true' '"City":["x"]'; do
		collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"1\",$ok}" "{\"Gaio_Lead_Id__c\":\"2\",$ok,$value}" >got
		refused "400 JSON_PARSER_ERROR"
		[[ $(jq -r '.[0].message' got) == "Cannot deserialize instance of "*" from "*" value "* ]]
	done
	sf PATCH /composite/sobjects/Lead/Gaio_Lead_Id__c -d '{"records":[{"attributes":{"type":"Contact"}}]}' >got
	refused "400 INVALID_INPUT"
	sf PATCH /composite/sobjects/Lead/Gaio_Lead_Id__c -d '{"records":7}' >got
	refused "400 INVALID_INPUT"
	jq -nc '{records: [range(201) | {attributes: {type: "Lead"}, Gaio_Lead_Id__c: "\(.)", LastName: "x", Company: "y"}]}' |
		sf PATCH /composite/sobjects/Lead/Gaio_Lead_Id__c --data-binary @- >got
	refused "400 EXCEEDED_ID_LIMIT"
	[ "$(soql 'SELECT COUNT() FROM Lead' | jq .totalSize)" = 0 ]
}

@test "one record: created 201, updated 200, read by external id and by id" {
	sandbox
	sf PATCH /sobjects/Lead/Gaio_Lead_Id__c/a%2Fb%201 -d "{$ok,\"City\":\"Recife\"}" >got
	[ "$(status)" = 201 ]
	sf PATCH /sobjects/Lead/Gaio_Lead_Id__c/A%2Fb%201 -d '{"City":null}' >again
	[ "$(status) $(jq -r .created again)" = "200 false" ]
	[ "$(jq -r .id got)" = "$(jq -r .id again)" ]
	sf GET /sobjects/Lead/Gaio_Lead_Id__c/a%2Fb%201 >record
	[ "$(jq -c '[.Name, .City, .Status, .HasOptedOutOfEmail, .attributes.type]' record)" = '["Silva",null,"Open - Not Contacted",false,"Lead"]' ]
	[ "$(sf GET "/sobjects/Lead/$(jq -r .id got)" | jq -r ".Gaio_Lead_Id__c | ascii_downcase")" = "a/b 1" ]
	[ "$(sf GET "/sobjects/Lead/$(jq -r .id got | cut -c1-15)" | jq -r ".Gaio_Lead_Id__c | ascii_downcase")" = "a/b 1" ]
	sf GET /sobjects/Lead/Gaio_Lead_Id__c/none >/dev/null
	[ "$(status)" = 404 ]
	sf PATCH /sobjects/Lead/Gaio_Lead_Id__c/x -d "{$ok,\"Gaio_Lead_Id__c\":\"x\"}" >got
	[ "$(status) $(jq -r '.[0].errorCode' got)" = "400 INVALID_FIELD" ]
	sf PATCH /sobjects/Lead/Gaio_Lead_Id__c/x -d '{"LastName":"only"}' >got
	[ "$(status) $(jq -r '.[0].errorCode' got)" = "400 REQUIRED_FIELD_MISSING" ]
}

@test "describe tells types, lengths and what may be written" {
	sandbox
	sf GET /sobjects/Lead/describe >got
	[ "$(jq -c '.fields[] | select(.name == "Email") | [.type,.length,.nillable,.createable,.externalId]' got)" = '["email",80,true,true,false]' ]
	[ "$(jq -c '.fields[] | select(.name == "Company") | [.nillable,.updateable]' got)" = '[false,true]' ]
	[ "$(jq -r '.fields[] | select(.externalId) | .name' got)" = Gaio_Lead_Id__c ]
	[ "$(jq -r '.fields[] | select(.createable | not) | .name' got | tr '\n' ' ')" = "Id Name CreatedDate LastModifiedDate " ]
	[ "$(jq -c '.fields[] | select(.name == "Rating") | [.restrictedPicklist, [.picklistValues[].value]]' got)" = '[true,["Hot","Warm","Cold"]]' ]
	sf GET /sobjects/Nothing/describe >/dev/null
	[ "$(status)" = 404 ]
}

@test "queries: the subset answers, the rest says what is not there" {
	sandbox
	collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"1\",$ok,\"FirstName\":\"D'Arc\",\"Score__c\":7}" \
		"{\"Gaio_Lead_Id__c\":\"2\",$ok,\"HasOptedOutOfEmail\":true}" "{\"Gaio_Lead_Id__c\":\"3\",$ok}" >/dev/null
	[ "$(soql "select Gaio_Lead_Id__c from lead where FirstName = 'd\\'arc' AND Score__c = 7" | jq -c '[.records[].Gaio_Lead_Id__c]')" = '["1"]' ]
	[ "$(soql "SELECT Gaio_Lead_Id__c FROM Lead WHERE HasOptedOutOfEmail = true" | jq -c '[.records[].Gaio_Lead_Id__c]')" = '["2"]' ]
	[ "$(soql "SELECT Id FROM Lead WHERE FirstName = null AND City = null LIMIT 1" | jq -c '[.totalSize,.done]')" = '[1,true]' ]
	[ "$(soql 'SELECT COUNT() FROM Lead' | jq -c .)" = '{"totalSize":3,"done":true,"records":[]}' ]
	refused() { soql "$1" >got; [ "$(status) $(jq -r '.[0].errorCode' got)" = "400 $2" ]; }
	refused 'SELECT Id FROM Lead ORDER BY Id' MALFORMED_QUERY
	[[ $(jq -r '.[0].message' got) == *ORDER* ]]
	refused 'SELECT Id FROM Lead WHERE City LIKE '"'x'" MALFORMED_QUERY
	refused 'SELECT Nope FROM Lead' INVALID_FIELD
	refused 'SELECT Id FROM Nothing' INVALID_TYPE
	refused 'SELECT Id' MALFORMED_QUERY
	refused '' MALFORMED_QUERY
	refused "SELECT Id FROM Lead WHERE City = 'x" MALFORMED_QUERY
}

job() { # [JSON]: a new job's id
	sf POST /jobs/ingest -d "${1:-{\"object\":\"Lead\",\"operation\":\"upsert\",\"externalIdFieldName\":\"Gaio_Lead_Id__c\"\}}" | jq -r .id
}

put() { # JOB CSV
	printf "$2" | sf PUT "/jobs/ingest/$1/batches" -H 'Content-Type: text/csv' -H 'Transfer-Encoding: chunked' --data-binary @-
}

close_job() { # JOB: the state it ends in
	sf PATCH "/jobs/ingest/$1" -d '{"state":"UploadComplete"}' >/dev/null
	sf GET "/jobs/ingest/$1" | jq -r .state
	sf GET "/jobs/ingest/$1/" >job
	jq -r .state job
}

@test "bulk: create, upload, close, poll, results" {
	sandbox
	id=$(job)
	[[ $id =~ ^750[0-9A-Za-z]{15}$ ]]
	[ "$(sf GET "/jobs/ingest/$id" | jq -c '[.state,.apiVersion == 66,.contentUrl,.lineEnding,.jobType]')" = \
		"[\"Open\",true,\"services/data/v66.0/jobs/ingest/$id/batches\",\"LF\",\"V2Ingest\"]" ]
	put "$id" 'Id,Gaio_Lead_Id__c,LastName,Company,City\n,1,"A, ""q""\nnl",Acme,#N/A\n,2,,Acme,\n,3,x,Acme,Recife\n'
	[ "$(status)" = 201 ]
	[ "$(close_job "$id" | tr '\n' ' ')" = "InProgress JobComplete " ]
	[ "$(jq -c '[.numberRecordsProcessed,.numberRecordsFailed]' job)" = '[3,1]' ]
	sf GET "/jobs/ingest/$id/failedResults/" >got
	[ "$(tail -1 got)" = '"","REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --","","2","","Acme",""' ]
	[ "$(sf GET "/jobs/ingest/$id/successfulResults" | head -1)" = '"sf__Id","sf__Created","Id","Gaio_Lead_Id__c","LastName","Company","City"' ]
	[ "$(sf GET "/jobs/ingest/$id/unprocessedRecords" | wc -c)" = 0 ]
	[ "$(soql "SELECT LastName FROM Lead WHERE Gaio_Lead_Id__c = '1'" | jq -c '.records[0].LastName')" = '"A, \"q\"\nnl"' ]
}

@test "bulk: an empty cell leaves a field alone, #N/A clears it" {
	sandbox
	id=$(job)
	put "$id" 'Gaio_Lead_Id__c,LastName,Company,City,Phone\n1,x,y,Recife,5\n'
	close_job "$id"
	id=$(job)
	put "$id" 'Gaio_Lead_Id__c,City,Phone\n1,,#N/A\n'
	close_job "$id"
	[ "$(soql 'SELECT City, Phone FROM Lead' | jq -c '.records[0] | [.City,.Phone]')" = '["Recife",null]' ]
}

@test "bulk: what makes a whole job fail" {
	sandbox
	failing() { # CSV MESSAGE [JSON]
		id=$(job ${3:+"$3"})
		put "$id" "$1"
		[ "$(close_job "$id" | tail -1)" = Failed ]
		[ "$(jq -r .errorMessage job)" = "$2" ]
		[ "$(soql 'SELECT COUNT() FROM Lead' | jq .totalSize)" = 0 ]
	}
	failing 'Gaio_Lead_Id__c,LastName,Nope\n1,x,y\n' 'InvalidBatch : Field name not found : Nope'
	[ "$(sf GET "/jobs/ingest/$id/unprocessedrecords" | tail -1)" = '"1","x","y"' ]
	failing '\xef\xbb\xbfGaio_Lead_Id__c,LastName\n1,x\n' "$(printf 'InvalidBatch : Field name not found : \xef\xbb\xbfGaio_Lead_Id__c')"
	failing 'Gaio_Lead_Id__c,LastName,Company\r\n1,x,y\r\n' 'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF'
	failing 'LastName,Company\nx,y\n' 'InvalidBatch : Field name not found : Gaio_Lead_Id__c'
	failing 'Gaio_Lead_Id__c,Boss.Ext__c\n1,x\n' 'InvalidBatch : Unable to find relationship: Boss'
}

@test "bulk: a doubled key fails within 200 records, and not across them" {
	sandbox
	id=$(job)
	{ echo Gaio_Lead_Id__c,LastName,Company; for i in 1 A a $(seq 2 199) 1; do echo "$i,x,y"; done; } >csv
	sf PUT "/jobs/ingest/$id/batches" --data-binary @csv
	close_job "$id"
	[ "$(jq -c '[.numberRecordsProcessed,.numberRecordsFailed]' job)" = '[202,2]' ]
}

@test "bulk: one upload, states, abort and delete; other jobs are refused" {
	sandbox
	refused() { [ "$(status) $(jq -r '.[0].errorCode' got)" = "$1" ]; }
	id=$(job)
	put "$id" 'Gaio_Lead_Id__c,LastName,Company\n1,x,y\n'
	put "$id" 'Gaio_Lead_Id__c,LastName,Company\n1,x,y\n'
	sf PATCH "/jobs/ingest/$id" -d '{"state":"UploadComplete"}' >got
	refused "400 INVALIDJOB"
	[[ $(jq -r '.[0].message' got) == "Found multipe contents for job: <${id:0:15}>, "* ]]
	sf PATCH "/jobs/ingest/$id" -d '{"id":"x","state":"Aborted"}' >got
	[ "$(jq -r .state got)" = Aborted ]
	sf PUT "/jobs/ingest/$id/batches" -d x >got
	refused "400 INVALIDJOBSTATE"
	[ "$(sf GET "/jobs/ingest/$id/unprocessedrecords" | tail -1)" = '"1","x","y"' ]
	[ "$(sf GET /jobs/ingest | jq -r '.records[0].state')" = Aborted ]
	sf DELETE "/jobs/ingest/$id"
	[ "$(status)" = 204 ]
	sf GET "/jobs/ingest/$id" >got
	refused "404 NOT_FOUND"
	sf POST /jobs/ingest -d '{"object":"Nothing","operation":"upsert"}' >got
	refused "400 INVALIDJOB"
	sf POST /jobs/ingest -d '{"object":"Lead","operation":"upsert","externalIdFieldName":"Email"}' >got
	refused "400 INVALIDJOB"
	sf POST /jobs/ingest -d '{"object":"Lead","operation":"hardDelete"}' >got
	refused "400 INVALIDJOB"
}

@test "bulk: 150 MB in base64 are the most of an upload" {
	sandbox
	id=$(job)
	head -c 117964800 /dev/zero | tr '\0' x >most
	sf PUT "/jobs/ingest/$id/batches" -T most
	[ "$(status)" = 201 ]
	echo >>most
	sf PUT "/jobs/ingest/$id/batches" -T most >got
	[ "$(status) $(jq -r '.[0].errorCode' got)" = "400 CLIENTINPUTERROR" ]
}

@test "bulk: CRLF and other delimiters, insert" {
	sandbox
	id=$(job '{"object":"Lead","operation":"insert","lineEnding":"CRLF","columnDelimiter":"SEMICOLON","externalIdFieldName":""}')
	put "$id" 'LastName;Company\r\nx;"a;b"\r\n'
	[ "$(close_job "$id" | tail -1)" = JobComplete ]
	[ "$(soql 'SELECT Company FROM Lead' | jq -r '.records[0].Company')" = 'a;b' ]
}

@test "a record points to another by external id, in JSON and in CSV" {
	sandbox
	collection Account/Gaio_Account_Id__c false '{"Gaio_Account_Id__c":"A-1","Name":"Acme"}' >account
	collection Contact/Gaio_Contact_Id__c false '{"Gaio_Contact_Id__c":"1","LastName":"x","Account":{"Gaio_Account_Id__c":"a-1"}}' \
		'{"Gaio_Contact_Id__c":"2","LastName":"x","Account":{"Gaio_Account_Id__c":"none"}}' >got
	[ "$(soql 'SELECT AccountId FROM Contact' | jq -r '.records[0].AccountId')" = "$(jq -r '.[0].id' account)" ]
	[ "$(jq -r '.[1].errors[0].message' got)" = 'Foreign key external ID: none not found for field Gaio_Account_Id__c in entity Account' ]
	id=$(job)
	put "$id" 'Gaio_Lead_Id__c,LastName,Company,Gaio_Account__r.Gaio_Account_Id__c\n1,x,y,A-1\n'
	close_job "$id"
	[ "$(soql 'SELECT Gaio_Account__c FROM Lead' | jq -r '.records[0].Gaio_Account__c')" = "$(jq -r '.[0].id' account)" ]
}

@test "what the clients ask beside: who they are, the organization, the limits" {
	sandbox
	me=$(curl -s -H "Authorization: Bearer $SF_ACCESS_TOKEN" "$SF_ORG_INSTANCE_URL//services/oauth2/userinfo" | jq -r .user_id)
	[ "$(sf GET "/sobjects/User/$me" | jq -r .Username)" = sandbox@example.com ]
	[ "$(soql 'SELECT Name, IsSandbox FROM Organization' | jq '.records[0].IsSandbox')" = true ]
	[ "$(sf GET /limits | jq .DailyApiRequests.Max)" = 15000 ]
}

@test "records survive a restart with --data, in tables that sqlite3 can read" {
	sandbox --data data
	collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"1\",$ok}" >/dev/null
	sandbox --data data
	[ "$(soql 'SELECT COUNT() FROM Lead' | jq .totalSize)" = 1 ]
	sandbox_stop
	[ "$(sqlite3 data/sandbox.db 'SELECT LastName FROM sf_Lead')" = Silva ]
}

@test "request bodies may come as gzip, on every endpoint" {
	sandbox
	gz() { sf "$1" "$2" -H 'Content-Encoding: gzip' --data-binary @- "${@:3}"; }
	echo "{\"records\":[{\"attributes\":{\"type\":\"Lead\"},\"Gaio_Lead_Id__c\":\"1\",$ok}]}" | gzip | gz PATCH /composite/sobjects/Lead/Gaio_Lead_Id__c >got
	[ "$(jq -r '.[0].created' got)" = true ]
	id=$(echo '{"object":"Lead","operation":"upsert","externalIdFieldName":"Gaio_Lead_Id__c"}' | gzip | gz POST /jobs/ingest | jq -r .id)
	{ echo Gaio_Lead_Id__c,LastName,Company; seq 2 200000 | sed 's/$/,x,y/'; } | gzip |
		gz PUT "/jobs/ingest/$id/batches" -H 'Content-Type: text/csv' -H 'Transfer-Encoding: chunked'
	[ "$(status)" = 201 ]
	close_job "$id" >/dev/null
	[ "$(soql 'SELECT COUNT() FROM Lead' | jq .totalSize)" = 200000 ]
	echo '{}' | gz PATCH "/jobs/ingest/$id" >got
	[ "$(status)" = 400 ]
	echo '{}' | gzip | head -c 12 | gz PATCH "/jobs/ingest/$id" >got
	[ "$(status)" = 400 ]
	sf POST /jobs/ingest -H 'Content-Encoding: br' -d x >got
	[ "$(status)" = 415 ]
}

visit='{"name":"Gaio_Visit__c","label":"A \"visit\"","keyPrefix":"a7V","fields":[
	{"name":"Ext__c","type":"string","length":20,"externalId":true,"unique":true},
	{"name":"Loose__c","type":"string","externalId":true},
	{"name":"Serial__c","type":"string","unique":true,"caseSensitive":true},
	{"name":"Amount__c","type":"currency","nillable":false},
	{"name":"Stage__c","type":"picklist","nillable":false,"defaultedOnCreate":true,"restrictedPicklist":true,
		"picklistValues":[{"value":"New","defaultValue":true},{"value":"O\u0027k|"},{"value":"Old","active":false}]},
	{"name":"Tags__c","type":"multipicklist","restrictedPicklist":true,"picklistValues":[{"value":"a"},{"value":"b"}]},
	{"name":"Lead__c","type":"reference","referenceTo":["Lead"],"relationshipName":"Lead__r"},
	{"name":"Done__c","type":"boolean","defaultValue":true},
	{"name":"Place__c","type":"location","createable":false,"updateable":false}]}'

@test "objects of a file: fields, types, defaults, picklists, unique values, relationships" {
	echo "[$visit]" >objects.json
	sandbox --objects objects.json
	collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"L\",$ok}" >lead
	visit() { collection Gaio_Visit__c/Ext__c false "$@" | jq -r '.[] | .errors[0].statusCode // "ok"' | tr '\n' ' '; }
	[ "$(visit '{"Ext__c":"1","Amount__c":1.5,"Serial__c":"S","Tags__c":"a;b","Loose__c":"l","Lead__r":{"Gaio_Lead_Id__c":"l"}}' \
		'{"Ext__c":"2","Amount__c":2,"Serial__c":"s","Stage__c":"O\u0027k|","Done__c":false,"Loose__c":"L"}' \
		'{"Ext__c":"3","Amount__c":2,"Serial__c":"s"}' '{"Ext__c":"4"}' '{"Ext__c":"5","Amount__c":2,"Stage__c":"Old"}' \
		'{"Ext__c":"6","Amount__c":2,"Tags__c":"a;c"}' '{"Ext__c":"123456789012345678901","Amount__c":2}' \
		'{"Ext__c":"9","Amount__c":2,"Place__c":"x"}')" = \
		"ok ok DUPLICATE_VALUE REQUIRED_FIELD_MISSING INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST STRING_TOO_LONG INVALID_FIELD_FOR_INSERT_UPDATE " ]
	soql "SELECT Id, Stage__c, Done__c, Amount__c, Tags__c, Lead__c FROM Gaio_Visit__c WHERE Ext__c = '1'" >got
	[ "$(jq -c '.records[0] | [.Id[:3],.Stage__c,.Done__c,.Amount__c,.Tags__c,.Lead__c]' got)" = "[\"a7V\",\"New\",true,1.5,\"a;b\",$(jq '.[0].id' lead)]" ]
	[ "$(collection Gaio_Visit__c/Loose__c false '{"Loose__c":"l","Amount__c":3}' | jq -r '.[0].errors[0].statusCode')" = DUPLICATE_EXTERNAL_ID ]
	sf PATCH /sobjects/Gaio_Visit__c/Loose__c/l -d '{"Amount__c":3}' >got
	[ "$(status)" = 300 ]
	sf GET /sobjects/Gaio_Visit__c/describe >got
	[ "$(jq -c '[.label, (.fields[] | select(.name == "Serial__c") | .unique, .caseSensitive), (.fields | map(.name) | index("LastModifiedDate") > 0)]' got)" = '["A \"visit\"",true,true,true]' ]
	# What it says of an object it can be told again.
	sandbox --objects got
	[ "$(sf GET /sobjects/gaio_visit__c/describe | jq -S .)" = "$(jq -S . got)" ]
}

@test "objects of a file: one in the place of a built-in one; what cannot be read; a table of another description" {
	sandbox --data data
	sf GET /sobjects/Lead/describe | jq '.fields += [{name: "Extra__c", type: "double"}]' >lead.json
	sandbox_stop
	run -65 --separate-stderr leadpipe-sandbox --data data --objects lead.json -- true
	[[ $stderr == *"Lead.Extra__c: the table kept in --data was made for another description"* ]]
	sandbox --objects lead.json
	[ "$(sf GET /sobjects/Lead/describe | jq -r '.fields[-1].name')" = Extra__c ]
	collection Lead/Gaio_Lead_Id__c false "{\"Gaio_Lead_Id__c\":\"1\",\"Extra__c\":7,$ok}" >got
	[ "$(jq -r '.[0].success' got)" = true ]
	sandbox_stop
	refused() { # JSON MESSAGE
		echo "$1" >bad.json
		run -65 --separate-stderr leadpipe-sandbox --objects bad.json -- true
		[[ $stderr == *"bad.json: $2"* ]]
	}
	refused '{"name":"A__c"}' 'A__c: a description must have a list of fields'
	refused '[{"name":"A\"; DROP","fields":[]}]' '(object): a name must begin with a letter'
	refused '{"name":"A__c","fields":[{"type":"int"}]}' 'A__c.(field): a name must begin with a letter'
	refused '{"name":"A__c","fields":[{"name":"X","type":"blob"}]}' 'A__c.X: this sandbox does not know the type'
	refused '{"name":"A__c","fields":[{"name":"X"},{"name":"x"}]}' 'A__c.x: it is there twice'
	refused '{"name":"A__c","keyPrefix":"a'"'"'1","fields":[]}' 'A__c: keyPrefix must be three letters or digits'
	refused '{"name":"A__c","fields":[' ''
	refused '7' ''
	run -65 leadpipe-sandbox --objects nowhere.json -- true
}
